"""`fullstride bench`: what it takes, what it prints, what it leaves, and that it leaves nothing running."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fullstride.bench import run as bench_run
from fullstride.bench.contestant import ContestantError
from fullstride.bench.run import Request, Run, chosen, items
from fullstride.cli import main
from tests.cli.conftest import Start

TINY = "layer forward m64 14x14x6"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No peer is installed, but NumPy."""
    find: Callable[..., Any] = importlib.util.find_spec

    def found(name: str, *more: Any) -> Any:
        return None if name in ("torch", "onnxruntime", "onnx") else find(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", found)


def test_the_list_of_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--list", "--only", "^layer forward|^import$|^step"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 5 + 12 + 1
    assert shown[0] == "step lenet5 m64"
    assert shown[-1] == "import"


@pytest.mark.parametrize("option", ["--rounds", "--seconds"])
def test_quick_or_how_long(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--quick", option, "2"]) == 2
    assert f"--quick sets how many rounds and how long; got {option} too" in " ".join(
        capsys.readouterr().err.split()
    )


def test_a_quick_run_starts_fewer_processes() -> None:
    assert set(items(quick=True)) < set(items())
    assert Request().quick().rounds == 1
    assert Request().rounds >= 5
    assert {"memory small", "memory resnet20"} <= set(chosen(Request(only="memory").quick()))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["--threads", "0"], "'0' is no whole number from 1 to 256"),
        (["--rounds", "0"], "'0' is no whole number >= 1"),
        (["--seconds", "0"], "0.0 is not in the range 0<x<=60"),
        (["--only", "("], "'(' is no regular expression"),
        (["--only", "nobody"], "nothing that can be measured has a name like 'nobody' (--list shows all)"),
        (["--json", "nowhere/bench.json"], "nowhere/bench.json: its folder does not exist"),
    ],
)
def test_wrong_options_are_refused(
    wrong: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *wrong]) != 0
    assert sentence in capsys.readouterr().err


def test_a_picture_without_matplotlib_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["bench", "--picture", "bench.png"]) == 1
    assert capsys.readouterr().err == ("error: --picture needs matplotlib: pip install 'fullstride[plots]'\n")


@pytest.mark.usefixtures("alone")
def test_without_peers_it_says_so_and_measures_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, picture = tmp_path / "bench.json", tmp_path / "bench.png"
    arguments = ["--quick", "--only", TINY, "--json", str(path), "--picture", str(picture)]
    assert main(["bench", *arguments]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(
        "torch is not installed (pip install 'fullstride[peers]'): measured without it\n"
        "onnxruntime is not installed (pip install 'fullstride[peers]'): measured without it\n"
    )
    assert "multiply-add peak of 2 threads" in shown
    assert f"written: {path}" in shown
    document = json.loads(path.read_text())
    (row,) = document["rows"]
    assert row["name"] == "layer forward m64 14x14x6 to 16 f5 s1 p0"
    assert set(row["peers"]) == {"numpy"}
    assert 0 < row["flops"] / row["ours"] < 1.2 * document["machine"]["peak_flops_per_second"]
    assert document["failures"] == []
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("alone")
def test_a_case_that_fails_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(run: Run) -> list[dict[str, Any]]:
        raise ContestantError("ours: prepare: MemoryError: none left")

    def works(run: Run) -> list[dict[str, Any]]:
        return [{"name": "beads", "unit": "seconds", "values": {"ours": 0.5}}]

    monkeypatch.setattr(bench_run, "items", lambda quick: {"a": fails, "b": works})
    assert main(["bench", "--quick"]) == 1
    shown = capsys.readouterr().out
    assert "a: failed: ours: prepare: MemoryError: none left" in shown
    assert "beads: fullstride 0.500 s" in shown


def processes(session: int) -> list[str]:
    """The processes of a session that have not ended."""
    done = subprocess.run(["ps", "-o", "stat=,args=", "-s", str(session)], capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.lstrip().startswith("Z")]


@pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="looks at the processes of a session, as Linux has them"
)
def test_ctrl_c_leaves_no_process_and_no_file(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    command = start(
        "bench", "--only", TINY, "--seconds", "30", "--json", path, start_new_session=True, cwd=tmp_path
    )
    assert command.stdout is not None
    session = command.pid
    deadline = time.monotonic() + 60
    while sum("fullstride.bench.worker" in line for line in processes(session)) < 2:
        assert time.monotonic() < deadline, "no contestant was started"
        time.sleep(0.05)
    os.kill(command.pid, signal.SIGINT)
    _, errors = command.communicate(timeout=30)
    assert command.returncode == 130
    assert "interrupted" in errors
    assert processes(session) == []
    assert not path.exists()
