"""Small programs of every form that a compiler of programs must get right."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

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
from fullstride.program import Node, ParameterStore, Program, lower

CLASSES = 5


def chain(*layers: Layer, shape: tuple[int, ...] = (8, 7, 2)) -> Program:
    return lower(layers, shape)


def conv(source: str, name: str, n_C: int = 3, f: Any = 3, stride: Any = 1, pad: Any = 1) -> Node:
    return Node("conv", (source,), name, {"n_C": n_C, "f": f, "stride": stride, "pad": pad})


def pool(source: str, name: str, mode: str = "max", f: Any = 2, stride: Any = 2) -> Node:
    return Node(f"{mode}_pool", (source,), name, {"f": f, "stride": stride})


def head(source: str) -> tuple[Node, ...]:
    return Node("flatten", (source,), "flat"), Node("linear", ("flat",), "Z", {"n_C": CLASSES})


def graph(*nodes: Node, shape: tuple[int, ...] = (6, 5, 2)) -> Program:
    return Program(shape, nodes)


OUT = (Flatten(), Dense(CLASSES))

PROGRAMS = {
    "pooling first": chain(MaxPool(2), Conv(5, 3, pad=1), ReLU(), *OUT),
    "two convolutions without a pool": chain(Conv(4, 3), Conv(3, 2, pad=1), *OUT),
    "stride 2": chain(Conv(3, 3, stride=2, pad=1), ReLU(), Conv(4, 3, stride=2), *OUT),
    "stride larger than the filter": chain(Conv(2, 1), Conv(3, 2, stride=3), ReLU(), *OUT),
    "average pooling": chain(Conv(3, 3), ReLU(), AveragePool(2), *OUT),
    "pad 2 with f 5": chain(Conv(4, 5, pad=2), ReLU(), MaxPool(2), Conv(3, 5, pad=2), ReLU(), *OUT),
    "same": chain(Conv(3, 4, pad="same"), ReLU(), Conv(2, (2, 3), stride=2, pad="same"), *OUT),
    "Dense only": chain(Dense(17), ReLU(), Dense(CLASSES), shape=(9,)),
    "one Dense": chain(Dense(CLASSES), shape=(3,)),
    "Flatten first": chain(Flatten(), Dense(6), ReLU(), Dense(CLASSES), shape=(3, 4, 2)),
    "overlapping pools": chain(Conv(4, 3), ReLU(), MaxPool(3, 1), AveragePool((2, 3), (1, 2)), *OUT),
    "ReLU after the pool": chain(Conv(4, 3), MaxPool(2), ReLU(), Conv(3, 2), *OUT),
    "ReLU twice": chain(Conv(4, 3, pad=1), ReLU(), ReLU(), Conv(3, 2), ReLU(), *OUT),
    "ReLU three times": chain(Flatten(), Dense(7), ReLU(), ReLU(), ReLU(), Dense(CLASSES), shape=(2, 3, 2)),
    "ReLU behind Flatten": chain(Conv(3, 3, stride=2), ReLU(), Flatten(), ReLU(), Dense(CLASSES)),
    "ReLU behind Flatten of a padded convolution": chain(
        Conv(3, 3), Conv(3, 3, pad=1), Flatten(), ReLU(), Dense(CLASSES)
    ),
    "ReLU behind Flatten without another": chain(Conv(3, 3), MaxPool(2), Flatten(), ReLU(), Dense(CLASSES)),
    "ReLU first": chain(ReLU(), Conv(3, 3), ReLU(), *OUT),
    "ReLU at the end": chain(Flatten(), Dense(CLASSES), ReLU(), shape=(2, 3, 2)),
    # dZ of the second convolution has a border, and its flattened gradient has none.
    "Flatten of a padded convolution": chain(Conv(3, 3), Conv(3, 3, pad=1), *OUT),
    "Flatten of a padded convolution's ReLU": chain(Conv(3, 3), Conv(3, 2), ReLU(), *OUT),
    "windows that do not fit": chain(Conv(3, 3), ReLU(), MaxPool((2, 3), (3, 4)), *OUT),
    "two inputs": graph(
        conv("X", "left"), conv("X", "right", f=1, pad=0), Node("add", ("left", "right"), "sum"), *head("sum")
    ),
    "two inputs and a ReLU": graph(
        conv("X", "left"),
        conv("left", "right"),
        Node("add", ("left", "right"), "sum"),
        Node("relu", ("sum",), "clipped"),
        conv("clipped", "last", pad=0),
        *head("last"),
    ),
    "one value twice": graph(conv("X", "v"), Node("add", ("v", "v"), "sum"), *head("sum")),
    "a ReLU's value twice": graph(
        conv("X", "v"), Node("relu", ("v",), "a"), Node("add", ("a", "a"), "sum"), *head("sum")
    ),
    "the input twice": graph(Node("add", ("X", "X"), "sum"), conv("sum", "v"), *head("v")),
    "read by a convolution and a flatten": graph(
        conv("X", "v"),
        conv("v", "w", n_C=2, pad=2),
        Node("flatten", ("v",), "v_flat"),
        Node("flatten", ("w",), "w_flat"),
        Node("linear", ("v_flat",), "from_v", {"n_C": CLASSES}),
        Node("linear", ("w_flat",), "from_w", {"n_C": CLASSES}),
        Node("add", ("from_v", "from_w"), "Z"),
    ),
    "sums of flattened images": graph(
        conv("X", "v"),
        conv("X", "w", pad=1),
        Node("relu", ("w",), "w_clipped"),
        Node("flatten", ("v",), "v_flat"),
        Node("flatten", ("w_clipped",), "w_flat"),
        Node("relu", ("v_flat",), "v_clipped"),
        Node("add", ("v_clipped", "w_flat"), "sum"),
        Node("linear", ("sum",), "Z", {"n_C": CLASSES}),
    ),
    "read by a ReLU and an add": graph(
        conv("X", "v"), Node("relu", ("v",), "a"), Node("add", ("v", "a"), "sum"), *head("sum")
    ),
    "a ReLU's value read by two": graph(
        conv("X", "v"),
        Node("relu", ("v",), "a"),
        pool("a", "p", f=3, stride=1),
        conv("a", "w", pad=0),
        Node("add", ("p", "w"), "sum"),
        *head("sum"),
    ),
    "two pools of one value": graph(
        conv("X", "v"),
        Node("relu", ("v",), "a"),
        pool("a", "p"),
        pool("a", "q", mode="average"),
        Node("add", ("p", "q"), "sum"),
        *head("sum"),
    ),
}

NORMALIZED = {
    "batch normalization": chain(Conv(3, 3, pad=1, bias=False), BatchNorm(), ReLU(), MaxPool(2), *OUT),
    "batch normalization first": chain(BatchNorm(0.1), Conv(3, 3), *OUT),
    "batch normalization before a padded convolution": chain(
        *(Conv(3, 3), BatchNorm(), Conv(2, 3, pad=1), BatchNorm(momentum=1), ReLU(), Conv(2, 3, pad=1), *OUT)
    ),
    "batch normalization of flat values": chain(Flatten(), Dense(6), BatchNorm(), ReLU(), Dense(CLASSES)),
    "batch normalization at the end": chain(Flatten(), Dense(CLASSES), BatchNorm(0.1)),
    "batch normalization behind a ReLU": chain(Conv(3, 3), ReLU(), BatchNorm(), *OUT),
    "batch normalization twice": chain(Conv(3, 3), BatchNorm(), BatchNorm(), *OUT),
    "global average": chain(Conv(4, 3), ReLU(), GlobalAveragePool(), Dense(CLASSES)),
    "global average of the input": chain(GlobalAveragePool(), Dense(CLASSES)),
    "no bias": chain(Conv(4, 3, bias=False), ReLU(), Conv(3, 1, stride=2, bias=False), *OUT),
    "residual": chain(
        *(Conv(3, 3, pad=1, bias=False), BatchNorm(), ReLU()),
        Residual(Conv(4, 3, 2, 1), BatchNorm(0.1, 0.5), shortcut=[Conv(4, 1, 2, bias=False), BatchNorm()]),
        *(Residual(ReLU(), Conv(4, 3, pad=1)), GlobalAveragePool()),
        *(Dense(6), BatchNorm(0.5), Add([ReLU()], [], [Dense(6)]), Dense(3)),
        shape=(6, 5, 2),
    ),
    "two blocks": chain(
        *(Conv(4, 3, pad=1, bias=False), BatchNorm(), ReLU()),
        Residual(
            Conv(4, 3, pad=1, bias=False), BatchNorm(), ReLU(), Conv(4, 3, pad=1, bias=False), BatchNorm()
        ),
        *(ReLU(), Residual(Conv(4, 3, pad=1, bias=False), BatchNorm()), ReLU()),
        *(GlobalAveragePool(), Dense(CLASSES)),
        shape=(6, 5, 2),
    ),
}
"""With states, sums over the batch, global pools and filters without a bias."""

BANDED = {
    "winograd": chain(
        *(Conv(16, 3, pad=1), ReLU()),
        Residual(Conv(18, 3, pad=1), ReLU(), Conv(16, 3, pad=1)),
        *(ReLU(), GlobalAveragePool(), Dense(CLASSES)),
        shape=(13, 9, 3),
    ),
    "many filters": chain(
        *(Conv(24, 3, pad=1), ReLU(), Conv(40, 3, pad=1), ReLU()),
        Residual(Conv(40, 3, pad=1, bias=False), BatchNorm(), ReLU(), Conv(40, 3, pad=1, bias=False)),
        *(Conv(33, 3, pad=1, bias=False), ReLU(), AveragePool(3), Flatten(), Dense(CLASSES)),
        shape=(9, 6, 1),
    ),
    "wide and deep": chain(
        *(Conv(16, 3, pad=1, bias=False), BatchNorm(), ReLU(), MaxPool(2)),
        *(Conv(64, 3, stride=2, pad=1, bias=False), BatchNorm(), ReLU()),
        *(Residual(Conv(65, 3, pad=1), shortcut=[Conv(65, 1)]), AveragePool(2), Flatten(), Dense(CLASSES)),
        shape=(37, 21, 1),
    ),
}
"""Images high enough for several bands: Winograd's convolution, filters in blocks, sums, strides."""


def typed(program: Program, dtype: str) -> Program:
    return dataclasses.replace(program, dtype=dtype)


def without_loss(program: Program) -> Program:
    return dataclasses.replace(program, loss=None)


def store_of(program: Program, seed: int = 1) -> ParameterStore:
    """Drawn parameters, the biases, states and velocities too; a state has no velocity."""
    store = ParameterStore(program)
    store.initialize(seed)
    generator = np.random.default_rng(seed)
    for name, values in store.values.items():
        spec = program.parameters[name]
        if spec.fan_in == 0:  # a variance, 1, stays positive
            values[...] = spec.initial + 0.1 * generator.standard_normal(values.shape)
        if spec.trained:
            store.velocity[name][...] = 0.1 * generator.standard_normal(values.shape)
    return store


def batch(program: Program, m: int, seed: int = 2) -> tuple[Any, Any, Any]:
    """More images than the batch has, their labels, and the rows of the batch in a random order."""
    generator = np.random.default_rng((seed, m))
    X = generator.standard_normal((m + 3, *program.input_shape)).astype(program.dtype)
    y = generator.integers(0, program.shapes[program.output][0], m + 3)
    return X, y, generator.permutation(m + 3)[:m].astype(np.int64)
