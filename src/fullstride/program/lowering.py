"""Layers to a Program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fullstride.errors import ArgumentError, ShapeError
from fullstride.layers import Layer
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.table import Shape


def lower(layers: Sequence[Layer], input_shape: Shape, dtype: str = "float32") -> Program:
    """The chain of `layers` as a Program; values are named by kind and number: conv1, relu1, conv2 ...

    Raises
    ------
    ShapeError
        Where a layer does not fit the one before it; the message names it.
    """
    if not layers:
        raise ArgumentError("Network: there must be at least one layer; got none")
    numbers: Counter[str] = Counter()
    nodes: list[Node] = []
    for layer in layers:
        if not isinstance(layer, Layer):
            raise ArgumentError(
                f"Network: every layer must be a fullstride layer such as Conv(8, 3); got {layer!r}"
            )
        numbers[layer.kind] += 1
        operation, attributes = layer.operation()
        previous = nodes[-1].output if nodes else INPUT
        nodes.append(Node(operation, (previous,), f"{layer.kind}{numbers[layer.kind]}", attributes))
    try:
        return Program(input_shape, tuple(nodes), dtype=dtype)
    except ShapeError as error:  # who writes layers knows no nodes
        raise ShapeError(str(error).replace("Program: node", "Network: layer", 1)) from None
