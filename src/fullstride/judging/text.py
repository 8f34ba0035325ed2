"""A judgment as text for a terminal: tables, and at the end what matters most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len, set_cell_size

from fullstride.judging.estimates import NumberJudgment
from fullstride.judging.judgment import Judgment

_NAME = 24
"""The longest name of a class in a table, in columns of the terminal."""
_CLASSES = 20
"""With more of them the table shows the hardest alone."""
_HARDEST = 3
_CONFUSIONS = 3
_MORE_CONFUSIONS = 10


def lines(judged: Judgment, width: int) -> list[str]:
    """Classes, confusion, calibration, and the summary, of which the accuracy is the last line."""
    confusion = _confusion(judged, width)
    return [*_classes(judged), "", *confusion, "", *_calibration(judged), "", *_summary(judged)]


def number_lines(judged: NumberJudgment) -> list[str]:
    """A line an output where there are several, and the means."""
    squared, absolute, r_squared = judged.squared_error, judged.absolute_error, judged.r_squared
    table: list[str] = []
    if len(squared) > 1:
        rows = [
            [str(k), f"{squared[k]:.4g}", f"{absolute[k]:.4g}", _number(r_squared[k])]
            for k in range(len(squared))
        ]
        table = [*_table(["output", "mean squared error", "mean absolute error", "R^2"], rows), ""]
    explained = float(r_squared.mean())
    return [
        *table,
        f"R^2 {_number(explained)}, mean absolute error {absolute.mean():.4g}",
        f"mean squared error {judged.loss:.4g} ({judged.count} image{'' if judged.count == 1 else 's'})",
    ]


def _classes(judged: Judgment) -> list[str]:
    n = len(judged.class_names)
    shown: Sequence[int] = range(n) if n <= _CLASSES else judged.hardest(_MORE_CONFUSIONS).tolist()
    precision, recall, f1, support = judged.precision, judged.recall, judged.f1, judged.support
    rows = [
        [judged.class_names[c], f"{support[c]:,}", *(_percent(share[c]) for share in (precision, recall, f1))]
        for c in shown
    ]
    title = [f"of {n} classes the {len(rows)} with the lowest recall"] if n > _CLASSES else []
    return [*title, *_table(["class", "images", "precision", "recall", "F1"], rows)]


def _confusion(judged: Judgment, width: int) -> list[str]:
    """The table, where it has room; else the most frequent confusions."""
    names, table = judged.class_names, judged.confusion
    cells = [[f"{count:,}" if count else "." for count in row] for row in table.tolist()]
    numbers = [f"{k}" for k in range(len(names))]
    ways = (
        (["", *names], [[name] for name in names]),
        (["", "", *numbers], [[name, number] for name, number in zip(names, numbers, strict=True)]),
    )
    for head, left in ways if 2 * len(names) < width else ():
        rows = [[*start, *row] for start, row in zip(left, cells, strict=True)]
        drawn = _table(head, rows, text=len(left[0]), gap=1, even=True)
        if max(map(cell_len, drawn)) <= width:
            return ["confusion: a row for what the images are, a column for what they were taken for", *drawn]
    pairs = judged.most_confused(_MORE_CONFUSIONS)
    if not pairs:
        return ["confusion: none"]
    rows = [[names[c], names[k], f"{count:,}"] for c, k, count in pairs]
    return ["the most frequent confusions", *_table(["class", "taken for", "images"], rows, text=2)]


def _calibration(judged: Judgment) -> list[str]:
    bins = judged.calibration
    rows = [
        [
            f"{100 * bins.edges[b]:.1f} to {100 * bins.edges[b + 1]:.1f} %",
            f"{bins.count[b]:,}",
            _percent(bins.confidence[b]),
            _percent(bins.accuracy[b]),
        ]
        for b in np.flatnonzero(bins.count).tolist()
    ]
    return [
        f"calibration: expected error {100 * bins.expected_error:.2f} % over {len(bins.count)} bins",
        *_table(["confidence", "images", "its mean", "accuracy"], rows),
    ]


def _summary(judged: Judgment) -> list[str]:
    names, support = judged.class_names, judged.support
    hits = judged.confusion.diagonal()
    hardest = ", ".join(
        f"{names[c]} {100 * hits[c] / support[c]:.1f} % ({hits[c]}/{support[c]})"
        for c in judged.hardest(_HARDEST).tolist()
    )
    told = [f"loss {judged.loss:.4f}, Brier score {judged.brier:.4f}", f"known worst: {hardest}"]
    pairs = judged.most_confused(_CONFUSIONS)
    if pairs:
        named = ", ".join(f"{names[c]} for {names[k]} ({count})" for c, k, count in pairs)
        told.append(f"most often confused: {named}")
    if (top := judged.top_5_accuracy) is not None:
        told.append(f"top-5 accuracy {100 * top:.2f} % ({judged.top_5_correct}/{judged.count})")
    low, high = judged.accuracy_interval
    share = f"{100 * judged.accuracy:.2f} % ({judged.correct}/{judged.count})"
    return [*told, f"accuracy {share}, 95 % interval {100 * low:.2f} to {100 * high:.2f} %"]


def _table(
    head: list[str], rows: list[list[str]], *, text: int = 1, gap: int = 2, even: bool = False
) -> list[str]:
    """Lines of a table: the first `text` columns to the left, numbers to the right; `even`: equally wide ones."""
    lines = [
        [_cut(cell) for cell in head],
        *([*map(_cut, row[:text]), *row[text:]] for row in rows),
    ]
    widths = [max(cell_len(line[k]) for line in lines) for k in range(len(head))]
    if even:
        widths[text:] = [max(widths[text:])] * (len(head) - text)
    drawn = []
    for line in lines:
        cells = [
            set_cell_size(cell, width) if k < text else " " * (width - cell_len(cell)) + cell
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        drawn.append((" " * gap).join(cells).rstrip())
    return drawn


def _cut(name: str) -> str:
    return name if cell_len(name) <= _NAME else set_cell_size(name, _NAME - 1) + "…"


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{100 * share:.1f} %"


def _number(value: float) -> str:
    return "undefined" if np.isnan(value) else f"{value:.4f}"
