"""The flattening layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride.layers.base import Layer


@dataclass(frozen=True)
class Flatten(Layer):
    """(n_H, n_W, n_C) to (n_H * n_W * n_C,), row by row, channels last."""

    kind: ClassVar[str] = "flatten"

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "flatten", {}
