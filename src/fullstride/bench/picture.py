"""The ratios as a picture: a bar for each peer in each case. It needs matplotlib."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fullstride.bench.load import in_words, is_busy
from fullstride.bench.report import GROUPS, label, ratios, rows_of
from fullstride.bench.summary import BASELINES, geometric_mean
from fullstride.formats import atomic_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = dict[str, Any]
COLOURS = {"torch": "#0072B2", "onnxruntime": "#E69F00", "numpy": "#5F5F5F"}
"""Of Okabe and Ito, and a grey: to be told apart with any colour vision."""
_DARK, _LIGHT = "#222222", "#DDDDDD"
_DPI = 110
# Inches.
_BAR, _GAP = 0.17, 0.11
_HEADER, _TITLE, _AXIS = 1.0, 0.35, 0.4
_COLUMN, _LABELS, _NUMBERS, _MARGIN = 6.6, 2.3, 0.6, 0.3


@dataclass(frozen=True)
class _Bars:
    """One line of a panel: its name and its peers' ratios as (ratio, lowest, highest)."""

    name: str
    peers: dict[str, tuple[float, float, float]]

    @property
    def height(self) -> float:
        return _BAR * sum(name not in BASELINES for name in self.peers) + _GAP


Panels = dict[str, list[_Bars]]


def draw(document: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Draw the document of a run as a PNG file.

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    columns = [panels for panels in _columns(document) if panels]
    every = [bars for panels in columns for lines in panels.values() for bars in lines]
    heights = [sum(map(_height, panels.values())) for panels in columns]
    size = _COLUMN * max(len(columns), 1), _HEADER + max(heights, default=0.5)
    figure = Figure(figsize=size, facecolor="white")
    for number, panels in enumerate(columns):
        top = size[1] - _HEADER
        for title, lines in panels.items():
            height = _height(lines) - _TITLE - _AXIS
            left, width = number * _COLUMN + _LABELS, _COLUMN - _LABELS - _NUMBERS
            bottom = top - _TITLE - height
            ax = figure.add_axes((left / size[0], bottom / size[1], width / size[0], height / size[1]))
            _panel(ax, title, lines, _limits(every))
            top -= _height(lines)
    _head(figure, document, {name for bars in every for name in bars.peers})
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=_DPI, metadata={"Software": None})


def _height(lines: Sequence[_Bars]) -> float:
    return _TITLE + sum(bars.height for bars in lines) + _AXIS


def _limits(every: Sequence[_Bars]) -> tuple[float, float]:
    """One axis for all panels, with room at its ends."""
    values = [value for bars in every for triple in bars.peers.values() for value in triple]
    return min([0.5, *values]) / 1.1, 1.3 * max([2.0, *values])


def _columns(document: dict[str, Any]) -> tuple[Panels, Panels]:
    """Networks on the left, layers on the right."""
    networks: Panels = {}
    layers: Panels = {}
    for kind, heading in GROUPS.items():
        rows = [row for row in rows_of(document, kind) if row["best"]]
        if rows:
            found = ratios(rows)
            mean = f"; geometric mean {geometric_mean(found):.2f}" if len(found) > 1 else ""
            (layers if kind.startswith("layer") else networks)[heading + mean] = [_bars(row) for row in rows]
    sizes = [row for row in document["rows"] if row.get("unit") == "bytes" and "torch" in row["values"]]
    if sizes:
        networks["Peak memory of a training process"] = [_memory(row["name"], row["values"]) for row in sizes]
    return networks, layers


def _bars(row: Row) -> _Bars:
    peers = {name: (peer["ratio"], peer["lowest"], peer["highest"]) for name, peer in row["peers"].items()}
    return _Bars(row["label"], peers)


def _memory(name: str, values: dict[str, float]) -> _Bars:
    ratio = values["torch"] / values["ours"]
    return _Bars(name.partition(", ")[2], {"torch": (ratio, ratio, ratio)})


def _panel(ax: Axes, title: str, lines: Sequence[_Bars], limits: tuple[float, float]) -> None:
    """From the line at 1, as much as fullstride, to the ratio, on a logarithmic axis; a baseline is a diamond."""
    ticks, y = [], _GAP / 2
    for bars in lines:
        ticks.append(y + (bars.height - _GAP) / 2)
        for name, (ratio, lowest, highest) in bars.peers.items():
            if name in BASELINES:
                ax.plot([ratio], [ticks[-1]], "D", color=COLOURS[name], markersize=4, zorder=3)
                continue
            middle = y + _BAR / 2
            ax.barh(middle, ratio - 1, height=0.86 * _BAR, left=1, color=COLOURS[name])
            ax.plot([lowest, highest], [middle, middle], color=_DARK, linewidth=1)
            edge = ax.get_yaxis_transform()
            ax.text(1.02, middle, f"{ratio:.2f}", va="center", fontsize=8, transform=edge)
            y += _BAR
        y += _GAP
    ax.set_xscale("log")
    ax.set_xlim(*limits)
    powers = range(math.ceil(math.log2(limits[0])), math.floor(math.log2(limits[1])) + 1)
    ax.set_xticks([2.0**power for power in powers], [f"{2.0**power:g}" for power in powers], fontsize=8)
    ax.set_xticks([], minor=True)
    ax.set_yticks(ticks, [bars.name for bars in lines], fontsize=8.5)
    ax.set_ylim(sum(bars.height for bars in lines), 0)
    ax.axvline(1, color=_DARK, linewidth=1.2)
    ax.grid(axis="x", color=_LIGHT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    start = -(_LABELS - _MARGIN) / (_COLUMN - _LABELS - _NUMBERS)
    ax.set_title(title, fontsize=10, loc="left", x=start, fontweight="bold")


def _head(figure: Figure, document: dict[str, Any], shown: set[str]) -> None:
    """The title, what was measured where and when, and the legend, at the top of the first column."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    machine, versions = document["machine"], document["versions"]
    peak = f"multiply-add peak {machine['peak_flops_per_second'] / 1e9:.0f} GFLOP/s"
    handles: list[Any] = []
    for name in (name for name in COLOURS if name in shown):
        text = f"{label(name)} {versions.get(name, '')}".strip()
        if name in BASELINES:
            handles.append(Line2D([], [], color=COLOURS[name], marker="D", linestyle="", label=text))
        else:
            handles.append(Patch(color=COLOURS[name], label=text))
    lines = [
        f"{machine['processor']}, {document['threads']} threads, {peak}, {document['date'][:10]}",
        "The line: lowest to highest round. At 1 a peer is as fast as fullstride.",
    ]
    if is_busy(machine["load_of_others"]):
        lines[1] = f"NOT TO BE TRUSTED: other processes kept {in_words(machine['load_of_others'])} busy."
    width, height = figure.get_size_inches()
    left, top = _MARGIN / width, 1 - 0.12 / height
    heading = "fullstride and its peers: a peer's time, or memory, divided by fullstride's"
    figure.text(left, top, heading, fontsize=12, fontweight="bold", va="top")
    figure.text(left, top - 0.27 / height, "\n".join(lines), fontsize=8.5, va="top", linespacing=1.4)
    if handles:
        figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(left, top - 0.62 / height), ncols=3, frameon=False,
            fontsize=8.5, borderpad=0, borderaxespad=0,
        )  # fmt: skip
