"""The five networks that are measured."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from fullstride.bench.graph import Graph, Step
from fullstride.layers import Conv, Dense, Flatten, Layer, MaxPool, ReLU
from fullstride.network import Network
from fullstride.program import Program
from fullstride.program.graph import INPUT, Node
from fullstride.program.table import window_of

CLASSES = 10


def _lenet5() -> Network:
    return Network(
        *_conv(6, 5, 2), MaxPool(2), *_conv(16, 5, 0), MaxPool(2), *_head(120, 84), input_shape=(28, 28, 1)
    )


def _small() -> Network:
    return Network(
        *_conv(8, 3, 1), MaxPool(2), *_conv(16, 3, 1), MaxPool(2), *_head(), input_shape=(28, 28, 1)
    )


def _mid() -> Network:
    return Network(*_conv(32, 3, 0), *_conv(64, 3, 0), MaxPool(2), *_head(128), input_shape=(28, 28, 1))


def _vgg() -> Network:
    blocks: list[Layer] = []
    for widths in ((32, 32), (64, 64), (128,)):
        for n_C in widths:
            blocks += _conv(n_C, 3, 1)
        blocks.append(MaxPool(2))
    return Network(*blocks, *_head(128), input_shape=(32, 32, 3))


def _resnet20() -> Network:
    architectures = importlib.import_module("fullstride.architectures")
    network: Network = architectures.resnet20((32, 32, 3), CLASSES)
    return network


def _conv(n_C: int, f: int, pad: int) -> list[Layer]:
    return [Conv(n_C, f, pad=pad), ReLU()]


def _head(*widths: int) -> list[Layer]:
    hidden = [layer for n_C in widths for layer in (Dense(n_C), ReLU())]
    return [Flatten(), *hidden, Dense(CLASSES)]


NETWORKS: dict[str, Callable[[], Network]] = {
    "lenet5": _lenet5,
    "small": _small,
    "mid": _mid,
    "vgg": _vgg,
    "resnet20": _resnet20,
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
    trained = list(getattr(program, "trained", parameters))
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
