"""The binary version of CIFAR-10 and CIFAR-100, from its folder or straight out of its archive.

A file is records without anything between them. A record of CIFAR-10 is its label, 1 byte, and 3,072 bytes of pixels;
of CIFAR-100 the label of its superclass (1 byte), its label (1 byte) and the pixels. The pixels are the red, then the
green, then the blue values, each 32 rows of 32.

Source: https://www.cs.toronto.edu/~kriz/cifar.html
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, TypeAlias

import numpy as np

from fullstride import checks
from fullstride.data.idx_sets import Parts
from fullstride.data.known import CifarFiles
from fullstride.errors import DataError, FileFormatError

_SIZE, _CHANNELS = 32, 3
_PIXELS = _SIZE * _SIZE * _CHANNELS
_CHUNK = 1024  # records read together


def read_cifar(place: Path, files: CifarFiles, n_classes: int) -> Parts:
    """Read the training and the test part.

    Parameters
    ----------
    place : the folder with the files, or the `.tar.gz` that holds it; nothing is unpacked onto the disk
    files : their names, how many records each holds, and the bytes of a label
    n_classes : labels are in 0..n_classes-1

    Returns
    -------
    X_train, y_train, X_test, y_test : images of shape (m, 32, 32, 3)

    Raises
    ------
    DataError
        If a file cannot be read, or a label is out of range.
    FileFormatError
        If the archive is damaged, or a file missing in it, or not of its size.
    """
    train, test = _Part(files.train, files.label_bytes), _Part(files.test, files.label_bytes)
    missing = {*train.starts, *test.starts}
    opened = _in_folder(place, sorted(missing)) if place.is_dir() else _in_archive(place, files.folder)
    try:
        for name, stream, size in opened:
            if name in missing:
                (train if name in train.starts else test).read(name, stream, size, f"{place}, {name}")
                missing.remove(name)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileFormatError(f"{place}: the archive is damaged or cut off: {error}") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"cannot read {error.filename or place}: {reason}") from error
    if missing:
        raise FileFormatError(f"{place}: the archive lacks {', '.join(sorted(missing))} in {files.folder}/")
    return (
        train.X,
        checks.labels(train.y, f"{place}, training part", n_classes, "labels"),
        test.X,
        checks.labels(test.y, f"{place}, test part", n_classes, "labels"),
    )


class _Part:
    """Images and labels that are filled in file by file, in whatever order the files come."""

    def __init__(self, files: Sequence[tuple[str, int]], label_bytes: int) -> None:
        self._label_bytes = label_bytes
        self.starts: dict[str, tuple[int, int]] = {}
        m = 0
        for name, records in files:
            self.starts[name] = (m, m + records)
            m += records
        self.X = np.empty((m, _SIZE, _SIZE, _CHANNELS), np.uint8)
        self.y = np.empty(m, np.uint8)

    def read(self, name: str, stream: IO[bytes], size: int, where: str) -> None:
        start, end = self.starts[name]
        record = self._label_bytes + _PIXELS
        if size != (end - start) * record:
            raise FileFormatError(
                f"{where}: expected {end - start:,} records of {record:,} bytes, {(end - start) * record:,}; "
                f"got {size:,} bytes"
            )
        for first in range(start, end, _CHUNK):
            last = min(first + _CHUNK, end)
            content = stream.read((last - first) * record)
            if len(content) != (last - first) * record:
                raise FileFormatError(
                    f"{where}: is cut off in record {first - start + len(content) // record}"
                )
            records = np.frombuffer(content, np.uint8).reshape(-1, record)
            self.y[first:last] = records[:, self._label_bytes - 1]
            planes = records[:, self._label_bytes :].reshape(-1, _CHANNELS, _SIZE, _SIZE)
            self.X[first:last] = planes.transpose(0, 2, 3, 1)


_Opened: TypeAlias = Iterator[tuple[str, IO[bytes], int]]
"""File by file: its name, its content, and how many bytes that should be."""


def _in_folder(folder: Path, names: Sequence[str]) -> _Opened:
    for name in names:
        with open(folder / name, "rb") as file:
            yield name, file, os.fstat(file.fileno()).st_size


def _in_archive(archive: Path, folder: str) -> _Opened:
    with gzip.open(archive, "rb") as stream:
        with tarfile.open(fileobj=stream, mode="r|") as members:
            for member in members:
                content = members.extractfile(member) if member.isreg() else None
                path = PurePosixPath(member.name)
                if content is not None and path.parent == PurePosixPath(folder):
                    yield path.name, content, member.size
        # The checksum stands at the end, behind what tarfile reads.
        while stream.read(1 << 20):
            pass
