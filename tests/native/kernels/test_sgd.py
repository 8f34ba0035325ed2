"""The update: the shards' tree, then velocity and value with one rounding each; and the zeros before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.native.executor import ONLY_GRADIENTS, UPDATE
from fullstride.program import stages
from fullstride.program import update as updates
from fullstride.program.plan import SHARDS
from tests.support.exact import fma
from tests.support.kernels import KernelCase, check_case, every_dtype, every_target, machine_of

TESTED = (stages.Update, stages.ShardSum, stages.Zero)
USUAL = updates.Update(0.1, 0.9)


def tree(shards: Any) -> Any:
    """((g0 + g1) + (g2 + g3)) + ((g4 + g5) + (g6 + g7)), each sum rounded to the dtype; one shard is itself."""
    if len(shards) == 1:
        return shards[0]
    return ((shards[0] + shards[1]) + (shards[2] + shards[3])) + (
        (shards[4] + shards[5]) + (shards[6] + shards[7])
    )


def arrays(dtype: str, shards: int, count: int = 3) -> Any:
    """Gradients of the shards, and `count` rows of numbers beside them, all of a block of 128 bytes."""
    block = 128 // np.dtype(dtype).itemsize
    generator = np.random.default_rng(1)
    return tuple(generator.standard_normal((n, block)).astype(dtype) for n in (shards, count))


def words(update: updates.AnyUpdate, mode: int, guard: float) -> dict[str, Any]:
    numbers = {name: np.array([number]) for name, number in update.numbers().items()}
    return {**numbers, "mode": np.array([mode]), "guard": np.array([guard])}


def replayed(update: updates.Update, guard: float, clipped: bool, decays: bool, *state: Any) -> Any:
    """(value, velocity) after a step, from gradient, value and velocity: one element."""
    g, p, v = state
    number = type(p)
    lr, momentum, decay = number(update.lr), number(update.momentum), number(update.weight_decay)
    g = number(guard) * g if clipped else g
    g = fma(decay, p, g) if decays and update.weight_decay else g
    v = fma(momentum, v, g)
    return fma(-lr, fma(momentum, v, g) if update.nesterov else v, p), v


def update_case(
    dtype: str,
    update: updates.Update = USUAL,
    mode: int = UPDATE,
    shards: int = SHARDS,
    guard: float = 0.75,
    clipped: bool = False,
    decaying: int = 0,
) -> KernelCase:
    gradients, (values, velocity, reduced) = arrays(dtype, shards)
    g, block, factor = tree(gradients), len(values), guard if np.isfinite(guard) else 1.0
    after = [
        replayed(update, factor, clipped, i < decaying, g[i], values[i], velocity[i]) for i in range(block)
    ]
    p, v = np.array(after, dtype).T
    operands = {
        "gradients": gradients.reshape(-1),
        "values": values,
        "velocity": velocity,
        "reduced": reduced,
    }
    expected = {"reduced": g} if mode == ONLY_GRADIENTS else {"values": p.copy(), "velocity": v.copy()}
    stage = stages.Update(dtype, shards, block, decaying, clipped)
    operands |= words(update, mode, guard)
    expected = expected if mode == ONLY_GRADIENTS or np.isfinite(guard) else {}
    return KernelCase(stage, operands, expected, 1, "elements", block, exact=True)


@pytest.mark.parametrize("mode", [UPDATE, ONLY_GRADIENTS])
@every_dtype
@every_target
def test_update(target: str, dtype: str, mode: int) -> None:
    check_case(update_case(dtype, mode=mode), machine_of(target))


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("clipped", [False, True])
@every_dtype
@every_target
def test_momentum_decay_and_a_factor(target: str, dtype: str, clipped: bool, nesterov: bool) -> None:
    """Every part of the block that decays: none of it, a vector, all."""
    unit = 64 // np.dtype(dtype).itemsize
    update = updates.Update(0.1, 0.9, nesterov, weight_decay=0.3)
    for decaying in (0, unit, 2 * unit):
        case = update_case(dtype, update, clipped=clipped, decaying=decaying, shards=1 if clipped else SHARDS)
        check_case(case, machine_of(target))


@every_dtype
def test_without_momentum_the_velocity_is_the_gradient(dtype: str) -> None:
    case = update_case(dtype, updates.Update(0.5, 0.0))
    assert (case.expected["velocity"] == tree(case.operands["gradients"].reshape(SHARDS, -1))).all()
    check_case(case, machine_of("128"))


@every_dtype
def test_a_decay_of_0_is_none(dtype: str) -> None:
    """Not even where 0 times a parameter would not be 0."""
    case = update_case(dtype, decaying=64 // np.dtype(dtype).itemsize)
    case.operands["values"][0] = np.inf
    case.expected["values"][0] = np.inf
    check_case(case, machine_of("128"))


@pytest.mark.parametrize("guard", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("clipped", [False, True])
@every_dtype
def test_where_the_guard_is_not_finite_nothing_is_updated(dtype: str, clipped: bool, guard: float) -> None:
    """Gradients alone can still be asked for."""
    case = update_case(dtype, guard=guard, clipped=clipped, decaying=16)
    assert not case.expected
    check_case(case, machine_of("128"))
    check_case(update_case(dtype, mode=ONLY_GRADIENTS, guard=guard, clipped=clipped), machine_of("128"))


@every_dtype
@every_target
def test_shard_sum(target: str, dtype: str) -> None:
    gradients, (reduced,) = arrays(dtype, SHARDS, 1)
    operands = {"gradients": gradients.reshape(-1), "reduced": np.full_like(reduced, np.nan)}
    stage = stages.ShardSum(dtype, SHARDS, len(reduced))
    case = KernelCase(stage, operands, {"reduced": tree(gradients)}, 1, "elements", len(reduced), exact=True)
    check_case(case, machine_of(target))


@every_dtype
@every_target
def test_zero(target: str, dtype: str) -> None:
    machine = machine_of(target)
    unit = 64 // np.dtype(dtype).itemsize
    for size in (unit, 2 * unit, 5 * unit):
        operands, expected = {"y": np.full(size, np.nan, dtype)}, {"y": np.zeros(size, dtype)}
        case = KernelCase(stages.Zero(dtype, size), operands, expected, kind="tasks", exact=True)
        check_case(case, machine)
