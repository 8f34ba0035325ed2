"""Whether a network is as often right as it is sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15


@dataclass(frozen=True, eq=False)
class Calibration:
    """Images by the probability of the class that was predicted.

    Attributes
    ----------
    edges : ndarray of shape (bins + 1,), from 0 to 1; bin b holds edges[b] < confidence <= edges[b + 1]
    count : ndarray of shape (bins,), int64, images
    confidence, accuracy : ndarrays of shape (bins,), means over the images of a bin; NaN where there is none
    """

    edges: NDArray[np.float64]
    count: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def expected_error(self) -> float:
        """The expected calibration error, in 0..1: sum over the bins of count / m * |accuracy - confidence|."""
        filled = self.count > 0
        gaps = np.abs(self.accuracy[filled] - self.confidence[filled])
        return float((self.count[filled] * gaps).sum() / self.count.sum())


def calibrate(confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS) -> Calibration:
    """Count images in bins of equal width.

    Parameters
    ----------
    confidence : ndarray of shape (m,), float64 in 0..1, m >= 1
        The probability of the predicted class.
    right : ndarray of shape (m,), bool
        Whether it is the label.

    Source
    ------
    C. Guo et al., "On calibration of modern neural networks" (2017), section 2.

    Examples
    --------
    Twice 0.9 and once right, which is 0.4 too sure; and once 0.5, and right:

    >>> found = calibrate(np.array([0.9, 0.9, 0.5]), np.array([True, False, True]))
    >>> round(found.expected_error, 4)  # 2/3 * |0.5 - 0.9| + 1/3 * |1 - 0.5|
    0.4333
    """
    edges = np.arange(bins + 1) / bins
    place = np.searchsorted(edges[1:-1], confidence)  # an edge belongs to the bin below it
    count = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, weights=values, minlength=bins) for values in (confidence, right)]
    with np.errstate(invalid="ignore"):
        means = [total / count for total in sums]
    return Calibration(edges, count, means[0], means[1])
