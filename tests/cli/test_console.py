"""Lines on the terminal: what an error is, and where the traceback is."""

from __future__ import annotations

from pathlib import Path

import pytest

from fullstride.cli import console, main
from fullstride.errors import OutputError, TrainingError


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TrainingError("one\ntwo \x1b[31m"), r"error: one two \x1b[31m"),
        (PermissionError(13, "Permission denied", "secret"), "error: secret: permission denied"),
        (OSError(28, "No space left on device"), "error: cannot write the output: no space left on device"),
        (MemoryError(), "error: not enough memory"),
        (MemoryError("Unable to allocate 9 GiB"), "error: not enough memory: Unable to allocate 9 GiB"),
        (BrokenPipeError(32, "Broken pipe"), ""),
        (OutputError("cannot write x: no space"), "error: cannot write x: no space"),
    ],
)
def test_error_lines(error: Exception, line: str) -> None:
    assert console.error_line(error) == line


def test_the_traceback_comes_with_debug_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "no-such-set"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: unknown data set 'no-such-set'")
    assert err.count("\n") == 1
    for arguments in (["--debug", "train", "no-such-set"], ["train", "no-such-set", "--debug"]):
        assert main(arguments) == 1
        assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_unexpected_error_is_one_line_too(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a\nsurprise")

    monkeypatch.setattr("fullstride.cli.data.load_data", broken)
    assert main(["train"]) == 1
    assert capsys.readouterr().err == (
        "error: unexpected ZeroDivisionError: a surprise (run again with --debug for the traceback)\n"
    )
