"""Memory of a mapped file is given back, and of nothing else."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride import mapping
from fullstride.data import first_bad_image
from fullstride.mapping import Mapped


@pytest.fixture
def path(tmp_path: Path) -> Path:
    np.save(tmp_path / "X.npy", np.arange(1 << 16, dtype=np.uint8).reshape(-1, 8, 8, 1))
    return tmp_path / "X.npy"


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "_MOST", 1000)


class Calls:
    """A file that notes what it is told."""

    def __init__(self) -> None:
        self.advice: list[int] = []

    def madvise(self, advice: int) -> None:
        self.advice.append(advice)


def told(X: Any, *sizes: int) -> list[int]:
    """The calls of madvise after so many bytes each; None where X is not taken for a mapped file."""
    mapped = Mapped(X)
    if mapped._file is None:
        mapped.release(1 << 40)  # nothing happens
        return []
    calls = Calls()
    mapped._file = calls  # type: ignore[assignment]
    counts = []
    for size in sizes:
        mapped.release(size)
        counts.append(len(calls.advice))
    assert set(calls.advice) <= {mmap.MADV_DONTNEED}
    return counts


def test_pages_are_given_back_now_and_then(path: Path) -> None:
    X = np.load(path, mmap_mode="r")
    assert told(X, 600, 400, 1, 1000, 1, 5000) == [0, 0, 1, 1, 2, 3]


def test_what_others_read_of_the_file_counts_too(path: Path) -> None:
    X, other = np.load(path, mmap_mode="r"), np.load(path, mmap_mode="r")
    for part in (X, X[3:], other):
        Mapped(part).release(600)
        Mapped(part)
    assert list(mapping._read.values())[-2:] == [0, 600]


def test_a_small_file_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "_MOST", path.stat().st_size)
    assert told(np.load(path, mmap_mode="r")) == []


def test_views_are_of_the_same_file(path: Path) -> None:
    X = np.load(path, mmap_mode="r")
    for view in (X[5:], X[..., 0], np.asarray(X), X.reshape(-1), X[3], X.view(np.int8)):
        assert told(view, 1001) == [1]


@pytest.mark.parametrize("mode", ["r+", "c"])
def test_what_may_be_written_is_left_alone(path: Path, mode: Any) -> None:
    X = np.load(path, mmap_mode=mode)
    assert told(X) == []
    X.flags.writeable = False  # its pages are no less private for that
    assert told(X) == []
    assert told(X[2:]) == []


def test_a_private_copy_is_kept(path: Path) -> None:
    X = np.load(path, mmap_mode="c")
    X[7] = 99
    X.flags.writeable = False
    Mapped(X).release(1 << 40)
    assert X[7].min() == 99


def test_arrays_in_memory_are_left_alone(path: Path) -> None:
    X = np.load(path)
    assert told(X) == []
    assert told(X[3:]) == []
    assert told(np.frombuffer(bytes(100), np.uint8)) == []


def test_what_was_given_back_is_read_again(path: Path) -> None:
    X, expected = np.load(path, mmap_mode="r"), np.load(path)
    mapped = Mapped(X)
    for _ in range(3):
        assert np.array_equal(X, expected)
        mapped.release(1 << 40)


def test_looking_for_bad_images_gives_back_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "X.npy", np.ones((100, 5, 5, 1)))
    monkeypatch.setattr("fullstride.data.checks._CHUNK", 250)  # ten images, 2,000 bytes
    sizes: list[int] = []
    monkeypatch.setattr(Mapped, "release", lambda self, size: sizes.append(size))
    assert first_bad_image(np.load(tmp_path / "X.npy", mmap_mode="r")) is None
    assert sizes == [2000] * 10
