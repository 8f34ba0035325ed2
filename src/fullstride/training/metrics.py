"""How good predictions are: loss and accuracy, in float64, over as many images as there are."""

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
    loss : float, mean cross-entropy in nats, >= 0; NaN where a probability is
    correct, count : int, images whose most probable class is their label, and all images
    """

    loss: float
    correct: int
    count: int

    @property
    def accuracy(self) -> float:
        """correct / count, in 0..1."""
        return self.correct / self.count


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
    """Loss and accuracy of the present parameters on a part of at least one image.

    Parameters
    ----------
    executor : Executor
    part : Part
    inputs : Inputs
    """
    total, correct = 0.0, 0
    for X, y in part.chunks():
        probabilities = executor.forward(X, inputs)
        total += total_cross_entropy(probabilities, y)
        correct += int(np.count_nonzero(probabilities.argmax(axis=1) == y))
        part.release(len(y))
    return Evaluation(total / len(part), correct, len(part))
