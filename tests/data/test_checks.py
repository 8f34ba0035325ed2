"""The first bad image is named."""

from __future__ import annotations

import re
import tracemalloc

import numpy as np
import pytest

from fullstride.data import check_finite, first_bad_image
from fullstride.errors import DataError


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("bad", [0, 17, 99])
def test_the_first_bad_image(dtype, value, bad):
    X = np.ones((100, 5, 4, 3), dtype)
    X[bad, 3, 2, 1] = X[99, 0, 0, 0] = value
    assert first_bad_image(X) == bad


def test_in_every_chunk(monkeypatch):
    monkeypatch.setattr("fullstride.data.checks._CHUNK", 24)  # 2 images of 12 numbers
    for bad in range(7):
        X = np.ones((7, 2, 2, 3))
        X[bad, 1, 1, 2] = np.nan
        assert first_bad_image(X) == bad
        assert first_bad_image(X[::-1]) == 6 - bad
        assert first_bad_image(X[:, ::-1].transpose(0, 3, 2, 1)) == bad


def test_images_larger_than_a_chunk(monkeypatch):
    monkeypatch.setattr("fullstride.data.checks._CHUNK", 5)
    X = np.ones((3, 2, 2, 3))
    X[2, 1, 1, 2] = np.inf
    assert first_bad_image(X) == 2


def test_nothing_bad():
    assert first_bad_image(np.ones((9, 2, 2, 1))) is None
    assert first_bad_image(np.ones((9, 2, 2, 1), np.uint8)) is None
    assert first_bad_image(np.ones((0, 2, 2, 1))) is None
    assert first_bad_image(np.ones((3, 0, 2, 1))) is None
    assert first_bad_image(np.full((2, 1, 1, 1), np.finfo(np.float32).max, np.float32)) is None


def test_memory_stays_flat():
    X = np.ones((64, 512, 512, 1), np.float32)  # 64 MiB; all at once would take 16 MiB
    tracemalloc.start()
    try:
        assert first_bad_image(X) is None
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_check_finite_names_image_place_and_value():
    X = np.ones((4, 5, 6, 1), np.float32)
    X[2, 3, 4, 0] = np.nan
    sentence = "fit: the images must hold finite numbers; image 2 holds nan at (3, 4, 0)"
    with pytest.raises(DataError, match=re.escape(sentence)):
        check_finite(X, "fit")
