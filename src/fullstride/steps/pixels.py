"""Stored pixels, 0..255, as the numbers that a network reads."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.checks import Array
from fullstride.errors import DtypeError, ShapeError


def normalize_pixels(X: NDArray[np.uint8], gain: Array, shift: Array) -> Array:
    """Scale and normalize images: x * gain + shift for every pixel, by its channel, rounded once.

    Parameters
    ----------
    X : ndarray of uint8, of shape (..., n_C)
    gain, shift : ndarray of shape (n_C,), float32 or float64
        With pixels scaled by `scale` and normalized by the mean and the standard deviation of the scaled pixels of
        a channel: scale / std and -mean / std.

    Returns
    -------
    ndarray of the shape of X and the dtype of gain

    Raises
    ------
    DtypeError
        X is not uint8, or gain and shift do not share float32 or float64.
    ShapeError
        gain or shift is not one number a channel.

    Notes
    -----
    A pixel has 256 values, so a channel has 256 results. Each is computed exactly, as a fraction, and then rounded
    once, as the processor's fused multiply-add does; NumPy would round the product too.

    Examples
    --------
    >>> X = np.array([[[0, 10], [255, 20]]], np.uint8)  # one row of two pixels of two channels
    >>> normalize_pixels(X, np.array([0.5, 2.0]), np.array([0.0, -20.0]))
    array([[[  0. ,   0. ],
            [127.5,  20. ]]])
    """
    where = "normalize_pixels"
    if not isinstance(X, np.ndarray) or X.dtype != np.uint8:
        came = f"dtype {X.dtype}" if isinstance(X, np.ndarray) else f"a {type(X).__name__}"
        raise DtypeError(f"{where}: X must be a NumPy array of uint8; got {came}")
    if X.ndim == 0:
        raise ShapeError(f"{where}: X must have shape (..., n_C); got shape ()")
    gain, shift = checks.array(gain, where, "gain", ("n_C",)), checks.array(shift, where, "shift", ("n_C",))
    checks.same_dtype(where, gain=gain, shift=shift)
    n_C = X.shape[-1]
    for name, value in (("gain", gain), ("shift", shift)):
        checks.of_shape(value, where, name, ("n_C",), (n_C,), f"one number a channel of X, shape {X.shape}")

    A = np.empty(X.shape, gain.dtype)
    for c in range(n_C):
        table = _normalized(float(gain[c]), float(shift[c]), gain.dtype.name)
        A[..., c] = table[X[..., c]]
    return A


@lru_cache(maxsize=256)
def _normalized(gain: float, shift: float, dtype: str) -> Array:
    """x * gain + shift for x in 0..255, each rounded once."""
    if np.isfinite([gain, shift]).all():
        return np.array([_rounded(x * Fraction(gain) + Fraction(shift), dtype) for x in range(256)], dtype)
    with np.errstate(invalid="ignore"):
        table: Array = np.arange(256, dtype=dtype) * np.array(gain, dtype) + np.array(shift, dtype)
    return table


def _rounded(exact: Fraction, dtype: str) -> Any:
    """The number of the dtype that is nearest to `exact`; of two equally near ones that with an even last digit."""
    kind = np.dtype(dtype).type
    with np.errstate(over="ignore"):
        guess = kind(float(exact))
        # One digit off at most: float64 may have been rounded onto a tie.
        near = [guess, np.nextafter(guess, kind(np.inf)), np.nextafter(guess, kind(-np.inf))]
    if not np.isfinite(near).all():
        return guess

    def distance(number: Any) -> tuple[Fraction, int]:
        return abs(Fraction(float(number)) - exact), int(number.view(f"i{number.itemsize}")) & 1

    return min(near, key=distance)
