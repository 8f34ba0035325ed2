"""Geometries that every convolution and pooling is tested with, and the arrays for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """One convolution: m images of n_H_prev x n_W_prev x n_C_prev, n_C filters of f."""

    m: int
    n: tuple[int, int]
    channels: tuple[int, int]
    f: tuple[int, int]
    stride: Any
    pad: Any

    @property
    def hparameters(self) -> dict[str, Any]:
        return {"stride": self.stride, "pad": self.pad}


CASES = {
    "one number": Case(1, (1, 1), (1, 1), (1, 1), 1, 0),
    "pad 0": Case(2, (4, 5), (3, 2), (2, 2), 1, 0),
    "pad wider than the filter": Case(1, (3, 3), (2, 2), (2, 2), 1, 3),
    "stride larger than the filter": Case(2, (7, 8), (2, 3), (2, 2), 3, 0),
    "windows that do not fit": Case(2, (6, 7), (2, 2), (3, 3), 2, 0),
    "rectangular": Case(1, (5, 9), (2, 3), (1, 4), (1, 2), (0, 1)),
    "same, odd total": Case(1, (5, 6), (2, 3), (2, 4), 1, "same"),
    "same, stride 2": Case(2, (5, 6), (2, 3), (3, 3), 2, "same"),
    "valid": Case(1, (5, 5), (1, 2), (3, 3), (2, 1), "valid"),
    "four different pads": Case(2, (4, 3), (2, 2), (3, 2), (2, 1), ((2, 0), (1, 3))),
    "filter as large as the padded image": Case(3, (2, 3), (2, 4), (4, 5), 5, 1),
    "empty batch": Case(0, (4, 4), (2, 3), (3, 3), 1, 1),
}


def conv_arrays(case: Case, seed: int = 0, dtype: Any = np.float64) -> tuple[Any, Any, Any]:
    """A_prev, W and b of standard normal numbers."""
    generator = np.random.default_rng(seed)
    n_C_prev, n_C = case.channels
    shapes = (case.m, *case.n, n_C_prev), (*case.f, n_C_prev, n_C), (1, 1, 1, n_C)
    A_prev, W, b = (generator.standard_normal(shape).astype(dtype) for shape in shapes)
    return A_prev, W, b


def distinct(shape: tuple[int, ...], seed: int = 0) -> Any:
    """Numbers of which no two are closer than 0.01, nor any to 0: no ties, no kinks."""
    size = int(np.prod(shape))
    numbers = np.random.default_rng(seed).permutation(size) - size // 2
    return (0.01 * numbers + 0.005).reshape(shape)


def views(array: Any) -> Iterator[tuple[str, Any]]:
    """The same numbers as non-contiguous, reversed, transposed and read-only arrays."""
    padded = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan, array.dtype)
    padded[..., ::2] = array
    yield "every second", padded[..., ::2]
    yield "reversed", np.ascontiguousarray(array[..., ::-1])[..., ::-1]
    yield "column-major", np.asfortranarray(array)
    read_only = array.copy()
    read_only.flags.writeable = False
    yield "read-only", read_only
    yield "other byte order", array.astype(array.dtype.newbyteorder())
