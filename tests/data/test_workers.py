"""Processes that decode: in order, few chunks ahead, and gone whatever happens."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import Preprocessing, workers
from fullstride.data.decoding import decode
from fullstride.errors import DataError
from tests.support.pictures import folder_of, noise, saved

SMALL = Preprocessing((4, 6, 3), 1 / 255)


@pytest.fixture
def processes(monkeypatch):
    """Every worker that is started; they are used however little there is to do, two of them."""
    started = []

    class Watched(workers._Worker):
        def __init__(self) -> None:
            started.append(self)
            super().__init__()

    monkeypatch.setattr(workers, "_Worker", Watched)
    monkeypatch.setattr(workers, "_FEW_FILES", 0)
    monkeypatch.setattr(workers, "_FEW_BYTES", 0)
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "2")
    return started


def chunks_of(tmp_path: Path, count: int, each: int = 2) -> list[list[str]]:
    return [
        [str(saved(tmp_path / f"{k}-{i}.png", noise(4, 6, 3, seed=10 * k + i))) for i in range(each)]
        for k in range(count)
    ]


def assert_gone(started: list) -> None:
    assert started
    for worker in started:
        assert worker._process.poll() is not None
        assert worker._process.stdout.closed


def test_chunks_come_in_order_and_are_the_same_as_here(tmp_path, processes):
    chunks = chunks_of(tmp_path, 9)
    found = list(workers.decode_all(chunks, SMALL, False, 1))
    assert len(processes) == 2
    for chunk, decoded in zip(chunks, found, strict=True):
        np.testing.assert_array_equal(decoded.X, decode(chunk, SMALL, False).X)
    assert_gone(processes)


def test_little_is_decoded_here(tmp_path, processes, monkeypatch):
    monkeypatch.setattr(workers, "_FEW_FILES", 2)
    monkeypatch.setattr(workers, "_FEW_BYTES", 100)
    (chunk,) = chunks_of(tmp_path, 1)
    assert len(list(workers.decode_all([chunk], SMALL, False, 100))) == 1
    assert not processes
    assert len(list(workers.decode_all([chunk], SMALL, False, 101))) == 1
    assert len(processes) == 1, "no more processes than chunks"


@pytest.mark.parametrize(("name", "value"), [("executable", ""), ("frozen", True)])
def test_python_within_another_program_decodes_here(tmp_path, processes, monkeypatch, name, value):
    monkeypatch.setattr(sys, name, value, raising=False)
    assert len(list(workers.decode_all(chunks_of(tmp_path, 2), SMALL, False, 1))) == 2
    assert not processes


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interruption_leaves_no_process(tmp_path, processes, error):
    decoding = workers.decode_all(chunks_of(tmp_path, 9), SMALL, False, 1)
    next(decoding)
    with pytest.raises(error):
        decoding.throw(error())
    assert_gone(processes)


def test_a_closed_iterator_leaves_no_process(tmp_path, processes):
    decoding = workers.decode_all(chunks_of(tmp_path, 9), SMALL, False, 1)
    next(decoding)
    decoding.close()
    assert_gone(processes)


def test_a_process_that_ends_by_itself_is_an_error_that_names_the_files(tmp_path, processes, monkeypatch):
    monkeypatch.setattr(workers, "_PROGRAM", "import sys; sys.stdin.readline(); sys.exit('it broke')")
    (chunk,) = chunks_of(tmp_path, 1)
    sentence = f"a process that decodes images ended with code 1 between {chunk[0]} and {chunk[1]}: it broke"
    with pytest.raises(DataError, match=f"^{re.escape(sentence)}$"):
        list(workers.decode_all([chunk], SMALL, False, 1))
    assert_gone(processes)


def test_a_process_that_ends_amid_an_answer(tmp_path, processes, monkeypatch):
    program = (
        'import os, sys; sys.stdin.readline(); print(\'{"sizes": [[1, 1]], "reasons": [""],'
        ' "passing": false, "grey": true}\', flush=True); os.kill(os.getpid(), 9)'
    )
    monkeypatch.setattr(workers, "_PROGRAM", program)
    (chunk,) = chunks_of(tmp_path, 1)
    with pytest.raises(
        DataError, match=r"^a process that decodes images ended with code -9 between .*\.png$"
    ):
        list(workers.decode_all([chunk], SMALL, False, 1))
    assert_gone(processes)


def test_what_is_asked_of_a_killed_process(tmp_path, processes):
    worker = workers._Worker()
    worker.kill()
    with pytest.raises(DataError, match=r"^decoding was given up$"):
        worker.decode(["a.png"], SMALL, False)
    worker.close()


def test_a_process_that_cannot_be_started(tmp_path, processes, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(workers.decode_all(chunks_of(tmp_path, 1), SMALL, False, 1))


# --- scripts of one's own

SCRIPT = """
import multiprocessing, os, sys, time
multiprocessing.set_start_method("spawn")  # what would import this script again
import fullstride.data.workers as workers
workers._FEW_FILES = workers._FEW_BYTES = 0
import fullstride.data.build
fullstride.data.build._CHUNK_FILES = 1
from fullstride.data import load_folder
def children():
    return [open(f"/proc/self/task/{task}/children").read() for task in os.listdir("/proc/self/task")]
def progress(done, total):
    if "wait" in sys.argv:
        print("decoding", *children(), flush=True)
        time.sleep(60)
print(load_folder(sys.argv[1], cache_dir=sys.argv[2], progress=progress))
"""


def start(tmp_path: Path, *more: str) -> subprocess.Popen[str]:
    """A script without a guard around its main part; `sys.path` alone says where the package is."""
    script = tmp_path / "script.py"
    script.write_text(f"import sys\nsys.path[:0] = {sys.path!r}\n{SCRIPT}")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["FULLSTRIDE_NUM_THREADS"] = "2"
    return subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "data"), str(tmp_path / "cache"), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def is_running(pid: str) -> bool:
    """Whether there is such a process that has not ended; one that nobody has waited for is a zombie."""
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_script_without_a_guard_around_its_main_part(tmp_path):
    folder_of(tmp_path / "data", {"a": 5, "b": 5})
    printed, complaints = start(tmp_path).communicate(timeout=60)
    assert printed == "DataSet(data: 8 training and 2 test images of 4x6x3, 2 classes)\n"
    assert complaints == ""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says which processes there are")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_script_that_is_interrupted_or_killed_leaves_no_process_and_nothing_taken_for_an_entry(
    tmp_path, how
):
    folder_of(tmp_path / "data", {"a": 5, "b": 5})
    script = start(tmp_path, "wait")
    assert script.stdout is not None
    line = script.stdout.readline().split()
    assert line[0] == "decoding"
    assert len(line) == 3, "two workers"
    script.send_signal(how)
    _, complaints = script.communicate(timeout=60)
    assert script.returncode == -how
    assert ("KeyboardInterrupt" in complaints) == (how == signal.SIGINT)
    deadline = time.monotonic() + 30
    while any(is_running(pid) for pid in line[1:]):
        assert time.monotonic() < deadline, "a worker goes on"
        time.sleep(0.05)
    left = [path.name for path in (tmp_path / "cache").iterdir()]
    assert all(name.startswith(".data-") for name in left)
    assert len(left) == (how == signal.SIGKILL)
    printed, _ = start(tmp_path).communicate(timeout=60)
    assert printed.startswith("DataSet(data: 8 training")
