"""The folder of a run: what it may hold, who has it, and what is left."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fullstride.errors import ArgumentError, OutputError
from fullstride.runs import RUN_FILES, folder, run_folder
from fullstride.runs.folder import BEGUN

Hold = Callable[..., "subprocess.Popen[str]"]

HOLDER = """
import sys, time
from fullstride.errors import OutputError
from fullstride.runs import run_folder
try:
    with run_folder(sys.argv[1], "x", resume="resume" in sys.argv) as folder:
        print("in", flush=True)
        sys.stdin.readline()
except OutputError as error:
    print(error, flush=True)
"""

RACER = """
import sys, time
from pathlib import Path
from fullstride.errors import OutputError
from fullstride.runs import run_folder
print("ready", flush=True)
sys.stdin.readline()
inside, turns, refused = Path(sys.argv[2]), 0, 0
until = time.monotonic() + 20
while turns < 40 and time.monotonic() < until:
    try:
        with run_folder("mine", "x"):
            inside.touch(exist_ok=False)  # fails where somebody else is inside
            inside.unlink()
        turns += 1
    except OutputError as error:
        assert "another training writes into" in str(error), error
        refused += 1
print(turns, flush=True)
"""


FORKER = """
import os
from fullstride.errors import OutputError
from fullstride.runs import run_folder
try:
    with run_folder("mine", "x") as folder:
        child = os.fork()
        if child == 0:
            raise ZeroDivisionError  # ends the block in the child
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found = os.listdir(folder)
        try:
            with run_folder("mine", "x"):
                told = "let in"
        except OutputError:
            told = "refused"
except ZeroDivisionError:
    os._exit(3)
print(code, found, told, flush=True)
"""


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    path = tmp_path / "work"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hold]:
    """Starts a process that holds a folder until it is sent a line."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, code: str = HOLDER) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=60)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def names(path: str | Path) -> list[str]:
    return sorted(each.name for each in Path(path).iterdir())


BUSY = "another training writes into the folder mine: wait until it has ended, or choose another --out"


# Which folder


def test_without_a_folder_runs_are_numbered() -> None:
    for number in (1, 2):
        with run_folder(None, "tiny") as path:
            assert path == Path(f"runs/tiny-{number}")
            (path / "model.safetensors").touch()
    assert names("runs") == ["tiny-1", "tiny-2"]
    assert names("runs/tiny-1") == ["model.safetensors"]  # and no lock


def test_what_was_made_and_stays_empty_is_removed() -> None:
    for out in (None, "mine", "a/b/c"):
        with run_folder(out, "tiny") as path:
            assert names(path) == [".lock"]
        assert names(".") == []
    Path("a").mkdir()
    with pytest.raises(ZeroDivisionError), run_folder("a/b/c", "tiny"):
        raise ZeroDivisionError
    assert names(".") == ["a"]  # it was there before
    assert names("a") == []


def test_a_folder_with_results_stays_and_is_refused_to_the_next() -> None:
    with run_folder("mine", "tiny") as path:
        (path / "model.safetensors").touch()
    assert names("mine") == ["model.safetensors"]
    sentence = "^the folder mine is not empty; nothing is overwritten: choose another --out$"
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")
    assert names("mine") == ["model.safetensors"]


def test_a_foreign_folder_is_refused_and_not_touched() -> None:
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work")
    before = Path("mine").stat().st_mtime_ns
    with pytest.raises(OutputError, match="is not empty"), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")
    sentence = (
        r"^the folder mine holds no run that could go on, but thesis\.txt; nothing is overwritten: "
        r"choose another --out$"
    )
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "tiny", resume=True):
        raise AssertionError("unreachable")
    assert (names("mine"), Path("mine").stat().st_mtime_ns) == (["thesis.txt"], before)
    Path("mine/.lock").touch()  # of a run that was killed, into which somebody moved files
    with pytest.raises(OutputError, match="is not empty"), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")
    assert Path("mine/thesis.txt").read_text() == "years of work"


def test_pictures_alone_are_no_run() -> None:
    Path("mine").mkdir()
    Path("mine/mistakes.png").touch()
    with pytest.raises(OutputError, match=r"but mistakes\.png;"), run_folder("mine", "x", resume=True):
        raise AssertionError("unreachable")


@pytest.mark.parametrize("name", RUN_FILES[:4])
def test_to_go_on_a_folder_may_hold_a_run(name: str) -> None:
    Path("mine").mkdir()
    kept = [name, "mistakes.png", "notes.md", ".hidden-1-2.md", ".model.safetensors"]
    leftovers = [
        ".model-123-0.safetensors",
        ".history-1-12.jsonl",
        ".checkpoint-7-1.safetensors",
        ".writable-1-2",
    ]
    for each in kept + leftovers:
        Path("mine", each).write_text("x")
    with run_folder("mine", "tiny", resume=True) as path:
        assert names(path) == sorted([*kept, ".lock"])
    assert names("mine") == sorted(kept)


@pytest.mark.parametrize("resume", [False, True])
def test_a_run_that_was_killed_within_its_first_file_blocks_nobody(resume: bool) -> None:
    Path("mine").mkdir()
    for each in (".lock", ".history-123-4.jsonl", ".run-123-3.toml"):
        Path("mine", each).write_text("x")
    with run_folder("mine", "tiny", resume=resume) as path:
        assert names(path) == [".lock"]
    assert names("mine") == []  # it is not removed: it was there before


def test_half_a_file_beside_foreign_ones_is_not_touched() -> None:
    Path("mine").mkdir()
    for each in ("thesis.txt", ".history-123-4.jsonl"):
        Path("mine", each).write_text("x")
    for resume, said in ((False, "is not empty"), (True, r"but thesis\.txt;")):
        with pytest.raises(OutputError, match=said), run_folder("mine", "tiny", resume=resume):
            raise AssertionError("unreachable")
    assert names("mine") == [".history-123-4.jsonl", "thesis.txt"]


def test_a_run_that_saved_nothing_gives_way_to_another() -> None:
    Path("mine").mkdir()
    for each in ("run.toml", ".lock", ".history-123-4.jsonl"):
        Path("mine", each).write_text(BEGUN + "seed = 3\n")
    with run_folder("mine", "tiny") as path:
        assert names(path) == [".lock", "run.toml"]
    assert names("mine") == ["run.toml"]
    Path("mine/history.jsonl").touch()  # it did save something
    with pytest.raises(OutputError, match="is not empty"), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")


@pytest.mark.parametrize("kind", ["by hand", "of a finished run", "a folder", "a pipe"])
def test_another_run_toml_does_not_give_way(kind: str) -> None:
    Path("mine").mkdir()
    path = Path("mine/run.toml")
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    else:
        path.write_text("# my best one\nseed = 3\n" if kind == "by hand" else "seed = 3\n")
    with pytest.raises(OutputError, match="is not empty"), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")
    assert names("mine") == ["run.toml"]


def test_a_run_toml_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    Path("mine").mkdir()
    Path("mine/run.toml").touch()
    monkeypatch.setattr(folder, "open", refuse, raising=False)
    sentence = r"^cannot read mine/run\.toml: permission denied$"
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")


def test_to_go_on_a_folder_may_be_new_or_empty() -> None:
    with run_folder("mine", "tiny", resume=True) as path:
        (path / "run.toml").touch()
    assert names("mine") == ["run.toml"]


def test_to_go_on_needs_a_folder() -> None:
    sentence = "^run_folder: resume=True needs out, the folder of the run that goes on; got None$"
    with pytest.raises(ArgumentError, match=sentence), run_folder(None, "tiny", resume=True):
        raise AssertionError("unreachable")


def test_a_file_is_no_folder() -> None:
    Path("file").touch()
    for out in ("file", "file/below"):
        sentence = f"^cannot (write into|create the folder) {out}: "
        with pytest.raises(OutputError, match=sentence), run_folder(out, "tiny"):
            raise AssertionError("unreachable")
    assert names(".") == ["file"]


def test_a_folder_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, "Permission denied")

    Path("mine").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)
    sentence = "^cannot read the folder mine: permission denied$"
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "tiny"):
        raise AssertionError("unreachable")


# Who has it


def test_the_second_of_two_processes_is_refused_at_once(hold: Hold) -> None:
    first = hold("mine")
    assert line(first) == "in\n"
    for arguments in (["mine"], ["mine", "resume"], [str(Path("mine").resolve())]):
        assert line(hold(*arguments)) == BUSY.replace("mine", arguments[0]) + "\n"
    with pytest.raises(OutputError, match=f"^{re.escape(BUSY)}$"), run_folder("mine", "x"):
        raise AssertionError("unreachable")
    first.communicate("end\n", timeout=60)
    assert names(".") == []
    with run_folder("mine", "x"):
        pass


def test_within_one_process_too() -> None:
    with run_folder("mine", "x"):
        with pytest.raises(OutputError, match=f"^{re.escape(BUSY)}$"), run_folder("mine", "x"):
            raise AssertionError("unreachable")
        assert names("mine") == [".lock"]


def test_a_killed_process_leaves_no_lock(hold: Hold) -> None:
    first = hold("mine")
    assert line(first) == "in\n"
    first.kill()
    assert first.wait(timeout=60) == -signal.SIGKILL
    assert names("mine") == [".lock"]  # the file, which is none
    second = hold("mine")
    assert line(second) == "in\n"
    assert line(hold("mine")) == BUSY + "\n"
    second.communicate("end\n", timeout=60)
    assert names("mine") == []


def test_a_child_does_not_keep_the_lock_of_a_killed_process(hold: Hold) -> None:
    # As a worker that outlives its parent would: forked while the lock is held, and then alone.
    forking = HOLDER.replace(
        'print("in", flush=True)',
        "import os; child = os.fork(); child or time.sleep(120) or os._exit(0); print(child, flush=True)",
    )
    first = hold("mine", code=forking)
    child = int(line(first))
    try:
        first.kill()
        first.wait(timeout=60)
        os.kill(child, 0)  # it is alive
        with run_folder("mine", "x"):
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_child_that_leaves_the_block_takes_nothing_away(hold: Hold) -> None:
    assert (
        line(hold(code=FORKER)) == "3 ['.lock'] refused\n"
    )  # in a process of its own: forks want no threads
    assert names(".") == []


def test_three_that_come_and_go_are_never_inside_together(hold: Hold, tmp_path: Path) -> None:
    racers = [hold("mine", str(tmp_path / "inside"), code=RACER) for _ in range(3)]
    assert [line(racer) for racer in racers] == ["ready\n"] * 3
    results = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        results.append(int(line(racer)))
    assert min(results) >= 1
    assert not Path("mine").exists() or names("mine") == []  # who came last may not be who made it


def test_a_folder_that_goes_before_it_is_locked_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = folder.ensure_writable_folder
    calls: list[Path] = []

    def gone(path: Path) -> Path:
        calls.append(path)
        if len(calls) == 1:  # another run ends without results before it is proved writable ...
            raise OutputError(f"cannot write into {path}: no such file or directory") from FileNotFoundError()
        found = probe(path)
        if len(calls) == 2:  # ... or before it is locked
            found.rmdir()
        return found

    monkeypatch.setattr(folder, "ensure_writable_folder", gone)
    with run_folder("mine", "x") as path:
        assert names(path) == [".lock"]
    assert calls == [Path("mine")] * 3
    assert names(".") == []


def test_a_folder_that_can_never_be_made_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: Path) -> Path:
        raise OutputError(f"cannot write into {path}: no such file or directory") from FileNotFoundError()

    monkeypatch.setattr(folder, "ensure_writable_folder", gone)
    with (
        pytest.raises(OutputError, match=r"^cannot write into mine: no such file or directory$"),
        run_folder("mine", "x"),
    ):
        raise AssertionError("unreachable")


def test_the_lock_file_of_another_is_not_removed() -> None:
    with run_folder("mine", "x") as path:
        path.rename("moved")
        path.mkdir()
        (path / ".lock").write_text("of another run")
    assert Path("mine/.lock").read_text() == "of another run"


def test_a_lock_file_that_is_replaced_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_is_file", lambda path, descriptor: False)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    sentence = r"^cannot lock mine/\.lock: the file is replaced again and again$"
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "x"):
        raise AssertionError("unreachable")
    if before is not None:
        assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_a_lock_file_that_is_none_is_an_error(kind: str) -> None:
    Path("mine").mkdir()
    if kind == "folder":
        Path("mine/.lock").mkdir()
    else:
        Path("target").write_text("precious")
        Path("mine/.lock").symlink_to("../target")
    with pytest.raises(OutputError, match=r"^cannot lock mine/\.lock: "), run_folder("mine", "x"):
        raise AssertionError("unreachable")
    assert names("mine") == [".lock"]


def test_a_file_system_without_locks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    sentence = r"^cannot lock mine/\.lock: no locks available$"
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "x"):
        raise AssertionError("unreachable")


def test_a_system_without_locks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    sentence = "^cannot lock the folder mine: this system has no flock, which keeps a second training away$"
    with pytest.raises(OutputError, match=sentence), run_folder("mine", "x"):
        raise AssertionError("unreachable")
    assert names(".") == []
