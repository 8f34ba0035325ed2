"""Looking at the data before training: the first bad image or label is named by its index."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import DataError, DtypeError, ShapeError

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
    for start in range(0, len(X), images):
        finite = np.isfinite(X[start : start + images])
        if not finite.all():
            return start + int(np.argmin(finite.reshape(len(finite), -1).all(axis=1)))
    return None


def check_finite(X: NDArray[Any], where: str) -> None:
    """Raise a DataError that names the first image with NaN or an infinity, its place and its value."""
    bad = first_bad_image(X)
    if bad is not None:
        place = tuple(int(n) for n in np.argwhere(~np.isfinite(X[bad]))[0])
        raise DataError(
            f"{where}: the images must hold finite numbers; image {bad} holds {X[bad][place]} at {place}"
        )


def check_images(X: object, where: str) -> NDArray[Any]:
    """`X` itself, if it is an array of images; `where` is the function for the message.

    Parameters
    ----------
    X : ndarray of shape (m, n_H, n_W, n_C), of integers or finite floats; m may be 0

    Raises
    ------
    DtypeError
        If X is no ndarray, or not of integers or floats.
    ShapeError
        If X is not of rank 4.
    DataError
        If an image holds NaN or an infinity.
    """
    if not isinstance(X, np.ndarray):
        raise DtypeError(f"{where}: X must be an ndarray; got {type(X).__name__}")
    if X.dtype.kind not in "iuf":
        raise DtypeError(f"{where}: X must be of integers or floats; got dtype {X.dtype}")
    if X.ndim != 4:
        raise ShapeError(f"{where}: X must have shape (m, n_H, n_W, n_C); got shape {X.shape}")
    check_finite(X, where)
    return X


def check_labels(y: object, m: int, n_classes: int, where: str) -> NDArray[np.int64]:
    """`y` as int64, if it has one label in 0..n_classes-1 for each of m images.

    Raises
    ------
    DtypeError
        If y is no ndarray of integers.
    ShapeError
        If y has not shape (m,).
    DataError
        If a label is out of range; the first such is named.
    """
    if not isinstance(y, np.ndarray):
        raise DtypeError(f"{where}: y must be an ndarray; got {type(y).__name__}")
    if y.dtype.kind not in "iu":
        raise DtypeError(f"{where}: y must be of integers; got dtype {y.dtype}")
    if y.shape != (m,):
        raise ShapeError(
            f"{where}: y must have shape (m,) with m={m} (one label an image); got shape {y.shape}"
        )
    bad = (y < 0) | (y >= n_classes)
    if bad.any():
        first = int(np.argmax(bad))
        raise DataError(
            f"{where}: labels must be in 0..{n_classes - 1} ({n_classes} classes); "
            f"label {first} is {y[first]}"
        )
    return y.astype(np.int64)
