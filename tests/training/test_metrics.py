"""Loss and accuracy, against numbers worked by hand and the definition in plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fullstride.program import AS_STORED, Inputs
from fullstride.training import CHUNK, Evaluation, Part, evaluate, r_squared
from fullstride.training.metrics import squared_errors, total_cross_entropy


class Table:
    """An executor whose probabilities are what the images hold; it keeps the sizes of its calls."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def forward(self, X: Any, inputs: Inputs = AS_STORED) -> Any:
        self.sizes.append(len(X))
        return X.reshape(len(X), -1) * inputs.scale


def as_images(rows: list[list[float]]) -> Any:
    return np.array(rows, np.float64).reshape(len(rows), 1, 1, -1)


def test_cross_entropy_is_the_mean_of_minus_the_logarithm() -> None:
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(5), 20)
    y = generator.integers(0, 5, 20)
    expected = -math.fsum(math.log(probabilities[i][y[i]]) for i in range(20))
    assert total_cross_entropy(probabilities, y) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("dtype", "nats"), [("float32", 126 * math.log(2)), ("float64", 1022 * math.log(2))])
def test_a_probability_of_zero_costs_as_much_as_the_smallest_normal_number(dtype: str, nats: float) -> None:
    certain = np.array([[1.0, 0.0]], dtype)
    assert total_cross_entropy(certain, np.array([1])) == pytest.approx(nats, rel=1e-12)
    assert total_cross_entropy(certain, np.array([0])) == 0.0


def test_the_sum_is_in_float64() -> None:
    # -log(0.9) in float32 is added 100,000 times: in float32 the sum would be off in the fourth digit.
    probabilities = np.full((100_000, 1), 0.9, np.float32)
    expected = -100_000 * math.log(float(np.float32(0.9)))
    assert total_cross_entropy(probabilities, np.zeros(100_000, np.int64)) == pytest.approx(
        expected, rel=1e-12
    )


def test_nan_is_not_hidden() -> None:
    assert math.isnan(total_cross_entropy(np.array([[np.nan, 0.5]]), np.array([0])))


def test_evaluate_by_hand() -> None:
    X = as_images([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]])
    found = evaluate(Table(), Part(X, np.array([0, 1, 2, 0])), AS_STORED)  # type: ignore[arg-type]
    assert (found.correct, found.count, found.accuracy) == (2, 4, 0.5)
    # -(log 1/2 + log 4/5 + log 1/4 + log 1/4) / 4 = log(2 * 5/4 * 4 * 4) / 4 = log(40) / 4
    assert found.loss == pytest.approx(math.log(40) / 4, rel=1e-14)


def test_of_equal_probabilities_the_first_counts() -> None:
    X = as_images([[0.5, 0.5], [0.5, 0.5]])
    assert evaluate(Table(), Part(X, np.array([0, 1])), AS_STORED).correct == 1  # type: ignore[arg-type]


def test_rows_choose_images_and_their_labels() -> None:
    X = as_images([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    part = Part(X, np.array([1, 0, 1]), np.array([2, 0]))
    found = evaluate(Table(), part, AS_STORED)  # type: ignore[arg-type]
    assert (len(part), found.correct, found.count) == (2, 1, 2)
    assert found.loss == pytest.approx(-(math.log(0.7) + math.log(0.1)) / 2, rel=1e-14)


def test_the_scale_goes_to_the_executor() -> None:
    X = as_images([[0.25, 0.25]])
    found = evaluate(Table(), Part(X, np.array([0])), Inputs(2.0))  # type: ignore[arg-type]
    assert found.loss == pytest.approx(math.log(2), rel=1e-14)


@pytest.mark.parametrize("chosen", [False, True])
def test_memory_stays_flat(chosen: bool) -> None:
    m = 2 * CHUNK + 3
    X = np.broadcast_to(as_images([[0.4, 0.6]]), (m, 1, 1, 2))
    table = Table()
    part = Part(X, np.ones(m, np.int64), np.arange(m) if chosen else None)
    assert evaluate(table, part, AS_STORED) == Evaluation(pytest.approx(-math.log(0.6)), m, m)  # type: ignore[arg-type]
    assert table.sizes == [CHUNK, CHUNK, 3]


# Numbers instead of classes


def of_numbers(predicted: list[list[float]], targets: list[list[float]], rows: Any = None) -> Part:
    return Part(as_images(predicted), np.array(targets), rows)


def test_the_mean_squared_error_by_hand() -> None:
    part = of_numbers([[1.0, 2.0], [3.0, 5.0]], [[0.0, 4.0], [3.0, 2.0]])
    # (1 + 4 + 0 + 9) / 4
    assert evaluate(Table(), part, AS_STORED) == Evaluation(3.5, None, 2)  # type: ignore[arg-type]
    assert Evaluation(3.5, None, 2).accuracy is None


def test_r_squared_by_hand() -> None:
    part = of_numbers(
        [[1.0, 2.0], [3.0, 5.0], [9.0, 9.0]], [[0.0, 4.0], [4.0, 2.0], [1.0, 1.0]], np.array([0, 1])
    )
    # 1 - (1 + 1) / (4 + 4) and 1 - (4 + 9) / (1 + 1)
    assert r_squared(Table(), part, AS_STORED) == (0.75 - 5.5) / 2  # type: ignore[arg-type]


@pytest.mark.parametrize(("predicted", "expected"), [(7.0, 1.0), (7.5, 0.0)])
def test_r_squared_of_a_constant_target(predicted: float, expected: float) -> None:
    part = of_numbers([[predicted], [7.0]], [[7.0], [7.0]])
    assert r_squared(Table(), part, AS_STORED) == expected  # type: ignore[arg-type]


def test_squared_errors_are_summed_in_chunks_and_in_float64() -> None:
    m = CHUNK + 10
    X, T = np.full((m, 1, 1, 1), 1.1, np.float32), np.ones((m, 1), np.float32)
    table = Table()
    (found,) = squared_errors(table, Part(X, T), AS_STORED)  # type: ignore[arg-type]
    assert found == pytest.approx(m * (float(np.float32(1.1)) - 1) ** 2, rel=1e-12)
    assert table.sizes == [CHUNK, 10]
