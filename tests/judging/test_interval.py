"""Wilson's interval: against SciPy, and what holds at its ends."""

from __future__ import annotations

import pytest

from fullstride.judging import wilson_interval
from tests.support.close import assert_close


@pytest.mark.parametrize("count", [1, 2, 7, 360, 10_000])
def test_it_is_scipy_s(count: int) -> None:
    stats = pytest.importorskip("scipy.stats", reason="the oracle comes with scikit-learn")
    for correct in {0, 1, count // 3, count - 1, count}:
        expected = stats.binomtest(correct, count).proportion_ci(0.95, method="wilson")
        assert_close(wilson_interval(correct, count), (expected.low, expected.high), rtol=1e-12, atol=1e-15)


def test_one_of_two_by_hand() -> None:
    # z^2 = 3.8415: the middle is 1/2, the half width z * sqrt(1/8 + z^2 / 16) / (1 + z^2 / 2) = 0.40547
    assert_close(wilson_interval(1, 2), (0.0945312, 0.9054688), rtol=1e-6)


def test_the_ends_are_exact() -> None:
    assert wilson_interval(0, 3)[0] == 0.0
    assert wilson_interval(3, 3)[1] == 1.0
    assert 0 < wilson_interval(3, 3)[0] < 1
