"""What is counted of estimated numbers, against scikit-learn."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fullstride import NumberJudgment
from tests.support.close import assert_close


def at_random(m: int, n: int) -> NumberJudgment:
    generator = np.random.default_rng(m)
    y = generator.standard_normal((m, n))
    return NumberJudgment(y, y + 0.3 * generator.standard_normal((m, n)))


@pytest.mark.parametrize(("m", "n"), [(2, 1), (50, 1), (60, 3)])
def test_the_numbers_are_scikit_learn_s(m: int, n: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="the oracle needs the extra `sklearn`")
    found = at_random(m, n)
    each = {"y_true": found.y, "y_pred": found.predicted, "multioutput": "raw_values"}
    assert_close(found.squared_error, metrics.mean_squared_error(**each))
    assert_close(found.absolute_error, metrics.mean_absolute_error(**each))
    assert_close(found.r_squared, metrics.r2_score(**each), rtol=1e-10)
    assert_close(found.loss, metrics.mean_squared_error(found.y, found.predicted))


def test_constant_targets_and_single_images() -> None:
    y = np.array([[1.0, 2.0], [1.0, 2.0]])
    assert NumberJudgment(y, np.array([[1.0, 2.0], [1.0, 3.0]])).r_squared.tolist() == [1.0, 0.0]
    one = NumberJudgment(y[:1], y[:1] + 1)
    assert np.isnan(one.r_squared).all()
    document = json.loads(json.dumps(one.to_dict(), allow_nan=False))
    assert document == {
        "kind": "numbers",
        "count": 1,
        "loss": 1.0,
        "mean_squared_error": 1.0,
        "mean_absolute_error": 1.0,
        "r_squared": None,
        "outputs": [{"mean_squared_error": 1.0, "mean_absolute_error": 1.0, "r_squared": None}] * 2,
    }
    assert repr(one) == "NumberJudgment(mean squared error 1, 1 images)"


def test_the_largest_error_comes_first() -> None:
    assert NumberJudgment(np.zeros((3, 1)), np.array([[1.0], [-3.0], [2.0]])).worst(2).tolist() == [1, 2]
