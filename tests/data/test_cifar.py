"""The binary files of CIFAR, in a folder and in an archive; the records are made as the authors describe them."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from fullstride.data import cifar
from fullstride.data.cifar import read_cifar
from fullstride.data.known import KNOWN
from fullstride.errors import DataError, FileFormatError
from tests.support.small_sets import pixel, small_cifar, tar_gz_of


def written(folder, files):
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", ["cifar-10", "cifar-100"])
@pytest.mark.parametrize("chunk", [1, 1024])
def test_folder_and_archive(tmp_path, monkeypatch, name, chunk):
    monkeypatch.setattr(cifar, "_CHUNK", chunk)
    content, files = small_cifar(name)
    X_train, y_train, X_test, y_test = parts = read_cifar(written(tmp_path / "files", files), content, 10)
    assert X_train.dtype == X_test.dtype == np.uint8
    assert y_train.dtype == y_test.dtype == np.int64
    for X, y in ((X_train, y_train), (X_test, y_test)):
        assert X.shape == (len(y), 32, 32, 3)
        for i, label in enumerate(y.tolist()):
            for channel in range(3):
                expected = [[pixel(label, channel, h, w) for w in range(32)] for h in range(32)]
                assert X[i, :, :, channel].tolist() == expected
    archive = tmp_path / "a.tar.gz"
    # In whatever order, with what else there is: folders, links, files beside and below.
    order = {
        f"./{content.folder}/{file}" if i % 2 else f"{content.folder}/{file}": files[file]
        for i, file in enumerate(sorted(files, reverse=True))
    }
    others = {f"{content.folder}/readme.html": b"<html>", f"other/{next(iter(files))}": b"not this one"}
    archive.write_bytes(tar_gz_of({**others, **order}))
    for ours, theirs in zip(parts, read_cifar(archive, content, 10), strict=True):
        assert np.array_equal(ours, theirs)


def test_files_of_the_size_of_the_real_ones(tmp_path):
    """Files without content on the disk: zeros, airplanes, black."""
    content = KNOWN["cifar-10"].content
    for name, _ in (*content.train, *content.test):
        with open(tmp_path / name, "wb") as file:
            file.truncate(30_730_000)
    tracemalloc.start()
    X_train, y_train, X_test, _y_test = read_cifar(tmp_path, content, 10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (X_train.shape, X_test.shape) == ((50_000, 32, 32, 3), (10_000, 32, 32, 3))
    assert y_train.max() == 0
    assert peak < 1.1 * (X_train.nbytes + X_test.nbytes), "no second copy"


def test_a_label_out_of_range(tmp_path):
    content, files = small_cifar("cifar-10")
    files["data_batch_2.bin"] = b"\x0a" + files["data_batch_2.bin"][1:]
    with pytest.raises(DataError, match=r"training part: labels must hold .* n_C=10; got 10 at index 2"):
        read_cifar(written(tmp_path / "files", files), content, 10)
    content, files = small_cifar("cifar-100")
    with pytest.raises(DataError, match=r"test part: labels must hold .* n_C=3; got 3 at index 0"):
        read_cifar(written(tmp_path / "others", files), replace(content, train=()), 3)


@pytest.mark.parametrize("change", [lambda body: body[:-1], lambda body: body + b"\0", lambda body: b""])
@pytest.mark.parametrize("in_archive", [False, True])
def test_a_file_of_another_size(tmp_path, change, in_archive):
    content, files = small_cifar("cifar-10")
    files["data_batch_3.bin"] = change(files["data_batch_3.bin"])
    if in_archive:
        place = tmp_path / "a.tar.gz"
        place.write_bytes(tar_gz_of({f"{content.folder}/{file}": body for file, body in files.items()}))
    else:
        place = written(tmp_path / "files", files)
    size = len(files["data_batch_3.bin"])
    sentence = f"data_batch_3.bin: expected 2 records of 3,073 bytes, 6,146; got {size:,} bytes"
    with pytest.raises(FileFormatError, match=sentence):
        read_cifar(place, content, 10)


def test_a_file_that_shrinks_while_it_is_read(tmp_path, monkeypatch):
    content, files = small_cifar("cifar-10")
    folder = written(tmp_path / "files", files)

    class Status:
        st_size = 6146

    with open(folder / "data_batch_1.bin", "rb+") as file:
        file.truncate(4000)
    monkeypatch.setattr(os, "fstat", lambda descriptor: Status)
    with pytest.raises(FileFormatError, match=r"data_batch_1.bin: is cut off in record 1$"):
        read_cifar(folder, content, 10)


def damaged(kind: str) -> bytes:
    content, files = small_cifar("cifar-10")
    names = {f"{content.folder}/{file}": body for file, body in files.items()}
    whole = tar_gz_of(names)
    if kind == "no gzip":
        return b"<html>not here</html>" * 100
    if kind == "empty":
        return b""
    if kind == "no tar":
        return gzip.compress(b"nothing like an archive " * 100)
    if kind == "cut off":
        return whole[: len(whole) // 2]
    if kind == "end cut off":
        return whole[:-4]
    if kind == "another checksum":
        return whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    if kind == "a bit":
        middle = len(whole) // 2
        return whole[:middle] + bytes([whole[middle] ^ 8]) + whole[middle + 1 :]
    if kind == "tar cut off":
        return gzip.compress(gzip.decompress(whole)[:20_000])
    if kind == "another folder":
        return tar_gz_of({name.replace("cifar-10", "cifar-20"): body for name, body in names.items()})
    assert kind == "a link"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo(f"{content.folder}/data_batch_1.bin")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("no gzip", "a.tar.gz: the archive is damaged or cut off: "),
        ("empty", "a.tar.gz: the archive is damaged or cut off: "),
        ("no tar", "a.tar.gz: the archive is damaged or cut off: "),
        ("cut off", "a.tar.gz: the archive is damaged or cut off: "),
        ("end cut off", "a.tar.gz: the archive is damaged or cut off: "),
        ("another checksum", "a.tar.gz: the archive is damaged or cut off: CRC check failed"),
        ("a bit", "a.tar.gz: the archive is damaged or cut off: "),
        ("tar cut off", "a.tar.gz: the archive is damaged or cut off: |a.tar.gz, .*: is cut off in record"),
        (
            "another folder",
            "a.tar.gz: the archive lacks data_batch_1.bin, .*, test_batch.bin in cifar-10-batches-bin/",
        ),
        ("a link", "a.tar.gz: the archive lacks data_batch_1.bin, "),
    ],
)
def test_a_damaged_archive(tmp_path, kind, sentence):
    (tmp_path / "a.tar.gz").write_bytes(damaged(kind))
    with pytest.raises(FileFormatError, match=sentence):
        read_cifar(tmp_path / "a.tar.gz", small_cifar("cifar-10")[0], 10)


def test_a_file_that_is_missing(tmp_path):
    content, files = small_cifar("cifar-10")
    folder = written(tmp_path / "files", files)
    (folder / "test_batch.bin").unlink()
    with pytest.raises(DataError, match=r"cannot read .*test_batch.bin: no such file or directory"):
        read_cifar(folder, content, 10)
    with pytest.raises(DataError, match=r"cannot read .*a.tar.gz: no such file or directory"):
        read_cifar(tmp_path / "a.tar.gz", content, 10)
