from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from fullstride.steps import (
    cross_entropy_backward,
    cross_entropy_forward,
    softmax,
    weighted_cross_entropy_backward,
    weighted_cross_entropy_forward,
)
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.gradients import assert_gradients


def scores(m: int, n_C: int) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    return 3 * generator.standard_normal((m, n_C)), generator.integers(0, n_C, m)


def test_softmax_by_hand() -> None:
    # exp of log 1, log 2, log 5 is 1, 2, 5; their sum 8
    assert_close(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]], rtol=1e-14)


def test_softmax_against_exact_sums() -> None:
    Z, _ = scores(5, 7)
    for row, probabilities in zip(Z, softmax(Z), strict=True):
        total = math.fsum(math.exp(z) for z in row)
        assert_close(probabilities, [math.exp(z) / total for z in row], rtol=1e-13)
        assert_close(math.fsum(probabilities), 1.0, rtol=1e-14)


def test_softmax_of_large_scores_neither_overflows_nor_warns() -> None:
    Z = np.array([[1e4, 1e4 - math.log(3)], [-1e4, -2e4]])
    assert_close(softmax(Z), [[0.75, 0.25], [1.0, 0.0]], rtol=1e-11)


def test_softmax_does_not_change_with_a_constant() -> None:
    Z, _ = scores(3, 4)
    assert_close(softmax(Z + 5), softmax(Z), rtol=1e-13)


def test_softmax_of_infinities_and_nan() -> None:
    Z = np.array([[0.0, -np.inf], [0.0, np.inf], [np.nan, 0.0], [-np.inf, -np.inf]])
    assert_close(softmax(Z), [[1.0, 0.0], [np.nan, np.nan], [np.nan, np.nan], [np.nan, np.nan]])


def test_one_class() -> None:
    Z = np.array([[3.0], [-2.0]])
    assert softmax(Z).tolist() == [[1.0], [1.0]]
    cost, cache = cross_entropy_forward(Z, np.array([0, 0]))
    assert cost == 0
    assert cross_entropy_backward(cache).tolist() == [[0.0], [0.0]]


def test_cost_by_hand() -> None:
    # Probabilities 1/8, 2/8, 5/8 and 1/2, 1/2, 0: the mean of -log(5/8) and -log(1/2)
    Z = np.log([[1.0, 2.0, 5.0], [4.0, 4.0, 1e-300]])
    Y = np.array([2, 0])
    cost, cache = cross_entropy_forward(Z, Y)
    assert_close(cost, (math.log(8 / 5) + math.log(2)) / 2, rtol=1e-14)
    assert cache[0] is Z
    assert cache[1] is Y
    # (probability - one-hot) / 2
    expected = [[0.0625, 0.125, -0.1875], [-0.25, 0.25, 0.0]]
    assert_close(cross_entropy_backward(cache), expected, rtol=1e-13, atol=1e-15)


def test_cost_where_the_probability_is_0_in_its_dtype() -> None:
    cost, cache = cross_entropy_forward(np.array([[0.0, 1000.0]]), np.array([0]))
    assert cost == 1000
    assert cross_entropy_backward(cache).tolist() == [[-1.0, 1.0]]
    cost, _ = cross_entropy_forward(np.array([[-np.inf, 0.0]]), np.array([0]))
    assert cost == np.inf


def test_cost_of_infinity_and_nan_is_nan_without_a_warning() -> None:
    for row in ([np.inf, 0.0], [np.nan, 0.0], [-np.inf, -np.inf]):
        cost, cache = cross_entropy_forward(np.array([row]), np.array([1]))
        assert np.isnan(cost)
        assert np.isnan(cross_entropy_backward(cache)).all()


def test_cost_of_equal_scores_is_the_logarithm_of_the_classes() -> None:
    cost, _ = cross_entropy_forward(np.full((3, 10), 7.0), np.array([0, 4, 9]))
    assert_close(cost, math.log(10), rtol=1e-14)


@pytest.mark.parametrize("m", [1, 2, 5])
def test_numerical_gradient(m: int) -> None:
    Z, Y = scores(m, 4)
    _, cache = cross_entropy_forward(Z, Y)
    assert_gradients(
        lambda x: cross_entropy_forward(x, Y)[0],
        lambda dcost: [dcost * cross_entropy_backward(cache)],
        [Z],
    )
    assert_close(cross_entropy_backward(cache).sum(axis=1), np.zeros(m), atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_empty_batch(dtype: Any) -> None:
    for m in (0, 3):
        Z, Y = np.zeros((m, 4), dtype), np.zeros(m, np.int64)
        cost, cache = cross_entropy_forward(Z, Y)
        assert type(cost) is dtype
        assert_close(cost, math.log(4) if m else 0.0, rtol=1e-6)
        assert softmax(Z).dtype == dtype
        assert softmax(Z).shape == (m, 4)
        assert cross_entropy_backward(cache).dtype == dtype
        assert cross_entropy_backward(cache).shape == (m, 4)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64, ">i2"])
def test_labels_of_every_integer_dtype(dtype: Any) -> None:
    Z, Y = scores(4, 3)
    expected = cross_entropy_backward((Z, Y))
    assert_close(cross_entropy_backward((Z, Y.astype(dtype))), expected)


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    Z, Y = scores(4, 3)
    cost, cache = cross_entropy_forward(Z, Y)
    dZ = cross_entropy_backward(cache)
    for _, given in views(Z):
        before = given.tobytes()
        actual, cache = cross_entropy_forward(given, Y[::-1].copy()[::-1])
        assert_close(actual, cost)
        assert_close(cross_entropy_backward(cache), dZ)
        assert_close(softmax(given), softmax(Z))
        assert given.tobytes() == before


def test_refusals() -> None:
    Z, Y = scores(4, 3)
    with pytest.raises(ShapeError, match=r"^softmax: Z must have shape \(m, n_C\), 2 axes; got shape \(3,\)"):
        softmax(Z[0])
    with pytest.raises(
        ShapeError,
        match=r"^cross_entropy_forward: Y must have shape \(m,\) = \(4,\) \(Z has shape \(4, 3\)\)",
    ):
        cross_entropy_forward(Z, Y[:2])
    with pytest.raises(
        DtypeError, match=r"^cross_entropy_forward: Y must hold integers, .* got dtype float64"
    ):
        cross_entropy_forward(Z, Y.astype(float))
    with pytest.raises(
        DataError, match=r"^cross_entropy_forward: Y must hold .*n_C=3; got 3 at index 1 \(2 of"
    ):
        cross_entropy_forward(Z, np.array([0, 3, -1, 2]))
    with pytest.raises(
        ArgumentError, match=r"^cross_entropy_backward: cache must be the tuple \(Z, Y\) .*; got a tuple of 3"
    ):
        cross_entropy_backward((Z, Y, Y))  # type: ignore[arg-type]


# Smoothed labels and weighted classes


WEIGHTS = np.array([0.5, 1.0, 2.0, 4.0])


def test_weighted_cost_by_hand() -> None:
    # Probabilities 1/4, 3/4. t = (1/8 + 3/4, 1/8 * 2) / 3 for label 0 of weights 1, 2 (smoothing 1/4) ...
    Z, Y = np.log([[1.0, 3.0]] * 2), np.array([0, 1])
    cost, _ = weighted_cross_entropy_forward(Z, Y, 0.25, np.array([1.0, 2.0]))
    first = (0.125 + 0.75) * math.log(4) + 0.25 * math.log(4 / 3)
    second = 0.125 * math.log(4) + (0.25 + 1.5) * math.log(4 / 3)
    assert_close(cost, (first + second) / 3, rtol=1e-14)


@pytest.mark.parametrize("weights", [None, np.full(4, 3.0)])
def test_equal_weights_without_smoothing_are_the_plain_cost(weights: Any) -> None:
    Z, Y = scores(6, 4)
    cost, cache = weighted_cross_entropy_forward(Z, Y, 0.0, weights)
    plain, plain_cache = cross_entropy_forward(Z, Y)
    assert_close(cost, plain, rtol=1e-14)
    assert_close(weighted_cross_entropy_backward(cache), cross_entropy_backward(plain_cache), rtol=1e-12)


@pytest.mark.parametrize("own", [None, np.array([1.0, 0.25, 3.0, 2.0, 0.5])])
@pytest.mark.parametrize(("smoothing", "weights"), [(0.0, WEIGHTS), (0.3, None), (0.1, WEIGHTS)])
def test_gradient_of_the_weighted_cost_by_differences(smoothing: float, weights: Any, own: Any) -> None:
    Z, Y = scores(5, 4)
    cache = (Z, Y, smoothing, weights, own)
    assert_gradients(
        lambda Z: weighted_cross_entropy_forward(Z, Y, smoothing, weights, own)[0],
        lambda dL: (dL * weighted_cross_entropy_backward(cache),),
        [Z],
    )
    assert_close(weighted_cross_entropy_backward(cache).sum(axis=1), np.zeros(5), atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_weighted_cost_keeps_the_dtype(dtype: Any) -> None:
    Z, Y = scores(3, 4)
    cost, cache = weighted_cross_entropy_forward(Z.astype(dtype), Y, 0.1, WEIGHTS)
    assert cost.dtype == weighted_cross_entropy_backward(cache).dtype == dtype


def test_the_weighted_cost_of_an_empty_batch() -> None:
    Z, Y = scores(0, 4)
    cost, cache = weighted_cross_entropy_forward(Z, Y, 0.1, WEIGHTS)
    assert cost == 0.0
    assert weighted_cross_entropy_backward(cache).shape == (0, 4)


@pytest.mark.parametrize(
    ("smoothing", "weights", "error", "sentence"),
    [
        (1.0, None, ArgumentError, r"smoothing must be a number, 0 <= smoothing < 1; got 1.0"),
        (0.0, [1.0], DtypeError, r"class_weights must be a NumPy array of shape \(n_C,\); got a list"),
        (
            0.0,
            np.ones(3),
            ShapeError,
            r"class_weights must have shape \(n_C,\) = \(4,\) \(one for each class\); got shape \(3,\)",
        ),
        (
            0.0,
            np.array([1.0, 0.0, np.nan, 1.0]),
            ArgumentError,
            r"class_weights must hold finite numbers > 0; got 0 at index 1",
        ),
    ],
)
def test_refused_weights(smoothing: Any, weights: Any, error: Any, sentence: str) -> None:
    Z, Y = scores(2, 4)
    with pytest.raises(error, match=f"^weighted_cross_entropy_forward: {sentence}"):
        weighted_cross_entropy_forward(Z, Y, smoothing, weights)


def test_weights_of_images_by_hand() -> None:
    """Equal scores: every class has 1/2, so each loss is log 2; the gradients stand in the proportions 3 : 1."""
    Z, Y = np.zeros((2, 2)), np.array([0, 1])
    cost, cache = weighted_cross_entropy_forward(Z, Y, image_weights=np.array([3.0, 1.0]))
    assert_close(cost, np.log(2.0))
    assert_close(weighted_cross_entropy_backward(cache), np.array([[-3.0, 3.0], [1.0, -1.0]]) / 8)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_an_image_that_weighs_two_is_there_twice(smoothing: float) -> None:
    Z, Y = scores(3, 4)
    twice = [0, 1, 1, 2, 2, 2]
    one = weighted_cross_entropy_forward(Z, Y, smoothing, WEIGHTS, np.array([1, 2, 3]))
    other = weighted_cross_entropy_forward(Z[twice], Y[twice], smoothing, WEIGHTS)
    assert_close(one[0], other[0], rtol=1e-13)
    dZ = weighted_cross_entropy_backward(other[1])
    gathered = np.array([dZ[0], dZ[1:3].sum(axis=0), dZ[3:].sum(axis=0)])
    assert_close(weighted_cross_entropy_backward(one[1]), gathered, rtol=1e-12)


@pytest.mark.parametrize(
    ("weights", "error", "sentence"),
    [
        (np.ones(3), ShapeError, r"image_weights must have shape \(m,\) = \(2,\) \(one for each example\)"),
        ([1.0, 1.0], DtypeError, r"image_weights must be a NumPy array of shape \(m,\); got a list"),
        (
            np.array([1.0, 0.0]),
            ArgumentError,
            r"image_weights must hold finite numbers > 0 \(an example that is not to count is left out\); "
            "got 0 at index 1",
        ),
        (np.array([np.nan, 1.0]), ArgumentError, "image_weights must hold .*; got nan at index 0"),
        (np.array([1e308, 1e308]), ArgumentError, "image_weights must have a finite sum; got inf"),
    ],
)
def test_refused_weights_of_images(weights: Any, error: Any, sentence: str) -> None:
    Z, Y = scores(2, 4)
    with pytest.raises(error, match=f"^weighted_cross_entropy_forward: {sentence}"):
        weighted_cross_entropy_forward(Z, Y, image_weights=weights)


def test_a_cache_of_the_plain_cost_is_refused() -> None:
    _, cache = cross_entropy_forward(*scores(2, 4))
    with pytest.raises(
        ArgumentError,
        match=r"^weighted_cross_entropy_backward: cache must be the tuple \(Z, Y, smoothing, class_weights, "
        r"image_weights\) that weighted_cross_entropy_forward returned; got a tuple of 2",
    ):
        weighted_cross_entropy_backward(cache)  # type: ignore[arg-type]
