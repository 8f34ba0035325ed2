"""The update by Adam, replayed with one rounding where the kernel promises one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.native.executor import ONLY_GRADIENTS, UPDATE
from fullstride.program import stages
from fullstride.program import update as updates
from fullstride.program.optimizers import START, Adam, AdamW, Optimizer
from fullstride.program.plan import SHARDS
from tests.native.kernels.test_sgd import arrays, tree, words
from tests.support.exact import fma
from tests.support.kernels import KernelCase, check_case, every_dtype, every_target, machine_of

TESTED = (stages.AdamUpdate,)
USUAL = Adam()


def replayed(update: updates.AdamUpdate, factor: Any, decays: bool, *state: Any) -> Any:
    """(value, velocity, square) after a step, from gradient, value, velocity and square: one element."""
    g, p, v, s = state
    n = {name: type(p)(number) for name, number in update.numbers().items()}
    g = g if factor is None else type(p)(factor) * g
    if decays:
        g, p = fma(n["decay"], p, g), fma(-n["shrink"], p, p)
    v = fma(n["beta1"], v, n["rest1"] * g)
    s = fma(n["beta2"], s, n["rest2"] * g * g)
    share = v / fma(np.sqrt(s), n["inverse"], n["epsilon"])
    return fma(-n["lr"], share, p), v, s


def adam_case(
    dtype: str,
    optimizer: Optimizer = USUAL,
    mode: int = UPDATE,
    guard: float = 0.75,
    clipped: bool = False,
    decaying: int = 0,
) -> KernelCase:
    update = optimizer.update(0.1, optimizer.advance(optimizer.advance(START)))
    assert isinstance(update, updates.AdamUpdate)
    shards = 1 if clipped else SHARDS
    gradients, (values, velocity, square, reduced) = arrays(dtype, shards, 4)
    g, square = tree(gradients), np.abs(square)
    after = [
        replayed(update, guard if clipped else None, i < decaying, g[i], values[i], velocity[i], square[i])
        for i in range(len(values))
    ]
    names = ("values", "velocity", "square")
    expected = dict(zip(names, np.ascontiguousarray(np.array(after, dtype).T), strict=True))
    operands = {"gradients": gradients.reshape(-1), "values": values, "velocity": velocity, "square": square}
    operands |= {"reduced": reduced, **words(update, mode, guard)}
    expected = {"reduced": g} if mode == ONLY_GRADIENTS else expected if np.isfinite(guard) else {}
    stage = stages.AdamUpdate(dtype, shards, len(values), decaying, clipped)
    return KernelCase(stage, operands, expected, 1, "elements", len(values), exact=True)


@pytest.mark.parametrize("mode", [UPDATE, ONLY_GRADIENTS])
@every_dtype
@every_target
def test_update(target: str, dtype: str, mode: int) -> None:
    check_case(adam_case(dtype, mode=mode), machine_of(target))


@pytest.mark.parametrize("optimizer", [Adam(weight_decay=0.3), AdamW(weight_decay=0.3)])
@pytest.mark.parametrize("clipped", [False, True])
@every_dtype
@every_target
def test_decay_and_a_factor(target: str, dtype: str, clipped: bool, optimizer: Optimizer) -> None:
    unit = 64 // np.dtype(dtype).itemsize
    for decaying in (0, unit, 2 * unit):
        check_case(adam_case(dtype, optimizer, clipped=clipped, decaying=decaying), machine_of(target))


@pytest.mark.parametrize("guard", [np.nan, np.inf])
@every_dtype
def test_where_the_guard_is_not_finite_nothing_is_updated(dtype: str, guard: float) -> None:
    case = adam_case(dtype, guard=guard, decaying=16)
    assert not case.expected
    check_case(case, machine_of("128"))


@every_dtype
def test_gradients_of_0_from_the_beginning_move_nothing(dtype: str) -> None:
    """0 / (0 + epsilon) is 0, not NaN."""
    case = adam_case(dtype)
    for name in ("gradients", "velocity", "square"):
        case.operands[name][...] = 0
    expected = {name: case.operands[name] for name in ("values", "velocity", "square")}
    check_case(
        KernelCase(case.stage, case.operands, expected, 1, "elements", case.elements, exact=True),
        machine_of("128"),
    )
