"""Images that a network took for something else."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.plots.style import finished, new_figure, short, show_between

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS, _ROWS = 6, 4


def mistakes(
    images: NDArray[Any],
    labels: NDArray[np.integer[Any]],
    predictions: NDArray[np.integer[Any]],
    probabilities: NDArray[Any],
    class_names: Sequence[str] | None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Draw the images that were taken for something else, the surest mistakes first; at most 24.

    Where there are no mistakes, the right answers that were least sure. The brightest pixel shown is white.

    Parameters
    ----------
    images : ndarray of shape (m, n_H, n_W, n_C), n_C = 1 or 3 (of other n_C the mean is drawn)
    labels, predictions : ndarrays of shape (m,), classes
    probabilities : ndarray of shape (m, n)
    class_names : n names, or None
    path : the PNG file, optional

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """

    wrong = np.flatnonzero(labels != predictions)
    given = probabilities[np.arange(len(predictions)), predictions]
    chosen = (
        wrong[np.argsort(-given[wrong], kind="stable")] if len(wrong) else np.argsort(given, kind="stable")
    )
    chosen = chosen[: _COLUMNS * _ROWS]
    title = _mistakes_title(len(wrong), len(labels), len(chosen))

    columns = min(_COLUMNS, max(len(chosen), 4))
    rows = max(1, math.ceil(len(chosen) / columns))
    figure = new_figure(1.55 * columns, 1.85 * rows + 0.6)
    figure.suptitle(title, fontsize=11)
    names = class_names or [str(k) for k in range(probabilities.shape[1])]
    for ax in figure.subplots(rows, columns, squeeze=False).flat:
        ax.set_axis_off()
    brightest = float(images[chosen].max(initial=0))
    for ax, i in zip(figure.axes, chosen, strict=False):
        _show(ax, images[i], brightest)
        ax.set_title(
            f"{short(names[labels[i]])}, taken for\n{short(names[predictions[i]])} ({100 * given[i]:.0f} %)"
            if len(wrong)
            else f"{short(names[labels[i]])}\n({100 * given[i]:.0f} %)",
            fontsize=9,
            linespacing=1.15,
            parse_math=False,  # a class may be called "$x$"
        )
    return finished(figure, path)


def _mistakes_title(wrong: int, count: int, shown: int) -> str:
    if not wrong:
        return f"No mistake in {count:,} test images; these were the least sure"
    of = f"{wrong:,} of {count:,} test images were taken for something else"
    return f"{of}" + (f"; the {shown} surest of these mistakes" if shown < wrong else "; the surest first")


def _show(ax: Axes, image: NDArray[Any], brightest: float) -> None:
    darkest = 0.0 if image.shape[-1] == 3 else min(0.0, float(image.min()))
    show_between(ax, image, darkest, brightest)
