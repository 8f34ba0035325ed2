"""A plan that is ready to run: compiled code, its memory, and the words of its slots."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.native.clocks import SLOT, Counted, now, row_size
from fullstride.native.compile import Loaded, load
from fullstride.native.locks import Locking
from fullstride.native.machine import detect
from fullstride.native.team import Team
from fullstride.program.machine import Machine
from fullstride.program.parameters import aligned_zeros
from fullstride.program.plan import Plan, StepCall

SYMBOL = "job"


class Runner(Locking):
    """Runs one plan: a job, or jobs with steps of Python between them, which share words and memory.

    Memory that a plan needs for itself (arenas, packed filters) is kept between runs, one piece for each size of team;
    a lock keeps two Python threads from using it at once.

    Attributes
    ----------
    clocks : list of (job, rows of its threads) and (step, ticks)
        Of a plan with clocks: what they have counted in the last run.
    """

    def __init__(self, plan: Plan, *parts: Loaded | StepCall) -> None:
        super().__init__()
        self.plan = plan
        self.kernels = tuple(pair for part in parts for pair in _named(part))
        self._parts = parts
        self._jobs = tuple(part if isinstance(part, StepCall) else part.address(SYMBOL) for part in parts)
        self._words: NDArray[np.int64] = np.zeros(len(plan.slots), np.int64)
        self._address = self._words.ctypes.data
        self._index = {slot.name: index for index, slot in enumerate(plan.slots)}
        self._arenas: NDArray[Any] | None = None
        self.clocks: list[Counted] = []
        self._kept: dict[str, NDArray[Any]] = {}
        if "packed" in self._index:
            self.keep("packed", aligned_zeros(plan.packed, plan.dtype))

    def twin(self) -> Runner:
        """A runner of the same code, with the arrays that this one keeps, but with words of its own."""
        other = Runner(self.plan, *self._parts)
        for slot, array in self._kept.items():
            other.keep(slot, array)
        return other

    def keep(self, slot: str, array: NDArray[Any]) -> None:
        """Points to an array, and keeps it alive."""
        self._kept[slot] = array
        self.point(slot, array)

    def keeps(self, slot: str, array: NDArray[Any]) -> bool:
        """Whether a slot points to this very array, which is kept."""
        return self._kept.get(slot) is array

    def point(self, slot: str, array: NDArray[Any]) -> None:
        """Lets a slot point to the first element of an array; the caller keeps the array alive."""
        self._words[self._index[slot]] = array.ctypes.data

    def set(self, slot: str, value: int | float) -> None:
        """Sets a number: ints as such, floats as the bits of a double."""
        if isinstance(value, float):
            (value,) = struct.unpack("<q", struct.pack("<d", value))
        self._words[self._index[slot]] = value

    def get_float(self, slot: str) -> float:
        """A double that the job has left in its slot."""
        (value,) = struct.unpack("<d", struct.pack("<q", int(self._words[self._index[slot]])))
        return float(value)

    def batch_of(self, m: int) -> NDArray[Any]:
        """Zeroed memory for what phases leave to each other of m images, kept from run to run."""
        kept = self._kept.get("batch")
        if kept is None or kept.size < m * self.plan.batch:
            kept = aligned_zeros(m * self.plan.batch, self.plan.dtype)
            if self.plan.batch:
                self.keep("batch", kept)
        return kept

    def run(self, team: Team, step: Callable[[StepCall], None] | None = None) -> None:
        """Runs the jobs on a team, whose threads all have an arena, and between them the steps.

        An exception of a step comes out here: what the plan does behind it has not been done.
        """
        if "arena" in self._index:
            needed = self.plan.arena * team.size
            if self._arenas is None or self._arenas.size < needed:
                self._arenas = aligned_zeros(needed, self.plan.dtype)
                self.point("arena", self._arenas)
        if SLOT in self._index:
            self._run_clocked(team, step)
            return
        for job in self._jobs:
            if not isinstance(job, StepCall):
                team.run(job, self._address)
            else:
                assert step is not None, job.node
                step(job)

    def _run_clocked(self, team: Team, step: Callable[[StepCall], None] | None) -> None:
        self.clocks = []
        for job, part in zip(self._jobs, self.plan.parts(), strict=True):
            if isinstance(part, StepCall) or isinstance(job, StepCall):
                assert step is not None
                assert part is job
                begin = now()
                step(part)
                self.clocks.append((part, now() - begin))
            else:
                rows = np.zeros((team.size, row_size(part)), np.int64)
                self.point(SLOT, rows)
                team.run(job, self._address)
                self.clocks.append((part, rows))

    def forget_large_arenas(self, most: int) -> None:
        """Gives back arenas of more than `most` bytes; the next run makes new ones."""
        if self._arenas is not None and self._arenas.nbytes > most:
            self._arenas = None


class RunnerCache(Locking):
    """The most recently used runners of this process, by what they compute."""

    def __init__(self, most: int = 128) -> None:
        super().__init__()
        self.most = most
        self._runners: OrderedDict[tuple[str, Machine], Runner] = OrderedDict()

    def get(self, description: str, make_plan: Callable[[Machine], Plan]) -> Runner:
        """The runner of a description, planned and compiled where there is none yet."""
        machine = detect()
        key = (description, machine)
        with self.lock:
            if key in self._runners:
                self._runners.move_to_end(key)
                return self._runners[key]
        runner = make_runner(make_plan(machine), machine)
        with self.lock:
            self._runners[key] = runner
            while len(self._runners) > self.most:
                self._runners.popitem(last=False)
        return runner


def make_runner(plan: Plan, machine: Machine) -> Runner:
    """A new runner; its code comes from the object cache or is compiled."""
    return Runner(
        plan, *(part if isinstance(part, StepCall) else _loaded(part, machine) for part in plan.parts())
    )


def _loaded(job: Plan, machine: Machine) -> Loaded:
    """The key is the whole plan: code that was made for other slots or another arena can never be taken for it."""

    def emit() -> tuple[Any, Any]:
        from fullstride.native.job import emit_job

        return emit_job(job, machine)

    return load(repr(job), machine, emit, (SYMBOL,))


def _named(part: Loaded | StepCall) -> list[tuple[str, str]]:
    """Pairs (node, kernel)."""
    if isinstance(part, StepCall):
        return [(part.node, f"its {'backward' if part.backward else 'forward'} in Python")]
    return [(node, name) for node, name in part.notes]
