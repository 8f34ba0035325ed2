"""Arrays that are mapped from a file: their memory is given back while they are read."""

from __future__ import annotations

import mmap
from typing import Any

from numpy import ndarray
from numpy.typing import NDArray

_MOST = 64 << 20
"""Bytes of a mapped file that are kept in memory, about."""


class Mapped:
    """The file that an array is mapped from, if it is one, as with `np.load(path, mmap_mode="r")`.

    Pages that were read stay in the system's cache as long as it has room; given back they are no longer counted as
    this process's memory, which so stays flat however large the file is.

    Parameters
    ----------
    X : ndarray, mapped or not
    """

    def __init__(self, X: NDArray[Any]) -> None:
        base: Any = X
        while isinstance(base, ndarray):
            base = base.base
        self._file = base if isinstance(base, mmap.mmap) and _only_read(base) else None
        self._read = 0

    def release(self, size: int) -> None:
        """Say that `size` bytes more were read: now and then all pages are given back."""
        if self._file is None:
            return
        self._read += size
        if self._read > _MOST:
            self._file.madvise(mmap.MADV_DONTNEED)
            self._read = 0


def _only_read(file: mmap.mmap) -> bool:
    """Whether every page can be had again from the file: what is written into a private mapping stands nowhere else."""
    if not hasattr(file, "madvise"):
        return False
    with memoryview(file) as view:
        return view.readonly
