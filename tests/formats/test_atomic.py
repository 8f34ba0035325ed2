"""A file is written whole or not at all, whatever happens meanwhile.

The tests may run as root, so an unwritable place is a file where a folder should be, a device, or a system call that
fails, never a permission bit.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
import threading
from pathlib import Path

import pytest

from fullstride.errors import ArgumentError, OutputError
from fullstride.formats import atomic_path, ensure_writable_folder, new_run_folder, write_bytes, write_text


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full_disk(*arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_write_and_overwrite(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "först\n")
    assert path.read_bytes() == "först\n".encode()
    write_bytes(path, b"\0second")
    assert path.read_bytes() == b"\0second"
    assert names(tmp_path) == ["a.txt"]


def test_the_target_appears_at_the_end_and_the_temporary_file_is_hidden_beside_it(tmp_path):
    path = tmp_path / "curve.png"
    with atomic_path(path) as temporary:
        assert temporary.parent == tmp_path
        assert re.fullmatch(rf"\.curve-{os.getpid()}-\d+\.png", temporary.name)
        temporary.write_bytes(b"picture")
        assert not path.exists()
    assert path.read_bytes() == b"picture"
    assert names(tmp_path) == ["curve.png"]


def test_the_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "usual").touch()
    write_bytes(tmp_path / "atomic", b"")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fails(temporary: Path) -> None:
        temporary.write_bytes(b"half of the n")
        raise error

    with pytest.raises(error), atomic_path(path) as temporary:
        fails(temporary)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("call", ["os.fsync", "os.replace"])
def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path, monkeypatch, call):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(call, full_disk)
    with pytest.raises(OutputError, match=f"^cannot write {path}: no space left on device$"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


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
        path = tmp_path / "a"
        write_bytes(path, b"old")
        with pytest.raises(OutputError, match=f"^cannot write {path}: no space left on device$"):
            write_bytes(path, bytes(100_000))
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["a"]
        with pytest.raises(OSError, match="No space left"):
            (tmp_path / "filler").write_bytes(bytes(100_000))
        with pytest.raises(OutputError, match=f"^cannot write into {tmp_path}: no space left on device$"):
            ensure_writable_folder(tmp_path)
        assert names(tmp_path) == ["a", "filler"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_missing_folder_and_file_where_a_folder_should_be(tmp_path):
    with pytest.raises(OutputError, match=r"^cannot write .*nowhere/a: no such file or directory$"):
        write_bytes(tmp_path / "nowhere" / "a", b"")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^cannot write .*file/a: not a directory$"):
        write_bytes(tmp_path / "file" / "a", b"")
    assert names(tmp_path) == ["file"]


def test_the_target_is_a_folder_or_a_device(tmp_path):
    with pytest.raises(OutputError, match=f"^cannot write {tmp_path}: it is a folder$"):
        write_bytes(tmp_path, b"")
    with pytest.raises(OutputError, match=r"^cannot write /dev/full: it is not a regular file$"):
        write_bytes("/dev/full", b"")
    (tmp_path / "link").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"link: it is not a regular file$"):
        write_bytes(tmp_path / "link", b"")


def test_a_block_that_writes_nothing(tmp_path):
    with (
        pytest.raises(OutputError, match=r"^cannot write .*a: no such file or directory$"),
        atomic_path(tmp_path / "a"),
    ):
        pass


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "a")
    write_bytes(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "disk" / "a").read_bytes() == b"x"


def test_an_error_of_the_block_about_another_file_stays_what_it_is(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, atomic_path(tmp_path / "a"):
        (tmp_path / "other").read_bytes()
    assert caught.value.filename == str(tmp_path / "other")
    assert names(tmp_path) == []


def test_threads_that_write_one_target_leave_one_whole_file(tmp_path):
    path = tmp_path / "a"
    contents = [bytes([value]) * 100_000 for value in range(8)]
    threads = [threading.Thread(target=write_bytes, args=(path, content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents
    assert names(tmp_path) == ["a"]


def test_ensure_writable_folder_creates_it_and_leaves_it_empty(tmp_path):
    folder = tmp_path / "a" / "b"
    assert ensure_writable_folder(folder) == folder
    assert ensure_writable_folder(str(folder)) == folder
    assert names(folder) == []


def test_ensure_writable_folder_where_there_can_be_none(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^cannot write into .*file: it is a file, not a folder$"):
        ensure_writable_folder(tmp_path / "file")
    with pytest.raises(OutputError, match=r"^cannot create the folder .*file/a: not a directory$"):
        ensure_writable_folder(tmp_path / "file" / "a")
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OutputError, match=f"^cannot write into {tmp_path}: no space left on device$"):
        ensure_writable_folder(tmp_path)
    assert names(tmp_path) == ["file"]


def test_run_folders_count_up_and_fill_gaps(tmp_path):
    base = tmp_path / "runs"
    assert [new_run_folder(base, "digits").name for _ in range(3)] == ["digits-1", "digits-2", "digits-3"]
    assert new_run_folder(base, "mnist") == base / "mnist-1"
    (base / "digits-2").rmdir()
    (base / "digits-4").touch()  # a file takes a number too
    assert [new_run_folder(base, "digits").name for _ in range(2)] == ["digits-2", "digits-5"]


def test_runs_that_start_together_get_different_folders(tmp_path):
    got: list[Path] = []
    threads = [threading.Thread(target=lambda: got.append(new_run_folder(tmp_path, "a"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(path.name[2:]) for path in got) == list(range(1, 17))


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".", ".."])
def test_a_run_s_name_is_a_plain_name(tmp_path, name):
    with pytest.raises(
        ArgumentError, match="new_run_folder: name must be a plain name without separators; got '"
    ):
        new_run_folder(tmp_path, name)


def test_run_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^cannot write into .*file: it is a file, not a folder$"):
        new_run_folder(tmp_path / "file", "a")
    with pytest.raises(OutputError, match=r"^cannot create the folder .*-1: file name too long$"):
        new_run_folder(tmp_path, "a" * 255)
