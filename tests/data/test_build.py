"""What images become where nothing was asked for, and how the decoded ones are divided and written."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import build as module
from fullstride.data import split_validation
from fullstride.data.build import Target, build, probe
from fullstride.data.cache import Entry
from fullstride.data.digest import data_digest, fingerprint
from fullstride.data.listing import list_folder
from tests.support.pictures import folder_of, noise, saved

serial = itertools.count()


def built(tmp_path: Path, folder: Path, size=None, channels=None, seed=0, progress=None):
    entry = Entry(tmp_path / "cache", "data", "place", str(next(serial)))
    with entry.writing() as writer:
        build(list_folder(folder), size, channels, seed, writer, progress)
    return entry.load()


def grey_folder(folder: Path, count: int = 4) -> Path:
    return folder_of(folder, {"a": count, "b": count}, (5, 7))


# --- the target


def test_the_size_that_all_share_is_kept_up_to_96(tmp_path):
    for side, size in ((96, (96, 3)), (97, (64, 64))):
        folder = folder_of(tmp_path / str(side), {"a": 2, "b": 2}, (side, 3, 3))
        assert probe(list_folder(folder), None, None).size == size


def test_what_is_asked_for_is_not_guessed(tmp_path):
    listing = list_folder(grey_folder(tmp_path / "data"))
    assert probe(listing, (3, 2), 3) == Target((3, 2), 3)
    assert probe(listing, (3, 2), None) == Target((3, 2), 1, grey=True)
    assert probe(listing, None, 3) == Target((5, 7), 3, common=True)
    assert probe(listing, None, None) == Target((5, 7), 1, common=True, grey=True)


def test_colour_and_sizes_are_looked_for_all_over_the_folder(tmp_path):
    folder = grey_folder(tmp_path / "data", 30)
    saved(folder / "b" / "17.png", noise(5, 8, 3))
    assert probe(list_folder(folder), None, None) == Target((64, 64), 3)


def test_an_image_that_contradicts_the_guess_makes_decoding_start_again(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PROBED", 1)
    monkeypatch.setattr(module, "_CHUNK_FILES", 2)
    folder = grey_folder(tmp_path / "data", 6)
    last = (folder / "b" / "5.png", folder / "b" / "1.png")
    calls: list[tuple[int, int]] = []

    manifest, arrays = built(tmp_path, folder)
    assert manifest["shape"] == [5, 7, 1]

    saved(last[0], noise(5, 7, 3))  # colour, at the very end
    assert probe(list_folder(folder), None, None).channels == 1, "the guess is wrong"
    manifest, arrays = built(tmp_path, folder, progress=lambda *done: calls.append(done))
    assert (manifest["shape"], manifest["common"]) == ([5, 7, 3], True)
    first_try, second_try = calls[:5], calls[5:]
    assert [done for done, _ in first_try] == [2, 4, 6, 8, 10]
    assert second_try == [(2, 12), (4, 12), (6, 12), (8, 12), (10, 12), (12, 12)]
    grey = arrays["X_train"][0]
    assert (grey[..., :1] == grey).all()

    saved(last[1], noise(6, 7))  # another size too, before it
    manifest, arrays = built(tmp_path, folder)
    assert (manifest["shape"], manifest["common"]) == ([64, 64, 3], False)
    assert len(arrays["X_train"]) + len(arrays["X_test"]) == 12


def test_files_that_cannot_be_read_do_not_take_part_in_guessing(tmp_path):
    folder = grey_folder(tmp_path / "data")
    (folder / "a" / "0.png").write_bytes(b"")
    assert probe(list_folder(folder), None, None) == Target((5, 7), 1, common=True, grey=True)
    for path in folder.rglob("*.png"):
        path.write_bytes(b"")
    assert not probe(list_folder(folder), None, None).common


# --- what is written


def test_the_division_is_that_of_split_validation(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 11, "b": 6, "c": 3})
    y = np.repeat([0, 1, 2], [11, 6, 3])
    for seed in (0, 5):
        _, arrays = built(tmp_path, folder, seed=seed)
        train_index, test_index = split_validation(y, 0.2, seed)
        assert arrays["files_train"].tolist() == train_index.tolist()
        assert arrays["files_test"].tolist() == test_index.tolist()
        assert arrays["y_test"].tolist() == y[test_index].tolist()
    files = list_folder(folder).files()
    for part in ("train", "test"):
        for i, k in enumerate(arrays[f"files_{part}"]):
            path = folder / files[k]
            seed = {"a": 0, "b": 11, "c": 17}[path.parent.name] + int(path.stem)
            np.testing.assert_array_equal(arrays[f"X_{part}"][i], noise(4, 6, 3, seed=seed))


def test_unreadable_files_have_no_part_in_the_division(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 6, "b": 6})
    (folder / "a" / "2.png").write_bytes(b"")
    manifest, arrays = built(tmp_path, folder)
    y = np.repeat([0, 1], [5, 6])
    readable = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    train_index, test_index = split_validation(y, 0.2, 0)
    assert arrays["files_train"].tolist() == [readable[i] for i in train_index]
    assert arrays["files_test"].tolist() == [readable[i] for i in test_index]
    assert manifest["skipped"] == [[2, "it is no image in a format that Pillow knows"]]
    assert arrays["sizes"].tolist() == [[4, 6], [4, 6], [0, 0], *[[4, 6]] * 9]


@pytest.mark.parametrize("bytes_a_chunk", [1, 200, 1 << 22])
def test_given_parts_and_the_digest_whatever_the_chunks(tmp_path, monkeypatch, bytes_a_chunk):
    monkeypatch.setattr(module, "_CHUNK_BYTES", bytes_a_chunk)
    folder = folder_of(tmp_path / "data", {"train/a": 3, "train/b": 2, "test/a": 1, "val/b": 4})
    manifest, arrays = built(tmp_path, folder)
    assert [len(arrays[f"X_{part}"]) for part in ("train", "validation", "test")] == [5, 4, 1]
    assert arrays["y_validation"].tolist() == [1] * 4
    # The files were drawn with the seeds 0 to 9, in the order train/a, train/b, test/a, val/b.
    expected = {"train": range(5), "validation": range(6, 10), "test": range(5, 6)}
    parts = {}
    for part, seeds in expected.items():
        X = np.stack([noise(4, 6, 3, seed=seed) for seed in seeds])
        np.testing.assert_array_equal(arrays[f"X_{part}"], X)
        np.testing.assert_array_equal(arrays[f"hashes_{part}"], fingerprint(X).rows())
        parts[part] = (fingerprint(X).digest(), X.shape, X.dtype, arrays[f"y_{part}"])
    assert manifest["digest"] == data_digest(("a", "b"), parts)


def test_the_manifest_does_not_grow_with_the_images(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 2, "b": 3})
    few, _ = built(tmp_path, folder)
    many, _ = built(tmp_path, folder_of(folder, {"a": 40, "b": 60}))
    # The sizes of arrays have more digits; an image's name, size and time would take far more.
    assert len(json.dumps(many)) < len(json.dumps(few)) + 40
