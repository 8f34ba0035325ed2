"""The one comparison of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np


def assert_close(actual: Any, expected: Any, rtol: float = 1e-7, atol: float = 0.0) -> None:
    """Raise unless |actual - expected| <= atol + rtol * |expected| everywhere, with equal shapes.

    NaN equals NaN, and an infinity the same infinity. The error names the worst index (the first NaN or
    infinity that is not matched, else the largest excess over the tolerance), both values, dtypes, shape and
    tolerance.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        raise AssertionError(f"shapes differ: actual {actual.shape}, expected {expected.shape}")
    ours, theirs = actual.astype(np.float64), expected.astype(np.float64)

    special = ~(np.isfinite(ours) & np.isfinite(theirs))
    matched = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    difference = np.abs(np.where(special, 0, ours) - np.where(special, 0, theirs))
    excess = difference - (atol + rtol * np.abs(np.where(special, 0, theirs)))
    excess = np.where(special, np.where(matched, -np.inf, np.inf), excess)
    if excess.size == 0 or excess.max() <= 0:
        return

    worst = tuple(int(axis) for axis in np.unravel_index(np.argmax(excess), excess.shape))
    raise AssertionError(
        f"not close at {np.count_nonzero(excess > 0)} of {excess.size}; worst at index {worst}: "
        f"actual {actual[worst]!r} ({actual.dtype}), expected {expected[worst]!r} ({expected.dtype}), "
        f"difference {abs(ours[worst] - theirs[worst]):.3e} "
        f"> {atol:g} + {rtol:g} * |expected|; shape {actual.shape}"
    )
