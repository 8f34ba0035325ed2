"""How good predictions are: loss and accuracy, or R^2, in float64, over as many images as there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.program import Executor, Inputs
from fullstride.training.part import Part


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found.

    Attributes
    ----------
    loss : float, mean cross-entropy in nats, or mean squared error, >= 0; NaN where a prediction is
    correct, count : int, images whose most probable class is their label (None where there are no classes), and all
        images
    """

    loss: float
    correct: int | None
    count: int

    @property
    def accuracy(self) -> float | None:
        """correct / count, in 0..1; None where there are no classes."""
        return None if self.correct is None else self.correct / self.count


def total_cross_entropy(probabilities: NDArray[Any], y: NDArray[np.int64]) -> float:
    """The sum over the images of -log(p[y]) in nats, in float64.

    Parameters
    ----------
    probabilities : ndarray of shape (m, n), float32 or float64, each row of sum 1
    y : ndarray of shape (m,), labels in 0..n-1

    Notes
    -----
    A probability below the smallest positive normal number of its dtype counts as that number, so that a
    confident error costs much (87.3 nats in float32) and not infinitely much.

    Examples
    --------
    >>> round(total_cross_entropy(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 1])), 4)
    0.6931
    """
    chosen = probabilities[np.arange(len(y)), y]
    floor = np.finfo(probabilities.dtype).tiny
    return float(-np.log(np.maximum(chosen, floor).astype(np.float64)).sum())


def evaluate(executor: Executor, part: Part, inputs: Inputs) -> Evaluation:
    """Loss and accuracy of the present parameters on a part of at least one image; with targets the loss alone.

    Parameters
    ----------
    executor : Executor
    part : Part
    inputs : Inputs
    """
    if part.y.ndim == 2:
        errors = squared_errors(executor, part, inputs)
        return Evaluation(float(errors.mean()) / len(part), None, len(part))
    total, correct = 0.0, 0
    for X, y in part.chunks():
        probabilities = executor.forward(X, inputs)
        total += total_cross_entropy(probabilities, y)
        correct += int(np.count_nonzero(probabilities.argmax(axis=1) == y))
        part.release(len(y))
    return Evaluation(total / len(part), correct, len(part))


def squared_errors(executor: Executor, part: Part, inputs: Inputs) -> NDArray[np.float64]:
    """The sum over a part of at least one image of (prediction - target)^2, of each output."""
    total = np.zeros(part.y.shape[1])
    for X, T in part.chunks():
        total += np.square(executor.forward(X, inputs).astype(np.float64) - T).sum(axis=0)
        part.release(len(T))
    return total


def r_squared(executor: Executor, part: Part, inputs: Inputs) -> float:
    """The part of the targets' variance that the present parameters explain, the mean over the outputs; at most 1.

    Of an output it is 1 - the sum of squared errors / the sum of squared distances from the mean, as
    sklearn.metrics.r2_score has it; where all targets are the same 1 if they are met exactly, else 0.
    """
    T = (part.y if part.rows is None else part.y[part.rows]).astype(np.float64)
    errors = squared_errors(executor, part, inputs)
    spread = np.square(T - T.mean(axis=0)).sum(axis=0)
    varies = spread > 0
    of_each = np.where(errors == 0, 1.0, 0.0)
    of_each[varies] = 1 - errors[varies] / spread[varies]
    return float(of_each.mean())
