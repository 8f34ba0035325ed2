"""The fully connected layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride.geometry import whole_number
from fullstride.layers.base import Layer


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected: Z = A_prev W + b.

    Parameters
    ----------
    n : int
        Number of outputs.

    Notes
    -----
    Input (n_C_prev,), output (n,). Parameters: W of shape (n_C_prev, n), drawn He-uniform, and b of shape (1, n), zero.
    """

    kind: ClassVar[str] = "dense"
    n: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", whole_number(self.n, "Dense", "n", 1))

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "linear", {"n_C": self.n}
