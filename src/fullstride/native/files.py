"""Images that are read from their file by the kernel that loads them: cheaper than page faults of a mapping."""

from __future__ import annotations

import ctypes
import os
from weakref import finalize

import numpy as np

from fullstride.errors import DataError
from fullstride.mapping import Mapped
from fullstride.program.stages import FileWord
from fullstride.program.table import Array


class ImageFile:
    """The file of a large mapped array, opened as long as this lives.

    Attributes
    ----------
    words : ndarray of int64, what `FileWord` names
    """

    def __init__(self, descriptor: int, start: int, path: str) -> None:
        self.path = path
        self.words = np.array([descriptor, start, _pread(), 0], np.int64)
        finalize(self, os.close, descriptor)

    @staticmethod
    def of(X: Array) -> ImageFile | None:
        """That of X, where X is mapped from a large file and the system can say which one."""
        opened = Mapped(X).open()
        return None if opened is None else ImageFile(*opened)

    def check(self) -> None:
        """Raise a DataError if an image could not be read since the last look."""
        if self.words[FileWord.FAILED]:
            self.words[FileWord.FAILED] = 0
            raise DataError(f"{self.path}: images could not be read: the file was cut, or its disk failed")


def _pread() -> int:
    address = ctypes.cast(ctypes.CDLL(None).pread, ctypes.c_void_p).value
    assert address is not None
    return address
