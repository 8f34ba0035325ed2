"""The tutorial of a folder: its blocks run one after the other, and print what stands below them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import fullstride
from tests.support.commands import read_until

pytest.importorskip("matplotlib", reason="pictures of a run need the extra `plots`")

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "folder.md"
BLOCKS = re.findall(
    r"^```(python|bash|text)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
INTERRUPTED = "  # press Ctrl-C\n"


def without_times(text: str) -> str:
    """Speeds and times are others in every run."""
    return re.sub(r"[\d,]+ images/s|in [\d.]+ s$", "TIME", text, flags=re.MULTILINE)


def keeps(printed: str, promise: str) -> bool:
    """Whether a command printed what its block promises; "..." stands for any lines."""
    lines = (
        r"(.*\n)*?" if line == "..." else re.escape(f"{line}\n")
        for line in without_times(promise).splitlines()
    )
    return re.fullmatch("".join(lines), without_times(printed)) is not None


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With `python` and `fullstride` as commands, whether or not they are installed."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, start in (("python", ""), ("fullstride", "-m fullstride")):
        command = bin_folder / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {start} "$@"\n')
        command.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(fullstride.__file__).parents[1]),
        "FULLSTRIDE_DATA_DIR": str(tmp_path / "data"),
    }


def interrupt(command: str, folder: Path, environment: dict[str, str]) -> None:
    """Ctrl-C in the third epoch or soon after it."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {command}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    read_until(process, "epoch", 2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "--resume goes on with it" in said


def test_its_blocks_do_what_they_say(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    printed, last = "", ""
    for number, (kind, block) in enumerate(BLOCKS):
        if kind == "text":
            assert keeps(printed, block), f"after\n{last}\nthe page has\n{block}\nnot\n{printed}"
            continue
        last = block
        if kind == "python" and "def write" in block:
            (folder / "make_pictures.py").write_text(block, encoding="utf-8")
        elif block.endswith(INTERRUPTED):
            interrupt(block.removesuffix(INTERRUPTED), folder, environment)
        else:
            command = (
                [sys.executable, "-c", block]
                if kind == "python"
                else ["bash", "-euo", "pipefail", "-c", block]
            )
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, f"block {number} failed:\n{block}\n{done.stdout}{done.stderr}"
            printed = done.stdout
    assert {path.name for path in folder.iterdir()} == {
        *("make_pictures.py", "pictures", "new", "runs", "rates.png", "batch.png", "report.html")
    }


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("first\nepoch 2/2  loss 0.5  17 images/s\nsaved\ntest accuracy 90.00 % (9/10) in 33.1 s\n", True),
        ("epoch 2/2  loss 0.5  17 images/s\ntest accuracy 90.00 % (9/10) in 33.1 s\n", True),
        ("epoch 2/2  loss 0.6  17 images/s\ntest accuracy 90.00 % (9/10) in 33.1 s\n", False),
        ("epoch 2/2  loss 0.5  17 images/s\ntest accuracy 80.00 % (8/10) in 33.1 s\n", False),
        ("epoch 2/2  loss 0.5  17 images/s\ntest accuracy 90.00 % (9/10) in 33.1 s\nmore\n", False),
        ("epoch 2/2  loss 0.5  17 images/s\n", False),
    ],
)
def test_a_promise_can_be_broken(printed: str, kept: bool) -> None:
    promise = "...\nepoch 2/2  loss 0.5  1,000 images/s\n...\ntest accuracy 90.00 % (9/10) in 1.0 s\n"
    assert keeps(printed, promise) == kept
