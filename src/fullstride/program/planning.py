"""From a Program to a Plan: which stages run, in which order, on which operands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from fullstride.errors import ArgumentError, EngineError
from fullstride.program import stages
from fullstride.program.convolution_calls import InputGradient, block_filters, input_gradient, wide
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.machine import Machine
from fullstride.program.placement import Placement, gradient_of, image_shape, value_behind
from fullstride.program.plan import SHARDS, Arena, Call, Layout, Operand, Phase, Plan, slots


def plan_training(program: Program, machine: Machine) -> Plan:
    """One step of training: pack filters, all images forward and backward, update.

    Raises
    ------
    ArgumentError
        If the program has no parameters.
    EngineError
        If an operation has no kernel.
    """
    if not program.parameters:
        raise ArgumentError(
            "plan_training: there is nothing to train: the program must have parameters, as conv and linear do; "
            f"got only {', '.join(dict.fromkeys(node.operation for node in program.nodes))}"
        )
    return _Planner(program, machine, training=True).training_plan()


def plan_inference(program: Program, machine: Machine) -> Plan:
    """The output of every image: forward alone, nothing kept for backward.

    Raises
    ------
    EngineError
        If an operation has no kernel.
    """
    return _Planner(program, machine, training=False).inference_plan()


class _Planner(Placement):
    """Stages of a program; what stands where comes from `Placement`."""

    def __init__(self, program: Program, machine: Machine, training: bool) -> None:
        super().__init__(program, machine, training)
        self.packed = Arena(self.dtype)
        self.packs: list[Call] = []
        self.written: set[str] = set()

    def _stages_of(self, node: Node, direction: str) -> Callable[[Node], Any]:
        """The method that makes the calls of a node's operation, `_<operation>_<direction>`."""
        method: Callable[[Node], Any] | None = getattr(self, f"_{node.operation}_{direction}", None)
        if method is None:
            raise EngineError(
                f"planning: node {node.output!r}: operation {node.operation!r} has no {direction} kernel "
                '(engine="steps" runs it)'
            )
        return method

    # --- forward ------------------------------------------------------------------------------------------------------

    def forward(self) -> Iterator[Call]:
        yield self._load()
        for node in self.program.nodes:
            if node.output in self.alias or (node.operation == "relu" and node.inputs[0] in self.clipped):
                continue
            yield self._stages_of(node, "forward")(node)

    def _load(self) -> Call:
        shape, name = image_shape(self.program.input_shape), INPUT
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
        return self._rows(stages.Flatten, self.root(node.inputs[0]), node.output, node)

    def _add_forward(self, node: Node) -> Call:
        left, right, target = self.root(node.inputs[0]), self.root(node.inputs[1]), self.value_of(node)
        shape = image_shape(self.program.shapes[node.output])
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
    ) -> Call:
        """Between two buffers, of which one may be the other flattened (a flat one has no border)."""
        names = [source, target] + ([mask] if mask else [])
        shapes = [image_shape(self.program.shapes[value_behind(name)]) for name in names]
        shape = next(
            (shape for shape in shapes if shape[:2] != (1, 1)), shapes[0]
        )  # the one that is an image

        def view(name: str, own: tuple[int, int, int]) -> stages.View:
            if own != shape:
                return stages.View(self.image(name), shape[1] * shape[2], shape[2])
            return self.view(name)

        views = [view(name, own) for name, own in zip(names, shapes, strict=True)]
        stage = kind(
            self.dtype,
            x=views[0],
            y=views[1],
            mask=views[2] if mask else None,
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
                yield from self._stages_of(node, "backward")(node)

    def _target(self, value: str) -> tuple[str, str | None, bool]:
        """(gradient buffer, mask, whether to add): for the next write of a value's gradient."""
        home = self.home(value)
        accumulate = home.value in self.written
        self.written.add(home.value)
        return gradient_of(home.value), home.mask, accumulate

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
        dZ = gradient_of(node.output)
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
        shape_prev, dA = self.program.shapes[node.inputs[0]], gradient_of(node.output)
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
        source, dZ = self.root(node.inputs[0]), gradient_of(node.output)
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
            dA = gradient_of(node.output)
            target, _, accumulate = self._target(node.inputs[0])  # a > 0 says more than any mask before it
            yield self._rows(stages.Relu, dA, target, node, mask=node.output, accumulate=accumulate)

    def _flatten_backward(self, node: Node) -> Iterator[Call]:
        target, mask, accumulate = self._target(node.inputs[0])
        dA = gradient_of(node.output)
        yield self._rows(stages.Flatten, dA, target, node, mask=mask, accumulate=accumulate)

    def _add_backward(self, node: Node) -> Iterator[Call]:
        dZ = gradient_of(node.output)
        for name in node.inputs:
            if name in self.needs_gradient:
                target, mask, accumulate = self._target(name)
                yield self._rows(stages.AddBackward, dZ, target, node, mask=mask, accumulate=accumulate)

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
        output, n = self.root(self.program.output), prod(self.program.shapes[self.program.output])
        out = Operand("out", image=n)
        if self.program.loss is None:
            shape, layout = image_shape(self.program.shapes[output]), self.stored[output]
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


def _mode(node: Node) -> str:
    return node.operation.removesuffix("_pool")
