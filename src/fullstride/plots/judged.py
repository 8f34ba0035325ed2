"""What a network achieves: confusion, calibration, and each class by itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from fullstride.judging import Judgment, confusion_pixels
from fullstride.plots.style import BLUE, GREY, ORANGE, finished, new_figure, plain_axes, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NUMBERED = 20
"""Up to so many classes a confusion matrix has names and numbers."""
_CLASSES = 30


def confusion_matrix(judged: Judgment, path: str | os.PathLike[str] | None = None) -> Figure:
    """Draw the confusion matrix: blue what is right, orange what is not, the stronger the more of a class's images.

    Parameters
    ----------
    judged : Judgment
        With names and numbers up to 20 classes.
    path : the PNG file, optional

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    n = len(judged.class_names)
    side = max(3.2, 0.48 * n) if n <= _NUMBERED else 6.0
    figure = new_figure(side + 1.4, side + 1.2)
    ax = figure.subplots()
    pixels = confusion_pixels(judged)
    pixels[..., 3] = pixels[..., 3] // 5 * 3  # numbers are to be read on them
    ax.imshow(pixels, interpolation="nearest")
    ax.spines[:].set_visible(False)
    ax.set_xlabel("taken for")
    ax.set_ylabel("class")
    if n <= _NUMBERED:
        names = [short(name) for name in judged.class_names]
        ax.set_xticks(range(n), names, rotation=90, fontsize=8.5, parse_math=False)
        ax.set_yticks(range(n), names, fontsize=8.5, parse_math=False)
        ax.tick_params(length=0)
        for c, row in enumerate(judged.confusion.tolist()):
            for k, count in enumerate(row):
                if count:
                    ax.text(k, c, f"{count:,}", ha="center", va="center", fontsize=8)
    ax.set_title(_accuracy(judged), fontsize=10.5)
    return finished(figure, path)


def calibration(judged: Judgment, path: str | os.PathLike[str] | None = None) -> Figure:
    """Draw the reliability diagram: accuracy over confidence, and how many images each bin holds.

    Parameters
    ----------
    judged : Judgment
    path : the PNG file, optional

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    bins = judged.calibration
    figure = new_figure(5, 5.4)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    width = bins.edges[1] - bins.edges[0]
    filled = bins.count > 0
    left = bins.edges[:-1][filled]
    top.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="as sure as right")
    top.bar(left, bins.accuracy[filled], 0.94 * width, align="edge", color=BLUE, alpha=0.35)
    top.plot(bins.confidence[filled], bins.accuracy[filled], "o", color=BLUE, markersize=5, label="a bin")
    top.set_ylabel("accuracy")
    top.set_ylim(0, 1.02)
    top.legend(frameon=False, loc="upper left")
    top.set_title(f"expected calibration error {100 * bins.expected_error:.2f} %", fontsize=10.5)
    below.bar(left, bins.count[filled], 0.94 * width, align="edge", color=GREY)
    below.set_ylabel("images")
    below.set_xlabel("confidence")
    below.set_xlim(0, 1)
    for ax in (top, below):
        plain_axes(ax)
    return finished(figure, path)


def per_class(judged: Judgment, path: str | os.PathLike[str] | None = None) -> Figure:
    """Draw precision and recall of each class, the hardest first; at most 30.

    Parameters
    ----------
    judged : Judgment
    path : the PNG file, optional

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    chosen = judged.hardest(_CLASSES)
    figure = new_figure(6.5, 0.34 * len(chosen) + 1.3)
    ax = figure.subplots()
    place = np.arange(len(chosen))
    for name, share, shift, colour in (
        ("recall", judged.recall, -0.19, BLUE),
        ("precision", judged.precision, 0.19, ORANGE),
    ):
        ax.barh(place + shift, np.nan_to_num(100 * share[chosen]), 0.36, color=colour, label=name)
    ax.set_yticks(place, [short(judged.class_names[c]) for c in chosen], parse_math=False)
    ax.set_ylim(len(chosen) - 0.4, -0.6)
    ax.set_xlim(0, 100)
    ax.set_xlabel("%")
    plain_axes(ax, "x")
    figure.legend(loc="outside upper right", ncols=2, frameon=False)
    return finished(figure, path)


def _accuracy(judged: Judgment) -> str:
    low, high = judged.accuracy_interval
    return f"accuracy {100 * judged.accuracy:.2f} % (95 %: {100 * low:.2f} to {100 * high:.2f} %)"
