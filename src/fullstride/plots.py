"""Charts of a training run, written as PNG files. They need matplotlib: pip install 'fullstride[plots]'.

matplotlib is imported when a chart is drawn, and used without its global state: no window opens.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.formats import atomic_path
from fullstride.geometry import whole_number
from fullstride.network import arguments
from fullstride.program import AS_STORED, Inputs
from fullstride.steps import draw_augmentation
from fullstride.training import Finding, History

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Two colours of Okabe and Ito, to be told apart with any colour vision; the lines differ in style too.
_BLUE, _ORANGE, _GREY = "#0072B2", "#D55E00", "#5F5F5F"
_DPI = 120
_COLUMNS, _ROWS = 6, 4
_LOG_FROM = 20.0  # a loss that falls by this factor is drawn on a logarithmic axis


def learning_curve(history: History, path: str | os.PathLike[str]) -> None:
    """Draw loss and validation accuracy over the epochs.

    Parameters
    ----------
    history : History, of at least one epoch; without validation there is the training loss alone
    path : the PNG file

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    epochs = [record["epoch"] for record in history.epochs]
    losses = [record["loss"] for record in history.epochs]
    validation_losses = [record["validation_loss"] for record in history.epochs]
    accuracies = [record["validation_accuracy"] for record in history.epochs]
    validated = bool(epochs) and None not in accuracies

    figure = Figure(figsize=(7.5, 6.5) if validated else (7.5, 4), layout="constrained")
    axes = figure.subplots(2 if validated else 1, 1, sharex=True, squeeze=False)[:, 0]
    marker = "o" if len(epochs) <= 40 else None
    style: dict[str, Any] = {"linewidth": 1.8, "markersize": 4.5}
    top = axes[0]
    top.plot(epochs, losses, color=_BLUE, marker=marker, label="training (during the epoch)", **style)
    if validated:
        top.plot(
            epochs,
            validation_losses,
            color=_ORANGE,
            linestyle="--",
            marker=marker and "s",
            label="validation (after the epoch)",
            **style,
        )
    shown = [loss for loss in (*losses, *validation_losses) if loss is not None]
    if shown and min(shown) > 0 and max(shown) / min(shown) > _LOG_FROM:
        top.set_yscale("log")
    else:
        top.set_ylim(bottom=0)
    top.set_ylabel("loss: mean cross-entropy (nats)")
    top.legend(frameon=False)
    if validated:
        _draw_accuracy(axes[1], epochs, [100.0 * a for a in accuracies if a is not None], marker, style)
    for ax in axes:
        ax.grid(color="#DDDDDD", linewidth=0.8)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_axisbelow(True)
    axes[-1].set_xlabel("epoch")
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    margin = 0.03 * max(len(epochs), 10)
    axes[-1].set_xlim(1 - margin, max(len(epochs), 1) + margin)  # there is no epoch 0
    figure.suptitle("Learning curve" + (" (interrupted)" if history.interrupted else ""), fontsize=13)
    _write(figure, path)


def lr_curve(finding: Finding, path: str | os.PathLike[str]) -> None:
    """Draw the losses of a learning-rate finder over the rates, and the rate that it suggests.

    Parameters
    ----------
    finding : Finding
    path : the PNG file

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 4), layout="constrained")
    ax = figure.subplots()
    ax.plot(finding.rates, finding.losses, color=_GREY, linewidth=0.8, label="loss of the step's batch")
    ax.plot(finding.rates, finding.smoothed, color=_BLUE, linewidth=1.8, label="smoothed")
    ax.axvline(finding.suggestion, color=_ORANGE, linestyle="--", label=f"try {finding.suggestion:.2g}")
    ax.set_xscale("log")
    top = max(2 * finding.smoothed[0], 1.2 * min(finding.smoothed))
    ax.set_ylim(0, top)  # where the training breaks, single losses know no bounds
    ax.set_xlabel("learning rate")
    ax.set_ylabel("loss")
    ax.grid(color="#DDDDDD", linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    _write(figure, path)


def _draw_accuracy(
    ax: Axes, epochs: list[int], percents: list[float], marker: str | None, style: dict[str, Any]
) -> None:
    ax.plot(epochs, percents, color=_ORANGE, linestyle="--", marker=marker and "s", **style)
    ax.set_ylabel("validation accuracy (%)")
    best = int(np.argmax(percents))
    ax.set_title(
        f"last {percents[-1]:.2f} %, best {percents[best]:.2f} % (epoch {epochs[best]})",
        fontsize=9.5,
        color=_GREY,
        loc="right",
    )
    low, high = min(percents), max(percents)
    room = max(0.08 * (high - low), 0.5)
    ax.set_ylim(max(low - room, 0 - room), min(high + room, 100 + room))


def mistakes(
    images: NDArray[Any],
    labels: NDArray[np.integer[Any]],
    predictions: NDArray[np.integer[Any]],
    probabilities: NDArray[Any],
    class_names: Sequence[str] | None,
    path: str | os.PathLike[str],
) -> None:
    """Draw the images that were taken for something else, the surest mistakes first; at most 24.

    Where there are no mistakes, the right answers that were least sure.

    Parameters
    ----------
    images : ndarray of shape (m, n_H, n_W, n_C), n_C = 1 or 3 (of other n_C the mean is drawn)
    labels, predictions : ndarrays of shape (m,), classes
    probabilities : ndarray of shape (m, n)
    class_names : n names, or None
    path : the PNG file

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    wrong = np.flatnonzero(labels != predictions)
    given = probabilities[np.arange(len(predictions)), predictions]
    chosen = (
        wrong[np.argsort(-given[wrong], kind="stable")] if len(wrong) else np.argsort(given, kind="stable")
    )
    chosen = chosen[: _COLUMNS * _ROWS]
    title = _mistakes_title(len(wrong), len(labels), len(chosen))

    columns = min(_COLUMNS, max(len(chosen), 4))
    rows = max(1, math.ceil(len(chosen) / columns))
    figure = Figure(figsize=(1.55 * columns, 1.85 * rows + 0.6), layout="constrained")
    figure.suptitle(title, fontsize=11)
    names = class_names or [str(k) for k in range(probabilities.shape[1])]
    for ax in figure.subplots(rows, columns, squeeze=False).flat:
        ax.set_axis_off()
    for ax, i in zip(figure.axes, chosen, strict=False):
        _show(ax, images[i], float(images.max()))
        ax.set_title(
            f"{_short(names[labels[i]])}, taken for\n{_short(names[predictions[i]])} ({100 * given[i]:.0f} %)"
            if len(wrong)
            else f"{_short(names[labels[i]])}\n({100 * given[i]:.0f} %)",
            fontsize=9,
            linespacing=1.15,
            parse_math=False,  # a class may be called "$x$"
        )
    _write(figure, path)


def _mistakes_title(wrong: int, count: int, shown: int) -> str:
    if not wrong:
        return f"No mistake in {count:,} test images; these were the least sure"
    of = f"{wrong:,} of {count:,} test images were taken for something else"
    return f"{of}" + (f"; the {shown} surest of these mistakes" if shown < wrong else "; the surest first")


def show_batch(
    X: NDArray[Any],
    path: str | os.PathLike[str],
    inputs: Inputs = AS_STORED,
    rows: Sequence[int] | NDArray[np.integer[Any]] | None = None,
    class_names: Sequence[str] | None = None,
    y: NDArray[np.integer[Any]] | None = None,
    columns: int = 8,
) -> None:
    """Draw a batch as the network sees it in training: augmented, and normalized, which is taken back for the eye.

    Parameters
    ----------
    X : ndarray of shape (m, n_H, n_W, n_C), or (m, n_H, n_W)
        Images as they are stored; of n_C = 1 or 3 (of other n_C the mean is drawn).
    path : the PNG file
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
    colour here; without normalization it is black.
    """
    from matplotlib.figure import Figure

    A, chosen, columns = _batch_arguments(X, inputs, rows, y, columns)
    _, n_H, n_W, _ = A.shape
    seen = inputs.batch(A, chosen, "float32").astype(np.float64)
    low, high = min(0.0, float(A.min(initial=0))), float(A.max(initial=0))
    if A.dtype == np.uint8:
        seen = seen * np.array(inputs.std or (1.0,)) + np.array(inputs.mean or (0.0,))
        low, high = low * inputs.scale, high * inputs.scale

    columns = min(columns, max(len(chosen), 1))
    lines = max(1, math.ceil(len(chosen) / columns))
    height = 1.1 * n_H / n_W + (0.3 if y is not None else 0.05)
    figure = Figure(figsize=(1.1 * columns + 0.2, height * lines + 0.5), layout="constrained")
    epoch = "" if inputs.augmentation is None else f" in epoch {inputs.epoch + 1}"
    figure.suptitle(f"As the network sees them{epoch}", fontsize=10)
    for ax in figure.subplots(lines, columns, squeeze=False).flat:
        ax.set_axis_off()
    for ax, image, row in zip(figure.axes, seen, chosen.tolist(), strict=False):
        _show_between(ax, image, low, high)
        if y is not None:
            name = class_names[int(y[row])] if class_names else str(int(y[row]))
            ax.set_title(_short(name), fontsize=8, parse_math=False)
        _frame_cutout(ax, inputs, row, (n_H, n_W))
    _write(figure, path)


def _frame_cutout(ax: Axes, inputs: Inputs, row: int, size: tuple[int, int]) -> None:
    from matplotlib.patches import Rectangle

    if inputs.augmentation is None:
        return
    drawn = draw_augmentation(inputs.augmentation, inputs.seed, inputs.epoch, row, *size)
    top, bottom, left, right = drawn.cutout
    if bottom > top:
        frame = Rectangle((left - 0.5, top - 0.5), right - left, bottom - top)
        frame.set(fill=False, edgecolor=_ORANGE, linewidth=1.2, antialiased=False)
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


def _show(ax: Axes, image: NDArray[Any], brightest: float) -> None:
    darkest = 0.0 if image.shape[-1] == 3 else min(0.0, float(image.min()))
    _show_between(ax, image, darkest, brightest)


def _show_between(ax: Axes, image: NDArray[Any], darkest: float, brightest: float) -> None:
    picture = image.astype(np.float64)
    if image.shape[-1] == 3:
        range_ = max(brightest - darkest, 1e-30)
        ax.imshow(np.clip((picture - darkest) / range_, 0, 1), interpolation="nearest")
    else:
        ax.imshow(picture.mean(axis=-1), cmap="gray", vmin=darkest, vmax=brightest, interpolation="nearest")


def _short(name: str, longest: int = 14) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _write(figure: Figure, path: str | os.PathLike[str]) -> None:
    with warnings.catch_warnings(), atomic_path(path) as temporary:
        # A class's name may be in a script without a font.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        # No version in the file: the same chart gives the same bytes.
        figure.savefig(temporary, format="png", dpi=_DPI, metadata={"Software": None})
