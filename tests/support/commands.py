"""The command in the tests: what a training prints and leaves, and processes to wait for."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from fullstride.cli.app import app

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


def parsed(line: str) -> Any:
    """The context of a command's line as the shell would have it, parsed and not run; wrong usage raises."""
    words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)
    assert words[0].rpartition("/")[2] == "fullstride", line
    command: Any = typer.main.get_command(app)
    name, rest = "fullstride", words[1:]
    if rest in (
        ["--install-completion"],
        ["--show-completion"],
    ):  # at once, it would write into the user's files
        assert any(rest[0] in option.opts for option in command.params)
        return None
    while rest and rest[0] in getattr(command, "commands", {}):
        name, *rest = rest
        command = command.commands[name]
    return command.make_context(name, rest)


def commands_in(text: str) -> list[str]:
    """The lines of a text, such as a page, that call the command; of `a && b` each part by itself."""
    lines = text.replace("\\\n", " ").splitlines()
    parts = (part.strip() for line in lines for part in line.split("&&"))
    return [part for part in parts if re.match(r"(\S*/)?fullstride( |$)", part)]
