"""Images in memory or in a mapped file: they are read where they stand, and memory stays flat."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride import mapping
from fullstride.layers import Dense, Flatten, MaxPool
from fullstride.mapping import Mapped
from fullstride.native.files import ImageFile
from fullstride.network import Network, arguments
from fullstride.training import CHUNK, Callback, Part, Run, chunks, part
from tests.support.memory import MIB, resident


def test_rows_are_spread_evenly() -> None:
    X, y = np.zeros((10, 1, 1, 1)), np.zeros(10, np.int64)
    assert Part(X, y).spread(4).tolist() == [0, 2, 5, 7]
    assert Part(X, y).spread(10).tolist() == list(range(10))
    chosen = Part(X, y, np.array([9, 3, 5, 1])).spread(2)
    assert chosen.tolist() == [9, 5]
    assert chosen.dtype == np.int64


@pytest.mark.parametrize("rows", [None, np.array([8, 0, 3, 4, 5, 6])])
def test_large_images_are_taken_a_few_at_a_time(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "_MOST", 100)  # bytes
    X = np.arange(9 * 24, dtype=np.uint8).reshape(9, 4, 6, 1)
    y, order = np.arange(9), np.arange(9) if rows is None else rows
    found = list(Part(X, y, rows).chunks())
    assert [len(labels) for _, labels in found] == ([4, 4, 1] if rows is None else [4, 2])  # of 24 bytes each
    assert np.array_equal(np.concatenate([images for images, _ in found]), X[order])
    assert np.concatenate([labels for _, labels in found]).tolist() == order.tolist()
    monkeypatch.setattr(part, "_MOST", 1)  # less than an image
    assert [len(labels) for _, labels in Part(X, y, rows).chunks()] == [1] * len(order)


def test_all_rows_are_not_copied() -> None:
    X, y = np.zeros((CHUNK + 3, 1, 1, 1), np.uint8), np.zeros(CHUNK + 3, np.int64)
    found = list(Part(X, y).chunks())
    assert [len(labels) for _, labels in found] == [CHUNK, 3]
    assert all(np.shares_memory(images, X) for images, _ in found)


def test_chunks_cover_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "CHUNK", 3)
    for m in range(8):
        assert [i for chunk in chunks(m) for i in range(m)[chunk]] == list(range(m))


def test_what_an_image_brings_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(Mapped, "release", lambda self, size: sizes.append(size))
    for shape in ((8, 8, 1), (900, 900, 3)):
        Part(np.zeros((2, *shape), np.uint8), np.zeros(2, np.int64)).release(10)
    assert sizes == [10 * (1 << 21), 10 * 900 * 900 * 3]


# Mapped files, through the network's methods


def network(n: int = 8, dtype: str = "float32") -> Network:
    return Network(MaxPool(2), Flatten(), Dense(3), input_shape=(n, n, 1), dtype=dtype)


def saved(path: Path, dtype: str = "uint8", m: int = 30) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    X, y = generator.integers(0, 2, (m, 8, 8, 1)).astype(dtype), generator.integers(0, 3, m)
    np.save(path / "X.npy", X)
    np.save(path / "y.npy", y)
    return X, y


@pytest.mark.parametrize("engine", ["native", "steps"])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int16"])
def test_a_mapped_file_is_as_good_as_an_array(tmp_path: Path, engine: str, dtype: str) -> None:
    X, y = saved(tmp_path, dtype)
    X_file, y_file = (np.load(tmp_path / name, mmap_mode="r") for name in ("X.npy", "y.npy"))
    of_array, of_file = network(), network()
    for net, images, labels in ((of_array, X, y), (of_file, X_file, y_file)):
        net.fit(images, labels, epochs=2, batch_size=7, validation=0.3, engine=engine)
        net.fit(images, labels, validation=(images, labels), engine=engine)
    for name, value in of_array.parameters.items():
        assert of_file.parameters[name].tobytes() == value.tobytes()
    expected = of_array.predict_proba(X, engine=engine)
    assert of_file.predict_proba(X_file, engine=engine).tobytes() == expected.tobytes()
    assert of_file.predict_proba(X_file[..., 0], engine=engine).tobytes() == expected.tobytes()
    assert of_file.score(X_file, y_file, engine=engine) == of_array.score(X, y, engine=engine)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_mapped_file_is_never_copied(tmp_path: Path, dtype: str) -> None:
    saved(tmp_path, dtype)
    X, y = (np.load(tmp_path / name, mmap_mode="r") for name in ("X.npy", "y.npy"))
    for images in (X, X[..., 0]):
        found = arguments.part(images, y, network().program, "")
        assert np.shares_memory(found.X, X)
        assert np.shares_memory(found.y, y)
        assert type(found.X) is np.ndarray


class Peak(Callback):
    """The most that was in memory after a step."""

    def __init__(self) -> None:
        self.most = 0

    def look(self) -> None:
        self.most = max(self.most, resident())

    def on_step(self, run: Run) -> None:
        self.look()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much of a file is in memory")
@pytest.mark.parametrize("mapped", [False, True], ids=["read", "mapped"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_memory_stays_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: str, mapped: bool) -> None:
    """A sparse file of 64 MiB is trained on, judged and predicted with a part of it in memory.

    Training reads it; where the system does not say which file a mapping is of, training reads the mapping.
    """
    if mapped:
        monkeypatch.setattr(ImageFile, "of", staticmethod(lambda X: None))
    monkeypatch.setattr(mapping, "_MOST", 4 * MIB)
    image = 64 * 64 * np.dtype(dtype).itemsize
    m = 64 * MIB // image
    np.lib.format.open_memmap(tmp_path / "X.npy", "w+", dtype, (m, 64, 64, 1)).flush()
    X, y = np.load(tmp_path / "X.npy", mmap_mode="r"), np.arange(m) % 3
    net = network(64)
    net.fit(np.zeros((64, 64, 64, 1), dtype), y[:64])  # compiled
    net.predict(np.zeros((64, 64, 64, 1), dtype))
    gc.collect()  # what an earlier test mapped and left in a cycle does not count
    peak, start = Peak(), resident()
    for seen in range(0, m, 1024):  # several calls, so that there is something to look at in between
        net.predict(X[seen : seen + 1024])
        peak.look()
    net.score(X, y)
    peak.look()
    net.fit(X, y, batch_size=8, callbacks=[peak])
    peak.look()
    assert peak.most - start < 24 * MIB
    # ... which is not so by itself:
    monkeypatch.setattr(Mapped, "release", lambda self, size: None)
    net.score(X, y)
    assert resident() - start > 56 * MIB
