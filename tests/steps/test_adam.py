from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import adam_update
from tests.support.cases import views
from tests.support.close import assert_close

ZERO = np.zeros(1)


def test_two_steps_by_hand() -> None:
    # beta1 = 1/2, beta2 = 3/4, lr = 1/4, epsilon = 1e-300 (none).
    # v = 4/2 = 2, v / (1 - 1/2) = 4; s = 16/4 = 4, s / (1 - 3/4) = 16, root 4: p = 10 - 1/4 * 4/4 = 9.75
    given = {"beta1": 0.5, "beta2": 0.75, "epsilon": 1e-300}
    p, v, s = adam_update(np.array([10.0]), np.array([4.0]), ZERO, ZERO, 0.25, (0.5, 0.75), **given)
    assert (p.tolist(), v.tolist(), s.tolist()) == ([9.75], [2.0], [4.0])
    # v = 1 + 8/2 = 5, / (3/4) = 20/3; s = 3 + 64/4 = 19, / (7/16) = 304/7: p = 9.75 - (20/3) / sqrt(304/7) / 4
    p, v, s = adam_update(p, np.array([8.0]), v, s, 0.25, (0.25, 0.5625), **given)
    assert (v.tolist(), s.tolist()) == ([5.0], [19.0])
    assert_close(p, [9.75 - (20 / 3) / np.sqrt(304 / 7) / 4], rtol=1e-15)


@pytest.mark.parametrize("size", [1e-5, 1.0, 1e30])
def test_the_first_step_is_lr_long(size: float) -> None:
    p, _, _ = adam_update(np.zeros(2), np.array([size, -size]), np.zeros(2), np.zeros(2), 0.5, (0.9, 0.999))
    assert_close(p, [-0.5, 0.5], rtol=2e-3)


def test_decay_by_way_of_the_gradient_and_beside_it() -> None:
    """Of a parameter 2 with no gradient: the gradient is 0.5 * 2 and the first step lr; or 2 - 0.25 * 0.5 * 2."""
    arguments = (np.array([2.0]), ZERO, ZERO, ZERO, 0.25, (0.9, 0.999))
    p, v, _ = adam_update(*arguments, weight_decay=0.5)
    assert_close(p, [1.75], rtol=1e-7)
    assert_close(v, [0.1], rtol=1e-14)
    p, v, s = adam_update(*arguments, weight_decay=0.5, decoupled=True)
    assert (p.tolist(), v.tolist(), s.tolist()) == ([1.75], [0.0], [0.0])
    p, _, _ = adam_update(*arguments[:4], 0.5, (0.9, 0.999), weight_decay=0.5, decoupled=True)
    assert p.tolist() == [1.5]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [float, np.float64, np.float32])
def test_dtype_stays_whatever_the_type_of_the_rates(dtype: Any, number: Any) -> None:
    given = np.ones((2, 3, 1, 4), dtype)
    results = adam_update(given, given, given, given, number(0.5), (number(0.5), number(0.5)), number(0.5))
    assert [result.dtype for result in results] == [dtype] * 3


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    parameter, gradient, velocity, square = np.abs(np.random.default_rng(0).standard_normal((4, 3, 4, 2)))
    expected = adam_update(parameter, gradient, velocity, square, 0.1, (0.9, 0.999))
    for layouts in zip(views(parameter), views(gradient), views(velocity), views(square), strict=True):
        given = [view for _, view in layouts]
        before = [view.tobytes() for view in given]
        for ours, theirs in zip(adam_update(*given, 0.1, (0.9, 0.999)), expected, strict=True):
            assert_close(ours, theirs)
            assert not any(np.shares_memory(ours, view) for view in given)
        assert [view.tobytes() for view in given] == before


def test_overflow_passes_without_a_warning() -> None:
    _, _, square = adam_update(*(np.full(1, 3e38, np.float32),) * 4, 0.1, (0.9, 0.999))
    assert square.tolist() == [np.inf]


@pytest.mark.parametrize(
    ("changed", "error", "sentence"),
    [
        ({"lr": -1}, ArgumentError, "lr must be a number, 0 <= lr < inf; got -1"),
        ({"powers": (1, 0.5)}, ArgumentError, "powers must be a number, 0 <= powers < 1; got 1"),
        ({"beta1": 1}, ArgumentError, "beta1 must be a number, 0 <= beta1 < 1; got 1"),
        ({"beta2": "0"}, DtypeError, "beta2 must be a number, .*; got '0' of type str"),
        ({"epsilon": 0}, ArgumentError, "epsilon must be a finite number, 0 < epsilon; got 0"),
        (
            {"weight_decay": -1},
            ArgumentError,
            "weight_decay must be a number, 0 <= weight_decay < inf; got -1",
        ),
        ({"decoupled": 1}, DtypeError, "decoupled must be True or False; got 1 of type int"),
        ({"square": np.ones(2)}, ShapeError, "parameter, gradient, velocity and square must have one shape"),
        ({"square": np.ones(1, "f")}, DtypeError, "parameter, gradient, velocity and square must share one"),
    ],
)
def test_refusals(changed: dict[str, Any], error: Any, sentence: str) -> None:
    names = ("parameter", "gradient", "velocity", "square")
    given = {**dict.fromkeys(names, np.ones(1)), "lr": 0.1, "powers": (0.9, 0.999), **changed}
    with pytest.raises(error, match=f"^adam_update: {sentence}"):
        adam_update(**given)
