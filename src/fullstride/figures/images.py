"""Images and maps: one with its padding, channel by channel, and the maps of filters as one volume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks, steps
from fullstride.errors import ArgumentError, ShapeError
from fullstride.figures.drawing import GREY, INK, ORANGE, Drawing, Sheet, shades
from fullstride.figures.grids import Grid
from fullstride.geometry import whole_number

_MOST_CHANNELS = 8
_CHANNELS = ("red", "green", "blue")
_PAD = 0.93  # how light padding is: a zero that is not of the image


def padded(X: NDArray[Any], pad: int, i: int = 0) -> Drawing:
    """Draw image i, and each of its channels surrounded by zeros.

    Parameters
    ----------
    X : ndarray of shape (m, n_H, n_W, n_C), n_C = 1 or 3, numbers >= 0; at most 32 x 32 with the padding
    pad : int >= 1
    i : int
        Which image.

    Returns
    -------
    Drawing

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        If an argument does not fit.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    where = "padded"
    X = checks.array(X, where, "X", ("m", "n_H", "n_W", "n_C"))
    pad = whole_number(pad, where, "pad", 1)
    image = X[example(i, len(X), where)]
    n_H, n_W, n_C = image.shape
    if n_C not in (1, 3) or max(n_H, n_W) + 2 * pad > 32:
        raise ShapeError(
            f"{where}: X must have n_C = 1 or 3 and be at most 32 x 32 with its padding; "
            f"got n_C={n_C} and {n_H + 2 * pad} x {n_W + 2 * pad}"
        )
    brightest = float(image.max(initial=0)) or 1.0
    planes = np.clip(steps.zero_pad(X[i : i + 1], pad)[0] / brightest, 0, 1)

    height, width = n_H + 2 * pad, n_W + 2 * pad
    gap = 0.14 * width
    sheet = Sheet.of(n_W + n_C * (width + gap) + 2 * gap, height + 0.4 * height)
    middle, label = 0.17 * height + height / 2, 1.26 * height
    x = gap
    sheet.picture(x, middle - n_H / 2, n_W, n_H, in_colour(image / brightest))
    sheet.text(x + n_W / 2, middle + n_H / 2 + 0.09 * height, f"{n_H} × {n_W} × {n_C}", 8, color=GREY)
    sheet.text(x + n_W / 2, 0.09 * height, "X", 9)
    x += n_W + gap
    for c in range(n_C):
        colours = np.repeat(planes[:, :, c : c + 1], 3, axis=2)
        if n_C == 3:
            colours = colours * np.eye(3)[c]
        inside = np.pad(np.ones((n_H, n_W), np.bool_), pad)
        colours[~inside] = _PAD
        sheet.picture(x, middle - height / 2, width, height, colours)
        sheet.box(x + pad, middle - n_H / 2, n_W, n_H, linewidth=1.6)
        for h, w in np.argwhere(~inside).tolist():
            sheet.text(x + w + 0.5, middle - height / 2 + h + 0.55, "0", 54 * sheet.cell * 0.75, color=GREY)
        channel = f" ({_CHANNELS[c]})" if n_C == 3 else ""
        sheet.text(x + width / 2, 0.09 * height, f"X_pad, channel {c}{channel}", 9)
        sheet.text(x + width / 2, label, f"{height} × {width}", 8, color=GREY)
        x += width + gap
    return sheet.drawing()


def volume(
    A_prev: NDArray[Any], W: NDArray[Any], b: NDArray[Any], hparameters: Mapping[str, Any], i: int = 0
) -> Drawing:
    """Draw filters, the map that each makes of image i, and the maps as one volume.

    Parameters
    ----------
    A_prev, W, b, hparameters : as `conv_forward` takes them, n_C <= 8
        Three channels of A_prev are drawn as colours, of others the first; of each filter its first channel.
    i : int
        Which image.

    Returns
    -------
    Drawing
        Of each map blue is above 0 and orange below, each on a scale of its own.

    Raises
    ------
    ShapeError, DtypeError, ArgumentError
        If an argument does not fit.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    where = "volume"
    A_prev, W, b, *_ = checks.conv_arguments(A_prev, W, b, hparameters, where)
    i, n_C = example(i, len(A_prev), where), W.shape[3]
    if n_C > _MOST_CHANNELS:
        raise ShapeError(f"{where}: W must have at most {_MOST_CHANNELS} filters; got shape {W.shape}")
    Z, _ = steps.conv_forward(A_prev[i : i + 1], W, b, hparameters)
    maps = [shades(Z[0, :, :, c]) for c in range(n_C)]

    side, gap, shift = 5.0, 1.0, 0.75
    depth = shift * (n_C - 1)
    sheet = Sheet.of(side + n_C * (side + gap) + side + depth + 4 * gap, max(14.0, side + depth + 3.0))
    top, bottom = 1.8, 7.3
    sheet.picture(0.5, bottom, side, side, in_colour(A_prev[i] / (float(A_prev[i].max()) or 1.0)))
    sheet.text(0.5 + side / 2, bottom + side + 0.7, _shape(A_prev), 8, color=GREY)
    sheet.text(0.5 + side / 2, bottom - 0.8, "A_prev", 9)
    x = side + 2 * gap
    for c in range(n_C):
        scale = side * 0.8 / max(W.shape[:2])
        _filter(sheet, x + 0.1 * side, top, scale, W[:, :, 0, c])
        sheet.text(x + side / 2, top - 0.8, f"filter {c}", 9)
        sheet.arrow(x + side / 2, top + 0.8 * side + 0.15, x + side / 2, bottom - 0.1)
        sheet.picture(x, bottom, side, side, maps[c])
        sheet.text(x + side / 2, bottom + side + 0.7, f"Z[:, :, {c}]", 8, color=GREY)
        x += side + gap
    sheet.arrow(x - 0.6, bottom + side / 2, x + 0.4, bottom + side / 2)
    x, y = x + gap, bottom  # of the first map, in front
    for c in reversed(range(n_C)):
        sheet.picture(x + shift * c, y - shift * c, side, side, maps[c])
    sheet.text(x + (side + depth) / 2, y + side + 0.7, f"Z: {_shape(Z)}", 8, color=ORANGE)
    return sheet.drawing()


def _filter(sheet: Sheet, x: float, y: float, scale: float, weights: NDArray[Any]) -> None:
    """The weights of a filter with their numbers, where they are few."""
    f_H, f_W = weights.shape
    sheet.picture(x, y, f_W * scale, f_H * scale, shades(weights))
    if max(f_H, f_W) > 3:
        return
    words = Grid("", weights).words
    points = 72 * sheet.cell * scale * min(0.45, 1.4 / max(1, int(np.char.str_len(words).max())))
    for h in range(f_H):
        for w in range(f_W):
            dark = abs(weights[h, w]) > 0.6 * np.abs(weights).max()
            colour = "white" if dark else INK
            sheet.text(x + (w + 0.5) * scale, y + (h + 0.53) * scale, words[h, w], points, color=colour)


def in_colour(image: NDArray[Any]) -> NDArray[np.float64]:
    """RGB of an image of numbers 0..1: three channels as they are, else the first as grey."""
    picture = np.clip(np.asarray(image, np.float64), 0, 1)
    return picture if picture.shape[-1] == 3 else np.repeat(picture[..., :1], 3, axis=-1)


def example(i: object, m: int, where: str) -> int:
    """`i` as the index of one of m images."""
    index = whole_number(i, where, "i", 0)
    if index >= m:
        raise ArgumentError(f"{where}: i must be the index of an image, 0 <= i < m={m}; got {index}")
    return index


def _shape(value: NDArray[Any]) -> str:
    return " × ".join(map(str, value.shape[1:]))
