"""Fully connected kernels against matrix products in float64, with numbers of images around a group that shares W."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from fullstride.native.kernels.linear import IMAGES
from fullstride.program import stages
from fullstride.program.machine import Machine
from tests.support.kernels import (
    KernelCase,
    check_case,
    close_to,
    every_dtype,
    every_target,
    gap_view,
    images,
    machine_of,
    replaced,
    room,
    sizes,
)

TESTED = (stages.Linear, stages.LinearWeightGradient, stages.Transpose)

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
    result = np.where(masked & ~(mask_inside > 0), 0, result)
    result = result + (y_inside if accumulate else 0)
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


@every_dtype
@every_target
def test_transpose(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for columns in (1, 7, 8, 9, 17):
        W, _ = images(gap_view((1, 3), columns, False), 1, (1, 3), columns, dtype, 1)
        stage = stages.Transpose(dtype, 3, columns)
        packed = room(gap_view((1, 1), 3 * columns, False), 1, (1, 1), 3 * columns, dtype)
        expected = {"packed": W.reshape(3, columns).T.reshape(-1)}
        case = KernelCase(stage, {"W": W, "packed": packed}, expected, kind="tasks", exact=True)
        check_case(case, machine)
