"""A training as a terminal sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def on_a_terminal(
    *arguments: str | Path, columns: int, interrupt: str = "", **variables: str
) -> tuple[int, str]:
    """The exit code and all that was written, with Ctrl-C pressed once `interrupt` has been seen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        **variables,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "fullstride", *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            some = os.read(ours, 4096)
        except OSError:  # so Linux says that nobody is at the other end any more
            break
        written += some
        if not some:
            break
        if interrupt and interrupt.encode() in written:
            os.write(ours, b"\x03")
            interrupt = ""
    os.close(ours)
    return process.wait(timeout=60), written.decode()


def frames(written: str) -> list[str]:
    """What stood on each line at some time, without the terminal's own codes."""
    return re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written))


@pytest.mark.parametrize("columns", [40, 110])
def test_a_bar_that_fits_and_goes_away(columns: int, tiny: Path) -> None:
    code, written = on_a_terminal("train", tiny, "--engine", "steps", "--epochs", "2", columns=columns)
    assert code == 0
    assert written.count(HIDE) == written.count(SHOW) == 1
    shown = [line for line in frames(written) if line.startswith("epoch")]
    assert any("left" in line for line in shown)
    assert max(map(len, shown)) <= columns
    assert frames(written.rpartition("\x1b[2K")[2])[0].startswith("saved in")  # where the bar stood


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"CI": "true"}])
def test_no_codes_where_they_would_stay(variables: dict[str, str], tiny: Path) -> None:
    code, written = on_a_terminal(
        "train", tiny, "--engine", "steps", "--epochs", "2", columns=80, **variables
    )
    assert code == 0
    assert "\x1b" not in written
    assert len([line for line in written.splitlines() if line.startswith("epoch")]) == 2


def test_no_colour_where_none_is_wanted(tiny: Path) -> None:
    code, written = on_a_terminal(
        "train", tiny, "--engine", "steps", "--epochs", "2", columns=80, NO_COLOR="1"
    )
    assert code == 0
    assert re.findall(r"\x1b\[[0-9;]*m", written.replace("\x1b[0m", "")) == []
    assert HIDE in written


def test_ctrl_c_leaves_a_terminal_in_order(tiny: Path) -> None:
    code, written = on_a_terminal(
        "train", tiny, "--engine", "steps", "--epochs", "1000", columns=80, interrupt="loss 0."
    )
    assert code == 130
    assert written.count(HIDE) == written.count(SHOW) == 1
    last = frames(written.partition(SHOW)[2])
    assert [line for line in last if "left" in line] == []
    assert any(line.startswith("training was interrupted") for line in last)
