"""Clocks in a job: how long each thread is in each call, and how long it waits for the others.

A plan with the slot "clocks" is emitted with a look at the processor's counter before and behind every call and every
barrier; all other code is the same. Each thread has a row of 8-byte words of its own: one a call, in the order of
`Phase.all_calls`, one for all barriers, and what the counter showed at the thread's end.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from fullstride.native.compile import Loaded, load_module
from fullstride.native.emit import I64
from fullstride.program.plan import Plan, Slot, StepCall

SLOT = "clocks"
_LINE = 8
"""Words of a cache line: no two threads write on one."""


def with_clocks(plan: Plan) -> Plan:
    """The plan, with clocks around its calls."""
    return replace(plan, slots=(*plan.slots, Slot(SLOT, 8)))


def calls_in(plan: Plan) -> int:
    """How many calls have a clock; behind them stand the words of the barriers and of the end."""
    return sum(len(phase.all_calls) for phase in plan.phases)


def row_size(plan: Plan) -> int:
    """Words of a thread, in whole cache lines."""
    return -(-(calls_in(plan) + 2) // _LINE) * _LINE


Counted: TypeAlias = tuple[Plan, NDArray[np.int64]] | tuple[StepCall, int]
"""A job and its threads' rows, (threads, row_size(job)); or a step and its ticks."""


def by_node(counted: Iterable[Counted]) -> tuple[dict[str, float], float]:
    """Ticks of each node, and of waiting for others: the mean over the threads, so that they add up to the whole time.

    Who is ready early waits for the last one: that is waiting too.
    """
    nodes: dict[str, float] = {}
    waiting = 0.0
    for part, clocks in counted:
        if isinstance(part, StepCall):
            nodes[part.node] = nodes.get(part.node, 0.0) + float(clocks)
            continue
        assert isinstance(clocks, np.ndarray)
        ticks, ends = clocks.mean(axis=0), clocks[:, calls_in(part) + 1]
        for number, call in enumerate(call for phase in part.phases for call in phase.all_calls):
            nodes[call.node] = nodes.get(call.node, 0.0) + float(ticks[number])
        waiting += float(ticks[calls_in(part)] + (ends.max() - ends).mean())
    return nodes, waiting


def emit_now(b: Any, module: Any) -> Any:
    """The processor's counter: of x86 the time stamp, of ARM the virtual timer, which every program may read."""
    if module.triple.startswith(("aarch64", "arm64")):
        name, arguments = "llvm.read_volatile_register.i64", [module.add_metadata(["cntvct_el0"])]
    else:
        name, arguments = "llvm.readcyclecounter", []
    kind = ir.FunctionType(I64, [argument.type for argument in arguments])
    return b.call(module.globals.get(name) or ir.Function(module, kind, name), arguments)


class Watch:
    """The counter read from Python, to learn how many ticks a second has."""

    def __init__(self) -> None:
        self._begin = self._both()

    def seconds_per_tick(self) -> float:
        """Of the time since the watch was made."""
        seconds, ticks = self._both()
        return (seconds - self._begin[0]) / (ticks - self._begin[1])

    def _both(self) -> tuple[float, int]:
        return time.perf_counter(), now()


def now() -> int:
    """What the counter shows."""
    return int(_counter()[0]())


@cache
def _counter() -> tuple[Any, Loaded]:
    loaded = load_module("clock", _clock_module, ("now",))
    return ctypes.CFUNCTYPE(ctypes.c_int64)(loaded.address("now")), loaded


def _clock_module(triple: str) -> Any:
    module = ir.Module(name="clock")
    module.triple = triple
    function = ir.Function(module, ir.FunctionType(I64, []), "now")
    b = ir.IRBuilder(function.append_basic_block())
    b.ret(emit_now(b, module))
    return module
