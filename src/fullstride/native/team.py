"""Threads that run jobs together.

A worker lives in native code: between jobs it waits for the next (`park`), spinning briefly, then offering its core,
and only after a while does it go back to Python to sleep, where it costs nothing. The thread that calls `Team.run` is
rank 0 and works too; it never stays in native code longer than a job. `Word` says what stands where in the control
block.

    launch: publish the job and count the workers that sleep; if none does, finish, else return their number
    finish: work as rank 0, then wait
    wait:   until all workers have finished the job
    park:   wait for a new generation, run its job, count oneself finished, again
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, EngineError
from fullstride.native.compile import Loaded, load_module

AWAKE, ASLEEP = 0, 1
MOST_THREADS = 256
OFFERS = 400
"""So many times a parked worker offers its core before it goes to sleep."""


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


@cache
def _yield_address() -> int:
    """The address of the system call that offers the core to other threads."""
    if sys.platform == "win32":
        function: Any = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address


def _team_module(triple: str) -> Any:
    from fullstride.native.park import emit_team

    return emit_team(triple)


@cache
def _functions() -> tuple[Any, Any, Any, Any, Loaded]:
    """launch, finish, wait and park, and what keeps them in memory."""
    loaded = load_module("team", _team_module, ("launch", "finish", "wait", "park"))
    word, pointer = ctypes.c_int64, ctypes.c_void_p
    launch = ctypes.CFUNCTYPE(word, pointer, pointer, pointer)(loaded.address("launch"))
    finish = ctypes.CFUNCTYPE(word, pointer)(loaded.address("finish"))
    park = ctypes.CFUNCTYPE(word, pointer, word)(loaded.address("park"))
    wait = ctypes.CFUNCTYPE(word, pointer)(loaded.address("wait"))
    return launch, finish, wait, park, loaded


class Team:
    """`size` threads, this one among them.

    `run` holds a lock: jobs of one team follow each other. After a fork the child has no workers and makes a team of
    its own (`team_of` sees to it).
    """

    def __init__(self, size: int) -> None:
        from fullstride.native.barrier import Word

        self.size = size
        self.pid = os.getpid()
        self._word = Word
        self._launch, self._finish, self._wait, self._park, self._loaded = _functions()
        self._control: NDArray[np.int64] = np.zeros(Word.WORKERS + 8 * size + 8, np.int64)
        self._start = (-self._control.ctypes.data % 64) // 8
        self._address = self._control.ctypes.data + 8 * self._start
        self._set(Word.THREADS, size)
        self._set(Word.YIELD, _yield_address())
        self._set(Word.FINISHED, size - 1)  # no job is under way
        self._lock = threading.Lock()
        self._events = [threading.Event() for _ in range(size)]
        self._threads = [
            threading.Thread(target=self._work, args=(rank,), name=f"fullstride-{rank}", daemon=True)
            for rank in range(1, size)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, job: int, args: int) -> None:
        """Runs the job at address `job` on every thread; `args` is the address of its words.

        Raises EngineError when the job was given up.
        """
        with self._lock:
            finished = False
            try:
                status = self._launch(self._address, job, args)
                if status > 0:
                    self._wake()
                    status = -self._finish(self._address)
                finished = True
            finally:
                if (
                    not finished
                ):  # an exception came in between, such as Ctrl-C: nobody may be left at a barrier
                    self._give_up()
            if status < 0:
                raise EngineError("a native job was given up before its end")

    def close(self) -> None:
        """Ends the workers."""
        self._set(self._word.STOP, 1)
        self._wake()
        for thread in self._threads:
            thread.join()

    def _give_up(self) -> None:
        """Ends a job that rank 0 has left; returns when no worker is in it any more."""
        self._set(self._word.ABORT, 1)
        self._wake()
        self._wait(self._address)
        self._set(self._word.ABORT, 0)

    def _wake(self) -> None:
        for event in self._events:
            event.set()

    def _set(self, word: int, value: int) -> None:
        self._control[self._start + word] = value

    def _work(self, rank: int) -> None:
        while not self._park(self._address, rank):
            self._events[rank].wait()
            self._events[rank].clear()


_teams: dict[int, Team] = {}
_teams_lock = threading.Lock()


def team_of(size: int) -> Team:
    """The team of this process with `size` threads."""
    with _teams_lock:
        team = _teams.get(size)
        if team is None or team.pid != os.getpid():
            team = _teams[size] = Team(size)
        return team


def _close_teams() -> None:
    for team in _teams.values():
        if team.pid == os.getpid():
            team.close()


def _forget_teams() -> None:
    """In the child of a fork: the workers stayed behind, and a lock may have been held."""
    global _teams_lock
    _teams.clear()
    _teams_lock = threading.Lock()


atexit.register(_close_teams)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_teams)
