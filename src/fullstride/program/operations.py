"""The rows of the table of operations."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from fullstride import checks, steps
from fullstride.errors import ShapeError
from fullstride.geometry import Pair, hyperparameter_pad, pair, whole_number
from fullstride.program.table import (
    Array,
    Attributes,
    Check,
    Operation,
    ParameterSpec,
    Shape,
    register,
    window_of,
)

N_C: dict[str, Check] = {"n_C": lambda value, where: whole_number(value, where, "n_C", 1)}
WINDOW: dict[str, Check] = {
    "f": lambda value, where: pair(value, where, "f", 1),
    "stride": lambda value, where: pair(value, where, "stride", 1),
}


def _image(operation: str, shape: Shape) -> None:
    if len(shape) != 3:
        raise ShapeError(
            f"{operation}: the input must be an image of shape (n_H, n_W, n_C); got shape {shape}"
        )


# --- convolution ------------------------------------------------------------------------------------------------------


def _conv_shape(attributes: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    _image("conv", shapes[0])
    _, size = window_of(attributes, shapes[0], "conv")
    return (*size, attributes["n_C"])


def _conv_parameters(attributes: Attributes, shapes: tuple[Shape, ...]) -> dict[str, ParameterSpec]:
    window, _ = window_of(attributes, shapes[0], "conv")
    n_C_prev, n_C = shapes[0][2], attributes["n_C"]
    W = ParameterSpec((*window.f, n_C_prev, n_C), prod(window.f) * n_C_prev)
    return {"W": W, "b": ParameterSpec((1, 1, 1, n_C), 0)} if attributes["bias"] else {"W": W}


def _hparameters(attributes: Attributes) -> dict[str, Any]:
    return {"stride": attributes["stride"], "pad": attributes["pad"]}


def _conv_forward(
    inputs: tuple[Array, ...], parameters: Mapping[str, Array], attributes: Attributes
) -> tuple[Array, Any]:
    W = parameters["W"]
    b = parameters["b"] if attributes["bias"] else np.zeros((1, 1, 1, W.shape[3]), W.dtype)
    return steps.conv_forward(inputs[0], W, b, _hparameters(attributes))


def _conv_backward(
    dZ: Array, cache: Any, attributes: Attributes
) -> tuple[tuple[Array, ...], dict[str, Array]]:
    dA_prev, dW, db = steps.conv_backward(dZ, cache)
    return (dA_prev,), {"W": dW, "b": db} if attributes["bias"] else {"W": dW}


def _conv_multiply_adds(attributes: Attributes, shapes: tuple[Shape, ...]) -> int:
    return prod(_conv_shape(attributes, shapes)) * _conv_parameters(attributes, shapes)["W"].fan_in


def _window(attributes: Attributes, shape: Shape) -> tuple[Pair, Pair]:
    window, _ = window_of(attributes, shape, "window")
    return window.f, window.stride


register(
    Operation(
        name="conv",
        stem="convolution",
        arity=1,
        output_shape=_conv_shape,
        parameters=_conv_parameters,
        forward=_conv_forward,
        backward=_conv_backward,
        attributes={
            **N_C,
            **WINDOW,
            "pad": hyperparameter_pad,
            "bias": lambda value, where: checks.flag(value, where, "bias"),
        },
        defaults={"pad": 0, "bias": True},
        multiply_adds=_conv_multiply_adds,
        window=_window,
    )
)


# --- pooling ----------------------------------------------------------------------------------------------------------


def _register_pool(mode: str) -> None:
    name = f"{mode}_pool"

    def output_shape(attributes: Attributes, shapes: tuple[Shape, ...]) -> Shape:
        _image(name, shapes[0])
        _, size = window_of(attributes, shapes[0], name, "pooling window")
        return (*size, shapes[0][2])

    def forward(
        inputs: tuple[Array, ...], _: Mapping[str, Array], attributes: Attributes
    ) -> tuple[Array, Any]:
        return steps.pool_forward(
            inputs[0], {"f": attributes["f"], "stride": attributes["stride"]}, mode=mode
        )

    def backward(dA: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
        return (steps.pool_backward(dA, cache, mode=mode),), {}

    register(
        Operation(name, "pooling", 1, output_shape, forward, backward, attributes=WINDOW, window=_window)
    )


_register_pool("max")
_register_pool("average")


def _global_pool_shape(_: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    _image("global_average_pool", shapes[0])
    return (shapes[0][2],)


def _global_pool_forward(
    inputs: tuple[Array, ...], _: Mapping[str, Array], __: Attributes
) -> tuple[Array, Any]:
    return steps.global_average_pool_forward(inputs[0])


def _global_pool_backward(dA: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    return (steps.global_average_pool_backward(dA, cache),), {}


register(
    Operation(
        name="global_average_pool",
        stem="pooling",
        arity=1,
        output_shape=_global_pool_shape,
        forward=_global_pool_forward,
        backward=_global_pool_backward,
        window=lambda _, shape: ((shape[0], shape[1]), (1, 1)),
    )
)


# --- batch normalization ----------------------------------------------------------------------------------------------


def _batch_norm_shape(_: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    if len(shapes[0]) not in (1, 3):
        raise ShapeError(
            f"batch_norm: the input must be an image of shape (n_H, n_W, n_C), or flat, of shape (n_C,); "
            f"got shape {shapes[0]}"
        )
    return shapes[0]


def _batch_norm_parameters(_: Attributes, shapes: tuple[Shape, ...]) -> dict[str, ParameterSpec]:
    shape = (*(1,) * len(shapes[0]), shapes[0][-1])  # (1, 1, 1, n_C) or (1, n_C)
    return {
        "gamma": ParameterSpec(shape, 0, initial=1.0),
        "beta": ParameterSpec(shape, 0),
        "running_mean": ParameterSpec(shape, 0, trained=False),
        "running_variance": ParameterSpec(shape, 0, initial=1.0, trained=False, least=0.0),
    }


def _batch_norm_forward(
    inputs: tuple[Array, ...], parameters: Mapping[str, Array], attributes: Attributes
) -> tuple[Array, Any]:
    return steps.batch_norm_forward(inputs[0], parameters["gamma"], parameters["beta"], attributes["epsilon"])


def _batch_norm_backward(dZ: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    dA_prev, dgamma, dbeta = steps.batch_norm_backward(dZ, cache)
    return (dA_prev,), {"gamma": dgamma, "beta": dbeta}


def _batch_norm_inference(
    inputs: tuple[Array, ...], parameters: Mapping[str, Array], attributes: Attributes
) -> Array:
    return steps.batch_norm_inference(
        inputs[0],
        parameters["gamma"],
        parameters["beta"],
        parameters["running_mean"],
        parameters["running_variance"],
        attributes["epsilon"],
    )


def _batch_norm_advance(
    cache: Any, parameters: Mapping[str, Array], attributes: Attributes
) -> dict[str, Array]:
    mean, variance = steps.running_statistics(
        cache, parameters["running_mean"], parameters["running_variance"], attributes["momentum"]
    )
    return {"running_mean": mean, "running_variance": variance}


register(
    Operation(
        name="batch_norm",
        stem="normalization",
        arity=1,
        output_shape=_batch_norm_shape,
        parameters=_batch_norm_parameters,
        forward=_batch_norm_forward,
        backward=_batch_norm_backward,
        inference=_batch_norm_inference,
        advance=_batch_norm_advance,
        attributes={
            "epsilon": lambda value, where: checks.positive_number(value, where, "epsilon"),
            "momentum": lambda value, where: checks.positive_number(value, where, "momentum", at_most=1),
        },
        defaults={"epsilon": 1e-5, "momentum": 0.1},
    )
)


# --- ReLU, flatten, addition ------------------------------------------------------------------------------------------


def _same_shape(_: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    return shapes[0]


def _relu_forward(inputs: tuple[Array, ...], _: Mapping[str, Array], __: Attributes) -> tuple[Array, Any]:
    return steps.relu_forward(inputs[0])


def _relu_backward(dA: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    return (steps.relu_backward(dA, cache),), {}


def _flatten_forward(inputs: tuple[Array, ...], _: Mapping[str, Array], __: Attributes) -> tuple[Array, Any]:
    return steps.flatten_forward(inputs[0])


def _flatten_backward(dA: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    return (steps.flatten_backward(dA, cache),), {}


def _add_shape(_: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    if shapes[0] != shapes[1]:
        raise ShapeError(f"add: both inputs must have one shape; got {shapes[0]} and {shapes[1]}")
    return shapes[0]


def _add_forward(inputs: tuple[Array, ...], _: Mapping[str, Array], __: Attributes) -> tuple[Array, Any]:
    return steps.add_forward(*inputs)


def _add_backward(dZ: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    return steps.add_backward(dZ, cache), {}


register(Operation("relu", "relu", 1, _same_shape, _relu_forward, _relu_backward))
register(
    Operation(
        "flatten", "flatten", 1, lambda _, shapes: (prod(shapes[0]),), _flatten_forward, _flatten_backward
    )
)
register(Operation("add", "addition", 2, _add_shape, _add_forward, _add_backward))


# --- fully connected --------------------------------------------------------------------------------------------------


def _linear_shape(attributes: Attributes, shapes: tuple[Shape, ...]) -> Shape:
    if len(shapes[0]) != 1:
        raise ShapeError(
            f"linear: the input must be flat, of shape (n_C_prev,); got shape {shapes[0]} (put Flatten() before Dense)"
        )
    return (attributes["n_C"],)


def _linear_parameters(attributes: Attributes, shapes: tuple[Shape, ...]) -> dict[str, ParameterSpec]:
    n_C_prev, n_C = shapes[0][0], attributes["n_C"]
    return {"W": ParameterSpec((n_C_prev, n_C), n_C_prev), "b": ParameterSpec((1, n_C), 0)}


def _linear_forward(
    inputs: tuple[Array, ...], parameters: Mapping[str, Array], _: Attributes
) -> tuple[Array, Any]:
    return steps.linear_forward(inputs[0], parameters["W"], parameters["b"])


def _linear_backward(dZ: Array, cache: Any, _: Attributes) -> tuple[tuple[Array, ...], dict[str, Array]]:
    dA_prev, dW, db = steps.linear_backward(dZ, cache)
    return (dA_prev,), {"W": dW, "b": db}


register(
    Operation(
        name="linear",
        stem="linear",
        arity=1,
        output_shape=_linear_shape,
        parameters=_linear_parameters,
        forward=_linear_forward,
        backward=_linear_backward,
        attributes=N_C,
        multiply_adds=lambda attributes, shapes: shapes[0][0] * attributes["n_C"],
    )
)
