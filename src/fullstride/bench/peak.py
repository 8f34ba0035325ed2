"""The most multiply-adds that this machine can do: a loop of independent ones in registers, and nothing else.

One pass of the loop on AVX-512, 24 sums of 16 lanes:

    acc0 = fma(acc0, one, step);  acc1 = fma(acc1, one, step);  ...  acc23 = fma(acc23, one, step)

No sum waits for another, and nothing is loaded or stored. `one` and `step` are numbers in memory, which no compiler can
know: with 1 and 1 every lane ends as the number of passes, so that the sums say whether all the work was done.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from fullstride.native.compile import load
from fullstride.native.emit import POINTER, Emitter, split_lanes
from fullstride.native.job import JOB_TYPE, SYMBOL
from fullstride.native.machine import detect
from fullstride.native.team import team_of
from fullstride.program.machine import Machine
from fullstride.program.parameters import aligned_zeros

DTYPE = "float32"
PASSES = 1 << 18
"""Of the loop in one job: about a millisecond, and a number that float32 holds exactly."""


def sums(machine: Machine) -> int:
    """Independent sums: three quarters of the registers. Two units with a latency of four need eight."""
    return machine.registers * 3 // 4


def emit_peak(machine: Machine) -> Any:
    """job(args, control, rank, n): args points to (one, step) and to the lanes of all sums, a piece for each rank."""
    module = ir.Module(name="peak")
    module.triple = machine.triple
    function = ir.Function(module, JOB_TYPE, SYMBOL)
    args, _, rank, _ = function.args
    e = Emitter(module, function, machine, DTYPE)
    numbers = e.load_scalar(args, POINTER)
    out = e.load_scalar(e.at(args, 1, kind=POINTER), POINTER)
    one, step = (e.broadcast(e.at(numbers, k), e.lanes) for k in (0, 1))
    count = sums(machine)
    (part,) = split_lanes(e.lanes, e.lanes)
    places = [e.at(out, e.times(rank, count * e.lanes), k * e.lanes) for k in range(count)]
    # Zeros, but the compiler cannot know it: equal sums it would make only once.
    start = [e.load(place, part) for place in places]
    found = e.reduce(PASSES, start, lambda _, values: [e.fma(value, one, step) for value in values])
    for place, value in zip(places, found, strict=True):
        e.store(value, place, part)
    e.b.ret(e.whole(0))
    return module


class Peak:
    """The kernel, ready to run on a number of threads.

    Attributes
    ----------
    flops : int
        Multiplications and additions of one run.
    lanes : ndarray of shape (threads, sums, lanes)
        What the last run left.
    """

    def __init__(self, threads: int) -> None:
        machine = detect()
        self._team = team_of(threads)
        description = f"peak {PASSES} passes of {sums(machine)} sums"
        self._loaded = load(description, machine, lambda: (emit_peak(machine), None), (SYMBOL,))
        shape = threads, sums(machine), machine.lanes(DTYPE)
        self.flops = 2 * PASSES * int(np.prod(shape))
        self.lanes: NDArray[Any] = aligned_zeros(int(np.prod(shape)), DTYPE).reshape(shape)
        self._numbers = np.ones(2, DTYPE)
        self._args = np.array([self._numbers.ctypes.data, self.lanes.ctypes.data], np.int64)

    def run(self) -> None:
        self.lanes[...] = 0
        self._team.run(self._loaded.address(SYMBOL), self._args.ctypes.data)

    def measure(self, seconds: float) -> float:
        """Operations a second, of the fastest run: what the machine can do, not what it did on average."""
        self.run()
        best, start = float("inf"), time.perf_counter()
        while time.perf_counter() - start < seconds:
            before = time.perf_counter()
            self.run()
            best = min(best, time.perf_counter() - before)
        return self.flops / best
