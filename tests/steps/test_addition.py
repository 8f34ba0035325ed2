from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import add_backward, add_forward
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.gradients import assert_gradients


def test_by_hand() -> None:
    Z, cache = add_forward(np.array([[1.0, 2.0]]), np.array([[10.0, -2.0]]))
    assert Z.tolist() == [[11.0, 0.0]]
    assert cache == (1, 2)
    dA_1, dA_2 = add_backward(np.array([[5.0, 6.0]]), cache)
    assert dA_1.tolist() == dA_2.tolist() == [[5.0, 6.0]]


def test_the_two_gradients_are_copies() -> None:
    dZ = np.ones((2, 2))
    dA_1, dA_2 = add_backward(dZ, (2, 2))
    dA_1 += 1
    assert (dA_2 == 1).all()
    assert (dZ == 1).all()


def test_numerical_gradient() -> None:
    A_1, A_2 = np.random.default_rng(0).standard_normal((2, 3, 4, 4, 2))
    _, cache = add_forward(A_1, A_2)
    assert_gradients(lambda *x: add_forward(*x)[0], lambda dZ: add_backward(dZ, cache), [A_1, A_2])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0, 2, 2, 1), (3,)])
def test_dtype_and_empty_batch(dtype: Any, shape: Any) -> None:
    Z, cache = add_forward(np.ones(shape, dtype), np.ones(shape, dtype))
    assert Z.shape == shape
    assert Z.dtype == dtype
    assert [gradient.dtype for gradient in add_backward(Z, cache)] == [dtype, dtype]


def test_infinities_pass_without_a_warning() -> None:
    Z, _ = add_forward(np.array([np.inf, 3e38], np.float32), np.array([-np.inf, 3e38], np.float32))
    assert_close(Z, [np.nan, np.inf])


def test_every_memory_layout_is_accepted() -> None:
    A_1 = np.random.default_rng(0).standard_normal((2, 3))
    for _, given in views(A_1):
        before = given.tobytes()
        assert_close(add_forward(given, given)[0], 2 * A_1)
        assert given.tobytes() == before


def test_refusals() -> None:
    with pytest.raises(
        ShapeError,
        match=r"^add_forward: A_1 and A_2 must have one shape; got: A_1 has shape \(2, 1\), A_2 has",
    ):
        add_forward(np.ones((2, 1)), np.ones((2, 3)))
    with pytest.raises(DtypeError, match=r"^add_forward: A_1 and A_2 must share one dtype.*A_2 is float64"):
        add_forward(np.ones(2, np.float32), np.ones(2, int))
    with pytest.raises(ShapeError, match=r"^add_backward: dZ must have the shape of the output, \(2,\); got"):
        add_backward(np.ones(3), (2,))
    with pytest.raises(
        ArgumentError, match=r"^add_backward: cache must be the shape that add_forward returned"
    ):
        add_backward(np.ones(3), ())
