from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import DtypeError, ShapeError
from fullstride.steps import relu_backward, relu_forward
from tests.support.cases import distinct, views
from tests.support.close import assert_close
from tests.support.gradients import KinkError, assert_gradients


def test_by_hand() -> None:
    Z = np.array([[-3.0, 0.0], [2.0, -np.inf]])
    A, cache = relu_forward(Z)
    assert A.tolist() == [[0, 0], [2, 0]]
    assert cache is Z
    assert relu_backward(np.array([[1.0, 2.0], [3.0, 4.0]]), cache).tolist() == [[0, 0], [3, 0]]


def test_the_gradient_at_0_is_0() -> None:
    _, cache = relu_forward(np.array([0.0, -0.0]))
    assert relu_backward(np.ones(2), cache).tolist() == [0, 0]


def test_minus_zero_becomes_zero() -> None:
    A, _ = relu_forward(np.array([-0.0, 0.0]))
    assert not np.signbit(A).any()


def test_nan_and_infinity_stay_without_a_warning() -> None:
    A, cache = relu_forward(np.array([np.nan, np.inf, 1.0]))
    assert_close(A, [np.nan, np.inf, 1.0])
    # A gradient that is not a number does not leak where Z was negative, but passes where Z is NaN.
    assert_close(relu_backward(np.array([5.0, np.inf, np.nan]), cache), [5.0, np.inf, np.nan])
    assert_close(relu_backward(np.array([np.nan]), np.array([-1.0])), [0.0])


def test_numerical_gradient() -> None:
    Z = distinct((3, 4, 2, 5))
    _, cache = relu_forward(Z)
    assert_gradients(lambda x: relu_forward(x)[0], lambda dA: [relu_backward(dA, cache)], [Z])


def test_the_numerical_check_meets_the_kink() -> None:
    _, cache = relu_forward(np.zeros(3))
    with pytest.raises(KinkError, match="argument 0: the slope is"):
        assert_gradients(lambda x: relu_forward(x)[0], lambda dA: [relu_backward(dA, cache)], [np.zeros(3)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0, 2, 2, 1), (4,), (2, 3)])
def test_dtype_shape_and_empty_batch(dtype: Any, shape: Any) -> None:
    A, cache = relu_forward(np.ones(shape, dtype))
    assert A.dtype == dtype
    dZ = relu_backward(A, cache)
    assert dZ.dtype == dtype
    assert dZ.shape == shape


def test_integers_become_float64() -> None:
    A, cache = relu_forward(np.array([-1, 2]))
    assert A.dtype == np.float64
    assert relu_backward(np.array([1.0, 1.0]), cache).tolist() == [0, 1]


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    Z = distinct((3, 4))
    expected = np.maximum(Z, 0)
    for _, given in views(Z):
        before = given.tobytes()
        A, cache = relu_forward(given)
        assert_close(A, expected)
        assert_close(relu_backward(given, cache), expected)
        assert given.tobytes() == before
        assert not np.shares_memory(A, given)


def test_refusals() -> None:
    with pytest.raises(DtypeError, match=r"^relu_forward: Z must be a NumPy array; got a list: convert it"):
        relu_forward([1.0])  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"^relu_forward: Z must have at least one axis; got shape \(\)"):
        relu_forward(np.array(1.0))
    with pytest.raises(
        ShapeError, match=r"^relu_backward: dA must have the shape of the output, \(2,\); got"
    ):
        relu_backward(np.ones(3), np.ones(2))
    with pytest.raises(DtypeError, match=r"^relu_backward: dA and Z must share one dtype, .*dA is float32"):
        relu_backward(np.ones(2, np.float32), np.ones(2))
    with pytest.raises(DtypeError, match=r"^relu_backward: cache \(the Z of relu_forward\) must be a NumPy"):
        relu_backward(np.ones(2), (2,))  # type: ignore[arg-type]
