"""Mean and standard deviation of each channel, from exact sums: the same bits on every machine."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.errors import DtypeError, ShapeError
from fullstride.mapping import Mapped

_CHUNK = 1 << 20  # bytes looked at together: they, their squares and the sums stay in a second-level cache
# A sum of squares in 32 bits: 255 * 255 * 66,051 images still fit.
_MOST_IMAGES = (2**32 - 1) // 255**2


def channel_statistics(X: NDArray[np.uint8], scale: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of `X * scale`, over all images and positions.

    Every image is looked at, in memory that does not grow with them: X may be a memory map. The sums are
    whole numbers, so their order does not matter; each quotient and each root is rounded once.

    Parameters
    ----------
    X : ndarray of uint8, shape (m, n_H, n_W, n_C), m >= 1
    scale : float > 0, what the pixel values are multiplied by

    Returns
    -------
    mean, std : tuples of n_C floats; std is the biased one (over m * n_H * n_W), 0 for a channel without contrast

    Raises
    ------
    DtypeError, ShapeError, ArgumentError
        If X is no uint8 array of that shape or is empty, or scale no finite number > 0.

    Examples
    --------
    >>> channel_statistics(np.array([[[[0, 7]], [[2, 7]]]], np.uint8), 0.5)
    ((0.5, 3.5), (0.5, 0.0))
    """
    where = "channel_statistics"
    if not isinstance(X, np.ndarray) or X.dtype != np.uint8:
        came = f"dtype {X.dtype}" if isinstance(X, np.ndarray) else f"a {type(X).__name__}"
        raise DtypeError(f"{where}: X must be a NumPy array of uint8; got {came}")
    if X.ndim != 4 or X.size == 0:
        raise ShapeError(
            f"{where}: X must have shape (m, n_H, n_W, n_C), none of them 0; got shape {X.shape}"
        )
    scale = checks.positive_number(scale, where, "scale")
    sums, squares = _sums(X)
    N = X.size // X.shape[3]
    mean = tuple(scale * (s / N) for s in sums)
    # variance = (N * sum(x^2) - sum(x)^2) / N^2, exact in whole numbers before the one division
    std = tuple(scale * math.sqrt((N * q - s * s) / (N * N)) for s, q in zip(sums, squares, strict=True))
    return mean, std


def _sums(X: NDArray[np.uint8]) -> tuple[list[int], list[int]]:
    """The sum, and the sum of the squares, of each channel."""
    m, n_H, n_W, n_C = X.shape
    size = n_H * n_W * n_C
    # Image is added to image, one long row to another: rows of n_C numbers would take several times as long.
    sums, squares = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    images = min(max(1, _CHUNK // size), _MOST_IMAGES)
    mapped = Mapped(X)
    for start in range(0, m, images):
        rows = X[start : start + images].reshape(-1, size)
        sums += rows.sum(axis=0, dtype=np.uint32)
        wide = rows.astype(np.uint16)
        wide *= wide
        squares += wide.sum(axis=0, dtype=np.uint32)
        mapped.release(rows.nbytes)
    return sums.reshape(-1, n_C).sum(axis=0).tolist(), squares.reshape(-1, n_C).sum(axis=0).tolist()
