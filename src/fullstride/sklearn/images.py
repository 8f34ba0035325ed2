"""X as scikit-learn hands it over, and as a network reads it: images, normalized."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler

from fullstride.data import Preprocessing, channel_statistics
from fullstride.errors import ShapeError
from fullstride.geometry import whole_number
from fullstride.training import chunks, image_bytes

Shape = tuple[int, int, int]
DTYPES = [np.float64, np.float32, np.uint8]
"""What X may hold; everything else becomes the first of them."""
_FULL = 255
"""The brightest pixel of uint8."""


def stacked(X: Any, where: str) -> Any:
    """Images in a list or tuple as one array; rows, and all else, as they came, for scikit-learn to validate.

    Raises
    ------
    ShapeError
        If they differ in shape, or there are more than four axes.
    """
    if isinstance(X, (list, tuple)):
        try:
            array = np.asarray(X)
        except ValueError as error:
            raise ShapeError(
                f"{where}: the images, or rows, of a list X must be of one shape; got several"
            ) from error
        X = array if array.ndim > 2 else X
    if getattr(X, "ndim", 2) > 4:
        raise ShapeError(
            f"{where}: X must have shape (m, n_H, n_W, n_C), (m, n_H, n_W) where n_C = 1, or (m, n_features); "
            f"got shape {X.shape}"
        )
    return X


def flat(X: Any) -> Any:
    """Images of three or four axes as rows, which scikit-learn can validate; all else as it came."""
    return X.reshape(len(X), prod(X.shape[1:])) if isinstance(X, np.ndarray) and X.ndim in (3, 4) else X


def shape_of(X: Any, rows: NDArray[Any], given: object, where: str) -> Shape:
    """(n_H, n_W, n_C) of each image: what X itself says, else `given`, else a row is an image of height 1.

    Parameters
    ----------
    X : as it came
    rows : ndarray of shape (m, n_features), the same after validation
    given : (n_H, n_W, n_C) or None

    Raises
    ------
    ShapeError, DtypeError
        If `given` is no shape, or not that of X.
    """
    expected = None if given is None else _given(given, where)
    if (shape := _own_shape(X)) is not None:
        if expected is not None:
            check_shape(X, expected, where)
        return shape
    n = rows.shape[1]
    if expected is None:
        return 1, n, 1
    if n != prod(expected):
        raise ShapeError(
            f"{where}: X must have n_H * n_W * n_C = {prod(expected)} features for image_shape={expected}; got {n}"
        )
    return expected


def check_shape(X: Any, expected: Shape, where: str) -> None:
    """Whether images of three or four axes have this shape."""
    if _own_shape(X) not in (None, expected):
        raise ShapeError(
            f"{where}: X must hold images of shape (n_H, n_W, n_C) = {expected}, (n_H, n_W) where n_C = 1, or rows of "
            f"{prod(expected)} features; got shape {X.shape}"
        )


def _own_shape(X: Any) -> Shape | None:
    """Of images with axes of their own; None for rows."""
    if getattr(X, "ndim", 2) not in (3, 4):
        return None
    n_H, n_W, n_C = (*X.shape[1:], 1)[:3]
    return n_H, n_W, n_C


def _given(value: object, where: str) -> Shape:
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise ShapeError(f"{where}: image_shape must be (n_H, n_W, n_C), or None; got {value!r}")
    n_H, n_W, n_C = (whole_number(n, where, f"image_shape[{axis}]", 1) for axis, n in enumerate(value))
    return n_H, n_W, n_C


def statistics(
    rows: NDArray[Any], shape: Shape, weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each channel, or of each feature where images have height 1 and one channel.

    What is constant has the standard deviation 1. A row that weighs 2 counts as two rows.

    Returns
    -------
    mean, scale : ndarrays of shape (n_C,), or (n_features, 1)
    """
    by_feature = shape[0] == shape[2] == 1
    if (
        rows.dtype == np.uint8 and weights is None and not by_feature
    ):  # without a copy of all images as floats
        mean, std = (np.array(values) for values in channel_statistics(rows.reshape(-1, *shape), 1.0))
        return mean, np.where(std > 0, std, 1.0)
    scaler, columns = StandardScaler(), rows.shape[1] if by_feature else shape[2]
    for chunk in chunks(len(rows), image_bytes(rows)):
        own = None if weights is None else np.repeat(weights[chunk], rows.shape[1] // columns)
        scaler.partial_fit(rows[chunk].reshape(-1, columns), sample_weight=own)
    axes = (-1, 1) if by_feature else (-1,)
    return scaler.mean_.reshape(axes), scaler.scale_.reshape(axes)


def preprocessing(
    rows: NDArray[Any], shape: Shape, mean: NDArray[Any], scale: NDArray[Any]
) -> Preprocessing | None:
    """How a network normalizes pixels of uint8 as it reads them; None where it has no words for it."""
    if rows.dtype != np.uint8 or mean.ndim > 1 or shape[2] not in (1, 3):
        return None
    return Preprocessing(shape, 1 / _FULL, mean=tuple(mean / _FULL), std=tuple(scale / _FULL))


def normalized(
    rows: NDArray[Any], shape: Shape, mean: NDArray[Any], scale: NDArray[Any], dtype: str
) -> NDArray[Any]:
    """(x - mean) / scale as images of this dtype."""
    A = rows.reshape(-1, *shape)
    result = np.empty(A.shape, dtype)
    with np.errstate(
        over="ignore"
    ):  # what float32 cannot hold becomes an infinity, which the network refuses
        for chunk in chunks(len(A), image_bytes(A)):
            result[chunk] = (A[chunk] - mean) / scale
    return result
