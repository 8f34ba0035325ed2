"""Layers as plain data, there and back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from fullstride.errors import FileFormatError
from fullstride.layers import KINDS, AveragePool, Conv, Dense, Flatten, Layer, MaxPool, ReLU, from_dict

LAYERS = [
    Conv(8, 3),
    Conv(8, (3, 2), stride=(2, 1), pad=((1, 0), (2, 3))),
    Conv(1, 5, pad="same"),
    MaxPool(2),
    AveragePool((2, 3), 1),
    ReLU(),
    Flatten(),
    Dense(10),
]


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_there_and_back(layer: Layer) -> None:
    """Through JSON, which knows no tuples."""
    data = layer.to_dict()
    assert data["kind"] == layer.kind
    assert from_dict(json.loads(json.dumps(data))) == layer


def test_every_kind_is_known() -> None:
    assert {type(layer) for layer in LAYERS} == set(KINDS.values())
    assert all(layer.kind == kind for kind, layer in KINDS.items())


def test_hyperparameters_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Dense(10).n = 11  # type: ignore[misc]


def test_the_base_is_made_of_nothing() -> None:
    with pytest.raises(NotImplementedError):
        Layer().operation()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "dropout"},
        {"kind": "dense"},
        {"kind": "dense", "n": 0},
        {"kind": "dense", "n": 3, "rate": 0.5},
        {"kind": ["dense"]},
        None,
        [],
    ],
)
def test_other_data_is_refused(data: Any) -> None:
    with pytest.raises(
        FileFormatError, match=r"^layers.from_dict: a layer must be a kind of \['average_pool'"
    ):
        from_dict(data)
