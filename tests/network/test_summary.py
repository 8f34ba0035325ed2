"""The table of layers, against numbers worked by hand."""

from __future__ import annotations

from fullstride.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    ReLU,
    Residual,
)
from fullstride.network import Network, SummaryRow
from fullstride.network.summary import summarize
from fullstride.program import Node, Program
from tests.support.markup import Cells


def test_a_network_by_hand() -> None:
    network = Network(
        Conv(6, 5, pad=2),
        ReLU(),
        MaxPool(2),
        Conv(16, 5),
        AveragePool(2),
        Flatten(),
        Dense(10),
        input_shape=(28, 28, 1),
    )
    summary = network.summary()
    assert summary.rows == (
        # 5*5*1*6 + 6 parameters; 28*28*6 outputs of 25 products
        SummaryRow("conv1", (28, 28, 6), 156, 117_600, (5, 5)),
        SummaryRow("relu1", (28, 28, 6), 0, 0, (5, 5)),
        SummaryRow("max_pool1", (14, 14, 6), 0, 0, (6, 6)),
        # 5*5*6*16 + 16; 10*10*16 outputs of 150 products; 6 + 4 * 2
        SummaryRow("conv2", (10, 10, 16), 2_416, 240_000, (14, 14)),
        # 14 + 1 * 2
        SummaryRow("average_pool1", (5, 5, 16), 0, 0, (16, 16)),
        SummaryRow("flatten1", (400,), 0, 0, (16, 16)),
        # 400*10 + 10; 16 + 4 * 4 = 32 is more than the image
        SummaryRow("dense1", (10,), 4_010, 4_000, (28, 28)),
    )
    assert summary.input_shape == (28, 28, 1)
    assert summary.parameters == 156 + 2_416 + 4_010
    assert summary.multiply_adds == 117_600 + 240_000 + 4_000


def test_the_axes_differ() -> None:
    network = Network(
        Conv(2, (3, 1), stride=(1, 2)),
        Conv(2, (2, 5), stride=(2, 1)),
        Conv(2, 2),
        Flatten(),
        Dense(2),
        input_shape=(40, 50, 3),
    )
    fields = [row.receptive_field for row in network.summary().rows]
    # vertical: 3, then 3 + 1*1 = 4 (jump 1, then 2), then 4 + 1*2 = 6
    # horizontal: 1 (jump 2), then 1 + 4*2 = 9, then 9 + 1*2 = 11
    assert fields[:4] == [(3, 1), (4, 9), (6, 11), (6, 11)]
    # The first filter looks at columns 0, 2 ... 48: the last of the 50 is never seen.
    assert fields[4] == (40, 49)


def test_a_dense_layer_that_misses_the_edge_does_not_see_it() -> None:
    # Windows of 3 in steps of 3 over 8 pixels: two fit, and the last two pixels are never looked at.
    network = Network(MaxPool(3), Flatten(), Dense(2), Dense(2), input_shape=(8, 8, 1))
    assert [row.receptive_field for row in network.summary().rows] == [(3, 3), (3, 3), (6, 6), (6, 6)]


def test_of_two_inputs_the_larger_field_counts() -> None:
    program = Program(
        (8, 8, 1),
        (
            Node("conv", ("X",), "tall", {"n_C": 2, "f": (5, 1), "stride": 1, "pad": (2, 0)}),
            Node("conv", ("X",), "wide", {"n_C": 2, "f": (1, 3), "stride": 1, "pad": (0, 1)}),
            Node("add", ("tall", "wide"), "sum"),
            Node("flatten", ("sum",), "flat"),
            Node("linear", ("flat",), "Z", {"n_C": 2}),
        ),
    )
    rows = summarize(program).rows
    assert [row.receptive_field for row in rows] == [(5, 1), (1, 3), (5, 3), (5, 3), (8, 8)]
    assert [row.parameters for row in rows] == [12, 8, 0, 0, 258]


def test_a_residual_network_by_hand() -> None:
    network = Network(
        *(Conv(2, 3, pad=1, bias=False), BatchNorm(), ReLU()),
        Residual(Conv(4, 3, 2, 1), BatchNorm(), shortcut=[Conv(4, 1, 2)]),
        *(GlobalAveragePool(), Dense(3)),
        input_shape=(8, 8, 1),
    )
    summary = network.summary()
    assert [row.parameters for row in summary.rows] == [18, 4, 0, 76, 8, 12, 0, 0, 15]
    assert [row.states for row in summary.rows] == [0, 4, 0, 0, 8, 0, 0, 0, 0]
    assert (summary.parameters, summary.states) == (133, 12)
    learned = [network.parameters[name].size for name in network.program.trained]
    assert summary.parameters == sum(learned)
    assert str(summary).splitlines() == [
        "layer                 reads                output shape  parameters  multiply-adds  receptive field",
        "X                                          (8, 8, 1)",
        "conv1                                      (8, 8, 2)             18          1,152            3 x 3",
        "batch_norm1                                (8, 8, 2)              4              0            3 x 3",
        "relu1                                      (8, 8, 2)              0              0            3 x 3",
        "conv2                                      (4, 4, 4)             76          1,152            5 x 5",
        "batch_norm2                                (4, 4, 4)              8              0            5 x 5",
        "conv3                 relu1                (4, 4, 4)             12            128            3 x 3",
        "add1                  batch_norm2 + conv3  (4, 4, 4)              0              0            5 x 5",
        # 5 + 3 * 2 = 11 is more than the image
        "global_average_pool1                       (4,)                   0              0            8 x 8",
        "dense1                                     (3,)                  15             12            8 x 8",
        "total                                                           133          2,444",
        "running statistics                                               12",
    ]


def test_a_first_layer_that_reads_the_input_twice() -> None:
    network = Network(Add([MaxPool(1)], []), Flatten(), Dense(2), input_shape=(2, 2, 1))
    assert [row.source for row in network.summary().rows] == [(), ("max_pool1", "X"), (), ()]


def test_behind_a_global_pool_there_is_one_element() -> None:
    network = Network(MaxPool(3, 1), GlobalAveragePool(), Dense(4), Dense(2), input_shape=(12, 9, 1))
    assert [row.receptive_field for row in network.summary().rows] == [(3, 3), (12, 9), (12, 9), (12, 9)]


def test_the_table() -> None:
    network = Network(Conv(64, 3, pad="same"), Flatten(), Dense(100), input_shape=(32, 32, 3))
    assert str(network.summary()).splitlines() == [
        "layer     output shape  parameters  multiply-adds  receptive field",
        "X         (32, 32, 3)",
        "conv1     (32, 32, 64)       1,792      1,769,472            3 x 3",
        "flatten1  (65536,)               0              0            3 x 3",
        "dense1    (100,)         6,553,700      6,553,600          32 x 32",
        "total                    6,555,492      8,323,072",
    ]


def test_the_summary_agrees_with_the_parameters() -> None:
    network = Network(Conv(3, 3), Flatten(), Dense(4), input_shape=(6, 5, 2))
    assert network.summary().parameters == sum(value.size for value in network.parameters.values())


def test_a_network_in_a_notebook_is_its_summary_as_html() -> None:
    network = Network(
        *(Conv(2, 3, pad=1), Residual(Conv(2, 3, pad=1)), GlobalAveragePool(), Dense(3)),
        input_shape=(8, 8, 1),
    )
    cells = Cells()
    cells.feed(network._repr_html_())
    assert cells.open == []
    assert cells.rows[0][:3] == ["layer", "reads", "output shape"]
    assert [row[:2] for row in cells.rows[1:]] == [
        ["X", ""],
        ["conv1", ""],
        ["conv2", ""],
        ["add1", "conv2 + conv1"],  # the branches
        ["global_average_pool1", ""],
        ["dense1", ""],
        ["total", ""],
    ]
    assert cells.attributes == {"style"}
    assert "cross entropy, float32" in network._repr_html_()
