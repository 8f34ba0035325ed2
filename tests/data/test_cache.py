"""The cache of decoded folders: entries as a whole or not at all, sound or not used."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from fullstride.data.cache import MANIFEST, Entry, data_folder
from fullstride.errors import OutputError

HINT = (
    "; name another folder for decoded images with cache_dir or the environment variable FULLSTRIDE_DATA_DIR"
)


def entry_of(base: Path, content: str = "content", place: str = "place") -> Entry:
    return Entry(base, "my photos!", place, content)


def written(entry: Entry, value: int = 7) -> Entry:
    with entry.writing() as writer:
        with writer.scratch() as scratch:
            scratch.write(np.arange(100))
        with writer.rows("X", (4, 3), np.uint8) as rows:
            rows.write(np.full((1, 3), value, np.uint8))
            rows.write(np.full((3, 3), value + 1, np.uint8))
        writer.small("y", np.arange(4))
        writer.manifest({"value": value})
    return entry


def half_written(entry: Entry, error: BaseException) -> None:
    with entry.writing() as writer, writer.rows("X", (1, 3), np.uint8) as rows:
        rows.write(np.zeros((1, 3), np.uint8))
        raise error


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_written_comes_back(tmp_path):
    entry = entry_of(tmp_path / "a" / "b")
    assert entry.load() is None
    manifest, arrays = written(entry).load()
    assert manifest["value"] == 7
    assert arrays["X"].tolist() == [[7] * 3, [8] * 3, [8] * 3, [8] * 3]
    assert arrays["y"].tolist() == [0, 1, 2, 3]
    assert isinstance(arrays["X"], np.memmap)
    assert not arrays["X"].flags.writeable
    assert names(entry.folder) == ["X.npy", MANIFEST, "y.npy"]
    assert re.fullmatch("my-photos-[0-9a-f]{16}-[0-9a-f]{16}", entry.folder.name)
    assert names(entry.base) == [entry.folder.name]


def test_folders_that_the_cache_makes_belong_to_the_user_alone(tmp_path):
    # Otherwise the cache of compiled code, which may stand beside, would not be used.
    entry = written(entry_of(tmp_path / "cache" / "fullstride" / "data"))
    for folder in (entry.base, entry.base.parent, entry.base.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_other_content_replaces_the_entry_and_another_place_does_not(tmp_path):
    old = written(entry_of(tmp_path))
    _, arrays = old.load()
    other_place = written(entry_of(tmp_path, place="elsewhere"))
    new = written(entry_of(tmp_path, "changed"), 9)
    assert names(tmp_path) == sorted([new.folder.name, other_place.folder.name])
    assert old.load() is None
    assert arrays["X"][0, 0] == 7, "what was mapped stays"


def test_a_block_that_fails_leaves_nothing(tmp_path):
    entry = entry_of(tmp_path)
    for error in (KeyboardInterrupt, ValueError):
        with pytest.raises(error):
            half_written(entry, error())
        assert names(tmp_path) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_bytes(b""),
        lambda folder: (folder / MANIFEST).write_bytes(b"{}"),
        lambda folder: (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:-1]),
        lambda folder: (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes().replace(b"7", b"8")),
        lambda folder: (folder / "X.npy").unlink(),
        lambda folder: os.truncate(folder / "X.npy", 130),
        lambda folder: os.truncate(folder / "X.npy", 1000),
        lambda folder: (folder / "X.npy").write_bytes(b"x" * (folder / "X.npy").stat().st_size),
        lambda folder: (folder / "y.npy").write_bytes((folder / "y.npy").read_bytes()[:-1] + b"x"),
        lambda folder: os.truncate(folder / "y.npy", 0),
        lambda folder: shutil.rmtree(folder),
    ],
)
def test_a_damaged_entry_is_not_used_and_can_be_replaced(tmp_path, damage):
    entry = written(entry_of(tmp_path))
    damage(entry.folder)
    assert entry.load() is None
    assert written(entry).load()[1]["X"].tolist()[0] == [7, 7, 7]
    assert names(tmp_path) == [entry.folder.name]


def test_of_two_processes_that_write_the_same_entry_the_first_wins(tmp_path):
    entry = entry_of(tmp_path)
    with entry.writing() as writer:
        writer.manifest({"first": False})
        other = entry_of(tmp_path)
        with other.writing() as other_writer:
            other_writer.manifest({"first": True})
    manifest, _ = entry.load()
    assert manifest["first"]
    assert names(tmp_path) == [entry.folder.name]


def test_an_entry_that_shall_be_replaced_is(tmp_path):
    entry = written(entry_of(tmp_path))
    for replace, value in ((False, 7), (True, 8)):
        with entry.writing(replace=replace) as writer:
            writer.manifest({"value": 8})
        assert entry.load()[0]["value"] == value
        assert names(tmp_path) == [entry.folder.name]


def test_what_a_killed_process_left_is_removed_after_an_hour(tmp_path):
    entry = entry_of(tmp_path)
    family = entry.folder.name.rpartition("-")[0]
    for name, age in (("1-0", 2 * 3600), ("2-0", 600)):
        left = tmp_path / f".{family}-{name}"
        left.mkdir()
        (left / "X.npy").touch()
        for path in (left / "X.npy", left):
            os.utime(path, (time.time() - age,) * 2)
    written(entry)
    assert names(tmp_path) == [f".{family}-2-0", entry.folder.name]


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "file").touch()
    for base in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match=rf"^cannot .*{re.escape(str(base))}.*{re.escape(HINT)}$"):
            written(entry_of(base))
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize("call", ["os.fsync", "os.rename", "pathlib.Path.mkdir"])
def test_the_system_refuses(tmp_path, monkeypatch, call):
    def full(*arguments: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    entry = entry_of(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(call, full)
        with pytest.raises(
            OutputError,
            match=rf"^cannot .*{re.escape(str(tmp_path))}: no space left on device{re.escape(HINT)}$",
        ):
            written(entry)
    assert names(tmp_path) == []


def test_an_entry_that_comes_back_damaged_again_and_again(tmp_path, monkeypatch):
    entry = written(entry_of(tmp_path))
    (entry.folder / MANIFEST).unlink()
    monkeypatch.setattr("shutil.rmtree", lambda *arguments, **named: None)
    with pytest.raises(
        OutputError, match=f"^cannot replace {re.escape(str(entry.folder))}{re.escape(HINT)}$"
    ):
        written(entry)


def test_a_disk_that_is_really_full(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    try:
        entry = entry_of(tmp_path)
        full = r"no space left on device; name another folder"
        with pytest.raises(OutputError, match=full), entry.writing() as writer:
            writer.small("X", np.zeros(100_000, np.uint8))
        assert names(tmp_path) == []
        assert written(entry).load() is not None
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


def test_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path / "named"))
    assert data_folder(tmp_path / "argument") == tmp_path / "argument"
    assert data_folder() == tmp_path / "named"
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", "")
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr("sys.platform", "linux")
    assert data_folder() == tmp_path / "xdg" / "fullstride" / "data"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder("~/images") == tmp_path / "images"
