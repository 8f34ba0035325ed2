"""Layers to a Program."""

from __future__ import annotations

from typing import Any

import pytest

from fullstride.errors import ArgumentError, ShapeError
from fullstride.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    ReLU,
    Residual,
)
from fullstride.program import lower


def test_a_chain() -> None:
    layers = [
        Conv(4, 3, pad="same"),
        ReLU(),
        MaxPool(2),
        Conv(6, 3),
        ReLU(),
        AveragePool(2, 1),
        Flatten(),
        Dense(3),
    ]
    program = lower(layers, (8, 9, 2), dtype="float64")
    assert [(node.operation, node.inputs, node.output) for node in program.nodes] == [
        ("conv", ("X",), "conv1"),
        ("relu", ("conv1",), "relu1"),
        ("max_pool", ("relu1",), "max_pool1"),
        ("conv", ("max_pool1",), "conv2"),
        ("relu", ("conv2",), "relu2"),
        ("average_pool", ("relu2",), "average_pool1"),
        ("flatten", ("average_pool1",), "flatten1"),
        ("linear", ("flatten1",), "dense1"),
    ]
    assert (program.dtype, program.loss) == ("float64", "softmax_cross_entropy")
    assert program.shapes["conv1"] == (8, 9, 4)
    assert program.shapes["conv2"] == (2, 2, 6)
    assert program.shapes["dense1"] == (3,)
    assert program.nodes[0].attributes == {
        "n_C": 4,
        "f": (3, 3),
        "stride": (1, 1),
        "pad": "same",
        "bias": True,
    }


def nodes(*layers: Layer, shape: tuple[int, ...] = (4, 4, 2)) -> list[tuple[str, tuple[str, ...]]]:
    return [(node.output, node.inputs) for node in lower(layers, shape).nodes]


def test_a_residual_block_and_its_shortcut() -> None:
    block = Residual(Conv(4, 3, stride=2, pad=1, bias=False), BatchNorm(), shortcut=[Conv(4, 1, stride=2)])
    assert nodes(block, ReLU(), Residual(BatchNorm()), GlobalAveragePool(), Dense(3)) == [
        ("conv1", ("X",)),
        ("batch_norm1", ("conv1",)),
        ("conv2", ("X",)),
        ("add1", ("batch_norm1", "conv2")),
        ("relu1", ("add1",)),
        ("batch_norm2", ("relu1",)),
        ("add2", ("batch_norm2", "relu1")),
        ("global_average_pool1", ("add2",)),
        ("dense1", ("global_average_pool1",)),
    ]


def test_three_branches_are_added_from_the_left() -> None:
    assert nodes(Add([ReLU()], (), [ReLU(), ReLU()]), Flatten(), Dense(3)) == [
        ("relu1", ("X",)),
        ("relu2", ("X",)),
        ("relu3", ("relu2",)),
        ("add1", ("relu1", "X")),
        ("add2", ("add1", "relu3")),
        ("flatten1", ("add2",)),
        ("dense1", ("flatten1",)),
    ]


def test_branches_within_branches() -> None:
    inner = Residual(ReLU())
    assert nodes(Flatten(), Residual(Dense(32), inner, shortcut=[inner]), Dense(3)) == [
        ("flatten1", ("X",)),
        ("dense1", ("flatten1",)),
        ("relu1", ("dense1",)),
        ("add1", ("relu1", "dense1")),
        ("relu2", ("flatten1",)),
        ("add2", ("relu2", "flatten1")),
        ("add3", ("add1", "add2")),
        ("dense2", ("add3",)),
    ]


def test_branches_of_two_shapes_are_refused_with_both() -> None:
    with pytest.raises(
        ShapeError,
        match=r"^Network: layer 'add1' \(of 'batch_norm1' and 'X'\): add: both inputs must have one shape; "
        r"got \(2, 2, 4\) and \(4, 4, 2\)$",
    ):
        nodes(Residual(Conv(4, 3, stride=2, pad=1), BatchNorm()), Flatten(), Dense(3))


def test_a_shape_may_be_a_list() -> None:
    assert lower([Dense(3)], [4]).input_shape == (4,)  # type: ignore[arg-type]


def test_no_layer_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^Network: there must be at least one layer; got none$"):
        lower([], (4,))


@pytest.mark.parametrize("wrong", ["conv", None, Conv, ReLU])
def test_what_is_no_layer_is_refused(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^Network: every layer must be a fullstride layer .*; got "):
        lower([Dense(3), wrong], (4,))


def test_a_layer_that_does_not_fit_is_named() -> None:
    with pytest.raises(
        ShapeError, match=r"^Network: layer 'conv2': conv: the filter must not be larger than the image"
    ):
        lower([Conv(2, 3), ReLU(), Conv(2, 5), Flatten(), Dense(2)], (5, 5, 1))
