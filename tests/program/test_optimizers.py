"""Optimizers: their arguments, their numbers, and what a checkpoint keeps of them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import fullstride
from fullstride.errors import ArgumentError, DtypeError
from fullstride.program import AdamUpdate, Update, optimizers
from fullstride.program.optimizers import KINDS, SGD, START, Adam, AdamW, Optimizer, OptimizerState

SOME = (
    SGD(),
    SGD(0.5, nesterov=True, weight_decay=1e-4),
    Adam(0.8, 0.99, 1e-6, 0.1),
    AdamW(),
    AdamW(weight_decay=0),
)


def test_the_numbers_of_a_step() -> None:
    assert SGD(0.5, True, 0.25).update(2.0, clip=3.0) == Update(2.0, 0.5, True, 0.25, 3.0)
    assert Adam().update(0.1) == AdamUpdate(0.1, 0.9, 0.999, 1e-8, 0.9, 0.999)
    assert AdamW().update(0.1, clip=1.0) == AdamUpdate(0.1, 0.9, 0.999, 1e-8, 0.9, 0.999, 0.01, True, 1.0)


def test_powers_are_products_made_step_by_step() -> None:
    optimizer, state, power = Adam(beta1=0.7, beta2=0.9), START, (1.0, 1.0)
    for step in range(1, 40):
        power = power[0] * 0.7, power[1] * 0.9
        update = optimizer.update(0.1, state)
        assert (update.power1, update.power2) == power
        state = optimizer.advance(state)
        assert state == OptimizerState(step, *power)
    assert math.isclose(power[0], 0.7**39, rel_tol=1e-13)
    assert SGD().advance(SGD().advance(START)) == OptimizerState(2, 1.0, 1.0)


def test_very_many_steps_correct_nothing() -> None:
    """The powers vanish, and with them the corrections."""
    update = Adam().update(0.5, OptimizerState(10**9, 0.0, 0.0))
    assert update.numbers()["lr"] == 0.5
    assert update.numbers()["inverse"] == 1.0


@pytest.mark.parametrize("optimizer", SOME, ids=repr)
def test_a_description_gives_the_optimizer_back(optimizer: Optimizer) -> None:
    again = optimizers.from_dict(json.loads(json.dumps(optimizer.to_dict())))
    assert again == optimizer
    assert type(again) is type(optimizer)


def test_what_a_description_leaves_out_has_its_default() -> None:
    assert optimizers.from_dict({"kind": "adamw"}) == AdamW()
    assert optimizers.from_dict({"kind": "adam", "beta1": 0.5}) == Adam(0.5)


def test_a_state_survives_json_to_the_bit() -> None:
    state = START
    for _ in range(37):
        state = Adam(beta1=0.3).advance(state)
    assert OptimizerState.from_dict(json.loads(json.dumps(state.to_dict()))) == state


def test_public_names() -> None:
    for name in ("SGD", "Adam", "AdamW"):
        assert KINDS[name.lower()] is getattr(fullstride, name)


def test_the_base_has_no_update() -> None:
    with pytest.raises(NotImplementedError):
        Optimizer().update(0.1)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: SGD(1.0), ArgumentError, "SGD: momentum must be a number, 0 <= momentum < 1; got 1.0"),
        (lambda: SGD("0.9"), DtypeError, "SGD: momentum must be a number, .*; got '0.9' of type str"),
        (lambda: SGD(weight_decay=-1), ArgumentError, "SGD: weight_decay must be a number, 0 <= .*; got -1"),
        (lambda: SGD(nesterov=1), DtypeError, "SGD: nesterov must be True or False; got 1 of type int"),
        (
            lambda: SGD(0, nesterov=True),
            ArgumentError,
            r"SGD: nesterov needs a momentum, 0 < momentum < 1, to look ahead with; got momentum=0\.0",
        ),
        (lambda: Adam(beta1=1), ArgumentError, "Adam: beta1 must be a number, 0 <= beta1 < 1; got 1.0"),
        (lambda: AdamW(beta2=-0.1), ArgumentError, "AdamW: beta2 must be a number, .*; got -0.1"),
        (lambda: Adam(epsilon=0), ArgumentError, "Adam: epsilon must be a finite number, 0 < epsilon; got 0"),
        (lambda: AdamW(weight_decay=math.inf), ArgumentError, "AdamW: weight_decay must be .*; got inf"),
        (lambda: OptimizerState(-1), ArgumentError, "OptimizerState: steps must be .*-1"),
        (
            lambda: OptimizerState(1, power2=1.5),
            ArgumentError,
            "OptimizerState: power2 must be a number, 0 <= power2 <= 1; got 1.5",
        ),
        (
            lambda: optimizers.from_dict({"kind": "sdg"}),
            ArgumentError,
            r"optimizers.from_dict: kind must be one of \['adam', 'adamw', 'sgd'\]; got 'sdg' "
            r"\(did you mean 'sgd'\?\)",
        ),
        (
            lambda: optimizers.from_dict({"kind": "sgd", "momentun": 0.5}),
            ArgumentError,
            "optimizers.from_dict: the keys of SGD are momentum, nesterov, weight_decay; got 'momentun' "
            r"\(did you mean 'momentum'\?\)",
        ),
        (
            lambda: optimizers.from_dict({"momentum": 0.5}),
            DtypeError,
            r"optimizers.from_dict: an optimizer must be a dict with a kind of \['adam', 'adamw', 'sgd'\]; "
            r"got \{'momentum': 0.5\}",
        ),
        (
            lambda: OptimizerState.from_dict({"step": 1}),
            ArgumentError,
            "OptimizerState.from_dict: the keys of OptimizerState are steps, power1, power2; got 'step' "
            r"\(did you mean 'steps'\?\)",
        ),
        (
            lambda: OptimizerState.from_dict([1]),  # type: ignore[arg-type]
            DtypeError,
            r"OptimizerState.from_dict: it must be a dict with the keys steps, power1, power2; got \[1\]",
        ),
    ],
)
def test_refusals(make: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^{sentence}"):
        make()
