"""scikit-learn's own checks of an estimator."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.utils.estimator_checks import (
    check_sample_weight_equivalence_on_dense_data,
    parametrize_with_checks,
)

from fullstride.sklearn import CNNClassifier, CNNRegressor

ESTIMATORS = (CNNClassifier, CNNRegressor)


def expected_failed_checks(_: Any) -> dict[str, str]:
    return {
        # Numbers of float32 agree to some 1e-6 after hundreds of steps. `test_weights_are_repetitions` has the rest.
        "check_sample_weight_equivalence_on_dense_data": "it asks float32 for a relative error of 1e-7",
    }


# The checks themselves warn, of what they are about to skip or of data that they make on purpose.
@pytest.mark.filterwarnings("default")
@parametrize_with_checks([kind() for kind in ESTIMATORS], expected_failed_checks=expected_failed_checks)
def test_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_weights_are_repetitions(kind: Any) -> None:
    """The check that float32 is not exact enough for: its samples fit into one batch."""
    check_sample_weight_equivalence_on_dense_data(kind.__name__, kind(dtype="float64"))
