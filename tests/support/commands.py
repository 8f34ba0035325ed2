"""The command in the tests: what a training prints and leaves, and processes to wait for."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Start = Callable[..., "subprocess.Popen[str]"]

LAST_LINE = r"test accuracy (\d+\.\d\d) % \((\d+)/(\d+)\) in \d+\.\d s"
MODEL_FILES = ["history.jsonl", "model.safetensors", "run.toml"]
FILES = ["history.jsonl", "learning_curve.png", "mistakes.png", "model.safetensors", "run.toml"]
GOING_ON = ["checkpoint.safetensors", *MODEL_FILES]
QUICK = ("--engine", "steps", "--epochs", "3")


def names(folder: str | Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in Path(folder).iterdir())


def read_until(process: subprocess.Popen[str], start: str, count: int = 1) -> list[str]:
    """The lines that a process prints, up to the one that is the `count`-th to begin so."""
    assert process.stdout is not None
    lines: list[str] = []
    while sum(line.startswith(start) for line in lines) < count:
        line = process.stdout.readline()
        assert line, f"it ended without a line that begins with {start}: {lines}"
        lines.append(line)
    return lines
