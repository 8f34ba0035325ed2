"""The calls of the forward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

from fullstride.lazy import cached_property
from fullstride.program import normalization, stages, winograd
from fullstride.program.augmentation import LoadAugmented
from fullstride.program.convolution_calls import Filters, block_filters, transform_filters, wide
from fullstride.program.draft import Draft
from fullstride.program.graph import INPUT, Node
from fullstride.program.placement import image_shape, value_behind
from fullstride.program.plan import SHARDS, Arena, Call, Layout, Operand, StepCall, Whole


def mode_of(node: Node) -> str:
    """Of a pooling operation: "max" or "average"."""
    return "max" if node.operation == "max_pool" else "average"


class Forward(Draft):
    """Stages of every operation, forward."""

    def stages_of(self, node: Node, direction: str) -> Callable[[Node], Any]:
        """The method that makes the calls of a node's operation, `_<operation>_<direction>`, or of its step."""
        kind = node.operation if node.row.has_kernel else "step"
        method: Callable[[Node], Any] = getattr(self, f"_{kind}_{direction}")
        return method

    @cached_property
    def phase_of(self) -> dict[str, int]:
        """The phase that can read a value first: the next one behind an operation that joins the batch."""
        phases = {INPUT: 0}
        for node in self.program.nodes:
            joins = self.training and (node.operation == "batch_norm" or self.is_huge(node))
            joins = joins or not node.row.has_kernel
            phases[node.output] = max(phases[name] for name in node.inputs) + 2 * joins
        return phases

    def forward(self) -> None:
        """Emits the calls of all operations."""
        if INPUT not in self.recomputed:
            self._load()
        for node in self.program.nodes:
            stored = self.value_of(node)
            if node.output in {*self.alias, *self.clipped.values(), *self.folded.values()}:
                continue
            self.phase = self.phase_of[node.output]
            if node.operation == "batch_norm" and self.training:
                self._batch_statistics(node)
            if node.output in self.absorbed.values():
                continue
            if stored in self.recomputed:
                self.need(stored)
            else:
                self._make(node)

    def need(self, value: str) -> str:
        """A value's stored name; where it is made again in each phase, it is now ready in this one."""
        value = self.root(value)
        key = f"{value}@{self.phase}"
        if value in self.recomputed and key not in self.made:
            self.made.add(key)
            if value == INPUT:
                self._load()
            else:
                node = self.producer[value]
                self._make(self.producer[node.inputs[0]] if value in self.clipped.values() else node)
        return value

    def write_output(self) -> None:
        """Emits the last call: probabilities, or the output as it is, into the caller's memory."""
        output, n = self.root(self.program.output), prod(self.program.shapes[self.program.output])
        output = self.value_of(self.producer[output]) if output in self.producer else output
        self.phase = self.phase_of[self.program.output]
        out = Operand("out", image=n)
        if self.program.loss != "softmax_cross_entropy":
            shape, layout = image_shape(self.program.shapes[output]), self.layouts[output]
            tight = Layout(*shape).view(n)
            view = layout.view(self.image(output))
            stage = stages.Flatten(self.dtype, view, tight, None, shape[:2], shape[2])
            self.emit(Call(stage, (self.place(output), out, self.place(output)), "output"))
        else:
            softmax = stages.Softmax(self.dtype, self.image(output), n, n)
            self.emit(Call(softmax, (self.place(output), out), "output"))

    def _make(self, node: Node) -> None:
        self.emit(self.stages_of(node, "forward")(node))

    def _step_forward(self, node: Node) -> StepCall:
        """Between the phase of its inputs and its own."""
        self.phase -= 1
        inputs = tuple(self._whole_value(name) for name in node.inputs)
        return StepCall(node.output, False, inputs, self.whole(node.output))

    def _whole_value(self, name: str) -> Whole:
        """A value as a node without a kernel reads it; flattened, it may stand as the image that it was."""
        return replace(self.whole(self.root(name)), shape=self.program.shapes[name])

    def _load(self) -> None:
        n_H, n_W, n_C = image_shape(self.program.input_shape)
        place = self.place(INPUT)
        given = (
            Operand("X"),
            Operand("rows", image=1),
            Operand("kind", slot_itself=True),
            Operand("gain"),
            Operand("shift"),
        )
        stored = self.scratch("stored", n_H * n_W * n_C) if self.from_file else place
        if self.augmented:
            stage = LoadAugmented(self.dtype, self.view(INPUT), (n_H, n_W), n_C, self.from_file)
            work = self.scratch("work", stage.work_size)
            self.emit(Call(stage, (*given, Operand("augmentation"), place, work, stored), INPUT))
        else:
            plain = stages.LoadImages(self.dtype, self.view(INPUT), (n_H, n_W), n_C, self.from_file)
            self.emit(Call(plain, (*given, place, stored), INPUT))

    # --- operations ---------------------------------------------------------------------------------------------------

    def _conv_forward(self, node: Node) -> Call:
        source, target, window = self.need(node.inputs[0]), self.value_of(node), self.window(node)
        if self.by_winograd(node):
            return self._winograd_forward(node, source, target)
        x, shape = self.view(source), self.program.shapes[node.output]
        W, b = self._filters(node)
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
            bias=b is not None,
            relu=target in self.clipped.values(),
            blocked=wide(self.dtype, shape[2]),
        )
        corner = self.place(source, -window.pad[0][0], -window.pad[1][0])
        if stage.blocked:
            W = self.blocked(stage, W, node.output)
        return Call(stage, (corner, W, b or W, self.place(target), corner), node.output)

    def by_winograd(self, node: Node) -> bool:
        """Whether a convolution is Winograd's: forward, dA and dW alike."""
        window, n_C_prev = self.window(node), self.program.shapes[node.inputs[0]][2]
        n_H, n_W, n_C = self.program.shapes[node.output]
        return not self.exact and winograd.suits(window.f, window.stride, (n_H, n_W), n_C_prev, n_C)

    def _winograd_forward(self, node: Node, source: str, target: str) -> Call:
        window, shape = self.window(node), self.program.shapes[node.output]
        W, b = self._filters(node)
        stage = stages.WinogradConv(
            self.dtype,
            "winograd_forward",
            x=self.view(source),
            y=self.view(target),
            mask=None,
            n_C_prev=self.program.shapes[node.inputs[0]][2],
            n_C=shape[2],
            size=(shape[0], shape[1]),
            bias=b is not None,
            relu=target in self.clipped.values(),
        )
        filters = Filters(W, stage.n_C_prev, stage.n_C, False, node.output)
        U = self.transformed(stage, filters)
        corner = self.place(source, -window.pad[0][0], -window.pad[1][0])
        work = self.scratch("work", winograd.conv_work_size(stage, self.machine))
        return Call(stage, (corner, U, b or U, self.place(target), corner, work), node.output)

    def blocked(self, stage: stages.Conv, W: Operand, node: str) -> Operand:
        """Filters in the blocks that a convolution reads, made along with the others."""
        return block_filters(stage, W, node, self.packed, self.packs)

    def transformed(self, stage: stages.WinogradConv, filters: Filters) -> Operand:
        """Filters as Winograd's convolution reads them, made along with the others."""
        return transform_filters(stage, filters, self.machine, self.packed, self.packs)

    def _filters(self, node: Node) -> tuple[Operand, Operand | None]:
        """W and b of a convolution; with the normalization behind it folded in where that is done."""
        bias = node.attributes.get("bias", True)
        W = self.parameter(node, "W")
        b = self.parameter(node, "b") if bias else None
        if node.output not in self.folded:
            return W, b
        norm = self.producer[self.folded[node.output]]
        shape = self.program.parameters[f"{node.output}.W"].shape
        terms, n_C = prod(shape[:-1]), shape[-1]
        folded = Operand("packed", self.packed.take((terms + 1) * n_C))
        stage = normalization.FoldFilters(self.dtype, terms, n_C, norm.attributes["epsilon"], bias)
        roles = ("running_mean", "running_variance", "gamma", "beta")
        operands = (W, b or W, *(self.parameter(norm, role) for role in roles), folded)
        self.folds.append(Call(stage, operands, norm.output))
        return folded, Operand("packed", folded.offset + terms * n_C)

    def _pool_forward(self, node: Node) -> Call:
        source, shape = self.need(node.inputs[0]), image_shape(self.program.shapes[node.output])
        stage = stages.Pool(
            self.dtype,
            mode_of(node),
            x=self.view(source),
            A=self.view(node.output),
            window=self.window(node),
            size=(shape[0], shape[1]),
            n_C=shape[2],
        )
        return Call(stage, (self.place(source), self.place(node.output)), node.output)

    _max_pool_forward = _average_pool_forward = _global_average_pool_forward = _pool_forward

    def _linear_forward(self, node: Node) -> Call:
        if self.training and self.is_huge(node):
            return self._linear_batch_forward(node)
        source, target = self.need(node.inputs[0]), self.value_of(node)
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

    def _linear_batch_forward(self, node: Node) -> Call:
        """Between the phase of its input and its own."""
        source, target = self.root(node.inputs[0]), self.value_of(node)
        self.phase -= 1
        stage = stages.LinearBatch(
            self.dtype,
            self.image(source),
            self.image(target),
            self.program.shapes[node.inputs[0]][0],
            self.program.shapes[node.output][0],
            relu=target != node.output,
        )
        W, b, m = self.parameter(node, "W"), self.parameter(node, "b"), Operand("m", slot_itself=True)
        return Call(stage, (self.place(source), W, b, self.place(target), m), node.output)

    def _relu_forward(self, node: Node) -> Call:
        return self.rows(stages.Relu, self.need(node.inputs[0]), node.output, node, relu=True)

    def _flatten_forward(self, node: Node) -> Call:
        return self.rows(stages.Flatten, self.need(node.inputs[0]), node.output, node)

    def _add_forward(self, node: Node) -> Call:
        if node.output in self.absorbed:
            return self._normalize(self.producer[self.absorbed[node.output]], node)
        left, right, target = self.need(node.inputs[0]), self.need(node.inputs[1]), self.value_of(node)
        shape = image_shape(self.program.shapes[node.output])
        views = (self.view(left), self.view(right), self.view(target))
        stage = stages.Add(self.dtype, *views, (shape[0], shape[1]), shape[2], relu=target != node.output)
        return Call(stage, (self.place(left), self.place(right), self.place(target)), node.output)

    def rows(
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

    # --- batch normalization ------------------------------------------------------------------------------------------

    @cached_property
    def sums_offsets(self) -> tuple[dict[str, int], int]:
        """Where the sums of each normalization stand, forward and then backward, and float64 numbers a shard."""
        arena, offsets = Arena("float64"), {}
        for node in self.program.nodes:
            if node.operation == "batch_norm":
                offsets[node.output] = arena.take(2 * self.channels(node))
                offsets[f"d:{node.output}"] = arena.take(2 * self.channels(node))
        return offsets, arena.size

    def channels(self, node: Node) -> int:
        return self.program.shapes[node.output][-1]

    def positions(self, node: Node) -> int:
        """Numbers of an image that one channel's statistics join."""
        return prod(self.program.shapes[node.output][:-1])

    def sums(self, name: str) -> Operand:
        """The sums of a normalization, or of its gradient, of the shard at hand (outside of shards: the first)."""
        return Operand("statistics", self.sums_offsets[0][name], shard=self.sums_offsets[1])

    def coefficients(self, node: Node) -> Operand:
        """Where the coefficients of a normalization stand: with the thread, in inference with the filters."""
        size = 6 * normalization.coefficient_row(self.channels(node))
        return self.scratch(f"coefficients of {node.output}", size)

    def _batch_statistics(self, node: Node) -> None:
        """Sums where the input is at hand, and the statistics at the beginning of the next phase."""
        following, n_C = self.phase, self.channels(node)
        self.phase = self.phase_of[node.inputs[0]]
        source, shape = self.need(node.inputs[0]), image_shape(self.program.shapes[node.output])
        stage = normalization.ChannelSums(self.dtype, self.view(source), (shape[0], shape[1]), n_C)
        self.emit(Call(stage, (self.place(source), self.sums(node.output)), node.output))
        self.phase = following
        statistics = normalization.BatchStatistics(
            self.dtype, n_C, SHARDS, self.sums_offsets[1], self.positions(node), node.attributes["epsilon"]
        )
        operands = (
            self.sums(node.output),
            self.parameter(node, "gamma"),
            self.parameter(node, "beta"),
            Operand("m", slot_itself=True),
            self.coefficients(node),
        )
        self.openings[following].append(Call(statistics, operands, node.output))

    def _batch_norm_forward(self, node: Node) -> Call:
        return self._normalize(node, None)

    def _normalize(self, node: Node, total: Node | None) -> Call:
        """A normalization, and the sum behind it."""
        written = total or node
        source, target = self.need(node.inputs[0]), self.value_of(written)
        residual = None
        if total is not None:
            left, right = total.inputs
            residual = self.need(right if left == node.output else left)
        shape = image_shape(self.program.shapes[node.output])
        coefficients = self.coefficients(node) if self.training else self._stored_statistics(node)
        stage = normalization.Normalize(
            self.dtype,
            x=self.view(source),
            residual=self.view(residual) if residual else None,
            y=self.view(target),
            size=(shape[0], shape[1]),
            n_C=shape[2],
            relu=target != written.output,
        )
        x = self.place(source)
        other = self.place(residual) if residual else x
        return Call(stage, (x, coefficients, other, self.place(target)), written.output)

    def _stored_statistics(self, node: Node) -> Operand:
        """Coefficients from the running statistics, made along with the filters."""
        n_C = self.channels(node)
        place = Operand("packed", self.packed.take(6 * normalization.coefficient_row(n_C)))
        roles = ("running_mean", "running_variance", "gamma", "beta")
        operands = (*(self.parameter(node, role) for role in roles), place)
        stage = normalization.StoredStatistics(self.dtype, n_C, node.attributes["epsilon"])
        self.packs.append(Call(stage, operands, node.output))
        return place
