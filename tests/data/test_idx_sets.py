"""Four IDX files that belong together, in a folder or in an archive."""

from __future__ import annotations

import gzip
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import load
from fullstride.data.idx_sets import ZipMember, missing, read_parts
from fullstride.data.known import KNOWN, IdxFiles
from fullstride.errors import DataError, FileFormatError
from tests.support.small_sets import (
    IDX_FILES,
    IMAGES,
    LABELS,
    TEST_IMAGES,
    TEST_LABELS,
    emnist_zip,
    four_files,
    idx,
    small_set,
    zip_of,
)

BALANCED = KNOWN["emnist-balanced"].content


def test_what_is_missing(tmp_path):
    small_set(tmp_path)
    assert missing(tmp_path) == []
    (tmp_path / LABELS).rename(tmp_path / f"{LABELS}.gz")
    assert missing(tmp_path) == []
    (tmp_path / TEST_LABELS).unlink()
    (tmp_path / IMAGES).unlink()
    assert missing(tmp_path) == [IMAGES, TEST_LABELS]


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


def test_negative_labels(tmp_path):
    small_set(tmp_path)
    (tmp_path / LABELS).write_bytes(b"\0\0\x09\x01" + struct.pack(">I6b", 6, 0, 1, 2, -3, 1, 0))
    with pytest.raises(DataError, match="0 <= labels < n_C with n_C=3; got -3 at index 3"):
        load(str(tmp_path))


def test_transposed_images_in_several_chunks(tmp_path):
    m = 2500
    X = (np.arange(m * 4) * 7 % 256).reshape(m, 2, 2)
    for name, array in zip(IDX_FILES, (X, np.arange(m) % 3, X[:1], np.arange(1)), strict=True):
        (tmp_path / name).write_bytes(idx(array))
    X_train, _, X_test, _ = read_parts(tmp_path, IdxFiles(transposed=True), 3)
    flat = X.tolist()
    for i in (0, 1023, 1024, 2047, 2048, 2499):
        assert X_train[i, :, :, 0].tolist() == [
            [flat[i][0][0], flat[i][1][0]],
            [flat[i][0][1], flat[i][1][1]],
        ]
    assert np.array_equal(X_train[:1], X_test)


def test_transposed_images_are_square(tmp_path):
    small_set(tmp_path, (3, 2))
    with pytest.raises(
        DataError, match=r"images with rows and columns exchanged must be square; got \(3, 2\)"
    ):
        read_parts(tmp_path, IdxFiles(transposed=True), 4)


def test_an_archive_is_read_as_its_files_are(tmp_path):
    path = tmp_path / "gzip.zip"
    path.write_bytes(emnist_zip("balanced"))
    folder = tmp_path / "files"
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    for ours, theirs in zip(
        read_parts(path, BALANCED, 47), read_parts(folder / "gzip", BALANCED, 47), strict=True
    ):
        assert np.array_equal(ours, theirs)
    assert str(ZipMember(path, "a/b")) == f"{path}, a/b"


def damaged_zip(kind: str) -> bytes:
    whole = emnist_zip("balanced")
    names = [f"gzip/{name}.gz" for name in BALANCED.names]
    if kind == "no zip":
        return b"<html>not here</html>" * 10
    if kind == "cut off":
        return whole[: len(whole) // 2]
    if kind == "lacks a file":
        return emnist_zip("letters")
    if kind == "no idx inside":
        return zip_of(dict.fromkeys(names, b"nonsense"))
    if kind == "gzip cut off inside":
        return zip_of(
            {name: gzip.compress(content)[:-9] for name, content in zip(names, four_files(), strict=True)}
        )
    if kind == "another checksum":
        at = whole.index(gzip.compress(four_files((28, 28), 4)[1], mtime=0))
        return whole[: at + 12] + bytes([whole[at + 12] ^ 4]) + whole[at + 13 :]
    assert kind == "password"
    content = bytearray(whole)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("no zip", "gzip.zip: the zip archive is damaged or cut off: File is not a zip file"),
        ("cut off", "gzip.zip: the zip archive is damaged or cut off: "),
        ("lacks a file", "gzip.zip: the archive lacks gzip/emnist-balanced-train-images-idx3-ubyte.gz"),
        ("no idx inside", "gzip.zip, gzip/emnist-balanced-train-images-idx3-ubyte.gz: not an IDX file"),
        ("gzip cut off inside", "gzip.zip, gzip/emnist-balanced-.*: the gzip data is damaged or cut off"),
        ("another checksum", "gzip.zip.* damaged or cut off: "),
        ("password", "gzip.zip: the zip archive is damaged or cut off: .*encrypted"),
    ],
)
def test_a_damaged_archive(tmp_path, kind, sentence):
    (tmp_path / "gzip.zip").write_bytes(damaged_zip(kind))
    with pytest.raises(FileFormatError, match=sentence):
        load("emnist", tmp_path)


def test_an_archive_that_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*gzip.zip: no such file or directory"):
        read_parts(Path(tmp_path / "gzip.zip"), BALANCED, 47)
