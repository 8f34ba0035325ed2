"""Layers to a Program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce

from fullstride.errors import ArgumentError, ShapeError
from fullstride.layers import Layer
from fullstride.layers.addition import Sum
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.table import Attributes, Shape


def lower(
    layers: Sequence[Layer],
    input_shape: Shape,
    dtype: str = "float32",
    exact: bool = False,
    loss: str | None = "softmax_cross_entropy",
) -> Program:
    """The chain of `layers` as a Program; values are named by kind and number: conv1, relu1, conv2 ...

    Of a layer with branches each branch is a chain of its own from the same value, one after the other; then come the
    additions: ..., add1.

    Raises
    ------
    ShapeError
        Where a layer does not fit the one before it; the message names it.
    """
    if not layers:
        raise ArgumentError("Network: there must be at least one layer; got none")
    chain = _Chain()
    chain.follow(layers, INPUT)
    try:
        return Program(input_shape, tuple(chain.nodes), loss, dtype, exact)
    except ShapeError as error:  # who writes layers knows no nodes
        raise ShapeError(str(error).replace("Program: node", "Network: layer", 1)) from None


class _Chain:
    """The nodes so far, and how many there are of each kind."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.nodes: list[Node] = []

    def follow(self, layers: Sequence[Layer], value: str) -> str:
        """The layers one after the other, from `value`; the name of the last value."""
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ArgumentError(
                    f"Network: every layer must be a fullstride layer such as Conv(8, 3); got {layer!r}"
                )
            if isinstance(layer, Sum):
                ends = [self.follow(branch, value) for branch in layer.parts]
                value = reduce(self._add, ends)
            else:
                value = self._node(layer.kind, (value,), *layer.operation())
        return value

    def _add(self, left: str, right: str) -> str:
        return self._node("add", (left, right), "add", {})

    def _node(self, kind: str, inputs: tuple[str, ...], operation: str, attributes: Attributes) -> str:
        self.numbers[kind] += 1
        self.nodes.append(Node(operation, inputs, f"{kind}{self.numbers[kind]}", attributes))
        return self.nodes[-1].output
