"""Small data sets in the formats of the known ones, written byte by byte as their authors describe them."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fullstride.data.known import IDX_FILES, KNOWN, CifarFiles, KnownSet

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = IDX_FILES


def idx(array: np.ndarray) -> bytes:
    """Unsigned bytes as an IDX file."""
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(np.uint8).tobytes()


def four_files(size: tuple[int, int] = (3, 2), classes: int = 4, first_label: int = 0) -> list[bytes]:
    """6 training and 4 test images as four IDX files; a pixel is its place in the file, modulo 251."""
    contents = []
    for m in (6, 4):
        contents.append(idx(np.arange(m * size[0] * size[1]).reshape(m, *size) % 251))
        contents.append(idx(np.arange(m) % classes + first_label))
    return contents


def small_set(folder: Path, size: tuple[int, int] = (3, 2), classes: int = 4, zipped: bool = False) -> Path:
    """The files of `four_files` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(IDX_FILES, four_files(size, classes), strict=True):
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return folder


def zip_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def tar_gz_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def emnist_zip(*splits: str) -> bytes:
    """The archive of EMNIST with these splits; labels of "letters" begin with 1."""
    files = {"gzip/emnist-mapping.txt": b"0 48\n"}
    for split in splits:
        known = KNOWN[f"emnist-{split}"]
        contents = four_files((28, 28), 4, first_label=1 if split == "letters" else 0)
        for name, content in zip(known.content.names, contents, strict=True):
            files[f"gzip/{name}.gz"] = gzip.compress(content, mtime=0)
    return zip_of(files)


def pixel(label: int, channel: int, h: int, w: int) -> int:
    """What a small CIFAR has there: different in every direction."""
    return (7 * label + 80 * channel + 3 * h + w) % 256


def cifar_records(labels: list[int], superclass: bool) -> bytes:
    """Records as the authors describe them, by loops."""
    content = bytearray()
    for label in labels:
        if superclass:
            content.append(label // 5)
        content.append(label)
        for channel in range(3):
            for h in range(32):
                for w in range(32):
                    content.append(pixel(label, channel, h, w))
    return bytes(content)


def small_cifar(name: str) -> tuple[CifarFiles, dict[str, bytes]]:
    """A CIFAR of 2 records a file: what is known of it, and its files. The label of record i of file n is 3 n + i."""
    content = KNOWN[name].content
    assert isinstance(content, CifarFiles)
    train = tuple((file, 2) for file, _ in content.train)
    files = {}
    for n, (file, _) in enumerate((*train, *content.test)):
        count = 1 if file.startswith("test") else 2
        files[file] = cifar_records([(3 * n + i) % 10 for i in range(count)], content.label_bytes == 2)
    return replace(content, train=train, test=((content.test[0][0], 1),)), files


def serve_set(
    monkeypatch: pytest.MonkeyPatch, name: str, files: Mapping[str, bytes], mirrors: list[str]
) -> KnownSet:
    """The set `name` comes from these mirrors now, and its downloads have the checksums of `files`."""
    known = KNOWN[name]
    downloads = tuple(
        replace(
            download,
            md5=hashlib.md5(files[download.name]).hexdigest(),
            addresses=tuple(f"{mirror}{download.name}" for mirror in mirrors),
        )
        for download in known.downloads
    )
    changed = replace(known, downloads=downloads)
    if isinstance(known.content, CifarFiles):
        changed = replace(changed, content=small_cifar(name)[0])
    monkeypatch.setitem(KNOWN, name, changed)
    return changed
