"""The tables for the terminal and the JSON file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.cases import from_dict
from benchmarks.summary import geometric_mean

Row = dict[str, Any]
HEADINGS = {
    "conv_forward": "Convolution forward",
    "conv_backward": "Convolution backward: dA_prev, dW and db",
    "training_step": "Training step",
}


def machine() -> dict[str, Any]:
    """Processor, cores and system."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == "model name" and value.strip():
            model = value.strip()
            break
    return {"processor": model, "cores": os.cpu_count(), "system": platform.platform()}


def now() -> str:
    """The date and time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_console() -> Console:
    """A terminal's own width; wide and plain where the output is a pipe or a file."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=150)


def print_tables(console: Console, rows: list[Row], startup: list[Row], peer: str) -> None:
    """Everything that was measured."""
    for kind, heading in HEADINGS.items():
        chosen = [row for row in rows if row["name"].startswith(kind)]
        if chosen:
            console.print(_cases_table(console, heading, chosen, peer))
            ratios = [row["ratio"] for row in chosen if row["ratio"]]
            if len(ratios) > 1:
                console.print(f"  geometric mean of the ratios: {geometric_mean(ratios):.2f}\n")
    if startup or any(row["memory"] for row in rows):
        console.print(_startup_table(console, rows, startup, peer))


def write_json(path: Path, about: dict[str, Any], rows: list[Row], startup: list[Row]) -> None:
    """One document, beside its target first and then renamed."""
    text = json.dumps({**about, "cases": rows, "startup": startup}, indent=1) + "\n"
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def milliseconds(seconds: float | None) -> str:
    """Three digits that count.

    >>> milliseconds(0.00123456), milliseconds(0.123456), milliseconds(None)
    ('1.235', '123.5', '')
    """
    if seconds is None:
        return ""
    value = 1e3 * seconds
    return f"{value:.3f}" if value < 10 else f"{value:.2f}" if value < 100 else f"{value:.1f}"


def _table(console: Console, title: str, columns: list[str], widths: Callable[[str], str]) -> Table:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD if console.is_terminal else box.ASCII2
    )
    for column in columns:
        table.add_column(column, justify=widths(column), no_wrap=True)  # type: ignore[arg-type]
    return table


def _cases_table(console: Console, title: str, rows: list[Row], peer: str) -> Table:
    columns = ["case", "fullstride ms", "GFLOP/s"]
    if peer:
        columns += [f"{peer} ms", "GFLOP/s ", "its best", f"{peer} / fullstride", "min..max", "difference"]
    table = _table(console, title, columns, lambda name: "left" if name in ("case", "its best") else "right")
    for row in rows:
        cells = [from_dict(row["case"]).label, milliseconds(row["ours"]), _rate(row["flops"], row["ours"])]
        if row["ratio"]:
            style = "green" if row["ratio"] >= 1 else "red"
            cells += [
                milliseconds(row["peer"]),
                _rate(row["flops"], row["peer"]),
                row["variant"],
                f"[{style}]{row['ratio']:.2f}[/{style}]",
                f"{row['lowest']:.2f}..{row['highest']:.2f}",
                f"{row['difference']['relative']:.0e}",
            ]
        table.add_row(*cells)
    return table


def _rate(flops: int, seconds: float) -> str:
    return f"{flops / seconds / 1e9:.1f}"


def _startup_table(console: Console, rows: list[Row], startup: list[Row], peer: str) -> Table:
    columns = ["start and memory", "fullstride", *([peer] if peer else []), "note"]
    table = _table(console, "", columns, lambda name: "left" if name in (columns[0], "note") else "right")
    for name, ours, theirs, note in _startup_rows(rows, startup):
        table.add_row(name, ours, *([theirs] if peer else []), note)
    return table


def _startup_rows(rows: list[Row], startup: list[Row]) -> Iterator[tuple[str, str, str, str]]:
    for row in startup:
        theirs = f"{row['peer']:.3f} s" if "peer" in row else ""
        yield row["name"], f"{row['ours']:.3f} s", theirs, row.get("says", "")
    for row in rows:
        if row["memory"]:
            ours, *theirs = (f"{count / 1e6:.0f} MB" for count in row["memory"].values())
            yield "peak memory of the training process", ours, "".join(theirs), ""
