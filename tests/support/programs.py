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


def norm(source: str, name: str, epsilon: float = 1e-5) -> Node:
    return Node("batch_norm", (source,), name, {"epsilon": epsilon})


def relu(source: str, name: str) -> Node:
    return Node("relu", (source,), name)


def add(left: str, right: str, name: str) -> Node:
    return Node("add", (left, right), name)


def head(source: str) -> tuple[Node, ...]:
    return Node("flatten", (source,), "flat"), Node("linear", ("flat",), "Z", {"n_C": CLASSES})


def graph(*nodes: Node, shape: tuple[int, ...] = (6, 5, 2)) -> Program:
    return Program(shape, nodes)


OUT = (Flatten(), Dense(CLASSES))

PLAIN = {
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

BRANCHED = {
    "a block without normalization": chain(
        *(
            Conv(4, 3, pad=1),
            ReLU(),
            Residual(Conv(4, 3, pad=1), ReLU(), Conv(4, 3, pad=1)),
            ReLU(),
            MaxPool(2),
        ),
        *OUT,
        shape=(6, 5, 2),
    ),
    "a block of 1x1 filters": chain(
        *(Conv(4, 3), ReLU(), Residual(Conv(4, 1)), Residual(Conv(4, 1), ReLU(), Conv(4, 1)), ReLU()),
        *OUT,
        shape=(6, 5, 2),
    ),
    "ReLU in front of each convolution": chain(
        *(Conv(4, 3, pad=1), Residual(BatchNorm(), ReLU(), Conv(4, 3, pad=1))),
        *(Residual(ReLU(), Conv(4, 3, pad=1), ReLU(), Conv(4, 1)), GlobalAveragePool(), Dense(CLASSES)),
        shape=(5, 4, 2),
    ),
    "two convolutions and an add": graph(
        conv("X", "v"),
        relu("v", "a"),
        conv("a", "p", f=1, pad=0),
        conv("a", "q"),
        add("p", "q", "s"),
        add("s", "a", "t"),
        *head("t"),
    ),
    "two convolutions and an add behind normalization": graph(
        conv("X", "v"),
        norm("v", "n"),
        relu("n", "a"),
        conv("a", "p", f=1, pad=0),
        norm("p", "p_n"),
        conv("a", "q"),
        norm("q", "q_n"),
        add("p_n", "q_n", "s"),
        add("s", "a", "t"),
        relu("t", "u"),
        *head("u"),
    ),
    "three branches": chain(
        *(Conv(3, 3, pad=1), ReLU()),
        *(
            Add(
                [Conv(4, 3, pad=1), BatchNorm()],
                [Conv(4, 1), ReLU()],
                [Conv(4, 3, pad=1), AveragePool(1), Conv(4, 1)],
            ),
            ReLU(),
        ),
        *OUT,
        shape=(6, 5, 2),
    ),
    "three branches of normalized values": chain(
        *(Conv(3, 3, pad=1), ReLU()),
        *(
            Add([Conv(4, 3, pad=1), BatchNorm()], [Conv(4, 1), BatchNorm()], [Conv(4, 1), BatchNorm()]),
            ReLU(),
        ),
        *OUT,
        shape=(6, 5, 2),
    ),
    # The add reads a shortcut of the first phase and a branch of the third.
    "a shortcut that waits": chain(
        *(Conv(4, 3, pad=1), ReLU()),
        Residual(
            *(Conv(4, 3, pad=1), BatchNorm(), ReLU(), Conv(4, 3, pad=1), BatchNorm()),
            shortcut=[Conv(4, 1)],
        ),
        *(ReLU(), *OUT),
        shape=(6, 5, 2),
    ),
    "a sum of two normalized values": graph(
        conv("X", "v"),
        norm("v", "left"),
        conv("X", "w", f=1, pad=0),
        norm("w", "right", 0.1),
        add("left", "right", "s"),
        relu("s", "a"),
        conv("a", "last"),
        *head("last"),
    ),
    "a normalized value and itself clipped": graph(
        conv("X", "v"), norm("v", "n"), relu("n", "a"), add("n", "a", "s"), conv("s", "w"), *head("w")
    ),
    "a normalized value twice": graph(
        conv("X", "v"), norm("v", "n"), add("n", "n", "s"), conv("s", "w"), *head("w")
    ),
    # The gradient that the first pool hands back is ready two phases before the one to which it is added.
    "a pool beside a normalized branch": graph(
        conv("X", "v"),
        pool("v", "q"),
        conv("v", "p"),
        norm("p", "p_n"),
        pool("p_n", "r", "average"),
        add("q", "r", "s"),
        *head("s"),
    ),
    "a normalized value that three read": graph(
        conv("X", "v"),
        norm("v", "n"),
        conv("n", "p"),
        pool("n", "q", f=3, stride=1),
        conv("n", "r", pad=0),
        add("q", "r", "s"),
        add("n", "p", "t"),
        pool("t", "u", "average", f=3, stride=1),
        add("u", "s", "w"),
        *head("w"),
    ),
    "nested": chain(
        *(Conv(4, 3, pad=1), BatchNorm(), ReLU()),
        Residual(
            *(Conv(4, 3, pad=1), BatchNorm(), ReLU()),
            Residual(Conv(4, 3, pad=1), BatchNorm(), ReLU(), Residual(Conv(4, 1), BatchNorm())),
            *(Conv(4, 3, pad=1), BatchNorm()),
        ),
        *(ReLU(), GlobalAveragePool(), Dense(CLASSES)),
        shape=(6, 5, 2),
    ),
    "an average pool in a branch": chain(
        *(Conv(4, 3, pad=1), BatchNorm(), ReLU()),
        Residual(
            *(Conv(4, 3, 2, pad=1), BatchNorm(), ReLU(), Conv(4, 3, pad=1), BatchNorm()),
            shortcut=[AveragePool(2), Conv(4, 1), BatchNorm()],
        ),
        *(ReLU(), GlobalAveragePool(), Dense(CLASSES)),
        shape=(6, 6, 2),
    ),
    "normalization behind a pool": chain(
        Conv(4, 3, pad=1), MaxPool(2), BatchNorm(), ReLU(), Conv(3, 2), *OUT
    ),
    "normalization of a sum": chain(
        *(
            Conv(4, 3, pad=1),
            Residual(Conv(4, 3, pad=1)),
            BatchNorm(),
            ReLU(),
            Residual(Conv(4, 1)),
            BatchNorm(),
        ),
        *OUT,
        shape=(5, 4, 2),
    ),
    # A sum whose term is convolved after it: what is added there must not reach the other term.
    "a term is read behind its sum": graph(
        conv("X", "v", pad=0, f=1),
        conv("X", "w", pad=0, f=1),
        add("v", "w", "s"),
        conv("v", "p", pad=0, f=1),
        conv("w", "q", pad=0, f=1),
        add("s", "p", "t"),
        add("t", "q", "u"),
        *head("u"),
    ),
    # The gradient of the last sum is that of `first`, which must not see what the convolution adds to it.
    "a sum of a sum and an early value": graph(
        conv("X", "first", pad=0, f=1),
        conv("X", "v", pad=0, f=1),
        conv("v", "c", pad=0, f=1),
        conv("c", "w", pad=0, f=1),
        add("v", "w", "s"),
        add("s", "first", "t"),
        *head("t"),
    ),
    "a sum of two sums": graph(
        conv("X", "v", pad=0, f=1),
        conv("v", "p", pad=0, f=1),
        norm("p", "p_n"),
        add("v", "p_n", "s"),
        conv("X", "w", pad=0, f=1),
        conv("w", "q", pad=0, f=1),
        norm("q", "q_n"),
        add("w", "q_n", "t"),
        add("s", "t", "u"),
        *head("u"),
    ),
}
"""Values that several read, and gradients that may or may not share a place."""

WIDE = {
    "a wide layer": chain(
        *(Conv(4, 3), ReLU(), Flatten(), Dense(4400), ReLU(), Dense(CLASSES)), shape=(8, 7, 2)
    ),
    "two wide layers": chain(Dense(730), ReLU(), Dense(721), ReLU(), Dense(CLASSES), shape=(720,)),
    "two wide layers without a ReLU": chain(Dense(728), Dense(724), Dense(CLASSES), shape=(725,)),
    "a wide layer first": chain(Flatten(), Dense(17500), Dense(CLASSES), shape=(5, 6, 2)),
    "a wide layer alone": chain(Dense(17), shape=(30850,)),
    "a wide layer behind normalization": chain(
        *(
            Conv(4, 3, bias=False),
            BatchNorm(),
            ReLU(),
            Flatten(),
            Dense(4380),
            BatchNorm(),
            ReLU(),
            Dense(CLASSES),
        ),
    ),
    "a wide layer behind a padded convolution": chain(
        *(Conv(4, 3), ReLU(), Conv(4, 3, pad=1), ReLU(), Flatten(), Dense(4380), ReLU(), Dense(CLASSES)),
    ),
    "a wide layer in a branch": chain(
        Dense(64), BatchNorm(), Residual(Dense(8200), ReLU(), Dense(64)), Dense(3), shape=(9,)
    ),
    "a value that two wide layers read": graph(
        Node("linear", ("X",), "v", {"n_C": 128}),
        relu("v", "a"),
        Node("linear", ("a",), "p", {"n_C": 4100}),
        Node("linear", ("a",), "q", {"n_C": 4100}),
        add("p", "q", "s"),
        Node("linear", ("s",), "Z", {"n_C": 3}),
        shape=(5,),
    ),
}
"""With fully connected layers so wide that all they do is done for the whole batch."""

LARGE = {
    "a large layer": chain(
        *(Conv(4, 3), ReLU(), Flatten(), Dense(600), ReLU(), Dense(CLASSES)), shape=(8, 7, 2)
    ),
    "two large layers": chain(Dense(260), ReLU(), Dense(256), BatchNorm(), Dense(CLASSES), shape=(257,)),
    "a large layer alone": chain(Dense(17), shape=(3900,)),
    "a large layer behind normalization": chain(
        *(
            Conv(4, 3, bias=False),
            BatchNorm(),
            ReLU(),
            Flatten(),
            Dense(550),
            BatchNorm(),
            ReLU(),
            Dense(CLASSES),
        ),
    ),
    "a large layer in a branch": chain(
        Dense(64), BatchNorm(), Residual(Dense(1025), ReLU(), Dense(64)), Dense(3), shape=(9,)
    ),
    "a value that two large layers read": graph(
        Node("linear", ("X",), "v", {"n_C": 128}),
        relu("v", "a"),
        Node("linear", ("a",), "p", {"n_C": 513}),
        Node("linear", ("a",), "q", {"n_C": 513}),
        add("p", "q", "s"),
        Node("linear", ("s",), "Z", {"n_C": 3}),
        shape=(5,),
    ),
}
"""With fully connected layers so large that at least their gradient is made for the whole batch."""

WINOGRAD = {
    "3x3 filters of 16 channels": chain(
        Conv(16, 3, pad=1), ReLU(), Conv(16, 3, pad=1), ReLU(), MaxPool(2), *OUT
    ),
    "3x3 filters, no padding": chain(
        Conv(17, 3), ReLU(), Conv(19, 3), ReLU(), Conv(16, 3), *OUT, shape=(11, 10, 2)
    ),
    "3x3 filters, padded on one side": chain(
        Conv(16, 1),
        Conv(16, 3, pad=((1, 0), (2, 1))),
        ReLU(),
        Conv(18, 3, pad=((0, 2), (0, 0))),
        *OUT,
        shape=(7, 8, 2),
    ),
    "a block of 3x3 filters": chain(
        *(Conv(16, 3, pad=1, bias=False), BatchNorm(), ReLU()),
        Residual(
            *(
                Conv(16, 3, pad=1, bias=False),
                BatchNorm(),
                ReLU(),
                Conv(16, 3, pad=1, bias=False),
                BatchNorm(),
            ),
        ),
        *(ReLU(), GlobalAveragePool(), Dense(CLASSES)),
        shape=(7, 8, 2),
    ),
    "a value that two 3x3 convolutions read": graph(
        conv("X", "v", n_C=16),
        relu("v", "a"),
        conv("a", "p", n_C=17),
        conv("a", "q", n_C=17),
        add("p", "q", "s"),
        relu("s", "t"),
        conv("t", "w", n_C=16, pad=0),
        add("w", "w", "u"),
        *head("u"),
        shape=(7, 6, 2),
    ),
    "3x3 filters without normalization": chain(
        *(Conv(16, 3, pad=1), ReLU(), Residual(Conv(16, 3, pad=1), ReLU(), Conv(16, 3, pad=1)), ReLU(), *OUT),
        shape=(6, 6, 2),
    ),
}
"""With convolutions that run by F(4x4, 3x3)."""

PROGRAMS = {**PLAIN, **NORMALIZED, **BRANCHED, **WIDE, **LARGE, **WINOGRAD}


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
    """More images than the batch has, their labels (or targets), and the rows of the batch in a random order."""
    generator = np.random.default_rng((seed, m))
    X = generator.standard_normal((m + 3, *program.input_shape)).astype(program.dtype)
    n = program.shapes[program.output][0]
    if program.loss == "mean_squared_error":
        y = generator.standard_normal((m + 3, n)).astype(program.dtype)
    else:
        y = generator.integers(0, n, m + 3)
    return X, y, generator.permutation(m + 3)[:m].astype(np.int64)
