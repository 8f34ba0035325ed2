"""The embedded digits: 1,797 real handwritten digits of 8x8 pixels, so that a first run needs no network.

The test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak; UCI Machine Learning
Repository; CC BY 4.0; see digits/NOTICE.txt). A pixel counts the ink in a 4x4 block of a 32x32 bitmap: 0 to
16, light on dark.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data.idx import read_idx
from fullstride.data.splits import every_kth_by_class


def digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All digits in the order of the source.

    Returns
    -------
    X : ndarray of uint8, shape (1797, 8, 8, 1), in 0..16
    y : ndarray of int64, shape (1797,), in 0..9

    Examples
    --------
    >>> X, y = digits()
    >>> X.shape, int(X.max()), y[:5].tolist()
    ((1797, 8, 8, 1), 16, [0, 1, 2, 3, 4])
    """
    return _read("images.idx.gz")[..., np.newaxis], _read("labels.idx.gz").astype(np.int64)


def digits_split() -> NDArray[np.bool_]:
    """The mask of the test part: 360 of the 1,797 digits (20 %), 35 to 37 of each class; always the same.

    Every fifth image is taken, class by class in the order of the source (`every_kth_by_class`). A run's seed
    has no part in it, so that the results of different runs can be compared. The source does not say who
    wrote which digit, so both parts hold digits of the same people.
    """
    return every_kth_by_class(_read("labels.idx.gz"), 5)


def _read(name: str) -> NDArray[Any]:
    with resources.as_file(resources.files("fullstride.data") / "digits" / name) as path:
        return read_idx(path)
