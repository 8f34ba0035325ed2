"""The commands together: their help, and how light their start is."""

from __future__ import annotations

import subprocess
import sys

import pytest

import fullstride
from fullstride.cli import main


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
        ("summary",): ["Example:"],
        ("info",): ["Example:"],
        ("cache", "clear"): ["Example:"],
    }
    for command, words in expected.items():
        assert main([*command, "--help"]) == 0
        out = capsys.readouterr().out
        assert [word for word in words if word not in out] == []
    assert main([]) == 2
    assert "A first tour" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fullstride {fullstride.__version__}\n"


def test_the_start_is_light() -> None:
    """The help must not wait for libraries that only the commands need."""
    code = "import sys, fullstride.cli.app; print({'llvmlite', 'matplotlib', 'PIL'} & {*sys.modules})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
