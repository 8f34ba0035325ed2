"""The tables for the terminal."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from fullstride.bench.load import in_words, is_busy
from fullstride.bench.summary import BASELINES, geometric_mean
from fullstride.native.machine import processor

Row = dict[str, Any]
GROUPS = {
    "step": "Training step, SGD with momentum",
    "inference": "Inference",
    "layer forward": "Convolution forward",
    "layer dA": "Convolution, gradient of the input: dA_prev",
    "layer dW": "Convolution, gradients of the filters: dW and db",
}
"""Kinds of cases, in order."""
OTHERS = "Before the first step, memory, and company"
WIDE = 124
"""Columns of a terminal that shows all; a narrower one gets the most important."""
NAMES = {"ours": "fullstride", "numpy": "NumPy im2col"}


def machine() -> dict[str, Any]:
    """Processor, cores and system."""
    return {"processor": processor(), "cores": os.cpu_count(), "system": platform.platform()}


def now() -> str:
    """The date and time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_console() -> Console:
    """A terminal's own width; wide and plain where the output is a pipe or a file."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=WIDE)


def about(document: dict[str, Any]) -> str:
    """One paragraph: the machine, versions, and what was asked for."""
    machine, threads = document["machine"], document["threads"]
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores; target {machine['target']}; multiply-add peak of "
        f"{threads} threads {machine['peak_flops_per_second'] / 1e9:.0f} GFLOP/s\n"
        f"{versions}; {threads} threads, {document['rounds']} rounds of {document['seconds']} s"
    )


def progress(row: Row) -> str:
    """One line when a row is done: the ratios, and that all sides agree."""
    if "ours" not in row:
        return f"{row['name']}: " + ", ".join(
            f"{label(name)} {quantity(value, row['unit'])}" for name, value in row["values"].items()
        )
    line = f"{row['name']}: {milliseconds(row['ours'])} ms"
    for name, rival in row["peers"].items():
        line += f"; {rival['ratio']:.2f} times {label(name)}"
    relative = max(difference["relative"] for difference in row["differences"].values())
    return f"{line}; results differ by {relative:.0e} of the largest number" if row["peers"] else line


def print_tables(console: Console, document: dict[str, Any]) -> None:
    """Everything that was measured, and what is to be said of it."""
    peak = document["machine"]["peak_flops_per_second"]
    for kind, heading in GROUPS.items():
        rows = rows_of(document, kind)
        if rows:
            console.print()
            console.print(_drawn(console, heading, *cases_table(rows, peak, console.width >= WIDE)))
            if len(rows) > 1 and rows[0]["best"]:
                console.print(f"  {in_short(ratios(rows))}")
    if line := all_layers(document):
        console.print(f"\n{line}")
    others = [row for row in document["rows"] if "ours" not in row]
    if others:
        console.print()
        console.print(_drawn(console, OTHERS, *others_table(others)))
    load = document["machine"]["load_of_others"]
    if is_busy(load):
        console.print(f"other processes kept {in_words(load)} busy: these numbers are not to be trusted")
    for line in document["failures"]:
        console.print(f"failed: {line}")


def rows_of(document: dict[str, Any], kind: str) -> list[Row]:
    """The cases of one kind."""
    return [row for row in document["rows"] if row.get("kind") == kind]


def ratios(rows: Sequence[Row]) -> list[float]:
    """Against the best peer of each case."""
    return [row["peers"][row["best"]]["ratio"] for row in rows if row["best"]]


def all_layers(document: dict[str, Any]) -> str:
    """The ratios of the layers in all directions together, in short; empty where there is one direction or none."""
    kinds = {
        row["kind"] for row in document["rows"] if row.get("kind", "").startswith("layer") and row["best"]
    }
    if len(kinds) < 2:
        return ""
    found = [ratio for kind in kinds for ratio in ratios(rows_of(document, kind))]
    return f"All {len(found)} layers and directions: {in_short(found)}"


def in_short(values: Sequence[float]) -> str:
    """The geometric mean of ratios, and their ends.

    >>> in_short([1.0, 4.0])
    'geometric mean of the ratios 2.00, from 1.00 to 4.00'
    """
    return f"geometric mean of the ratios {geometric_mean(values):.2f}, from {min(values):.2f} to {max(values):.2f}"


def label(name: str) -> str:
    """A contestant's name for people."""
    return NAMES.get(name, name)


def milliseconds(seconds: float) -> str:
    """Three digits that count.

    >>> milliseconds(0.00123456), milliseconds(0.0123456), milliseconds(0.0000123)
    ('1.23', '12.3', '0.0123')
    """
    value = 1e3 * seconds
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 1 else f"{value:#.3g}".rstrip(".")


def quantity(value: float, unit: str) -> str:
    """
    >>> quantity(0.1234, "seconds"), quantity(45e6, "bytes"), quantity(0.5, "part")
    ('0.123 s', '45 MB', '50 %')
    """
    if unit == "bytes":
        return f"{value / 1e6:.0f} MB"
    return f"{100 * value:.0f} %" if unit == "part" else f"{value:.3f} s"


def part_of_peak(row: Row, seconds: float, peak: float) -> str:
    """How much of the machine's multiply-add peak a time means.

    >>> part_of_peak({"flops": 50}, 2.0, 100.0)
    '25 %'
    """
    part = 100 * row["flops"] / seconds / peak
    return f"{part:.1f} %" if part < 10 else f"{part:.0f} %"


def further_variants(rows: Sequence[Row]) -> list[str]:
    """Our ways to compute these cases, but for the first: a column each."""
    return list(rows[0]["variants"])[1:]


def cases_table(rows: Sequence[Row], peak: float, wide: bool) -> tuple[list[str], list[list[str]]]:
    """Columns, whose names may have two lines, and the cells of each row; not `wide`: only what matters most."""
    seen = list(dict.fromkeys(name for row in rows for name in row["peers"]))
    peers = [name for name in seen if name not in BASELINES]
    baselines = [name for name in seen if name in BASELINES and wide]
    more = further_variants(rows) if wide else []
    columns = ["case", "fullstride\nms", "of\npeak"]
    for name in peers:
        columns += [f"{name}\nms", *(["of\npeak"] if wide else [])]
    columns += ["ratio"] if peers else []
    columns += ["lowest..\nhighest"] if peers and wide else []
    columns += [f"{label(name)}\nratio" for name in baselines] + [f"{name}\nms" for name in more]
    table = []
    for row in rows:
        cells = [row["label"], milliseconds(row["ours"]), part_of_peak(row, row["ours"], peak)]
        for name in peers:
            seconds = row["peers"][name]["seconds"]
            cells += [milliseconds(seconds), *([part_of_peak(row, seconds, peak)] if wide else [])]
        if peers:
            best = row["peers"][row["best"]]
            cells += [f"{best['ratio']:.2f}"]
            cells += [f"{best['lowest']:.2f}..{best['highest']:.2f}"] if wide else []
        for name in baselines:
            cells.append(f"{row['peers'][name]['ratio']:.1f}" if name in row["peers"] else "")
        table.append(cells + [milliseconds(row["variants"][name]) for name in more])
    return columns, table


def others_table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """The same for what is no case: compilation, memory, company."""
    names = list(dict.fromkeys(name for row in rows for name in row["values"]))
    table = []
    for row in rows:
        values = row["values"]
        cells = [quantity(values[name], row["unit"]) if name in values else "" for name in names]
        comparable = "torch" in values and row["unit"] != "part" and values["ours"] > 0
        table.append([row["name"], *cells, f"{values['torch'] / values['ours']:.1f}" if comparable else ""])
    return ["what", *map(label, names), "ratio"], table


def _drawn(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Numbers stand to the right; the first column is words."""
    style = box.SIMPLE_HEAD if console.is_terminal else box.ASCII2
    table = Table(title=title, title_justify="left", box=style)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    for cells in rows:
        table.add_row(*cells)
    return table
