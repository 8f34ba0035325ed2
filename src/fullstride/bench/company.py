"""What a second busy process on the same cores costs: a training step with it and without it, in turn."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from fullstride.bench.cases import NetworkCase, to_dict
from fullstride.bench.contestant import Contestant, Sides

Row = dict[str, Any]
BUSY_LOOP = """
import os, sys, threading
def count():
    while True:
        pass
threading.Thread(target=count, daemon=True).start()
sys.stdin.read()  # ends with the process that started this one
os._exit(0)
"""
SECONDS = 1.0
"""The least for a block: many time slices of the system's scheduler."""


class Busy:
    """A process that computes without end on some cores; a context manager that ends it."""

    def __init__(self, cores: Sequence[int]) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", BUSY_LOOP], stdin=subprocess.PIPE)
        os.sched_setaffinity(self._process.pid, cores)  # before it has started its thread

    def __enter__(self) -> Busy:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()


def beside_a_busy_process(
    case: NetworkCase, best: dict[str, str], sides: Sides, rounds: int, seconds: float
) -> Row | None:
    """By what part a contestant's throughput falls; None where a process cannot be kept to some cores."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))[: sides.threads]
    falls: dict[str, list[float]] = {}
    for name, variant in best.items():
        with sides.fresh(name) as fresh:
            fresh.ask("pin", cores=cores)
            fresh.ask("prepare", case=to_dict(case))
            falls[name] = [_fall(fresh, variant, cores, max(seconds, SECONDS)) for _ in range(rounds)]
    return {
        "name": f"throughput lost to a busy process, {case.network}",
        "unit": "part",
        "values": {name: median(values) for name, values in falls.items()},
        "rounds": falls,
    }


def _fall(side: Contestant, variant: str, cores: Sequence[int], seconds: float) -> float:
    alone = _throughput(side, variant, seconds)
    with Busy(cores):
        beside = _throughput(side, variant, seconds)
    return 1 - beside / alone


def _throughput(side: Contestant, variant: str, seconds: float) -> float:
    block = side.ask("measure", seconds=seconds, only=variant)[variant]
    return float(block["count"] / block["seconds"])
