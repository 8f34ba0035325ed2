"""The native executor: a program compiled so that a training step is one native call a thread."""

from __future__ import annotations

import math
from dataclasses import replace
from math import prod
from typing import Any
from weakref import ref

import numpy as np

from fullstride.errors import ArgumentError, EngineError
from fullstride.native.clocks import with_clocks
from fullstride.native.files import ImageFile
from fullstride.native.inputs import set_augmentation, set_inputs
from fullstride.native.locks import Locking
from fullstride.native.machine import detect
from fullstride.native.runner import Runner, make_runner
from fullstride.native.steps import MOST_OF_A_BATCH, Steps
from fullstride.native.team import count_threads, team_of
from fullstride.program.executor import Images, Indices, Truth, Weights
from fullstride.program.graph import INPUT, Program
from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.interpreter import advance
from fullstride.program.losses import PLAIN, Cost
from fullstride.program.parameters import ParameterStore, aligned_zeros
from fullstride.program.plan import SHARDS, Plan
from fullstride.program.planning import PLAINEST, Structure, plan_inference, plan_training
from fullstride.program.stages import NORM_BLOCK
from fullstride.program.table import Array
from fullstride.program.update import AnyUpdate

UPDATE, ONLY_GRADIENTS = 0, 1


class NativeExecutor(Locking):
    """An executor (`program.executor.Executor`) made of machine code.

    Parameters
    ----------
    program : Program
    store : ParameterStore
        Read and updated in place.
    threads : int, optional
        Without it what `team.count_threads` finds. The results do not depend on it.
    clocked : bool
        Whether every call has a clock; the results do not depend on it either.
    """

    def __init__(
        self, program: Program, store: ParameterStore, threads: int | None = None, clocked: bool = False
    ) -> None:
        super().__init__()
        self.program = program
        self.store = store
        self.machine = detect()
        self.threads = count_threads(threads)
        self.clocked = clocked
        self.last_norm: float | None = None
        self._training: dict[Structure, _Training] = {}
        self._inference: Runner | None = None
        self._by_step = [node for node in program.nodes if not node.row.has_kernel]
        self._seen: ref[Images] | None = None
        self._file: ImageFile | None = None
        """Of the images that were seen last."""

    def train_step(
        self,
        X: Images,
        y: Truth,
        rows: Indices,
        update: AnyUpdate,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> float:
        file = self._file_of(X)
        training = self._trainer(structure_of(update, inputs, cost, file is not None, weights is not None))
        with training.runner.lock:
            training.set_update(update)
            training.runner.set("mode", UPDATE)
            loss, caches = self._step(training, X, y, rows, inputs, cost, weights, file)
            self.last_norm = None if update.clip is None else training.runner.get_float("norm")
            if caches and math.isfinite(loss if self.last_norm is None else loss + self.last_norm):
                advance(self._by_step, self.store, caches)
            return loss

    def gradients(
        self,
        X: Images,
        y: Truth,
        rows: Indices,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> tuple[float, dict[str, Array]]:
        file = self._file_of(X)
        training = self._like(structure_of(None, inputs, cost, file is not None, weights is not None))
        reduced = aligned_zeros(self.store.block.size, self.program.dtype)
        with training.runner.lock:
            training.runner.set("mode", ONLY_GRADIENTS)
            training.runner.point("reduced", reduced)
            loss, _ = self._step(training, X, y, rows, inputs, cost, weights, file)
            views = self.store.views(reduced)
        return loss, {name: views[name] for name in self.program.trained}

    def prepare(
        self,
        X: Images,
        update: AnyUpdate,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> None:
        self._trainer(structure_of(update, inputs, cost, self._file_of(X) is not None, weights is not None))

    def forward(self, X: Images, inputs: Inputs = AS_STORED) -> Array:
        runner, m = self._predictor(), len(X)
        shape = self.program.shapes[self.program.output]
        out = np.empty((m, prod(shape)), self.program.dtype)
        rows = np.arange(m, dtype=np.int64)
        at_once = MOST_OF_A_BATCH if runner.plan.batch and not self.clocked else m
        with runner.lock:
            runner.point("values", self.store.value_block)
            for first in range(0, m, max(at_once, 1)):
                some = rows[first : first + at_once]
                runner.point("out", out[first:])
                self._images(runner, X, some, inputs)
                batch = runner.batch_of(len(some))
                steps = Steps(self.program, self.store.values, batch, len(some)) if self._by_step else None
                runner.run(team_of(self.threads if m > 1 else 1), steps)
        return out.reshape(m, *shape)

    def implementation(self) -> tuple[tuple[str, str], ...]:
        by_node: dict[str, list[str]] = {INPUT: []}
        trained = self.program.loss is not None and bool(self.program.parameters)
        for node, kernel in (self.training_runner() if trained else self.prediction_runner()).kernels:
            if node:
                by_node.setdefault(node, []).append(kernel)
        rows = []
        ends = ["loss", "update"] if trained else []
        for name in [INPUT, *(node.output for node in self.program.nodes), *ends]:
            kernels = list(dict.fromkeys(by_node.get(name, [])))
            rows.append((name, ", ".join(kernels) if kernels else "with its neighbours: no work of its own"))
        return tuple(rows)

    def training_runner(self) -> Runner:
        """What runs a training step: of the training that was made ready last, or else of the plainest."""
        return self._latest().runner

    def prediction_runner(self) -> Runner:
        """What runs a prediction."""
        return self._predictor()

    def close(self) -> None:
        """Gives back code and memory."""
        self._training, self._inference = {}, None

    def _trainer(self, structure: Structure) -> _Training:
        with self.lock:
            if structure not in self._training:
                if self.program.loss is None:
                    raise EngineError("NativeExecutor: a program without a loss cannot be trained")
                runner = self._runner(plan_training(self.program, self.machine, structure))
                self._training[structure] = _Training(runner, self.store, structure)
            return self._training[structure]

    def _like(self, structure: Structure) -> _Training:
        """A training for gradients: it loads images and counts losses as `structure` says, whatever its update is."""
        for made in reversed(list(self._training)):  # others may make one meanwhile
            if replace(structure, optimizer=made.optimizer, clipped=made.clipped) == made:
                return self._training[made]
        return self._trainer(structure)

    def _latest(self) -> _Training:
        """The training that was made ready last, or else the plainest."""
        made = list(self._training)
        return self._trainer(made[-1] if made else PLAINEST)

    def _predictor(self) -> Runner:
        with self.lock:
            if self._inference is None:
                self._inference = self._runner(plan_inference(self.program, self.machine))
            return self._inference

    def _runner(self, plan: Plan) -> Runner:
        return make_runner(with_clocks(plan) if self.clocked else plan, self.machine)

    def _step(
        self,
        training: _Training,
        X: Images,
        y: Truth,
        rows: Indices,
        inputs: Inputs,
        cost: Cost,
        weights: Weights | None,
        file: ImageFile | None,
    ) -> tuple[float, dict[str, Any]]:
        """The loss, and the caches of nodes without a kernel."""
        m, runner = len(rows), training.runner
        if training.truth is not y:
            self._look_at(y)
            training.truth = y
        training.room_for(m)
        runner.point("targets" if self.program.loss == "mean_squared_error" else "labels", y)
        divisor = training.set_cost(cost, y[rows])
        if weights is not None:
            training.set_weights(weights[rows], cost, y[rows])
        self._images(runner, X, rows, inputs)
        if inputs.augmentation is not None:
            set_augmentation(runner, inputs)
        if file is not None:
            runner.point("X", file.words)
        steps = None
        if self._by_step:
            steps = Steps(self.program, self.store.values, runner.batch_of(m), m, training.wide)
        runner.run(team_of(self.threads), steps)
        if file is not None:
            file.check()
        loss = runner.get_float("total") / divisor if m else 0.0
        return loss, steps.caches if steps else {}

    def _file_of(self, X: Images) -> ImageFile | None:
        """The file that images are read from, opened once for the steps that follow each other."""
        with self.lock:
            if self._seen is None or self._seen() is not X:
                self._file, self._seen = ImageFile.of(X), ref(X)
            return self._file

    def _look_at(self, y: Truth) -> None:
        """Once for each array: a label out of range would be written through."""
        (n,) = self.program.shapes[self.program.output]
        if self.program.loss == "mean_squared_error":
            right = y.dtype == self.program.dtype and y.shape[1:] == (n,) and y.flags.c_contiguous
            _check("y", y, right, f"a C-contiguous {self.program.dtype} array of shape (m, {n})")
            return
        _check("y", y, y.dtype == np.int64 and y.ndim == 1, "an int64 array of shape (m,)")
        in_range = y.size == 0 or (y.min() >= 0 and y.max() < n)
        _check("y", y, in_range, f"labels 0 <= y < {n}")

    def _images(self, runner: Runner, X: Images, rows: Indices, inputs: Inputs) -> None:
        right = (
            X.dtype in (np.uint8, np.dtype(self.program.dtype)) and X.shape[1:] == self.program.input_shape
        )
        expected = f"uint8 or {self.program.dtype}, C-contiguous, of shape (m, *{self.program.input_shape})"
        _check("X", X, right and X.flags.c_contiguous, expected)
        _check("rows", rows, rows.dtype == np.int64 and rows.flags.c_contiguous, "contiguous int64 indices")
        runner.point("X", X)
        runner.point("rows", rows)
        runner.set("kind", int(X.dtype == np.uint8))
        set_inputs(runner, self.program, inputs)
        runner.set("m", len(rows))


class _Training:
    """A training plan with the memory that only it needs: gradients, losses, values of a whole batch."""

    def __init__(self, runner: Runner, store: ParameterStore, structure: Structure) -> None:
        self.runner = runner
        self.truth: Truth | None = None
        self._program, self._structure = store.program, structure
        self._dtype = store.program.dtype
        self._update: AnyUpdate | None = None
        self._cost: Cost | None = None
        block, statistics = store.block, runner.plan.statistics
        self._gradients = aligned_zeros(SHARDS * block.sharded, self._dtype)
        self._wide = aligned_zeros(block.size - block.sharded, self._dtype)
        self._statistics = aligned_zeros(SHARDS * statistics, "float64")
        self._losses = aligned_zeros(0, self._dtype)
        runner.point("values", store.value_block)
        runner.point("velocity", store.velocity_block)
        runner.point("gradients", self._gradients)
        if block.wide:
            runner.point("wide", self._wide)
        self.wide = store.views(self._wide, block.sharded)
        if statistics:
            runner.point("statistics", self._statistics)
        if structure.optimizer == "adam":
            runner.point("square", store.square_block)
        if structure.clipped:
            parts = (block.sharded, block.size - block.sharded)
            blocks = sum(-(-part // NORM_BLOCK) for part in parts)
            runner.keep("squares", np.zeros(blocks, np.float64))

    def set_update(self, update: AnyUpdate) -> None:
        """The numbers of the next step, where they are not those of the last."""
        if update is self._update:
            return
        for slot, number in update.numbers().items():
            self.runner.set(slot, number)
        if update.clip is not None:
            self.runner.set("clip", float(update.clip))
        self._update = update

    def set_cost(self, cost: Cost, truth: Truth) -> float:
        """What the losses are weighted with; returns what their sum is to be divided by."""
        if cost is not self._cost:
            cost.check(self._program, "NativeExecutor")
            if self._structure.weighted:
                shares, hits = cost.parts(self._program.shapes[self._program.output][0])
                self.runner.keep("shares", shares.astype(self._dtype))
                self.runner.keep("hits", hits.astype(self._dtype))
                self.runner.set("spread", math.fsum(shares))
            self._cost = cost
        if not self._structure.weighted:
            return len(truth)
        divisor = cost.divisor(truth)
        self.runner.set("divisor", divisor)
        return divisor

    def set_weights(self, own: Weights, cost: Cost, truth: Truth) -> None:
        """What turns the losses of a batch, and their gradients, into those of images that weigh `own`.

        They stand divided by what the batch weighs without these weights, and are to be divided by what it weighs.
        """
        factors = own / cost.divisor(truth, own) * cost.divisor(truth)
        self.runner.keep("factors", factors.astype(self._dtype))

    def room_for(self, m: int) -> None:
        """Losses of m images, and what the phases of a step leave to each other."""
        if self._losses.size < m:
            self._losses = aligned_zeros(m, self._dtype)
            self.runner.point("losses", self._losses)
            self.runner.batch_of(m)


def structure_of(
    update: AnyUpdate | None,
    inputs: Inputs = AS_STORED,
    cost: Cost = PLAIN,
    from_file: bool = False,
    image_weights: bool = False,
) -> Structure:
    """What of a step has to be compiled in; without an update, of gradients."""
    augmented = inputs.augmentation is not None
    structure = Structure(
        augmented=augmented, weighted=not cost.plain, from_file=from_file, image_weights=image_weights
    )
    if update is None:
        return structure
    return replace(structure, optimizer=update.family, clipped=update.clip is not None)


def _check(name: str, array: Any, right: bool, expected: str) -> None:
    if not right:
        got = f"{array.dtype} of shape {array.shape}"
        raise ArgumentError(f"NativeExecutor: {name} must be {expected}; got {got}")
