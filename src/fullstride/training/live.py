"""The live bar on a terminal, drawn with rich."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn
from rich.table import Column

from fullstride.training.callbacks import Run
from fullstride.training.history import EpochRecord
from fullstride.training.progress import Display, epoch_line, run_fields

_REFRESH_SECONDS = 0.1


def new_console() -> Console:
    """Of standard output."""
    return Console(highlight=False)


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

    def __init__(self, write: Callable[[str], None], console: Console) -> None:
        super().__init__(write)
        self._console = console
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
        super().on_epoch(run, record)  # the bar is redrawn below its line

    def _line(self, record: EpochRecord, epochs: int) -> str:
        return epoch_line(record, epochs, self._console.width)

    def _update(self, run: Run) -> None:
        assert self._task is not None
        self._progress.update(self._task, completed=run.images_seen, **self._fields(run))

    def _fields(self, run: Run) -> dict[str, Any]:
        return {**run_fields(run), "accuracy": self._accuracy}
