"""Grad-CAM: which places of the last feature map speak for an output.

The network is cut in two at that map. The part before it only predicts, and any executor can run it; the part behind
it, a few small operations, is walked with the steps, forward and backward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.program import CustomLayer, Executor, Inputs, Node, ParameterStore, Program
from fullstride.program.graph import INPUT
from fullstride.program.table import Array

_POOLS = ("max_pool", "average_pool")


@dataclass(frozen=True)
class Cut:
    """A program in two parts.

    Attributes
    ----------
    value : str, the name of the last feature map
    before : Program, from the images to the map
    behind : Program, from the map to the outputs, without what makes probabilities of them
    """

    value: str
    before: Program
    behind: Program

    @property
    def without_gradient(self) -> CustomLayer | None:
        """The first layer behind the map that predicts with an `inference` of its own, or None.

        Its `backward` is the gradient of its `forward`; that of what it does in a prediction nobody has written.
        """
        layers = (node.attributes["layer"] for node in self.behind.nodes if node.operation == "custom")
        own = (layer for layer in layers if type(layer).inference is not CustomLayer.inference)
        return next(own, None)


def last_feature_map(program: Program) -> Cut | None:
    """Cut a program at its last feature map; None where it has none.

    That is the last image-shaped value that convolutions have made and that everything behind it is computed from
    alone: behind the normalization, the sum and the ReLU of the last convolution, before it is pooled or flattened.
    """
    chosen = None
    for k, node in enumerate(program.nodes[:-1]):
        earlier = {INPUT, *(other.output for other in program.nodes[:k])}
        alone = not any(earlier & {*later.inputs} for later in program.nodes[k + 1 :])
        is_map = len(program.shapes[node.output]) == 3
        convolved = any(other.operation == "conv" for other in program.nodes[: k + 1])
        if alone and is_map and convolved and (node.operation not in _POOLS or chosen is None):
            chosen = k
    if chosen is None:
        return None
    first, rest = program.nodes[: chosen + 1], program.nodes[chosen + 1 :]
    value = first[-1].output
    behind = tuple(
        replace(node, inputs=tuple(INPUT if name == value else name for name in node.inputs)) for node in rest
    )
    return Cut(
        value,
        replace(program, nodes=first, loss=None),
        replace(program, input_shape=program.shapes[value], nodes=behind, loss=None),
    )


def grad_cam(
    cut: Cut,
    values: Mapping[str, Array],
    executor_of: Callable[[ParameterStore], Executor],
    X: NDArray[Any],
    outputs: NDArray[np.int64],
    inputs: Inputs,
) -> NDArray[np.float64]:
    """The maps of images, at the size of the last feature map.

    Parameters
    ----------
    cut : Cut, whose `without_gradient` is None
    values : name -> parameter
    executor_of : makes what runs the part before the map, of its parameters
    X : ndarray of shape (m, n_H, n_W, n_C), as executors take it
    outputs : ndarray of shape (m,), which output is asked for of each image
    inputs : Inputs

    Returns
    -------
    ndarray of shape (m, n_H_map, n_W_map), float64, >= 0
        With A the map and Z_c the output, before any softmax: alpha_k = the mean over the places of dZ_c / dA_k, and
        L = ReLU(sum over the channels of alpha_k * A_k).

    Source
    ------
    R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization" (2017),
    equations 1 and 2.
    """
    executor = executor_of(_store(cut.before, values))
    try:
        A = executor.forward(X, inputs)
    finally:
        executor.close()
    dA = _gradient(cut.behind, values, A, outputs)
    alpha = dA.astype(np.float64).mean(axis=(1, 2), keepdims=True)
    return np.asarray(np.maximum((alpha * A).sum(axis=-1), 0.0))


def _store(program: Program, values: Mapping[str, Array]) -> ParameterStore:
    store = ParameterStore(program)
    for name, value in store.values.items():
        value[...] = values[name]
    return store


def _gradient(program: Program, values: Mapping[str, Array], A: Array, outputs: NDArray[np.int64]) -> Array:
    """dZ_c / dA in a prediction, for the output c that is asked for of each image."""
    found: dict[str, Array] = {INPUT: A}
    caches: dict[str, Any] = {}
    for node in program.nodes:
        given, parameters = tuple(found[name] for name in node.inputs), _parameters(program, values, node)
        if node.operation == "batch_norm":
            found[node.output] = node.row.predicted(given, parameters, node.attributes)
        else:  # its backward is the gradient of what it predicts: see `Cut.without_gradient`
            assert node.row.inference is None or node.operation == "custom", node.operation
            found[node.output], caches[node.output] = node.row.forward(given, parameters, node.attributes)
    dZ = np.zeros_like(found[program.output])
    dZ[np.arange(len(dZ)), outputs] = 1
    gradients = {program.output: dZ}
    for node in reversed(program.nodes):
        dY = gradients[node.output]
        if node.output in caches:
            d_inputs, _ = node.row.backward(dY, caches[node.output], node.attributes)
        else:
            d_inputs = (dY * _slope(node, _parameters(program, values, node)),)
        for name, gradient in zip(node.inputs, d_inputs, strict=True):
            gradients[name] = gradients[name] + gradient if name in gradients else gradient
    return gradients[INPUT]


def _slope(node: Node, parameters: Mapping[str, Array]) -> Array:
    """What `batch_norm` multiplies by in a prediction, where its statistics are constants."""
    variance = parameters["running_variance"] + parameters["gamma"].dtype.type(node.attributes["epsilon"])
    return np.asarray(parameters["gamma"] / np.sqrt(variance))


def _parameters(program: Program, values: Mapping[str, Array], node: Node) -> dict[str, Array]:
    return {role: values[name] for role, name in program.roles(node).items()}
