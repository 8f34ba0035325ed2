"""What is measured: convolutions forward and backward, and the training step of a small network.

A case travels between processes as a dict of plain data; the inputs are drawn from the same seed on both sides.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

SHAPES = (
    # m, n_H, n_C_prev, n_C, f, stride, pad
    (64, 28, 1, 8, 3, 1, 1),
    (64, 28, 1, 32, 3, 1, 1),
    (64, 14, 8, 16, 3, 1, 1),
    (64, 28, 1, 6, 5, 1, 0),
    (64, 14, 6, 16, 5, 1, 0),
    (64, 32, 3, 32, 3, 1, 1),
    (64, 28, 32, 64, 3, 1, 0),
    (32, 32, 64, 64, 3, 1, 1),
    (32, 16, 128, 128, 3, 1, 1),
    (32, 8, 256, 256, 3, 1, 1),
    (32, 32, 64, 128, 3, 2, 1),
    (32, 32, 64, 64, 1, 1, 0),
)
"""Layers, from few channels to many. The images are square: n_W = n_H."""


@dataclass(frozen=True)
class ConvCase:
    """A convolution `forward` (Z), or `backward` (dA_prev, dW and db); the fields are in the house's notation."""

    kind: ClassVar[str] = "conv"
    direction: str
    m: int
    n_H_prev: int
    n_C_prev: int
    n_C: int
    f: int
    stride: int
    pad: int

    @property
    def name(self) -> str:
        return f"conv_{self.direction} {self.label}"

    @property
    def label(self) -> str:
        size = f"{self.n_H_prev}x{self.n_H_prev}x{self.n_C_prev}"
        return f"m{self.m} {size} to {self.n_C} f{self.f} s{self.stride} p{self.pad}"

    @property
    def n_H(self) -> int:
        return (self.n_H_prev + 2 * self.pad - self.f) // self.stride + 1

    @property
    def flops(self) -> int:
        """Multiplications and additions, those with padding's zeros counted, those of the bias not."""
        forward = 2 * self.m * self.n_H**2 * self.n_C * self.f**2 * self.n_C_prev
        return forward if self.direction == "forward" else 2 * forward

    def inputs(self) -> Arrays:
        """A_prev, W, b and dZ in the house's layouts."""
        rng = np.random.default_rng(1)

        def draw(*shape: int) -> NDArray[np.float32]:
            return rng.standard_normal(shape, np.float32)

        return {
            "A_prev": draw(self.m, self.n_H_prev, self.n_H_prev, self.n_C_prev),
            "W": draw(self.f, self.f, self.n_C_prev, self.n_C),
            "b": draw(1, 1, 1, self.n_C),
            "dZ": draw(self.m, self.n_H, self.n_H, self.n_C),
        }


@dataclass(frozen=True)
class TrainingCase:
    """A training step (SGD with momentum) of conv - ReLU - pool, twice, and a dense layer, on m images of 28x28."""

    kind: ClassVar[str] = "training"
    m: int = 64
    n_C: tuple[int, int] = (8, 16)
    side: int = 28
    classes: int = 10

    @property
    def name(self) -> str:
        first, second = self.n_C
        return f"training_step {self.label} conv{first}-pool-conv{second}-pool-dense{self.classes}"

    @property
    def label(self) -> str:
        return f"m{self.m} {self.side}x{self.side}x1"

    @property
    def flops(self) -> int:
        """Of the multiply-adds in its layers: forward, dW, and dA where a layer below asks for it."""
        first, second = self.n_C
        conv1 = 2 * self.side**2 * first * 9
        conv2 = 2 * (self.side // 2) ** 2 * second * 9 * first
        dense = 2 * (self.side // 4) ** 2 * second * self.classes
        return self.m * (2 * conv1 + 3 * conv2 + 3 * dense)

    def inputs(self) -> Arrays:
        """Images X, labels y, and the parameters in the house's layouts, named as `program.lower` names them."""
        rng = np.random.default_rng(1)
        first, second = self.n_C
        features = (self.side // 4) ** 2 * second
        shapes = {
            "conv1.W": (3, 3, 1, first),
            "conv1.b": (1, 1, 1, first),
            "conv2.W": (3, 3, first, second),
            "conv2.b": (1, 1, 1, second),
            "dense1.W": (features, self.classes),
            "dense1.b": (1, self.classes),
        }
        drawn: Arrays = {
            "X": rng.random((self.m, self.side, self.side, 1), np.float32),
            "y": rng.integers(0, self.classes, self.m),
        }
        for name, shape in shapes.items():
            scale = np.sqrt(2 / np.prod(shape[:-1])) if name.endswith(".W") else 0.1
            drawn[name] = (scale * rng.standard_normal(shape)).astype(np.float32)
        return drawn


Case = ConvCase | TrainingCase

CASES: tuple[Case, ...] = (
    *(ConvCase("forward", *shape) for shape in SHAPES),
    *(ConvCase("backward", *shape) for shape in SHAPES),
    TrainingCase(),
)


def to_dict(case: Case) -> dict[str, Any]:
    """Plain data for JSON."""
    return {"kind": case.kind, **asdict(case)}


def from_dict(data: dict[str, Any]) -> Case:
    """The case that `to_dict` described.

    >>> from_dict(to_dict(CASES[0])) == CASES[0], from_dict(to_dict(CASES[-1])) == CASES[-1]
    (True, True)
    """
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return {"conv": ConvCase, "training": TrainingCase}[fields.pop("kind")](**fields)
