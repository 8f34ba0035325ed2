"""The commands together: their help, and how light their start is."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import typer

import fullstride
from fullstride.cli import main
from fullstride.cli.app import app
from tests.support.commands import commands_in, parsed


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    expected = {
        (): [
            "fullstride train",
            "predict",
            "summary",
            "evaluate",
            "find-lr",
            "data",
            "show-batch",
            "info",
            "cache",
            "--version",
            "--debug",
        ],
        ("train",): [
            "Examples:",
            "--data-dir",
            "--out",
            "history.jsonl",
            "mistakes.png",
            "fullstride[plots]",
            "run.toml",
            "--set",
            "--config",
            "--resume",
            "--checkpoint-every",
        ],
        ("evaluate",): ["Examples:", "--part", "--data-dir"],
        ("find-lr",): ["Examples:", "--picture"],
        ("data",): ["Examples:", "--size"],
        ("show-batch",): ["Examples:", "batch.png"],
        ("predict",): ["Examples:", "--top", "default: 3"],
        ("summary",): ["Examples:"],
        ("info",): ["Examples:"],
        ("cache", "clear"): ["Examples:"],
    }
    for command, words in expected.items():
        assert main([*command, "--help"]) == 0
        out = capsys.readouterr().out
        assert [word for word in words if word not in out] == []
    assert main([]) == 2
    assert "A first tour" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fullstride {fullstride.__version__}\n"


def commands() -> list[tuple[str, ...]]:
    """Every command, and the groups."""
    root: Any = typer.main.get_command(app)
    found: list[tuple[str, ...]] = [()]
    for name, command in root.commands.items():
        found += [(name,), *((name, below) for below in getattr(command, "commands", {}))]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help_has_examples_that_parse_and_fits_80_columns(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*command, "--help"]) == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if len(line) > 80] == []
    lines = commands_in(re.sub(r"  +(train on|the layers|what it sees).*", "", out))
    assert lines
    for line in lines:
        context = parsed(line)
        assert command in ((), ("cache",)) or context.info_name == command[-1]


@pytest.mark.parametrize("line", ["fullstride train --nonsense", "fullstride dump x --stage"])
def test_examples_that_do_not_parse_are_found(line: str) -> None:
    with pytest.raises(Exception, match=r"(?i)option"):
        parsed(line)


def test_the_start_is_light() -> None:
    """The help must not wait for libraries that only the commands need."""
    code = "import sys, fullstride.cli.app; print({'llvmlite', 'matplotlib', 'PIL'} & {*sys.modules})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
