"""Data sets by name or by folder: images with labels, a training part and a test part."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.data.digits import digits, digits_split
from fullstride.data.idx import read_idx
from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import ArgumentError, DataError

DIGIT_NAMES = tuple("0123456789")
FASHION_NAMES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
KNOWN_NAMES = ("digits", "mnist", "fashion-mnist")
IDX_FILES = (
    *("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    *("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
)
_PREPROCESSING = {
    # In the bitmap that became 8x8 a digit fills all 32 rows and, whatever its aspect was, about 20 columns.
    "digits": Preprocessing((8, 8, 1), 1 / 16, maximum=16, ink="light", framing="fill", box=(1.0, 20 / 32)),
    "mnist": Preprocessing((28, 28, 1), 1 / 255, ink="light", framing="centre", box=(20 / 28, 20 / 28)),
    # The longer side of a garment fills the image.
    "fashion-mnist": Preprocessing((28, 28, 1), 1 / 255, ink="light", framing="fit"),
}


@dataclass(frozen=True)
class DataSet:
    """Images with labels.

    Attributes
    ----------
    name : as it was asked for, or the folder's own name
    X_train, X_test : ndarrays of uint8, or of floats that are taken as they are, shape (m, n_H, n_W, n_C)
    y_train, y_test : ndarrays of int64, shape (m,), in 0..len(class_names)-1
    class_names : one a class
    preprocessing : how an ordinary image file becomes such an image; None where no file can
    X_validation, y_validation : like the others, or None where the data has no such part of its own
    digest : SHA-256 of images, labels and class names in hexadecimal digits; "" where nobody computed it
    """

    name: str
    X_train: NDArray[Any]
    y_train: NDArray[np.int64]
    X_test: NDArray[Any]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    preprocessing: Preprocessing | None
    X_validation: NDArray[Any] | None = None
    y_validation: NDArray[np.int64] | None = None
    digest: str = ""

    def __repr__(self) -> str:
        size = "x".join(str(n) for n in self.X_train.shape[1:])
        n = len(self.class_names)
        return (
            f"DataSet({self.name}: {len(self.X_train):,} training and {len(self.X_test):,} test images "
            f"of {size}, {n:,} class{'' if n == 1 else 'es'})"
        )

    @property
    def scale(self) -> float:
        """What the integer pixel values are multiplied by: 1/16 for the digits, 1/255 for the others."""
        return 1.0 if self.preprocessing is None else self.preprocessing.scale


def load(argument: str, data_dir: str | os.PathLike[str] | None = None) -> DataSet:
    """Load a data set.

    Parameters
    ----------
    argument : "digits" (embedded), "mnist" or "fashion-mnist" (read from `data_dir`), or the path of a folder
        with the four IDX files. A bare known name always means the data set of that name; a folder that bears
        such a name is written with `./`
    data_dir : the folder that holds the four IDX files, or a folder of the set's name with them; looked at
        for "mnist" and "fashion-mnist" only

    Raises
    ------
    ArgumentError
        If the name is unknown.
    DataError
        If files or the folder are missing, or images and labels do not fit together.
    FileFormatError
        If a file is no IDX file, or is damaged.
    """
    if argument == "digits":
        X, y = digits()
        test = digits_split()
        return DataSet("digits", X[~test], y[~test], X[test], y[test], DIGIT_NAMES, _PREPROCESSING["digits"])
    if argument in KNOWN_NAMES:
        parts = _read_parts(_known_folder(argument, data_dir), 10)
        names = DIGIT_NAMES if argument == "mnist" else FASHION_NAMES
        preprocessing = _PREPROCESSING[argument]
        if parts[0].shape[1:] != preprocessing.input_shape:
            raise DataError(f"{argument}: images must have shape (28, 28); got {parts[0].shape[1:3]}")
        return DataSet(argument, *parts, names, preprocessing)
    folder = _given_folder(argument)
    parts = _read_parts(folder, None)
    n_classes = int(parts[1].max()) + 1
    n_H, n_W = parts[0].shape[1:3]
    class_names = tuple(str(label) for label in range(n_classes))
    return DataSet(
        folder.resolve().name or "data", *parts, class_names, Preprocessing((n_H, n_W, 1), 1 / 255)
    )


def _known_folder(name: str, data_dir: str | os.PathLike[str] | None) -> Path:
    """The folder with the four files of `name`: `data_dir/name` before `data_dir`."""
    files = ", ".join(f"{file}[.gz]" for file in IDX_FILES)
    if data_dir is None:
        raise DataError(
            f"{name} does not come with fullstride: put its files {files} into a folder "
            "and name that as data_dir (--data-dir)"
        )
    base = Path(data_dir)
    if not base.is_dir():
        raise DataError(f"data_dir {base} is {'a file, not a folder' if base.exists() else 'missing'}")
    own_name = base.resolve().name
    if own_name in KNOWN_NAMES and own_name != name:
        raise DataError(f"data_dir {base} bears the name of another data set: {name} was asked for")
    folders = [folder for folder in (base / name, base) if folder.is_dir()]
    for folder in folders:
        if not _missing(folder):
            return folder
    missing = min((_missing(folder) for folder in folders), key=len)
    raise DataError(
        f"{name}: missing {', '.join(missing)} (gzipped or not); put it into {base} or {base / name}"
    )


def _given_folder(argument: str) -> Path:
    """The folder of the path `argument`, with the four files."""
    folder = Path(argument).expanduser()
    if folder.is_dir():
        if missing := _missing(folder):
            raise DataError(f"the folder {folder} lacks {', '.join(missing)} (gzipped or not)")
        return folder
    if folder.exists():
        raise DataError(f"{folder} is a file; a data set is a folder with the files {', '.join(IDX_FILES)}")
    if len(folder.parts) > 1 or argument.startswith((".", "~", os.sep)):
        raise DataError(f"there is no folder {folder}")
    nearest = difflib.get_close_matches(argument.lower(), KNOWN_NAMES, n=1, cutoff=0.5)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    raise ArgumentError(
        f"unknown data set {argument!r}: known are {', '.join(KNOWN_NAMES)}, or the path of a folder{hint}"
    )


def _missing(folder: Path) -> list[str]:
    return [file for file in IDX_FILES if _find(folder, file) is None]


def _find(folder: Path, file: str) -> Path | None:
    candidates = (folder / file, folder / f"{file}.gz")
    return next((path for path in candidates if path.is_file()), None)


_Parts = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]


def _read_parts(folder: Path, n_classes: int | None) -> _Parts:
    """X_train, y_train, X_test, y_test; without `n_classes` the training labels say how many there are."""
    paths = [_find(folder, file) or folder / file for file in IDX_FILES]
    X_train, y_train = _read_images(paths[0]), _read_labels(paths[1])
    X_test, y_test = _read_images(paths[2]), _read_labels(paths[3])
    for (X, y), (images, labels) in zip(
        ((X_train, y_train), (X_test, y_test)), (paths[:2], paths[2:]), strict=True
    ):
        if len(X) != len(y):
            raise DataError(f"{images} holds {len(X)} images, but {labels} holds {len(y)} labels")
    if X_test.shape[1:] != X_train.shape[1:]:
        raise DataError(
            f"{paths[2]}: images must have the shape of the training images, {X_train.shape[1:3]}; "
            f"got {X_test.shape[1:3]}"
        )
    n = int(y_train.max()) + 1 if n_classes is None else n_classes
    return (
        X_train,
        checks.labels(y_train, str(paths[1]), n, "labels"),
        X_test,
        checks.labels(y_test, str(paths[3]), n, "labels"),
    )


def _read_images(path: Path) -> NDArray[np.uint8]:
    X = read_idx(path)
    if X.ndim != 3 or X.dtype != np.uint8:
        raise DataError(f"{path}: images must be of rank 3, unsigned bytes; got rank {X.ndim} of {X.dtype}")
    if X.size == 0:
        raise DataError(f"{path}: holds no images, its shape is {X.shape}")
    return X[..., np.newaxis]


def _read_labels(path: Path) -> NDArray[Any]:
    y = read_idx(path)
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise DataError(f"{path}: labels must be of rank 1, integers; got rank {y.ndim} of {y.dtype}")
    return y
