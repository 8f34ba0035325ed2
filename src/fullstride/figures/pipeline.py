"""A network at work: the volume that an image is after each layer, with its real numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.figures.drawing import BLUE, GREY, ORANGE, PALE, Drawing, Sheet, shades
from fullstride.geometry import whole_number

_ROWS = 8
_MOST = 64
_LINES = 28.0  # the height of the drawing in cells, without titles
_MAP = 2.9
_GAP = 1.9
_BAR = 3.6


def pipeline(
    stages: Sequence[tuple[str, NDArray[Any]]],
    class_names: Sequence[str] | None = None,
    truth: int | None = None,
) -> Drawing:
    """Draw what one image becomes from layer to layer.

    Parameters
    ----------
    stages : sequence of (name, array)
        Arrays of shape (n_H, n_W, n_C), of which up to 64 channels are drawn as maps, or (n,), a column of numbers. A
        last one of shape (n,) with at most 20 numbers in 0..1 is drawn as bars: the probabilities of the classes.
    class_names : n names, or None for 0 .. n - 1
    truth : int, optional
        The label, whose bar has another colour.

    Returns
    -------
    Drawing
        Blue is above 0, orange below, each stage on a scale of its own.

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        If an argument does not fit.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    arrays = [_checked(stage) for stage in stages]
    if not arrays:
        raise ArgumentError("pipeline: there must be at least one stage; got none")
    _, last = arrays[-1]
    bars = last.ndim == 1 and len(last) <= 20 and 0 <= last.min() <= last.max() <= 1
    classes = len(last) if bars else 0
    if class_names is not None and len(class_names) != classes:
        raise ShapeError(
            f"pipeline: class_names must have a name for each of the {classes} classes; got {len(class_names)}"
        )
    if truth is not None and whole_number(truth, "pipeline", "truth", 0) >= classes:
        raise ArgumentError(f"pipeline: truth must be a label, 0 <= truth < {classes}; got {truth}")
    names = [name if len(name) <= 14 else f"{name[:13]}…" for name in class_names or map(str, range(classes))]
    margin = 0.3 + 0.36 * max(map(len, names), default=0)
    widths = [_columns(array) * _MAP for _, array in arrays]
    if bars:
        widths[-1] = margin + _BAR + 2.0
    sheet = Sheet.of(sum(widths) + _GAP * len(widths) + 0.8, _LINES + 5.2, widest=9.6)
    x = 0.9
    for number, ((name, array), width) in enumerate(zip(arrays, widths, strict=True)):
        centre = x + width / 2
        sheet.text(centre, 1.0 + 1.1 * (number % 2), name, 8.5)
        sheet.text(
            centre, _LINES + 3.6 + 0.9 * (number % 2), " × ".join(map(str, array.shape)), 7, color=GREY
        )
        if bars and number == len(arrays) - 1:
            _draw_bars(sheet, x + margin, array, names, truth)
        elif array.ndim == 1:
            height = min(_LINES, 0.42 * len(array))
            sheet.picture(centre - 0.4, 3 + (_LINES - height) / 2, 0.8, height, shades(array)[:, np.newaxis])
        else:
            _draw_maps(sheet, x, array)
        if number:
            sheet.arrow(x - _GAP + 0.4, 3 + _LINES / 2, x - 0.35, 3 + _LINES / 2)
        x += width + _GAP
    return sheet.drawing()


def _checked(stage: object) -> tuple[str, NDArray[Any]]:
    if not isinstance(stage, tuple) or len(stage) != 2:
        raise DtypeError(f"pipeline: a stage must be (name, array); got a {type(stage).__name__}")
    name, array = stage
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise DtypeError(
            f"pipeline: {name} must be a NumPy array of real numbers; got a {type(array).__name__}"
        )
    if array.ndim not in (1, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] > _MOST):
        raise ShapeError(
            f"pipeline: {name} must have shape (n_H, n_W, n_C) with n_C <= {_MOST}, or (n,); got shape {array.shape}"
        )
    return str(name), array


def _columns(array: NDArray[Any]) -> int:
    return math.ceil(array.shape[2] / _ROWS) if array.ndim == 3 else 1


def _draw_maps(sheet: Sheet, x: float, array: NDArray[Any]) -> None:
    """The channels, down and then right, in the middle of the height."""
    n_H, n_W, n_C = array.shape
    rows = min(n_C, _ROWS)
    pitch = _LINES / _ROWS
    top = 3 + (_LINES - rows * pitch) / 2
    side = 0.9 * _MAP
    width, height = side * min(1, n_W / n_H), side * min(1, n_H / n_W)
    colours = shades(array)
    for c in range(n_C):
        left = x + c // rows * _MAP + (_MAP - width) / 2
        sheet.picture(left, top + c % rows * pitch + (pitch - height) / 2, width, height, colours[:, :, c])


def _draw_bars(
    sheet: Sheet, x: float, probabilities: NDArray[Any], names: Sequence[str], truth: int | None
) -> None:
    pitch = min(2.2, _LINES / len(probabilities))
    top = 3 + (_LINES - pitch * len(probabilities)) / 2
    for k, (name, part) in enumerate(zip(names, probabilities.tolist(), strict=True)):
        middle = top + (k + 0.5) * pitch
        sheet.text(x - 0.3, middle, name, 8, ha="right", parse_math=False)
        for length, colour in ((1.0, PALE), (part, ORANGE if k == truth else BLUE)):
            corner = x, middle - 0.3 * pitch
            sheet.box(*corner, length * _BAR, 0.6 * pitch, fill=True, facecolor=colour, edgecolor=colour)
        if part >= 0.005:
            sheet.text(x + _BAR + 0.2, middle, f"{100 * part:.0f} %", 7, ha="left")
