"""The loss, and the calls of the backward pass."""

from __future__ import annotations

from dataclasses import replace

from fullstride.program import normalization, stages, winograd
from fullstride.program.convolution_calls import (
    Filters,
    InputGradient,
    input_gradient,
    moved,
    transform_filters,
)
from fullstride.program.draft import over_images
from fullstride.program.forward import Forward, mode_of
from fullstride.program.graph import Node
from fullstride.program.placement import gradient_of, image_shape
from fullstride.program.plan import SHARDS, Call, Operand, StepCall


class Backward(Forward):
    """Stages of every operation, backward; a gradient belongs to the phase in which its last part is written."""

    written: set[str]
    """Gradients of which a part has been written."""
    weighted = False
    """Whether labels are smoothed or classes weighted."""
    image_weights = False
    """Whether each image has a weight of its own."""
    guard = "total"
    """The number without which, when it is not finite, nothing is updated."""

    @property
    def truth(self) -> str:
        """What the outputs are compared with."""
        return "targets" if self.program.loss == "mean_squared_error" else "labels"

    def backward(self) -> None:
        """Emits the calls of the loss and of all operations."""
        self.written = set()
        self.phase = self.phase_of[self.program.output]
        self._loss()
        for node in reversed(self.program.nodes):
            if node.output in self.needs_gradient and node.output not in self.alias:
                last = self.touched.get(self.gradient_buffer(node.output), self.phase)
                self.phase = over_images(last)
                self.stages_of(node, "backward")(node)

    def target(self, value: str) -> tuple[str, str | None, bool]:
        """(gradient buffer, mask, whether to add), for the next write of a value's gradient.

        It happens in this phase, or later where others are not done with the buffer.
        """
        home = self.home(value)
        buffer = gradient_of(home.value)
        accumulate = home.value in self.written
        self.written.add(home.value)
        self.phase = max(self.phase, over_images(self.touched.get(buffer, 0)))
        return buffer, self.need(home.mask) if home.mask else None, accumulate

    def _loss(self) -> None:
        output = self.need(self.program.output)
        buffer, _, _ = self.target(self.program.output)
        sizes = (self.image(output), self.image(buffer), self.program.shapes[self.program.output][0])
        stage: stages.MeanSquaredError | stages.WeightedCrossEntropy | stages.SoftmaxCrossEntropy
        if self.truth == "targets":
            stage = stages.MeanSquaredError(self.dtype, *sizes)
        elif self.weighted:
            stage = stages.WeightedCrossEntropy(self.dtype, *sizes)
        else:
            stage = stages.SoftmaxCrossEntropy(self.dtype, *sizes)
        places = {"Z": self.place(output), "dZ": self.place(buffer)}
        places |= {name: Operand(name, image=1) for name in ("losses", "rows", "factors")}
        places |= {name: Operand(name) for name in ("labels", "targets", "shares", "hits")}
        places |= {name: Operand(name, slot_itself=True) for name in ("m", "divisor", "spread")}
        weigh = stages.WeighImages(self.dtype, *sizes[1:])
        for one in (stage, weigh) if self.image_weights else (stage,):
            self.emit(Call(one, tuple(places[name] for name in one.operands), "loss"))

    # --- operations ---------------------------------------------------------------------------------------------------

    def _conv_backward(self, node: Node) -> None:
        source, dZ = self.need(node.inputs[0]), self.gradient_buffer(node.output)
        if self.by_winograd(node):
            self._winograd_weight_gradient(node, source, dZ)
        else:
            self._weight_gradient(node, source, dZ)
        if node.inputs[0] in self.needs_gradient:
            self._input_gradient(node, dZ)

    def _weight_gradient(self, node: Node, source: str, dZ: str) -> None:
        window, shape = self.window(node), self.program.shapes[node.output]
        bias = node.attributes.get("bias", True)
        stage = stages.ConvWeightGradient(
            self.dtype,
            x=self.view(source),
            dZ=self.view(dZ),
            f=window.f,
            stride=window.stride,
            n_C_prev=self.program.shapes[node.inputs[0]][2],
            n_C=shape[2],
            size=(shape[0], shape[1]),
            bias=bias,
        )
        corner = self.place(source, -window.pad[0][0], -window.pad[1][0])
        dW = self.gradient(node, "W")
        db = self.gradient(node, "b") if bias else dW
        self.emit(Call(stage, (corner, self.place(dZ), dW, db), node.output))

    def _winograd_weight_gradient(self, node: Node, source: str, dZ: str) -> None:
        """Sums of a shard in memory of the thread, and dW from them at the shard's end."""
        window, shape = self.window(node), self.program.shapes[node.output]
        n_C_prev, n_C = self.program.shapes[node.inputs[0]][2], shape[2]
        bias = node.attributes.get("bias", True)
        stage = stages.WinogradWeightGradient(
            self.dtype, self.view(source), self.view(dZ), n_C_prev, n_C, (shape[0], shape[1]), bias
        )
        size = winograd.gradient_size(self.dtype, n_C_prev, n_C, self.machine)
        M = self.scratch(f"sums of {node.output}", size, self.phase)
        work = self.scratch("work", winograd.gradient_work_size(stage, self.machine))
        corner = self.place(source, -window.pad[0][0], -window.pad[1][0])
        dW = self.gradient(node, "W")
        db = self.gradient(node, "b") if bias else dW
        self.prologues[self.phase].append(Call(stages.Zero(self.dtype, size), (M,), node.output))
        self.emit(Call(stage, (corner, self.place(dZ), M, db, work), node.output))
        output = stages.WinogradGradientOutput(self.dtype, n_C_prev, n_C)
        self.epilogues[self.phase].append(Call(output, (M, dW), node.output))

    def _input_gradient(self, node: Node, dZ: str) -> None:
        shape, shape_prev = self.program.shapes[node.output], self.program.shapes[node.inputs[0]]
        target, mask, accumulate = self.target(node.inputs[0])
        dZ_layout, dZ_view, dZ_at = self.placed(dZ)
        dA_layout, dA_view, dA_at = self.placed(target)
        task = InputGradient(
            self.dtype,
            self.window(node),
            self.residues(node),
            shape_prev[2],
            shape[2],
            dZ=dZ_layout,
            dZ_view=dZ_view,
            dZ_at=dZ_at,
            dA=dA_layout,
            dA_view=dA_view,
            dA_at=dA_at,
            W=self.parameter(node, "W"),
            node=node.output,
            mask=self.placed(mask) if mask else None,
            accumulate=accumulate,
        )
        if self.by_winograd(node):
            self.emit(self._winograd_input_gradient(task))
            return
        for call in input_gradient(task, self.packed, self.packs):
            self.emit(call)

    def _winograd_input_gradient(self, task: InputGradient) -> Call:
        ((vertical,), (horizontal,)) = task.residues
        stage = stages.WinogradConv(
            self.dtype,
            "winograd_input_gradient",
            x=task.dZ_view,
            y=task.dA_view,
            mask=task.mask[1] if task.mask else None,
            n_C_prev=task.n_C,
            n_C=task.n_C_prev,
            size=(vertical.count, horizontal.count),
            bias=False,
            accumulate=task.accumulate,
        )
        filters = Filters(task.W, task.n_C_prev, task.n_C, True, task.node)
        U = transform_filters(stage, filters, self.machine, self.packed, self.packs)
        x = moved(task.dZ_at, task.dZ.offset(vertical.start - 2, horizontal.start - 2))
        y = moved(task.dA_at, task.dA.offset(0, 0))
        mask = moved(task.mask[2], task.mask[0].offset(0, 0)) if task.mask else x
        work = self.scratch("work", winograd.conv_work_size(stage, self.machine))
        return Call(stage, (x, U, U, y, mask, work), task.node)

    def _pool_backward(self, node: Node) -> None:
        dA = self.gradient_buffer(node.output)
        target, mask, accumulate = self.target(node.inputs[0])
        source, A = self.need(node.inputs[0]), self.need(node.output)
        shape, shape_prev = (image_shape(self.program.shapes[name]) for name in (node.output, node.inputs[0]))
        assert mask is None or mask == source
        stage = stages.PoolBackward(
            self.dtype,
            mode_of(node),
            x=self.view(source),
            A=self.view(A),
            dA=self.view(dA),
            dx=self.view(target),
            window=self.window(node),
            size_prev=(shape_prev[0], shape_prev[1]),
            size=(shape[0], shape[1]),
            n_C=shape[2],
            mask=mask is not None,
            accumulate=accumulate,
        )
        operands = (self.place(source), self.place(A), self.place(dA), self.place(target))
        self.emit(Call(stage, operands, node.output))

    _max_pool_backward = _average_pool_backward = _global_average_pool_backward = _pool_backward

    def _linear_backward(self, node: Node) -> None:
        dZ, here = self.gradient_buffer(node.output), self.phase
        if self.is_wide(node):
            self.phase += 1
            self._linear_batch_gradient(node, dZ)
            self.phase = here
        else:
            self._linear_weight_gradient(node, dZ)
        if node.inputs[0] not in self.needs_gradient:
            return
        if self.is_huge(node):
            self._linear_batch_input_gradient(node, dZ)
        else:
            self._linear_input_gradient(node, dZ)

    def _linear_weight_gradient(self, node: Node, dZ: str) -> None:
        source = self.need(node.inputs[0])
        n_C_prev, n_C = self.program.shapes[node.inputs[0]][0], self.program.shapes[node.output][0]
        stage = stages.LinearWeightGradient(self.dtype, self.image(source), self.image(dZ), n_C_prev, n_C)
        dW, db = self.gradient(node, "W"), self.gradient(node, "b")
        self.emit(Call(stage, (self.place(source), self.place(dZ), dW, db), node.output))

    def _linear_batch_gradient(self, node: Node, dZ: str) -> None:
        source, m = self.root(node.inputs[0]), Operand("m", slot_itself=True)
        n_C_prev, n_C = self.program.shapes[node.inputs[0]][0], self.program.shapes[node.output][0]
        stage = stages.LinearBatchGradient(
            self.dtype, self.image(source), self.image(dZ), n_C_prev, n_C, SHARDS
        )
        dW, db = self.gradient(node, "W"), self.gradient(node, "b")
        self.emit(Call(stage, (self.place(source), self.place(dZ), dW, db, m), node.output))

    def _linear_batch_input_gradient(self, node: Node, dZ: str) -> None:
        """In the phase of outputs behind the one in which dZ is whole, and behind others that add to dA before."""
        n_C_prev, n_C = self.program.shapes[node.inputs[0]][0], self.program.shapes[node.output][0]
        target, mask, accumulate = self.target(node.inputs[0])
        self.phase += 1
        stage = stages.LinearBatchInputGradient(
            self.dtype,
            self.image(dZ),
            self.image(target),
            self.image(mask) if mask else 0,
            n_C_prev,
            n_C,
            mask=mask is not None,
            accumulate=accumulate,
        )
        work = self.scratch("work", stage.work_size(n_C, self.machine.lanes(self.dtype)))
        x, W, m = self.place(dZ), self.parameter(node, "W"), Operand("m", slot_itself=True)
        operands = (x, W, self.place(target), self.place(mask) if mask else x, work, m)
        self.emit(Call(stage, operands, node.output))

    def _linear_input_gradient(self, node: Node, dZ: str) -> None:
        n_C_prev, n_C = self.program.shapes[node.inputs[0]][0], self.program.shapes[node.output][0]
        packed = Operand("packed", self.packed.take(n_C_prev * n_C))
        transpose = stages.Transpose(self.dtype, n_C_prev, n_C)
        self.packs.append(Call(transpose, (self.parameter(node, "W"), packed), node.output))
        target, mask, accumulate = self.target(node.inputs[0])
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
        self.emit(Call(stage, operands, node.output))

    def _relu_backward(self, node: Node) -> None:
        if self.home(node.output).mask is None:  # no consumer of its value has masked
            dA = self.gradient_buffer(node.output)
            target, _, accumulate = self.target(node.inputs[0])  # a > 0 says more than any mask before it
            mask = self.need(node.output)
            self.emit(self.rows(stages.Relu, dA, target, node, mask=mask, accumulate=accumulate))

    def _flatten_backward(self, node: Node) -> None:
        dA = self.gradient_buffer(node.output)
        target, mask, accumulate = self.target(node.inputs[0])
        self.emit(self.rows(stages.Flatten, dA, target, node, mask=mask, accumulate=accumulate))

    def _add_backward(self, node: Node) -> None:
        dZ = self.gradient_buffer(node.output)
        here = self.phase
        for name in node.inputs:
            if name not in self.needs_gradient:
                continue
            own = self.home(name)
            if gradient_of(own.value) == dZ:
                continue  # it stands there
            self.phase = here
            target, mask, accumulate = self.target(name)
            self.emit(self.rows(stages.AddBackward, dZ, target, node, mask=mask, accumulate=accumulate))

    def _batch_norm_backward(self, node: Node) -> None:
        """Sums where the gradient is whole; in the next phase what they are needed for."""
        dY, n_C = self.gradient_buffer(node.output), self.channels(node)
        x, shape = self.need(node.inputs[0]), image_shape(self.program.shapes[node.output])
        sums, coefficients = self.sums(gradient_of(node.output)), self.coefficients(node)
        summed = normalization.NormalizationSums(
            self.dtype, self.view(dY), self.view(x), (shape[0], shape[1]), n_C
        )
        self.emit(Call(summed, (self.place(dY), self.place(x), coefficients, sums), node.output))
        if node.inputs[0] not in self.needs_gradient:
            return
        self.phase += 2
        statistics = normalization.GradientStatistics(
            self.dtype, n_C, SHARDS, self.sums_offsets[1], self.positions(node)
        )
        operands = (sums, Operand("m", slot_itself=True), coefficients)
        self.openings[self.phase].append(Call(statistics, operands, node.output))
        target, mask, accumulate = self.target(node.inputs[0])
        x = self.need(node.inputs[0])
        stage = normalization.NormalizeBackward(
            self.dtype,
            dY=self.view(dY),
            x=self.view(x),
            dx=self.view(target),
            mask=self.view(mask) if mask else None,
            size=(shape[0], shape[1]),
            n_C=n_C,
            accumulate=accumulate,
        )
        places = (self.place(dY), self.place(x), coefficients, self.place(target))
        self.emit(Call(stage, (*places, self.place(mask) if mask else places[0]), node.output))

    def _step_backward(self, node: Node) -> None:
        """Behind the phase in which dZ is whole, and behind others that add to the inputs' gradients before."""
        targets = [self.target(name) if name in self.needs_gradient else None for name in node.inputs]
        self.phase += 1
        inputs = tuple(
            replace(self.whole(target[0]), shape=self.program.shapes[name]) if target else None
            for name, target in zip(node.inputs, targets, strict=True)
        )
        assert not any(target and target[1] for target in targets), f"{node.output} masks nothing"
        dZ = self.whole(self.gradient_buffer(node.output))
        adds = tuple(bool(target and target[2]) for target in targets)
        self.emit(StepCall(node.output, True, inputs, dZ, adds))

    # --- what follows the images --------------------------------------------------------------------------------------

    def normalization_gradients(self) -> tuple[Call, ...]:
        """dgamma and dbeta, into the first shard's gradients."""
        calls = []
        for node in self.program.nodes:
            if node.operation == "batch_norm":
                stage = normalization.NormalizationGradients(
                    self.dtype, self.channels(node), SHARDS, self.sums_offsets[1]
                )
                operands = (
                    self.sums(gradient_of(node.output)),
                    self.coefficients(node),
                    self.gradient(node, "gamma"),
                    self.gradient(node, "beta"),
                )
                calls.append(Call(stage, operands, node.output))
        return tuple(calls)

    def running_statistics(self) -> tuple[Call, ...]:
        """The running mean and variance after a step."""
        calls = []
        for node in self.program.nodes:
            if node.operation == "batch_norm":
                stage = normalization.RunningStatistics(
                    self.dtype,
                    self.channels(node),
                    SHARDS,
                    self.sums_offsets[1],
                    self.positions(node),
                    node.attributes["momentum"],
                )
                operands = (
                    self.sums(node.output),
                    self.parameter(node, "running_mean"),
                    self.parameter(node, "running_variance"),
                    Operand("m", slot_itself=True),
                    Operand("mode", slot_itself=True),
                    Operand(self.guard, slot_itself=True),
                )
                calls.append(Call(stage, operands, node.output))
        return tuple(calls)
