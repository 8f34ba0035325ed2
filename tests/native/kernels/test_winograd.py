"""Winograd's convolution against float64 loops over taps, and the same bits however the work is cut."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from fullstride.program import stages, winograd
from fullstride.program.machine import Machine
from tests.native.kernels.test_convolution import convolved, random
from tests.support.kernels import (
    KernelCase,
    check_case,
    every_dtype,
    every_target,
    gap_view,
    images,
    machine_of,
    replaced,
    run_case,
    sizes,
)

TESTED = (stages.WinogradConv, stages.WinogradFilters)


def close_to(dtype: str, terms: int) -> dict[str, float]:
    """A tolerance for sums of `terms` products of numbers of size 1, some 20 times that of a direct sum."""
    unit = 2.0**-23 if dtype == "float32" else 2.0**-52
    return {"rtol": 64 * unit, "atol": 256 * unit * (terms + 4) ** 0.5}


def transformed_filters(W: Any, machine: Machine, stage: stages.WinogradConv) -> Any:
    """U of filters (3, 3, n_C_prev, n_C), in float64 and rounded once."""
    H = np.array(winograd.H, np.float64)
    S = np.array([[float(winograd.scale(i, j)) for j in range(6)] for i in range(6)])
    U = np.einsum("av,bh,vhck->abck", H, H, W.astype(np.float64)) * S[:, :, None, None]
    order = [row for pair in winograd.ROWS for row in pair]
    U = U[order].reshape(36, *W.shape[2:])
    lanes, parts = machine.lanes(stage.dtype), []
    for block in winograd.filter_blocks(stage, machine):
        filters = U[:, :, block.first : block.first + block.width]
        fill = winograd.in_vectors(block.width, lanes) - block.width
        parts.append(np.pad(filters, ((0, 0), (0, 0), (0, fill))).reshape(-1))
    return np.concatenate(parts).astype(W.dtype)


def conv_case(
    machine: Machine,
    dtype: str,
    n_C: int,
    n_C_prev: int = 3,
    size: tuple[int, int] = (5, 6),
    count: int = 2,
    bias: bool = True,
    relu: bool = False,
    masked: bool = False,
    accumulate: bool = False,
    gaps: bool = True,
) -> KernelCase:
    n_prev = (size[0] + 2, size[1] + 2)
    x_view, view, m_view = (
        gap_view(n_prev, n_C_prev, gaps),
        gap_view(size, n_C, gaps),
        gap_view(size, n_C, not gaps),
    )
    x, x_inside = images(x_view, count, n_prev, n_C_prev, dtype, 1)
    W, b = random((3, 3, n_C_prev, n_C), dtype, 2), random((n_C,), dtype, 3)
    y, y_inside = images(view, count, size, n_C, dtype, 4)
    mask, mask_inside = images(m_view, count, size, n_C, dtype, 5)
    stage = stages.WinogradConv(
        dtype,
        "winograd_forward",
        x=x_view,
        y=view,
        mask=m_view if masked else None,
        n_C_prev=n_C_prev,
        n_C=n_C,
        size=size,
        bias=bias,
        relu=relu,
        accumulate=accumulate,
    )
    result = convolved(x_inside, W, (1, 1), size) + (b if bias else 0)
    result = np.where(relu & (result <= 0), 0, result)
    result = np.where(masked & ~(mask_inside > 0), 0, result)
    result = result + (y_inside if accumulate else 0)
    operands = {"x": x, "U": transformed_filters(W, machine, stage), "b": b, "y": y, "mask": mask}
    operands["work"] = np.full(winograd.conv_work_size(stage, machine), np.nan, dtype)
    expected = {"y": replaced(y, view, result), "work": operands["work"]}
    return KernelCase(stage, operands, expected, count, tolerance=close_to(dtype, 9 * n_C_prev))


def run_conv(case: KernelCase, machine: Machine) -> Any:
    """Checks a case but for its `work`, in which anything may stand afterwards; y."""
    after = run_case(case, machine)
    expected = {**case.expected, "work": after["work"]}
    check_case(dataclasses.replace(case, expected=expected), machine)
    return after["y"]


def conv_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    lanes = machine.lanes(dtype)
    for n_C in sizes(machine, dtype):
        yield conv_case(machine, dtype, n_C)
        yield conv_case(
            machine, dtype, n_C, n_C_prev=n_C, bias=False, masked=True, accumulate=True, gaps=False
        )
    # Every rest of rows and columns.
    for rest in range(1, 5):
        yield conv_case(machine, dtype, 2, size=(rest, 9 - rest), relu=rest % 2 == 0, count=1)
        yield conv_case(machine, dtype, lanes, size=(4 + rest, rest), bias=False, masked=True, count=3)
    yield conv_case(machine, dtype, 5 * lanes + 1, n_C_prev=lanes + 3, size=(8, 8), count=9)
    yield conv_case(
        machine, dtype, 3 * lanes, n_C_prev=2, size=(13, 30), count=1, bias=False, accumulate=True
    )


@every_dtype
@every_target
def test_convolution(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in conv_cases(machine, dtype):
        run_conv(case, machine)
