"""The Program: names, shapes, parameters, and every refusal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fullstride.errors import ArgumentError, ShapeError
from fullstride.program import Node, Program
from tests.support.programs import CLASSES, conv, graph, head

DENSE = Node("linear", ("X",), "Z", {"n_C": 3})


def refused(error: type[Exception], sentence: str, **arguments: Any) -> None:
    with pytest.raises(error, match=f"^{re.escape(sentence)}"):
        Program(**{"input_shape": (4,), "nodes": (DENSE,), **arguments})


def test_refusals() -> None:
    refused(ArgumentError, 'Program: dtype must be "float32" or "float64"; got \'float16\'', dtype="float16")
    refused(
        ArgumentError,
        "Program: loss must be one of ('softmax_cross_entropy', None); got 'hinge'",
        loss="hinge",
    )
    refused(ArgumentError, "Program: there must be at least one node; got none", nodes=())
    sentence = "Program: every size of the input must be at least 1; got "
    refused(ShapeError, f"{sentence}(0,)", input_shape=(0,))
    refused(ShapeError, f"{sentence}()", input_shape=())
    refused(
        ArgumentError,
        "Program: node 'Z': operation must be one of ['add', 'average_pool', 'conv', 'flatten', 'linear', "
        "'max_pool', 'relu']; got 'dropout'",
        nodes=(Node("dropout", ("X",), "Z"),),
    )
    refused(
        ArgumentError,
        "Program: node 'Z': add takes 2 inputs; got 1",
        nodes=(Node("add", ("X",), "Z"),),
    )
    refused(
        ArgumentError,
        "Program: node 'Z': every input must be made by an earlier node; got 'later', known are ['X']",
        nodes=(Node("relu", ("later",), "Z"),),
    )
    refused(
        ArgumentError,
        "Program: a value is made once; got a second node for 'Z'",
        nodes=(DENSE, Node("relu", ("Z",), "Z")),
    )
    refused(
        ArgumentError,
        "Program: a value is made once; got a second node for 'X'",
        nodes=(Node("relu", ("X",), "X"),),
    )
    refused(
        ArgumentError,
        "Program: every value but the last must be used; got 'Z' unused",
        nodes=(DENSE, Node("relu", ("X",), "a")),
    )
    refused(
        ShapeError,
        "Program: the loss needs one number a class, an output of shape (n,); got (4, 4, 2) "
        "(end with Flatten() and Dense(n))",
        input_shape=(4, 4, 1),
        nodes=(conv("X", "Z", n_C=2),),
    )
    refused(
        ShapeError,
        "layer Z: linear: the input must be flat, of shape (n_C_prev,); got shape (4, 4, 1) ",
        input_shape=(4, 4, 1),
    )


def test_shapes_of_a_graph() -> None:
    program = graph(
        conv("X", "left"), conv("X", "right", f=1, pad=0), Node("add", ("left", "right"), "sum"), *head("sum")
    )
    assert dict(program.shapes) == {
        "X": (6, 5, 2),
        "left": (6, 5, 3),
        "right": (6, 5, 3),
        "sum": (6, 5, 3),
        "flat": (90,),
        "Z": (CLASSES,),
    }
    assert {name: spec.shape for name, spec in program.parameters.items()} == {
        "left.W": (3, 3, 2, 3),
        "left.b": (1, 1, 1, 3),
        "right.W": (1, 1, 2, 3),
        "right.b": (1, 1, 1, 3),
        "Z.W": (90, CLASSES),
        "Z.b": (1, CLASSES),
    }
    assert {name: spec.fan_in for name, spec in program.parameters.items() if spec.fan_in} == {
        "left.W": 18,
        "right.W": 2,
        "Z.W": 90,
    }
    assert program.output == "Z"
    assert [node.output for node in program.consumers("X")] == ["left", "right"]
    assert program.roles(program.nodes[0]) == {"W": "left.W", "b": "left.b"}
    assert program.roles(program.nodes[2]) == {}
    assert program.input_shapes(program.nodes[2]) == ((6, 5, 3), (6, 5, 3))


def test_roles_of_names_that_begin_alike() -> None:
    program = graph(conv("X", "a"), conv("a", "a.b"), *head("a.b"))
    assert program.roles(program.nodes[0]) == {"W": "a.W", "b": "a.b"}
    assert program.roles(program.nodes[1]) == {"W": "a.b.W", "b": "a.b.b"}


def test_shapes_and_parameters_cannot_be_changed() -> None:
    program = graph(conv("X", "v"), *head("v"))
    with pytest.raises(TypeError, match="does not support item assignment"):
        program.shapes["v"] = (1,)  # type: ignore[index]
    with pytest.raises(TypeError, match="does not support item assignment"):
        program.parameters["v.W"] = None  # type: ignore[index]
