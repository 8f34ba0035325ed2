"""What `describe` says of data sets whose faults are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fullstride.data import describe, from_arrays, load, load_folder
from tests.support.pictures import folder_of, noise, saved


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path / "cache"))


def test_the_digits():
    report = describe(load("digits"))
    assert str(report) == (
        "digits: images of 8x8x1: 1,437 to train, 360 to test\n10 classes: 139 (8) to 147 (3) training images"
    )
    assert (report.repeated, report.contradictory, report.shared) == ((), (), {"test": ()})
    assert report.sizes is None
    assert report.ratio == 147 / 139


def doubled():
    """12 images: 5 repeats 1 with the same label, 7 repeats 0 with another; of 4 to test, 1 and 3 are of train."""
    X, y = noise(12, 3, 3, 3), np.arange(12) % 2
    X[5], X[7] = X[1], X[0]
    X_test = noise(4, 3, 3, 3, seed=1)
    X_test[1], X_test[3] = X[11], X[0]
    return from_arrays(X, y, X_test, np.arange(4) % 2, class_names=("cat", "dog"))


def test_what_occurs_twice():
    report = describe(doubled())
    assert report.repeated == ("train[5]", "train[7]")
    assert report.contradictory == ("train[7]",)
    assert report.shared == {"test": ("test[1]", "test[3]")}
    assert str(report).splitlines() == [
        "data: images of 3x3x3: 12 to train, 4 to test",
        "2 classes: 6 training images each",
        "warning: 2 images stand in both train and test: test[1], test[3]",
        "2 images stand in train more than once: train[5], train[7]",
        "warning: 1 image stands in train under different labels: train[7]",
    ]


def test_against_a_plain_comparison_of_all_pairs():
    rng = np.random.default_rng(3)
    X = rng.integers(0, 2, (60, 2, 2, 1)).astype(np.float32)  # 16 different images
    y = rng.integers(0, 3, 60)
    X_test = rng.integers(0, 2, (9, 2, 2, 1)).astype(np.float32) * np.float32(0.5)
    report = describe(from_arrays(X, y, X_test, y[:9]))
    first = [next(k for k in range(60) if (X[k] == X[i]).all()) for i in range(60)]
    assert report.repeated == tuple(f"train[{i}]" for i in range(60) if first[i] != i)
    assert report.contradictory == tuple(f"train[{i}]" for i in range(60) if y[first[i]] != y[i])
    assert report.shared["test"] == tuple(
        f"test[{j}]" for j in range(9) if any((X_test[j] == X).all((1, 2, 3)))
    )


def test_the_part_to_validate_counts_too():
    data = doubled()
    data = replace(data, X_validation=data.X_train[2:4], y_validation=np.array([0, 0]))
    report = describe(data)
    assert report.counts == {"train": (6, 6), "validation": (2, 0), "test": (2, 2)}
    assert report.shared["validation"] == ("validation[0]", "validation[1]")
    assert "images of 3x3x3: 12 to train, 2 to validate, 4 to test" in str(report)
    assert "warning: 2 images stand in both train and validation: validation[0], validation[1]" in str(report)


def test_balance():
    for count, warned in ((10, False), (11, True)):
        y = np.repeat([0, 1, 2], [1, count, 3])
        X = noise(len(y), 2, 2)
        report = describe(from_arrays(X, y, X[:1], y[:1], class_names=("rare", "common", "other")))
        assert (report.smallest, report.largest) == (("rare", 1), ("common", count))
        assert ("warning: common has 11 times as many training images as rare" in str(report)) is warned
    none = describe(from_arrays(X, y, X, y, class_names=("rare", "common", "other", "absent")))
    assert none.ratio == float("inf")
    assert "warning: absent has no training image" in str(none)


def test_a_folder(tmp_path):
    folder = folder_of(tmp_path / "pets", {"train/cat": 3, "train/dog": 3, "test/dog": 2}, (9, 5, 3))
    saved(folder / "train" / "cat" / "big.png", noise(20, 10, 3))
    saved(folder / "train" / "cat" / "small.png", noise(2, 3, 3))
    saved(folder / "test" / "cat" / "leak.png", noise(20, 10, 3))
    for k in range(6):
        (folder / "train" / "dog" / f"bad{k}.jpg").write_text("text")
    (folder / "train" / "notes.txt").touch()
    report = describe(load_folder(folder))
    assert report.sizes == ((2, 3), (9, 5), (20, 10))
    assert report.ignored == 1
    assert len(report.skipped) == 6
    reason = "it is no image in a format that Pillow knows"
    assert str(report).splitlines() == [
        "pets: images of 64x64x3: 8 to train, 3 to test",
        "2 classes: 3 (dog) to 5 (cat) training images",
        "files of 2x3 to 20x10, the median by area 9x5",
        "resized to 64x64: the images do not share one size of at most 96 pixels a side",
        "ignored: 1 entry that is no image",
        "warning: skipped 6 files that cannot be read: "
        + "; ".join(f"train/dog/bad{k}.jpg: {reason}" for k in range(5))
        + " ...",
        "warning: 1 image stands in both train and test: test/cat/leak.png",
    ]


def test_a_folder_whose_hashes_lie_in_the_cache_is_not_read(tmp_path, monkeypatch):
    folder = folder_of(tmp_path / "data", {"a": 4, "b": 4})
    saved(folder / "b" / "9.png", noise(4, 6, 3, seed=0))  # the first of a
    saved(folder / "b" / "8.png", noise(4, 6, 3, seed=0))
    data = load_folder(folder)
    expected = describe(replace(data, source=None))
    monkeypatch.setattr("fullstride.data.report.fingerprint", None)
    report = describe(data)
    assert len(report.repeated) == len(expected.repeated)
    assert len(report.shared["test"]) == len(expected.shared["test"])
    assert len(report.repeated) + len(report.shared["test"]) + len(report.contradictory) >= 2
    assert all((folder / name).is_file() for name in (*report.repeated, *report.shared["test"]))
    assert "files of 4x6\n" in str(report)
