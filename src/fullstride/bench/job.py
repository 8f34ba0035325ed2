"""What a contestant makes of a case, and how a worker times it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from fullstride.bench.cases import Arrays

LEAST = 3
"""Iterations in a block, however long one takes."""


@dataclass(frozen=True)
class Job:
    """One way to compute a case.

    Attributes
    ----------
    run : callable
        What is timed; everything that is done once has been done before.
    results : callable
        The same computation's arrays in the house's layouts and names.
    """

    run: Callable[[], Any]
    results: Callable[[], Arrays]


@dataclass(frozen=True)
class Block:
    """What a block of iterations took: the median of an iteration, how many there were, and the seconds of all."""

    median: float
    count: int
    seconds: float


def measure(run: Callable[[], Any], seconds: float) -> Block:
    """Warms up for a fifth of the time, then times a block of at least `seconds`."""
    clock = time.perf_counter
    enabled = gc.isenabled()
    gc.disable()
    try:
        start = clock()
        while clock() - start < seconds / 5:
            run()
        times: list[float] = []
        spent = 0.0
        while spent < seconds or len(times) < LEAST:
            before = clock()
            run()
            times.append(clock() - before)
            spent += times[-1]
    finally:
        if enabled:
            gc.enable()
    return Block(median(times), len(times), spent)
