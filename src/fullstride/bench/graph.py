"""A network as plain data, the way it travels to the contestants: no contestant needs another's library to read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

INPUT = "X"


@dataclass(frozen=True)
class Step:
    """One operation on one image.

    Attributes
    ----------
    operation : str
        As in the table of operations: "conv", "max_pool", "relu", "batch_norm", "add", "linear" ...
    inputs : list of str
        Names of values; "X" is the input.
    output : str
        The value that it makes, and the prefix of its parameters' names.
    shape : list of int
        Of the output.
    options : dict
        Of a window: "f", "stride" as pairs, "pad" as [[top, bottom], [left, right]]; else numbers, as "epsilon".
    """

    operation: str
    inputs: list[str]
    output: str
    shape: list[int]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """Steps in the order in which they run; the last gives one number a class, and the loss is their cross-entropy.

    Attributes
    ----------
    input_shape : list of int
        (n_H, n_W, n_C).
    steps : list of Step
    parameters : dict of str to list of int
        Shapes in the house's layouts: "conv1.W" is (f, f, n_C_prev, n_C). Running statistics are among them.
    trained : list of str
        The parameters that have a gradient.
    multiply_adds, training_multiply_adds : int
        Of one image, forward; and of its part of a training step.
    """

    input_shape: list[int]
    steps: list[Step]
    parameters: dict[str, list[int]]
    trained: list[str]
    multiply_adds: int
    training_multiply_adds: int

    @property
    def classes(self) -> int:
        return self.steps[-1].shape[0]

    def shape(self, name: str) -> list[int]:
        """The shape of one image of a value."""
        return self.input_shape if name == INPUT else self.step(name).shape

    def step(self, name: str) -> Step:
        """The step that makes a value."""
        return next(step for step in self.steps if step.output == name)

    def flattened(self, step: Step) -> list[int] | None:
        """The image (n_H, n_W, n_C) whose flattened numbers a step reads, or None: elsewhere channels come first."""
        name = step.inputs[0]
        while name != INPUT and self.step(name).operation in ("flatten", "relu"):
            if self.step(name).operation == "flatten":
                shape = self.shape(self.step(name).inputs[0])
                return shape if len(shape) == 3 else None
            name = self.step(name).inputs[0]
        return None


def to_dict(graph: Graph) -> dict[str, Any]:
    """Plain data for JSON."""
    return asdict(graph)


def from_dict(data: dict[str, Any]) -> Graph:
    """The graph that `to_dict` described."""
    return Graph(**{**data, "steps": [Step(**step) for step in data["steps"]]})
