"""How a training run is shown: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn
from rich.table import Column

from fullstride.cli.console import Output
from fullstride.training import Callback, EpochRecord, Run

_REFRESH_SECONDS = 0.1


def epoch_line(record: EpochRecord, epochs: int) -> str:
    """One epoch in words and numbers.

    >>> epoch_line({"epoch": 3, "loss": 0.25, "validation_loss": 0.2, "validation_accuracy": 0.9625,
    ...             "seconds": 0.1, "images_per_second": 98765.4, "lr": 0.05}, 12)
    'epoch  3/12  loss 0.2500  validation accuracy 96.25 %  98,765 images/s'
    """
    parts = [f"epoch {record['epoch']:>{len(str(epochs))}}/{epochs}", f"loss {record['loss']:.4f}"]
    if record["validation_accuracy"] is not None:
        parts.append(f"validation accuracy {100 * record['validation_accuracy']:.2f} %")
    parts.append(f"{images_per_second(record['images_per_second'])} images/s")
    return "  ".join(parts)


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


class Display(Callback):
    """What both displays have in common. It is a context manager, so that a terminal is left in order.

    Attributes
    ----------
    run : Run or None before it starts; it tells how far a run came that did not end well
    """

    def __init__(self, output: Output) -> None:
        self._output = output
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


class PlainDisplay(Display):
    """One line an epoch."""

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        self._output.line(epoch_line(record, run.epochs))


class _Narrower:
    """Leaves room for the `^C` that terminals print at the cursor: it would break a full line."""

    def __init__(self, renderable: RenderableType) -> None:
        self.renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - len("^C") - 1, 1)
        return console.render(self.renderable, options.update_width(width))


class _Bar(Progress):
    def get_renderables(self) -> Iterable[RenderableType]:
        return map(_Narrower, super().get_renderables())


class LiveDisplay(Display):
    """One line an epoch, and below them a bar that is redrawn ten times a second.

    The training thread redraws it, between two steps; another thread would take the interpreter's lock away.
    """

    def __init__(self, output: Output, console: Console) -> None:
        super().__init__(output)
        self._drawn = 0.0
        self._accuracy = ""
        self._task: TaskID | None = None
        whole = Column(no_wrap=True)
        columns: list[ProgressColumn] = [
            TextColumn("epoch {task.fields[epoch]}", table_column=whole),
            BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=4)),
            TextColumn("{task.percentage:>3.0f} %", table_column=whole),
        ]
        if console.width >= 80:
            columns.append(TextColumn("{task.fields[rate]} images/s", style="cyan", table_column=whole))
        if console.width >= 70:
            columns.append(TextColumn("loss {task.fields[loss]}", table_column=whole))
        if console.width >= 55:
            columns.append(TextColumn("{task.fields[accuracy]}", style="green", table_column=whole))
        columns.append(TextColumn("{task.fields[left]} left", style="yellow", table_column=whole))
        self._progress = _Bar(*columns, console=console, expand=True, transient=True, auto_refresh=False)

    def close(self) -> None:
        """Take the bar away and show the cursor again."""
        with contextlib.suppress(OSError):  # a terminal that is gone must not cost the model
            self._progress.stop()

    def on_start(self, run: Run) -> None:
        super().on_start(run)
        self._task = self._progress.add_task("", total=run.images_total, **self._fields(run))
        self._progress.start()

    def on_step(self, run: Run) -> None:
        if time.perf_counter() - self._drawn >= _REFRESH_SECONDS:
            self._update(run)
            with contextlib.suppress(OSError):
                self._progress.refresh()
            self._drawn = time.perf_counter()

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        if record["validation_accuracy"] is not None:
            self._accuracy = f"val. {100 * record['validation_accuracy']:.2f} %"
        self._update(run)
        self._output.line(epoch_line(record, run.epochs))  # the bar is redrawn below it

    def _update(self, run: Run) -> None:
        assert self._task is not None
        self._progress.update(self._task, completed=run.images_seen, **self._fields(run))

    def _fields(self, run: Run) -> dict[str, Any]:
        return {
            "epoch": f"{max(run.epoch, 1)}/{run.epochs}",
            "rate": images_per_second(run.images_per_second) if run.images_seen else "-",
            "loss": f"{run.loss:.4f}" if run.images_seen else "-",
            "accuracy": self._accuracy,
            "left": "-:--" if run.eta is None else duration(run.eta),
        }


def choose_display(output: Output) -> Display:
    """The live bar where stdout is a terminal that can redraw a line; plain lines elsewhere."""
    if sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown"):
        return LiveDisplay(output, Console(highlight=False))
    return PlainDisplay(output)
