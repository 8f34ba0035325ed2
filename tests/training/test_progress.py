"""How a training run is shown."""

from __future__ import annotations

import errno
import io
import itertools
import math
import re

import numpy as np
import pytest
from rich.console import Console

from fullstride import Dense, Flatten, Network
from fullstride.cli.console import Output
from fullstride.training import Progress, Run, live, progress
from fullstride.training.live import LiveDisplay
from fullstride.training.progress import (
    Display,
    PlainDisplay,
    choose_display,
    duration,
    epoch_line,
    images_per_second,
)


def fit(display: Display, epochs: int = 2, validation: float | None = 0.25) -> None:
    X, y = np.zeros((8, 2, 2, 1), np.float32), np.arange(8) % 2
    X[1::2] = 1
    with display:
        Network(Flatten(), Dense(2), input_shape=(2, 2, 1)).fit(
            X, y, epochs=epochs, batch_size=2, validation=validation, engine="steps", callbacks=[display]
        )


def test_plain_lines_one_an_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    fit(PlainDisplay(print), epochs=11)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:11] for line in lines] == [f"epoch {n:>2}/11" for n in range(1, 12)]
    assert all("validation accuracy" in line for line in lines)


def test_without_validation_there_is_no_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    fit(PlainDisplay(print), validation=None)
    assert "accuracy" not in capsys.readouterr().out


@pytest.mark.parametrize("width", [20, 60, 100])
def test_the_live_bar_shows_everything_and_leaves_the_terminal_in_order(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_REFRESH_SECONDS", 0.0)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=width, color_system=None, _environ={})
    fit(LiveDisplay(print, console))
    drawn = stream.getvalue()
    assert drawn.count("\x1b[?25l") == drawn.count("\x1b[?25h") == 1  # the cursor is hidden and shown again
    frames = [
        line for line in re.split(r"[\r\n]", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn)) if line.strip()
    ]
    assert all(len(frame) <= width for frame in frames)  # a bar of two lines would smear over the screen
    if width == 100:
        assert re.search(
            r"epoch 2/2 .* 100 % .* images/s .*loss 0\.\d{4} .*val\. [\d.]+ % .*0:00 left", drawn
        )
        assert len(re.findall(r"epoch \d/2  loss .* images/s", drawn)) == 2  # the lines that stay


def test_the_cursor_is_shown_again_after_an_interruption() -> None:
    class Press(Exception):
        pass

    stream = io.StringIO()
    display = LiveDisplay(print, Console(file=stream, force_terminal=True, width=80, _environ={}))
    run = Run(network=None, epochs=1, steps_per_epoch=1, images_total=4)

    def interrupted() -> None:
        with display:
            display.on_start(run)
            raise Press

    with pytest.raises(Press):
        interrupted()
    assert stream.getvalue().count("\x1b[?25h") == 1


def test_a_bar_only_where_it_can_be_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(choose_display(print), PlainDisplay)  # pytest's stdout is no terminal
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for terminal, job, kind in (
        ("xterm", "", LiveDisplay),
        ("xterm", "false", LiveDisplay),
        ("dumb", "", PlainDisplay),
        ("xterm", "true", PlainDisplay),  # what a CI job shows on its terminal is kept as a log
    ):
        monkeypatch.setenv("TERM", terminal)
        monkeypatch.setenv("CI", job)
        assert isinstance(choose_display(print), kind)


def lines_of(epochs: int, capsys: pytest.CaptureFixture[str]) -> list[int]:
    fit(PlainDisplay(print), epochs=epochs, validation=None)
    return [int(line.split()[1].partition("/")[0]) for line in capsys.readouterr().out.splitlines()]


def test_a_long_run_gets_fewer_lines_and_its_last(capsys: pytest.CaptureFixture[str]) -> None:
    expected = [*range(1, 101), *range(110, 1001, 10), *range(1100, 1201, 100), 1234]
    assert lines_of(1234, capsys) == expected


def test_a_slow_run_gets_a_line_a_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=25.0)  # the first look is at the start
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    assert lines_of(106, capsys) == [*range(1, 101), 103, 106]


def test_progress_for_python_prints_lines_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    X, y = np.zeros((8, 2, 2, 1), np.float32), np.arange(8) % 2
    shown = Progress()
    network = Network(Flatten(), Dense(2), input_shape=(2, 2, 1))
    for _ in range(2):  # one object serves several trainings
        network.fit(X, y, epochs=2, engine="steps", callbacks=[shown])
    out = capsys.readouterr().out
    assert [line[:9] for line in out.splitlines()] == 2 * ["epoch 1/2", "epoch 2/2"]
    assert "\x1b" not in out


def test_a_narrow_terminal_gets_a_shorter_line() -> None:
    record = {"epoch": 1, "loss": 1.0, "validation_loss": 2.5, "validation_accuracy": None}
    record |= {"seconds": 1.0, "images_per_second": 4.0, "lr": 0.1}
    assert epoch_line(record, 1) == "epoch 1/1  loss 1.0000  validation loss 2.5000  4.00 images/s"  # type: ignore[arg-type]
    assert epoch_line(record, 1, 40) == "epoch 1/1  loss 1.0000  val. 2.5000"  # type: ignore[arg-type]


def test_numbers() -> None:
    assert (images_per_second(123456.7), images_per_second(0.25)) == ("123,457", "0.25")
    assert (duration(0), duration(59.1), duration(3599.5)) == ("0:00", "1:00", "1:00:00")
    record = {
        "epoch": 1,
        "loss": 1.0,
        "validation_loss": None,
        "validation_accuracy": None,
        "seconds": 1.0,
        "images_per_second": 4.0,
        "lr": 0.1,
    }
    assert epoch_line(record, 1) == "epoch 1/1  loss 1.0000  4.00 images/s"  # type: ignore[arg-type]
    run = Run(network=None, epochs=1, steps_per_epoch=1, images_total=4)
    assert math.isnan(run.loss)  # as the first frame of a bar meets it


def test_a_broken_stdout_is_reported_when_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.stdout", Full())
    output, done = Output(), []

    def work() -> None:
        with output.patient():
            output.line("dropped")
            output.line("dropped too")
            done.append(True)

    with pytest.raises(OSError, match="No space left"):
        output.line("found at once")
    with pytest.raises(OSError, match="No space left"):
        work()
    assert done
