"""The ReLU layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride.layers.base import Layer


@dataclass(frozen=True)
class ReLU(Layer):
    """max(Z, 0), element by element; its gradient at 0 is 0."""

    kind: ClassVar[str] = "relu"

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "relu", {}
