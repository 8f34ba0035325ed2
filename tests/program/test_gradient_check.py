"""The check of gradients finds what is wrong, and passes what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride import (
    AveragePool,
    BatchNorm,
    Conv,
    CustomLayer,
    Dense,
    Flatten,
    MaxPool,
    ParameterSpec,
    ReLU,
    Residual,
)
from fullstride.errors import ArgumentError, FullstrideError, GradientError, ShapeError
from fullstride.program import check_gradients
from fullstride.program.gradient_check import MOST


def cubic(name: str = "Cubic", **methods: Any) -> CustomLayer:
    right = {
        "forward": lambda self, A: (A**3, A),
        "backward": lambda self, dA, A: 3 * A**2 * dA,
    }
    layer: CustomLayer = type(name, (CustomLayer,), {**right, **methods})()
    return layer


def test_right_ones() -> None:
    found = check_gradients(cubic(), (4, 3, 2), m=2)
    assert found.ok
    (row,) = found.rows
    assert (row.name, row.shape, row.checked) == ("dA_prev", (2, 4, 3, 2), 48)
    assert 0 < row.difference < 1e-8


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (Conv(3, 3, stride=2, pad=1), (6, 5, 2)),
        ([MaxPool(2), AveragePool(2)], (8, 8, 1)),
        ([BatchNorm(), ReLU()], (4, 4, 3)),
        ([Residual(Conv(2, 3, pad=1)), Flatten(), Dense(4)], (4, 4, 2)),
        (Dense(3), (5,)),
    ],
)
def test_fullstride_s_own(layers: Any, shape: Any) -> None:
    assert check_gradients(layers, shape, seed=3).ok


def test_a_wrong_one_is_named_with_both_numbers() -> None:
    wrong = cubic(backward=lambda self, dA, A: 2 * A**2 * dA)
    with pytest.raises(GradientError) as caught:
        check_gradients(wrong, (2, 2, 1))
    (line,) = [line for line in str(caught.value).splitlines() if line.startswith("dA_prev")]
    assert "2.0e-01" in line  # |2 - 3| / (2 + 3)
    said, quotient = line.split("backward ")[1].split(", quotient ")
    assert float(said) / float(quotient) == pytest.approx(2 / 3)


def test_one_wrong_number_of_many_is_found() -> None:
    def backward(self: Any, dA: Any, A: Any) -> Any:
        dA_prev = 3 * A**2 * dA
        dA_prev[1, 2, 0, 1] = 0
        return dA_prev

    with pytest.raises(GradientError, match=r"WRONG at \(1, 2, 0, 1\): backward 0, quotient"):
        check_gradients(cubic(backward=backward), (4, 3, 2), m=2)


def test_a_wrong_parameter() -> None:
    with pytest.raises(GradientError, match=r"\ndbiasless1\.c .* WRONG at \(0, 0, 0, 0\)"):
        check_gradients(
            [
                Conv(2, 3),
                cubic(
                    "Biasless",
                    parameters=lambda self, shape: {"c": ParameterSpec((1, 1, 1, shape[-1]), 0)},
                    forward=lambda self, A, c: (A + c, None),
                    backward=lambda self, dA, _: (dA, {"c": dA.mean(axis=(0, 1, 2), keepdims=True)}),
                ),
            ],
            (5, 5, 1),
        )


def test_large_arrays_are_looked_at_here_and_there() -> None:
    (row,) = check_gradients(cubic(), (20, 20, 2)).rows
    assert row.checked == MOST


def test_the_same_seed_draws_the_same() -> None:
    first, again, other = (check_gradients(cubic(), (3, 3, 1), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_nothing_flows() -> None:
    """A constant: derivative and difference are both 0, which agree."""
    layer = cubic(forward=lambda self, A: (np.ones_like(A), A), backward=lambda self, dA, A: 0 * dA)
    assert check_gradients(layer, (3, 3, 1)).rows[0].difference == 0


def test_a_forward_that_draws_numbers() -> None:
    rng = np.random.default_rng(0)
    layer = cubic(forward=lambda self, A: (A * rng.random(A.shape), A))
    with pytest.raises(GradientError, match="forward must give the same numbers for the same input"):
        check_gradients(layer, (3, 3, 1))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_numbers_that_are_not_finite() -> None:
    layer = cubic(forward=lambda self, A: (A**3, A), backward=lambda self, dA, A: dA / np.zeros_like(A))
    with pytest.raises(GradientError, match="dA_prev: backward and forward must give finite numbers"):
        check_gradients(layer, (3, 3, 1))


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [({"m": 0}, ArgumentError), ({"seed": -1}, ArgumentError), ({"tolerance": 0}, ArgumentError)],
)
def test_arguments(arguments: Any, kind: type[FullstrideError]) -> None:
    with pytest.raises(kind, match=r"^check_gradients: "):
        check_gradients(cubic(), (3, 3, 1), **arguments)


def test_layers_that_do_not_fit() -> None:
    with pytest.raises(ShapeError):
        check_gradients([Flatten(), Conv(2, 3)], (3, 3, 1))
    with pytest.raises(ArgumentError):
        check_gradients([], (3, 3, 1))
