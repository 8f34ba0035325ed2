"""The layers: what a user writes. Hyperparameters only; shapes and arithmetic come from the table of operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fullstride.errors import ArgumentError, FileFormatError, FullstrideError
from fullstride.layers.addition import Add, Residual
from fullstride.layers.base import Layer
from fullstride.layers.convolution import Conv
from fullstride.layers.flatten import Flatten
from fullstride.layers.linear import Dense
from fullstride.layers.normalization import BatchNorm
from fullstride.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from fullstride.layers.relu import ReLU

__all__ = [
    "Add",
    "AveragePool",
    "BatchNorm",
    "Conv",
    "Dense",
    "Flatten",
    "GlobalAveragePool",
    "Layer",
    "MaxPool",
    "ReLU",
    "Residual",
]

_LAYERS: tuple[type[Layer], ...] = (
    Conv,
    MaxPool,
    AveragePool,
    GlobalAveragePool,
    BatchNorm,
    ReLU,
    Add,
    Residual,
    Flatten,
    Dense,
)
KINDS: dict[str, type[Layer]] = {layer.kind: layer for layer in _LAYERS}


def add_kind(layer: type[Layer]) -> None:
    """Makes a class known to `from_dict`.

    It takes the place of an earlier one of the same kind, as when a notebook's cell runs again; the layers that stand
    here keep theirs.
    """
    if KINDS.get(layer.kind) in _LAYERS:
        raise ArgumentError(
            f"{layer.__name__}: a layer of one's own must have another name than fullstride's; "
            f"got {layer.kind!r}, which is {KINDS[layer.kind].__name__}"
        )
    KINDS[layer.kind] = layer


def from_dict(data: Mapping[str, Any]) -> Layer:
    """The layer that `Layer.to_dict` described; FileFormatError for anything else."""
    try:
        arguments = {key: _rebuilt(value) for key, value in data.items() if key != "kind"}
        return KINDS[data["kind"]].of(**arguments)
    except FileFormatError:  # of a layer within this one: its sentence says enough
        raise
    except (KeyError, TypeError, AttributeError, FullstrideError) as error:
        raise FileFormatError(
            f"layers.from_dict: a layer must be a kind of {sorted(KINDS)} with its hyperparameters; "
            f"got {str(data)[:80]} ({error}; the class of a layer of one's own must be defined before)"
        ) from None


def _rebuilt(value: Any) -> Any:
    """Lists as tuples, and objects as the layers within a layer that they describe."""
    if isinstance(value, dict):
        return from_dict(value)
    return tuple(_rebuilt(item) for item in value) if isinstance(value, list) else value
