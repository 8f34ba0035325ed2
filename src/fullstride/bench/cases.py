"""What is measured: training steps and inference of the networks, and single convolutions in each direction.

A case travels between processes as a dict of plain data; the inputs are drawn from the same seed on every side.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fullstride.bench import graph

Arrays = dict[str, NDArray[Any]]

BATCH = 64
NETWORKS = ("lenet5", "small", "mid", "vgg", "resnet20")
INFERENCE = ("lenet5", "resnet20")
NUMPY_STEPS = ("lenet5", "small")
"""Networks of the from-scratch baseline: it takes long for the others, and knows no batch normalization."""

SHAPES = (
    # m, n_H_prev, n_C_prev, n_C, f, stride, pad
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
"""Layers, from few channels to many. The images are square: n_W_prev = n_H_prev."""

DIRECTIONS = ("forward", "dA", "dW")
"""Of a layer: Z; dA_prev; dW and db."""


TOLERANCE = 1e-4
"""Of the largest difference to the largest number of the same array: float32 sums in another order."""
STEP_TOLERANCE, DEEP_TOLERANCE = 5e-3, 0.1
"""The same for the gradients of a batch, and of many normalized layers. Among millions of ReLUs some have an input that
is a rounding error away from 0, and pass their gradient on one side alone: torch in float32 differs from torch in
float64 by 6e-4 for `mid`, and its two memory formats by 4e-2 for `resnet20`. The loss has no such excuse."""


@dataclass(frozen=True)
class LayerCase:
    """A convolution in one direction; the fields are in the house's notation."""

    kind: ClassVar[str] = "layer"
    peers: ClassVar[tuple[str, ...]] = ("torch", "numpy")
    tolerance: ClassVar[float] = TOLERANCE
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
        return f"layer {self.direction} {self.label}"

    @property
    def group(self) -> str:
        return f"layer {self.direction}"

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
        return 2 * self.m * self.n_H**2 * self.n_C * self.f**2 * self.n_C_prev

    @property
    def results(self) -> tuple[str, ...]:
        """The arrays that a contestant computes."""
        return {"forward": ("Z",), "dA": ("dA_prev",), "dW": ("dW", "db")}[self.direction]

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
class NetworkCase:
    """A training step (SGD with momentum), or an inference, of a network with m images."""

    kind: ClassVar[str] = "network"
    task: str
    network: str
    graph: graph.Graph
    m: int = BATCH

    @property
    def name(self) -> str:
        return case_name(self.task, self.network, self.m)

    @property
    def group(self) -> str:
        return self.task

    @property
    def tolerance(self) -> float:
        normalized = any(step.operation == "batch_norm" for step in self.graph.steps)
        if self.task == "inference":
            return TOLERANCE
        return DEEP_TOLERANCE if normalized else STEP_TOLERANCE

    @property
    def label(self) -> str:
        size = "x".join(map(str, self.graph.input_shape))
        return f"{self.network} {size}, m = {self.m}"

    @property
    def peers(self) -> tuple[str, ...]:
        if self.task == "inference":
            return "torch", "onnxruntime"
        return "torch", *(["numpy"] if self.network in NUMPY_STEPS else [])

    @property
    def flops(self) -> int:
        """Of the multiply-adds of convolutions and dense layers: forward; in a step dW and dA too, where needed."""
        one = self.graph.training_multiply_adds if self.task == "step" else self.graph.multiply_adds
        return 2 * self.m * one

    def inputs(self) -> Arrays:
        """Images X, labels y, and the parameters in the house's layouts, by their names."""
        rng = np.random.default_rng(1)
        drawn: Arrays = {
            "X": rng.random((self.m, *self.graph.input_shape), np.float32),
            "y": rng.integers(0, self.graph.classes, self.m),
        }
        for name, shape in self.graph.parameters.items():
            role = name.rpartition(".")[2]
            scale = np.sqrt(2 / np.prod(shape[:-1])) if role == "W" else 0.1
            around = 1 if role in ("gamma", "running_variance") else 0
            drawn[name] = (around + scale * rng.standard_normal(shape)).astype(np.float32)
        return drawn


Case = LayerCase | NetworkCase


def case_name(task: str, network: str, m: int) -> str:
    """What a case of a network is called, known before the network is made."""
    return f"{task} {network} m{m}"


def to_dict(case: Case) -> dict[str, Any]:
    """Plain data for JSON."""
    return {"kind": case.kind, **asdict(case)}


def from_dict(data: dict[str, Any]) -> Case:
    """The case that `to_dict` described.

    >>> case = LayerCase("dW", *SHAPES[0])
    >>> from_dict(to_dict(case)) == case
    True
    """
    fields = {name: value for name, value in data.items() if name != "kind"}
    if data["kind"] == "layer":
        return LayerCase(**fields)
    return NetworkCase(**{**fields, "graph": graph.from_dict(fields["graph"])})
