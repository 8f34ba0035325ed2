"""Looking at the images before training: the first bad one is named by its index."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import DataError
from fullstride.mapping import Mapped

_CHUNK = 1 << 20  # elements looked at together: memory stays flat however many images there are


def first_bad_image(X: NDArray[Any]) -> int | None:
    """The index of the first image that holds NaN or an infinity, or None.

    Parameters
    ----------
    X : ndarray of shape (m, ...), of any real dtype; a view need not be contiguous

    Examples
    --------
    >>> first_bad_image(np.array([[0.0, 1.0], [np.nan, 2.0]]))
    1
    """
    if X.dtype.kind != "f" or X.size == 0:
        return None
    images = max(1, _CHUNK * len(X) // X.size)
    mapped = Mapped(X)
    for start in range(0, len(X), images):
        finite = np.isfinite(X[start : start + images])
        if not finite.all():
            return start + int(np.argmin(finite.reshape(len(finite), -1).all(axis=1)))
        mapped.release(finite.size * X.itemsize)
    return None


def check_finite(X: NDArray[Any], where: str) -> None:
    """Raise a DataError that names the first image with NaN or an infinity, its place and its value."""
    bad = first_bad_image(X)
    if bad is not None:
        place = tuple(int(n) for n in np.argwhere(~np.isfinite(X[bad]))[0])
        raise DataError(
            f"{where}: the images must hold finite numbers; image {bad} holds {X[bad][place]} at {place}"
        )
