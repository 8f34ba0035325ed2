"""Pooling kernels against plain loops: ties, NaN, overlapping windows, masks, and gradients that are added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fullstride.geometry import Window
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

TESTED = (stages.Pool, stages.PoolBackward)

WINDOWS = {
    # f, stride, size of the image
    "side by side": ((2, 2), (2, 2), (4, 6)),
    "overlapping": ((3, 2), (1, 1), (4, 4)),
    "with gaps": ((1, 2), (2, 3), (5, 7)),
    "that do not fit": ((2, 3), (2, 3), (5, 7)),
    "large": ((5, 6), (2, 1), (7, 7)),
}
MODES = ("max", "average")


def pooled(x: Any, mode: str, window: Window, size: tuple[int, int]) -> Any:
    A = np.zeros((len(x), *size, x.shape[3]), x.dtype)
    for h in range(size[0]):
        for w in range(size[1]):
            top, bottom, left, right = window.corners(h, w)
            seen = x[:, top:bottom, left:right]
            A[:, h, w] = seen.max(axis=(1, 2)) if mode == "max" else seen.mean(axis=(1, 2), dtype=np.float64)
    return A


def spread(x: Any, dA: Any, mode: str, window: Window) -> Any:
    """The gradient of every input, one output at a time."""
    dx = np.zeros(x.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        top, bottom, left, right = window.corners(h, w)
        if mode == "average":
            dx[i, top:bottom, left:right, c] += dA[i, h, w, c] / (window.f[0] * window.f[1])
            continue
        seen = x[i, top:bottom, left:right, c]
        places = np.argwhere((seen == seen.max()) | np.isnan(seen))
        v, k = places[np.isnan([seen[tuple(place)] for place in places]).argmax()] if len(places) else (0, 0)
        dx[i, top + v, left + k, c] += dA[i, h, w, c]
    return dx


def tied(values: Any, seed: int) -> None:
    """Rounds in place, so that most windows hold their maximum several times; some numbers are NaN or -inf."""
    generator = np.random.default_rng(seed)
    values[...] = np.round(values)
    values[generator.random(values.shape) < 0.06] = np.nan
    values[generator.random(values.shape) < 0.1] = -np.inf


def geometries(machine: Machine, dtype: str) -> list[tuple[int, str]]:
    """Every number of channels with one kind of window, and every kind with one vector and one channel."""
    kinds, n_C = list(WINDOWS), machine.lanes(dtype) + 1
    return [*zip(sizes(machine, dtype), kinds, strict=False), *((n_C, kind) for kind in kinds)]


def forward_cases(machine: Machine, dtype: str, mode: str) -> Iterator[KernelCase]:
    for number, (n_C, kind) in enumerate(geometries(machine, dtype)):
        yield forward_case(dtype, mode, n_C, kind, count=1 + number % 2, gaps=number % 2 == 0)


def forward_case(dtype: str, mode: str, n_C: int, kind: str, count: int = 2, gaps: bool = True) -> KernelCase:
    f, stride, n_prev = WINDOWS[kind]
    window, size = Window.over(n_prev, f, stride, 0, "test")
    x_view, A_view = gap_view(n_prev, n_C, gaps), gap_view(size, n_C, not gaps)
    x, x_inside = images(x_view, count, n_prev, n_C, dtype, n_C)
    if mode == "max":
        tied(x_inside, n_C)
    A = room(A_view, count, size, n_C, dtype)
    stage = stages.Pool(dtype, mode, x_view, A_view, window, size, n_C)
    expected = {"A": replaced(A, A_view, pooled(x_inside, mode, window, size))}
    return KernelCase(stage, {"x": x, "A": A}, expected, count, tolerance=close_to(dtype, f[0] * f[1]))


@pytest.mark.parametrize("mode", MODES)
@every_dtype
@every_target
def test_forward(target: str, dtype: str, mode: str) -> None:
    machine = machine_of(target)
    for case in forward_cases(machine, dtype, mode):
        check_case(case, machine)


def backward_case(
    dtype: str,
    mode: str,
    n_C: int,
    kind: str,
    count: int = 2,
    masked: bool = False,
    accumulate: bool = False,
    gaps: bool = True,
) -> KernelCase:
    f, stride, n_prev = WINDOWS[kind]
    window, size = Window.over(n_prev, f, stride, 0, "test")
    x_view, A_view = gap_view(n_prev, n_C, gaps), gap_view(size, n_C, not gaps)
    dA_view, dx_view = gap_view(size, n_C, gaps), gap_view(n_prev, n_C, not gaps)
    x, x_inside = images(x_view, count, n_prev, n_C, dtype, 1)
    if mode == "max" and not masked:
        tied(x_inside, 2)
    if masked:
        # As behind a ReLU: no negative numbers, and ties of zeros.
        x_inside[...] = np.where(x_inside <= 0, 0, np.round(2 * x_inside) / 2)
    A = room(A_view, count, size, n_C, dtype)
    A = replaced(A, A_view, pooled(x_inside, mode, window, size))
    dA, dA_inside = images(dA_view, count, size, n_C, dtype, 3)
    dx, dx_inside = images(dx_view, count, n_prev, n_C, dtype, 4)
    result = spread(x_inside, dA_inside, mode, window)
    if masked:
        result = np.where(x_inside > 0, result, 0)
    if accumulate:
        result = result + dx_inside
    stage = stages.PoolBackward(
        dtype,
        mode,
        x=x_view,
        A=A_view,
        dA=dA_view,
        dx=dx_view,
        window=window,
        size_prev=n_prev,
        size=size,
        n_C=n_C,
        mask=masked,
        accumulate=accumulate,
    )
    operands = {"x": x, "A": A, "dA": dA, "dx": dx}
    expected = {"dx": replaced(dx, dx_view, result)}
    return KernelCase(stage, operands, expected, count, tolerance=close_to(dtype, 4 * f[0] * f[1]))


@pytest.mark.parametrize("mode", MODES)
@every_dtype
@every_target
def test_backward(target: str, dtype: str, mode: str) -> None:
    machine = machine_of(target)
    for number, (n_C, kind) in enumerate(geometries(machine, dtype)):
        check_case(backward_case(dtype, mode, n_C, kind, gaps=number % 2 == 0), machine)
    n_C = machine.lanes(dtype) - 1
    for kind in WINDOWS:
        check_case(backward_case(dtype, mode, n_C, kind, masked=True, accumulate=kind == "large"), machine)
    check_case(backward_case(dtype, mode, n_C, "overlapping", count=1, accumulate=True), machine)
    check_case(backward_case(dtype, mode, n_C, "side by side", count=1, accumulate=True), machine)


@pytest.mark.parametrize("kind", WINDOWS)
def test_the_first_maximum_gets_the_whole_gradient(kind: str) -> None:
    """All inputs are equal: each window's gradient goes to its upper left corner, and none is lost."""
    f, stride, n_prev = WINDOWS[kind]
    window, size = Window.over(n_prev, f, stride, 0, "test")
    case = backward_case("float64", "max", 3, kind, count=1, gaps=False)
    ones = np.ones_like(case.operands["x"])
    A = replaced(case.operands["A"], case.stage.A, np.ones((1, *size, 3)))
    dA = np.arange(1.0, 1 + size[0] * size[1] * 3)
    expected = np.zeros((1, *n_prev, 3))
    for h in range(size[0]):
        for w in range(size[1]):
            top, _, left, _ = window.corners(h, w)
            expected[0, top, left] += dA.reshape(*size, 3)[h, w]
    operands = {**case.operands, "x": ones, "A": A, "dA": dA}
    dx = replaced(case.operands["dx"], case.stage.dx, expected)
    assert expected.sum() == dA.sum()
    check_case(KernelCase(case.stage, operands, {"dx": dx}, 1, exact=True), machine_of("128"))
