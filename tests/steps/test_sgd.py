from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import sgd_update
from tests.support.cases import views
from tests.support.close import assert_close


def test_two_steps_by_hand() -> None:
    # v = 0.5 * 0 + 4 = 4, p = 10 - 0.25 * 4 = 9; then v = 0.5 * 4 + 8 = 10, p = 9 - 0.25 * 10 = 6.5
    parameter, velocity = np.array([10.0]), np.array([0.0])
    parameter, velocity = sgd_update(parameter, np.array([4.0]), velocity, 0.25, 0.5)
    assert (parameter.tolist(), velocity.tolist()) == ([9.0], [4.0])
    parameter, velocity = sgd_update(parameter, np.array([8.0]), velocity, 0.25, 0.5)
    assert (parameter.tolist(), velocity.tolist()) == ([6.5], [10.0])


def test_without_momentum_the_velocity_is_the_gradient() -> None:
    parameter, velocity = sgd_update(np.ones(2), np.array([1.0, -1.0]), np.full(2, 9.0), 1.0, 0.0)
    assert parameter.tolist() == [0.0, 2.0]
    assert velocity.tolist() == [1.0, -1.0]


def test_nesterov_and_decay_by_hand() -> None:
    # g = 4 + 0.1 * 10 = 5, v = 0.5 * 2 + 5 = 6; p = 10 - 0.25 * 6 = 8.5, ahead 10 - 0.25 * (5 + 0.5 * 6) = 8
    given = np.array([10.0]), np.array([4.0]), np.array([2.0]), 0.25, 0.5
    for nesterov, expected in ((False, 8.5), (True, 8.0)):
        parameter, velocity = sgd_update(*given, nesterov=nesterov, weight_decay=0.1)
        assert (parameter.tolist(), velocity.tolist()) == ([expected], [6.0])


def test_a_learning_rate_of_0_leaves_the_parameter() -> None:
    parameter, _ = sgd_update(np.ones(2), np.ones(2), np.ones(2), 0, 0.9)
    assert parameter.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [float, np.float64, np.float32])
def test_dtype_stays_whatever_the_type_of_the_rates(dtype: Any, number: Any) -> None:
    given = np.ones((2, 3, 1, 4), dtype)
    parameter, velocity = sgd_update(given, given, given, number(0.5), number(0.5))
    assert parameter.dtype == velocity.dtype == dtype
    assert (parameter == 0.25).all()


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    parameter, gradient, velocity = np.random.default_rng(0).standard_normal((3, 4, 2))
    expected = sgd_update(parameter, gradient, velocity, 0.1, 0.9)
    for layouts in zip(views(parameter), views(gradient), views(velocity), strict=True):
        given = [view for _, view in layouts]
        before = [view.tobytes() for view in given]
        for ours, theirs in zip(sgd_update(*given, 0.1, 0.9), expected, strict=True):
            assert_close(ours, theirs)
            assert not any(np.shares_memory(ours, view) for view in given)
        assert [view.tobytes() for view in given] == before


def test_overflow_passes_without_a_warning() -> None:
    parameter, _ = sgd_update(
        np.full(1, 3e38, np.float32), np.full(1, -3e38, np.float32), np.zeros(1, "f"), 9, 0
    )
    assert parameter.tolist() == [np.inf]


@pytest.mark.parametrize(
    ("lr", "momentum", "error", "sentence"),
    [
        (-0.1, 0.0, ArgumentError, r"lr must be a number, 0 <= lr < inf; got -0.1"),
        (np.nan, 0.0, ArgumentError, r"lr must be a number, 0 <= lr < inf; got nan"),
        (np.inf, 0.0, ArgumentError, r"lr must be a number, 0 <= lr < inf; got inf"),
        ("0.1", 0.0, DtypeError, r"lr must be a number, 0 <= lr < inf; got '0.1' of type str"),
        (0.1, True, DtypeError, r"momentum must be a number, .*; got True of type bool"),
        (0.1, 1.0, ArgumentError, r"momentum must be a number, 0 <= momentum < 1; got 1.0"),
    ],
)
def test_refused_rates(lr: Any, momentum: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^sgd_update: {sentence}"):
        sgd_update(np.ones(1), np.ones(1), np.ones(1), lr, momentum)


def test_refused_settings() -> None:
    given = np.ones(1), np.ones(1), np.ones(1), 0.1, 0.9
    with pytest.raises(
        ArgumentError, match=r"^sgd_update: weight_decay must be a number, 0 <= weight_decay < inf; got -1"
    ):
        sgd_update(*given, weight_decay=-1)
    with pytest.raises(DtypeError, match=r"^sgd_update: nesterov must be True or False; got 'yes'"):
        sgd_update(*given, nesterov="yes")  # type: ignore[arg-type]


def test_refused_arrays() -> None:
    with pytest.raises(
        ShapeError, match=r"^sgd_update: parameter, gradient and velocity must have one shape"
    ):
        sgd_update(np.ones(2), np.ones(1), np.ones(2), 0.1, 0.9)
    with pytest.raises(
        DtypeError, match=r"^sgd_update: parameter, gradient and velocity must share one dtype"
    ):
        sgd_update(np.ones(2), np.ones(2), np.ones(2, np.float32), 0.1, 0.9)
