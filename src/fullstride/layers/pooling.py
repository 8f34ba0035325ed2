"""The pooling layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride.geometry import Pair, pair
from fullstride.layers.base import Layer


@dataclass(frozen=True)
class _Pool(Layer):
    f: int | Pair
    stride: int | Pair | None = None

    def __post_init__(self) -> None:
        where = type(self).__name__
        object.__setattr__(self, "f", pair(self.f, where, "f", 1))
        stride = self.f if self.stride is None else self.stride
        object.__setattr__(self, "stride", pair(stride, where, "stride", 1))

    def operation(self) -> tuple[str, dict[str, Any]]:
        return self.kind, {"f": self.f, "stride": self.stride}


@dataclass(frozen=True)
class MaxPool(_Pool):
    """The maximum of each window; its gradient goes to the first maximum in row-major order.

    Parameters
    ----------
    f : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Vertical and horizontal step; without it the windows stand side by side (stride = f).
    """

    kind: ClassVar[str] = "max_pool"


@dataclass(frozen=True)
class AveragePool(_Pool):
    """The mean of each window; its gradient is shared out evenly.

    Parameters
    ----------
    f : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Vertical and horizontal step; without it the windows stand side by side (stride = f).
    """

    kind: ClassVar[str] = "average_pool"


@dataclass(frozen=True)
class GlobalAveragePool(Layer):
    """The mean of each channel: (n_H, n_W, n_C) to (n_C,)."""

    kind: ClassVar[str] = "global_average_pool"

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "global_average_pool", {}
