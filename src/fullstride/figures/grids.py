"""Arrays as squares with their numbers in them, side by side: what goes in, what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.figures.drawing import GREY, INK, MARKS, PALE, Drawing, Sheet, shades
from fullstride.geometry import whole_number

Corners: TypeAlias = tuple[int, int, int, int]
"""vert_start, vert_end, horiz_start, horiz_end"""
_MOST = 32
_LETTER = 0.29  # of the width of a cell
_TITLE = 0.26
_LARGEST = 10.5  # points


@dataclass(frozen=True, eq=False)
class Grid:
    """A matrix to be drawn with its numbers.

    Parameters
    ----------
    title : str
        Stands above it, as the shape stands below it; "" for none.
    values : ndarray of shape (n_H, n_W), at most 32 x 32, numbers or bool
    windows : Corners, each (vert_start, vert_end, horiz_start, horiz_end)
        Rectangles around rows vert_start to vert_end - 1 and columns likewise, each in a colour of its own: at most 4.
    pad : int >= 0
        So many outermost rows and columns are padding, and grey.
    decimals : int >= 0, optional
        Without it as many as the numbers need, at most 2.

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        If an argument does not fit.
    """

    title: str
    values: NDArray[Any]
    windows: Sequence[Corners] = ()
    pad: int = 0
    decimals: int | None = None

    def __post_init__(self) -> None:
        where = "Grid"
        values = self.values
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
            kind = values.dtype if isinstance(values, np.ndarray) else type(values).__name__
            raise DtypeError(f"{where}: values must be a NumPy array of real numbers or bool; got {kind}")
        if values.ndim != 2 or not 1 <= min(values.shape) <= max(values.shape) <= _MOST:
            raise ShapeError(
                f"{where}: values must have shape (n_H, n_W), 1 <= n_H, n_W <= {_MOST}; got shape {values.shape}"
            )
        whole_number(self.pad, where, "pad", 0)
        if self.decimals is not None:
            whole_number(self.decimals, where, "decimals", 0)
        if len(self.windows) > len(MARKS):
            raise ArgumentError(f"{where}: windows must be at most {len(MARKS)}; got {len(self.windows)}")
        for window in self.windows:
            _check_window(window, values.shape, where)

    @property
    def words(self) -> NDArray[np.str_]:
        """What is written in the cells."""
        if self.values.dtype.kind == "b":
            return np.where(self.values, "True", "False")
        decimals = self.decimals
        if decimals is None:
            finite = np.where(np.isfinite(self.values), self.values, 0).astype(np.float64)
            decimals = next((d for d in range(2) if np.array_equal(finite, finite.round(d))), 2)
        rounded = self.values.astype(np.float64).round(decimals) + 0.0  # no minus before a 0
        return np.array([[f"{value:.{decimals}f}".replace("-", "−") for value in line] for line in rounded])

    @property
    def cell_width(self) -> float:
        """Of a cell that is 1 high."""
        return max(1.0, _LETTER * int(np.char.str_len(self.words).max()) + 0.3)

    @property
    def size(self) -> tuple[float, float]:
        """(width, height) in cells, without title and caption."""
        return self.values.shape[1] * self.cell_width, float(self.values.shape[0])


def _check_window(window: object, shape: tuple[int, ...], where: str) -> None:
    if not isinstance(window, tuple) or len(window) != 4:
        raise ShapeError(
            f"{where}: a window must be (vert_start, vert_end, horiz_start, horiz_end); got {window!r}"
        )
    vert_start, vert_end, horiz_start, horiz_end = (whole_number(c, where, "a corner", 0) for c in window)
    if not (vert_start < vert_end <= shape[0] and horiz_start < horiz_end <= shape[1]):
        raise ArgumentError(
            f"{where}: a window must lie inside of the values, of shape {shape}; got {window}"
        )


def row(*parts: Grid | tuple[str, NDArray[Any]] | str) -> Drawing:
    """Draw matrices in a row, with signs between them.

    Parameters
    ----------
    *parts : Grid, (title, values), or str
        A pair is a `Grid` without windows. A string, such as "×", "=" or "→ pool →", stands between two matrices.

    Returns
    -------
    Drawing

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        If a part is none, or there is no matrix.
    ModuleNotFoundError
        If matplotlib is not installed.

    Examples
    --------
    >>> x = np.array([[1.0, 7.0], [7.0, 3.0]])
    >>> row(("x", x), "max →", ("A", np.array([[7.0]]))).figure.axes[0].texts[2].get_text()
    '7'
    """
    things = [_part(part) for part in parts]
    grids = [thing for thing in things if isinstance(thing, Grid)]
    if not grids:
        raise ArgumentError("row: there must be at least one matrix to draw; got none")
    tallest = max(grid.size[1] for grid in grids)
    sheet = Sheet.of(sum(map(_width, things)) + 0.4, tallest + 2.4)
    x = 0.2
    for thing in things:
        width, middle = _width(thing), 1.3 + tallest / 2
        if isinstance(thing, str):
            sheet.text(x + width / 2, middle, thing, 12 if len(thing) < 3 else 9, color=GREY)
        else:
            draw_grid(sheet, x + (width - thing.size[0]) / 2, middle - thing.size[1] / 2, thing)
        x += width
    return sheet.drawing()


def _part(part: object) -> Grid | str:
    if isinstance(part, tuple) and len(part) == 2:
        return Grid(*part)
    if isinstance(part, (Grid, str)):
        return part
    raise DtypeError(f"row: a part must be a Grid, (title, values) or str; got a {type(part).__name__}")


def _width(thing: Grid | str) -> float:
    if isinstance(thing, str):
        return 0.9 + _TITLE * len(thing)
    return max(thing.size[0], _TITLE * max(len(thing.title), len(_caption(thing)))) + 0.3


def _caption(grid: Grid) -> str:
    n_H, n_W = grid.values.shape
    return f"{n_H} × {n_W}"


def draw_grid(sheet: Sheet, x: float, y: float, grid: Grid) -> None:
    """The upper left corner of its cells is at (x, y)."""
    (width, height), wide = grid.size, grid.cell_width
    n_H, n_W = grid.values.shape
    words, colours = grid.words, shades(grid.values)
    fits = 0.9 * wide / (0.6 * int(np.char.str_len(words).max()))
    points = min(_LARGEST, 72 * sheet.cell * min(0.5, fits))
    for h in range(n_H):
        for w in range(n_W):
            inside = grid.pad <= h < n_H - grid.pad and grid.pad <= w < n_W - grid.pad
            colour = colours[h, w] if inside else PALE
            sheet.box(
                x + w * wide, y + h, wide, 1, fill=True, facecolor=colour, edgecolor="white", linewidth=0.8
            )
            dark = inside and colours[h, w] @ (0.299, 0.587, 0.114) < 0.55
            sheet.text(
                *(x + (w + 0.5) * wide, y + h + 0.53, words[h, w], points),
                color="white" if dark else INK if inside else GREY,
            )
    sheet.box(x, y, width, height, edgecolor=GREY, linewidth=0.8)
    for (vert_start, vert_end, horiz_start, horiz_end), colour in zip(grid.windows, MARKS, strict=False):
        left, right, high = x + horiz_start * wide, x + horiz_end * wide, vert_end - vert_start
        # A white line below the coloured one: it stands out on any cell.
        for line, thick in (("white", 4.2), (colour, 2.4)):
            sheet.box(left, y + vert_start, right - left, high, edgecolor=line, linewidth=thick, zorder=3)
    sheet.text(x + width / 2, y - 0.55, grid.title, 9, parse_math=False)
    sheet.text(x + width / 2, y + height + 0.5, _caption(grid), 7.5, color=GREY, parse_math=False)
