"""Arrays in memory as a data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.data.checks import check_finite
from fullstride.data.digest import data_digest, images_digest, in_chunks
from fullstride.data.preprocessing import Preprocessing
from fullstride.data.sets import DataSet
from fullstride.data.splits import split_validation
from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError

_WHERE = "from_arrays"


def from_arrays(
    X: NDArray[Any],
    y: NDArray[Any],
    X_test: NDArray[Any] | None = None,
    y_test: NDArray[Any] | None = None,
    class_names: Sequence[str] | None = None,
    name: str = "data",
    test: float = 0.2,
    seed: int = 0,
) -> DataSet:
    """A data set of arrays.

    Parameters
    ----------
    X : ndarray of uint8, float32 or float64, shape (m, n_H, n_W) or (m, n_H, n_W, n_C); floats are taken as they are
    y : ndarray of integers, shape (m,), the class indices
    X_test, y_test : likewise, both or neither; without them `test` of the images are set aside, class by class in
        their proportions
    class_names : one a class; default: the numbers 0, 1 ... as far as y goes
    name : what the set is called
    test : float in (0, 1)
    seed : int in 0..2**64 - 1, of the division

    Returns
    -------
    data : DataSet; its arrays are views where nothing had to be divided. `preprocessing` is None where an image file
        could not become such an image: with other than 1 or 3 channels, or floats outside 0..1

    Raises
    ------
    DtypeError, ShapeError
        If an array is of another dtype or rank, or images and labels differ in number.
    DataError
        If a number is not finite, a label is out of range, or there are fewer than two classes.
    ArgumentError
        If only one of X_test and y_test was given, or test or seed lie outside their range.

    Examples
    --------
    >>> from_arrays(np.zeros((10, 8, 8), np.uint8), np.arange(10) % 2)
    DataSet(data: 8 training and 2 test images of 8x8x1, 2 classes)
    """
    X, y = _part(X, y, "X", "y")
    if (X_test is None) != (y_test is None):
        given = "y_test" if X_test is None else "X_test"
        raise ArgumentError(f"{_WHERE}: X_test and y_test belong together; got {given} alone")
    names = _class_names(y, class_names)
    y = checks.labels(y, _WHERE, len(names))
    if X_test is None or y_test is None:
        train_index, test_index = split_validation(y, test, seed)
        X, X_test, y, y_test = X[train_index], X[test_index], y[train_index], y[test_index]
    else:
        X_test, y_test = _part(X_test, y_test, "X_test", "y_test")
        y_test = checks.labels(y_test, _WHERE, len(names), "y_test")
        if X_test.shape[1:] != X.shape[1:] or X_test.dtype != X.dtype:
            raise ShapeError(
                f"{_WHERE}: X_test must hold images like those of X, shape {X.shape[1:]} of {X.dtype}; "
                f"got shape {X_test.shape[1:]} of {X_test.dtype}"
            )
    made = DataSet(name, X, y, X_test, y_test, names, _preprocessing(X, X_test))
    return replace(made, digest=digest_of(made))


def identified(data: DataSet) -> DataSet:
    """The data set with its digest, which is computed where nobody did."""
    return data if data.digest else replace(data, digest=digest_of(data))


def digest_of(data: DataSet) -> str:
    """SHA-256 of the images, labels and class names of a data set, chunk by chunk; see `DataSet.digest`."""
    parts = {"train": (data.X_train, data.y_train), "test": (data.X_test, data.y_test)}
    if data.X_validation is not None and data.y_validation is not None:
        parts["validation"] = (data.X_validation, data.y_validation)
    described = {name: (images_digest(X), X.shape, X.dtype, y) for name, (X, y) in parts.items()}
    return data_digest(data.class_names, described)


def _part(X: object, y: object, name: str, labels: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Images of shape (m, n_H, n_W, n_C) and as many labels."""
    if not isinstance(X, np.ndarray) or isinstance(X, np.ma.MaskedArray):
        raise DtypeError(f"{_WHERE}: {name} must be a NumPy array of images; got a {type(X).__name__}")
    if X.dtype.newbyteorder("=") not in (np.uint8, np.float32, np.float64):
        raise DtypeError(
            f"{_WHERE}: {name} must be of uint8 (0..255), float32 or float64; got dtype {X.dtype}: "
            f"convert it first, with {name}.astype(np.uint8)"
        )
    A = X[..., np.newaxis] if X.ndim == 3 else X
    if A.ndim != 4 or A.size == 0:
        raise ShapeError(
            f"{_WHERE}: {name} must have shape (m, n_H, n_W) or (m, n_H, n_W, n_C), each at least 1; "
            f"got shape {X.shape}"
        )
    if A.dtype == np.uint8 and A.shape[3] not in (1, 3):
        raise ShapeError(
            f"{_WHERE}: images of uint8 must have n_C = 1 (grey) or 3 (RGB); got n_C = {A.shape[3]} in {name}, "
            f"shape {X.shape}: pass floats, scaled as you want them"
        )
    if not isinstance(y, np.ndarray) or y.ndim != 1:
        came = f"shape {y.shape}" if isinstance(y, np.ndarray) else f"a {type(y).__name__}"
        raise ShapeError(
            f"{_WHERE}: {labels} must be a NumPy array of shape (m,), one label an image; got {came}"
        )
    if len(A) != len(y):
        raise ShapeError(
            f"{_WHERE}: {name} and {labels} must have one length, m; got {len(A)} images and {len(y)} labels"
        )
    check_finite(A, f"{_WHERE} ({name})")
    return A.astype(A.dtype.newbyteorder("="), copy=False), y


def _class_names(y: NDArray[Any], class_names: Sequence[str] | None) -> tuple[str, ...]:
    if class_names is None:
        if y.dtype.kind not in "iu":
            raise DtypeError(f"{_WHERE}: y must hold integers, the class indices; got dtype {y.dtype}")
        names = tuple(str(label) for label in range(int(y.max()) + 1))
    else:
        names = tuple(class_names)
        if not all(isinstance(name, str) for name in names):
            raise DtypeError(f"{_WHERE}: class_names must be strings; got {class_names!r}")
    if len(names) < 2:
        raise DataError(f"{_WHERE}: a data set needs at least two classes; got {len(names)}")
    return names


def _preprocessing(X: NDArray[Any], X_test: NDArray[Any]) -> Preprocessing | None:
    """How a file becomes such an image: its pixels over 255, if these numbers can have come about so."""
    n_H, n_W, n_C = X.shape[1:]
    fits = n_C in (1, 3) and (
        X.dtype == np.uint8
        or all(A.min() >= 0 and A.max() <= 1 for part in (X, X_test) for A in in_chunks(part))
    )
    return Preprocessing((n_H, n_W, n_C), 1 / 255) if fits else None
