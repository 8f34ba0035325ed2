from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import flatten_backward, flatten_forward
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.gradients import assert_gradients


def test_rows_are_in_the_order_vertical_horizontal_channel() -> None:
    A_prev = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    A, cache = flatten_forward(A_prev)
    assert A.shape == (2, 60)
    assert cache == (2, 3, 4, 5)
    for h, w, c in ((0, 0, 0), (0, 0, 4), (0, 1, 0), (1, 0, 0), (2, 3, 4)):
        assert A[1, (h * 4 + w) * 5 + c] == A_prev[1, h, w, c]
    assert_close(flatten_backward(A, cache), A_prev)


@pytest.mark.parametrize("shape", [(3, 2), (3, 2, 2), (1, 2, 3, 4), (2, 1, 1, 1)])
def test_numerical_gradient(shape: Any) -> None:
    A_prev = np.random.default_rng(0).standard_normal(shape)
    _, cache = flatten_forward(A_prev)
    assert_gradients(lambda x: flatten_forward(x)[0], lambda dA: [flatten_backward(dA, cache)], [A_prev])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_empty_batch(dtype: Any) -> None:
    A, cache = flatten_forward(np.ones((0, 2, 3, 4), dtype))
    assert A.shape == (0, 24)
    assert A.dtype == dtype
    assert flatten_backward(A, cache).shape == (0, 2, 3, 4)
    assert flatten_backward(A, cache).dtype == dtype


def test_results_are_new_arrays_and_every_memory_layout_is_accepted() -> None:
    A_prev = np.random.default_rng(0).standard_normal((2, 3, 2, 2))
    expected = [[*image.ravel()] for image in A_prev]
    for _, given in views(A_prev):
        A, cache = flatten_forward(given)
        assert_close(A, expected)
        assert not np.shares_memory(A, given)
        assert not np.shares_memory(flatten_backward(A, cache), A)


def test_refusals() -> None:
    with pytest.raises(
        ShapeError,
        match=r"^flatten_forward: A_prev must have shape \(m, ...\), at least 2 axes; got shape \(3,\)",
    ):
        flatten_forward(np.ones(3))
    with pytest.raises(
        DtypeError, match=r"^flatten_forward: A_prev must be a NumPy array of shape \(m, ...\);"
    ):
        flatten_forward([[1.0]])  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"^flatten_backward: dA must have the shape .*= \(2, 12\); got .*3"):
        flatten_backward(np.ones((2, 3)), (2, 3, 4))
    for cache in ((2,), [2, 3], (2, -3), (2, 1.5), None):
        with pytest.raises(
            ArgumentError,
            match=r"^flatten_backward: cache must be the shape that flatten_forward returned; got",
        ):
            flatten_backward(np.ones((2, 3)), cache)  # type: ignore[arg-type]
