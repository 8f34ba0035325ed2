"""Fully connected kernels against matrix products in float64, with numbers of images around a group that shares W."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from fullstride.native.kernels.linear import CHUNK, IMAGES
from fullstride.program import stages
from fullstride.program.machine import Machine
from fullstride.program.plan import SHARDS
from tests.support.exact import fma
from tests.support.kernels import (
    KernelCase,
    assert_same_bits,
    check_case,
    close_to,
    every_dtype,
    every_target,
    gap_view,
    images,
    machine_of,
    replaced,
    room,
    run_case,
    sizes,
)

TESTED = (stages.Linear, stages.LinearWeightGradient, stages.LinearBatchGradient, stages.Transpose)

COUNTS = (1, IMAGES - 1, IMAGES, IMAGES + 1, 2 * IMAGES + 1)


def rows_of(n: int, gap: int) -> stages.View:
    return stages.View(n + gap, n, n)


def linear_case(
    dtype: str,
    n_C: int,
    count: int,
    n_C_prev: int = 5,
    bias: bool = True,
    relu: bool = False,
    masked: bool = False,
    accumulate: bool = False,
) -> KernelCase:
    generator = np.random.default_rng(count)
    x_view, y_view, m_view = rows_of(n_C_prev, 3), rows_of(n_C, 1), rows_of(n_C, 2)
    x, x_inside = images(x_view, count, (1, 1), n_C_prev, dtype, 1)
    y, y_inside = images(y_view, count, (1, 1), n_C, dtype, 2)
    mask, mask_inside = images(m_view, count, (1, 1), n_C, dtype, 3)
    W = generator.standard_normal((n_C_prev, n_C)).astype(dtype)
    b = generator.standard_normal(n_C).astype(dtype)
    result = np.einsum("ihwc,ck->ihwk", x_inside.astype(np.float64), W) + (b if bias else 0)
    result = np.where(relu & (result <= 0), 0, result)
    result = result + (y_inside if accumulate else 0)
    result = np.where(masked & ~(mask_inside > 0), 0, result)
    stage = stages.Linear(
        dtype,
        "linear_forward",
        x_image=x_view.image,
        y_image=y_view.image,
        mask_image=m_view.image,
        n_C_prev=n_C_prev,
        n_C=n_C,
        bias=bias,
        mask=masked,
        relu=relu,
        accumulate=accumulate,
    )
    operands = {"x": x, "W": W.reshape(-1), "b": b, "y": y, "mask": mask}
    expected = {"y": replaced(y, y_view, result)}
    return KernelCase(stage, operands, expected, count, tolerance=close_to(dtype, n_C_prev))


def linear_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    for n_C, count in zip(sizes(machine, dtype), COUNTS, strict=False):
        yield linear_case(dtype, n_C, count)
        yield linear_case(dtype, n_C, count + 1, bias=False, masked=True, accumulate=True)
    for count in COUNTS:
        yield linear_case(dtype, machine.lanes(dtype) + 1, count, relu=True, n_C_prev=1)
    # More vectors than are held in registers together, and a rest.
    yield linear_case(dtype, 9 * machine.lanes(dtype) + 3, IMAGES + 1, n_C_prev=2)


@every_dtype
@every_target
def test_linear(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in linear_cases(machine, dtype):
        check_case(case, machine)


@every_dtype
@every_target
def test_a_wide_matrix_is_read_some_rows_at_a_time(target: str, dtype: str) -> None:
    """Behind a second-level cache that holds next to nothing the sums wait on the stack; the bits stay."""
    machine = machine_of(target)
    far = replace(machine, l2_bytes=1 << 10)
    n_C, n_C_prev = 9 * machine.lanes(dtype) + 3, 2 * CHUNK // (8 * machine.lanes(dtype) * 4) + 5
    for count in (1, IMAGES, 2 * IMAGES - 1):
        for form in ({"relu": True}, {"bias": False, "masked": True, "accumulate": True}):
            case = linear_case(dtype, n_C, count, n_C_prev=n_C_prev, **form)
            check_case(case, far)
            assert_same_bits(run_case(case, far)["y"], run_case(case, machine)["y"])


def weight_case(dtype: str, n_C: int, count: int, n_C_prev: int) -> KernelCase:
    generator = np.random.default_rng(count)
    x_view, z_view = rows_of(n_C_prev, 3), rows_of(n_C, 1)
    x, x_inside = images(x_view, count, (1, 1), n_C_prev, dtype, 1)
    dZ, dZ_inside = images(z_view, count, (1, 1), n_C, dtype, 2)
    dW: Any = generator.standard_normal((n_C_prev, n_C)).astype(dtype)
    db = generator.standard_normal(n_C).astype(dtype)
    expected = dW + np.einsum("ihwc,ihwk->ck", x_inside.astype(np.float64), dZ_inside)
    stage = stages.LinearWeightGradient(dtype, x_view.image, z_view.image, n_C_prev, n_C)
    return KernelCase(
        stage,
        {"x": x, "dZ": dZ, "dW": dW.reshape(-1), "db": db},
        {"dW": expected.reshape(-1), "db": db + dZ_inside.sum(axis=(0, 1, 2), dtype=np.float64)},
        count,
        tolerance=close_to(dtype, 4 * count),
    )


@every_dtype
@every_target
def test_weight_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C, count in zip(sizes(machine, dtype), COUNTS, strict=False):
        check_case(weight_case(dtype, n_C, count, 3), machine)
    for count in COUNTS:
        check_case(weight_case(dtype, 2 * machine.lanes(dtype) + 1, count, 1), machine)
    check_case(weight_case(dtype, 9 * machine.lanes(dtype) + 3, IMAGES + 1, 2), machine)


def batch_case(dtype: str, n_C: int, m: int, n_C_prev: int) -> KernelCase:
    """dW and db of a batch, with the bits of the shards' sums replayed."""
    x_view, z_view = rows_of(n_C_prev, 3), rows_of(n_C, 1)
    x, x_inside = images(x_view, max(m, 1), (1, 1), n_C_prev, dtype, 1)
    dZ, dZ_inside = images(z_view, max(m, 1), (1, 1), n_C, dtype, 2)
    dW = np.zeros((SHARDS, n_C_prev, n_C), dtype)
    db = np.zeros((SHARDS, n_C), dtype)
    for i in range(m):
        shard = i * SHARDS // m
        for k, c in np.ndindex(n_C_prev, n_C):
            dW[shard, k, c] = fma(x_inside[i, 0, 0, k], dZ_inside[i, 0, 0, c], dW[shard, k, c])
        db[shard] += dZ_inside[i, 0, 0]
    while len(dW) > 1:
        dW, db = dW[::2] + dW[1::2], db[::2] + db[1::2]
    unit = 64 // np.dtype(dtype).itemsize
    operands = {
        "x": x,
        "dZ": dZ,
        "dW": np.full(n_C_prev * n_C, np.nan, dtype),
        "db": np.full(n_C, np.nan, dtype),
        "m": np.array([m]),
    }
    return KernelCase(
        stages.LinearBatchGradient(dtype, x_view.image, z_view.image, n_C_prev, n_C, SHARDS),
        operands,
        {"dW": dW.reshape(-1), "db": db.reshape(-1)},
        m,
        kind="elements",
        elements=-(-n_C_prev // unit) * unit,
        exact=True,
    )


@every_dtype
@every_target
def test_batch_gradient(target: str, dtype: str) -> None:
    """Batches that are empty, smaller than the shards, and with shards of different sizes; tiles with a rest."""
    machine = machine_of(target)
    lanes = machine.lanes(dtype)
    for m, n_C in zip((0, 1, 3, SHARDS, 11, 19), (*sizes(machine, dtype), lanes, 1, 3), strict=False):
        check_case(batch_case(dtype, n_C, m, 3), machine)
    check_case(batch_case(dtype, 4 * lanes + 3, 9, 17), machine)
    check_case(batch_case(dtype, 1, 2, 1), machine)


@every_dtype
def test_threads_share_the_rows_of_a_batch_gradient(dtype: str) -> None:
    """Parts that begin in the middle, and parts without a row: each number is written by one of them."""
    machine = machine_of("128")
    for n_C_prev in (5, 40):
        case = batch_case(dtype, 5, 11, n_C_prev)
        for threads in (1, 2, 3, 7):
            after = run_case(case, machine, threads)
            for name, expected in case.expected.items():
                assert_same_bits(after[name], expected)


@every_dtype
@every_target
def test_transpose(target: str, dtype: str) -> None:
    machine = machine_of(target)
    lanes = machine.lanes(dtype)
    shapes = [(3, columns) for columns in (1, 7, 8, 9, 17)]
    shapes += [(1, 5), (lanes, lanes), (2 * lanes + 1, 3 * lanes + 2)]
    for rows, columns in shapes:
        W, _ = images(gap_view((1, rows), columns, False), 1, (1, rows), columns, dtype, 1)
        stage = stages.Transpose(dtype, rows, columns)
        packed = room(gap_view((1, 1), rows * columns, False), 1, (1, 1), rows * columns, dtype)
        expected = {"packed": W.reshape(rows, columns).T.reshape(-1)}
        case = KernelCase(stage, {"W": W, "packed": packed}, expected, kind="tasks", exact=True)
        check_case(case, machine)
