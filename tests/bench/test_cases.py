"""What is measured: names, counts of operations worked by hand, inputs that are the same on every side."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fullstride.bench.cases import SHAPES, Case, NetworkCase, case_name, from_dict, to_dict
from fullstride.bench.graph import Graph
from fullstride.bench.networks import NETWORKS, graph_of
from tests.bench.tiny import CHAIN, LAYERS, network_case

CASES: tuple[Case, ...] = (*LAYERS, network_case("step"), network_case("inference", "lenet5", 1))


def test_there_are_twelve_shapes_from_few_channels_to_many() -> None:
    assert len(set(SHAPES)) == len(SHAPES) == 12
    channels = [n_C_prev for _, _, n_C_prev, *_ in SHAPES]
    assert min(channels) == 1
    assert max(channels) == 256
    assert {f for *_, f, _, _ in SHAPES} == {1, 3, 5}
    assert {stride for *_, stride, _ in SHAPES} == {1, 2}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_survives_the_way_to_a_worker(case: Case) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(case)))) == case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_all_sides_draw_the_same_float32_inputs(case: Case) -> None:
    first, second = case.inputs(), case.inputs()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
        assert array.dtype == (np.int64 if name == "y" else np.float32)


def test_flops_of_a_convolution_worked_by_hand() -> None:
    # Images of 6x6x3, filters 3x3, stride 2, pad 1: the output is 3x3x5. Each of its 45 numbers takes 27
    # multiplications and 27 additions: 2430, twice that for two images; dA and dW take as much each.
    assert [case.flops for case in LAYERS] == [4860, 4860, 4860]


def test_flops_of_a_network_worked_by_hand() -> None:
    # One image of 8x8x1. conv1: 64 positions x 2 filters x 9 products = 1152, forward and dW (nobody asks for dX):
    # 2304. conv2 on 4x4x2: 16 x 3 x 18 = 864, forward, dW and dA: 2592. dense on 2x2x3 = 12 features: 12 x 4 = 48,
    # thrice: 144. Forward 2064 products, a step 5040, and as many additions.
    graph = graph_of(CHAIN)
    assert (graph.multiply_adds, graph.training_multiply_adds) == (2064, 5040)
    assert NetworkCase("step", "small", graph, 3).flops == 3 * 2 * 5040
    assert NetworkCase("inference", "small", graph, 3).flops == 3 * 2 * 2064


def test_a_graph_knows_which_dense_layer_reads_a_flattened_image() -> None:
    graph = graph_of(NETWORKS["lenet5"]().program)
    assert graph.flattened(graph.step("dense1")) == [5, 5, 16]
    assert graph.flattened(graph.step("dense2")) is None
    assert graph.flattened(graph.step("conv2")) is None
    assert graph.classes == 10


def test_the_five_networks_are_those_of_the_table() -> None:
    def convolutions(graph: Graph) -> list[int]:
        return [step.shape[2] for step in graph.steps if step.operation == "conv"]

    graphs = {name: graph_of(NETWORKS[name]().program) for name in NETWORKS}
    assert {name: convolutions(graph) for name, graph in graphs.items()} == {
        "lenet5": [6, 16],
        "small": [8, 16],
        "mid": [32, 64],
        "vgg": [32, 32, 64, 64, 128],
        "resnet20": [16] * 7 + [32] * 7 + [64] * 7,
    }
    assert graphs["mid"].step("conv2").shape == [24, 24, 64]
    assert graphs["vgg"].parameters["dense1.W"] == [4 * 4 * 128, 128]
    assert graphs["lenet5"].parameters["dense1.W"] == [5 * 5 * 16, 120]
    resnet20 = graphs["resnet20"]
    assert resnet20.flattened(resnet20.step("dense1")) is None  # a mean of each channel, no image
    states = set(resnet20.parameters) - set(resnet20.trained)
    assert {name.rpartition(".")[2] for name in states} == {"running_mean", "running_variance"}
    assert list(NETWORKS) == ["lenet5", "small", "mid", "vgg", "resnet20"]


def test_names_are_known_before_a_network_is_made() -> None:
    case = network_case("inference", "lenet5", 1)
    assert case.name == case_name("inference", "lenet5", 1) == "inference lenet5 m1"
