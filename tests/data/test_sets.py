"""Data sets by name and by folder; small ones are written here, the real ones read where they are."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

from fullstride.data import KNOWN_NAMES, load, read_idx, set_name
from fullstride.data.known import KNOWN, IdxFiles
from fullstride.errors import ArgumentError, DataError
from tests.support.datasets import data_folder
from tests.support.loopback import serving
from tests.support.small_sets import (
    IDX_FILES,
    LABELS,
    emnist_zip,
    idx,
    pixel,
    serve_set,
    small_cifar,
    small_set,
    tar_gz_of,
)


def test_a_set_is_printed_in_a_line(tmp_path):
    assert repr(load("digits")) == (
        "DataSet(digits: 1,437 training and 360 test images of 8x8x1, 10 classes)"
    )
    one = load(str(small_set(tmp_path / "one", classes=1)))
    assert repr(one) == "DataSet(one: 6 training and 4 test images of 3x2x1, 1 class)"


def test_digits():
    data = load("digits")
    assert (data.name, data.scale, data.class_names) == ("digits", 1 / 16, tuple("0123456789"))
    assert data.X_train.shape == (1437, 8, 8, 1)
    assert data.X_test.shape == (360, 8, 8, 1)
    assert data.y_train.shape == (1437,)
    assert data.y_test.shape == (360,)
    assert (data.preprocessing.input_shape, data.preprocessing.maximum) == ((8, 8, 1), 16)
    assert np.bincount(data.y_train).sum() + np.bincount(data.y_test).sum() == 1797
    together = {image.tobytes() for image in data.X_train} & {image.tobytes() for image in data.X_test}
    assert not together, "no image is in both parts"


@pytest.mark.parametrize(
    ("name", "first", "pixel_sum"),
    [("mnist", [5, 0, 4, 1, 9], 27525), ("fashion-mnist", [9, 0, 0, 3, 0], 76247)],
)
@pytest.mark.parametrize("inside", [False, True])
def test_the_real_ones(name, first, pixel_sum, inside):
    base = data_folder(name)
    data = load(name, base / name if inside else base)
    assert (data.name, data.scale, len(data.class_names)) == (name, 1 / 255, 10)
    assert (data.X_train.shape, data.X_train.dtype) == ((60000, 28, 28, 1), np.uint8)
    assert (data.X_test.shape, data.y_test.shape) == ((10000, 28, 28, 1), (10000,))
    assert data.y_train[:5].tolist() == first
    assert int(data.X_train[0].sum()) == pixel_sum
    assert data.y_train.dtype == np.int64
    assert data.class_names[9] == {"mnist": "9", "fashion-mnist": "Ankle boot"}[name]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_folder(tmp_path, zipped):
    data = load(str(small_set(tmp_path / "shapes", zipped=zipped)))
    assert (data.name, data.scale, data.class_names) == ("shapes", 1 / 255, ("0", "1", "2", "3"))
    assert (data.X_train.shape, data.X_test.shape) == ((6, 3, 2, 1), (4, 3, 2, 1))
    assert data.X_train[1, :, :, 0].tolist() == [[6, 7], [8, 9], [10, 11]]
    assert (data.y_train.tolist(), data.y_test.tolist()) == ([0, 1, 2, 3, 0, 1], [0, 1, 2, 3])
    assert (data.preprocessing.input_shape, data.preprocessing.framing) == ((3, 2, 1), "stretch")


def test_a_bare_known_name_is_the_known_set_and_a_folder_of_that_name_needs_a_dot(tmp_path, monkeypatch):
    small_set(tmp_path / "digits")
    monkeypatch.chdir(tmp_path)
    assert len(load("digits").X_train) == 1437
    assert len(load("./digits").X_train) == 6
    assert load("./digits").name == "digits"
    small_set(tmp_path / "letters")
    assert load("letters").name == "letters"
    monkeypatch.chdir(tmp_path / "letters")
    assert load(".").name == "letters"


@pytest.mark.parametrize(
    ("argument", "end"),
    [
        ("mnits", "; did you mean mnist?"),
        ("MNIST", "; did you mean mnist?"),
        ("fashion", "; did you mean fashion-mnist?"),
        ("digit", "; did you mean digits?"),
        ("cifar", "; did you mean cifar-10?"),
        ("emnist-letter", "; did you mean emnist-letters?"),
        ("CIFAR100", "; did you mean cifar-100?"),
        ("xyz", "the path of a folder"),
    ],
)
def test_unknown_name(argument, end):
    with pytest.raises(ArgumentError) as caught:
        load(argument)
    assert str(caught.value).startswith(
        f"unknown data set '{argument}': known are {', '.join(KNOWN_NAMES)}, or the path of a folder"
    )
    assert str(caught.value).endswith(end)


def test_path_that_is_a_file_or_missing(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file is a file; a data set is a folder with the files train-images"):
        load(str(tmp_path / "file"))
    for argument in (str(tmp_path / "nowhere"), "./mnits", ".hidden"):
        with pytest.raises(DataError, match="there is no folder "):
            load(argument)


def test_known_sets_have_ten_classes_and_28x28_pixels(tmp_path):
    small_set(tmp_path, (28, 28), classes=12)
    (tmp_path / LABELS).write_bytes(idx(np.array([0, 1, 10, 3, 4, 5])))
    with pytest.raises(DataError, match="0 <= labels < n_C with n_C=10; got 10 at index 2"):
        load("mnist", tmp_path)
    small_set(tmp_path, (27, 28))
    with pytest.raises(DataError, match=r"mnist: images must have shape \(28, 28\); got \(27, 28\)"):
        load("mnist", tmp_path)


def test_the_name_of_a_set_is_known_before_it_is_loaded(tmp_path, monkeypatch):
    small_set(tmp_path / "four" / "files")
    monkeypatch.chdir(tmp_path / "four" / "files")
    for argument in ("digits", ".", str(tmp_path / "four" / "files"), "../files"):
        assert set_name(argument) == load(argument).name
    assert set_name("emnist") == "emnist-balanced"
    assert set_name("/") == "data"


def test_without_its_folder_a_test_is_skipped_and_names_the_variable(tmp_path, monkeypatch):
    (tmp_path / "mnist").mkdir()
    monkeypatch.setenv("FULLSTRIDE_TEST_DATA", str(tmp_path))
    assert data_folder("mnist") == tmp_path
    with pytest.raises(
        pytest.skip.Exception, match=r"FULLSTRIDE_TEST_DATA names .*, which does not hold fashion-mnist/"
    ):
        data_folder("fashion-mnist")
    for unset in (
        lambda: monkeypatch.setenv("FULLSTRIDE_TEST_DATA", ""),
        lambda: monkeypatch.delenv("FULLSTRIDE_TEST_DATA"),
    ):
        unset()
        with pytest.raises(
            pytest.skip.Exception,
            match="FULLSTRIDE_TEST_DATA is not set; it names the folder that holds mnist/",
        ):
            data_folder("mnist")


PUBLISHED = {
    "mnist": (
        *("6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624"),
        *("2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637"),
    ),
    "fashion-mnist": (
        *("f4a8712d7a061bf5bd6d2ca38dc4d50a", "9018921c3c673c538a1fc5bad174d6f9"),
        *("8181f5470baa50b63fa0f6fddb340f0a", "15d484375f8d13e6eb1aabb0c3f46965"),
    ),
}
"""MD5 sums of the files without gzip, which does not always make the same file of the same content."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_real_ones_are_those_that_others_have(name):
    folder = data_folder(name) / name
    for file, md5 in zip(IDX_FILES, PUBLISHED[name], strict=True):
        path = folder / file
        array = read_idx(path if path.exists() else folder / f"{file}.gz")
        assert hashlib.md5(idx(array)).hexdigest() == md5, file


def test_the_real_one_is_downloaded(tmp_path, monkeypatch):
    base = data_folder("mnist")
    files = {f"{file}.gz": (base / "mnist" / f"{file}.gz") for file in IDX_FILES}
    if not all(path.exists() for path in files.values()):
        pytest.skip(f"the files in {base / 'mnist'} are not gzipped")
    contents = {name: path.read_bytes() for name, path in files.items()}
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path))
    with serving(contents) as server:
        serve_set(monkeypatch, "mnist", contents, [server.url])
        data = load("mnist")
    assert server.asked == list(contents)
    again, local = load("mnist"), load("mnist", base)
    for name in ("X_train", "y_train", "X_test", "y_test"):
        assert np.array_equal(getattr(data, name), getattr(local, name))
        assert np.array_equal(getattr(again, name), getattr(local, name))
    assert [path.name for path in tmp_path.iterdir()] == ["mnist"]


@pytest.mark.parametrize("name", [name for name in KNOWN if name.startswith("emnist")])
def test_emnist(tmp_path, name):
    """Pixel (h, w) of image i is 784 i + 28 w + h, modulo 251: the files have rows and columns exchanged."""
    (tmp_path / "gzip.zip").write_bytes(emnist_zip(name.removeprefix("emnist-")))
    data = load(name, tmp_path)
    assert (data.name, data.scale) == (name, 1 / 255)
    assert (data.X_train.shape, data.X_test.shape) == ((6, 28, 28, 1), (4, 28, 28, 1))
    expected = [[(784 * 5 + 28 * w + h) % 251 for w in range(28)] for h in range(28)]
    assert data.X_train[5, :, :, 0].tolist() == expected
    assert data.y_train.tolist() == [0, 1, 2, 3, 0, 1], "also where the files begin with 1"
    assert data.preprocessing.framing == "fit"


def test_plain_emnist_is_the_balanced_one(tmp_path):
    (tmp_path / "gzip.zip").write_bytes(emnist_zip("balanced", "byclass"))
    assert load("emnist", tmp_path).name == "emnist-balanced"
    assert len(load("emnist", tmp_path).class_names) == 47


def test_labels_of_letters_begin_with_1(tmp_path):
    folder = small_set(tmp_path, (28, 28))
    for old, new in zip(IDX_FILES, KNOWN["emnist-letters"].content.names, strict=True):
        (folder / old).rename(folder / new)
    with pytest.raises(DataError, match=r"0 <= labels < n_C with n_C=26; got -1 at index 0"):
        load("emnist-letters", folder)


@pytest.mark.parametrize(("name", "other"), [("cifar-10", "cifar10"), ("cifar-100", "cifar100")])
def test_cifar(tmp_path, monkeypatch, name, other):
    content, files = small_cifar(name)
    archive = tar_gz_of({f"{content.folder}/{file}": body for file, body in files.items()})
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path))
    with serving({content.archive: archive}) as server:
        serve_set(monkeypatch, name, {content.archive: archive}, [server.url])
        data = load(other)
    assert (data.name, data.scale, len(data.class_names)) == (name, 1 / 255, int(name[6:]))
    n = len(content.train)
    labels = [(3 * file + i) % 10 for file in range(n) for i in range(2)]
    assert (data.y_train.tolist(), data.y_test.tolist()) == (labels, [3 * n % 10])
    assert data.X_train.shape == (2 * n, 32, 32, 3)
    for i, h, w, channel in ((0, 0, 0, 0), (1, 31, 0, 2), (2 * n - 1, 4, 29, 1)):
        assert data.X_train[i, h, w, channel] == pixel(labels[i], channel, h, w)
    assert data.X_train.flags.c_contiguous
    assert (tmp_path / name / content.archive).read_bytes() == archive, "and nothing was unpacked"


def test_a_folder_is_never_downloaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=re.escape("there is no folder mnist")):
        load("./mnist")
    assert isinstance(KNOWN["mnist"].content, IdxFiles)
    assert list(tmp_path.iterdir()) == []
