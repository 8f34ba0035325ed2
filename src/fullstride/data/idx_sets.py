"""Data sets of four IDX files: training images, training labels, test images, test labels."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.data.idx import read_idx, read_idx_stream
from fullstride.data.known import IDX_FILES, IdxFiles
from fullstride.errors import DataError, FileFormatError

Parts: TypeAlias = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]
"""X_train, y_train, X_test, y_test."""

_CHUNK = 1024  # images that are transposed together


@dataclass(frozen=True)
class ZipMember:
    """A file in an archive, read without unpacking it onto the disk."""

    archive: Path
    name: str

    def __str__(self) -> str:
        return f"{self.archive}, {self.name}"


Source: TypeAlias = Path | ZipMember


def missing(folder: Path, names: Sequence[str] = IDX_FILES) -> list[str]:
    """Which of the files are not in the folder, gzipped or not."""
    return [name for name in names if _find(folder, name) is None]


def _find(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def read_parts(place: Path, files: IdxFiles, n_classes: int | None) -> Parts:
    """Read the four files in the folder `place`, or in the archive that it is.

    Parameters
    ----------
    place : a folder that has them all, gzipped or not, or an archive
    files : their names, and what is peculiar about them
    n_classes : without it the training labels say how many there are

    Returns
    -------
    X_train, y_train, X_test, y_test : images of shape (m, n_H, n_W, 1), labels from 0 on

    Raises
    ------
    DataError
        If the files do not fit together.
    FileFormatError
        If the archive or a file is damaged, or is none.
    """
    sources: list[Source]
    if place.is_dir():
        sources = [_find(place, name) or place / name for name in files.names]
    else:
        sources = [ZipMember(place, f"{files.zip_folder}/{name}.gz") for name in files.names]
    X_train, y_train = _read_images(sources[0]), _read_labels(sources[1])
    X_test, y_test = _read_images(sources[2]), _read_labels(sources[3])
    for (X, y), (images, labels) in zip(
        ((X_train, y_train), (X_test, y_test)), (sources[:2], sources[2:]), strict=True
    ):
        if len(X) != len(y):
            raise DataError(f"{images} holds {len(X)} images, but {labels} holds {len(y)} labels")
    if X_test.shape[1:] != X_train.shape[1:]:
        raise DataError(
            f"{sources[2]}: images must have the shape of the training images, {X_train.shape[1:3]}; "
            f"got {X_test.shape[1:3]}"
        )
    if files.transposed:
        X_train, X_test = _transposed(X_train), _transposed(X_test)
    if files.first_label:
        y_train, y_test = (
            y_train.astype(np.int64) - files.first_label,
            y_test.astype(np.int64) - files.first_label,
        )
    n = int(y_train.max()) + 1 if n_classes is None else n_classes
    return (
        X_train,
        checks.labels(y_train, str(sources[1]), n, "labels"),
        X_test,
        checks.labels(y_test, str(sources[3]), n, "labels"),
    )


def _read_images(source: Source) -> NDArray[np.uint8]:
    X = _read(source)
    if X.ndim != 3 or X.dtype != np.uint8:
        raise DataError(f"{source}: images must be of rank 3, unsigned bytes; got rank {X.ndim} of {X.dtype}")
    if X.size == 0:
        raise DataError(f"{source}: holds no images, its shape is {X.shape}")
    return X[..., np.newaxis]


def _read_labels(source: Source) -> NDArray[Any]:
    y = _read(source)
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise DataError(f"{source}: labels must be of rank 1, integers; got rank {y.ndim} of {y.dtype}")
    return y


def _read(source: Source) -> NDArray[Any]:
    if isinstance(source, Path):
        return read_idx(source)
    archive = source.archive
    try:
        with zipfile.ZipFile(archive) as opened:
            size = opened.getinfo(source.name).file_size
            with opened.open(source.name) as file:
                return read_idx_stream(file, size, source)
    except KeyError:
        raise FileFormatError(f"{archive}: the archive lacks {source.name}") from None
    # RuntimeError: of a member with a password, or compressed as nothing here can read.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise FileFormatError(f"{archive}: the zip archive is damaged or cut off: {error}") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"cannot read {archive}: {reason}") from error


def _transposed(X: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same memory with rows and columns exchanged, image by image; a second copy of all would be large."""
    m, n_H, n_W = X.shape[:3]
    if n_H != n_W:
        raise DataError(f"images with rows and columns exchanged must be square; got {(n_H, n_W)}")
    for start in range(0, m, _CHUNK):
        images = X[start : start + _CHUNK]
        images[...] = images.transpose(0, 2, 1, 3)  # numpy sees that they overlap
    return X
