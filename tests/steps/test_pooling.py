from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import (
    create_mask_from_window,
    distribute_value,
    global_average_pool_backward,
    global_average_pool_forward,
    pool_backward,
    pool_forward,
)
from tests.support.cases import distinct, views
from tests.support.close import assert_close
from tests.support.gradients import KinkError, assert_gradients

both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
both_modes = pytest.mark.parametrize("mode", ["max", "average"])

GEOMETRIES = {
    # shape of A_prev, f, stride
    "one number": ((1, 1, 1, 1), 1, 1),
    "halves": ((2, 4, 6, 3), 2, 2),
    "overlapping": ((2, 5, 5, 2), 3, 1),
    "overlapping, windows that do not fit": ((1, 6, 8, 2), 3, 2),
    "stride larger than the window": ((2, 7, 7, 1), 2, 3),
    "rectangular": ((1, 5, 7, 2), (2, 3), (3, 1)),
    "the whole image": ((3, 4, 5, 2), (4, 5), 1),
    "empty batch": ((0, 4, 4, 2), 2, 2),
}
every_geometry = pytest.mark.parametrize(("shape", "f", "stride"), GEOMETRIES.values(), ids=GEOMETRIES)


def pooled_by_views(A_prev: Any, f: Any, stride: Any, mode: str) -> Any:
    """An oracle of another structure: all windows as a view, then one reduction."""
    f, stride = (value if isinstance(value, tuple) else (value, value) for value in (f, stride))
    windows = np.lib.stride_tricks.sliding_window_view(A_prev, f, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    return windows.max(axis=(-2, -1)) if mode == "max" else windows.sum(axis=(-2, -1)) / (f[0] * f[1])


@both_modes
@every_geometry
def test_forward_against_the_oracle(shape: Any, f: Any, stride: Any, mode: str) -> None:
    A_prev = np.random.default_rng(0).standard_normal(shape)
    A, _ = pool_forward(A_prev, {"f": f, "stride": stride}, mode)
    assert_close(A, pooled_by_views(A_prev, f, stride, mode), rtol=1e-12, atol=1e-14)


@both_modes
@every_geometry
def test_backward_against_numerical_gradients(shape: Any, f: Any, stride: Any, mode: str) -> None:
    if shape[0] == 0:
        A, cache = pool_forward(np.ones(shape), {"f": f, "stride": stride}, mode)
        assert pool_backward(A, cache, mode).shape == shape
        return
    A_prev = distinct(shape)
    hparameters = {"f": f, "stride": stride}
    _, cache = pool_forward(A_prev, hparameters, mode)
    assert_gradients(
        lambda x: pool_forward(x, hparameters, mode)[0],
        lambda dA: [pool_backward(dA, cache, mode)],
        [A_prev],
    )


def test_the_numerical_check_meets_a_tie() -> None:
    A_prev = np.zeros((1, 2, 2, 1))
    _, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    with pytest.raises(KinkError, match="the slope is"):
        assert_gradients(
            lambda x: pool_forward(x, {"f": 2, "stride": 2})[0],
            lambda dA: [pool_backward(dA, cache)],
            [A_prev],
        )


def test_by_hand() -> None:
    # 1 5 2   f 2, stride 1: max  5 5   average (1+5+3+4)/4 = 3.25   (5+2+4+0)/4 = 2.75
    # 3 4 0                       9 8           (3+4+9+8)/4 = 6      (4+0+8+1)/4 = 3.25
    # 9 8 1
    A_prev = np.array([1.0, 5, 2, 3, 4, 0, 9, 8, 1]).reshape(1, 3, 3, 1)
    hparameters = {"f": 2, "stride": 1}
    A, cache = pool_forward(A_prev, hparameters)
    assert A[0, :, :, 0].tolist() == [[5.0, 5.0], [9.0, 8.0]]
    average, _ = pool_forward(A_prev, hparameters, mode="average")
    assert average[0, :, :, 0].tolist() == [[3.25, 2.75], [6.0, 3.25]]

    dA = np.array([10.0, 20.0, 30.0, 40.0]).reshape(1, 2, 2, 1)
    # The 5 is the maximum of both upper windows.
    assert pool_backward(dA, cache)[0, :, :, 0].tolist() == [[0, 30, 0], [0, 0, 0], [30, 40, 0]]
    # A quarter of each window's gradient: 2.5, 5, 7.5, 10, added where windows overlap.
    shares = [[2.5, 7.5, 5.0], [10.0, 25.0, 15.0], [7.5, 17.5, 10.0]]
    assert pool_backward(dA, cache, mode="average")[0, :, :, 0].tolist() == shares


@both_dtypes
@both_modes
def test_dtype_stays(mode: str, dtype: Any) -> None:
    A_prev = np.random.default_rng(0).standard_normal((2, 5, 4, 3)).astype(dtype)
    A, cache = pool_forward(A_prev, {"f": 2, "stride": 1}, mode)
    assert A.dtype == dtype
    assert pool_backward(A, cache, mode).dtype == dtype
    assert_close(
        A, pooled_by_views(A_prev.astype(np.float64), 2, 1, mode), rtol=10 * np.finfo(dtype).eps, atol=1e-7
    )


@both_modes
def test_integers_become_float64_and_the_cache_keeps_them(mode: str) -> None:
    A_prev = np.arange(16).reshape(1, 4, 4, 1)
    hparameters = {"f": 2, "stride": 2}
    A, cache = pool_forward(A_prev, hparameters, mode)
    assert A.dtype == np.float64
    assert cache[0] is A_prev
    assert cache[1] is hparameters
    assert pool_backward(A, cache, mode).dtype == np.float64


@both_modes
def test_inputs_stay_untouched_and_every_memory_layout_is_accepted(mode: str) -> None:
    A_prev = np.random.default_rng(0).standard_normal((2, 5, 4, 3))
    hparameters = {"f": (2, 3), "stride": (2, 1)}
    A, cache = pool_forward(A_prev, hparameters, mode)
    dA = np.random.default_rng(1).standard_normal(A.shape)
    expected = pool_backward(dA, cache, mode)
    for (_, image), (_, upstream) in zip(views(A_prev), views(dA), strict=True):
        before = image.tobytes(), upstream.tobytes()
        actual, cache = pool_forward(image, hparameters, mode)
        assert_close(actual, A)
        assert_close(pool_backward(upstream, cache, mode), expected)
        assert (image.tobytes(), upstream.tobytes()) == before


# Conventions


def test_the_first_of_several_maxima_gets_the_whole_gradient() -> None:
    A_prev = np.array([0.0, 7.0, 7.0, 7.0]).reshape(1, 2, 2, 1)
    _, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    assert pool_backward(np.full((1, 1, 1, 1), 4.0), cache)[0, :, :, 0].tolist() == [[0, 4], [0, 0]]


def test_a_nan_is_the_maximum_and_gets_the_gradient() -> None:
    A_prev = np.array([np.inf, np.nan, np.nan, 1.0]).reshape(1, 2, 2, 1)
    A, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    assert np.isnan(A).all()
    assert pool_backward(np.full((1, 1, 1, 1), 4.0), cache)[0, :, :, 0].tolist() == [[0, 4], [0, 0]]


def test_a_window_of_minus_infinity() -> None:
    A_prev = np.full((1, 2, 2, 1), -np.inf)
    A, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    assert A.tolist() == [[[[-np.inf]]]]
    assert pool_backward(np.ones((1, 1, 1, 1)), cache)[0, :, :, 0].tolist() == [[1, 0], [0, 0]]


def test_the_average_of_both_infinities_is_nan_without_a_warning() -> None:
    A_prev = np.array([np.inf, -np.inf, 0.0, 1.0]).reshape(1, 2, 2, 1)
    A, _ = pool_forward(A_prev, {"f": 2, "stride": 2}, "average")
    assert np.isnan(A).all()


def test_an_infinite_gradient_stays_with_the_maximum() -> None:
    A_prev = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 2, 2, 1)
    _, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    for value in (np.inf, np.nan):
        dA_prev = pool_backward(np.full((1, 1, 1, 1), value), cache)
        assert_close(dA_prev[0, :, :, 0], [[0, 0], [0, value]])


def test_pad_may_stand_in_the_hyperparameters_when_it_is_none() -> None:
    A_prev = np.arange(16.0).reshape(1, 4, 4, 1)
    expected, _ = pool_forward(A_prev, {"f": 2, "stride": 2})
    for pad in (0, (0, 0), "valid", ((0, 0), (0, 0))):
        assert_close(pool_forward(A_prev, {"f": 2, "stride": 2, "pad": pad})[0], expected)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.sampled_from(["max", "average"]),
    st.integers(0, 1000),
)
def test_the_gradient_is_conserved(f: Any, stride: Any, more: Any, mode: str, seed: int) -> None:
    # Few different numbers, so that ties are common.
    A_prev = np.random.default_rng(seed).integers(-2, 3, (2, f[0] + more[0], f[1] + more[1], 2)).astype(float)
    A, cache = pool_forward(A_prev, {"f": f, "stride": stride}, mode)
    dA = np.random.default_rng(seed + 1).standard_normal(A.shape)
    dA_prev = pool_backward(dA, cache, mode)
    assert_close(dA_prev.sum(axis=(1, 2)), dA.sum(axis=(1, 2)), rtol=1e-10, atol=1e-12)
    # <pool(A_prev), dA> = <A_prev, dA_prev>: exactly linear for the average, and for the maximum where it is.
    assert_close(np.sum(A * dA), np.sum(A_prev * dA_prev), rtol=1e-10, atol=1e-10)


# create_mask_from_window


@pytest.mark.parametrize(
    ("x", "mask"),
    [
        ([[1.0, 2.0], [3.0, 0.0]], [[0, 0], [1, 0]]),
        ([[5.0, 5.0], [5.0, 5.0]], [[1, 0], [0, 0]]),
        ([[1.0, np.nan], [np.nan, 9.0]], [[0, 1], [0, 0]]),
        ([[-np.inf, -np.inf]], [[1, 0]]),
        ([3.0, 4.0, 4.0], [0, 1, 0]),
        ([[[0.0, 1.0]], [[2.0, 2.0]]], [[[0, 0]], [[1, 0]]]),
    ],
)
def test_mask(x: Any, mask: Any) -> None:
    result = create_mask_from_window(np.array(x))
    assert result.dtype == np.bool_
    assert result.tolist() == np.array(mask, bool).tolist()


def test_the_mask_of_a_column_major_window_is_row_major() -> None:
    x = np.asfortranarray([[0.0, 1.0], [1.0, 0.0]])
    assert create_mask_from_window(x).tolist() == [[False, True], [False, False]]


def test_mask_refuses_nothing_and_scalars() -> None:
    with pytest.raises(ShapeError, match=r"create_mask_from_window: x must have shape .* axis 1 >= 1; got"):
        create_mask_from_window(np.ones((2, 0)))
    with pytest.raises(ShapeError, match=r"x must have shape \(...,\), at least 1 axes; got shape \(\)"):
        create_mask_from_window(np.array(1.0))


# distribute_value


@pytest.mark.parametrize(
    ("dz", "dtype"),
    [(3, float), (3.0, float), (np.float32(3), np.float32), (np.int64(3), float), (np.array(3.0), float)],
)
def test_distribute_value(dz: Any, dtype: Any) -> None:
    a = distribute_value(dz, (2, 3))
    assert a.dtype == dtype
    assert a.tolist() == [[0.5] * 3] * 2


@pytest.mark.parametrize(
    ("dz", "shape", "error", "sentence"),
    [
        ("2", (2, 2), DtypeError, r"dz must be one real number; got '2'"),
        (True, (2, 2), DtypeError, r"dz must be one real number; got True"),
        (np.ones(1), (2, 2), DtypeError, r"dz must be one real number; got an array of shape \(1,\)"),
        (np.complex64(1), (2, 2), DtypeError, r"dz must be float32 or float64 .*; got dtype complex64"),
        (2.0, 4, DtypeError, r"shape must be a tuple of whole numbers, \(n_H, n_W\); got 4"),
        (2.0, (), DtypeError, r"shape must be a tuple of whole numbers, \(n_H, n_W\); got \(\)"),
        (2.0, (2, 1.5), DtypeError, r"shape\[1\] must be a whole number >= 1; got 1.5 of type float"),
        (2.0, (0, 2), ArgumentError, r"shape\[0\] must be a whole number >= 1; got 0"),
    ],
)
def test_distribute_value_refuses(dz: Any, shape: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^distribute_value: {sentence}"):
        distribute_value(dz, shape)


# Global average


def test_global_average_by_hand() -> None:
    A_prev = np.array([[1.0, 10], [2, 20], [3, 30], [6, 60]]).reshape(1, 2, 2, 2)
    A, cache = global_average_pool_forward(A_prev)
    assert A.tolist() == [[3.0, 30.0]]
    assert cache == (1, 2, 2, 2)
    dA_prev = global_average_pool_backward(np.array([[4.0, 8.0]]), cache)
    assert dA_prev.tolist() == np.broadcast_to([1.0, 2.0], (1, 2, 2, 2)).tolist()


@pytest.mark.parametrize("shape", [(3, 4, 5, 2), (2, 1, 1, 3), (1, 7, 1, 1), (0, 2, 3, 4)], ids=str)
@both_dtypes
def test_global_average_against_the_average_pool_of_the_whole_image(shape: Any, dtype: Any) -> None:
    A_prev = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    hparameters = {"f": shape[1:3], "stride": 1}
    expected, pool_cache = pool_forward(A_prev, hparameters, mode="average")
    A, cache = global_average_pool_forward(A_prev)
    assert A.dtype == dtype
    assert_close(A[:, None, None], expected, rtol=10 * np.finfo(dtype).eps, atol=1e-7)
    dA = np.random.default_rng(1).standard_normal(A.shape).astype(dtype)
    dA_prev = global_average_pool_backward(dA, cache)
    assert dA_prev.dtype == dtype
    assert_close(dA_prev, pool_backward(dA[:, None, None], pool_cache, mode="average"), rtol=0)


def test_global_average_against_numerical_gradients() -> None:
    A_prev = np.random.default_rng(0).standard_normal((2, 3, 4, 2))
    _, cache = global_average_pool_forward(A_prev)
    assert_gradients(
        lambda x: global_average_pool_forward(x)[0],
        lambda dA: [global_average_pool_backward(dA, cache)],
        [A_prev],
    )


def test_global_average_takes_every_memory_layout() -> None:
    A_prev = np.random.default_rng(0).standard_normal((2, 3, 4, 2))
    expected, cache = global_average_pool_forward(A_prev)
    dA_prev = global_average_pool_backward(expected, cache)
    for (_, image), (_, upstream) in zip(views(A_prev), views(expected), strict=True):
        before = image.tobytes(), upstream.tobytes()
        assert_close(global_average_pool_forward(image)[0], expected, rtol=0)
        assert_close(global_average_pool_backward(upstream, cache), dA_prev, rtol=0)
        assert (image.tobytes(), upstream.tobytes()) == before


def test_global_average_of_both_infinities_is_nan_without_a_warning() -> None:
    A_prev = np.array([np.inf, -np.inf], np.float32).reshape(1, 2, 1, 1)
    assert np.isnan(global_average_pool_forward(A_prev)[0]).all()


def test_refusals_of_global_average() -> None:
    with pytest.raises(
        ShapeError, match=r"^global_average_pool_forward: A_prev must have shape \(m, n_H_prev"
    ):
        global_average_pool_forward(np.ones((2, 3)))
    with pytest.raises(
        ShapeError, match=r"^global_average_pool_backward: dA must have the shape of the output, \(m, n_C\)"
    ):
        global_average_pool_backward(np.ones((2, 3)), (2, 4, 4, 5))
    with pytest.raises(
        ArgumentError,
        match=r"^global_average_pool_backward: cache must be the shape that global_average_pool_forward returned",
    ):
        global_average_pool_backward(np.ones((2, 3)), (2, 3))
