"""The convolution layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride import checks
from fullstride.geometry import Padding, Pair, hyperparameter_pad, pair, whole_number
from fullstride.layers.base import Layer


@dataclass(frozen=True)
class Conv(Layer):
    """Convolution with n_C filters.

    Parameters
    ----------
    n_C : int
        Number of filters, the channels of the output.
    f : int or (int, int)
        Height and width of a filter.
    stride : int or (int, int)
        Vertical and horizontal step.
    pad : int, (int, int), ((top, bottom), (left, right)), "same" or "valid"
        Zeros around the image.
    bias : bool
        Whether each filter has a bias; one just before a `BatchNorm` would have no effect.

    Notes
    -----
    Output: (floor((n_H_prev + pads - f) / stride) + 1, the same for the width, n_C). Parameters: W of shape
    (f, f, n_C_prev, n_C), drawn He-uniform, and with a bias b of shape (1, 1, 1, n_C), zero.
    """

    kind: ClassVar[str] = "conv"
    n_C: int
    f: int | Pair
    stride: int | Pair = 1
    pad: int | Pair | Padding | str = 0
    bias: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_C", whole_number(self.n_C, "Conv", "n_C", 1))
        object.__setattr__(self, "f", pair(self.f, "Conv", "f", 1))
        object.__setattr__(self, "stride", pair(self.stride, "Conv", "stride", 1))
        object.__setattr__(self, "pad", hyperparameter_pad(self.pad, "Conv"))
        object.__setattr__(self, "bias", checks.flag(self.bias, "Conv", "bias"))

    def operation(self) -> tuple[str, dict[str, Any]]:
        window = {"f": self.f, "stride": self.stride, "pad": self.pad}
        return "conv", {"n_C": self.n_C, **window, "bias": self.bias}
