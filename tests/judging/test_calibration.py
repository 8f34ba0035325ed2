"""Bins of confidence: edges, a loop as oracle, and what an empty bin is."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride.judging import calibrate
from tests.support.close import assert_close


def by_a_loop(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    """Guo's formula, bin by bin: edge below < confidence <= edge above, and the first bin with its 0."""
    total = 0.0
    for b in range(bins):
        inside = [
            i for i, p in enumerate(confidence) if (b / bins < p <= (b + 1) / bins) or (b == 0 and p == 0)
        ]
        if inside:
            accuracy = sum(bool(right[i]) for i in inside) / len(inside)
            total += (
                len(inside)
                / len(confidence)
                * abs(accuracy - sum(confidence[i] for i in inside) / len(inside))
            )
    return total


@pytest.mark.parametrize("bins", [1, 4, 15])
def test_the_expected_error_is_that_of_a_loop(bins: int) -> None:
    generator = np.random.default_rng(bins)
    confidence = np.concatenate([generator.random(500), np.arange(bins + 1) / bins])
    right = generator.random(len(confidence)) < confidence**2
    found = calibrate(confidence, right, bins)
    assert found.count.sum() == len(confidence)
    assert_close(found.expected_error, by_a_loop(confidence, right, bins), rtol=1e-12)


def test_a_perfectly_calibrated_network_has_no_error() -> None:
    # Ten images of 0.8, eight right; four of 0.5, two right.
    confidence = np.array([0.8] * 10 + [0.5] * 4)
    right = np.array([True] * 8 + [False] * 2 + [True, False] * 2)
    assert calibrate(confidence, right).expected_error < 1e-15


def test_an_edge_belongs_to_the_bin_below_and_an_empty_bin_has_no_mean() -> None:
    found = calibrate(np.array([0.25, 0.5, 1.0]), np.array([True, False, True]), 4)
    assert found.count.tolist() == [1, 1, 0, 1]
    assert found.edges.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert_close(found.confidence, [0.25, 0.5, np.nan, 1.0])
    assert_close(found.accuracy, [1.0, 0.0, np.nan, 1.0])
