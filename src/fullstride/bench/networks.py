"""The five networks that are measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fullstride.architectures import lenet5, resnet20, small, vgg
from fullstride.bench.graph import Graph, Step
from fullstride.layers import Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.network import Network
from fullstride.program import Program
from fullstride.program.graph import INPUT, Node
from fullstride.program.table import Shape, window_of

CLASSES = 10


def _mid(input_shape: Shape, classes: int) -> Network:
    """Two convolutions without padding, and most of the work in the second."""
    return Network(
        *(Conv(32, 3), ReLU(), Conv(64, 3), ReLU(), MaxPool(2)),
        *(Flatten(), Dense(128), ReLU(), Dense(classes)),
        input_shape=input_shape,
    )


NETWORKS: dict[str, Callable[[], Network]] = {
    "lenet5": partial(lenet5, (28, 28, 1), CLASSES),
    "small": partial(small, (28, 28, 1), CLASSES),
    "mid": partial(_mid, (28, 28, 1), CLASSES),
    "vgg": partial(vgg, (32, 32, 3), CLASSES),
    "resnet20": partial(resnet20, (32, 32, 3), CLASSES),
}


def graph_of(program: Program) -> Graph:
    """A program as plain data.

    >>> graph = graph_of(NETWORKS["small"]().program)
    >>> graph.steps[2].operation, graph.steps[2].shape, graph.parameters["dense1.W"]
    ('max_pool', [14, 14, 8], [784, 10])
    """
    steps = [
        Step(
            node.operation,
            list(node.inputs),
            node.output,
            list(program.shapes[node.output]),
            _options(node, program),
        )
        for node in program.nodes
    ]
    parameters = {name: list(spec.shape) for name, spec in program.parameters.items()}
    trained = list(program.trained)
    forward, training = _multiply_adds(program)
    return Graph(list(program.input_shape), steps, parameters, trained, forward, training)


def _options(node: Node, program: Program) -> dict[str, Any]:
    if "f" not in node.attributes:
        return {name: value for name, value in node.attributes.items() if isinstance(value, (int, float))}
    window, _ = window_of(node.attributes, program.input_shapes(node)[0], node.output)
    return {"f": list(window.f), "stride": list(window.stride), "pad": [list(pads) for pads in window.pad]}


def _multiply_adds(program: Program) -> tuple[int, int]:
    """Of one image: forward; and forward, dW, and dA where a parameter below asks for it."""
    forward = training = 0
    learning = {INPUT: False}
    for node in program.nodes:
        count = node.row.multiply_adds(node.attributes, program.input_shapes(node))
        below = any(learning[name] for name in node.inputs)
        learning[node.output] = below or bool(program.roles(node))
        forward += count
        training += count * (1 + bool(program.roles(node)) + below)
    return forward, training
