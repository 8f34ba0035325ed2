"""Threads that run jobs together.

A worker lives in native code: between jobs it waits for the next (`park`), spinning briefly, then asleep on a
semaphore, where it costs nothing; so do threads that wait for each other within a job. The thread that calls
`Team.run` is rank 0 and works too. A job is one native call (`run`: publish, wake, work, wait), so no exception of
Python, such as that of Ctrl-C, can come in between. `Word` says what stands where in the control block.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, EngineError
from fullstride.native.compile import Loaded, load_module
from fullstride.program.machine import MOST_THREADS


def count_threads(asked: int | None = None) -> int:
    """`asked`, else `FULLSTRIDE_NUM_THREADS`, else `OMP_NUM_THREADS`, else the cores that this process may use.

    The cores are the smaller of the CPU affinity and the control group's quota.
    """
    if asked is not None:
        whole = isinstance(asked, (int, np.integer)) and not isinstance(asked, bool)
        if not whole or not 1 <= asked <= MOST_THREADS:
            raise ArgumentError(f"threads: must be a whole number from 1 to {MOST_THREADS}; got {asked!r}")
        return int(asked)
    for name in ("FULLSTRIDE_NUM_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "").split(",")[0].strip()
        if value:
            if not value.isdecimal() or not 1 <= int(value) <= MOST_THREADS:
                raise ArgumentError(f"{name}: must be a whole number from 1 to {MOST_THREADS}; got {value!r}")
            return int(value)
    return min(_cores(), MOST_THREADS)


def _cores() -> int:
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    return max(1, min(cores, _quota()))


def _quota() -> int:
    """Whole cores of the control group's quota (version 2, then 1); a large number where there is none."""
    try:
        with open("/sys/fs/cgroup/cpu.max") as file:
            quota, period = file.read().split()
    except (OSError, ValueError):
        try:
            with open("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") as file:
                quota = file.read().strip()
            with open("/sys/fs/cgroup/cpu/cpu.cfs_period_us") as file:
                period = file.read().strip()
        except OSError:
            return 1 << 30
    if not quota.isdecimal() or not period.isdecimal():
        return 1 << 30
    return max(1, -(-int(quota) // int(period)))


@dataclass(frozen=True)
class System:
    """What a team needs of the operating system: addresses of functions, and a way to make a semaphore of value 0."""

    sleep: int
    wake: int
    make_semaphore: Callable[[int], int]
    """(address of 64 bytes that it may use) -> the semaphore for sleep and wake."""


def _address(function: Any) -> int:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address


@cache
def _system() -> System:
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.CreateSemaphoreW.restype = ctypes.c_void_p
        return System(
            _address(kernel.WaitForSingleObject),
            _address(kernel.ReleaseSemaphore),
            lambda _: int(kernel.CreateSemaphoreW(None, 0, 1 << 30, None)),
        )
    library = ctypes.CDLL(None)
    if sys.platform == "darwin":
        library.dispatch_semaphore_create.restype = ctypes.c_void_p
        return System(
            _address(library.dispatch_semaphore_wait),
            _address(library.dispatch_semaphore_signal),
            lambda _: int(library.dispatch_semaphore_create(ctypes.c_long(0))),
        )

    def make_semaphore(place: int) -> int:
        if library.sem_init(ctypes.c_void_p(place), 0, 0):
            raise EngineError("the system gives no semaphore for the native engine's threads")
        return place

    return System(_address(library.sem_wait), _address(library.sem_post), make_semaphore)


def _team_module(triple: str) -> Any:
    from fullstride.native.park import emit_team

    return emit_team(triple)


@cache
def _functions() -> tuple[Any, Any, Loaded]:
    """run and park, and what keeps them in memory."""
    loaded = load_module("team", _team_module, ("run", "park"))
    word, pointer = ctypes.c_int64, ctypes.c_void_p
    run = ctypes.CFUNCTYPE(word, pointer, pointer, pointer)(loaded.address("run"))
    park = ctypes.CFUNCTYPE(word, pointer, word)(loaded.address("park"))
    return run, park, loaded


class Team:
    """`size` threads, this one among them.

    `run` holds a lock: jobs of one team follow each other. After a fork the child has no workers and makes a team of
    its own (`team_of` sees to it).
    """

    def __init__(self, size: int) -> None:
        from fullstride.native.barrier import CROWDED_SPINS, SPINS, Word

        self.size = size
        self.pid = os.getpid()
        self.closed = False
        self._word = Word
        self._run, self._park, self._loaded = _functions()
        # The control block, and behind it 64 bytes for each semaphore: one a thread, two for the barriers.
        semaphores = Word.WORKERS + 8 * size
        self._control: NDArray[np.int64] = np.zeros(semaphores + 8 * (size + 2) + 8, np.int64)
        self._start = (-self._control.ctypes.data % 64) // 8
        self._address = self._control.ctypes.data + 8 * self._start
        states = self._start + Word.WORKERS + 8
        self._states = self._control[states : states + 8 * (size - 1) : 8]
        system = _system()
        self._set(Word.THREADS, size)
        self._set(Word.SPINS, SPINS if size <= _cores() else CROWDED_SPINS)
        self._set(Word.SLEEP, system.sleep)
        self._set(Word.WAKE, system.wake)
        words = [*(Word.WORKERS + 8 * rank + 2 for rank in range(size)), Word.MEETING, Word.MEETING + 1]
        for number, index in enumerate(words):
            place = self._address + 8 * (semaphores + 8 * number)
            self._set(index, system.make_semaphore(place))
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(
                target=self._park, args=(self._address, rank), name=f"fullstride-{rank}", daemon=True
            )
            for rank in range(1, size)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, job: int, args: int) -> None:
        """Runs the job at address `job` on every thread; `args` is the address of its words.

        Raises EngineError when the job was given up: the abort word was set while it ran.
        """
        with self._lock:
            if self.closed:
                raise EngineError("the team of threads for this job is closed")
            given_up = self._run(self._address, job, args)
        if given_up:
            raise EngineError("a native job was given up before its end")

    def close(self) -> None:
        """Ends the workers, after the job that may be under way; no other is taken."""
        with self._lock:
            self.closed = True
            self._set(self._word.STOP, 1)
            self.rouse()
        for thread in self._threads:
            thread.join()

    def awake(self) -> bool:
        """Whether no worker sleeps: then a job begins at once."""
        return not self._states.any()

    def rouse(self) -> None:
        """Wakes the workers, who look for a job for a while and then sleep again."""
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
        wake = kind(_system().wake)
        for rank in range(1, self.size):
            semaphore = int(self._control[self._start + self._word.WORKERS + 8 * rank + 2])
            wake(semaphore, 1, None)

    def _set(self, word: int, value: int) -> None:
        self._control[self._start + word] = value


_teams: dict[int, Team] = {}
_teams_lock = threading.Lock()
_ending = False
"""Whether the interpreter is about to end: no thread can be started any more."""


def team_of(size: int) -> Team:
    """The team of this process with `size` threads; of one, while the interpreter ends: with the same results."""
    with _teams_lock:
        size = 1 if _ending else size
        team = _teams.get(size)
        if team is None or team.pid != os.getpid() or team.closed:
            team = _teams[size] = Team(size)
        return team


def _close_teams() -> None:
    global _ending
    with _teams_lock:
        _ending = True
        teams = [team for team in _teams.values() if team.pid == os.getpid() and team.size > 1]
    for team in teams:
        team.close()


def _forget_teams() -> None:
    """In the child of a fork: the workers stayed behind, and a lock may have been held."""
    global _teams_lock
    _teams.clear()
    _teams_lock = threading.Lock()


atexit.register(_close_teams)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_teams)
