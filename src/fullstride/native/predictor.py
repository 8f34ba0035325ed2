"""A forward pass on parameters as they were once: filters are made ready when it is made, not at every call."""

from __future__ import annotations

from math import prod
from time import perf_counter

import numpy as np

from fullstride.errors import EngineError
from fullstride.native.inputs import set_inputs
from fullstride.native.locks import Locking
from fullstride.native.machine import detect
from fullstride.native.runner import Runner, make_runner
from fullstride.native.steps import MOST_OF_A_BATCH, Steps
from fullstride.native.team import Team, count_threads, team_of
from fullstride.program.executor import Images
from fullstride.program.graph import Program
from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.parameters import ParameterStore, aligned_zeros
from fullstride.program.planning import plan_prediction
from fullstride.program.table import Array

ENOUGH_FOR_BANDS = 4_000_000
"""Multiply-adds from which an image is cut into bands; less does not pay for the threads' meetings."""
MOST_BANDS = 8
ENOUGH_FOR_A_THREAD = 1_000_000
"""Multiply-adds of a batch for which one thread more is called."""
SOON = 0.002
"""Seconds between the beginnings of two calls for one image that follow each other closely."""
MOST_IMAGES = 1 << 12
"""So many images are one native call, which Ctrl-C cannot come into."""


class NativePredictor(Locking):
    """The output of a program, on a copy of the parameters.

    Parameters
    ----------
    program : Program
    store : ParameterStore
        Copied; what is written into it later does not reach the predictor.
    inputs : Inputs
        What becomes of the images.
    threads : int, optional
        Without it what `team.count_threads` finds. The results do not depend on it.
    """

    def __init__(
        self, program: Program, store: ParameterStore, inputs: Inputs = AS_STORED, threads: int | None = None
    ) -> None:
        super().__init__()
        self.program = program
        self.threads = count_threads(threads)
        self._shape = program.shapes[program.output]
        self._values = aligned_zeros(store.block.size, program.dtype)
        self._values[...] = store.value_block
        self._parameters = store.views(self._values)
        self._rows = np.arange(MOST_IMAGES, dtype=np.int64)
        self._inputs = inputs
        self._out = np.zeros((1, *self._shape), program.dtype)
        self._image = {
            np.dtype(kind): np.zeros((1, *program.input_shape), kind) for kind in (program.dtype, "uint8")
        }
        self._kind: np.dtype[np.generic] | None = None
        many = self._prepared(0)
        self._by_step = any(not node.row.has_kernel for node in program.nodes)
        cuts = program.multiply_adds >= ENOUGH_FOR_BANDS and not self._by_step
        bands = min(self.threads, MOST_BANDS) if cuts else 0
        one = self._prepared(bands) if bands else self._set(many.twin())
        one.set("m", 1)
        one.point("out", self._out)
        self._threads_of_one = max(1, bands)
        self._last = -SOON
        self._many: Runner | None = many
        self._one: Runner | None = one

    def one(self, X: Images) -> Array:
        """The output for one image: X of shape (1, *input_shape), uint8 or of the program's dtype, finite."""
        with self.lock:
            runner = _opened(self._one)
            kind = X.dtype
            image = self._image[kind]
            if kind is not self._kind:
                self._kind = None  # should Ctrl-C come in between, the next call sets both again
                runner.point("X", image)
                runner.set("kind", int(kind == np.uint8))
                self._kind = kind
            np.copyto(image, X)
            runner.run(self._team(), self._steps(runner, 1))
            return self._out.copy()

    def many(self, X: Images) -> Array:
        """The outputs for images (m, *input_shape), uint8 or of the program's dtype, finite, C-contiguous."""
        m = len(X)
        if m == 1:
            return self.one(X)
        out = np.empty((m, prod(self._shape)), self.program.dtype)
        with self.lock:
            runner = _opened(self._many)
            at_once = MOST_OF_A_BATCH if runner.plan.batch else MOST_IMAGES
            for first in range(0, m, at_once):
                some = X[first : first + at_once]
                runner.point("X", some)
                runner.point("out", out[first:])
                runner.set("kind", int(X.dtype == np.uint8))
                runner.set("m", len(some))
                runner.run(team_of(self._useful_threads(len(some))), self._steps(runner, len(some)))
        return out.reshape(m, *self._shape)

    def close(self) -> None:
        """Gives back code and memory."""
        with self.lock:
            self._many = self._one = None

    def _steps(self, runner: Runner, m: int) -> Steps | None:
        if not self._by_step:
            return None
        return Steps(self.program, self._parameters, runner.batch_of(m), m)

    def _team(self) -> Team:
        """Who predicts one image: this thread alone where the others sleep, for they wake too late to be of use.

        Where calls follow each other closely the first pays for waking them, and they are awake for the next.
        """
        if self._threads_of_one == 1:
            return team_of(1)
        team, now = team_of(self._threads_of_one), perf_counter()
        soon, self._last = now - self._last < SOON, now
        return team if soon or team.awake() else team_of(1)

    def _useful_threads(self, m: int) -> int:
        work = m * self.program.multiply_adds
        return max(1, min(self.threads, m, work // ENOUGH_FOR_A_THREAD))

    def _prepared(self, bands: int) -> Runner:
        """A runner whose filters are ready."""
        machine = detect()
        plans = plan_prediction(self.program, machine, bands)
        runner = make_runner(plans.forward, machine)
        packed = aligned_zeros(plans.prepare.packed, self.program.dtype)
        if plans.prepare.phases:
            prepare = make_runner(plans.prepare, machine)
            prepare.point("values", self._values)
            prepare.point("packed", packed)
            prepare.run(team_of(1))
        runner.keep("packed", packed)
        runner.batch_of(1)
        return self._set(runner)

    def _set(self, runner: Runner) -> Runner:
        runner.point("values", self._values)
        runner.point("rows", self._rows)
        set_inputs(runner, self.program, self._inputs)
        return runner


def _opened(runner: Runner | None) -> Runner:
    if runner is None:
        raise EngineError("Predictor: it was closed, and predicts no more")
    return runner
