"""What all figures have in common: colours, how they are made, and how they become files."""

from __future__ import annotations

import io
import os
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fullstride.formats import atomic_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Two colours of Okabe and Ito, to be told apart with any colour vision; lines differ in style too.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#5F5F5F"
_RULE = "#DDDDDD"
_DPI = 120


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, apart from matplotlib's global state; a notebook shows it.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    return _figure_class()(figsize=(width, height), layout="constrained")


@cache
def _figure_class() -> type[Figure]:
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        raise ModuleNotFoundError(
            "figures need matplotlib: pip install 'fullstride[plots]'", name="matplotlib"
        ) from error

    class Shown(Figure):
        """A figure that a notebook shows as it would be written."""

        def _repr_png_(self) -> bytes:
            file = io.BytesIO()
            _save(self, file)
            return file.getvalue()

    return Shown


def finished(figure: Figure, path: str | os.PathLike[str] | None) -> Figure:
    """The figure, which is written to `path` as PNG where there is one, whole or not at all."""
    if path is not None:
        with atomic_path(path) as temporary:
            _save(figure, temporary)
    return figure


def _save(figure: Figure, file: Any) -> None:
    with warnings.catch_warnings():
        # A class's name may be in a script without a font.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        # No version in the file: the same chart gives the same bytes.
        figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})


def plain_axes(ax: Axes, grid: Literal["both", "x"] = "both") -> None:
    """No box, and lines of a grid behind what is drawn."""
    ax.grid(axis=grid, color=_RULE, linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)


def show_between(ax: Axes, image: NDArray[Any], darkest: float, brightest: float) -> None:
    picture = image.astype(np.float64)
    if image.shape[-1] == 3:
        range_ = max(brightest - darkest, 1e-30)
        ax.imshow(np.clip((picture - darkest) / range_, 0, 1), interpolation="nearest")
    else:
        ax.imshow(picture.mean(axis=-1), cmap="gray", vmin=darkest, vmax=brightest, interpolation="nearest")


def short(name: str, longest: int = 14) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"
