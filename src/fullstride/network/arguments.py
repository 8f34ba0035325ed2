"""The arguments of `Network`'s methods: checked once, here, before any work begins."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.data import check_finite, split_validation
from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from fullstride.geometry import whole_number
from fullstride.program import Program
from fullstride.training import Callback, Part

ENGINES = ("native", "steps")
DTYPES = ("float32", "float64")
FIT = "Network.fit"
LOSSES = {"cross_entropy": "softmax_cross_entropy", "mean_squared_error": "mean_squared_error"}
"""What a network is told, and how its program calls it."""


def input_shape(value: object) -> tuple[int, int, int]:
    """(n_H, n_W, n_C), each at least 1."""
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise ShapeError(
            f"Network: input_shape must be (n_H, n_W, n_C), the shape of one image; got {value!r}"
        )
    n_H, n_W, n_C = (
        whole_number(size, "Network", f"input_shape[{axis}] ({name})", 1)
        for axis, (size, name) in enumerate(zip(value, ("n_H", "n_W", "n_C"), strict=True))
    )
    return n_H, n_W, n_C


def exact(value: object) -> bool:
    """Whether convolutions are never Winograd's."""
    if not isinstance(value, bool):
        raise DtypeError(f"Network: exact must be True or False; got {value!r}")
    return value


def dtype_name(value: object) -> str:
    """One of DTYPES."""
    if not isinstance(value, str) or value not in DTYPES:
        raise ArgumentError(f'Network: dtype must be "float32" or "float64"; got {value!r}')
    return value


def loss(value: object) -> str:
    """One of LOSSES."""
    if not isinstance(value, str) or value not in LOSSES:
        known = " or ".join(f'"{name}"' for name in LOSSES)
        raise ArgumentError(f"Network: loss must be {known}; got {value!r}")
    return value


def seed(value: object, where: str) -> int:
    """A key of the generator: 0 to 2**64 - 1."""
    number = whole_number(value, where, "seed", 0)
    if number >= 2**64:
        raise ArgumentError(f"{where}: seed must be a whole number, 0 <= seed < 2**64; got {number}")
    return number


def engine(value: object, where: str) -> str:
    """One of ENGINES."""
    if not isinstance(value, str) or value not in ENGINES:
        raise ArgumentError(f'{where}: engine must be "native" or "steps"; got {value!r}')
    return value


def threads(value: object, where: str) -> int | None:
    """At least 1, or None: as many as the machine and its settings allow."""
    return None if value is None else whole_number(value, where, "threads", 1)


def images(X: object, shape: tuple[int, int, int], dtype: str, where: str) -> NDArray[Any]:
    """`X` as executors want it: uint8 or `dtype`, (m, *shape), C-contiguous, aligned; a copy if need be."""
    if not isinstance(X, np.ndarray) or isinstance(X, np.ma.MaskedArray):
        raise DtypeError(
            f"{where}: X must be a NumPy array of shape (m, n_H, n_W, n_C); got a {type(X).__name__}"
        )
    if X.dtype.kind not in "iu" and not (X.dtype.kind == "f" and X.dtype.itemsize in (4, 8)):
        raise DtypeError(
            f"{where}: X must be of uint8 or another integer, float32 or float64; got dtype {X.dtype}"
        )
    # Without the axis of channels: where the network wants several, the next line refuses it.
    A = np.asarray(X[..., np.newaxis] if X.ndim == 3 else X)  # a memmap is looked at as a plain array
    if A.ndim != 4 or A.shape[1:] != shape:
        raise ShapeError(
            f"{where}: X must have shape (m, n_H, n_W, n_C) with (n_H, n_W, n_C)={shape} (the network's "
            f"input_shape); got shape {X.shape}"
        )
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes an infinity, and is found below
        A = np.require(A, np.uint8 if A.dtype == np.uint8 else dtype, ("C", "A"))
    check_finite(A, where)
    return A


def labels(y: object, m: int, classes: int, where: str, name: str = "y") -> NDArray[np.int64]:
    """`y` as C-contiguous int64 of shape (m,), each in 0..classes-1."""
    if isinstance(y, np.ndarray) and y.ndim == 1 and len(y) != m:
        raise ShapeError(
            f"{where}: {name} must have shape (m,) with m={m} (one label for each image of X); got shape {y.shape}"
        )
    return np.require(checks.labels(y, where, classes, name), np.int64, ("C", "A"))


def targets(y: object, m: int, n: int, dtype: str, where: str) -> NDArray[Any]:
    """`y` as C-contiguous numbers of `dtype` and of shape (m, n), finite; of one output it may be (m,)."""
    symbols = "(m, n) or (m,)" if n == 1 else "(m, n)"
    if not isinstance(y, np.ndarray) or isinstance(y, np.ma.MaskedArray):
        raise DtypeError(f"{where}: y must be a NumPy array of shape {symbols}; got a {type(y).__name__}")
    if y.dtype.kind not in "iu" and not (y.dtype.kind == "f" and y.dtype.itemsize in (4, 8)):
        raise DtypeError(
            f"{where}: y must hold numbers, float32, float64 or integers, for the loss is the mean squared "
            f"error; got dtype {y.dtype}"
        )
    T = y[:, np.newaxis] if y.ndim == 1 and n == 1 else y
    if T.shape != (m, n):
        raise ShapeError(
            f"{where}: y must have shape {symbols} with m={m} (one row for each image of X) and n={n} (the "
            f"network's outputs); got shape {y.shape}"
        )
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes an infinity, and is found below
        T = np.require(T, dtype, ("C", "A"))
    wrong = np.argwhere(~np.isfinite(T))
    if len(wrong):
        place = tuple(int(index) for index in wrong[0])
        raise DataError(
            f"{where}: y must be finite in {dtype}; got {y.reshape(m, n)[place]} at index {place} "
            f"({len(wrong)} of {T.size} are not finite)"
        )
    return T


def part(X: object, y: object, program: Program, where: str, image_weights: object = None) -> Part:
    """Images with labels, or with targets, at least one; each perhaps with a weight."""
    n_H, n_W, n_C = program.input_shape
    (n,) = program.shapes[program.output]
    A = images(X, (n_H, n_W, n_C), program.dtype, where)
    if len(A) == 0:
        raise DataError(f"{where}: X must hold at least one image, m >= 1; got shape {A.shape}")
    if program.loss == "mean_squared_error":
        truth = targets(y, len(A), n, program.dtype, where)
    else:
        truth = labels(y, len(A), n, where)
    weights = None if image_weights is None else checks.image_weights(image_weights, where, len(A))
    return Part(A, truth, weights=weights)


def validation_parts(
    training: Part,
    validation: object,
    seed_value: int,
    part_of: Callable[[object, object, str], Part],
) -> tuple[Part, Part | None]:
    """The part to train on, and that to validate on: none, another (X, y), which `part_of` checks, or a fraction."""
    if validation is None:
        return training, None
    if isinstance(validation, tuple) and len(validation) == 2:
        return training, part_of(*validation, f"{FIT} (validation)")
    if isinstance(validation, (bool, np.bool_)) or not isinstance(validation, numbers.Real):
        raise DtypeError(
            f"{FIT}: validation must be None, a pair (X, y), or a fraction, 0 < fraction < 1; "
            f"got a {type(validation).__name__}"
        )
    fraction, m = float(validation), len(training)
    if not 0 < fraction < 1:
        raise ArgumentError(f"{FIT}: validation must be a fraction, 0 < fraction < 1; got {fraction:g}")
    if not 0 < round(fraction * m) < m:
        raise DataError(
            f"{FIT}: validation must leave at least one image to train on and one to validate on; "
            f"a fraction of {fraction:g} of m={m} gives {round(fraction * m)} to validate on"
        )
    # Targets have no classes that could keep their proportions.
    classes = training.y if training.y.ndim == 1 else np.zeros(m, np.int64)
    train_rows, validation_rows = split_validation(classes, fraction, seed_value)
    return replace(training, rows=train_rows), replace(training, rows=validation_rows)


def callbacks(value: object) -> tuple[Callback, ...]:
    """Instances of Callback."""
    found = tuple(value) if isinstance(value, Iterable) else (value,)
    for item in found:
        if not isinstance(value, Iterable) or not isinstance(item, Callback):
            came = f"the class {item.__name__}" if isinstance(item, type) else f"a {type(item).__name__}"
            raise DtypeError(
                f"{FIT}: callbacks must be a sequence of instances of fullstride.training.Callback; "
                f"got {came}"
            )
    return found


def class_names(value: object, classes: int) -> tuple[str, ...] | None:
    """A name for each class, or None."""
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or not all(isinstance(name, str) for name in value):
        raise DtypeError(f"Network: class_names must be a tuple of str, or None; got {value!r}")
    if len(value) != classes:
        raise ShapeError(
            f"Network: class_names must hold one name for each of the {classes} classes; got {len(value)}"
        )
    return tuple(value)
