"""A batch as the network sees it."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.geometry import whole_number
from fullstride.network import arguments
from fullstride.plots.style import ORANGE, finished, new_figure, short, show_between
from fullstride.program import AS_STORED, Inputs
from fullstride.steps import draw_augmentation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def show_batch(
    X: NDArray[Any],
    path: str | os.PathLike[str] | None = None,
    inputs: Inputs = AS_STORED,
    rows: Sequence[int] | NDArray[np.integer[Any]] | None = None,
    class_names: Sequence[str] | None = None,
    y: NDArray[np.integer[Any]] | None = None,
    columns: int = 8,
) -> Figure:
    """Draw a batch as the network sees it in training: augmented, and normalized, which is taken back for the eye.

    Parameters
    ----------
    X : ndarray of shape (m, n_H, n_W, n_C), or (m, n_H, n_W)
        Images as they are stored; of n_C = 1 or 3 (of other n_C the mean is drawn).
    path : the PNG file, optional
    inputs : Inputs
        What becomes of them; its seed and epoch say which draws are shown.
    rows : indices of images
        Without it the first two rows of pictures.
    class_names : names of the classes, or None
    y : ndarray of shape (m,), labels, or None for no titles
    columns : int >= 1
        Pictures beside each other.

    Raises
    ------
    ShapeError, DtypeError, DataError, ArgumentError
        If an argument does not fit; the sentence says what was expected.
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.

    Notes
    -----
    What was cut out is framed. It is 0 to the network, which is the mean of normalized images, and so a grey or a
    colour here; without normalization it is black. The brightest pixel of the images shown is white.
    """

    A, chosen, columns = _batch_arguments(X, inputs, rows, y, columns)
    _, n_H, n_W, _ = A.shape
    seen = inputs.batch(A, chosen, "float32").astype(np.float64)
    shown = A[chosen]
    low, high = min(0.0, float(shown.min(initial=0))), float(shown.max(initial=0))
    if A.dtype == np.uint8:
        seen = seen * np.array(inputs.std or (1.0,)) + np.array(inputs.mean or (0.0,))
        low, high = low * inputs.scale, high * inputs.scale

    columns = min(columns, max(len(chosen), 1))
    lines = max(1, math.ceil(len(chosen) / columns))
    height = 1.1 * n_H / n_W + (0.3 if y is not None else 0.05)
    figure = new_figure(1.1 * columns + 0.2, height * lines + 0.5)
    epoch = "" if inputs.augmentation is None else f" in epoch {inputs.epoch + 1}"
    figure.suptitle(f"As the network sees them{epoch}", fontsize=10)
    for ax in figure.subplots(lines, columns, squeeze=False).flat:
        ax.set_axis_off()
    for ax, image, row in zip(figure.axes, seen, chosen.tolist(), strict=False):
        show_between(ax, image, low, high)
        if y is not None:
            name = class_names[int(y[row])] if class_names else str(int(y[row]))
            ax.set_title(short(name), fontsize=8, parse_math=False)
        _frame_cutout(ax, inputs, row, (n_H, n_W))
    return finished(figure, path)


def _frame_cutout(ax: Axes, inputs: Inputs, row: int, size: tuple[int, int]) -> None:
    from matplotlib.patches import Rectangle

    if inputs.augmentation is None:
        return
    drawn = draw_augmentation(inputs.augmentation, inputs.seed, inputs.epoch, row, *size)
    top, bottom, left, right = drawn.cutout
    if bottom > top:
        frame = Rectangle((left - 0.5, top - 0.5), right - left, bottom - top)
        frame.set(fill=False, edgecolor=ORANGE, linewidth=1.2, antialiased=False)
        ax.add_patch(frame)


def _batch_arguments(
    X: NDArray[Any], inputs: Inputs, rows: Any, y: Any, columns: int
) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    """Images with an axis of channels, indices, and pictures beside each other."""
    where = "show_batch"
    columns = whole_number(columns, where, "columns", 1)
    n_H, n_W, n_C = (*np.shape(X)[1:4], 1, 1, 1)[:3]
    A = arguments.images(X, (n_H, n_W, n_C), "float32", where)
    for name in ("mean", "std"):
        if len(getattr(inputs, name)) not in (0, n_C):
            raise ShapeError(
                f"{where}: inputs.{name} must be empty or hold one number for each channel of X, n_C={n_C}; "
                f"got {getattr(inputs, name)}"
            )
    if y is not None and np.shape(y) != (len(A),):
        raise ShapeError(f"{where}: y must have shape (m,) with m={len(A)}, as X; got shape {np.shape(y)}")
    chosen = np.arange(min(len(A), 2 * columns)) if rows is None else np.asarray(rows)
    if chosen.ndim != 1 or (chosen.size and chosen.dtype.kind not in "iu"):
        raise DtypeError(
            f"{where}: rows must be indices of images, whole numbers; got {chosen.dtype} of shape {chosen.shape}"
        )
    for row in chosen.tolist():
        if not 0 <= row < len(A):
            raise ArgumentError(f"{where}: rows must be indices, 0 <= row < m={len(A)}; got {row}")
    return A, chosen.astype(np.int64), columns
