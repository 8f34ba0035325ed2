"""Sums of squares in their written order, and the factor that they make."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.program import stages
from fullstride.program.plan import SHARDS
from fullstride.program.stages import NORM_BLOCK
from tests.native.kernels.test_sgd import tree
from tests.support.exact import fma
from tests.support.kernels import (
    KernelCase,
    assert_same_bits,
    check_case,
    every_dtype,
    every_target,
    machine_of,
    run_case,
)

TESTED = (stages.SquareSums, stages.ClipFactor)


def square_sums(g: Any) -> Any:
    """For each block of 1,024 eight chains in float64, each with one rounding a square, added as a tree."""
    sums = []
    for start in range(0, len(g), 1024):
        chains = [np.float64(0)] * 8
        for k, x in enumerate(g[start : start + 1024].astype(np.float64)):
            chains[k % 8] = fma(x, x, chains[k % 8])
        sums.append(tree(chains))
    return np.array(sums)


def squares_case(dtype: str, elements: int, shards: int) -> KernelCase:
    generator = np.random.default_rng(elements)
    gradients = generator.standard_normal((shards, elements)).astype(dtype)
    g = tree(gradients)
    summed = gradients.copy()
    summed[0] = g
    sums = square_sums(g)
    operands = {"gradients": gradients.reshape(-1), "squares": np.full(len(sums), np.nan)}
    expected = {"gradients": summed.reshape(-1), "squares": sums}
    stage = stages.SquareSums(dtype, shards, elements)
    return KernelCase(stage, operands, expected, 1, "elements", elements, NORM_BLOCK, exact=True)


@pytest.mark.parametrize("shards", [1, SHARDS])
@every_dtype
@every_target
def test_square_sums(target: str, dtype: str, shards: int) -> None:
    """One cache line, a block, and three with a rest."""
    line = 64 // np.dtype(dtype).itemsize
    for elements in (line, NORM_BLOCK, 3 * NORM_BLOCK + 5 * line):
        check_case(squares_case(dtype, elements, shards), machine_of(target))


@every_dtype
def test_a_block_belongs_to_one_thread(dtype: str) -> None:
    """More threads than blocks, fewer, and as many."""
    case = squares_case(dtype, 3 * NORM_BLOCK + 64, SHARDS)
    for threads in (2, 3, 4, 7):
        after = run_case(case, machine_of("128"), threads)
        for name, expected in case.expected.items():
            assert_same_bits(after[name], expected)


def factor_case(squares: Any, clip: float, total: float, norm: float, guard: float) -> KernelCase:
    operands = {"squares": np.array(squares), "total": np.array([total]), "clip": np.array([clip])}
    operands |= {name: np.array([-1.0]) for name in ("norm", "guard")}
    expected = {"norm": np.array([norm]), "guard": np.array([guard])}
    return KernelCase(
        stages.ClipFactor("float32", len(squares)), operands, expected, kind="tasks", exact=True
    )


@pytest.mark.parametrize(
    ("squares", "clip", "norm", "factor"),
    [
        ([9.0, 16.0], 2.5, 5.0, 0.5),
        ([25.0], 5.0, 5.0, 1.0),
        ([9.0, 16.0, 0.0], 6.0, 5.0, 1.0),
        ([0.0], 1.0, 0.0, 1.0),
        # In index order 1 is lost, and then both large ones go.
        ([1.0, 2.0**60, -(2.0**60), 9.0], 1.0, 3.0, 1.0 / 3.0),
    ],
)
def test_factor(squares: list[float], clip: float, norm: float, factor: float) -> None:
    check_case(factor_case(squares, clip, 1.0, norm, factor), machine_of("128"))


@pytest.mark.parametrize(
    ("squares", "total", "norm"),
    [([4.0], np.nan, 2.0), ([4.0], -np.inf, 2.0), ([np.inf, 1.0], 1.0, np.inf), ([np.nan, 1.0], 1.0, np.nan)],
)
def test_what_is_not_finite_stops_the_update(squares: list[float], total: float, norm: float) -> None:
    case = factor_case(squares, 1.0, total, norm, np.nan)
    after = run_case(case, machine_of("128"))
    assert np.array_equal(after["norm"], [norm], equal_nan=True)
    assert np.isnan(after["guard"]).all()
