"""The display in a notebook: one output that is replaced as training goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from fullstride.training.callbacks import Run
from fullstride.training.history import EpochRecord
from fullstride.training.progress import Display, epoch_line, run_fields

_REFRESH_SECONDS = 0.5
"""Each update travels to the browser."""


class NotebookDisplay(Display):
    """A bar, where training stands, and the curve so far; at the end the curve and the last epoch stay."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__(write)
        self._drawn = 0.0
        self._last = ""
        self._handle: Any = None

    def on_start(self, run: Run) -> None:
        from IPython import display

        super().on_start(run)
        show: Any = display.display
        self._handle = show(self._bundle(run), raw=True, display_id=True)
        self._drawn = time.perf_counter()

    def on_step(self, run: Run) -> None:
        if time.perf_counter() - self._drawn >= _REFRESH_SECONDS:
            self._draw(run)

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        self._last = epoch_line(record, run.epochs)

    def on_end(self, run: Run) -> None:
        self._draw(run, over=True)

    def _draw(self, run: Run, over: bool = False) -> None:
        self._handle.update(self._bundle(run, over), raw=True)
        self._drawn = time.perf_counter()

    def _bundle(self, run: Run, over: bool = False) -> dict[str, str]:
        fields = run_fields(run)
        if over:
            end = " (interrupted)" if run.history.interrupted else ""
            text, bar = f"{self._last or 'no epoch was completed'}{end}", ""
        else:
            text = f"epoch {fields['epoch']}  loss {fields['loss']}  {fields['rate']} images/s  {fields['left']} left"
            bar = f'<progress value="{run.images_seen}" max="{run.images_total}" style="width:20em"></progress> '
        curve = run.history.curve() if len(run.history.epochs) > 1 else ""
        return {
            "text/plain": text,
            "text/html": f'<div style="font-variant-numeric:tabular-nums">{bar}{text}</div>{curve}',
        }
