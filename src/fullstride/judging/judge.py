"""Predictions of all images, a few at a time, and what is counted of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import DataError
from fullstride.judging.estimates import NumberJudgment
from fullstride.judging.judgment import TOP, Judgment
from fullstride.program import Executor, Inputs
from fullstride.training.metrics import total_cross_entropy
from fullstride.training.part import Part


def judge(
    executor: Executor, part: Part, inputs: Inputs, class_names: Sequence[str], where: str
) -> Judgment | NumberJudgment:
    """Judge the present parameters on a part of at least one image; `where` begins the messages.

    Besides the part itself a few numbers an image are in memory, however large it is.
    """
    if part.y.ndim == 2:
        T = part.y if part.rows is None else part.y[part.rows]
        predicted = np.concatenate([outputs for outputs, _ in _outputs(executor, part, inputs, where)])
        return NumberJudgment(T.astype(np.float64), predicted.astype(np.float64))
    return _judge_classes(executor, part, inputs, class_names, where)


def _judge_classes(
    executor: Executor, part: Part, inputs: Inputs, class_names: Sequence[str], where: str
) -> Judgment:
    m = len(part)
    labels, predicted = np.empty(m, np.int64), np.empty(m, np.int64)
    confidence = np.empty(m)
    loss, brier, top_5_correct, done = 0.0, 0.0, 0, 0
    for p, y in _outputs(executor, part, inputs, where):
        rows = np.arange(len(y))
        loss += total_cross_entropy(p, y)
        brier += _brier(p.astype(np.float64), y)
        top_5_correct += int(np.count_nonzero(_rank(p, y) < TOP))
        best = p.argmax(axis=1)
        here = slice(done, done := done + len(y))
        labels[here], predicted[here], confidence[here] = y, best, p[rows, best]
    # Rounding may leave a probability a little above 1.
    return Judgment(
        tuple(class_names), labels, predicted, np.minimum(confidence, 1.0), loss / m, brier / m, top_5_correct
    )


def _outputs(
    executor: Executor, part: Part, inputs: Inputs, where: str
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Outputs, which must be finite, and labels or targets, chunk by chunk."""
    done = 0
    for X, y in part.chunks():
        outputs = executor.forward(X, inputs)
        bad = ~np.isfinite(outputs).all(axis=1)
        if bad.any():
            raise DataError(
                f"{where}: every output of the network must be finite; those for image "
                f"{done + int(bad.argmax())} are not: its pixels, or the network's parameters, are too large"
            )
        yield outputs, y
        part.release(len(y))
        done += len(y)


def _brier(p: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """The sum over images and classes of (p - 1)^2 for the label and p^2 for the others."""
    p[np.arange(len(y)), y] -= 1.0
    return float(np.square(p).sum())


def _rank(p: NDArray[Any], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many classes come before the label: those that are more probable; of equals, as in argmax, the first."""
    own = p[np.arange(len(y)), y][:, np.newaxis]
    earlier = np.arange(p.shape[1]) < y[:, np.newaxis]
    return np.asarray(((p > own) | ((p == own) & earlier)).sum(axis=1), np.int64)
