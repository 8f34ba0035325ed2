"""Convolution kernels against float64 loops over taps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fullstride.native.kernels.convolution import conv_tile, describe_conv, weight_gradient_tile
from fullstride.native.kernels.planar import STRIP, planar_tile
from fullstride.native.kernels.stacked import stacked_columns
from fullstride.program import stages
from fullstride.program.machine import Machine
from tests.support.kernels import (
    KernelCase,
    assert_same_bits,
    check_case,
    close_to,
    every_dtype,
    every_target,
    gap_view,
    images,
    inside,
    machine_of,
    replaced,
    run_case,
    sizes,
)

TESTED = (stages.Conv, stages.ConvWeightGradient, stages.BlockFilters, stages.FlipFilters, stages.ZeroPad)


def random(shape: tuple[int, ...], dtype: str, seed: int) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def geometry(
    taps: tuple[int, int], stride: tuple[int, int], size: tuple[int, int], gaps: bool, n_C_prev: int
) -> tuple[tuple[int, int], stages.View]:
    """The size of an image whose every window fits, with its view."""
    n_prev = (
        (size[0] - 1) * stride[0] + max(taps[0], 1),
        (size[1] - 1) * stride[1] + max(taps[1], 1),
    )
    return n_prev, gap_view(n_prev, n_C_prev, gaps)


def convolved(x: Any, W: Any, stride: tuple[int, int], size: tuple[int, int]) -> Any:
    result = np.zeros((len(x), *size, W.shape[3]))
    for v in range(W.shape[0]):
        for h in range(W.shape[1]):
            rows = slice(v, v + stride[0] * (size[0] - 1) + 1, stride[0])
            columns = slice(h, h + stride[1] * (size[1] - 1) + 1, stride[1])
            result += np.einsum("ihwc,ck->ihwk", x[:, rows, columns].astype(np.float64), W[v, h])
    return result


def conv_case(
    dtype: str,
    n_C: int,
    n_C_prev: int = 3,
    taps: tuple[int, int] = (2, 3),
    stride: tuple[int, int] = (1, 1),
    size: tuple[int, int] = (3, 5),
    count: int = 2,
    bias: bool = True,
    relu: bool = False,
    masked: bool = False,
    accumulate: bool = False,
    gaps: bool = True,
    apart: int = 1,
) -> KernelCase:
    """With `apart` pixels of y stand further from each other, as the classes of a strided dA do."""
    n_prev, x_view = geometry(taps, stride, size, gaps, n_C_prev)
    x, x_inside = images(x_view, count, n_prev, n_C_prev, dtype, 1)
    W, b = random((*taps, n_C_prev, n_C), dtype, 2), random((n_C,), dtype, 3)
    tight = gap_view(size, n_C, gaps)
    view = stages.View(apart**2 * tight.image, apart * tight.row, apart * tight.pixel)
    y, y_inside = images(view, count, size, n_C, dtype, 4)
    m_view = gap_view(size, n_C, not gaps)
    mask, mask_inside = images(m_view, count, size, n_C, dtype, 5)
    stage = stages.Conv(
        dtype,
        "conv_forward",
        x=x_view,
        y=view,
        mask=m_view if masked else None,
        taps=taps,
        step=(stride[0] * x_view.row, stride[1] * x_view.pixel),
        n_C_prev=n_C_prev,
        n_C=n_C,
        size=size,
        bias=bias,
        relu=relu,
        accumulate=accumulate,
    )
    result = convolved(x_inside, W, stride, size) + (b if bias else 0)
    result = np.where(relu & (result <= 0), 0, result)
    result = result + (y_inside if accumulate else 0)
    result = np.where(masked & ~(mask_inside > 0), 0, result)
    operands = {"x": x, "b": b, "y": y, "mask": mask}
    if W.size:
        operands["W"] = W.reshape(-1)
    return KernelCase(
        stage,
        operands,
        {"y": replaced(y, view, result)},
        count,
        tolerance=close_to(dtype, taps[0] * taps[1] * n_C_prev),
    )


def conv_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    lanes = machine.lanes(dtype)
    for n_C in sizes(machine, dtype):
        yield conv_case(dtype, n_C)
        yield conv_case(dtype, n_C, bias=False, masked=True, accumulate=True, gaps=False)
    yield conv_case(dtype, lanes + 1, relu=True, stride=(2, 1))
    yield conv_case(dtype, lanes, bias=False, masked=True, stride=(1, 3))
    yield conv_case(dtype, lanes, bias=False, accumulate=True, count=1)
    # A tile's rest of columns, of rows, and of groups of vectors; and sums too long to be written out.
    yield conv_case(dtype, 2 * lanes, n_C_prev=2, size=(2, 37), taps=(1, 3), count=1)
    yield conv_case(dtype, 1, n_C_prev=1, size=(31, 2), taps=(3, 1), count=1)
    yield conv_case(dtype, 5 * lanes + 1, n_C_prev=1, size=(2, 3), count=1)
    yield conv_case(dtype, lanes, n_C_prev=2 * lanes + 1, taps=(3, 3), size=(2, 2), count=1)
    yield conv_case(dtype, 3, n_C_prev=1, taps=(1, 1), size=(1, 1), count=3)
    # No tap at all: inputs that no window covers.
    yield conv_case(dtype, lanes + 1, taps=(0, 0), bias=False)


@every_dtype
@every_target
def test_convolution(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in conv_cases(machine, dtype):
        check_case(case, machine)


@every_dtype
@every_target
def test_tiles_leave_a_rest(target: str, dtype: str) -> None:
    """The cases above are only worth their names while a tile does not fit them."""
    machine = machine_of(target)
    tiles = [(case.stage, conv_tile(case.stage, machine)) for case in conv_cases(machine, dtype)]
    assert any(stage.size[1] % tile.columns for stage, tile in tiles)
    assert any(stage.size[1] // tile.columns > 1 for stage, tile in tiles)
    assert any(stage.size[0] // tile.rows > 1 for stage, tile in tiles)
    assert any(tile.vectors > 1 for _, tile in tiles)


def planar_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    """Few filters and long rows."""
    lanes = machine.lanes(dtype)
    some = max(lanes // 2, 1)
    for n_C in sorted({1, max(some - 1, 1), some}):
        yield conv_case(dtype, n_C, n_C_prev=5, taps=(3, 3), size=(9, 2 * lanes))
        yield conv_case(dtype, n_C, n_C_prev=5, size=(2, 5 * lanes), bias=False, masked=True, accumulate=True)
        yield conv_case(dtype, n_C, n_C_prev=4, taps=(3, 3), size=(3, 2 * lanes), relu=True, apart=2)
    # The caller's own rows; more than two vectors of them, and a rest of every length.
    yield conv_case(dtype, 1, n_C_prev=1, taps=(5, 5), size=(5, 4 * lanes), relu=True, gaps=False)
    for rest in range(1, lanes):
        yield conv_case(dtype, 1, n_C_prev=3, taps=(3, 3), size=(2, 2 * lanes + rest), count=1)
    for rest in {1, lanes - 1}:
        yield conv_case(dtype, 3, n_C_prev=1, taps=(5, 5), size=(2, 2 * lanes + rest), count=1)
    yield conv_case(dtype, 1, n_C_prev=2, taps=(3, 4), stride=(2, 1), size=(5, 2 * lanes))
    # Strips: several, and one that is shorter.
    row = 2 * lanes * np.dtype(dtype).itemsize
    for stride in (1, 2):
        many = STRIP // (20 * row)
        size = (23, 2 * lanes)
        yield conv_case(dtype, 1, n_C_prev=many, taps=(3, 5), stride=(stride, 1), size=size, count=1)


@every_dtype
@every_target
def test_positions_in_the_lanes(target: str, dtype: str) -> None:
    machine = machine_of(target)
    tiles = []
    for case in planar_cases(machine, dtype):
        check_case(case, machine)
        tile = planar_tile(case.stage, machine)
        if tile:
            tiles.append((case.stage, tile))
    assert tiles
    if machine.lanes(dtype) == 2:
        return  # two lanes gain too little to turn a strip for them
    assert len(tiles) > machine.lanes(dtype)
    assert any(stage.size[0] // tile.strip > 1 and stage.size[0] % tile.strip for stage, tile in tiles)
    assert any(stage.size[0] % tile.rows for stage, tile in tiles)
    assert any(tile.vectors > 1 for _, tile in tiles)


def stacked_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    """Filters for half of the lanes, or somewhat fewer."""
    lanes = machine.lanes(dtype)
    some = lanes // 2
    for n_C in sorted({some // 2 + 1, some}):
        yield conv_case(dtype, n_C, n_C_prev=1, taps=(3, 3), size=(4, 5), relu=True)
        yield conv_case(
            dtype, n_C, n_C_prev=3, taps=(3, 3), size=(5, 7), bias=False, masked=True, accumulate=True
        )
        yield conv_case(dtype, n_C, n_C_prev=1, taps=(5, 2), stride=(2, 3), size=(3, 19), gaps=False)
        yield conv_case(dtype, n_C, n_C_prev=17, taps=(3, 2), size=(3, 5), apart=2)


@every_dtype
@every_target
def test_two_rows_in_a_vector(target: str, dtype: str) -> None:
    machine = machine_of(target)
    stacked = []
    for case in stacked_cases(machine, dtype):
        check_case(case, machine)
        stacked.append(stacked_columns(case.stage, machine))
    assert sum(columns is not None for columns in stacked) >= len(stacked) // 2


def weight_case(
    dtype: str,
    n_C: int,
    n_C_prev: int = 2,
    f: tuple[int, int] = (2, 3),
    stride: tuple[int, int] = (1, 1),
    size: tuple[int, int] = (3, 4),
    count: int = 2,
) -> KernelCase:
    n_prev, x_view = geometry(f, stride, size, True, n_C_prev)
    x, x_inside = images(x_view, count, n_prev, n_C_prev, dtype, 1)
    view = gap_view(size, n_C, True)
    dZ, dZ_inside = images(view, count, size, n_C, dtype, 2)
    dW, db = random((*f, n_C_prev, n_C), dtype, 3), random((n_C,), dtype, 4)
    expected = dW.astype(np.float64)
    for v in range(f[0]):
        for h in range(f[1]):
            rows = slice(v, v + stride[0] * (size[0] - 1) + 1, stride[0])
            columns = slice(h, h + stride[1] * (size[1] - 1) + 1, stride[1])
            seen = x_inside[:, rows, columns].astype(np.float64)
            expected[v, h] += np.einsum("ihwc,ihwk->ck", seen, dZ_inside)
    stage = stages.ConvWeightGradient(dtype, x_view, view, f, stride, n_C_prev, n_C, size)
    return KernelCase(
        stage,
        {"x": x, "dZ": dZ, "dW": dW.reshape(-1), "db": db},
        {"dW": expected.reshape(-1), "db": db + dZ_inside.sum(axis=(0, 1, 2), dtype=np.float64)},
        count,
        tolerance=close_to(dtype, 4 * count * size[0] * size[1]),
    )


def weight_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    lanes = machine.lanes(dtype)
    for n_C in sizes(machine, dtype):
        yield weight_case(dtype, n_C)
    yield weight_case(dtype, lanes + 1, stride=(2, 3), count=1)
    yield weight_case(dtype, 3, n_C_prev=1, f=(1, 1), size=(1, 1))
    yield weight_case(dtype, 1, n_C_prev=37, f=(2, 1), size=(2, 2))
    yield weight_case(dtype, 2 * lanes, n_C_prev=7, f=(3, 3), size=(2, 3), count=1)
    # Filter rows that do not fill the last tile, with 32 registers and with 16.
    yield weight_case(dtype, lanes, n_C_prev=1, f=(7, 6), size=(2, 2), count=1)
    yield weight_case(dtype, lanes, n_C_prev=1, f=(7, 3), size=(2, 2), count=1)
    yield weight_case(dtype, 5 * lanes + 1, n_C_prev=1, f=(5, 1), size=(3, 2), count=1)
    yield weight_case(dtype, lanes, n_C_prev=1, f=(5, 5), size=(2, 2), count=3)


@every_dtype
@every_target
def test_weight_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    tiles = []
    for case in weight_cases(machine, dtype):
        check_case(case, machine)
        tiles.append((case.stage, weight_gradient_tile(case.stage, machine)))
    assert any(stage.f[0] % tile.rows for stage, tile in tiles)
    assert any(stage.f[1] * stage.n_C_prev % tile.columns for stage, tile in tiles)
    assert any(tile.rows > 1 for _, tile in tiles)


@every_dtype
def test_the_order_of_images_and_tiles_leaves_the_bits(dtype: str) -> None:
    """A dW that no cache holds is fetched once a tile, another once an image."""
    machine = machine_of("128")
    case = weight_case(dtype, 9, n_C_prev=7, f=(3, 3), count=5)
    near, far = (run_case(case, dataclasses.replace(machine, l2_bytes=size)) for size in (1 << 20, 1))
    for name in case.expected:
        assert_same_bits(far[name], near[name])
    check_case(case, dataclasses.replace(machine, l2_bytes=1))


def blocks(stage: stages.Conv, machine: Machine) -> list[tuple[int, int]]:
    """The filters that one tile holds in registers together, as (first, last + 1)."""
    width = conv_tile(stage, machine).vectors * machine.lanes(stage.dtype)
    return [(first, min(first + width, stage.n_C)) for first in range(0, stage.n_C, width)]


def in_blocks(W: Any, stage: stages.Conv, machine: Machine) -> Any:
    """(f, f, n_C_prev, n_C) as (blocks, f, f, n_C_prev, filters of a block), flat."""
    return np.concatenate([W[..., first:end].reshape(-1) for first, end in blocks(stage, machine)])


@every_dtype
@every_target
def test_filters_in_blocks(target: str, dtype: str) -> None:
    """The blocks, bit for bit; and a convolution that reads them."""
    machine = machine_of(target)
    lanes = machine.lanes(dtype)
    for n_C in (1, lanes + 1, 4 * lanes, 9 * lanes + 3):
        case = conv_case(dtype, n_C, size=(2, 3))
        stage = dataclasses.replace(case.stage, blocked=True)
        W = random((2, 3, 3, n_C), dtype, 2)
        packed = in_blocks(W, stage, machine)
        operands = {"W": W.reshape(-1), "packed": np.full(packed.size, np.nan, dtype)}
        block = KernelCase(
            stages.BlockFilters(dtype, stage), operands, {"packed": packed}, kind="tasks", exact=True
        )
        check_case(block, machine)
        operands = {**case.operands, "W": packed}
        check_case(KernelCase(stage, operands, case.expected, case.count, tolerance=case.tolerance), machine)
    assert len(blocks(stage, machine)) > 2


@every_dtype
@every_target
def test_flipped_filters(target: str, dtype: str) -> None:
    """packed[-v, -h, c, c_prev] = W[tap + stride * (v, h), c_prev, c] in blocks, bit for bit."""
    machine = machine_of(target)
    for n_C_prev in sizes(machine, dtype):
        for f, tap, stride in [((3, 2), (0, 0), (1, 1)), ((5, 4), (1, 0), (2, 3)), ((1, 1), (0, 0), (1, 2))]:
            n_C = 9
            W = random((*f, n_C_prev, n_C), dtype, 1)
            chosen = W[tap[0] :: stride[0], tap[1] :: stride[1]]
            flipped = np.flip(chosen, (0, 1)).transpose(0, 1, 3, 2)
            conv = conv_case(dtype, n_C_prev, n_C_prev=n_C, taps=flipped.shape[:2], bias=False).stage
            packed = in_blocks(flipped, conv, machine)
            stage = stages.FlipFilters(dtype, f, tap, stride, conv)
            operands = {"W": W.reshape(-1), "packed": np.full(packed.size, np.nan, dtype)}
            check_case(KernelCase(stage, operands, {"packed": packed}, kind="tasks", exact=True), machine)


@every_dtype
@every_target
def test_zero_pad(target: str, dtype: str) -> None:
    """The inside of a bordered image is written, the border is not."""
    machine = machine_of(target)
    for n_C in sizes(machine, dtype):
        size, count = (3, 2), 2
        x_view, y_view = gap_view(size, n_C, False), gap_view(size, n_C, True)
        x, x_inside = images(x_view, count, size, n_C, dtype, 1)
        y, _ = images(y_view, count, size, n_C, dtype, 2)
        stage = stages.ZeroPad(dtype, x_view, y_view, None, size, n_C)
        expected = {"y": replaced(y, y_view, x_inside)}
        check_case(KernelCase(stage, {"x": x, "y": y}, expected, count, exact=True), machine)


@pytest.mark.parametrize("relu", [False, True])
def test_nan_and_infinity_pass(relu: bool) -> None:
    machine = machine_of("128")
    case = conv_case("float32", 5, count=1, gaps=False, relu=relu, n_C_prev=1, taps=(1, 1))
    x = inside(case.operands["x"], case.stage.x, 1, case.stage.size, 1)
    x[0, 0, 0, 0], x[0, 1, 1, 0] = np.nan, np.inf
    W, b = case.operands["W"], case.operands["b"]
    y = x * W.reshape(1, 1, 1, 5) + b
    if relu:
        y = np.where(y <= 0, 0, y)
    expected = {"y": replaced(case.operands["y"], case.stage.y, y)}
    check_case(KernelCase(case.stage, case.operands, expected, 1, tolerance=close_to("float32")), machine)


def test_the_name_says_what_is_fused() -> None:
    machine = machine_of("128")
    case = conv_case("float32", 5, stride=(2, 1), relu=True, masked=True, accumulate=True, gaps=False)
    operation, name, _ = describe_conv(case.stage, machine)
    assert operation == "conv_forward"
    assert name == "f2x3_s2x1_3x5x3_to_5_relu_mask_add"
