"""How a training run is shown: a live bar on a terminal, one in a notebook, plain lines elsewhere."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TextIO

from fullstride.training.callbacks import Callback, Run
from fullstride.training.history import EpochRecord

A_MINUTE = 60.0
"""Seconds without a line after which the next epoch gets one."""


def epoch_line(record: EpochRecord, epochs: int, width: int | None = None) -> str:
    """One epoch in words and numbers; in fewer where they would not fit into `width`.

    >>> record = {"epoch": 3, "loss": 0.25, "validation_loss": 0.2, "validation_accuracy": 0.9625,
    ...           "seconds": 0.1, "images_per_second": 98765.4, "lr": 0.05}
    >>> epoch_line(record, 12)
    'epoch  3/12  loss 0.2500  validation accuracy 96.25 %  98,765 images/s'
    >>> epoch_line(record, 12, 40)
    'epoch  3/12  loss 0.2500  val. 96.25 %'
    """
    parts = [f"epoch {record['epoch']:>{len(str(epochs))}}/{epochs}", f"loss {record['loss']:.4f}"]
    if record["validation_accuracy"] is not None:
        parts.append(f"validation accuracy {100 * record['validation_accuracy']:.2f} %")
    elif record["validation_loss"] is not None:
        parts.append(f"validation loss {record['validation_loss']:.4f}")
    parts.append(f"{images_per_second(record['images_per_second'])} images/s")
    line = "  ".join(parts)
    if width is None or len(line) <= width:
        return line
    return "  ".join(parts[:-1]).replace("validation accuracy", "val.").replace("validation loss", "val.")


def images_per_second(rate: float) -> str:
    """The blackboard's pace needs decimals, the machine's does not."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2f}"


def duration(seconds: float) -> str:
    """Time left, rounded up to whole seconds.

    >>> duration(0.2), duration(75), duration(3600)
    ('0:01', '1:15', '1:00:00')
    """
    minutes, s = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{s:02}" if hours else f"{minutes}:{s:02}"


def run_fields(run: Run) -> dict[str, Any]:
    """Where a run stands, as texts."""
    return {
        "epoch": f"{max(run.epoch, 1)}/{run.epochs}",
        "rate": images_per_second(run.images_per_second) if run.images_seen else "-",
        "loss": f"{run.loss:.4f}" if run.images_seen else "-",
        "left": "-:--" if run.eta is None else duration(run.eta),
    }


class Display(Callback):
    """What all displays have in common. It is a context manager, so that a terminal is left in order.

    Parameters
    ----------
    write : callable (str) -> None
        Prints a line that stays.

    Attributes
    ----------
    run : Run or None before it starts; it tells how far a run came that did not end well
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._written = time.monotonic()
        self._unwritten: EpochRecord | None = None
        self.run: Run | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the terminal in order."""

    def on_start(self, run: Run) -> None:
        self.run = run

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        """A line for each epoch up to 100, for every 10th up to 1,000 ..., and for the last that there is."""
        now, every = time.monotonic(), 10 ** max(len(str(record["epoch"] - 1)) - 2, 0)
        self._unwritten = record
        if record["epoch"] % every == 0 or now - self._written >= A_MINUTE:
            self._written = now
            self._write_last(run)

    def on_end(self, run: Run) -> None:
        self._write_last(run)
        self.close()

    def _write_last(self, run: Run) -> None:
        if self._unwritten is not None:
            self._write(self._line(self._unwritten, run.epochs))
            self._unwritten = None

    def _line(self, record: EpochRecord, epochs: int) -> str:
        return epoch_line(record, epochs)


class PlainDisplay(Display):
    """Lines, and nothing that is drawn over."""


def redraws(stream: TextIO | Any) -> bool:
    """Whether a line on a stream can be written over: a terminal, but not that of a CI job, which is kept as a log."""
    return (
        bool(stream.isatty())
        and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
        and os.environ.get("CI", "").lower() in ("", "0", "false")
    )


def in_notebook() -> bool:
    """Whether this runs in the kernel of a notebook."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python is not None else None
    return hasattr(shell, "kernel")


def choose_display(write: Callable[[str], None]) -> Display:
    """What fits where standard output goes to."""
    if redraws(sys.stdout):
        from fullstride.training.live import LiveDisplay, new_console

        return LiveDisplay(write, new_console())
    if in_notebook():
        from fullstride.training.notebook import NotebookDisplay

        return NotebookDisplay(write)
    return PlainDisplay(write)


class Progress(Callback):
    """Shows how a training goes on: `network.fit(..., callbacks=[Progress()])`.

    A bar that is drawn over on a terminal, one with a curve in a notebook, and lines in a pipe, a file or a CI job's
    log: one an epoch, after a hundred epochs for every tenth, after a thousand for every hundredth, or once a minute.
    One object may be used for several trainings.

    Examples
    --------
    >>> import numpy as np
    >>> from fullstride import Dense, Flatten, Network
    >>> network = Network(Flatten(), Dense(2), input_shape=(2, 2, 1), seed=0)
    >>> X, y = np.zeros((8, 2, 2, 1), np.float32), np.arange(8) % 2
    >>> history = network.fit(X, y, epochs=1, engine="steps", callbacks=[Progress()])  # doctest: +ELLIPSIS
    epoch 1/1  loss 0.6931  ... images/s
    """

    def __init__(self) -> None:
        self._display: Display | None = None

    def on_start(self, run: Run) -> None:
        self._display = choose_display(_print)
        self._display.on_start(run)

    def on_step(self, run: Run) -> None:
        if self._display is not None:
            self._display.on_step(run)

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        if self._display is not None:
            self._display.on_epoch(run, record)

    def on_end(self, run: Run) -> None:
        if self._display is not None:
            self._display.on_end(run)
            self._display = None


def _print(line: str) -> None:
    print(line, flush=True)
