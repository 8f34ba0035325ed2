from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import mean_squared_error_backward, mean_squared_error_forward
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.gradients import assert_gradients


def numbers(m: int, n_C: int, dtype: Any = np.float64) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    return tuple(generator.standard_normal((m, n_C)).astype(dtype) for _ in range(2))  # type: ignore[return-value]


def test_by_hand() -> None:
    # Differences 1, -2 and 3, 0: (1 + 4 + 9 + 0) / 4; gradients 2 d / 4
    Z, T = np.array([[2.0, 1.0], [3.0, 5.0]]), np.array([[1.0, 3.0], [0.0, 5.0]])
    cost, cache = mean_squared_error_forward(Z, T)
    assert cost == 3.5
    assert mean_squared_error_backward(cache).tolist() == [[0.5, -1.0], [1.5, 0.0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_against_whole_arrays(dtype: Any) -> None:
    Z, T = numbers(5, 3, dtype)
    cost, cache = mean_squared_error_forward(Z, T)
    assert cost.dtype == dtype
    assert_close(cost, np.mean((Z - T) ** 2), rtol=1e-6)
    dZ = mean_squared_error_backward(cache)
    assert dZ.dtype == dtype
    assert_close(dZ, 2 * (Z - T) / Z.size, rtol=1e-6)


def test_gradient_by_differences() -> None:
    Z, T = numbers(4, 3)
    assert_gradients(
        lambda Z: mean_squared_error_forward(Z, T)[0],
        lambda dL: (dL * mean_squared_error_backward((Z, T, None)),),
        [Z],
    )


def test_an_empty_batch() -> None:
    cost, cache = mean_squared_error_forward(*numbers(0, 3))
    assert cost == 0.0
    assert mean_squared_error_backward(cache).shape == (0, 3)


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    Z, T = numbers(3, 4)
    expected = mean_squared_error_backward((Z, T, None))
    for (_, z), (_, t) in zip(views(Z), views(T), strict=True):
        before = z.tobytes(), t.tobytes()
        _, cache = mean_squared_error_forward(z, t)
        assert_close(mean_squared_error_backward(cache), expected)
        assert (z.tobytes(), t.tobytes()) == before


@pytest.mark.parametrize(
    ("Z", "T", "error", "sentence"),
    [
        (
            np.ones((2, 3)),
            np.ones((3, 2)),
            ShapeError,
            r"T must have shape \(m, n_C\) = \(2, 3\) \(that of Z\)",
        ),
        (np.ones(3), np.ones(3), ShapeError, r"Z must have shape \(m, n_C\), 2 axes"),
        (np.ones((2, 3)), [1.0], DtypeError, r"T must be a NumPy array of shape \(m, n_C\); got a list"),
        (np.ones((1, 1)), np.ones((1, 1), "f"), DtypeError, r"Z and T must share one dtype"),
    ],
)
def test_refusals(Z: Any, T: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^mean_squared_error_forward: {sentence}"):
        mean_squared_error_forward(Z, T)


def test_weights_by_hand() -> None:
    """(3 * 4 + 1 * 16) / (3 + 1) for one output; the gradient 2 * weight * (Z - T) / 4."""
    Z, T = np.array([[2.0], [0.0]]), np.array([[0.0], [4.0]])
    cost, cache = mean_squared_error_forward(Z, T, np.array([3, 1]))
    assert float(cost) == 7.0
    assert mean_squared_error_backward(cache).tolist() == [[3.0], [-2.0]]


def test_a_weight_is_refused() -> None:
    Z = np.ones((2, 1))
    with pytest.raises(
        ArgumentError,
        match=r"^mean_squared_error_forward: image_weights must hold finite numbers > 0 .*; got -1 at index 0",
    ):
        mean_squared_error_forward(Z, Z, np.array([-1.0, 1.0]))


def test_a_cache_of_something_else_is_refused() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"^mean_squared_error_backward: cache must be the tuple \(Z, T, image_weights\) that "
        r"mean_squared_error_forward returned; got a list",
    ):
        mean_squared_error_backward([1])  # type: ignore[arg-type]
