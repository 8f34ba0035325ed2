from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import linear_backward, linear_forward
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.gradients import assert_gradients


def arrays(m: int, n_C_prev: int, n_C: int, dtype: Any = np.float64) -> list[Any]:
    generator = np.random.default_rng(0)
    return [
        generator.standard_normal(shape).astype(dtype) for shape in ((m, n_C_prev), (n_C_prev, n_C), (1, n_C))
    ]


def test_by_hand() -> None:
    # [1 2] [3 4; 5 6] + [10 20] = [1*3+2*5+10, 1*4+2*6+20]
    cache_of = (np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[10.0, 20.0]]))
    Z, cache = linear_forward(*cache_of)
    assert Z.tolist() == [[23.0, 36.0]]
    assert all(kept is given for kept, given in zip(cache, cache_of, strict=True))
    dA_prev, dW, db = linear_backward(np.array([[7.0, 8.0]]), cache)
    assert dA_prev.tolist() == [[7 * 3 + 8 * 4, 7 * 5 + 8 * 6]]
    assert dW.tolist() == [[7.0, 8.0], [14.0, 16.0]]
    assert db.tolist() == [[7.0, 8.0]]


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 4, 5), (5, 1, 3), (2, 7, 1)])
def test_against_loops_and_numerical_gradients(sizes: tuple[int, int, int]) -> None:
    A_prev, W, b = arrays(*sizes)
    Z, cache = linear_forward(A_prev, W, b)
    for i in range(sizes[0]):
        for c in range(sizes[2]):
            assert_close(Z[i, c], sum(A_prev[i] * W[:, c]) + b[0, c], rtol=1e-12, atol=1e-13)
    assert_gradients(
        lambda *given: linear_forward(*given)[0], lambda dZ: linear_backward(dZ, cache), [A_prev, W, b]
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_empty_batch(dtype: Any) -> None:
    Z, cache = linear_forward(*arrays(0, 3, 2, dtype))
    assert Z.shape == (0, 2)
    assert Z.dtype == dtype
    dA_prev, dW, db = linear_backward(Z, cache)
    assert {gradient.dtype for gradient in (dA_prev, dW, db)} == {np.dtype(dtype)}
    assert dA_prev.shape == (0, 3)
    assert_close(dW, np.zeros((3, 2)))
    assert_close(db, np.zeros((1, 2)))


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    given = arrays(4, 3, 2)
    Z, cache = linear_forward(*given)
    gradients = linear_backward(Z, cache)
    for layouts in zip(*(views(array) for array in given), strict=True):
        laid_out = [view for _, view in layouts]
        before = [view.tobytes() for view in laid_out]
        actual, cache = linear_forward(*laid_out)
        assert_close(actual, Z, rtol=1e-13, atol=1e-14)
        for ours, expected in zip(linear_backward(Z, cache), gradients, strict=True):
            assert_close(ours, expected, rtol=1e-13, atol=1e-14)
        assert [view.tobytes() for view in laid_out] == before


def test_infinities_pass_without_a_warning() -> None:
    A_prev, W, b = np.array([[np.inf, -np.inf]]), np.ones((2, 1)), np.zeros((1, 1))
    Z, cache = linear_forward(A_prev, W, b)
    assert np.isnan(Z).all()
    assert_close(linear_backward(np.zeros((1, 1)), cache)[1], [[np.nan], [np.nan]])


def test_refusals() -> None:
    A_prev, W, b = arrays(4, 3, 2)
    with pytest.raises(
        ShapeError,
        match=r"^linear_forward: W must have shape \(n_C_prev, n_C\) = \(4, 2\) \(A_prev has shape",
    ):
        linear_forward(np.ones((1, 4)), W, b)
    with pytest.raises(
        ShapeError, match=r"^linear_forward: b must have shape \(1, n_C\) = \(1, 2\) \(W has shape \(3, 2\)\)"
    ):
        linear_forward(A_prev, W, np.ones((2, 1)))
    with pytest.raises(DtypeError, match=r"^linear_forward: A_prev, W and b must share one dtype"):
        linear_forward(A_prev, W, b.astype(np.float32))
    with pytest.raises(
        ArgumentError,
        match=r"^linear_backward: cache must be the tuple \(A_prev, W, b\) that .*; got a list",
    ):
        linear_backward(np.ones((4, 2)), [A_prev, W, b])  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"dZ must have the shape of the output, \(m, n_C\) = \(4, 2\); got"):
        linear_backward(np.ones((4, 3)), (A_prev, W, b))
