"""`fullstride info` and `fullstride cache clear`."""

from __future__ import annotations

import os
import platform
import warnings
from pathlib import Path

import numpy as np
import pytest

import fullstride
from fullstride.cli import main
from fullstride.cli.console import warnings_as_lines


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache's folder, empty."""
    monkeypatch.setenv("FULLSTRIDE_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("FULLSTRIDE_TARGET", "FULLSTRIDE_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["info"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return {line.split()[0]: line[12:].strip() for line in out.splitlines()}


def test_what_it_runs_on(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "3")
    found = told(capsys)
    assert list(found) == [
        "fullstride",
        "processor",
        "target",
        "threads",
        "cache",
        "Python",
        "NumPy",
        "llvmlite",
    ]
    assert found["fullstride"] == fullstride.__version__
    assert found["processor"]
    assert "vectors of" in found["target"]
    assert found["threads"] == "3"
    assert found["cache"] == f"{folder} (0 objects, 0 bytes)"
    assert found["Python"].startswith(platform.python_version())
    assert found["NumPy"] == np.__version__
    assert " with LLVM " in found["llvmlite"]


def test_a_target_or_a_number_that_cannot_be_is_told_and_no_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTRIDE_TARGET", "abacus")
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "none")
    found = told(capsys)
    assert found["target"].startswith("none: FULLSTRIDE_TARGET: ")
    assert found["threads"].startswith("none: FULLSTRIDE_NUM_THREADS")


def test_the_cache_is_counted_and_cleared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.mkdir(mode=0o700)
    (folder / "a.o").write_bytes(bytes(1000))
    (folder / "b.o").write_bytes(bytes(99_000))
    assert told(capsys)["cache"] == f"{folder} (2 objects, 100,000 bytes = 0.1 MB)"
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"removed 2 objects, 100,000 bytes = 0.1 MB, from {folder}\n"
    assert os.listdir(folder) == []
    (folder / "c.o").write_bytes(b"1")
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"removed 1 object, 1 byte, from {folder}\n"


def test_a_cache_that_was_never_made_is_empty(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"removed 0 objects, 0 bytes, from {folder}\n"
    assert not folder.exists()


def test_wrong_usage_of_the_cache(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache"]) == 2
    assert main(["cache", "fill"]) == 2
    assert "No such command 'fill'" in capsys.readouterr().err


def test_a_warning_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings_as_lines():
        warnings.simplefilter("always")
        warnings.warn("the cache\nis not used", RuntimeWarning, stacklevel=1)
    assert capsys.readouterr().err == "warning: the cache is not used\n"
