"""The table of operations: one row an operation feeds shapes, steps, kernels, tests and documentation.

A row holds what an operation is; how a machine does it is registered beside it by `native/kernels`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DtypeError
from fullstride.geometry import Pair, Window

Shape: TypeAlias = tuple[int, ...]
Attributes: TypeAlias = Mapping[str, Any]
Array: TypeAlias = NDArray[np.floating[Any]]
Check: TypeAlias = Callable[[object, str], object]
"""(value, how the sentence of an error begins) -> the value in its one form"""


@dataclass(frozen=True)
class ParameterSpec:
    """A parameter of a node.

    Attributes
    ----------
    shape : tuple of int
    fan_in : int
        The number of terms that its output sums, for the draw; 0: it starts at `initial`.
    initial : float
    trained : bool
        False: a state, such as a running statistic, which training advances by another rule than its gradient. It is
        saved and loaded as a parameter is.
    least : float
        No number of it is smaller: a variance is not negative.
    """

    shape: Shape
    fan_in: int
    initial: float = 0.0
    trained: bool = True
    least: float = -math.inf

    @property
    def decays(self) -> bool:
        """Whether weight decay pulls at it: at weights, but neither at biases nor at gamma and beta."""
        return self.fan_in > 0


@dataclass(frozen=True)
class Operation:
    """A row of the table. Shapes are those of one image, without m.

    Attributes
    ----------
    name : str
        As it stands in a node.
    stem : str
        File name of its step, its kernel and its tests.
    arity : int
        Number of inputs.
    output_shape : callable (attributes, input shapes) -> shape
        Raises ShapeError where the inputs do not fit.
    parameters : callable (attributes, input shapes) -> {role: ParameterSpec}
    forward : callable (inputs, parameters, attributes) -> (output, cache)
        Of training; of a prediction too, where there is no `inference`.
    backward : callable (gradient of the output, cache, attributes) -> (gradients of the inputs, {role: gradient})
        A gradient for each parameter that is trained.
    inference : callable (inputs, parameters, attributes) -> output, optional
        The forward of a prediction where it differs from that of training.
    advance : callable (cache, parameters, attributes) -> {role: new value}, optional
        The states after a step of training.
    attributes : {name: Check}
        All that a node may have.
    defaults : {name: value}
        Of those that a node may leave out.
    multiply_adds : callable (attributes, input shapes) -> int
        Of the forward pass, one image.
    window : callable (attributes, input shape) -> (f, stride)
        How far an output sees, for the receptive field.
    has_kernel : bool
        False: also where everything else is machine code `forward`, `backward` and `inference` run, on whole batches
        while the threads rest.
    """

    name: str
    stem: str
    arity: int
    output_shape: Callable[[Attributes, tuple[Shape, ...]], Shape]
    forward: Callable[[tuple[Array, ...], Mapping[str, Array], Attributes], tuple[Array, Any]]
    backward: Callable[[Array, Any, Attributes], tuple[tuple[Array, ...], dict[str, Array]]]
    attributes: Mapping[str, Check] = field(default_factory=dict)
    defaults: Attributes = field(default_factory=dict)
    parameters: Callable[[Attributes, tuple[Shape, ...]], dict[str, ParameterSpec]] = lambda _a, _s: {}
    multiply_adds: Callable[[Attributes, tuple[Shape, ...]], int] = lambda _a, _s: 0
    window: Callable[[Attributes, Shape], tuple[Pair, Pair]] = lambda _a, _s: ((1, 1), (1, 1))
    inference: Callable[[tuple[Array, ...], Mapping[str, Array], Attributes], Array] | None = None
    advance: Callable[[Any, Mapping[str, Array], Attributes], dict[str, Array]] | None = None
    has_kernel: bool = True

    def predicted(
        self, inputs: tuple[Array, ...], parameters: Mapping[str, Array], attributes: Attributes
    ) -> Array:
        """The output of a prediction."""
        if self.inference is not None:
            return self.inference(inputs, parameters, attributes)
        return self.forward(inputs, parameters, attributes)[0]

    def checked(self, attributes: object, where: str) -> Attributes:
        """Attributes of a node: all of them, none else, each in its one form."""
        if not isinstance(attributes, Mapping):
            raise DtypeError(
                f"{where}: attributes must be a dict of names and values; got a {type(attributes).__name__}"
            )
        given = {**self.defaults, **attributes}
        if given.keys() != self.attributes.keys():
            optional = f" ({_listed(self.defaults)} may be left out)" if self.defaults else ""
            raise ArgumentError(
                f"{where}: the attributes of {self.name} must be {_listed(self.attributes)}{optional}; "
                f"got {_listed(attributes)}"
            )
        return {name: check(given[name], where) for name, check in self.attributes.items()}


def _listed(names: Mapping[Any, Any]) -> str:
    return ", ".join(map(str, names)) or "none"


OPERATIONS: dict[str, Operation] = {}


def register(operation: Operation) -> None:
    """Adds a row; a name is registered once."""
    assert operation.name not in OPERATIONS, operation.name
    OPERATIONS[operation.name] = operation


def window_of(attributes: Attributes, shape: Shape, where: str, what: str = "filter") -> tuple[Window, Pair]:
    """The window of a node with `f`, `stride` and perhaps `pad` over an image, and its output size."""
    return Window.over(
        (shape[0], shape[1]), attributes["f"], attributes["stride"], attributes.get("pad", 0), where, what
    )
