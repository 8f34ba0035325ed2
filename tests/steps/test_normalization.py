from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import (
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_inference,
    running_statistics,
)
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.gradients import assert_gradients

both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
every_shape = pytest.mark.parametrize(
    "shape", [(3, 4, 5, 2), (1, 2, 1, 3), (1, 1, 1, 1), (6, 4), (1, 3), (0, 2, 2, 3), (0, 4)], ids=str
)


def arrays(shape: tuple[int, ...], dtype: Any = np.float64, seed: int = 0) -> tuple[Any, Any, Any]:
    """Z, gamma and beta of standard normal numbers, each channel of Z about a mean of its own."""
    generator = np.random.default_rng(seed)
    one_a_channel = (1,) * (len(shape) - 1) + shape[-1:]
    Z = generator.standard_normal(shape) + 3 * generator.standard_normal(one_a_channel)
    gamma, beta = generator.standard_normal((2, *one_a_channel))
    return Z.astype(dtype), gamma.astype(dtype), beta.astype(dtype)


def by_whole_arrays(Z: Any, gamma: Any, beta: Any, epsilon: float, dZ_tilde: Any) -> tuple[Any, ...]:
    """An oracle of another structure: all channels at once, and dZ as one projection (m at least 1)."""
    axes = tuple(range(Z.ndim - 1))
    Z_norm = (Z - Z.mean(axes)) / np.sqrt(Z.var(axes) + epsilon)
    dgamma, dbeta = (dZ_tilde * Z_norm).sum(axes), dZ_tilde.sum(axes)
    dZ = dZ_tilde - dZ_tilde.mean(axes) - Z_norm * (dZ_tilde * Z_norm).mean(axes)
    dZ *= gamma / np.sqrt(Z.var(axes) + epsilon)
    return gamma * Z_norm + beta, dZ, dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)


def test_by_hand() -> None:
    # mean 2, variance 1, epsilon 3: deviation 2, so that Z_norm is -1/2 and 1/2.
    Z, gamma, beta = np.array([[1.0], [3.0]]), np.array([[4.0]]), np.array([[10.0]])
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta, epsilon=3)
    assert Z_tilde.tolist() == [[8.0], [12.0]]
    assert all(ours is given for ours, given in zip(cache[:3], (Z, gamma, beta), strict=True))
    assert (cache[4].tolist(), cache[5].tolist()) == ([[2.0]], [[1.0]])
    # dZ_norm = (4, 0); dvariance = 4 * -1 * -1/2 / 2^3 = 1/4; dmean = -4 / 2 = -2;
    # dZ = (4 / 2 + 1/4 * 2 * -1 / 2 - 2 / 2, 0 + 1/4 * 2 * 1 / 2 - 2 / 2)
    dZ, dgamma, dbeta = batch_norm_backward(np.array([[1.0], [0.0]]), cache)
    assert dZ.tolist() == [[0.75], [-0.75]]
    assert (dgamma.tolist(), dbeta.tolist()) == ([[-0.5]], [[1.0]])
    # Unbiased variance (1 + 1) / (2 - 1) = 2; a quarter of the way from 6 to 2 and from 10 to 2.
    mean, variance = running_statistics(cache, np.array([[6.0]]), np.array([[10.0]]), momentum=0.25)
    assert (mean.tolist(), variance.tolist()) == ([[5.0]], [[8.0]])
    # (Z - 5) / sqrt(13 + 3) = (-1, -1/2)
    Z_tilde = batch_norm_inference(Z, gamma, beta, mean, np.array([[13.0]]), epsilon=3)
    assert Z_tilde.tolist() == [[6.0], [8.0]]


@every_shape
@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_against_the_oracle(shape: Any, epsilon: float) -> None:
    Z, gamma, beta = arrays(shape)
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta, epsilon)
    dZ_tilde = np.random.default_rng(1).standard_normal(shape)
    if shape[0] == 0:
        return
    gradients = batch_norm_backward(dZ_tilde, cache)
    for actual, expected in zip(
        (Z_tilde, *gradients), by_whole_arrays(Z, gamma, beta, epsilon, dZ_tilde), strict=True
    ):
        assert_close(actual, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("shape", [(3, 4, 5, 2), (2, 1, 1, 3), (6, 4)], ids=str)
def test_numerical_gradients(shape: Any) -> None:
    Z, gamma, beta = arrays(shape)
    _, cache = batch_norm_forward(Z, gamma, beta, 0.1)
    assert_gradients(
        lambda *x: batch_norm_forward(*x, 0.1)[0],
        lambda dZ_tilde: batch_norm_backward(dZ_tilde, cache),
        [Z, gamma, beta],
    )


@every_shape
@both_dtypes
def test_dtype_stays(shape: Any, dtype: Any) -> None:
    Z, gamma, beta = arrays(shape, dtype)
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta)
    running = running_statistics(cache, beta, gamma**2)
    results = (
        Z_tilde,
        *batch_norm_backward(Z_tilde, cache),
        *running,
        batch_norm_inference(Z, gamma, beta, *running),
    )
    assert [result.dtype for result in results] == [dtype] * 7
    assert [result.shape for result in results] == [Z.shape, Z.shape, *[gamma.shape] * 4, Z.shape]


def test_an_empty_batch_has_zero_gradients_and_changes_no_state() -> None:
    Z, gamma, beta = arrays((0, 2, 2, 3))
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta)
    dZ, dgamma, dbeta = batch_norm_backward(Z_tilde, cache)
    assert dZ.shape == Z.shape
    assert not dgamma.any()
    assert not dbeta.any()
    mean, variance = running_statistics(cache, beta, gamma)
    assert_close(mean, beta, rtol=0)
    assert_close(variance, gamma, rtol=0)
    assert not np.shares_memory(mean, beta)


def test_one_number_a_channel_becomes_beta() -> None:
    """Its variance is 0, biased or not."""
    Z, gamma, beta = arrays((1, 3))
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta)
    assert_close(Z_tilde, beta, rtol=0)
    dZ, dgamma, dbeta = batch_norm_backward(np.ones((1, 3)), cache)
    assert not dZ.any()
    assert not dgamma.any()
    assert (dbeta == 1).all()
    mean, variance = running_statistics(cache, beta, np.ones((1, 3)), momentum=1)
    assert_close(mean, Z, rtol=1e-12)
    assert not variance.any()


@both_dtypes
def test_a_mean_of_1000_with_a_deviation_of_a_hundredth_does_not_cancel(dtype: Any) -> None:
    generator = np.random.default_rng(0)
    Z = (1000 + 0.01 * generator.standard_normal((8, 16, 16, 3))).astype(dtype)
    gamma, beta = np.ones((2, 1, 1, 1, 3), dtype)
    dZ_tilde = generator.standard_normal(Z.shape).astype(dtype)
    epsilon = 1e-8
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta, epsilon)
    exact = by_whole_arrays(*(x.astype(np.longdouble) for x in (Z, gamma, beta)), epsilon, dZ_tilde)
    rounding = 8 * np.finfo(dtype).eps
    # What is left in float64 is 1000 / 0.01 roundings of the mean.
    for actual, expected in zip((Z_tilde, *batch_norm_backward(dZ_tilde, cache)), exact, strict=True):
        scale = float(np.abs(expected).max())
        assert_close(actual, expected, rtol=rounding, atol=scale * max(rounding, 1e-10))
    assert abs(float(Z_tilde.astype(np.float64).std()) - 1) < 1e-3
    mean, variance = running_statistics(cache, beta, gamma, momentum=1)
    assert_close(mean.ravel(), Z.astype(np.float64).mean((0, 1, 2)), rtol=rounding)
    assert_close(variance.ravel(), Z.astype(np.float64).var((0, 1, 2), ddof=1), rtol=max(rounding, 1e-10))


def test_a_constant_channel_becomes_beta() -> None:
    Z_tilde, _ = batch_norm_forward(np.full((4, 2), 0.1), np.full((1, 2), 5.0), np.array([[1.0, 2.0]]))
    assert_close(Z_tilde, np.broadcast_to([1.0, 2.0], (4, 2)), rtol=1e-9)


def test_channels_do_not_touch() -> None:
    Z, gamma, beta = arrays((3, 2, 2, 3))
    expected, _ = batch_norm_forward(Z, gamma, beta)
    Z[..., 1] = np.nan
    actual, _ = batch_norm_forward(Z, gamma, beta)
    assert_close(actual[..., [0, 2]], expected[..., [0, 2]], rtol=0)
    assert np.isnan(actual[..., 1]).all()


def test_infinities_pass_without_a_warning() -> None:
    Z, gamma, beta = np.array([[np.inf], [0.0]], np.float32), *np.ones((2, 1, 1), np.float32)
    Z_tilde, cache = batch_norm_forward(Z, gamma, beta)
    dZ, _, _ = batch_norm_backward(Z_tilde, cache)
    assert np.isnan(Z_tilde[0]).all()
    assert np.isnan(dZ).any()
    mean, variance = running_statistics(cache, beta, gamma)
    assert mean.tolist() == [[np.inf]]
    assert np.isnan(batch_norm_inference(Z, gamma, beta, mean, variance)).any()


@both_dtypes
def test_an_image_is_predicted_alone_as_in_a_batch(dtype: Any) -> None:
    Z, gamma, beta = arrays((5, 3, 2, 4), dtype)
    running = beta, gamma**2
    together = batch_norm_inference(Z, gamma, beta, *running)
    for i in range(5):
        alone = batch_norm_inference(Z[i : i + 1], gamma, beta, *running)
        assert alone.tobytes() == together[i : i + 1].tobytes()


def test_running_statistics_forget() -> None:
    Z, gamma, beta = arrays((4, 3))
    _, cache = batch_norm_forward(Z, gamma, beta)
    mean, variance = running_statistics(cache, beta, gamma, momentum=1)
    assert_close(mean[0], Z.mean(0), rtol=1e-12)
    assert_close(variance[0], Z.var(0, ddof=1), rtol=1e-12)


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    Z, gamma, beta = arrays((2, 3, 2, 4))
    expected, cache = batch_norm_forward(Z, gamma, beta)
    dZ_tilde = np.random.default_rng(1).standard_normal(Z.shape)
    dZ = batch_norm_backward(dZ_tilde, cache)[0]
    for (_, given), (_, upstream) in zip(views(Z), views(dZ_tilde), strict=True):
        before = given.tobytes(), upstream.tobytes()
        Z_tilde, cache = batch_norm_forward(given, gamma, beta)
        assert_close(Z_tilde, expected, rtol=1e-12, atol=1e-14)
        assert_close(batch_norm_backward(upstream, cache)[0], dZ, rtol=1e-12, atol=1e-14)
        assert_close(batch_norm_inference(given, gamma, beta, beta, gamma**2).shape, Z.shape)
        assert (given.tobytes(), upstream.tobytes()) == before


def test_integers_become_float64() -> None:
    Z, one = np.array([[1], [3]]), np.array([[1]])
    Z_tilde, cache = batch_norm_forward(Z, one, 0 * one)
    assert Z_tilde.dtype == np.float64
    assert cache[0] is Z
    assert running_statistics(cache, 0 * one, one, 0.5)[1].tolist() == [[1.5]]


Z, GAMMA = np.ones((2, 3, 3, 4)), np.ones((1, 1, 1, 4))


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            (np.ones((2, 3, 4)), GAMMA, GAMMA),
            ShapeError,
            r"Z must have shape \(m, n_H, n_W, n_C\) or \(m, n_C\); got shape \(2, 3, 4\)",
        ),
        ((np.ones((2, 0)), GAMMA, GAMMA), ShapeError, r"Z must have shape \(m, n_C\) with n_C >= 1"),
        (
            (Z, np.ones((1, 4)), GAMMA),
            ShapeError,
            r"gamma must have shape \(1, 1, 1, n_C\) = \(1, 1, 1, 4\) "
            r"\(one number a channel of Z, shape \(2, 3, 3, 4\)\); got shape \(1, 4\)",
        ),
        (
            (np.ones((2, 4)), np.ones((1, 4)), np.ones((1, 3))),
            ShapeError,
            r"beta must have shape \(1, n_C\) = \(1, 4\) .* got shape \(1, 3\)",
        ),
        (
            (Z, GAMMA.astype(np.float32), GAMMA),
            DtypeError,
            "Z, gamma and beta must share one dtype, float32 or float64",
        ),
        (([1.0], GAMMA, GAMMA), DtypeError, "Z must be a NumPy array; got a list"),
        ((Z, GAMMA, GAMMA, 0), ArgumentError, "epsilon must be a finite number, 0 < epsilon; got 0"),
        ((Z, GAMMA, GAMMA, "1"), DtypeError, "epsilon must be a finite number, 0 < epsilon; got '1' of type"),
    ],
)
def test_refusals_of_forward(arguments: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=f"^batch_norm_forward: {sentence}"):
        batch_norm_forward(*arguments)


def test_other_refusals() -> None:
    _, cache = batch_norm_forward(Z, GAMMA, GAMMA)
    with pytest.raises(ShapeError, match=r"^batch_norm_backward: dZ_tilde must have the shape of the output"):
        batch_norm_backward(np.ones((2, 3, 3, 5)), cache)
    with pytest.raises(DtypeError, match=r"^batch_norm_backward: dZ_tilde and Z must share one dtype"):
        batch_norm_backward(Z.astype(np.float32), cache)
    names = r"\(Z, gamma, beta, epsilon, mean, variance\)"
    for function, given in (
        (batch_norm_backward, (Z, cache[:4])),
        (running_statistics, (None, GAMMA, GAMMA)),
    ):
        with pytest.raises(
            ArgumentError,
            match=rf"^{function.__name__}: cache must be the tuple {names} that batch_norm_forward returned",
        ):
            function(*given)
    with pytest.raises(ShapeError, match=r"^batch_norm_backward: mean must have shape \(1, 1, 1, n_C\)"):
        batch_norm_backward(Z, (*cache[:4], np.ones(4), cache[5]))
    with pytest.raises(
        ShapeError, match=r"^running_statistics: running_mean must have shape \(1, 1, 1, n_C\)"
    ):
        running_statistics(cache, np.ones((1, 4)), GAMMA)
    with pytest.raises(
        ArgumentError,
        match=r"^running_statistics: momentum must be a finite number, 0 < momentum <= 1; got 2",
    ):
        running_statistics(cache, GAMMA, GAMMA, 2)
    with pytest.raises(ShapeError, match=r"^batch_norm_inference: running_variance must have shape"):
        batch_norm_inference(Z, GAMMA, GAMMA, GAMMA, np.ones((1, 4)))
    with pytest.raises(
        DtypeError, match=r"^batch_norm_inference: Z, running_mean and running_variance must share one dtype"
    ):
        batch_norm_inference(Z, GAMMA, GAMMA, GAMMA, GAMMA.astype(np.float32))
