"""Images with their labels: what is trained on, or judged by. They may stand in memory, or in a file that is mapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.lazy import cached_property
from fullstride.mapping import Mapped

CHUNK = 4096
"""Images in one call of an executor outside training, at most: memory stays flat however many there are."""
_MOST = 64 << 20
"""Bytes of images in such a call, about."""
_PAGES = 1 << 21
"""Bytes that come into memory with the first byte of an image that is read, at most: the system maps neighbours too,
Linux since 6.x whole blocks of its cache."""


def chunks(m: int, image_bytes: int = 1) -> Iterator[slice]:
    """m images in order, as many at a time as one call takes: at most CHUNK, and at least one.

    >>> list(chunks(10_000))
    [slice(0, 4096, None), slice(4096, 8192, None), slice(8192, 10000, None)]
    """
    size = min(CHUNK, max(1, _MOST // image_bytes))
    for start in range(0, m, size):
        yield slice(start, min(start + size, m))


def image_bytes(X: NDArray[Any]) -> int:
    """Of one of the images."""
    return prod(X.shape[1:]) * X.itemsize


@dataclass
class Part:
    """Images with their labels: all rows of X, or those that `rows` names (no copy of X is made).

    Attributes
    ----------
    X : C-contiguous ndarray of shape (m, n_H, n_W, n_C), uint8 or the network's dtype
    y : ndarray of shape (m,), int64; or targets, of shape (m, n) and the network's dtype
    rows : ndarray of int64, indices into X and y, or None for all
    weights : ndarray of float64 of shape (m,), each > 0, how much each image counts in training; or None
    """

    X: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.int64] | None = None
    weights: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.y) if self.rows is None else len(self.rows)

    def release(self, images: int) -> None:
        """Say that so many images more were read: memory of a file that is mapped is now and then given back."""
        self._mapped.release(images * max(_PAGES, image_bytes(self.X)))

    def chunks(self) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """The part in order, as many images at a time as one call of an executor takes."""
        for chunk in chunks(len(self), image_bytes(self.X)):
            chosen = chunk if self.rows is None else self.rows[chunk]
            yield self.X[chosen], self.y[chosen]

    def spread(self, count: int) -> NDArray[np.int64]:
        """The rows of `count` images, evenly spread over the part: images often stand sorted by their class."""
        places = np.arange(count, dtype=np.int64) * len(self) // count
        return places if self.rows is None else self.rows[places]

    @cached_property
    def _mapped(self) -> Mapped:
        return Mapped(self.X)
