"""The native executor: a program compiled so that a training step is one native call a thread."""

from __future__ import annotations

from math import prod

import numpy as np

from fullstride.errors import EngineError
from fullstride.native.machine import detect
from fullstride.native.runner import Runner, make_runner
from fullstride.native.team import count_threads, team_of
from fullstride.program.executor import Images, Indices
from fullstride.program.graph import INPUT, Program
from fullstride.program.parameters import ParameterStore, aligned_zeros
from fullstride.program.plan import SHARDS
from fullstride.program.planning import plan_inference, plan_training
from fullstride.program.table import Array

UPDATE, ONLY_GRADIENTS = 0, 1


class NativeExecutor:
    """An executor (`program.executor.Executor`) made of machine code.

    Parameters
    ----------
    program : Program
    store : ParameterStore
        Read and updated in place.
    threads : int, optional
        Without it what `team.count_threads` finds. The results do not depend on it.
    """

    def __init__(self, program: Program, store: ParameterStore, threads: int | None = None) -> None:
        self.program = program
        self.store = store
        self.machine = detect()
        self.threads = count_threads(threads)
        self._training: Runner | None = None
        self._inference: Runner | None = None

    def train_step(
        self, X: Images, y: Indices, rows: Indices, lr: float, momentum: float, scale: float = 1.0
    ) -> float:
        runner = self._trainer()
        with runner.lock:
            runner.set("lr", float(lr))
            runner.set("momentum", float(momentum))
            runner.set("mode", UPDATE)
            return self._step(runner, X, y, rows, scale)

    def gradients(
        self, X: Images, y: Indices, rows: Indices, scale: float = 1.0
    ) -> tuple[float, dict[str, Array]]:
        runner = self._trainer()
        reduced = aligned_zeros(self.store.block.size, self.program.dtype)
        with runner.lock:
            runner.set("mode", ONLY_GRADIENTS)
            runner.point("reduced", reduced)
            return self._step(runner, X, y, rows, scale), self.store.views(reduced)

    def forward(self, X: Images, scale: float = 1.0) -> Array:
        if self._inference is None:
            plan = plan_inference(self.program, self.machine)
            self._inference = make_runner(plan, self.machine)
        runner, m = self._inference, len(X)
        shape = self.program.shapes[self.program.output]
        out = np.empty((m, prod(shape)), self.program.dtype)
        rows = np.arange(m, dtype=np.int64)
        if m:
            with runner.lock:
                runner.point("values", self.store.value_block)
                runner.point("out", out)
                self._images(runner, X, rows, scale)
                runner.run(team_of(self.threads if m > 1 else 1))
        return out.reshape(m, *shape)

    def implementation(self) -> tuple[tuple[str, str], ...]:
        by_node: dict[str, list[str]] = {INPUT: []}
        for node, kernel in self._trainer().kernels:
            if node:
                by_node.setdefault(node, []).append(kernel)
        rows = []
        for name in [INPUT, *(node.output for node in self.program.nodes), "loss", "update"]:
            kernels = list(dict.fromkeys(by_node.get(name, [])))
            rows.append((name, ", ".join(kernels) if kernels else "with its neighbours: no work of its own"))
        return tuple(rows)

    def close(self) -> None:
        """Gives back code and memory."""
        self._training = self._inference = None

    def _trainer(self) -> Runner:
        if self._training is None:
            if self.program.loss is None:
                raise EngineError("NativeExecutor: a program without a loss cannot be trained")
            plan = plan_training(self.program, self.machine)
            runner = make_runner(plan, self.machine)
            self._gradients = aligned_zeros(SHARDS * self.store.block.size, self.program.dtype)
            self._losses = aligned_zeros(0, self.program.dtype)
            runner.point("values", self.store.value_block)
            runner.point("velocity", self.store.velocity_block)
            runner.point("gradients", self._gradients)
            self._training = runner
        return self._training

    def _step(self, runner: Runner, X: Images, y: Indices, rows: Indices, scale: float) -> float:
        m = len(rows)
        if self._losses.size < m:
            self._losses = aligned_zeros(m, self.program.dtype)
            runner.point("losses", self._losses)
        runner.point("labels", y)
        self._images(runner, X, rows, scale)
        runner.run(team_of(self.threads))
        return runner.get_float("total") / m if m else 0.0

    def _images(self, runner: Runner, X: Images, rows: Indices, scale: float) -> None:
        runner.point("X", X)
        runner.point("rows", rows)
        runner.set("kind", int(X.dtype == np.uint8))
        runner.set("scale", float(scale))
        runner.set("m", len(rows))
