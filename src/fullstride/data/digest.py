"""SHA-256 of a data set, and a short hash of every image, without ever holding more than a chunk of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.mapping import Mapped

ROW_BYTES = 16
_CHUNK = 1 << 22  # bytes


class Fingerprint:
    """Of one part's images, chunk after chunk: SHA-256 of them all, and BLAKE2b of each image (16 bytes)."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._rows: list[bytes] = []

    def add(self, X: NDArray[Any]) -> None:
        """Take in more images, in order."""
        rows = _plain(X)
        self._sha.update(rows.data)
        self._rows += [hashlib.blake2b(row, digest_size=ROW_BYTES).digest() for row in rows]

    def digest(self) -> str:
        """Hexadecimal, of all images."""
        return self._sha.hexdigest()

    def rows(self) -> NDArray[np.uint8]:
        """Of each image: shape (m, 16)."""
        return np.frombuffer(b"".join(self._rows), np.uint8).reshape(-1, ROW_BYTES)


def fingerprint(X: NDArray[Any]) -> Fingerprint:
    """The fingerprint of an array in memory or of a memory map; equal numbers have equal ones."""
    made = Fingerprint()
    for rows in in_chunks(X):
        made.add(rows)
    return made


def images_digest(X: NDArray[Any]) -> str:
    """What `fingerprint(X).digest()` is, without the hashes of the rows."""
    sha = hashlib.sha256()
    for rows in in_chunks(X):
        sha.update(_plain(rows).data)
    return sha.hexdigest()


def in_chunks(X: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The rows of X, a few megabytes at a time; those of a mapped file do not stay in memory."""
    step = max(1, _CHUNK * max(len(X), 1) // max(X.nbytes, 1))
    mapped = Mapped(X)
    for start in range(0, len(X), step):
        rows = X[start : start + step]
        yield rows
        mapped.release(rows.nbytes)


def data_digest(
    class_names: Sequence[str], parts: Mapping[str, tuple[str, tuple[int, ...], Any, Any]]
) -> str:
    """The digest of a data set.

    Parameters
    ----------
    class_names : one a class
    parts : of each part, by name, the hexadecimal digest, shape and dtype of its images, and its labels

    Returns
    -------
    digest : str of 64 hexadecimal digits; equal for equal pixels, labels and class names, wherever they came from
    """
    described = {
        name: [digest, list(shape), np.dtype(dtype).name, hashlib.sha256(_plain(y).data).hexdigest()]
        for name, (digest, shape, dtype, y) in parts.items()
    }
    text = json.dumps({"class_names": list(class_names), "parts": described}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(X: NDArray[Any]) -> NDArray[Any]:
    """C-contiguous, little-endian: the same bytes on every machine."""
    return np.ascontiguousarray(X, X.dtype.newbyteorder("<"))
