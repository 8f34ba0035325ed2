"""The Program: operations over named values, in the order in which they run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.geometry import whole_number
from fullstride.lazy import cached_property
from fullstride.program.table import OPERATIONS, Operation, ParameterSpec, Shape

INPUT = "X"
LOSSES = ("softmax_cross_entropy", "mean_squared_error", None)
RESERVED = (INPUT, "loss", "output", "update")
"""Names of a plan's own parts."""
NAME = re.compile("[A-Za-z_][A-Za-z0-9_.]*")


@dataclass(frozen=True)
class Node:
    """One operation: `output = operation(*inputs)`.

    Parameters
    ----------
    operation : str
        A name in the table of operations.
    inputs : tuple of str
        Names of values; "X" is the program's input.
    output : str
        The name of the value that it makes, of letters, digits, _ and dots; also the prefix of its parameters'
        names, `<output>.W`.
    attributes : mapping, optional
        Hyperparameters: those that the operation's row names.
    """

    operation: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> Operation:
        return OPERATIONS[self.operation]


@dataclass(frozen=True)
class Program:
    """A graph of operations with one input, one output, and a loss on the output.

    Parameters
    ----------
    input_shape : tuple of int
        Of one image, (n_H, n_W, n_C), or (n,).
    nodes : tuple of Node
        In the order in which they run: a node's inputs are "X" or outputs of earlier nodes.
    loss : "softmax_cross_entropy", "mean_squared_error" or None
        Of the last node's output: with class labels, or with as many numbers as it has.
    dtype : "float32" or "float64"
    exact : bool
        Whether each convolution adds up its products as they stand; else those of many channels with 3x3 filters may be
        Winograd's, which multiplies less and rounds a little differently.

    Raises
    ------
    ArgumentError, DtypeError, ShapeError
        Where a node is not what its row wants, or does not fit; the message names it.

    Notes
    -----
    The program keeps its nodes in one form: inputs in tuples, and every attribute as its row's check gives it.

    Examples
    --------
    A node with two inputs:

    >>> program = Program((4, 4, 1), (
    ...     Node("conv", ("X",), "left", {"n_C": 2, "f": 3, "stride": 1, "pad": 1}),
    ...     Node("conv", ("X",), "right", {"n_C": 2, "f": 1, "stride": 1, "pad": 0}),
    ...     Node("add", ("left", "right"), "sum"),
    ...     Node("flatten", ("sum",), "flat"),
    ...     Node("linear", ("flat",), "Z", {"n_C": 10}),
    ... ))
    >>> program.shapes["sum"], program.parameters["left.W"].shape
    ((4, 4, 2), (3, 3, 1, 2))
    """

    input_shape: Shape
    nodes: tuple[Node, ...]
    loss: str | None = "softmax_cross_entropy"
    dtype: str = "float32"
    exact: bool = False

    def __post_init__(self) -> None:
        if self.dtype not in ("float32", "float64"):
            raise ArgumentError(f'Program: dtype must be "float32" or "float64"; got {self.dtype!r}')
        if self.loss not in LOSSES:
            raise ArgumentError(f"Program: loss must be one of {LOSSES}; got {self.loss!r}")
        if not isinstance(self.input_shape, (tuple, list)):
            raise DtypeError(
                f"Program: input_shape must be a tuple of whole numbers, (n_H, n_W, n_C) or (n,); "
                f"got {self.input_shape!r}"
            )
        if not self.input_shape:
            raise ShapeError("Program: input_shape must be (n_H, n_W, n_C) or (n,); got ()")
        sizes = enumerate(self.input_shape)
        shape = tuple(whole_number(size, "Program", f"input_shape[{axis}]", 1) for axis, size in sizes)
        object.__setattr__(self, "input_shape", shape)
        if not isinstance(self.nodes, (tuple, list)) or not all(isinstance(n, Node) for n in self.nodes):
            raise DtypeError(f"Program: nodes must be a tuple of Node; got {self.nodes!r}")
        if not self.nodes:
            raise ArgumentError("Program: there must be at least one node; got none")
        object.__setattr__(self, "nodes", tuple(_checked(node) for node in self.nodes))
        values = {INPUT}
        for node in self.nodes:
            for name in node.inputs:
                if name not in values:
                    raise ArgumentError(
                        f"Program: node {node.output!r}: every input must be made by an earlier node; "
                        f"got {name!r}, known are {sorted(values)}"
                    )
            if node.output in values:
                raise ArgumentError(f"Program: a value is made once; got a second node for {node.output!r}")
            values.add(node.output)
        for name in values - {self.output}:
            if not self.consumers(name):
                raise ArgumentError(f"Program: every value but the last must be used; got {name!r} unused")
        shape = self.shapes[self.output]  # refuses what does not fit
        if self.loss is not None and len(shape) != 1:
            what = "class" if self.loss == "softmax_cross_entropy" else "target"
            raise ShapeError(
                f"Program: the loss needs one number a {what}, an output of shape (n,); got {shape} "
                "(end with Flatten() and Dense(n))"
            )

    @property
    def output(self) -> str:
        """The name of the last node's value."""
        return self.nodes[-1].output

    def consumers(self, value: str) -> list[Node]:
        """The nodes that read a value, in order."""
        return [node for node in self.nodes if value in node.inputs]

    def input_shapes(self, node: Node) -> tuple[Shape, ...]:
        return tuple(self.shapes[name] for name in node.inputs)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of one image of every value."""
        shapes: dict[str, Shape] = {INPUT: self.input_shape}
        for node in self.nodes:
            inputs = tuple(shapes[name] for name in node.inputs)
            try:
                shapes[node.output] = node.row.output_shape(node.attributes, inputs)
            except ShapeError as error:
                several = f" (of {' and '.join(map(repr, node.inputs))})" if len(inputs) > 1 else ""
                raise ShapeError(f"Program: node {node.output!r}{several}: {error}") from None
        return MappingProxyType(shapes)

    @cached_property
    def multiply_adds(self) -> int:
        """Of the forward pass of one image."""
        return sum(node.row.multiply_adds(node.attributes, self.input_shapes(node)) for node in self.nodes)

    @cached_property
    def parameters(self) -> Mapping[str, ParameterSpec]:
        """Every parameter, `<node>.<role>`, in the order of the nodes."""
        return MappingProxyType(
            {
                f"{node.output}.{role}": spec
                for node in self.nodes
                for role, spec in node.row.parameters(node.attributes, self.input_shapes(node)).items()
            }
        )

    @cached_property
    def trained(self) -> Mapping[str, ParameterSpec]:
        """Those of the parameters that learn from a gradient; the others are states."""
        return MappingProxyType({name: spec for name, spec in self.parameters.items() if spec.trained})

    def roles(self, node: Node) -> dict[str, str]:
        """A node's parameters, states among them: role -> name."""
        specs = node.row.parameters(node.attributes, self.input_shapes(node))
        return {role: f"{node.output}.{role}" for role in specs}


def _checked(node: Node) -> Node:
    """The node in its one form, by itself: whether it fits the others is the program's to check."""
    where, known = f"Program: node {node.output!r}", sorted(OPERATIONS)
    if not isinstance(node.output, str) or not NAME.fullmatch(node.output) or node.output in RESERVED:
        raise ArgumentError(
            f"{where}: output must be a name of letters, digits, _ and dots that begins with a letter or _, "
            f"and none of {RESERVED}; got {node.output!r}"
        )
    if node.operation not in known:
        raise ArgumentError(f"{where}: operation must be one of {known}; got {node.operation!r}")
    if not isinstance(node.inputs, (tuple, list)) or not all(isinstance(name, str) for name in node.inputs):
        raise DtypeError(f"{where}: inputs must be a tuple of names of values; got {node.inputs!r}")
    if len(node.inputs) != node.row.arity:
        raise ArgumentError(
            f"{where}: {node.operation} takes {node.row.arity} inputs; got {len(node.inputs)}"
        )
    attributes = MappingProxyType(node.row.checked(node.attributes, where))
    return replace(node, inputs=tuple(node.inputs), attributes=attributes)
