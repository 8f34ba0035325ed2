"""Where a network looked: images beside their maps of Grad-CAM."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.geometry import whole_number
from fullstride.judging import Judgment, overlay, visible
from fullstride.network import Network
from fullstride.plots.style import finished, new_figure, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAIRS = 4
"""Images, with their maps, beside each other."""


def grad_cam(
    network: Network,
    X: NDArray[Any],
    path: str | os.PathLike[str] | None = None,
    *,
    outputs: NDArray[np.integer[Any]] | None = None,
    titles: Sequence[str] | None = None,
    threads: int | None = None,
    engine: str = "native",
) -> Figure:
    """Draw images, and beside each in orange which places speak for an output.

    Parameters
    ----------
    network : Network
    X : ndarray of shape (m, n_H, n_W, n_C), m >= 1, a few images
    path : the PNG file, optional
    outputs : as `Network.grad_cam` takes them
    titles : a line for each image, optional
    threads, engine : as `Network.grad_cam` takes them

    Raises
    ------
    ArgumentError, DataError, ShapeError, DtypeError, EngineError
        As `Network.grad_cam`.
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    maps = network.grad_cam(X, outputs, threads, engine)
    images = X[..., np.newaxis] if X.ndim == 3 else X
    maximum = 255 if network.preprocessing is None else network.preprocessing.maximum
    rows = math.ceil(len(images) / _PAIRS)
    figure = new_figure(2.4 * _PAIRS, 1.45 * rows + 0.2)
    for ax in figure.subplots(rows, 2 * _PAIRS, squeeze=False).flat:
        ax.set_axis_off()
    for k, (shown, L) in enumerate(zip(visible(images, maximum), maps, strict=True)):
        for ax, pixels in zip(figure.axes[2 * k : 2 * k + 2], (shown, overlay(shown, L)), strict=True):
            ax.imshow(pixels, interpolation="nearest")
        if titles is not None:
            title = figure.axes[2 * k].set_title(titles[k], fontsize=8.5, loc="left", parse_math=False)
            title.set_in_layout(False)  # it reaches over the map
    return finished(figure, path)


def worst_mistakes(
    network: Network,
    judged: Judgment,
    X: NDArray[Any],
    path: str | os.PathLike[str] | None = None,
    *,
    most: int = 12,
    threads: int | None = None,
    engine: str = "native",
) -> Figure:
    """Draw the mistakes of which a network is surest, each with the places that speak for what it was taken for.

    Where there are no mistakes, the right answers that were least sure.

    Parameters
    ----------
    network : Network
    judged : Judgment, what `network.judge(X, y)` gave
    X : ndarray of shape (m, n_H, n_W, n_C)
    path : the PNG file, optional
    most : int >= 1, images
    threads, engine : as `Network.grad_cam` takes them

    Raises
    ------
    ArgumentError, DataError, ShapeError, DtypeError, EngineError
        As `Network.grad_cam`.
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    chosen = judged.worst(whole_number(most, "worst_mistakes", "most", 1))
    names = [short(name) for name in judged.class_names]
    titles = [
        f"{names[judged.y[i]]}, taken for {names[judged.predicted[i]]} ({100 * judged.confidence[i]:.1f} %)"
        if not judged.right[i]
        else f"{names[judged.y[i]]} ({100 * judged.confidence[i]:.1f} %)"
        for i in chosen
    ]
    return grad_cam(
        network,
        X[chosen],
        path,
        outputs=judged.predicted[chosen],
        titles=titles,
        threads=threads,
        engine=engine,
    )
