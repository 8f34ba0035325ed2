"""Curves of a training, and of the search for its learning rate."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from fullstride.plots.style import BLUE, GREY, ORANGE, finished, new_figure, plain_axes
from fullstride.training import Finding, History

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOG_FROM = 20.0  # a loss that falls by this factor is drawn on a logarithmic axis


def learning_curve(history: History, path: str | os.PathLike[str] | None = None) -> Figure:
    """Draw loss and validation accuracy over the epochs; where numbers are estimated, the losses alone.

    Parameters
    ----------
    history : History, of at least one epoch; without validation there is the training loss alone
    path : the PNG file, optional

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """
    epochs = [record["epoch"] for record in history.epochs]
    losses = [record["loss"] for record in history.epochs]
    validation_losses = [record["validation_loss"] for record in history.epochs]
    accuracies = [record["validation_accuracy"] for record in history.epochs]
    validated = bool(epochs) and None not in validation_losses
    classified = validated and None not in accuracies

    figure = new_figure(7.5, 6.5 if classified else 4)
    axes = figure.subplots(2 if classified else 1, 1, sharex=True, squeeze=False)[:, 0]
    marker = "o" if len(epochs) <= 40 else None
    style: dict[str, Any] = {"linewidth": 1.8, "markersize": 4.5}
    top = axes[0]
    top.plot(epochs, losses, color=BLUE, marker=marker, label="training (during the epoch)", **style)
    if validated:
        top.plot(
            epochs,
            validation_losses,
            color=ORANGE,
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
    top.set_ylabel("loss: mean cross-entropy (nats)" if classified else "loss")
    top.legend(frameon=False)
    if classified:
        _draw_accuracy(axes[1], epochs, [100.0 * a for a in accuracies if a is not None], marker, style)
    for ax in axes:
        plain_axes(ax)
    axes[-1].set_xlabel("epoch")
    axes[-1].locator_params(axis="x", integer=True, min_n_ticks=1)
    margin = 0.03 * max(len(epochs), 10)
    axes[-1].set_xlim(1 - margin, max(len(epochs), 1) + margin)  # there is no epoch 0
    figure.suptitle("Learning curve" + (" (interrupted)" if history.interrupted else ""), fontsize=13)
    return finished(figure, path)


def _draw_accuracy(
    ax: Axes, epochs: list[int], percents: list[float], marker: str | None, style: dict[str, Any]
) -> None:
    ax.plot(epochs, percents, color=ORANGE, linestyle="--", marker=marker and "s", **style)
    ax.set_ylabel("validation accuracy (%)")
    best = int(np.argmax(percents))
    ax.set_title(
        f"last {percents[-1]:.2f} %, best {percents[best]:.2f} % (epoch {epochs[best]})",
        fontsize=9.5,
        color=GREY,
        loc="right",
    )
    low, high = min(percents), max(percents)
    room = max(0.08 * (high - low), 0.5)
    ax.set_ylim(max(low - room, 0 - room), min(high + room, 100 + room))


def lr_curve(finding: Finding, path: str | os.PathLike[str] | None = None) -> Figure:
    """Draw the losses of a learning-rate finder over the rates, and the rate that it suggests.

    Parameters
    ----------
    finding : Finding
    path : the PNG file, optional

    Raises
    ------
    OutputError
        If the file cannot be written.
    ModuleNotFoundError
        If matplotlib is not installed.
    """

    figure = new_figure(7.5, 4)
    ax = figure.subplots()
    ax.plot(finding.rates, finding.losses, color=GREY, linewidth=0.8, label="loss of the step's batch")
    ax.plot(finding.rates, finding.smoothed, color=BLUE, linewidth=1.8, label="smoothed")
    ax.axvline(finding.suggestion, color=ORANGE, linestyle="--", label=f"try {finding.suggestion:.2g}")
    ax.set_xscale("log")
    top = max(2 * finding.smoothed[0], 1.2 * min(finding.smoothed))
    ax.set_ylim(0, top)  # where the training breaks, single losses know no bounds
    ax.set_xlabel("learning rate")
    ax.set_ylabel("loss")
    plain_axes(ax)
    ax.legend(frameon=False)
    return finished(figure, path)
