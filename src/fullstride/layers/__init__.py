"""The layers: what a user writes. Hyperparameters only; shapes and arithmetic come from the table of operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fullstride.errors import FileFormatError, FullstrideError
from fullstride.layers.base import Layer
from fullstride.layers.convolution import Conv
from fullstride.layers.flatten import Flatten
from fullstride.layers.linear import Dense
from fullstride.layers.pooling import AveragePool, MaxPool
from fullstride.layers.relu import ReLU

__all__ = ["AveragePool", "Conv", "Dense", "Flatten", "Layer", "MaxPool", "ReLU"]

KINDS: dict[str, type[Layer]] = {
    layer.kind: layer for layer in (Conv, MaxPool, AveragePool, ReLU, Flatten, Dense)
}


def from_dict(data: Mapping[str, Any]) -> Layer:
    """The layer that `Layer.to_dict` described; FileFormatError for anything else."""
    try:
        arguments = {key: _tuples(value) for key, value in data.items() if key != "kind"}
        return KINDS[data["kind"]](**arguments)
    except (KeyError, TypeError, AttributeError, FullstrideError) as error:
        raise FileFormatError(
            f"layers.from_dict: a layer must be a kind of {sorted(KINDS)} with its hyperparameters; "
            f"got {str(data)[:80]} ({error})"
        ) from None


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
