"""Winograd's convolution, replayed in its promised order with an exact fused multiply-add: equal to the last bit.

Tiles of one image or filter stand as arrays (rows, columns, channels); what is written in `winograd_transforms.py` as
formulas stands here once more, as NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fullstride.program import winograd
from tests.support.exact import fma, rounded


def fused(a: Any, b: Any, c: Any) -> Any:
    """fma of arrays, element by element; a may be a Python number."""
    a, b, c = np.broadcast_arrays(np.asarray(a, c.dtype), b, c)
    result = np.empty(c.shape, c.dtype)
    for place in np.ndindex(c.shape):
        result[place] = fma(a[place], b[place], c[place])
    return result


def input_line(d: Any) -> list[Any]:
    a, b = fused(-4, d[2], d[4]), fused(-4, d[1], d[3])
    c, e = d[4] - d[2], d[3] - d[1]
    first, last = fused(4, d[0], fused(-5, d[2], d[4])), fused(4, d[1], fused(-5, d[3], d[5]))
    return [first, a + b, a - b, fused(2, e, c), fused(-2, e, c), last]


def filter_line(w: Any) -> list[Any]:
    a, b = w[0] + w[2], fused(4, w[2], w[0])
    return [w[0], a + w[1], a - w[1], fused(2, w[1], b), fused(-2, w[1], b), w[2]]


def gradient_line(d: Any) -> list[Any]:
    a, b = d[0] + d[2], d[1] + d[3]
    c, e = fused(4, d[2], d[0]), fused(4, d[3], d[1])
    return [d[0], a + b, a - b, fused(2, e, c), fused(-2, e, c), d[3]]


def output_line(m: Any) -> list[Any]:
    a, b, c, d = m[1] + m[2], m[1] - m[2], m[3] + m[4], m[3] - m[4]
    return [(m[0] + a) + c, fused(2, d, b), fused(4, c, a), fused(8, d, b) + m[5]]


def weight_line(m: Any) -> list[Any]:
    a, b, c, d = m[1] + m[2], m[1] - m[2], m[3] + m[4], m[3] - m[4]
    return [(m[0] + a) + c, fused(2, d, b), fused(4, c, a) + m[5]]


def both_ways(line: Callable[[Any], list[Any]], tile: Any) -> Any:
    """A transform along the first axis (columns), then along the second (rows)."""
    columns = np.stack(line(tile), axis=0)
    return np.stack(line(np.moveaxis(columns, 1, 0)), axis=1)


def scales(dtype: str) -> Any:
    """The factor of each of the 36 elements, rounded once."""
    factors = [[rounded(_factor(i) * _factor(j), dtype) for j in range(6)] for i in range(6)]
    return np.array(factors, dtype)[..., np.newaxis, np.newaxis]


def _factor(i: int) -> Fraction:
    return Fraction(1, (4, -6, -6, 24, 24, 1)[i])


def tiles(x: Any, size: tuple[int, int], span: int) -> Any:
    """(rows of tiles, columns of tiles, span, span, channels) of one image, zero where it ends."""
    n_rows, n_columns = winograd.tile_grid(size)
    padded = np.zeros((4 * n_rows + 2, 4 * n_columns + 2, x.shape[2]), x.dtype)
    padded[: x.shape[0], : x.shape[1]] = x
    return np.array(
        [
            [padded[4 * r : 4 * r + span, 4 * c : 4 * c + span] for c in range(n_columns)]
            for r in range(n_rows)
        ]
    )


def replay_filters(W: Any) -> Any:
    """(6, 6, n_C_prev, n_C)."""
    return both_ways(filter_line, W) * scales(W.dtype.name)


def replay_conv(x: Any, W: Any, size: tuple[int, int]) -> Any:
    """One image (n_H + 2, n_W + 2, n_C_prev) with filters W; no bias."""
    U, n_C = replay_filters(W), W.shape[3]
    found = tiles(x, size, 6)
    y = np.zeros((4 * found.shape[0], 4 * found.shape[1], n_C), x.dtype)
    for r, c in np.ndindex(found.shape[:2]):
        V = both_ways(input_line, found[r, c])
        M = np.zeros((6, 6, n_C), x.dtype)
        for k in range(x.shape[2]):
            M = fused(V[:, :, k, np.newaxis], U[:, :, k], M)
        y[4 * r : 4 * r + 4, 4 * c : 4 * c + 4] = both_ways(output_line, M)
    return y[: size[0], : size[1]]


def replay_sums(x: Any, dZ: Any) -> Any:
    """(6, 6, n_C_prev, n_C) summed over images and tiles in order, x (m, n_H + 2, n_W + 2, n_C_prev)."""
    M = np.zeros((6, 6, x.shape[3], dZ.shape[3]), x.dtype)
    size = dZ.shape[1:3]
    for image, gradient in zip(x, dZ, strict=True):
        seen, upstream = tiles(image, size, 6), tiles(gradient, size, 4)
        for place in np.ndindex(seen.shape[:2]):
            V, D = both_ways(input_line, seen[place]), both_ways(gradient_line, upstream[place])
            M = fused(V[:, :, :, np.newaxis], D[:, :, np.newaxis, :], M)
    return M


def replay_weights(M: Any) -> Any:
    """dW (3, 3, n_C_prev, n_C) from the sums."""
    return both_ways(weight_line, M * scales(M.dtype.name))


# --- how the kernels lay them out -------------------------------------------------------------------------------------


def planes(elements: Any) -> Any:
    """(6, 6, ...) as the 36 planes in the order in which they stand in memory."""
    order = [row for pair in winograd.ROWS for row in pair]
    return elements[order].reshape(36, *elements.shape[2:])


def in_blocks(elements: Any, blocks: list[tuple[int, int]], lanes: int, dtype: str) -> Any:
    """(6, 6, terms, filters) as (blocks, planes, terms, filters of a block filled up with zeros), flat."""
    return np.concatenate(
        [_with_gaps(block.reshape(36, -1), dtype) for block in _blocks(elements, blocks, lanes)]
    )


def sums_in_blocks(elements: Any, blocks: list[tuple[int, int]], lanes: int, dtype: str) -> Any:
    """(6, 6, terms, filters) as (planes, blocks, terms, filters of a block filled up with zeros), flat."""
    parts = [block.reshape(36, -1) for block in _blocks(elements, blocks, lanes)]
    return _with_gaps(np.concatenate(parts, axis=1), dtype)


def _with_gaps(flat_planes: Any, dtype: str) -> Any:
    """Planes with NaN for a cache line behind each, flat."""
    gap = 64 // np.dtype(dtype).itemsize
    return np.pad(flat_planes, ((0, 0), (0, gap)), constant_values=np.nan).reshape(-1)


def _blocks(elements: Any, blocks: list[tuple[int, int]], lanes: int) -> list[Any]:
    found = []
    for first, width in blocks:
        fill = winograd.in_vectors(width, lanes) - width
        found.append(np.pad(planes(elements)[:, :, first : first + width], ((0, 0), (0, 0), (0, fill))))
    return found
