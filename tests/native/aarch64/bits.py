"""A job on this machine, and whether another machine left the same bits."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from fullstride.native.cache import Compiled
from fullstride.native.compile import compile_object, link
from fullstride.native.job import SYMBOL, emit_job
from fullstride.native.machine import detect
from fullstride.native.runner import Runner
from fullstride.native.team import team_of
from fullstride.program.machine import Machine
from fullstride.program.plan import Plan
from tests.native.aarch64.jobs import Job, Memory


@cache
def _runner(plan: Plan, machine: Machine) -> Runner:
    module, used = emit_job(plan, machine)
    notes: Any = used
    return Runner(plan, link(Compiled(compile_object(str(module), machine), notes), (SYMBOL,)))


def run_here(job: Job) -> dict[str, Any]:
    """What the job leaves in each slot that is not its own memory, on one thread of this machine's own processor."""
    machine = detect()
    plan = job.plan(machine)
    runner = _runner(plan, machine)
    memory = Memory(job, plan, threads=1)
    for name, array in memory.arrays.items():
        if name in memory.numbers:
            runner.set(name, array.item())
        elif name != "arena":  # the runner makes it
            runner.point(name, array)
    runner.run(team_of(1))
    results = memory.results()
    for name in memory.numbers & {"total", "norm", "guard"}:  # the numbers that a job writes
        results[name] = np.array([runner.get_float(name)])
    return results


def differences(here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """One sentence a slot that differs. The bits must be equal, of a NaN only that it is one.

    Which sign and which payload a NaN gets is the processor's choice: x86 makes negative ones, ARM positive ones.
    """
    assert here.keys() == there.keys(), (here.keys(), there.keys())
    return [text for name in here if (text := _difference(name, here[name], there[name]))]


def _difference(name: str, ours: Any, theirs: Any) -> str:
    assert ours.shape == theirs.shape, (name, ours.shape, theirs.shape)
    assert ours.dtype == theirs.dtype, (name, ours.dtype, theirs.dtype)
    different = _bits(ours) != _bits(theirs)
    if ours.dtype.kind == "f":
        different &= ~(np.isnan(ours) & np.isnan(theirs))
    if not different.any():
        return ""
    first = tuple(int(axis) for axis in np.argwhere(different)[0])
    return (
        f"{name} differs at {np.count_nonzero(different)} of {different.size}, first at {first}: "
        f"{ours[first]!r} ({_hex(ours[first])}) here, {theirs[first]!r} ({_hex(theirs[first])}) on AArch64"
    )


def _bits(array: Any) -> Any:
    return np.ascontiguousarray(array).view(f"u{array.itemsize}")


def _hex(number: Any) -> str:
    return number.tobytes()[::-1].hex()


def unwritten(job: Job, results: dict[str, Any]) -> list[str]:
    """Outputs in which nothing has changed."""
    return [
        name
        for name in job.outputs
        if np.array_equal(np.atleast_1d(job.given[name]), results[name], equal_nan=False)
    ]


def output_bytes(job: Job, results: dict[str, Any]) -> int:
    """Bytes of what the job writes; its inputs are compared too, but not counted."""
    return sum(results[name].nbytes for name in job.outputs)
