"""The numbers of one step are those that the stage of its family takes."""

from __future__ import annotations

import math

import pytest

from fullstride.program import AdamUpdate, AnyUpdate, Update
from fullstride.program.planning import UPDATES

SOME = (Update(0.1), Update(1, 0.5, True, 0.25, 3), AdamUpdate(0.1, 0.9, 0.99, 1e-8, 0.75, 0.5))


@pytest.mark.parametrize("update", SOME, ids=lambda update: update.family)
def test_every_number_of_the_stage_is_given(update: AnyUpdate) -> None:
    operands = UPDATES[update.family].operands
    assert tuple(update.numbers()) == operands[operands.index("guard") + 1 :]
    for name, number in update.numbers().items():
        assert type(number) is (int if name == "nesterov" else float)


def test_momentum() -> None:
    numbers = Update(1, 0.5, True, 0.25).numbers()
    assert numbers == {"lr": 1.0, "momentum": 0.5, "nesterov": 1, "decay": 0.25}


def test_corrections() -> None:
    """lr / (1 - power1) and 1 / sqrt(1 - power2)."""
    numbers = AdamUpdate(0.5, 0.75, 0.5, 1e-3, 0.75, 0.75, weight_decay=0.25).numbers()
    assert (numbers["lr"], numbers["inverse"]) == (2.0, 2.0)
    assert (numbers["beta1"], numbers["rest1"], numbers["beta2"], numbers["rest2"]) == (0.75, 0.25, 0.5, 0.5)
    assert (numbers["epsilon"], numbers["decay"], numbers["shrink"]) == (1e-3, 0.25, 0.0)


def test_a_decoupled_decay_shrinks_by_the_learning_rate_itself() -> None:
    """Not by the one that the first steps are corrected to."""
    numbers = AdamUpdate(0.5, 0.9, 0.9, 1e-8, 0.9, 0.9, weight_decay=0.25, decoupled=True).numbers()
    assert (numbers["decay"], numbers["shrink"]) == (0.0, 0.125)
    assert math.isclose(numbers["lr"], 5.0)
