"""The mean squared error, replayed to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.program import stages
from tests.support.exact import fma
from tests.support.kernels import (
    KernelCase,
    check_case,
    every_dtype,
    every_target,
    images,
    machine_of,
    replaced,
    room,
    run_case,
    sizes,
)

TESTED = (stages.MeanSquaredError,)


def squared_error_case(dtype: str, n_C: int, count: int = 4, m: int = 7) -> KernelCase:
    """Targets are read through the rows of the batch; the mean is over m, not over the images at hand."""
    generator = np.random.default_rng(n_C)
    view, dZ_view = stages.View(n_C + 2, n_C, n_C), stages.View(n_C + 1, n_C, n_C)
    Z, Z_inside = images(view, count, (1, 1), n_C, dtype, n_C)
    dZ = room(dZ_view, count, (1, 1), n_C, dtype)
    targets, rows = generator.standard_normal((9, n_C)).astype(dtype), generator.permutation(9)[:count]
    number = np.dtype(dtype).type
    differences = Z_inside - targets[rows][:, None, None]
    losses = []
    for difference in differences.reshape(count, n_C):
        total = number(0)
        for d in difference:
            total = fma(d, d, total)
        losses.append(total / number(n_C))
    operands: dict[str, Any] = {
        "Z": Z,
        "dZ": dZ,
        "losses": np.full(count, np.nan, dtype),
        "targets": targets.reshape(-1),
        "rows": rows,
        "m": np.array([m]),
    }
    factor = number(np.float64(2) / np.float64(n_C * m))
    expected = {"dZ": replaced(dZ, dZ_view, differences * factor), "losses": np.array(losses, dtype)}
    stage = stages.MeanSquaredError(dtype, view.image, dZ_view.image, n_C)
    return KernelCase(stage, operands, expected, count, exact=True)


@every_dtype
@every_target
def test_loss_and_its_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in sizes(machine, dtype):
        check_case(squared_error_case(dtype, n_C), machine)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@every_dtype
def test_what_is_not_finite_is_seen_in_the_loss(dtype: str, bad: float) -> None:
    case = squared_error_case(dtype, 5)
    case.operands["Z"][2] = bad
    losses = run_case(case, machine_of("128"))["losses"]
    assert not np.isfinite(losses[0])
    assert np.isfinite(losses[1:]).all()
