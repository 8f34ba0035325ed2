"""Data on the command line: loading it visibly, `fullstride data` and `fullstride show-batch`."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from fullstride.cli.console import Output, printable
from fullstride.data import DataSet, describe
from fullstride.errors import ArgumentError
from fullstride.random import permutation
from fullstride.runs import Configuration, load_data, prepare, read_configuration
from fullstride.training.progress import redraws

_REFRESH_SECONDS = 0.1


class Ticker:
    """One line on a terminal that is written over as work goes on; elsewhere a line for each kind of work."""

    def __init__(self) -> None:
        self._live = redraws(sys.stderr)
        self._what = ""
        self._drawn = 0.0
        self._width = 0

    def __call__(self, done: int, total: int | None, what: str) -> None:
        if not self._live:
            if what != self._what:
                self._write(f"{what} ...\n")
            self._what = what
            return
        now = time.monotonic()
        if now - self._drawn < _REFRESH_SECONDS and done != total and what == self._what:
            return
        self._what, self._drawn = what, now
        part = f"{100 * done / total:3.0f} %" if total else ""
        text = f"{printable(what)}  {part}  {done:,}" + (f" of {total:,}" if total else "")
        text = text[: _columns() - 1]  # a line that is broken could not be written over
        self._write("\r" + text.ljust(self._width))
        self._width = len(text)

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    @staticmethod
    def _write(text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:  # nobody reads it: the work is worth more
            return


def _columns() -> int:
    """Of the terminal that stderr is."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def load_visibly(configuration: Configuration) -> DataSet:
    """The data of a configuration; downloading and decoding are shown on stderr."""
    ticker = Ticker()
    try:
        return load_data(configuration, ticker)
    finally:
        ticker.close()


def report(overrides: Mapping[str, object]) -> None:
    """Print what the data is: parts, classes, sizes, duplicates."""
    output = Output()
    for line in str(describe(load_visibly(read_configuration(None, overrides)))).splitlines():
        output.line(line)


def show_batch(config: Path | None, overrides: Mapping[str, object], path: Path, count: int) -> None:
    """Draw the first training images of a run as the network sees them, in their first epoch."""
    check_picture(path)
    configuration = read_configuration(config, overrides)
    job = prepare(configuration, load_visibly(configuration))
    rows = job.rows[permutation(job.seed, job.inputs.epoch, len(job.rows))][:count]
    from fullstride.plots import show_batch as draw

    draw(job.data.X_train, path, job.inputs, rows, job.data.class_names, job.data.y_train)
    Output().line(f"saved in {path}")


def check_picture(path: Path) -> None:
    """Refuse a picture that cannot be drawn, before the work and not after it."""
    if importlib.util.find_spec("matplotlib") is None:
        raise ArgumentError("pictures need matplotlib: pip install 'fullstride[plots]'")
    if path.suffix.lower() != ".png":
        raise ArgumentError(f"the picture must be a .png file; got {path}")
    check_place(path)


def check_place(path: Path) -> None:
    """Refuse a file that cannot be written, before the work and not after it."""
    if not path.absolute().parent.is_dir():
        raise ArgumentError(f"{path}: its folder does not exist")
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder; name a file")
