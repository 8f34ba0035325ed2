"""Layers as plain data, there and back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from fullstride.errors import FileFormatError
from fullstride.layers import (
    KINDS,
    Add,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    ReLU,
    Residual,
    from_dict,
)

LAYERS = [
    Conv(8, 3),
    Conv(8, (3, 2), stride=(2, 1), pad=((1, 0), (2, 3))),
    Conv(1, 5, pad="same"),
    Conv(2, 1, bias=False),
    BatchNorm(1e-3, 0.5),
    GlobalAveragePool(),
    Add([Conv(2, (1, 3)), ReLU()], [], [Conv(2, 1, pad=((0, 1), (2, 3)))]),
    Residual(Residual(ReLU(), Add((), ())), MaxPool((2, 1)), shortcut=[AveragePool(2)]),
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
        {"kind": {"kind": "dense", "n": 3}},
        {"kind": "dense", "n": {"kind": "relu"}},
        {"kind": "conv", "n_C": 1, "f": 1, "bias": 0},
        {"kind": "batch_norm", "epsilon": None},
        {"kind": "add"},
        {"kind": "add", "branches": 3},
        {"kind": "add", "branches": "ab"},
        {"kind": "add", "branches": [[], []], "shortcut": []},
        {"kind": "add", "branches": [[]]},
        {"kind": "add", "branches": [[], [3]]},
        {"kind": "residual", "layers": []},
        {"kind": "residual", "layers": {"kind": "relu"}},
        {"kind": "residual", "layers": [{"kind": "relu"}], "shortcut": {"kind": "relu"}},
        None,
        [],
    ],
)
def test_other_data_is_refused(data: Any) -> None:
    with pytest.raises(
        FileFormatError, match=r"^layers.from_dict: a layer must be a kind of \['add', 'average_pool'"
    ):
        from_dict(data)


def test_of_layers_within_layers_the_innermost_is_named() -> None:
    data = {"kind": "residual", "layers": [{"kind": "add", "branches": [[{"kind": "lstm"}], []]}]}
    with pytest.raises(
        FileFormatError,
        match=r"hyperparameters; got \{'kind': 'lstm'\} \('lstm'; the class of a layer of one's own",
    ):
        from_dict(data)


def test_convolutions_of_older_files_have_a_bias() -> None:
    data = {"kind": "conv", "n_C": 2, "f": [3, 3], "stride": [1, 1], "pad": [[0, 0], [0, 0]]}
    assert from_dict(data) == Conv(2, 3, bias=True)
