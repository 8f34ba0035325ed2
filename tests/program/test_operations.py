"""The rows: shapes, parameters, work, and refusals."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fullstride.errors import ShapeError
from fullstride.program import OPERATIONS

CONV = {"n_C": 8, "f": (3, 2), "stride": (2, 1), "pad": 1, "bias": True}
POOL = {"f": (2, 3), "stride": (2, 1)}


def test_convolution() -> None:
    row, shapes = OPERATIONS["conv"], ((9, 5, 3),)
    assert row.output_shape(CONV, shapes) == (5, 6, 8)  # (9 + 2 - 3) // 2 + 1, (5 + 2 - 2) // 1 + 1
    parameters = row.parameters(CONV, shapes)
    assert (parameters["W"].shape, parameters["W"].fan_in) == ((3, 2, 3, 8), 18)
    assert (parameters["b"].shape, parameters["b"].fan_in) == ((1, 1, 1, 8), 0)
    assert list(row.parameters({**CONV, "bias": False}, shapes)) == ["W"]
    assert row.multiply_adds(CONV, shapes) == 5 * 6 * 8 * 18
    assert row.window(CONV, shapes[0]) == ((3, 2), (2, 1))


@pytest.mark.parametrize("name", ["max_pool", "average_pool"])
def test_pooling(name: str) -> None:
    row = OPERATIONS[name]
    assert row.output_shape(POOL, ((9, 5, 3),)) == (4, 3, 3)
    assert row.window(POOL, (9, 5, 3)) == ((2, 3), (2, 1))
    assert row.parameters(POOL, ((9, 5, 3),)) == {}


def test_global_average_pool() -> None:
    row = OPERATIONS["global_average_pool"]
    assert row.output_shape({}, ((9, 5, 3),)) == (3,)
    assert row.window({}, (9, 5, 3)) == ((9, 5), (1, 1))
    assert row.parameters({}, ((9, 5, 3),)) == {}


@pytest.mark.parametrize(("shape", "one_a_channel"), [((9, 5, 3), (1, 1, 1, 3)), ((3,), (1, 3))])
def test_batch_norm(shape: Any, one_a_channel: Any) -> None:
    row = OPERATIONS["batch_norm"]
    assert row.output_shape({}, (shape,)) == shape
    parameters = row.parameters({}, (shape,))
    assert all((spec.shape, spec.fan_in) == (one_a_channel, 0) for spec in parameters.values())
    assert {role: (spec.initial, spec.trained) for role, spec in parameters.items()} == {
        "gamma": (1.0, True),
        "beta": (0.0, True),
        "running_mean": (0.0, False),
        "running_variance": (1.0, False),
    }


def test_what_has_states_advances_them() -> None:
    for row in (row for row in OPERATIONS.values() if row.name != "custom"):
        states = [
            role
            for role, spec in row.parameters(
                {**CONV, "n_C": 2}, ((4,) if row.name == "linear" else (4, 4, 2),)
            ).items()
            if not spec.trained
        ]
        assert bool(states) == (row.advance is not None) == (row.inference is not None)


def test_linear() -> None:
    row = OPERATIONS["linear"]
    assert row.output_shape({"n_C": 10}, ((7,),)) == (10,)
    assert row.multiply_adds({"n_C": 10}, ((7,),)) == 70
    parameters = row.parameters({"n_C": 10}, ((7,),))
    assert {role: (spec.shape, spec.fan_in) for role, spec in parameters.items()} == {
        "W": ((7, 10), 7),
        "b": ((1, 10), 0),
    }


def test_shapes_that_stay_or_flow_together() -> None:
    assert OPERATIONS["relu"].output_shape({}, ((3, 4, 5),)) == (3, 4, 5)
    assert OPERATIONS["flatten"].output_shape({}, ((3, 4, 5),)) == (60,)
    assert OPERATIONS["add"].output_shape({}, ((3, 4, 5), (3, 4, 5))) == (3, 4, 5)


@pytest.mark.parametrize(
    ("name", "attributes", "shapes", "sentence"),
    [
        ("conv", CONV, ((7,),), "conv: the input must be an image of shape (n_H, n_W, n_C); got shape (7,)"),
        (
            "max_pool",
            POOL,
            ((7,),),
            "max_pool: the input must be an image of shape (n_H, n_W, n_C); got shape (7,)",
        ),
        (
            "conv",
            {**CONV, "pad": 0},
            ((2, 5, 3),),
            "conv: the filter must not be larger than the image, f <= n_prev: got f=(3, 2) on an image of 2x5",
        ),
        (
            "average_pool",
            POOL,
            ((1, 5, 3),),
            "average_pool: the pooling window must not be larger than the image, f <= n_prev: got f=(2, 3) on",
        ),
        (
            "global_average_pool",
            {},
            ((7,),),
            "global_average_pool: the input must be an image of shape (n_H, n_W, n_C); got shape (7,)",
        ),
        (
            "batch_norm",
            {},
            ((7, 2),),
            "batch_norm: the input must be an image of shape (n_H, n_W, n_C), or flat, of shape (n_C,); "
            "got shape (7, 2)",
        ),
        ("add", {}, ((3,), (4,)), "add: both inputs must have one shape; got (3,) and (4,)"),
        (
            "linear",
            {"n_C": 3},
            ((2, 2, 3),),
            "linear: the input must be flat, of shape (n_C_prev,); got shape (2, 2, 3) (put Flatten() before Dense)",
        ),
    ],
)
def test_refusals(name: str, attributes: Any, shapes: Any, sentence: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(sentence)}"):
        OPERATIONS[name].output_shape(attributes, shapes)
