"""The update: the shards' tree, then velocity and value with one rounding each; and the zeros before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.native.executor import ONLY_GRADIENTS, UPDATE
from fullstride.program import stages
from fullstride.program.plan import SHARDS
from tests.support.exact import fma
from tests.support.kernels import KernelCase, check_case, every_dtype, every_target, machine_of

TESTED = (stages.Update, stages.Zero)


def tree(shards: Any) -> Any:
    """((g0 + g1) + (g2 + g3)) + ((g4 + g5) + (g6 + g7)), each sum rounded to the dtype."""
    return ((shards[0] + shards[1]) + (shards[2] + shards[3])) + (
        (shards[4] + shards[5]) + (shards[6] + shards[7])
    )


def update_case(dtype: str, mode: int, lr: float = 0.1, momentum: float = 0.9) -> KernelCase:
    block = 128 // np.dtype(dtype).itemsize
    generator = np.random.default_rng(1)
    gradients = generator.standard_normal((SHARDS, block)).astype(dtype)
    values, velocity = generator.standard_normal((2, block)).astype(dtype)
    reduced = np.full(block, np.nan, dtype)
    number = np.dtype(dtype).type
    g = tree(gradients)
    v = np.array([fma(number(momentum), old, new) for old, new in zip(velocity, g, strict=True)], dtype)
    p = np.array([fma(-number(lr), step, old) for step, old in zip(v, values, strict=True)], dtype)
    expected = {"reduced": g} if mode == ONLY_GRADIENTS else {"values": p, "velocity": v}
    operands = {
        "gradients": gradients.reshape(-1),
        "values": values,
        "velocity": velocity,
        "lr": np.array([lr]),
        "momentum": np.array([momentum]),
        "mode": np.array([mode]),
        "reduced": reduced,
    }
    stage = stages.Update(dtype, SHARDS, block)
    return KernelCase(stage, operands, expected, 1, "elements", block, exact=True)


@pytest.mark.parametrize("mode", [UPDATE, ONLY_GRADIENTS])
@every_dtype
@every_target
def test_update(target: str, dtype: str, mode: int) -> None:
    check_case(update_case(dtype, mode), machine_of(target))


@every_dtype
def test_without_momentum_the_velocity_is_the_gradient(dtype: str) -> None:
    case = update_case(dtype, UPDATE, lr=0.5, momentum=0.0)
    assert (case.expected["velocity"] == tree(case.operands["gradients"].reshape(SHARDS, -1))).all()
    check_case(case, machine_of("128"))


@every_dtype
@every_target
def test_zero(target: str, dtype: str) -> None:
    machine = machine_of(target)
    unit = 64 // np.dtype(dtype).itemsize
    for size in (unit, 2 * unit, 5 * unit):
        operands, expected = {"y": np.full(size, np.nan, dtype)}, {"y": np.zeros(size, dtype)}
        case = KernelCase(stages.Zero(dtype, size), operands, expected, kind="tasks", exact=True)
        check_case(case, machine)
