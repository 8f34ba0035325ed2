"""Costs: smoothed labels and weighted classes."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.layers import Dense
from fullstride.program import PLAIN, Cost
from tests.support.programs import chain, without_loss

PROGRAM = chain(Dense(3), shape=(4,))


def test_what_is_plain() -> None:
    assert PLAIN.plain
    assert Cost(0.0, None) == PLAIN
    assert not Cost(0.1).plain
    assert not Cost(class_weights=(1.0, 1.0, 1.0)).plain


def test_shares_and_hits() -> None:
    """A label is 1 in all, times the weights."""
    shares, hits = Cost(0.25).parts(4)
    assert shares.tolist() == [0.0625] * 4
    assert hits.tolist() == [0.75] * 4
    shares, hits = Cost(0.5, (1, 2)).parts(2)
    assert shares.tolist() == [0.25, 0.5]
    assert hits.tolist() == [0.5, 1.0]


def test_the_divisor_does_not_depend_on_the_order() -> None:
    labels = np.random.default_rng(0).integers(0, 3, 1000)
    cost = Cost(class_weights=(0.1, 1e9, 1e-9))
    exact = sum(Fraction(cost.class_weights[label]) for label in labels)  # type: ignore[index]
    assert cost.divisor(labels) == cost.divisor(labels[::-1]) == float(exact)
    assert Cost(0.1).divisor(labels) == 1000.0
    assert cost.divisor(labels[:0]) == 0.0


def test_the_divisor_with_weights_of_images() -> None:
    own = np.array([0.5, 2.0, 1.0])
    assert PLAIN.divisor(np.zeros((3, 2)), own) == 3.5
    assert Cost(0.1).divisor(np.array([0, 1, 0]), own) == 3.5
    assert Cost(class_weights=(4.0, 3.0)).divisor(np.array([0, 1, 0]), own) == 12.0


@pytest.mark.parametrize("cost", [PLAIN, Cost(0.1), Cost(0.1, (0.1, 0.7, 3.0))])
def test_a_description_gives_the_cost_back(cost: Cost) -> None:
    assert Cost.from_dict(json.loads(json.dumps(cost.to_dict()))) == cost


def test_what_fits_a_program() -> None:
    for cost in (PLAIN, Cost(0.1), Cost(class_weights=[1, 2, 3])):  # type: ignore[arg-type]
        cost.check(PROGRAM, "fit")
    PLAIN.check(without_loss(PROGRAM), "fit")
    with pytest.raises(
        ShapeError, match=r"^fit: class_weights must hold one number for each of the 3 classes; got 2$"
    ):
        Cost(class_weights=(1, 2)).check(PROGRAM, "fit")
    with pytest.raises(
        ArgumentError,
        match=r"^fit: smoothing and class_weights belong to a cross-entropy; the loss is None$",
    ):
        Cost(0.1).check(without_loss(PROGRAM), "fit")


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"smoothing": 1}, ArgumentError, "Cost: smoothing must be a number, 0 <= smoothing < 1; got 1.0"),
        ({"smoothing": None}, DtypeError, "Cost: smoothing must be a number, .*; got None of type NoneType"),
        (
            {"class_weights": 2.0},
            DtypeError,
            "Cost: class_weights must be a tuple of numbers > 0, one a class, or None; got 2.0",
        ),
        (
            {"class_weights": (1, 0)},
            ArgumentError,
            r"Cost: class_weights\[1\] must be a finite number, 0 < class_weights\[1\]; got 0.0",
        ),
        (
            {"class_weights": (math.inf,)},
            ArgumentError,
            r"Cost: class_weights\[0\] must be a finite .*; got inf",
        ),
        (
            {"smooth": 0.1},
            ArgumentError,
            r"Cost.from_dict: the keys of Cost are smoothing, class_weights; got 'smooth' "
            r"\(did you mean 'smoothing'\?\)",
        ),
    ],
)
def test_refusals(arguments: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^{sentence}"):
        Cost.from_dict(arguments)
