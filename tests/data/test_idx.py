"""IDX files, written here byte by byte."""

from __future__ import annotations

import contextlib
import gzip
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import read_idx, write_idx
from fullstride.errors import ArgumentError, DataError, FileFormatError, OutputError

# Two images of 2x3 pixels.
HEADER = bytes([0, 0, 0x08, 3]) + struct.pack(">III", 2, 2, 3)
BODY = bytes(range(12))
GOOD = HEADER + BODY


def written(folder: Path, content: bytes, name: str = "some-idx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refused(path: Path, sentence: str) -> None:
    with pytest.raises(FileFormatError, match=f"^{re.escape(str(path))}: {re.escape(sentence)}"):
        read_idx(path)


@pytest.mark.parametrize("content", [GOOD, gzip.compress(GOOD)], ids=["plain", "gzipped"])
@pytest.mark.parametrize("name", ["a", "a.gz"])
def test_reads_what_was_written_by_hand_whatever_the_name(tmp_path, content, name):
    array = read_idx(written(tmp_path, content, name))
    assert array.dtype == np.uint8
    assert array.tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]
    assert array.flags.writeable
    assert array.flags.c_contiguous


@pytest.mark.parametrize(
    ("code", "letter", "dtype"),
    [
        (0x08, "B", "u1"),
        (0x09, "b", "i1"),
        (0x0B, "h", "i2"),
        (0x0C, "i", "i4"),
        (0x0D, "f", "f4"),
        (0x0E, "d", "f8"),
    ],
)
def test_every_type_is_big_endian_in_the_file_and_native_in_memory(tmp_path, code, letter, dtype):
    content = bytes([0, 0, code, 1]) + struct.pack(">I", 3) + struct.pack(f">3{letter}", 1, 2, 100)
    array = read_idx(written(tmp_path, content))
    assert array.dtype == np.dtype(dtype)
    assert array.dtype.isnative
    assert array.tolist() == [1, 2, 100]


def test_two_gzip_members_are_one_file(tmp_path):
    assert read_idx(written(tmp_path, gzip.compress(GOOD[:20]) + gzip.compress(GOOD[20:]))).shape == (2, 2, 3)


def test_an_array_without_elements(tmp_path):
    path = written(tmp_path, bytes([0, 0, 8, 3]) + struct.pack(">III", 0, 28, 28))
    assert read_idx(path).shape == (0, 28, 28)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nowhere: no such file or directory"):
        read_idx(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"cannot read .*: is a directory"):
        read_idx(tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_empty(tmp_path, pack):
    refused(written(tmp_path, pack(b"")), "the file is empty")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_cut_off_in_the_header(tmp_path, pack):
    refused(
        written(tmp_path, pack(GOOD[:3])),
        "the IDX header is cut off: expected 4 bytes of magic number; got 3",
    )
    refused(written(tmp_path, pack(GOOD[:15])), "the IDX header is cut off: expected 16 bytes; got 15")


def test_cut_off_in_the_body(tmp_path):
    refused(
        written(tmp_path, GOOD[:-1]),
        "the IDX data is cut off: expected 12 bytes for shape (2, 2, 3); the file has room for 11 at most",
    )
    refused(
        written(tmp_path, gzip.compress(GOOD[:-1])),
        "the IDX data is cut off: expected 12 bytes for shape (2, 2, 3); got 11",
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_bytes_after_the_end(tmp_path, pack):
    refused(
        written(tmp_path, pack(GOOD + b"x")),
        "bytes follow after the IDX data: expected 12 bytes for shape (2, 2, 3); got more",
    )


def test_wrong_magic(tmp_path):
    refused(
        written(tmp_path, b"\x89PNG and more"),
        "not an IDX file: its first two bytes must be 00 00; got 89 50 4e 47",
    )


def test_unknown_type(tmp_path):
    refused(
        written(tmp_path, bytes([0, 0, 0x0A, 1, 0, 0, 0, 1, 7])),
        "unknown IDX element type 0A; known are 08, 09, 0B, 0C, 0D, 0E",
    )


@pytest.mark.parametrize("rank", [0, 9, 255])
def test_impossible_rank(tmp_path, rank):
    refused(
        written(tmp_path, bytes([0, 0, 8, rank]) + bytes(2000)),
        f"the rank of an IDX file must be 1 to 8; got {rank}",
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_sizes_that_the_file_cannot_hold_are_refused_before_memory_is_taken(tmp_path, pack, monkeypatch):
    path = written(tmp_path, pack(bytes([0, 0, 8, 3]) + struct.pack(">III", 2**31, 2**16, 2**16) + BODY))

    def body_is_read(*arguments):
        raise AssertionError("the body must not be read")

    monkeypatch.setattr("fullstride.data.idx._read_body", body_is_read)
    refused(
        path,
        f"the IDX data is cut off: expected {2**63} bytes for shape (2147483648, 65536, 65536); the file",
    )


def test_a_size_of_zero_does_not_hide_impossible_ones(tmp_path):
    content = bytes([0, 0, 0x0E, 3]) + struct.pack(">III", 0, 2**32 - 1, 2**32 - 1)
    refused(written(tmp_path, content), "no array can have the shape (0, 4294967295, 4294967295)")


@pytest.mark.parametrize("end", [5, 12, 20, -9, -4, -1])
def test_gzip_cut_off(tmp_path, end):
    refused(written(tmp_path, gzip.compress(GOOD)[:end]), "the gzip data is damaged or cut off")


@pytest.mark.parametrize("place", [10, 15, 20, -8, -5, -3])
def test_gzip_damaged(tmp_path, place):
    content = bytearray(gzip.compress(GOOD + bytes(500) + GOOD))
    content[place] ^= 0xFF
    with pytest.raises(FileFormatError):
        read_idx(written(tmp_path, bytes(content)))


def test_gzip_followed_by_something_else(tmp_path):
    refused(written(tmp_path, gzip.compress(GOOD) + b"junk"), "the gzip data is damaged or cut off")


def test_every_damaged_byte_and_every_cut_gives_an_array_or_our_own_error(tmp_path):
    for whole in (GOOD, gzip.compress(GOOD)):
        for place in range(len(whole)):
            damaged = whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :]
            for content in (damaged, whole[:place]):
                with contextlib.suppress(FileFormatError):
                    read_idx(written(tmp_path, content))


@pytest.mark.parametrize("name", ["a", "a.gz"])
def test_write_idx_gives_the_bytes_written_by_hand(tmp_path, name):
    path = tmp_path / name
    write_idx(path, np.arange(12, dtype=np.uint8).reshape(2, 2, 3))
    content = path.read_bytes()
    assert (gzip.decompress(content) if name.endswith(".gz") else content) == GOOD
    assert content[4:8] == (bytes(4) if name.endswith(".gz") else GOOD[4:8])  # the time in gzip's header


def test_write_idx_of_a_transposed_and_of_a_big_endian_array(tmp_path):
    array = np.arange(6, dtype=">i4").reshape(2, 3).T
    write_idx(tmp_path / "a", array)
    assert (tmp_path / "a").read_bytes() == b"\0\0\x0c\x02" + struct.pack(">II6i", 3, 2, 0, 3, 1, 4, 2, 5)


@pytest.mark.parametrize(
    "array", [np.zeros((), np.uint8), np.zeros((1,) * 9, np.uint8), np.zeros(3, np.int64)]
)
def test_write_idx_refuses_what_idx_has_not(tmp_path, array):
    with pytest.raises(
        ArgumentError, match=r"write_idx: array must be of rank 1 to 8 and of uint8, .*; got rank "
    ):
        write_idx(tmp_path / "a", array)


def test_write_idx_into_a_missing_folder(tmp_path):
    with pytest.raises(OutputError, match=r"cannot write .*: no such file or directory"):
        write_idx(tmp_path / "nowhere" / "a", np.zeros(1, np.uint8))
