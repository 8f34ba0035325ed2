"""A plan that is ready to run: compiled code, its memory, and the words of its slots."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.native.clocks import SLOT, row_size
from fullstride.native.compile import Loaded, load
from fullstride.native.locks import Locking
from fullstride.native.machine import detect
from fullstride.native.team import Team
from fullstride.program.machine import Machine
from fullstride.program.parameters import aligned_zeros
from fullstride.program.plan import Plan

SYMBOL = "job"


class Runner(Locking):
    """Runs one plan.

    Memory that a plan needs for itself (arenas, packed filters) is kept between runs, one piece for each size of team;
    a lock keeps two Python threads from using it at once.

    Attributes
    ----------
    clocks : ndarray of shape (threads, words), int64, or None
        Of a plan with clocks: what they have counted in the last run.
    """

    def __init__(self, plan: Plan, loaded: Loaded) -> None:
        super().__init__()
        self.plan = plan
        self.kernels: tuple[tuple[str, str], ...] = tuple((node, name) for node, name in loaded.notes)
        self._loaded = loaded
        self._job = loaded.address(SYMBOL)
        self._words: NDArray[np.int64] = np.zeros(len(plan.slots), np.int64)
        self._address = self._words.ctypes.data
        self._index = {slot.name: index for index, slot in enumerate(plan.slots)}
        self._arenas: NDArray[Any] | None = None
        self.clocks: NDArray[Any] | None = None
        self._kept: dict[str, NDArray[Any]] = {}
        if "packed" in self._index:
            self.keep("packed", aligned_zeros(plan.packed, plan.dtype))

    def twin(self) -> Runner:
        """A runner of the same code, with the arrays that this one keeps, but with words of its own."""
        other = Runner(self.plan, self._loaded)
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

    def run(self, team: Team) -> None:
        """Runs the job on a team, whose threads all have an arena."""
        if "arena" in self._index:
            needed = self.plan.arena * team.size
            if self._arenas is None or self._arenas.size < needed:
                self._arenas = aligned_zeros(needed, self.plan.dtype)
                self.point("arena", self._arenas)
        if SLOT in self._index:
            size = row_size(self.plan)
            self.clocks = aligned_zeros(team.size * size, "int64").reshape(team.size, size)
            self.point(SLOT, self.clocks)
        team.run(self._job, self._address)

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
    """A new runner; its code comes from the object cache or is compiled.

    The key is the whole plan: code that was made for other slots or another arena can never be taken for it.
    """

    def emit() -> tuple[Any, Any]:
        from fullstride.native.job import emit_job

        return emit_job(plan, machine)

    return Runner(plan, load(repr(plan), machine, emit, (SYMBOL,)))
