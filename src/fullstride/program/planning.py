"""From a Program to a Plan: where each value stands, what is fused with what, and in which order stages run.

* A value that convolutions read has a border of zeros as wide as their padding; producers write into its inside.
* ReLU is done by the operation before it, and its backward by the operation behind it, wherever that is its only use.
* Flattening is a matter of names, unless the image has a border.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from fullstride.geometry import Padding, Residue, Window, residues
from fullstride.program import stages
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.machine import Machine
from fullstride.program.parameters import Block
from fullstride.program.plan import (
    SHARDS,
    Arena,
    Call,
    Layout,
    Operand,
    Phase,
    Plan,
    Slot,
    tile_size,
    widest,
)
from fullstride.program.table import Shape, window_of

CLIPS = ("conv", "linear", "add")
"""Operations whose kernels can clip their result (ReLU) before they store it."""


def slots(
    dtype: str, pointers: tuple[str, ...], numbers: tuple[str, ...], bytes_of: dict[str, int]
) -> tuple[Slot, ...]:
    """Pointers to elements of the dtype, unless `bytes_of` says otherwise, and numbers."""
    itemsize = 4 if dtype == "float32" else 8
    return tuple(Slot(name, bytes_of.get(name, itemsize)) for name in pointers) + tuple(
        Slot(name, 0) for name in numbers
    )


def plan_training(program: Program, machine: Machine) -> Plan:
    """One step of training: pack filters, all images forward and backward, update."""
    return _Planner(program, machine, training=True).training_plan()


def plan_inference(program: Program, machine: Machine) -> Plan:
    """The output of every image: forward alone, nothing kept for backward."""
    return _Planner(program, machine, training=False).inference_plan()


@dataclass(frozen=True)
class Home:
    """Where the gradient of a value goes: a gradient buffer, and the value whose ReLU has yet to be applied."""

    value: str
    mask: str | None


class _Planner:
    def __init__(self, program: Program, machine: Machine, training: bool) -> None:
        self.program = program
        self.machine = machine
        self.training = training
        self.dtype = program.dtype
        self.producer = {node.output: node for node in program.nodes}
        self.block = Block.of(program)
        self.packed = Arena(self.dtype)
        self.packs: list[Call] = []
        self.written: set[str] = set()

    # --- what stands where --------------------------------------------------------------------------------------------

    @cached_property
    def alias(self) -> dict[str, str]:
        """Flattened values that are their input by another name: where neither it nor its gradient has a border."""
        return {
            node.output: node.inputs[0]
            for node in self.program.nodes
            if node.operation == "flatten"
            and len(self.program.consumers(node.inputs[0])) == 1
            and not self._gradient_bordered(node.inputs[0])
        }

    def _gradient_bordered(self, value: str) -> bool:
        """Whether the gradient of a value, or of the value that its ReLU clips, has a border."""
        if not self.training or value not in self.producer:
            return False
        node = self.producer[value]
        clipped = node.operation == "relu" and self._gradient_bordered(node.inputs[0])
        return clipped or self._gradient_layout(value).bordered

    def root(self, value: str) -> str:
        while value in self.alias:
            value = self.alias[value]
        return value

    def uses(self, value: str) -> list[Node]:
        """The operations that read a value, under this or another name."""
        nodes = []
        for node in self.program.consumers(value):
            nodes += (
                self.uses(node.output) if node.output in self.alias else [node] * node.inputs.count(value)
            )
        return nodes

    @cached_property
    def clipped(self) -> dict[str, str]:
        """Values that are never stored because their producer applies the ReLU behind them: value -> ReLU's output."""
        return {
            node.inputs[0]: node.output
            for node in self.program.nodes
            if node.operation == "relu"
            and node.inputs[0] in self.producer
            and self.producer[node.inputs[0]].operation in CLIPS
            and len(self.program.consumers(node.inputs[0])) == 1
        }

    @cached_property
    def needs_gradient(self) -> set[str]:
        """Values that depend on parameters."""
        needing: set[str] = set()
        for node in self.program.nodes:
            if self.program.roles(node) or needing.intersection(node.inputs):
                needing.add(node.output)
        return needing

    def home(self, value: str) -> Home:
        """Where the consumers of a value write its gradient."""
        value = self.root(value)
        node = self.producer[value]
        if node.operation == "relu" and len(self.uses(value)) == 1 and node.inputs[0] in self.needs_gradient:
            return Home(self.root(node.inputs[0]), value)
        return Home(value, None)

    def window(self, node: Node) -> Window:
        return window_of(node.attributes, self.program.shapes[node.inputs[0]], node.operation)[0]

    def residues(self, node: Node) -> tuple[tuple[Residue, ...], tuple[Residue, ...]]:
        """The residue classes of dA, vertical and horizontal."""
        window, shape = self.window(node), self.program.shapes[node.inputs[0]]
        return (
            residues(shape[0], window.f[0], window.stride[0], window.pad[0][0]),
            residues(shape[1], window.f[1], window.stride[1], window.pad[1][0]),
        )

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """The layout of every stored value, and of every gradient under "d:" + value."""
        layouts = {}
        for value, shape in self.program.shapes.items():
            if value in self.alias or value in self.clipped:
                continue
            border: Padding = ((0, 0), (0, 0))
            for node in self.program.consumers(value):
                if node.operation == "conv":
                    border = widest(border, self.window(node).pad)
            layouts[value] = _layout(shape, border)
        if self.training:
            for value in self.program.shapes:
                if value in self.needs_gradient and value not in self.alias:
                    layouts[f"d:{value}"] = self._gradient_layout(value)
        return layouts

    def _gradient_layout(self, value: str) -> Layout:
        node, shape = self.producer[value], self.program.shapes[value]
        border: Padding = ((0, 0), (0, 0))
        if node.operation == "conv" and node.inputs[0] in self.needs_gradient:
            border = gradient_border(self.residues(node), (shape[0], shape[1]))
        return _layout(shape, border)

    @cached_property
    def stored(self) -> dict[str, Layout]:
        """The layouts that are really used: the gradient of a ReLU that is masked elsewhere is not."""
        used = dict(self.layouts)
        for value in self.program.shapes:
            if f"d:{value}" in used and value not in self.alias and self.home(value).value != value:
                del used[f"d:{value}"]
        return used

    @cached_property
    def tile(self) -> int:
        arena = Arena(self.dtype)
        image = sum(arena.padded(layout.size) for layout in self.stored.values())
        return tile_size(self.machine, image * (4 if self.dtype == "float32" else 8))

    @cached_property
    def arena(self) -> tuple[dict[str, int], int]:
        """Offsets of the buffers of a tile, and their total."""
        arena = Arena(self.dtype)
        offsets = {
            name: arena.take(arena.padded(layout.size) * self.tile) for name, layout in self.stored.items()
        }
        return offsets, arena.size

    def image(self, name: str) -> int:
        """The distance between the images of a buffer."""
        return Arena(self.dtype).padded(self.stored[name].size)

    def view(self, name: str) -> stages.View:
        return self.stored[name].view(self.image(name))

    def place(self, name: str, h: int = 0, w: int = 0) -> Operand:
        """Pixel (h, w) of the inside of a buffer's first image."""
        return Operand("arena", self.arena[0][name] + self.stored[name].offset(h, w))

    def value_of(self, node: Node) -> str:
        """The stored value that a node's kernel writes: its own, or the ReLU behind it."""
        return self.clipped.get(node.output, node.output)

    def parameter(self, node: Node, role: str) -> Operand:
        return Operand("values", self.block.offsets[f"{node.output}.{role}"])

    def gradient(self, node: Node, role: str) -> Operand:
        return Operand("gradients", self.block.offsets[f"{node.output}.{role}"], shard=self.block.size)

    # --- forward ------------------------------------------------------------------------------------------------------

    def forward(self) -> Iterator[Call]:
        yield self._load()
        for node in self.program.nodes:
            if node.output in self.alias or (node.operation == "relu" and node.inputs[0] in self.clipped):
                continue
            yield getattr(self, f"_{node.operation}_forward")(node)

    def _load(self) -> Call:
        shape, name = _image_shape(self.program.input_shape), INPUT
        stage = stages.LoadImages(self.dtype, self.view(name), (shape[0], shape[1]), shape[2])
        operands = (
            Operand("X"),
            Operand("rows", image=1),
            Operand("kind", slot_itself=True),
            Operand("scale", slot_itself=True),
            self.place(name),
        )
        return Call(stage, operands, INPUT)

    def _conv_forward(self, node: Node) -> Call:
        source, target, window = self.root(node.inputs[0]), self.value_of(node), self.window(node)
        x, shape = self.view(source), self.program.shapes[node.output]
        stage = stages.Conv(
            self.dtype,
            "conv_forward",
            x=x,
            y=self.view(target),
            mask=None,
            taps=window.f,
            step=(window.stride[0] * x.row, window.stride[1] * x.pixel),
            n_C_prev=x.pixel,
            n_C=shape[2],
            size=(shape[0], shape[1]),
            bias=True,
            relu=target != node.output,
            blocked=wide(self.dtype, shape[2]),
        )
        corner = self.place(source, -window.pad[0][0], -window.pad[1][0])
        W, b = self.parameter(node, "W"), self.parameter(node, "b")
        if stage.blocked:
            W = block_filters(stage, W, node.output, self.packed, self.packs)
        return Call(stage, (corner, W, b, self.place(target), corner), node.output)

    def _pool_forward(self, node: Node) -> Call:
        source, shape = self.root(node.inputs[0]), self.program.shapes[node.output]
        stage = stages.Pool(
            self.dtype,
            _mode(node),
            x=self.view(source),
            A=self.view(node.output),
            window=self.window(node),
            size=(shape[0], shape[1]),
            n_C=shape[2],
        )
        return Call(stage, (self.place(source), self.place(node.output)), node.output)

    _max_pool_forward = _average_pool_forward = _pool_forward

    def _linear_forward(self, node: Node) -> Call:
        source, target = self.root(node.inputs[0]), self.value_of(node)
        W, b = self.parameter(node, "W"), self.parameter(node, "b")
        stage = stages.Linear(
            self.dtype,
            "linear_forward",
            x_image=self.image(source),
            y_image=self.image(target),
            mask_image=0,
            n_C_prev=self.program.shapes[node.inputs[0]][0],
            n_C=self.program.shapes[node.output][0],
            bias=True,
            mask=False,
            relu=target != node.output,
        )
        x = self.place(source)
        return Call(stage, (x, W, b, self.place(target), x), node.output)

    def _relu_forward(self, node: Node) -> Call:
        return self._rows(stages.Relu, self.root(node.inputs[0]), node.output, node, relu=True)

    def _flatten_forward(self, node: Node) -> Call:
        return self._rows(stages.Flatten, self.root(node.inputs[0]), node.output, node, flat=True)

    def _add_forward(self, node: Node) -> Call:
        left, right, target = self.root(node.inputs[0]), self.root(node.inputs[1]), self.value_of(node)
        shape = _image_shape(self.program.shapes[node.output])
        views = (self.view(left), self.view(right), self.view(target))
        stage = stages.Add(self.dtype, *views, (shape[0], shape[1]), shape[2], relu=target != node.output)
        return Call(stage, (self.place(left), self.place(right), self.place(target)), node.output)

    def _rows(
        self,
        kind: type[stages.Rows],
        source: str,
        target: str,
        node: Node,
        mask: str | None = None,
        relu: bool = False,
        accumulate: bool = False,
        flat: bool = False,
    ) -> Call:
        """A copy between two buffers; with `flat` one of them is the other flattened."""
        shapes = [_image_shape(self.program.shapes[name.removeprefix("d:")]) for name in (source, target)]
        shape = shapes[0] if shapes[0][:2] != (1, 1) else shapes[1]  # the one that is an image

        def view(name: str, own: tuple[int, int, int]) -> stages.View:
            if flat and own != shape:
                return stages.View(self.image(name), shape[1] * shape[2], shape[2])
            return self.view(name)

        stage = kind(
            self.dtype,
            x=view(source, shapes[0]),
            y=view(target, shapes[1]),
            mask=self.view(mask) if mask else None,
            size=(shape[0], shape[1]),
            n_C=shape[2],
            relu=relu,
            accumulate=accumulate,
        )
        operands = (self.place(source), self.place(target), self.place(mask or source))
        return Call(stage, operands, node.output)

    # --- backward -----------------------------------------------------------------------------------------------------

    def backward(self) -> Iterator[Call]:
        for node in reversed(self.program.nodes):
            if node.output in self.needs_gradient and node.output not in self.alias:
                yield from getattr(self, f"_{node.operation}_backward")(node)

    def _target(self, value: str) -> tuple[str, str | None, bool]:
        """(gradient buffer, mask, whether to add): for the next write of a value's gradient."""
        home = self.home(value)
        accumulate = home.value in self.written
        self.written.add(home.value)
        return f"d:{home.value}", home.mask, accumulate

    def _loss(self) -> Call:
        logits = self.root(self.program.output)
        home, _, _ = self._target(self.program.output)
        n = self.program.shapes[self.program.output][0]
        stage = stages.SoftmaxCrossEntropy(self.dtype, self.image(logits), self.image(home), n)
        operands = (
            self.place(logits),
            self.place(home),
            Operand("losses", image=1),
            Operand("labels"),
            Operand("rows", image=1),
            Operand("m", slot_itself=True),
        )
        return Call(stage, operands, "loss")

    def _conv_backward(self, node: Node) -> Iterator[Call]:
        source, window = self.root(node.inputs[0]), self.window(node)
        shape, shape_prev = self.program.shapes[node.output], self.program.shapes[node.inputs[0]]
        dZ = f"d:{node.output}"
        weight_gradient = stages.ConvWeightGradient(
            self.dtype,
            x=self.view(source),
            dZ=self.view(dZ),
            f=window.f,
            stride=window.stride,
            n_C_prev=shape_prev[2],
            n_C=shape[2],
            size=(shape[0], shape[1]),
        )
        corner = self.place(source, -window.pad[0][0], -window.pad[1][0])
        dW, db = self.gradient(node, "W"), self.gradient(node, "b")
        yield Call(weight_gradient, (corner, self.place(dZ), dW, db), node.output)
        if node.inputs[0] not in self.needs_gradient:
            return
        target, mask, accumulate = self._target(node.inputs[0])
        yield from input_gradient(
            InputGradient(
                self.dtype,
                window,
                self.residues(node),
                shape_prev[2],
                shape[2],
                dZ=self.stored[dZ],
                dZ_view=self.view(dZ),
                dZ_at=Operand("arena", self.arena[0][dZ]),
                dA=self.stored[target],
                dA_view=self.view(target),
                dA_at=Operand("arena", self.arena[0][target]),
                W=self.parameter(node, "W"),
                node=node.output,
                mask=(self.stored[mask], self.view(mask), Operand("arena", self.arena[0][mask]))
                if mask
                else None,
                accumulate=accumulate,
            ),
            self.packed,
            self.packs,
        )

    def _pool_backward(self, node: Node) -> Iterator[Call]:
        source, shape = self.root(node.inputs[0]), self.program.shapes[node.output]
        shape_prev, dA = self.program.shapes[node.inputs[0]], f"d:{node.output}"
        target, mask, accumulate = self._target(node.inputs[0])
        assert mask is None or mask == source
        stage = stages.PoolBackward(
            self.dtype,
            _mode(node),
            x=self.view(source),
            A=self.view(node.output),
            dA=self.view(dA),
            dx=self.view(target),
            window=self.window(node),
            size_prev=(shape_prev[0], shape_prev[1]),
            size=(shape[0], shape[1]),
            n_C=shape[2],
            mask=mask is not None,
            accumulate=accumulate,
        )
        operands = (self.place(source), self.place(node.output), self.place(dA), self.place(target))
        yield Call(stage, operands, node.output)

    _max_pool_backward = _average_pool_backward = _pool_backward

    def _linear_backward(self, node: Node) -> Iterator[Call]:
        source, dZ = self.root(node.inputs[0]), f"d:{node.output}"
        n_C_prev, n_C = self.program.shapes[node.inputs[0]][0], self.program.shapes[node.output][0]
        weight_gradient = stages.LinearWeightGradient(
            self.dtype, self.image(source), self.image(dZ), n_C_prev, n_C
        )
        dW, db = self.gradient(node, "W"), self.gradient(node, "b")
        yield Call(weight_gradient, (self.place(source), self.place(dZ), dW, db), node.output)
        if node.inputs[0] not in self.needs_gradient:
            return
        packed = Operand("packed", self.packed.take(n_C_prev * n_C))
        transpose = stages.Transpose(self.dtype, n_C_prev, n_C)
        self.packs.append(Call(transpose, (self.parameter(node, "W"), packed), node.output))
        target, mask, accumulate = self._target(node.inputs[0])
        stage = stages.Linear(
            self.dtype,
            "linear_input_gradient",
            x_image=self.image(dZ),
            y_image=self.image(target),
            mask_image=self.image(mask) if mask else 0,
            n_C_prev=n_C,
            n_C=n_C_prev,
            bias=False,
            mask=mask is not None,
            accumulate=accumulate,
        )
        x = self.place(dZ)
        operands = (x, packed, packed, self.place(target), self.place(mask) if mask else x)
        yield Call(stage, operands, node.output)

    def _relu_backward(self, node: Node) -> Iterator[Call]:
        if self.home(node.output).value == node.output:
            target, _, accumulate = self._target(node.inputs[0])  # a > 0 says more than any mask before it
            yield self._rows(
                stages.Relu, f"d:{node.output}", target, node, mask=node.output, accumulate=accumulate
            )

    def _flatten_backward(self, node: Node) -> Iterator[Call]:
        target, mask, accumulate = self._target(node.inputs[0])
        yield self._rows(
            stages.Flatten, f"d:{node.output}", target, node, mask=mask, accumulate=accumulate, flat=True
        )

    def _add_backward(self, node: Node) -> Iterator[Call]:
        for name in node.inputs:
            if name in self.needs_gradient:
                target, mask, accumulate = self._target(name)
                yield self._rows(
                    stages.AddBackward, f"d:{node.output}", target, node, mask=mask, accumulate=accumulate
                )

    # --- plans --------------------------------------------------------------------------------------------------------

    def training_plan(self) -> Plan:
        images = (*self.forward(), self._loss(), *self.backward())
        zero = Call(stages.Zero(self.dtype, self.block.size), (Operand("gradients", shard=self.block.size),))
        update = Call(
            stages.Update(self.dtype, SHARDS, self.block.size),
            (
                Operand("gradients"),
                Operand("values"),
                Operand("velocity"),
                *(Operand(name, slot_itself=True) for name in ("lr", "momentum", "mode")),
                Operand("reduced"),
            ),
            "update",
        )
        total = Call(
            stages.SumLosses(self.dtype),
            (Operand("losses"), Operand("m", slot_itself=True), Operand("total", slot_itself=True)),
            "loss",
        )
        phases = (
            *self._packing(),
            Phase("shards", images, prologue=(zero,)),
            Phase("elements", (update,), elements=self.block.size),
            Phase("tasks", (total,)),
        )
        pointers = (
            "X",
            "rows",
            "labels",
            "values",
            "velocity",
            "gradients",
            "reduced",
            "packed",
            "losses",
            "arena",
        )
        numbers = ("m", "kind", "scale", "lr", "momentum", "mode", "total")
        return self._plan("train_step", phases, pointers, numbers)

    def inference_plan(self) -> Plan:
        calls = list(self.forward())
        output, n = self.root(self.program.output), _size(self.program.shapes[self.program.output])
        out = Operand("out", image=n)
        if self.program.loss is None:
            shape, layout = _image_shape(self.program.shapes[output]), self.stored[output]
            tight = Layout(*shape).view(n)
            stage = stages.Flatten(
                self.dtype, layout.view(self.image(output)), tight, None, shape[:2], shape[2]
            )
            calls.append(Call(stage, (self.place(output), out, self.place(output)), "output"))
        else:
            softmax = stages.Softmax(self.dtype, self.image(output), n, n)
            calls.append(Call(softmax, (self.place(output), out), "output"))
        pointers = ("X", "rows", "values", "packed", "arena", "out")
        phases = (*self._packing(), Phase("images", tuple(calls)))
        return self._plan("forward", phases, pointers, ("m", "kind", "scale"))

    def _packing(self) -> tuple[Phase, ...]:
        return (Phase("tasks", tuple(self.packs)),) if self.packs else ()

    def _plan(
        self, name: str, phases: tuple[Phase, ...], pointers: tuple[str, ...], numbers: tuple[str, ...]
    ) -> Plan:
        words = {"rows": 8, "labels": 8, "X": 1}
        table = slots(self.dtype, pointers, numbers, words)
        return Plan(name, self.dtype, table, phases, self.arena[1], self.packed.size, self.tile, SHARDS)


# --- shared with the plans of single functions ------------------------------------------------------------------------


def wide(dtype: str, n_C: int) -> bool:
    """Whether rows of W are so far apart (1 KB) that reading a few columns misses the cache at each row."""
    return n_C * (4 if dtype == "float32" else 8) >= 1024


def block_filters(conv: stages.Conv, W: Operand, node: str, packed: Arena, packs: list[Call]) -> Operand:
    """Room for the filters of a convolution in blocks; the call that fills it is appended."""
    blocks = Operand("packed", packed.take(conv.terms * conv.n_C))
    packs.append(Call(stages.BlockFilters(conv.dtype, conv), (W, blocks), node))
    return blocks


def gradient_border(
    classes: tuple[tuple[Residue, ...], tuple[Residue, ...]], size: tuple[int, int]
) -> Padding:
    """The border of dZ that dA reads, as a convolution with flipped filters."""

    def axis(one: tuple[Residue, ...], n: int) -> tuple[int, int]:
        before = max((r.taps - 1 - r.start for r in one if r.taps), default=0)
        after = max((r.start + r.count - 1 - (n - 1) for r in one if r.taps), default=0)
        return max(before, 0), max(after, 0)

    return axis(classes[0], size[0]), axis(classes[1], size[1])


@dataclass(frozen=True)
class InputGradient:
    """Everything that dA of one convolution needs; `*_at` are the first elements of the buffers, border included."""

    dtype: str
    window: Window
    residues: tuple[tuple[Residue, ...], tuple[Residue, ...]]
    n_C_prev: int
    n_C: int
    dZ: Layout
    dZ_view: stages.View
    dZ_at: Operand
    dA: Layout
    dA_view: stages.View
    dA_at: Operand
    W: Operand
    node: str = ""
    mask: tuple[Layout, stages.View, Operand] | None = None
    accumulate: bool = False


def _moved(operand: Operand, elements: int) -> Operand:
    return Operand(operand.slot, operand.offset + elements, operand.image, operand.shard)


def input_gradient(task: InputGradient, packed: Arena, packs: list[Call]) -> Iterator[Call]:
    """dA as convolutions of dZ with flipped filters, one for each residue class of a stride; packs are appended."""
    stride = task.window.stride
    for vertical, horizontal in product(*task.residues):
        taps = (vertical.taps, horizontal.taps)
        corner = task.dZ.offset(vertical.start - taps[0] + 1, horizontal.start - taps[1] + 1)
        if not taps[0] * taps[1]:
            taps, corner = (0, 0), task.dZ.origin  # no window covers these inputs: their gradient is zero

        def strided(view: stages.View) -> stages.View:
            return stages.View(view.image, stride[0] * view.row, stride[1] * view.pixel)

        stage = stages.Conv(
            task.dtype,
            "conv_input_gradient",
            x=task.dZ_view,
            y=strided(task.dA_view),
            mask=strided(task.mask[1]) if task.mask else None,
            taps=taps,
            step=(task.dZ_view.row, task.dZ_view.pixel),
            n_C_prev=task.n_C,
            n_C=task.n_C_prev,
            size=(vertical.count, horizontal.count),
            bias=False,
            accumulate=task.accumulate,
            blocked=True,
        )
        W = Operand("packed", packed.take(stage.terms * stage.n_C))
        if stage.terms:
            flip = stages.FlipFilters(
                task.dtype, task.window.f, (vertical.tap, horizontal.tap), stride, stage
            )
            packs.append(Call(flip, (task.W, W), task.node))
        first = (vertical.first, horizontal.first)
        x = _moved(task.dZ_at, corner)
        mask = _moved(task.mask[2], task.mask[0].offset(*first)) if task.mask else x
        yield Call(stage, (x, W, W, _moved(task.dA_at, task.dA.offset(*first)), mask), task.node)


def _mode(node: Node) -> str:
    return node.operation.removesuffix("_pool")


def _image_shape(shape: Shape) -> tuple[int, int, int]:
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, _size(shape))


def _layout(shape: Shape, border: Padding) -> Layout:
    return Layout(*_image_shape(shape), border)


def _size(shape: Shape) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
