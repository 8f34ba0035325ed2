"""Programs drawn at random: values that several operations read, sums of whatever has one shape."""

from __future__ import annotations

import random

from fullstride.program import Node, Program
from tests.support.programs import CLASSES, add, graph, norm, pool, relu

Size = tuple[int, ...]


class _Drawing:
    """Nodes so far, and values by shape."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.nodes: list[Node] = []
        self.values: dict[Size, list[str]] = {}

    def put(self, node: Node, size: Size) -> None:
        self.nodes.append(node)
        self.values.setdefault(size, []).append(node.output)

    def name(self) -> str:
        return f"v{len(self.nodes)}"

    def one_of(self, size: Size) -> str:
        """Rather a late value, so that programs grow long."""
        known = self.values[size]
        return self.dice.choice(known[-3:] if self.dice.random() < 0.7 else known)

    def common(self, operation: str, size: Size) -> None:
        """An operation that keeps the shape."""
        source, name = self.one_of(size), self.name()
        if operation == "batch_norm":
            self.put(norm(source, name), size)
        elif operation == "relu":
            self.put(relu(source, name), size)
        else:
            self.put(add(source, self.one_of(size), name), size)

    def loose(self) -> list[str]:
        """Values that nobody reads."""
        read = {name for node in self.nodes for name in node.inputs}
        return [node.output for node in self.nodes if node.output not in read]

    def sum_of(self, names: list[str]) -> str:
        while len(names) > 1:
            left, right = (names.pop(self.dice.randrange(len(names))) for _ in range(2))
            names.append(self.name())
            self.nodes.append(add(left, right, names[-1]))
        return names[0]


def random_images(seed: int) -> Program:
    """Convolutions, pools, normalizations and sums of images of some sizes, each with a head of its own at the end."""
    drawing = _Drawing(seed)
    dice = drawing.dice
    n_C = dice.choice([3, 16, 17])

    def conv(source: str, size: Size, stride: int) -> None:
        f = dice.choice([1, 3])
        attributes = {"n_C": n_C, "f": f, "stride": stride, "pad": f // 2, "bias": dice.random() < 0.6}
        after = (size[0] + 2 * (f // 2) - f) // stride + 1
        drawing.put(Node("conv", (source,), drawing.name(), attributes), (after,))

    conv("X", (6,), 1)
    for _ in range(dice.randint(4, 10)):
        size = dice.choice(list(drawing.values))
        operation = dice.choice(
            ["conv", "conv", "stride", "pool", "pool", "batch_norm", "batch_norm", "relu", "add", "add"]
        )
        if operation == "conv" or (operation == "stride" and size[0] > 1):
            conv(drawing.one_of(size), size, 1 if operation == "conv" else 2)
        elif operation == "pool" and size[0] > 1:
            stride = dice.choice([1, 2])
            mode = dice.choice(["max", "average"])
            node = pool(drawing.one_of(size), drawing.name(), mode, 2, stride)
            drawing.put(node, ((size[0] - 2) // stride + 1,))
        elif operation in ("batch_norm", "relu", "add"):
            drawing.common(operation, size)
    scores = []
    for value in drawing.loose():
        flat = f"flat{len(drawing.nodes)}"
        drawing.nodes.append(Node(dice.choice(["flatten", "global_average_pool"]), (value,), flat))
        if dice.random() < 0.3:
            drawing.nodes.append(norm(flat, f"{flat}_n"))
            flat = f"{flat}_n"
        scores.append(drawing.name())
        drawing.nodes.append(Node("linear", (flat,), scores[-1], {"n_C": CLASSES}))
    drawing.sum_of(scores)
    return graph(*drawing.nodes, shape=(6, 6, 2))


def random_vectors(seed: int) -> Program:
    """Fully connected layers, small, large and wide, with normalizations and sums."""
    drawing = _Drawing(seed)
    n_C = drawing.dice.choice([17, 190, 730])

    def linear(source: str, n: int = n_C) -> None:
        drawing.put(Node("linear", (source,), drawing.name(), {"n_C": n}), (n,))

    linear("X")
    for _ in range(drawing.dice.randint(2, 7)):
        operation = drawing.dice.choice(["linear", "linear", "batch_norm", "relu", "relu", "add", "add"])
        if operation == "linear":
            linear(drawing.one_of((n_C,)))
        else:
            drawing.common(operation, (n_C,))
    linear(drawing.sum_of(drawing.loose()), 3)
    return graph(*drawing.nodes, shape=(7,))
