"""What predictions of classes are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.judging.calibration import Calibration, calibrate
from fullstride.judging.interval import wilson_interval
from fullstride.judging.plain import plain
from fullstride.lazy import cached_property

TOP = 5
"""Of how many most probable classes the label is to be one, in the second accuracy."""


@dataclass(frozen=True, eq=False)
class Judgment:
    """What `Network.judge` found of a network that classifies. `str` is a text of tables.

    Attributes
    ----------
    class_names : tuple of str, n of them; "class 0" ... where the network has no names
    y, predicted : ndarrays of shape (m,), int64, labels and most probable classes
    confidence : ndarray of shape (m,), float64, the probability of the predicted class
    loss : float, mean cross-entropy in nats
    brier : float in 0..2, the mean over the images of the sum over the classes of (p - [is the label])^2
    top_5_correct : int, images whose label is among the `TOP` = 5 most probable classes

    Notes
    -----
    Of class c, with TP images of c that were taken for c, FP others that were, and FN that were not: precision =
    TP / (TP + FP), recall = TP / (TP + FN), f1 = 2 TP / (2 TP + FP + FN). Where that is 0 / 0 it is NaN: a class that
    was never predicted has no precision, one without images no recall.

    Source
    ------
    Brier score: G. Brier, "Verification of forecasts expressed in terms of probability" (1950).

    Examples
    --------
    >>> y, predicted, confidence = np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([0.9, 0.6, 0.8])
    >>> found = Judgment(("ant", "bee"), y, predicted, confidence, loss=0.4, brier=0.3, top_5_correct=3)
    >>> found.accuracy, found.confusion.tolist(), found.precision.tolist()
    (0.6666666666666666, [[1, 1], [0, 1]], [1.0, 0.5])
    """

    class_names: tuple[str, ...]
    y: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float64]
    loss: float
    brier: float
    top_5_correct: int

    @property
    def count(self) -> int:
        """m, all images."""
        return len(self.y)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Of each image, whether it was taken for what it is."""
        return np.asarray(self.predicted == self.y)

    @property
    def correct(self) -> int:
        """Images that were."""
        return int(np.count_nonzero(self.right))

    @property
    def accuracy(self) -> float:
        """correct / count, in 0..1."""
        return self.correct / self.count

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """Wilson's interval of the accuracy at a level of 95 %; see `wilson_interval`."""
        return wilson_interval(self.correct, self.count)

    @property
    def top_5_accuracy(self) -> float | None:
        """top_5_correct / count; None where there are no more than 5 classes."""
        return self.top_5_correct / self.count if len(self.class_names) > TOP else None

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Of shape (n, n): [c, k] images of class c that were taken for k."""
        n = len(self.class_names)
        return np.bincount(self.y * n + self.predicted, minlength=n * n).reshape(n, n)

    @property
    def support(self) -> NDArray[np.int64]:
        """Of shape (n,): images of each class."""
        return np.asarray(self.confusion.sum(axis=1))

    @property
    def precision(self) -> NDArray[np.float64]:
        """Of shape (n,): of the images taken for a class, the part that is of it."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @property
    def recall(self) -> NDArray[np.float64]:
        """Of shape (n,): of the images of a class, the part that was taken for it."""
        return _shares(self.confusion.diagonal(), self.support)

    @property
    def f1(self) -> NDArray[np.float64]:
        """Of shape (n,): the harmonic mean of precision and recall."""
        return _shares(2 * self.confusion.diagonal(), self.confusion.sum(axis=0) + self.support)

    @cached_property
    def calibration(self) -> Calibration:
        """Accuracy by confidence, in 15 bins of equal width."""
        return calibrate(self.confidence, self.right)

    # What to look at first

    def hardest(self, most: int) -> NDArray[np.int64]:
        """The classes with the lowest recall, among those that have images; of equals the first."""
        present = np.flatnonzero(self.support)
        return present[np.argsort(self.recall[present], kind="stable")][:most]

    def most_confused(self, most: int) -> list[tuple[int, int, int]]:
        """The most frequent mistakes: (class, what it was taken for, images)."""
        wrong = self.confusion - np.diag(self.confusion.diagonal())
        first = np.argsort(-wrong, axis=None, kind="stable")[:most]
        pairs = [(int(c), int(k)) for c, k in zip(*np.unravel_index(first, wrong.shape), strict=True)]
        return [(c, k, int(wrong[c, k])) for c, k in pairs if wrong[c, k]]

    def worst(self, most: int) -> NDArray[np.int64]:
        """Images: mistakes, the surest first. Where there are none the right answers that were least sure."""
        wrong = np.flatnonzero(~self.right)
        if len(wrong):
            return wrong[np.argsort(-self.confidence[wrong], kind="stable")][:most]
        return np.argsort(self.confidence, kind="stable")[:most]

    # In other forms

    def to_dict(self) -> dict[str, Any]:
        """As plain data that JSON can hold; docs/judging.md names the keys. None where a number is not defined."""
        bins = self.calibration
        document: dict[str, Any] = plain(
            {
                "kind": "classes",
                "count": self.count,
                "correct": self.correct,
                "accuracy": self.accuracy,
                "accuracy_interval": self.accuracy_interval,
                "top_5_accuracy": self.top_5_accuracy,
                "loss": self.loss,
                "brier": self.brier,
                "expected_calibration_error": bins.expected_error,
                "calibration": [
                    {"above": above, "to": to, "count": count, "confidence": confidence, "accuracy": accuracy}
                    for above, to, count, confidence, accuracy in zip(
                        bins.edges[:-1],
                        bins.edges[1:],
                        bins.count,
                        bins.confidence,
                        bins.accuracy,
                        strict=True,
                    )
                ],
                "classes": [
                    {"name": name, "count": count, "precision": precision, "recall": recall, "f1": f1}
                    for name, count, precision, recall, f1 in zip(
                        self.class_names, self.support, self.precision, self.recall, self.f1, strict=True
                    )
                ],
                "confusion": self.confusion,
            }
        )
        return document

    def lines(self, width: int = 80) -> list[str]:
        """The text of `str`, for a terminal that is `width` characters wide."""
        from fullstride.judging.text import lines

        return lines(self, width)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return (
            f"Judgment({100 * self.accuracy:.2f} % of {self.count:,} images, {len(self.class_names)} classes)"
        )


def _shares(part: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        return np.asarray(part / of, np.float64)
