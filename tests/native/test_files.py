"""Images that are read from their file while they are trained on: the bits, and what may go wrong."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride import Augmentation, Network, mapping
from fullstride.data import Preprocessing
from fullstride.errors import DataError
from fullstride.layers import Conv, Dense, Flatten, ReLU
from fullstride.mapping import Mapped
from fullstride.native.files import ImageFile
from fullstride.program.stages import FileWord

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which file a mapping is of")
M = 300


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "_MOST", 1000)


def saved(folder: Path, dtype: Any = np.uint8) -> Any:
    generator = np.random.default_rng(0)
    X = generator.integers(0, 256, (M, 5, 6, 3), np.uint8)
    np.save(folder / "X.npy", X if dtype == np.uint8 else (X / 255).astype(dtype))
    return np.load(folder / "X.npy", mmap_mode="r")


def labels() -> Any:
    return np.arange(M) % 3


def network(dtype: str = "float32") -> Network:
    made = Network(Conv(4, 3), ReLU(), Flatten(), Dense(3), input_shape=(5, 6, 3), dtype=dtype)
    made.preprocessing = Preprocessing((5, 6, 3), 1 / 255)
    return made


def trained(X: Any, dtype: str = "float32", **more: Any) -> dict[str, bytes]:
    made = network(dtype)
    made.fit(X, labels(), **{"epochs": 2, "batch_size": 32, "lr": 0.01, "seed": 3, "threads": 2, **more})
    return {name: value.tobytes() for name, value in made.parameters.items()}


@pytest.mark.parametrize("augmentation", [None, Augmentation(shift=1, rotation=9, border="reflect")])
@pytest.mark.parametrize("kind", ["uint8", "float32", "float64"])
def test_the_bits_are_those_of_images_in_memory(
    tmp_path: Path, kind: str, augmentation: Augmentation | None
) -> None:
    X, dtype = saved(tmp_path, np.dtype(kind).type), "float64" if kind == "float64" else "float32"
    assert ImageFile.of(X) is not None
    more = {"augmentation": augmentation, "validation": 0.1}
    assert trained(X, dtype, **more) == trained(np.array(X), dtype, **more)


def test_it_is_the_file_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the images begin is moved: other images are trained on."""
    X = saved(tmp_path)
    seen = ImageFile.of

    def moved(X: Any) -> ImageFile | None:
        file = seen(X)
        if file is not None:
            file.words[FileWord.START] -= 90
        return file

    before = trained(X)
    monkeypatch.setattr(ImageFile, "of", staticmethod(moved))
    assert trained(X) != before


def test_a_part_of_a_file_begins_where_it_begins(tmp_path: Path) -> None:
    X = saved(tmp_path)
    for part, start in ((X, 0), (X[7:], 7 * 90), (np.asarray(X)[1:9], 90)):
        descriptor, place, path = Mapped(part).open() or (-1, -1, "")
        assert path == str(tmp_path / "X.npy")
        assert os.pread(descriptor, part.nbytes, place) == part.tobytes()
        assert place == X.offset + start
        os.close(descriptor)


@pytest.mark.parametrize("name", ["a b", "line\u2028\x0c\x1cbreaks", "new\nline", "\udcff"])
def test_a_path_of_any_name(tmp_path: Path, name: str) -> None:
    """Opened, or not: the system writes a line feed as an escape. Another file's name is no matter either."""
    (tmp_path / name).mkdir()
    X = saved(tmp_path / name)
    opened = Mapped(X).open()
    assert (opened is None) == ("\n" in name)
    if opened is not None:
        assert opened[2] == str(tmp_path / name / "X.npy")
        os.close(opened[0])


def test_what_is_not_the_mapped_file_is_not_read(tmp_path: Path) -> None:
    """A file of the same name that took its place, and one that is no longer there: the mapping is read."""
    X = saved(tmp_path)
    expected = trained(np.array(X))
    np.save(tmp_path / "other.npy", np.zeros_like(X))
    os.replace(tmp_path / "other.npy", tmp_path / "X.npy")
    assert ImageFile.of(X) is None
    assert trained(X) == expected
    (tmp_path / "X.npy").unlink()
    assert ImageFile.of(X) is None


def test_arrays_in_memory_and_small_files_are_read_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = saved(tmp_path)
    assert ImageFile.of(np.array(X)) is None
    monkeypatch.setattr(mapping, "_MOST", 1 << 20)
    assert ImageFile.of(X) is None


def test_a_file_that_is_cut_ends_the_training_with_its_name(tmp_path: Path) -> None:
    X = saved(tmp_path)
    made = network()
    before = {name: value.tobytes() for name, value in made.parameters.items()}
    os.truncate(tmp_path / "X.npy", X.offset + 90 * (M - 1))  # within the page that the mapping still has
    with pytest.raises(
        DataError, match=r"X.npy: images could not be read: the file was cut, or its disk failed$"
    ):
        made.fit(X, labels(), epochs=2, batch_size=32, lr=0.01)
    assert {name: value.tobytes() for name, value in made.parameters.items()} == before


def test_the_file_is_closed_with_the_network(tmp_path: Path) -> None:
    X = saved(tmp_path)

    def opened() -> int:
        gc.collect()
        links = [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
        return sum(os.path.realpath(link) == str(tmp_path / "X.npy") for link in links)

    before, made = opened(), network()
    made.fit(X, labels(), epochs=1, batch_size=32, lr=0.01)
    assert opened() == before + 1
    del made
    assert opened() == before
