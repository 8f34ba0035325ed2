"""Images with their labels: what is trained on, or judged by. They may stand in memory, or in a file that is mapped."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 4096
"""Images in one call of an executor outside training: memory stays flat however many there are."""

_PAGES = 1 << 16
"""Bytes that come into memory with the first byte of an image that is read, at most: the system maps neighbours too."""
_MOST_MAPPED = 64 << 20
"""Bytes of a mapped file that are kept in memory, about."""


def chunks(m: int, size: int = CHUNK) -> Iterator[slice]:
    """m images in order, at most `size` at a time.

    >>> list(chunks(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    for start in range(0, m, size):
        yield slice(start, min(start + size, m))


@dataclass
class Part:
    """Images with their labels: all rows of X, or those that `rows` names (no copy of X is made).

    Attributes
    ----------
    X : C-contiguous ndarray of shape (m, n_H, n_W, n_C), uint8 or the network's dtype
    y : ndarray of shape (m,), int64; or targets, of shape (m, n) and the network's dtype
    rows : ndarray of int64, indices into X and y, or None for all
    """

    X: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.int64] | None = None
    _read: int = field(default=0, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.y) if self.rows is None else len(self.rows)

    def release(self, images: int) -> None:
        """Say that so many images more were read. Pages of a file that is mapped are now and then given back.

        They stay in the system's cache as long as it has room, but are not counted as this process's memory, which so
        stays flat however large the file is.
        """
        mapping = self._mapping
        if mapping is None:
            return
        self._read += images * max(_PAGES, self._image_bytes)
        if self._read > _MOST_MAPPED:
            mapping.madvise(mmap.MADV_DONTNEED)
            self._read = 0

    @cached_property
    def _image_bytes(self) -> int:
        return prod(self.X.shape[1:]) * self.X.itemsize

    @cached_property
    def _mapping(self) -> mmap.mmap | None:
        """The file that X is mapped from, read-only; pages of other mappings may hold what is not in a file."""
        base: Any = self.X
        while isinstance(base, np.ndarray):
            base = base.base
        readable = isinstance(base, mmap.mmap) and not self.X.flags.writeable
        return base if readable and hasattr(base, "madvise") else None

    def chunks(self) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """The part in order, at most CHUNK images at a time."""
        for chunk in chunks(len(self)):
            chosen = chunk if self.rows is None else self.rows[chunk]
            yield self.X[chosen], self.y[chosen]
