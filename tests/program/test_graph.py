"""The Program: names, shapes, parameters, and every refusal."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
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
        "Program: loss must be one of ('softmax_cross_entropy', 'mean_squared_error', None); got 'hinge'",
        loss="hinge",
    )
    refused(ArgumentError, "Program: there must be at least one node; got none", nodes=())
    refused(DtypeError, "Program: nodes must be a tuple of Node; got Node(", nodes=DENSE)
    refused(DtypeError, "Program: nodes must be a tuple of Node; got ('linear',)", nodes=("linear",))
    sentence = "Program: input_shape[0] must be a whole number >= 1; got "
    refused(ArgumentError, f"{sentence}0", input_shape=(0,))
    refused(DtypeError, f"{sentence}4.0 of type float", input_shape=(4.0, 4, 1))
    refused(ShapeError, "Program: input_shape must be (n_H, n_W, n_C) or (n,); got ()", input_shape=())
    refused(
        DtypeError,
        "Program: input_shape must be a tuple of whole numbers, (n_H, n_W, n_C) or (n,); got 4",
        input_shape=4,
    )
    refused(
        ArgumentError,
        "Program: node 'Z': operation must be one of ['add', 'average_pool', 'batch_norm', 'conv', 'custom', "
        "'flatten', 'global_average_pool', 'linear', 'max_pool', 'relu']; got 'dropout'",
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
        "Program: node 'Z': linear: the input must be flat, of shape (n_C_prev,); got shape (4, 4, 1) ",
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
    assert program.trained == program.parameters
    assert program.input_shapes(program.nodes[2]) == ((6, 5, 3), (6, 5, 3))


def test_roles_of_names_that_begin_alike() -> None:
    program = graph(conv("X", "a"), conv("a", "a.b"), *head("a.b"))
    assert program.roles(program.nodes[0]) == {"W": "a.W", "b": "a.b"}
    assert program.roles(program.nodes[1]) == {"W": "a.b.W", "b": "a.b.b"}


def test_states_are_parameters_that_are_not_trained() -> None:
    nodes = (Node("batch_norm", ("X",), "n"), Node("linear", ("n",), "Z", {"n_C": 3}))
    program = Program((4,), nodes)
    assert list(program.parameters) == [
        *("n.gamma", "n.beta", "n.running_mean", "n.running_variance"),
        *("Z.W", "Z.b"),
    ]
    assert list(program.trained) == ["n.gamma", "n.beta", "Z.W", "Z.b"]


def test_inputs_of_two_shapes_are_named() -> None:
    with pytest.raises(
        ShapeError,
        match=r"^Program: node 'sum' \(of 'v' and 'X'\): add: both inputs must have one shape; "
        r"got \(6, 5, 3\) and \(6, 5, 2\)$",
    ):
        graph(conv("X", "v"), Node("add", ("v", "X"), "sum"), *head("sum"))


def test_shapes_and_parameters_cannot_be_changed() -> None:
    program = graph(conv("X", "v"), *head("v"))
    with pytest.raises(TypeError, match="does not support item assignment"):
        program.shapes["v"] = (1,)  # type: ignore[index]
    with pytest.raises(TypeError, match="does not support item assignment"):
        program.parameters["v.W"] = None  # type: ignore[index]


@pytest.mark.parametrize(
    "name", ["X", "loss", "update", "output", "d:a", "", "1a", ".a", "a b", "a\n", "a-b", "\u00e9", 3, None]
)
def test_names_that_a_plan_could_mistake_are_refused(name: Any) -> None:
    refused(
        ArgumentError,
        f"Program: node {name!r}: output must be a name of letters, digits, _ and dots that begins with a letter or _, "
        f"and none of ('X', 'loss', 'output', 'update'); got {name!r}",
        nodes=(Node("relu", ("X",), name),),
    )


@pytest.mark.parametrize("name", ["a", "_", "conv1", "a.b", "d", "X1", "loss_1", "Update"])
def test_names_that_are_taken(name: str) -> None:
    assert Program((4,), (Node("relu", ("X",), name),)).output == name


@pytest.mark.parametrize("inputs", ["X", None, ("X", 1), {"X"}])
def test_inputs_must_be_names(inputs: Any) -> None:
    refused(
        DtypeError,
        f"Program: node 'Z': inputs must be a tuple of names of values; got {inputs!r}",
        nodes=(Node("relu", inputs, "Z"),),
    )


@pytest.mark.parametrize(
    ("operation", "attributes", "error", "sentence"),
    [
        (
            "max_pool",
            {"f": 3, "stride": 1, "pad": 1},
            ArgumentError,
            "the attributes of max_pool must be f, stride; got f, stride, pad",
        ),
        (
            "average_pool",
            {"f": 3},
            ArgumentError,
            "the attributes of average_pool must be f, stride; got f",
        ),
        (
            "conv",
            {"n_C": 2, "f": 3, "stride": 1, "padding": 1},
            ArgumentError,
            "the attributes of conv must be n_C, f, stride, pad, bias (pad, bias may be left out); "
            "got n_C, f, stride, padding",
        ),
        ("linear", {}, ArgumentError, "the attributes of linear must be n_C; got none"),
        ("relu", {"n_C": 2}, ArgumentError, "the attributes of relu must be none; got n_C"),
        ("relu", None, DtypeError, "attributes must be a dict of names and values; got a NoneType"),
        ("linear", {"n_C": 0}, ArgumentError, "n_C must be a whole number >= 1; got 0"),
        ("linear", {"n_C": -3}, ArgumentError, "n_C must be a whole number >= 1; got -3"),
        ("linear", {"n_C": "2"}, DtypeError, "n_C must be a whole number >= 1; got '2' of type str"),
        ("max_pool", {"f": 0, "stride": 1}, ArgumentError, "f must be a whole number >= 1; got 0"),
        (
            "max_pool",
            {"f": 2, "stride": (1, 1, 1)},
            ShapeError,
            "stride must be an int or a pair (vertical, horizontal); got 3 values: (1, 1, 1)",
        ),
        (
            "batch_norm",
            {"epsilon": 0},
            ArgumentError,
            "epsilon must be a finite number, 0 < epsilon; got 0.0",
        ),
        (
            "batch_norm",
            {"momentum": 1.5},
            ArgumentError,
            "momentum must be a finite number, 0 < momentum <= 1",
        ),
        (
            "global_average_pool",
            {"f": 2},
            ArgumentError,
            "the attributes of global_average_pool must be none",
        ),
        (
            "conv",
            {"n_C": 2, "f": 3, "stride": 1, "bias": 1},
            DtypeError,
            "bias must be True or False; got 1 of",
        ),
        (
            "conv",
            {"n_C": 2, "f": 3, "stride": 1, "pad": "full"},
            ArgumentError,
            'pad must be an int, a pair, "same" or "valid"; got \'full\'',
        ),
    ],
)
def test_attributes_are_those_of_the_row(
    operation: str, attributes: Any, error: type[Exception], sentence: str
) -> None:
    node = Node(operation, ("X",), "p", attributes)
    refused(error, f"Program: node 'p': {sentence}", input_shape=(6, 6, 1), nodes=(node,), loss=None)


def test_shapes_are_checked_without_a_loss() -> None:
    nodes = (Node("max_pool", ("X",), "p", {"f": 5, "stride": 1}),)
    refused(
        ShapeError,
        "Program: node 'p': max_pool: the pooling window must not be larger than the image, f <= n_prev: "
        "got f=(5, 5) on an image of 4x4",
        input_shape=(4, 4, 1),
        nodes=nodes,
        loss=None,
    )


def test_nodes_are_kept_in_one_form() -> None:
    given = {"n_C": np.int64(2), "f": [3, 2], "stride": 1}
    program = Program(
        [np.int64(6), 6, 1],  # type: ignore[arg-type]
        [Node("conv", ["X"], "v", given)],  # type: ignore[arg-type]
        loss=None,
    )
    assert program.input_shape == (6, 6, 1)
    (node,) = program.nodes
    window = {"f": (3, 2), "stride": (1, 1), "pad": ((0, 0), (0, 0))}
    assert node == Node("conv", ("X",), "v", {"n_C": 2, **window, "bias": True})
    assert [type(n) for n in (program.input_shape[0], node.attributes["n_C"])] == [int, int]
    assert dataclasses.replace(program, dtype="float64").nodes == program.nodes
    given["n_C"] = 5
    assert node.attributes["n_C"] == 2
    with pytest.raises(TypeError, match="does not support item assignment"):
        node.attributes["n_C"] = 5  # type: ignore[index]
