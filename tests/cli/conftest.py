"""A tiny data set in IDX files: dark and light images of 3x3 pixels, quick with either engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import write_idx
from tests.support.commands import Start


def write_set(folder: Path, m_train: int, m_test: int) -> Path:
    """Class 0 is dark, class 1 is light; the pixels differ from image to image."""
    folder.mkdir(parents=True)
    for part, m in (("train", m_train), ("t10k", m_test)):
        y = np.arange(m) % 2
        numbers = np.arange(9 * m).reshape(m, 3, 3) + (0 if part == "train" else 5)  # no image in both parts
        X = (200 * y[:, None, None] + numbers % 50).astype(np.uint8)
        write_idx(folder / f"{part}-images-idx3-ubyte", X)
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", y.astype(np.uint8))
    return folder


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    path = tmp_path / "work"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def tiny(work: Path, tmp_path: Path) -> Path:
    """The folder of the tiny set; the working directory is an empty one beside it."""
    return write_set(tmp_path / "tiny", 40, 20)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the command as a process of its own; its output is text. What still runs at the end is killed."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    started: list[subprocess.Popen[str]] = []

    def popen(*arguments: str | Path, **options: object) -> subprocess.Popen[str]:
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
            [sys.executable, "-m", "fullstride", *map(str, arguments)], **given
        )
        started.append(process)
        return process

    yield popen
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=60)


@pytest.fixture
def own_signals() -> Iterator[None]:
    """A command that a signal ended ignores further ones; here the process goes on."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
