"""Layers of one's own: forward and backward in NumPy, checked where they are called, trained like all others.

A row of the table for all of them, "custom", whose attribute is the layer; it has no kernel, so that a native network
runs it as a step between its jobs.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, dataclass_transform

import numpy as np

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.geometry import Pair
from fullstride.layers import Layer, add_kind
from fullstride.program.table import Array, Attributes, Operation, ParameterSpec, Shape, register

ROLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")


@dataclass_transform(frozen_default=True)
class CustomLayer(Layer, ABC):
    """Base of layers that are written in NumPy, with `forward` and `backward`.

    A class that inherits from it is a frozen dataclass: its annotated fields are its hyperparameters, numbers, strings
    or tuples of them, and are saved with the network. It is also known by its name in lower case, which names the
    layer in the network (`scale1`, `scale2` ...) and in a model file; so a program that loads such a file must define
    the class, or import it, before.

    Notes
    -----
    The arrays that it is given are read-only; what it returns is rounded to the network's dtype. `forward` and
    `backward` get whole batches, (m, n_H, n_W, n_C) or flat (m, n_C); in a prediction a batch is as large as it comes,
    so there the result for an image must not depend on the others. With `engine="native"` everything before and behind
    the layer stays machine code.

    Examples
    --------
    >>> import numpy as np
    >>> from fullstride import CustomLayer, check_gradients
    >>> class Square(CustomLayer):
    ...     def forward(self, A_prev):
    ...         return A_prev * A_prev, A_prev
    ...
    ...     def backward(self, dA, cache):
    ...         return 2 * cache * dA
    >>> check_gradients(Square(), (4, 4, 2)).ok
    True
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "kind" not in cls.__dict__:
            cls.kind = cls.__name__.lower()
        dataclass(frozen=True)(cls)
        add_kind(cls)

    @abstractmethod
    def forward(self, A_prev: Array, **parameters: Array) -> tuple[Array, Any]:
        """The output, and a cache for backward.

        Parameters
        ----------
        A_prev : ndarray of shape (m, *shape)
        **parameters : ndarray
            By their names in `parameters`: write `def forward(self, A_prev, W, b)`.

        Returns
        -------
        A : ndarray of shape (m, *output_shape(shape))
        cache : anything
        """

    @abstractmethod
    def backward(self, dA: Array, cache: Any) -> Array | tuple[Array, Mapping[str, Array]]:
        """The gradient of the input, from that of the output.

        Parameters
        ----------
        dA : ndarray of the output's shape
        cache : what `forward` returned

        Returns
        -------
        dA_prev : ndarray of the input's shape
        gradients : {name: ndarray}, where there are parameters: the sum over the batch, for each one that is trained
        """

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of an output for an input of `shape`, both without m; as it stands here, the same."""
        return shape

    def parameters(self, shape: Shape) -> Mapping[str, ParameterSpec]:
        """{name: ParameterSpec} for an input of `shape`; as it stands here, none."""
        return {}

    def inference(self, A_prev: Array, **parameters: Array) -> Array:
        """The output of a prediction; as it stands here, that of `forward`."""
        return self.forward(A_prev, **parameters)[0]

    def advance(self, cache: Any, **parameters: Array) -> Mapping[str, Array]:
        """{name: new value} of parameters that are not trained, after a step of training; as it stands here, none."""
        return {}

    def multiply_adds(self, shape: Shape) -> int:
        """Of the forward pass of one image of `shape`, for the summary."""
        return 0

    def window(self, shape: Shape) -> tuple[Pair, Pair]:
        """(f, stride), each (vertical, horizontal): what an output sees of the input, for the receptive field."""
        return (1, 1), (1, 1)

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "custom", {"layer": self}


def _layer(value: object, where: str) -> object:
    if not isinstance(value, CustomLayer):
        raise DtypeError(f"{where}: layer must be a CustomLayer; got {value!r:.80}")
    return value


def _output_shape(attributes: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    layer: CustomLayer = attributes["layer"]
    shape = layer.output_shape(shapes[0])
    whole = isinstance(shape, tuple) and all(
        isinstance(size, (int, np.integer)) and size > 0 for size in shape
    )
    if not whole or len(shape) not in (1, 3):
        raise ShapeError(
            f"{layer}.output_shape: it must be (n_H, n_W, n_C) or (n_C,), of whole numbers >= 1; got {shape!r}"
        )
    return tuple(int(size) for size in shape)


def _parameters(attributes: Attributes, shapes: tuple[Shape, ...]) -> dict[str, ParameterSpec]:
    layer: CustomLayer = attributes["layer"]
    found = dict(layer.parameters(shapes[0]))
    for role, spec in found.items():
        if not isinstance(role, str) or not ROLE.fullmatch(role) or not isinstance(spec, ParameterSpec):
            raise ArgumentError(
                f"{layer}.parameters: names with a ParameterSpec each, such as "
                f'{{"W": ParameterSpec((3, 3), fan_in=9)}}; got {role!r}: {spec!r:.80}'
            )
    return found


def _forward(
    inputs: tuple[Array, ...], parameters: Mapping[str, Array], attributes: Attributes
) -> tuple[Array, Any]:
    layer: CustomLayer = attributes["layer"]
    result = layer.forward(_read_only(inputs[0]), **_all_read_only(parameters))
    if not isinstance(result, tuple) or len(result) != 2:
        raise DtypeError(f"{layer}.forward: it must return (A, cache); got a {type(result).__name__}")
    shape = inputs[0].shape[1:]
    return _output(layer, "forward", result[0], inputs[0]), (shape, result[1])


def _inference(inputs: tuple[Array, ...], parameters: Mapping[str, Array], attributes: Attributes) -> Array:
    layer: CustomLayer = attributes["layer"]
    A = layer.inference(_read_only(inputs[0]), **_all_read_only(parameters))
    return _output(layer, "inference", A, inputs[0])


def _output(layer: CustomLayer, method: str, A: object, A_prev: Array) -> Array:
    shape = (len(A_prev), *_output_shape({"layer": layer}, (A_prev.shape[1:],)))
    return _numbers(A, shape, A_prev.dtype, f"{layer}.{method}: A")


def _backward(dA: Array, cache: Any, attributes: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    layer: CustomLayer = attributes["layer"]
    shape, own = cache
    result = layer.backward(_read_only(dA), own)
    dA_prev, gradients = result if isinstance(result, tuple) and len(result) == 2 else (result, {})
    if not isinstance(gradients, Mapping):
        raise DtypeError(
            f"{layer}.backward: it must return dA_prev, or (dA_prev, {{name: gradient}}); "
            f"got a {type(result).__name__}"
        )
    trained = {role: spec for role, spec in layer.parameters(shape).items() if spec.trained}
    if gradients.keys() != trained.keys():
        raise ArgumentError(
            f"{layer}.backward: there must be a gradient for each of {sorted(trained) or 'no parameters'}; "
            f"got {sorted(gradients) or 'none'}"
        )
    return (_numbers(dA_prev, (len(dA), *shape), dA.dtype, f"{layer}.backward: dA_prev"),), {
        role: _numbers(gradients[role], spec.shape, dA.dtype, f"{layer}.backward: the gradient of {role}")
        for role, spec in trained.items()
    }


def _advance(cache: Any, parameters: Mapping[str, Array], attributes: Attributes) -> dict[str, Array]:
    layer: CustomLayer = attributes["layer"]
    new = dict(layer.advance(cache[1], **_all_read_only(parameters)))
    for role, value in new.items():
        if role not in parameters:
            raise ArgumentError(
                f"{layer}.advance: names of {sorted(parameters) or 'no parameters'}; got {role!r}"
            )
        held = parameters[role]
        new[role] = _numbers(value, held.shape, held.dtype, f"{layer}.advance: {role}")
    return new


def _numbers(value: object, shape: Shape, dtype: Any, what: str) -> Array:
    """The array, of the right shape, rounded to the dtype."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        got = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise DtypeError(f"{what} must be an array of real numbers; got {got}")
    if value.shape != shape:
        raise ShapeError(f"{what} must be of shape {shape}; got {value.shape}")
    return value.astype(dtype)


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _all_read_only(parameters: Mapping[str, Array]) -> dict[str, Array]:
    return {role: _read_only(value) for role, value in parameters.items()}


register(
    Operation(
        name="custom",
        stem="custom",
        arity=1,
        output_shape=_output_shape,
        parameters=_parameters,
        forward=_forward,
        backward=_backward,
        inference=_inference,
        advance=_advance,
        attributes={"layer": _layer},
        multiply_adds=lambda attributes, shapes: int(attributes["layer"].multiply_adds(shapes[0])),
        window=lambda attributes, shape: attributes["layer"].window(shape),
        has_kernel=False,
    )
)
