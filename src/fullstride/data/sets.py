"""Data sets by name or by folder: images with labels, a training part and a test part."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data.cifar import read_cifar
from fullstride.data.digits import digits, digits_split
from fullstride.data.download import OnProgress, downloaded
from fullstride.data.idx_sets import missing, read_parts
from fullstride.data.known import (
    DIGIT_NAMES,
    DIGITS_PREPROCESSING,
    IDX_FILES,
    KNOWN,
    KNOWN_NAMES,
    CifarFiles,
    IdxFiles,
    KnownSet,
    known_name,
)
from fullstride.data.listing import is_image_folder
from fullstride.data.locate import locate
from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import ArgumentError, DataError
from fullstride.geometry import Pair


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


def load(
    argument: str,
    data_dir: str | os.PathLike[str] | None = None,
    progress: OnProgress | None = None,
    *,
    size: int | Pair | None = None,
    channels: int | None = None,
    strict: bool = False,
) -> DataSet:
    """Load a data set.

    Parameters
    ----------
    argument : a known name, or the path of a folder of images (see `load_folder`) or with the four IDX files. Known
        are "digits" (embedded), "mnist",
        "fashion-mnist", "kmnist", "emnist-byclass", "emnist-bymerge", "emnist-balanced" (also "emnist"),
        "emnist-letters", "emnist-digits", "emnist-mnist", "cifar-10" and "cifar-100". A bare known name always
        means the data set of that name; a folder that bears such a name is written with `./`
    data_dir : a folder that holds the files of a known set: the IDX files, gzipped or not, EMNIST's or CIFAR's
        archive, or what is in it; also in a folder of the set's name, or where torchvision puts them. Nothing is
        written there. Without it the files are downloaded once into a cache folder: `FULLSTRIDE_DATA_DIR`, else
        `fullstride/data` in the user's cache folder
    progress : called during a download with the bytes that have come, all bytes (None where the server does not
        say) and the file's name; while a folder is decoded with images done, all of them, and what is done
    size, channels, strict : as `load_folder` takes them; refused for other data

    Raises
    ------
    ArgumentError
        If the name is unknown.
    DataError
        If files or the folder are missing or cannot be downloaded, or images and labels do not fit together.
    FileFormatError
        If a file is not of its format, or is damaged.
    OutputError
        If a download cannot be kept.
    """
    name = known_name(argument)
    if name is not None:
        _no_folder_options(name, size, channels, strict)
        return _digits() if name == "digits" else _known_set(KNOWN[name], data_dir, progress)
    folder = _given_folder(argument)
    if missing(folder) and is_image_folder(folder):
        return _image_folder(folder, progress, size, channels, strict)
    _no_folder_options(argument, size, channels, strict)
    parts = read_parts(folder, IdxFiles(), None)
    n_classes = int(parts[1].max()) + 1
    n_H, n_W = parts[0].shape[1:3]
    class_names = tuple(str(label) for label in range(n_classes))
    return DataSet(set_name(argument), *parts, class_names, Preprocessing((n_H, n_W, 1), 1 / 255))


def _digits() -> DataSet:
    X, y = digits()
    test = digits_split()
    return DataSet("digits", X[~test], y[~test], X[test], y[test], DIGIT_NAMES, DIGITS_PREPROCESSING)


def set_name(argument: str) -> str:
    """The `DataSet.name` that `load(argument)` gives, without loading anything.

    >>> set_name("emnist"), set_name("./mnist"), set_name("photos/birds")
    ('emnist-balanced', 'mnist', 'birds')
    """
    return known_name(argument) or Path(argument).expanduser().resolve().name or "data"


def _image_folder(
    folder: Path, progress: OnProgress | None, size: int | Pair | None, channels: int | None, strict: bool
) -> DataSet:
    from fullstride.data.folder import load_folder  # it makes a DataSet

    def decoded(done: int, total: int) -> None:
        assert progress is not None
        progress(done, total, f"decoding the images of {folder}")

    told = None if progress is None else decoded
    return load_folder(folder, size=size, channels=channels, strict=strict, progress=told)


def _no_folder_options(argument: str, size: object, channels: object, strict: bool) -> None:
    given = {"size": size is not None, "channels": channels is not None, "strict": strict}
    if any(given.values()):
        named = ", ".join(name for name, is_given in given.items() if is_given)
        raise ArgumentError(f"load: {named} can be chosen for folders of images; got {argument!r}")


def _known_set(
    known: KnownSet, data_dir: str | os.PathLike[str] | None, progress: OnProgress | None
) -> DataSet:
    place = downloaded(known, progress) if data_dir is None else locate(known, data_dir)
    if isinstance(known.content, CifarFiles):
        parts = read_cifar(place, known.content, len(known.class_names))
    else:
        parts = read_parts(place, known.content, len(known.class_names))
        size = known.preprocessing.input_shape[:2]
        if parts[0].shape[1:3] != size:
            raise DataError(f"{known.name}: images must have shape {size}; got {parts[0].shape[1:3]}")
    return DataSet(known.name, *parts, known.class_names, known.preprocessing)


def _given_folder(argument: str) -> Path:
    """The folder of the path `argument`, with the four files."""
    folder = Path(argument).expanduser()
    if folder.is_dir():
        if (absent := missing(folder)) and not is_image_folder(folder):
            nothing = "holds no subfolders with images, and " if len(absent) == len(IDX_FILES) else ""
            raise DataError(f"the folder {folder} {nothing}lacks {', '.join(absent)} (gzipped or not)")
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
