"""A sheet of squares: one unit of its axes is one cell, rows run downwards, text has a size that fits a cell."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.formats import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Colours of Okabe and Ito, to be told apart with any colour vision. The ground is white in a dark notebook too.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, GREY, PALE = "#222222", "#6B6B6B", "#E4E4E4"
MARKS = (ORANGE, INK, GREEN, PURPLE)
_CELL = 0.36  # inches, at most
_DPI = 110


@dataclass(frozen=True)
class Drawing:
    """A figure that a notebook shows.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    """

    figure: Figure

    def _repr_png_(self) -> bytes:
        """What IPython asks for; a palette makes it a third as large."""
        from PIL import Image

        raw, small = io.BytesIO(), io.BytesIO()
        self.figure.savefig(raw, format="png", dpi=_DPI)
        # This method keeps rare colours too: the largest number of a map may be one pixel.
        few = Image.open(raw).convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE)
        few.save(small, format="png", optimize=True)
        return small.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as a PNG file, whole or not at all.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        write_bytes(path, self._repr_png_())


@dataclass(frozen=True)
class Sheet:
    """Axes of width x height cells, each `cell` inches wide; (0, 0) is the upper left corner."""

    figure: Figure
    ax: Axes
    cell: float

    @staticmethod
    def of(width: float, height: float, widest: float = 8.6) -> Sheet:
        """As wide as it needs to be, but at most `widest` inches."""
        from matplotlib.figure import Figure

        cell = min(_CELL, widest / width)
        figure = Figure(figsize=(width * cell, height * cell), facecolor="white")
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
        ax.set_axis_off()
        return Sheet(figure, ax, cell)

    def text(self, x: float, y: float, words: str, size: float = 9.0, **style: Any) -> None:
        """Words around (x, y), `size` points high."""
        self.ax.text(x, y, words, fontsize=size, **{"ha": "center", "va": "center", "color": INK, **style})

    def box(self, x: float, y: float, width: float, height: float, **style: Any) -> None:
        """A rectangle; without a style the outline of a window."""
        from matplotlib.patches import Rectangle

        self.ax.add_patch(Rectangle((x, y), width, height, **{"fill": False, "edgecolor": ORANGE, **style}))

    def arrow(self, x: float, y: float, to_x: float, to_y: float, **style: Any) -> None:
        """From (x, y) to (to_x, to_y)."""
        properties = {
            "arrowstyle": "-|>",
            "color": GREY,
            "linewidth": 1.1,
            "shrinkA": 0,
            "shrinkB": 0,
            **style,
        }
        self.ax.annotate("", (to_x, to_y), (x, y), arrowprops=properties)

    def picture(self, x: float, y: float, width: float, height: float, colours: NDArray[np.float64]) -> None:
        """An image of shape (n_H, n_W, 3), 0..1, in a thin frame."""
        self.ax.imshow(
            colours, extent=(x, x + width, y + height, y), interpolation="nearest", aspect="auto", zorder=1
        )
        self.box(x, y, width, height, edgecolor=GREY, linewidth=0.8, zorder=1)
        # imshow sets the limits anew.
        columns, rows = self.figure.get_size_inches() / self.cell
        self.ax.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal")

    def drawing(self) -> Drawing:
        """What has been drawn."""
        return Drawing(self.figure)


def shades(values: NDArray[Any]) -> NDArray[np.float64]:
    """RGB of numbers, with a last axis of 3: 0 is white, the largest magnitude is blue, or orange below 0."""
    from matplotlib.colors import to_rgb

    numbers = np.asarray(values, np.float64)
    largest = float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)) or 1.0
    part = np.clip(np.nan_to_num(numbers / largest), -1, 1)[..., np.newaxis]
    full = np.where(part < 0, to_rgb("#C85A12"), to_rgb("#1C6EA8"))
    return np.asarray(1 - np.abs(part) * (1 - full))
