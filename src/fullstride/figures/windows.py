"""Where a window stands: its corners, for a stride."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, ShapeError
from fullstride.figures.drawing import BLUE, GREEN, GREY, ORANGE, PALE, Drawing, Sheet
from fullstride.geometry import Window, whole_number

_MOST = 16
_LEFT, _TOP = 3.2, 2.1


def corners(n_prev: tuple[int, int], f: int, stride: int, pad: int = 0, h: int = 1, w: int = 1) -> Drawing:
    """Draw the window of output (h, w) in the padded image, with the four numbers that cut it out.

    Parameters
    ----------
    n_prev : (n_H_prev, n_W_prev)
        Of the image; with its padding at most 16 x 16.
    f, stride, pad : as `hparameters` has them
    h, w : int
        The output, 0 <= h < n_H and 0 <= w < n_W.

    Returns
    -------
    Drawing
        The window, the outlines of that of (0, 0) and those right of it and below it, and the output's grid.

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        If an argument does not fit.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    where = "corners"
    window, (n_H, n_W) = Window.over(n_prev, f, stride, pad, where, "window")
    rows, columns = window.padded(n_prev)
    if max(rows, columns) > _MOST:
        raise ShapeError(
            f"{where}: the padded image must be at most {_MOST} x {_MOST}; it is {rows} x {columns}"
        )
    for name, index, count in (("h", h, n_H), ("w", w, n_W)):
        if whole_number(index, where, name, 0) >= count:
            raise ArgumentError(f"{where}: {name} must be an output, 0 <= {name} < {count}; got {index}")

    sheet = Sheet.of(_LEFT + columns + 2.6 + max(n_W, 4.2) + 0.6, _TOP + max(rows, n_H + 1) + 1.3)
    (top, bottom), (left, right) = window.pad
    image = np.zeros((rows, columns), np.bool_)
    image[top : rows - bottom, left : columns - right] = True
    _squares(sheet, _LEFT, image)
    for place in range(max(rows, columns)):
        if place < rows:
            sheet.text(_LEFT + 0.5, _TOP + place + 0.53, str(place), 7, color=GREY)
        if 0 < place < columns:
            sheet.text(_LEFT + place + 0.5, _TOP + 0.53, str(place), 7, color=GREY)
    for other in {(0, 0), (h, w + 1), (h + 1, w)} - {(h, w)}:
        if other[0] < n_H and other[1] < n_W:
            _outline(sheet, window.corners(*other), color=GREY, linewidth=1.3, linestyle="--")
    vert_start, vert_end, horiz_start, horiz_end = window.corners(h, w)
    _outline(sheet, window.corners(h, w), color=ORANGE, linewidth=2.6)
    _edge(sheet, vert_start, f"vert_start = {vert_start}", vertical=True)
    _edge(sheet, vert_end, f"vert_end = {vert_end}", vertical=True)
    _edge(sheet, horiz_start, f"horiz_start = {horiz_start}", vertical=False)
    _edge(sheet, horiz_end, f"horiz_end = {horiz_end}", vertical=False)
    size = f"{rows} × {columns}" + (f" with pad = {pad}" if pad else "")
    sheet.text(_LEFT + columns / 2, _TOP + rows + 0.8, f"{size}; f = {f}, stride = {stride}", 8, color=GREY)

    x = _LEFT + columns + 2.2
    out = np.zeros((n_H, n_W), np.bool_)
    out[h, w] = True
    _squares(sheet, x, out, ORANGE)
    sheet.text(x + n_W / 2, _TOP + n_H + 0.8, f"output {n_H} × {n_W}", 8, color=GREY)
    sheet.text(x + n_W / 2, _TOP + n_H + 1.6, f"(h, w) = ({h}, {w})", 8, color=ORANGE)
    sheet.arrow(
        _LEFT + horiz_end + 0.1, _TOP + (vert_start + vert_end) / 2, x + w - 0.1, _TOP + h + 0.5, color=ORANGE
    )
    return sheet.drawing()


def _squares(sheet: Sheet, x: float, filled: NDArray[np.bool_], colour: str = "#CFE3F1") -> None:
    """Squares; those that are filled have the colour."""
    n_H, n_W = filled.shape
    for h in range(n_H):
        for w in range(n_W):
            sheet.box(
                *(x + w, _TOP + h, 1, 1),
                fill=True,
                facecolor=colour if filled[h, w] else PALE,
                edgecolor="white",
                linewidth=1,
            )
    sheet.box(x, _TOP, n_W, n_H, edgecolor=GREY, linewidth=0.8)


def _outline(sheet: Sheet, window: tuple[int, int, int, int], color: str, **style: Any) -> None:
    vert_start, vert_end, horiz_start, horiz_end = window
    sheet.box(
        *(_LEFT + horiz_start, _TOP + vert_start, horiz_end - horiz_start, vert_end - vert_start),
        edgecolor=color,
        zorder=3,
        **style,
    )


def _edge(sheet: Sheet, place: int, words: str, vertical: bool) -> None:
    """A mark at an edge of the image, between two rows or two columns, and what it is called."""
    colour = BLUE if vertical else GREEN
    if vertical:
        y = _TOP + place
        sheet.arrow(_LEFT - 0.5, y, _LEFT, y, color=colour)
        sheet.text(_LEFT - 0.6, y, words, 8, ha="right", color=colour)
    else:
        x = _LEFT + place
        sheet.arrow(x, _TOP - 0.5, x, _TOP, color=colour)
        sheet.text(x, _TOP - 0.6, words, 8, va="bottom", color=colour, rotation=20, ha="left")
