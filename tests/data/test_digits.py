"""The embedded digits are the real ones, and their test part is fixed."""

from __future__ import annotations

import gzip
import zlib
from importlib import resources

import numpy as np
import pytest

from fullstride.data.digits import digits, digits_split


def test_shapes_ranges_and_counts():
    X, y = digits()
    assert (X.shape, X.dtype, int(X.min()), int(X.max())) == ((1797, 8, 8, 1), np.uint8, 0, 16)
    assert (y.shape, y.dtype) == ((1797,), np.int64)
    # The numbers of each class as the source's description states them.
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_first_digit_is_the_source_s_first_line():
    X, y = digits()
    line = (
        "0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,"
        "0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0,0"
    )
    *pixels, label = map(int, line.split(","))
    assert X[0].ravel().tolist() == pixels
    assert y[0] == label


def test_checksums_of_the_numbers():
    X, y = digits()
    assert zlib.crc32(X.tobytes()) == 0xF3A2533C
    assert zlib.crc32(y.astype(np.uint8).tobytes()) == 0xF86FC929


def test_they_are_scikit_learn_s_where_it_is_installed():
    source = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed").load_digits()
    X, y = digits()
    np.testing.assert_array_equal(X[..., 0], source.images)
    np.testing.assert_array_equal(y, source.target)


def test_the_test_part_is_fixed_and_has_every_class_in_its_proportion():
    _, y = digits()
    mask = digits_split()
    assert mask.sum() == 360
    assert np.bincount(y[mask]).tolist() == [36, 36, 36, 36, 37, 36, 36, 36, 35, 36]
    # By hand: every fifth of the list of all images, class after class.
    in_order = [i for label in range(10) for i in range(1797) if y[i] == label]
    assert sorted(in_order[::5]) == np.flatnonzero(mask).tolist()


def test_the_notice_is_beside_the_files():
    folder = resources.files("fullstride.data") / "digits"
    notice = (folder / "NOTICE.txt").read_text(encoding="utf-8")
    for part in ("E. Alpaydin", "C. Kaynak", "10.24432/C50P49", "CC BY 4.0", "What was changed"):
        assert part in notice
    assert len(gzip.decompress((folder / "images.idx.gz").read_bytes())) == 16 + 1797 * 64
