"""Small programs that, together, ask for every kernel in each of its forms."""

from __future__ import annotations

from typing import Any

from fullstride.program import Node, Program


def _conv(
    source: str, output: str, n_C: int, f: Any, stride: Any = 1, pad: Any = 0, bias: bool = True
) -> Node:
    return Node("conv", (source,), output, {"n_C": n_C, "f": f, "stride": stride, "pad": pad, "bias": bias})


def _norm(source: str, output: str) -> Node:
    return Node("batch_norm", (source,), output)


def _linear(source: str, output: str, n_C: int) -> Node:
    return Node("linear", (source,), output, {"n_C": n_C})


def _pool(mode: str, source: str, output: str, f: Any, stride: Any) -> Node:
    return Node(f"{mode}_pool", (source,), output, {"f": f, "stride": stride})


def _relu(source: str, output: str) -> Node:
    return Node("relu", (source,), output)


def _head(source: str, n_C: int = 10) -> tuple[Node, ...]:
    return Node("flatten", (source,), "flat"), Node("linear", ("flat",), "Z", {"n_C": n_C})


PROGRAMS = {
    # Stride 2, odd channels, ReLU in the convolutions; a pool behind a ReLU.
    "two convolutions": Program(
        (11, 9, 3),
        (
            _conv("X", "Z1", 5, 3, stride=2, pad=1),
            _relu("Z1", "A1"),
            _conv("A1", "Z2", 17, 3, pad="same"),
            _relu("Z2", "A2"),
            _pool("max", "A2", "P", 2, 2),
            *_head("P"),
        ),
    ),
    # An overlapping pool first; a ReLU alone; average pooling behind it; a flattening that is a copy.
    "pool first": Program(
        (9, 9, 3),
        (
            _pool("average", "X", "P1", 3, 2),
            _conv("P1", "Z1", 17, 2, stride=(1, 2), pad=1),
            _pool("max", "Z1", "P2", (3, 2), 1),
            _relu("P2", "A2"),
            _pool("average", "A2", "P3", 2, 1),
            _conv("P3", "Z3", 5, 1),
            *_head("Z3", 3),
        ),
    ),
    # Sums: of two convolutions, with ways around, of two pools; gradients that are masked and added to others.
    "sums": Program(
        (8, 8, 5),
        (
            _conv("X", "Z1", 5, 3, pad=1),
            _relu("Z1", "left"),
            _conv("X", "right", 5, 1),
            Node("add", ("left", "right"), "S1"),
            _relu("S1", "A1"),
            _conv("A1", "Z2", 5, 3, pad=1),
            Node("add", ("Z2", "A1"), "S2"),
            _pool("max", "S2", "P1", 2, 2),
            _pool("average", "S2", "P2", 2, 2),
            Node("add", ("P1", "P2"), "S3"),
            _conv("A1", "Z3", 5, 2, stride=2),
            Node("add", ("S3", "Z3"), "S4"),
            *_head("S4", 5),
        ),
    ),
    # Fully connected: ReLU in the layer and behind a sum, gradients that are masked and added.
    "linear": Program(
        (19,),
        (
            Node("linear", ("X",), "Z1", {"n_C": 33}),
            _relu("Z1", "A1"),
            Node("linear", ("A1",), "Z2", {"n_C": 5}),
            Node("linear", ("Z2",), "Z3", {"n_C": 17}),
            Node("linear", ("Z2",), "Z4", {"n_C": 17}),
            Node("add", ("Z3", "Z4"), "S"),
            _relu("S", "A5"),
            Node("linear", ("A5",), "Z5", {"n_C": 3}),
        ),
    ),
    # A flattening behind a convolution; its first three nodes are also a program by themselves.
    "features": Program(
        (6, 5, 1),
        (
            _conv("X", "Z1", 17, 3, pad=1),
            _relu("Z1", "A1"),
            _conv("A1", "Z2", 5, 3, stride=2, pad=1),
            *_head("Z2", 2),
        ),
    ),
    # Batch normalization with ReLU, with a sum, with both; its gradient masked, and added to another.
    "normalized": Program(
        (7, 6, 3),
        (
            _conv("X", "Z1", 17, 3, pad=1),
            _norm("Z1", "N1"),
            _relu("N1", "A1"),
            _conv("A1", "Z2", 5, 3, pad=1, bias=False),
            _norm("Z2", "N2"),
            _conv("A1", "Z3", 5, 1),
            _norm("Z3", "N3"),
            Node("add", ("N2", "N3"), "S1"),
            _relu("S1", "A2"),
            _norm("A2", "N4"),
            _conv("A2", "Z5", 5, 1),
            _relu("Z5", "A5"),
            _norm("A5", "N5"),
            Node("add", ("N4", "N5"), "S2"),
            Node("global_average_pool", ("S2",), "G"),
            _linear("G", "Z", 3),
        ),
    ),
    # Fully connected layers whose gradients are made for the whole batch: masked, added, with ReLU and without.
    "wide": Program(
        (5,),
        (
            _linear("X", "Z1", 128),
            _relu("Z1", "A1"),
            _linear("A1", "Z2", 4097),
            _linear("A1", "Z3", 4097),
            _relu("Z3", "A3"),
            Node("add", ("Z2", "A3"), "S"),
            _linear("S", "Z4", 133),
            _relu("Z4", "A4"),
            _linear("A4", "Z5", 3943),
            _linear("Z5", "Z", 3),
        ),
    ),
    # Convolutions by Winograd: with ReLU, without a bias; dA masked, and added to another.
    "3x3 filters": Program(
        (8, 7, 16),
        (
            _conv("X", "Z1", 16, 3, pad=1),
            _relu("Z1", "A1"),
            _conv("A1", "Z2", 17, 3, pad=1, bias=False),
            _conv("A1", "Z3", 17, 3, pad=1),
            Node("add", ("Z2", "Z3"), "S"),
            _conv("S", "Z4", 18, 3, pad=1),
            *_head("Z4", 3),
        ),
    ),
}
