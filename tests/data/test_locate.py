"""Where in a folder of the user's the files of a known data set are found."""

from __future__ import annotations

import gzip
import re
import shutil

import pytest

from fullstride.data import load
from fullstride.data.known import KNOWN
from fullstride.data.locate import locate
from fullstride.errors import DataError
from tests.support.small_sets import LABELS, TEST_IMAGES, emnist_zip, four_files, small_cifar, small_set


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("mnist", "."),
        ("mnist", "mnist"),
        ("mnist", "MNIST/raw"),
        ("mnist", "raw"),
        ("fashion-mnist", "FashionMNIST/raw"),
        ("kmnist", "KMNIST/raw"),
        ("kmnist", "kmnist"),
    ],
)
def test_four_files(tmp_path, name, place, zipped):
    small_set(tmp_path / place, (28, 28), zipped=zipped)
    before = sorted(tmp_path.rglob("*"))
    assert locate(KNOWN[name], tmp_path) == tmp_path / place
    assert load(name, str(tmp_path)).X_test.shape == (4, 28, 28, 1)
    assert sorted(tmp_path.rglob("*")) == before, "nothing is written there"


def test_the_folder_of_the_set_s_name_goes_before_the_other(tmp_path):
    small_set(tmp_path, (28, 28))
    small_set(tmp_path / "fashion-mnist", (28, 28), classes=2)
    assert load("fashion-mnist", tmp_path).y_train.max() == 1


def test_the_folder_may_lie_in_the_user_s_own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    small_set(tmp_path / "sets" / "mnist", (28, 28))
    assert locate(KNOWN["mnist"], "~/sets") == tmp_path / "sets" / "mnist"
    with pytest.raises(DataError, match=rf"^data_dir {re.escape(str(tmp_path))}/nowhere is missing$"):
        load("mnist", "~/nowhere")


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
    ("name", "folder"), [("kmnist", "MNIST"), ("mnist", "FashionMNIST"), ("fashion-mnist", "KMNIST/raw")]
)
def test_data_dir_of_another_set_of_torchvision(tmp_path, name, folder):
    small_set(tmp_path / folder / ("" if folder.endswith("raw") else "raw"), (28, 28))
    with pytest.raises(DataError, match=f"{folder} bears the name of another data set: {name} was asked for"):
        load(name, tmp_path / folder)
    own = "kmnist" if folder.startswith("K") else "mnist" if folder == "MNIST" else "fashion-mnist"
    assert load(own, tmp_path / folder).name == own


@pytest.mark.parametrize(
    "place", [".", "gzip", "emnist", "emnist/gzip", "EMNIST/raw", "EMNIST/raw/gzip", "raw"]
)
@pytest.mark.parametrize("zipped", [False, True])
def test_files_of_emnist(tmp_path, place, zipped):
    folder = tmp_path / place
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(KNOWN["emnist-digits"].content.names, four_files((28, 28)), strict=True):
        (folder / (f"{name}.gz" if zipped else name)).write_bytes(
            gzip.compress(content) if zipped else content
        )
    assert locate(KNOWN["emnist-digits"], tmp_path) == folder
    assert load("emnist-digits", tmp_path).y_test.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("place", ["gzip.zip", "emnist.zip", "emnist/gzip.zip", "EMNIST/raw/gzip.zip"])
def test_the_archive_of_emnist(tmp_path, place):
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(emnist_zip("digits"))
    assert locate(KNOWN["emnist-digits"], tmp_path) == path


def test_emnist_is_missing(tmp_path):
    folder = tmp_path / "mnist"  # its files bear its own name: the folder need not
    small_set(folder, (28, 28))
    names = ", ".join(KNOWN["emnist-digits"].content.names)
    sentence = (
        f"emnist-digits: missing {names} (gzipped or not), or gzip.zip with them; "
        f"put it into {folder} or {folder / 'emnist'}"
    )
    with pytest.raises(DataError, match=f"^{re.escape(sentence)}$"):
        load("emnist-digits", folder)


@pytest.fixture
def cifar(tmp_path, monkeypatch):
    """The folder of a small CIFAR-10, unpacked."""
    content, files = small_cifar("cifar-10")
    folder = tmp_path / content.folder
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return folder


@pytest.mark.parametrize("place", [".", "cifar-10"])
def test_cifar(tmp_path, cifar, place):
    base = tmp_path / "base"
    (base / place).mkdir(parents=True)
    shutil.move(cifar, base / place / cifar.name)
    known, whole = KNOWN["cifar-10"], base / place / cifar.name
    assert locate(known, base) == whole
    assert locate(known, whole) == whole, "the folder itself"
    archive = base / place / "cifar-10-binary.tar.gz"
    archive.touch()
    assert locate(known, base) == whole, "what is unpacked is read faster"
    shutil.rmtree(whole)
    assert locate(known, base) == archive


def test_a_file_of_cifar_is_missing(tmp_path, cifar):
    (cifar / "data_batch_3.bin").unlink()
    (cifar / "test_batch.bin").unlink()
    with pytest.raises(
        DataError,
        match=r"^cifar-10: the folder .*cifar-10-batches-bin lacks data_batch_3.bin, test_batch.bin$",
    ):
        load("cifar-10", tmp_path)


@pytest.mark.parametrize("pickled", [None, "cifar-10-batches-py", "cifar-10-python.tar.gz"])
def test_cifar_is_missing(tmp_path, pickled):
    hint = ""
    if pickled is not None:
        (tmp_path / pickled).mkdir()
        hint = f" ({pickled} is the Python version, pickles, which are never loaded)"
    sentence = (
        f"cifar-10: missing cifar-10-binary.tar.gz, or the folder cifar-10-batches-bin out of it{hint}; "
        f"put it into {tmp_path} or {tmp_path / 'cifar-10'}"
    )
    with pytest.raises(DataError, match=f"^{re.escape(sentence)}$"):
        load("cifar-10", tmp_path)
