"""Winograd's matrices in exact fractions, its blocks of work, and where it is chosen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fullstride.program import stages, winograd
from fullstride.program.machine import Machine

MACHINE = Machine("avx512", "x86_64-unknown-linux-gnu", "x86-64-v4", "", 512, 32)
SMALL = Machine("v128", "x86_64-unknown-linux-gnu", "x86-64-v3", "", 128, 16, l2_bytes=1 << 17)


def fractions(rows: Any) -> Any:
    return np.array([[Fraction(number) for number in row] for row in rows], dtype=object)


def whole(shape: tuple[int, ...], seed: int) -> Any:
    numbers = np.random.default_rng(seed).integers(-9, 10, shape)
    return np.array([Fraction(int(number)) for number in numbers.reshape(-1)], dtype=object).reshape(shape)


S = np.diag(np.array(winograd.SCALES, dtype=object))


def test_convolution_is_exact_in_fractions() -> None:
    x, w = whole((6, 6), 1), whole((3, 3), 2)
    BT, G, AT = fractions(winograd.BT), S @ fractions(winograd.H), fractions(winograd.AT)
    y = AT @ ((G @ w @ G.T) * (BT @ x @ BT.T)) @ AT.T
    for h, k in np.ndindex(4, 4):
        assert y[h, k] == (x[h : h + 3, k : k + 3] * w).sum()


def test_weight_gradient_is_exact_in_fractions() -> None:
    x, dZ = whole((6, 6), 3), whole((4, 4), 4)
    BT, G, AT = fractions(winograd.BT), fractions(winograd.GRADIENT_H), fractions(winograd.GRADIENT_AT)
    dW = AT @ (S @ ((G @ dZ @ G.T) * (BT @ x @ BT.T)) @ S) @ AT.T
    for v, h in np.ndindex(3, 3):
        assert dW[v, h] == (x[v : v + 4, h : h + 4] * dZ).sum()


def test_each_plane_has_its_place() -> None:
    places = [winograd.plane(i, j) for i in range(6) for j in range(6)]
    assert sorted(places) == list(range(36))
    assert [winograd.plane(i, 0) // 6 for i in (1, 2, 3, 4, 0, 5)] == list(range(6))


def conv(dtype: str, size: tuple[int, int], n_C_prev: int, n_C: int) -> stages.WinogradConv:
    view = stages.View(0, 0, 0)
    return stages.WinogradConv(dtype, "winograd_forward", view, view, None, n_C_prev, n_C, size, True)


def gradient(dtype: str, size: tuple[int, int], n_C_prev: int, n_C: int) -> stages.WinogradWeightGradient:
    view = stages.View(0, 0, 0)
    return stages.WinogradWeightGradient(dtype, view, view, n_C_prev, n_C, size)


SHAPES = [((32, 32), 64, 64), ((8, 8), 256, 256), ((1, 1), 1, 1), ((7, 200), 3, 17), ((224, 224), 64, 64)]


@pytest.mark.parametrize("machine", [MACHINE, SMALL], ids=["avx512", "v128"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_blocks_cover_an_image_and_registers_hold_a_tile(shape: Any, dtype: str, machine: Machine) -> None:
    rows, columns = winograd.tile_grid(shape[0])
    for blocking in (
        winograd.conv_blocking(conv(dtype, *shape), machine),
        winograd.gradient_blocking(gradient(dtype, *shape), machine),
    ):
        assert blocking.tiles == blocking.images * blocking.rows * columns
        assert blocking.images == 1 or blocking.rows == rows
        assert 1 <= blocking.images <= winograd.IMAGES
        assert blocking.positions * blocking.vectors + blocking.vectors + 1 <= machine.registers
        assert blocking.tiles <= max(64, columns)


def test_a_larger_cache_holds_a_larger_block() -> None:
    stage = conv("float32", (32, 32), 64, 64)
    assert winograd.conv_blocking(stage, SMALL).tiles == 32
    assert winograd.conv_blocking(conv("float32", (32, 32), 16, 16), MACHINE).tiles == 64


def test_filters_stand_in_blocks_one_behind_the_other() -> None:
    """37 filters of 5 channels in vectors of 4 lanes, as many vectors in a block as stand in registers together."""
    stage = conv("float32", (8, 8), 5, 37)
    blocks = winograd.filter_blocks(stage, SMALL)
    full = winograd.conv_blocking(stage, SMALL).vectors * 4
    assert [block.first for block in blocks] == list(range(0, 37, full))
    assert sum(block.width for block in blocks) == 37
    # A plane has a line of 16 numbers more than 5 times the filters of a block.
    assert [block.at for block in blocks] == [36 * (5 * full + 16) * number for number in range(len(blocks))]
    last = -(-blocks[-1].width // 4) * 4
    assert winograd.filters_size(stage, SMALL) == blocks[-1].at + 36 * (5 * last + 16)


def test_sizes_by_hand() -> None:
    # 36 planes of 5 channels by 2 vectors of 16 lanes, and a line each.
    assert winograd.gradient_size("float32", 5, 17, MACHINE) == 36 * (5 * 32 + 16)
    # 8 images of one tile: 3 channels in a vector of 8 lanes, and one vector of filters.
    assert winograd.conv_work_size(conv("float64", (4, 4), 3, 2), MACHINE) == 2 * 36 * (8 * 8 + 8)
    # A third of the planes at a time.
    assert winograd.gradient_work_size(gradient("float64", (4, 4), 3, 9), MACHINE) == 12 * (
        8 * 8 + 8 + 8 * 16 + 8
    )


@pytest.mark.parametrize(
    ("f", "stride", "size", "n_C_prev", "n_C", "expected"),
    [
        ((3, 3), (1, 1), (6, 6), 16, 16, True),
        ((3, 3), (1, 1), (32, 32), 15, 64, False),
        ((3, 3), (1, 1), (32, 32), 64, 15, False),
        ((3, 3), (2, 2), (32, 32), 64, 64, False),
        ((3, 3), (1, 2), (32, 32), 64, 64, False),
        ((3, 1), (1, 1), (32, 32), 64, 64, False),
        ((5, 5), (1, 1), (32, 32), 64, 64, False),
        ((3, 3), (1, 1), (5, 8), 64, 64, True),  # 40 of 64
        ((3, 3), (1, 1), (5, 9), 64, 64, False),  # 45 of 96
        ((3, 3), (1, 1), (4, 8), 64, 64, False),  # 32 positions
    ],
)
def test_where_it_suits(f: Any, stride: Any, size: Any, n_C_prev: int, n_C: int, expected: bool) -> None:
    assert winograd.suits(f, stride, size, n_C_prev, n_C) is expected
