"""Arrays that are mapped from a file: their memory is given back while they are read, or the file is opened anew."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from numpy import ndarray
from numpy.typing import NDArray

_MOST = 64 << 20
"""Bytes of a mapped file that are kept in memory, about."""
_MAPS = Path("/proc/self/maps")
_read: WeakKeyDictionary[mmap.mmap, int] = WeakKeyDictionary()
"""Bytes that were read of each file since its pages were given back, whoever read them."""


class Mapped:
    """The file that an array is mapped from, if it is one, as with `np.load(path, mmap_mode="r")`.

    Pages that were read stay in the system's cache as long as it has room; given back they are no longer counted as
    this process's memory, which so stays flat however large the file is. A small file is left as it is.

    Parameters
    ----------
    X : ndarray, mapped or not
    """

    def __init__(self, X: NDArray[Any]) -> None:
        base: Any = X
        while isinstance(base, ndarray):
            base = base.base
        self._address = X.ctypes.data
        large = isinstance(base, mmap.mmap) and len(base) > _MOST
        self._file = base if large and _only_read(base) else None

    def release(self, size: int) -> None:
        """Say that `size` bytes more were read: now and then all pages are given back."""
        if self._file is None:
            return
        read = _read.get(self._file, 0) + size
        if read > _MOST:
            self._file.madvise(mmap.MADV_DONTNEED)
            read = 0
        _read[self._file] = read

    def open(self) -> tuple[int, int, str] | None:
        """The file anew: a descriptor, where X begins in it, and its path; None for an array that is left as it is.

        Linux alone tells which file a mapping is of, elsewhere the answer is None. The file may have been renamed or
        replaced since it was mapped: only one with the same device and inode is the same. (Where a file system reports
        another device for a mapping than for its file, as some layered ones do, the answer is None too.)
        """
        if self._file is None or not _MAPS.exists():
            return None
        for line in os.fsdecode(_MAPS.read_bytes()).split("\n")[
            :-1
        ]:  # a path may hold what splitlines() splits at
            span, _, offset, device, inode, *path = line.split(maxsplit=5)
            first, behind = (int(place, 16) for place in span.split("-"))
            if first <= self._address < behind and path:
                return _opened(path[0], device, int(inode), int(offset, 16) + self._address - first)
        return None


def _opened(path: str, device: str, inode: int, start: int) -> tuple[int, int, str] | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    found = os.fstat(descriptor)
    if (f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}", found.st_ino) != (device, inode):
        os.close(descriptor)
        return None
    return descriptor, start, path


def _only_read(file: mmap.mmap) -> bool:
    """Whether every page can be had again from the file: what is written into a private mapping stands nowhere else."""
    if not hasattr(file, "madvise"):
        return False
    with memoryview(file) as view:
        return view.readonly
