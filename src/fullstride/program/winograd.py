"""Winograd's convolution F(4x4, 3x3): its matrices, its tiles, and how much of an image is worked on at once.

A tile is 4x4 positions of the output, computed from 6x6 of the input with 36 multiplications a pair of channels instead
of 144. Interpolation points: 0, 1, -1, 2, -2 and infinity.

    y  = A^T [(G w G^T) * (B^T x B)] A                                 forward, and dA with flipped filters
    dW = A'^T [sum over tiles of (B^T x B) * (G' dZ G'^T)] A'

The fractions in G and G' are a diagonal matrix S on the left of whole numbers, G = S H and G' = S H'. They are
multiplied in once: into the transformed filters, and into the sums from which dW is made.

Source: A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks", 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from fullstride.geometry import Pair
from fullstride.program.machine import Machine
from fullstride.program.stages import WinogradConv, WinogradWeightGradient

TILE = 4
"""Rows and columns of the output in a tile."""
SPAN = 6
"""Rows and columns of the input that a tile reads."""
PLANES = SPAN * SPAN
IMAGES = 8
"""A call has at most so many images (the planner's tile)."""

BT = (
    (4, 0, -5, 0, 1, 0),
    (0, -4, -4, 1, 1, 0),
    (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 2, -1, -2, 1, 0),
    (0, 4, 0, -5, 0, 1),
)
AT = ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1))
H = ((1, 0, 0), (1, 1, 1), (1, -1, 1), (1, 2, 4), (1, -2, 4), (0, 0, 1))
GRADIENT_AT = ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 1))
GRADIENT_H = ((1, 0, 0, 0), (1, 1, 1, 1), (1, -1, 1, -1), (1, 2, 4, 8), (1, -2, 4, -8), (0, 0, 0, 1))
SCALES = (Fraction(1, 4), *[Fraction(-1, 6)] * 2, *[Fraction(1, 24)] * 2, Fraction(1))
"""The diagonal of S."""

ROWS = ((1, 2), (3, 4), (0, 5))
"""Rows of a transformed tile that share subexpressions; planes stand in memory in this order."""


def plane(i: int, j: int) -> int:
    """Which plane holds element (i, j) of the transformed tiles.

    >>> plane(1, 0), plane(2, 5), plane(0, 0), plane(5, 5)
    (0, 11, 24, 35)
    """
    return [row for pair in ROWS for row in pair].index(i) * SPAN + j


def scale(i: int, j: int) -> Fraction:
    """The factor of element (i, j)."""
    return SCALES[i] * SCALES[j]


# --- blocks of work ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Blocking:
    """What is transformed and multiplied together; no result depends on it.

    Attributes
    ----------
    images, rows : int
        Whole images, or rows of tiles of one image.
    tiles : int
        Tiles in such a block.
    positions, vectors : int
        Sums held in registers: tiles (forward) or channels of x (dW), times vectors of filters.
    """

    images: int
    rows: int
    tiles: int
    positions: int
    vectors: int


def tile_grid(size: Pair) -> Pair:
    """Rows and columns of tiles that cover an output."""
    return -(-size[0] // TILE), -(-size[1] // TILE)


def in_vectors(n_C: int, lanes: int) -> int:
    """Channels, filled up to whole vectors."""
    return -(-n_C // lanes) * lanes


def plane_size(tiles: int, width: int, dtype: str) -> int:
    """Elements between two planes: a cache line more than they hold, so that planes do not fall into the same sets."""
    return tiles * width + _line(dtype)


def _line(dtype: str) -> int:
    return 16 if dtype == "float32" else 8


def _even(total: int, most: int) -> int:
    """`total` in equal parts of at most `most`."""
    return -(-total // -(-total // most))


def _block(size: Pair, most: int, m: int = IMAGES) -> tuple[int, int, int]:
    """(images, rows of tiles, tiles) of a block of about `most` tiles, of a call with up to m images."""
    rows, columns = tile_grid(size)
    if rows * columns <= most:
        images = _even(m, min(m, most // (rows * columns)))
        return images, rows, images * rows * columns
    rows = _even(rows, max(1, most // columns))
    return 1, rows, rows * columns


def _most_tiles(a_tile: int, machine: Machine) -> int:
    """Tiles of so many bytes in half of the cache.

    With fewer than 32 filters and sums would be read too often; more than 64 were never faster.
    """
    return min(64, max(32, machine.l2_bytes // 2 // a_tile))


def _registers(machine: Machine, n_vectors: int, total: int) -> tuple[int, int]:
    """(positions, vectors) of the sums in registers that take the fewest cycles for `total` positions."""
    best, best_cycles = (1, 1), float("inf")
    for vectors in range(1, min(4, n_vectors) + 1):
        for positions in range(1, min(total, (machine.registers - vectors - 1) // vectors) + 1):
            cycles = 0.0
            for n_groups, group in ((n_vectors // vectors, vectors), (1, n_vectors % vectors)):
                for n_parts, part in ((total // positions, positions), (1, total % positions)):
                    if n_groups and group and n_parts and part:
                        # Two multiply-adds and two reads a cycle, and four cycles until a sum can go on.
                        one = max(part * group / 2, (part + group) / 2, 4.0) + 0.5
                        cycles += n_groups * n_parts * one
            if cycles < best_cycles * 0.999:
                best, best_cycles = (positions, vectors), cycles
    return best


@cache
def conv_blocking(stage: WinogradConv, machine: Machine) -> Blocking:
    """The blocks of a convolution: transformed x and the products of a few vectors of filters share the cache."""
    lanes = machine.lanes(stage.dtype)
    n_vectors = -(-stage.n_C // lanes)
    itemsize = 64 // _line(stage.dtype)
    a_tile = PLANES * (in_vectors(stage.n_C_prev, lanes) + min(2, n_vectors) * lanes) * itemsize
    images, rows, tiles = _block(stage.size, _most_tiles(a_tile, machine), stage.images)
    return Blocking(images, rows, tiles, *_registers(machine, n_vectors, tiles))


@cache
def gradient_blocking(stage: WinogradWeightGradient, machine: Machine) -> Blocking:
    """The blocks of a weight gradient: a third of the planes at a time, so that a block has many tiles."""
    lanes = machine.lanes(stage.dtype)
    itemsize = 64 // _line(stage.dtype)
    channels = in_vectors(stage.n_C_prev, lanes) + in_vectors(stage.n_C, lanes)
    images, rows, tiles = _block(stage.size, _most_tiles(PLANES // len(ROWS) * channels * itemsize, machine))
    registers = gradient_registers(stage.dtype, stage.n_C_prev, stage.n_C, machine)
    return Blocking(images, rows, tiles, *registers)


def gradient_registers(dtype: str, n_C_prev: int, n_C: int, machine: Machine) -> tuple[int, int]:
    """(channels of x, vectors of filters) whose sums are in registers together."""
    return _registers(machine, -(-n_C // machine.lanes(dtype)), n_C_prev)


# --- memory -----------------------------------------------------------------------------------------------------------


def conv_work_size(stage: WinogradConv, machine: Machine) -> int:
    """Elements of `work`: the transformed tiles of a block, and their products with a block of filters."""
    blocking, lanes = conv_blocking(stage, machine), machine.lanes(stage.dtype)
    return PLANES * sum(
        plane_size(blocking.tiles, width, stage.dtype)
        for width in (in_vectors(stage.n_C_prev, lanes), blocking.vectors * lanes)
    )


def gradient_work_size(stage: WinogradWeightGradient, machine: Machine) -> int:
    """Elements of `work`: a third of the planes of transformed x and dZ."""
    blocking, lanes = gradient_blocking(stage, machine), machine.lanes(stage.dtype)
    return (PLANES // len(ROWS)) * sum(
        plane_size(blocking.tiles, in_vectors(n_C, lanes), stage.dtype) for n_C in (stage.n_C_prev, stage.n_C)
    )


def gradient_size(dtype: str, n_C_prev: int, n_C: int, machine: Machine) -> int:
    """Elements of M, a multiple of a cache line: (planes, blocks of filters, n_C_prev, filters of a block)."""
    size = PLANES * plane_size(n_C_prev, in_vectors(n_C, machine.lanes(dtype)), dtype)
    return -(-size // _line(dtype)) * _line(dtype)


@dataclass(frozen=True)
class FilterBlock:
    """The filters `first` to `first + width - 1` of a convolution; `at` is where they stand in U."""

    first: int
    width: int
    at: int


def block_size(stage: WinogradConv, block: FilterBlock, machine: Machine) -> int:
    """Elements of a block in U."""
    width = in_vectors(block.width, machine.lanes(stage.dtype))
    return PLANES * plane_size(stage.n_C_prev, width, stage.dtype)


def filter_blocks(stage: WinogradConv, machine: Machine) -> list[FilterBlock]:
    """The blocks of U that `stage` reads, each of which one `WinogradFilters` makes.

    The block's filters begin in W (3, 3, n_C_prev, n_C) at element `first`, or, where they are flipped, at element
    first * n_C.
    """
    lanes = machine.lanes(stage.dtype)
    full = conv_blocking(stage, machine).vectors * lanes
    blocks, at = [], 0
    for first in range(0, stage.n_C, full):
        blocks.append(FilterBlock(first, min(full, stage.n_C - first), at))
        at += block_size(stage, blocks[-1], machine)
    return blocks


def filters_size(stage: WinogradConv, machine: Machine) -> int:
    """Elements of U: (blocks of filters, planes, n_C_prev, filters of a block)."""
    last = filter_blocks(stage, machine)[-1]
    return last.at + block_size(stage, last, machine)


# --- where it is worth it ---------------------------------------------------------------------------------------------


def suits(f: Pair, stride: Pair, size: Pair, n_C_prev: int, n_C: int) -> bool:
    """Whether a convolution of a network is computed this way: forward, dA and dW alike.

    It follows from the geometry alone, never from the number of images or the machine: the choice is part of the order
    of summation.

    * Filters of 3x3 with stride 1.
    * At least 16 channels on both sides. Transforms cost additions a channel, they save multiplications a pair of
      channels: with 8 channels the gain is small, with 3 it is a loss (measured: 1.2 and 0.7 times the direct speed).
    * At least half of the tiles' positions are positions of the output: 5x5 fill 25 of 64.
    * At least 36 positions. What is done once a step or shard, for filters and sums, takes several times as long as for
      direct convolutions, and each image has to earn it.

    Parameters
    ----------
    size : (int, int)
        (n_H, n_W) of the forward pass.

    Examples
    --------
    >>> [suits((3, 3), (1, 1), (n, n), n_C_prev, 32) for n, n_C_prev in ((16, 32), (16, 3), (5, 32))]
    [True, False, False]
    """
    rows, columns = tile_grid(size)
    positions = size[0] * size[1]
    full = 2 * positions >= TILE * TILE * rows * columns
    return (f, stride) == ((3, 3), (1, 1)) and min(n_C_prev, n_C) >= 16 and full and positions >= 36
