"""The regressor: targets of one and of several numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.datasets import make_regression
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from fullstride import Flatten
from fullstride.sklearn import CNNRegressor
from tests.support.close import assert_close
from tests.support.kernels import assert_same_bits


def pictures(m: int = 80) -> tuple[Any, Any]:
    """Where the one light spot of an image is, as two numbers far from 0 and 1."""
    generator = np.random.default_rng(0)
    places = generator.integers(0, 6, (m, 2))
    X = generator.integers(0, 40, (m, 6, 6, 1)).astype(np.uint8)
    X[np.arange(m), places[:, 0], places[:, 1]] = 255
    return X, places * [100.0, 0.01] + [1000.0, -3.0]


def linear(**more: Any) -> CNNRegressor:
    """One dense layer: its minimum is that of least squares."""
    return CNNRegressor(**{"architecture": (Flatten(),), "dtype": "float64", "random_state": 0, **more})


def test_least_squares() -> None:
    """Two outputs, weights, targets and features of any size: as LinearRegression has it."""
    X, y = make_regression(60, 4, n_targets=2, noise=20, random_state=0)
    X, y = X * [1, 50, 0.1, 100] + [0, 3, 1, -100], y * [1, 1e-4] + [1e4, 0]
    weights = np.random.default_rng(0).uniform(0.1, 5, 60)
    how = {"epochs": 1000, "batch_size": 60, "lr": 0.05, "optimizer": "sgd"}
    found = linear(**how).fit(X, y, sample_weight=weights)
    expected = LinearRegression().fit(X, y, sample_weight=weights)
    assert_close(found.predict(X), expected.predict(X), rtol=1e-6, atol=1e-6)
    other = LinearRegression().fit(X, y).predict(X)
    assert np.abs(other - expected.predict(X)).max() > 0.1, "weights make a difference"


def test_images_with_two_numbers_each() -> None:
    X, y = pictures()
    regressor = CNNRegressor(random_state=0).fit(X[:60], y[:60])
    predicted = regressor.predict(X[60:])
    assert predicted.shape == (20, 2)
    assert predicted.dtype == np.float64
    assert regressor.n_outputs_ == 2
    assert regressor.score(X[60:], y[60:]) == pytest.approx(r2_score(y[60:], predicted))
    assert regressor.score(X[:60], y[:60]) > 0.95
    assert_close(regressor.target_mean_, y[:60].mean(axis=0), rtol=1e-12)
    assert_close(regressor.target_scale_, y[:60].std(axis=0), rtol=1e-12)


def test_targets_of_one_and_of_two_axes() -> None:
    X, y = pictures()
    one, column = (CNNRegressor(random_state=0, epochs=2).fit(X, T) for T in (y[:, 0], y[:, :1]))
    assert one.predict(X).shape == (80,)
    assert column.predict(X).shape == (80, 1)
    assert_same_bits(one.predict(X), column.predict(X)[:, 0])


def test_a_constant_target_is_not_divided_by_its_spread() -> None:
    X, _ = pictures(40)
    regressor = CNNRegressor(random_state=0, epochs=60).fit(X, np.full(40, 7.0))
    assert_close(regressor.predict(X), np.full(40, 7.0), atol=0.5)
    assert regressor.target_scale_.tolist() == [1.0]


def test_one_sample() -> None:
    X, y = pictures(1)
    assert CNNRegressor(epochs=1).fit(X, y).predict(X).shape == (1, 2)


def test_epochs_one_by_one_are_epochs() -> None:
    X, y = pictures()
    whole, parts = linear(epochs=3).fit(X, y), linear()
    for _ in range(3):
        parts.partial_fit(X, y)
    assert_same_bits(parts.predict(X), whole.predict(X))
    parts.partial_fit(X[:5], y[:5] + 1e6, sample_weight=np.arange(5))
    assert_same_bits(parts.target_mean_, whole.target_mean_)
    with pytest.raises(
        ValueError, match=r"^CNNRegressor: y must have n_outputs_=2 numbers a sample, as before; got"
    ):
        parts.partial_fit(X, y[:, :1])


def test_warm_start() -> None:
    X, y = pictures()
    regressor = linear(warm_start=True, epochs=3).fit(X, y)
    first = regressor.loss_curve_
    assert regressor.fit(X, y).loss_curve_[0] < first[0]


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (np.full(80, np.nan), "Input y contains NaN"),
        (np.ones((80, 2, 2)), "Found array with dim 3"),
        (np.full(80, "a"), "could not convert string to float"),
        (np.ones(79), "inconsistent numbers of samples"),
    ],
)
def test_targets_that_are_refused(y: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        linear().fit(pictures()[0], y)
