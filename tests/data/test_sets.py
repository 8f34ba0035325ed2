"""Data sets by name and by folder; small ones are written here, the real ones read where they are."""

from __future__ import annotations

import gzip
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import load
from fullstride.data.sets import IDX_FILES
from fullstride.errors import ArgumentError, DataError, FileFormatError
from tests.support.datasets import data_folder

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = IDX_FILES


def idx(array: np.ndarray) -> bytes:
    """Unsigned bytes as an IDX file."""
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(np.uint8).tobytes()


def small_set(folder: Path, size: tuple[int, int] = (3, 2), classes: int = 4, zipped: bool = False) -> Path:
    """6 training and 4 test images."""
    folder.mkdir(parents=True, exist_ok=True)
    for m, images, labels in ((6, IMAGES, LABELS), (4, TEST_IMAGES, TEST_LABELS)):
        pixels = np.arange(m * size[0] * size[1]).reshape(m, *size) % 256
        for name, array in ((images, pixels), (labels, np.arange(m) % classes)):
            if zipped:
                (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                (folder / name).write_bytes(idx(array))
    return folder


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


@pytest.mark.parametrize("place", [".", "mnist"])
def test_known_name_from_either_place(tmp_path, place):
    small_set(tmp_path / place, (28, 28))
    assert load("mnist", tmp_path).X_test.shape == (4, 28, 28, 1)


def test_the_folder_of_the_set_s_name_goes_before_the_other(tmp_path):
    small_set(tmp_path, (28, 28))
    small_set(tmp_path / "fashion-mnist", (28, 28), classes=2)
    assert load("fashion-mnist", tmp_path).y_train.max() == 1


def test_without_data_dir():
    sentence = (
        "mnist does not come with fullstride: put its files train-images-idx3-ubyte[.gz], "
        "train-labels-idx1-ubyte[.gz], t10k-images-idx3-ubyte[.gz], t10k-labels-idx1-ubyte[.gz] into a "
        "folder and name that as data_dir (--data-dir)"
    )
    with pytest.raises(DataError, match=re.escape(sentence)):
        load("mnist")


def test_data_dir_is_missing_or_a_file(tmp_path):
    with pytest.raises(DataError, match=r"data_dir .*nowhere is missing"):
        load("mnist", tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"data_dir .*file is a file, not a folder"):
        load("mnist", tmp_path / "file")


def test_data_dir_of_another_set(tmp_path):
    small_set(tmp_path / "mnist", (28, 28))
    with pytest.raises(
        DataError, match="mnist bears the name of another data set: fashion-mnist was asked for"
    ):
        load("fashion-mnist", tmp_path / "mnist")


def test_missing_files_are_named_with_the_place(tmp_path):
    small_set(tmp_path, (28, 28))
    (tmp_path / LABELS).unlink()
    (tmp_path / TEST_IMAGES).unlink()
    missing = f"{LABELS}, {TEST_IMAGES} (gzipped or not)"
    sentence = f"mnist: missing {missing}; put it into {tmp_path} or {tmp_path / 'mnist'}"
    with pytest.raises(DataError, match=re.escape(sentence)):
        load("mnist", tmp_path)
    with pytest.raises(DataError, match=re.escape(f"the folder {tmp_path} lacks {missing}")):
        load(str(tmp_path))


@pytest.mark.parametrize(
    ("argument", "end"),
    [
        ("mnits", "; did you mean mnist?"),
        ("MNIST", "; did you mean mnist?"),
        ("fashion", "; did you mean fashion-mnist?"),
        ("digit", "; did you mean digits?"),
        ("xyz", "the path of a folder"),
    ],
)
def test_unknown_name(argument, end):
    with pytest.raises(ArgumentError) as caught:
        load(argument)
    assert str(caught.value).startswith(
        f"unknown data set '{argument}': known are digits, mnist, fashion-mnist, or"
    )
    assert str(caught.value).endswith(end)


def test_path_that_is_a_file_or_missing(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file is a file; a data set is a folder with the files train-images"):
        load(str(tmp_path / "file"))
    for argument in (str(tmp_path / "nowhere"), "./mnits", ".hidden"):
        with pytest.raises(DataError, match="there is no folder "):
            load(argument)


@pytest.mark.parametrize(
    ("file", "content", "error", "sentence"),
    [
        (LABELS, idx(np.zeros(5)), DataError, f"{IMAGES} holds 6 images, but .*{LABELS} holds 5 labels"),
        (
            TEST_LABELS,
            idx(np.zeros(9)),
            DataError,
            f"{TEST_IMAGES} holds 4 images, but .*{TEST_LABELS} holds 9 labels",
        ),
        (
            IMAGES,
            idx(np.zeros((6, 3))),
            DataError,
            "images must be of rank 3, unsigned bytes; got rank 2 of uint8",
        ),
        (
            IMAGES,
            b"\0\0\x0d\x03" + struct.pack(">IIIf", 1, 1, 1, 0.5),
            DataError,
            "images must be of rank 3, unsigned bytes; got rank 3 of float32",
        ),
        (IMAGES, idx(np.zeros((0, 3, 2))), DataError, r"holds no images, its shape is \(0, 3, 2\)"),
        (LABELS, idx(np.zeros((6, 1))), DataError, "labels must be of rank 1, integers; got rank 2 of uint8"),
        (
            LABELS,
            b"\0\0\x0d\x01" + struct.pack(">If", 1, 1),
            DataError,
            "labels must be of rank 1, integers; got rank 1 of float32",
        ),
        (
            TEST_IMAGES,
            idx(np.zeros((4, 2, 3))),
            DataError,
            r"images must have the shape of the training images, \(3, 2\); got \(2, 3\)",
        ),
        (
            TEST_LABELS,
            idx(np.array([0, 1, 4, 9])),
            DataError,
            "labels must hold class indices 0 <= labels < n_C with n_C=4; got 4 at index 2",
        ),
        (LABELS, b"", FileFormatError, "the file is empty"),
    ],
)
def test_files_that_do_not_fit_together(tmp_path, file, content, error, sentence):
    small_set(tmp_path)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(error, match=sentence):
        load(str(tmp_path))


def test_known_sets_have_ten_classes_and_28x28_pixels(tmp_path):
    small_set(tmp_path, (28, 28), classes=12)
    (tmp_path / LABELS).write_bytes(idx(np.array([0, 1, 10, 3, 4, 5])))
    with pytest.raises(DataError, match="0 <= labels < n_C with n_C=10; got 10 at index 2"):
        load("mnist", tmp_path)
    small_set(tmp_path, (27, 28))
    with pytest.raises(DataError, match=r"mnist: images must have shape \(28, 28\); got \(27, 28\)"):
        load("mnist", tmp_path)


def test_negative_labels(tmp_path):
    small_set(tmp_path)
    (tmp_path / LABELS).write_bytes(b"\0\0\x09\x01" + struct.pack(">I6b", 6, 0, 1, 2, -3, 1, 0))
    with pytest.raises(DataError, match="0 <= labels < n_C with n_C=3; got -3 at index 3"):
        load(str(tmp_path))


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
