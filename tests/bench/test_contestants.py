"""What the contestants compute: ours what the steps compute, and every variant of every peer the same."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import fullstride
from fullstride.bench import ours, peer_numpy
from fullstride.bench.cases import DIRECTIONS, Arrays, Case, LayerCase, NetworkCase
from fullstride.bench.duel import compare
from fullstride.bench.job import Job
from fullstride.bench.networks import NETWORKS
from fullstride.program import Interpreter, ParameterStore
from tests.bench.tiny import LAYERS, network_case

STEPS = [network_case("step", name, 2) for name in NETWORKS]
INFERENCE = [network_case("inference", name, m) for name in ("lenet5", "vgg", "resnet20") for m in (1, 3)]


STRICT = 1e-3
"""With two images hardly a ReLU has an input that is a rounding error away from 0."""


def one(case: Case) -> Arrays:
    job = next(iter(ours.make(case, 2).values()))
    job.run()
    return job.results()


def all_agree(case: Case, jobs: dict[str, Job]) -> None:
    assert jobs
    expected = one(case)
    tolerance = min(case.tolerance, STRICT)
    for job in jobs.values():
        job.run()
        compare(expected, job.results(), tolerance)


@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.name)
def test_our_layers_compute_what_the_steps_compute(case: LayerCase) -> None:
    arrays = case.inputs()
    hparameters = {"stride": case.stride, "pad": case.pad}
    Z, cache = fullstride.steps.conv_forward(arrays["A_prev"], arrays["W"], arrays["b"], hparameters)
    gradients = fullstride.steps.conv_backward(arrays["dZ"], cache)
    expected = {"Z": Z, **dict(zip(("dA_prev", "dW", "db"), gradients, strict=True))}
    for job in ours.make(case, 2).values():
        compare({name: expected[name] for name in case.results}, job.results(), case.tolerance)


def test_our_networks_compute_what_the_steps_compute() -> None:
    case = network_case("step", "small", 2)
    arrays = case.inputs()
    network = ours._network(case, arrays)
    store = ParameterStore(network.program)
    for name, values in store.values.items():
        values[...] = arrays[name]
    loss, gradients = Interpreter(network.program, store).gradients(arrays["X"], arrays["y"], np.arange(2))
    expected = {"loss": np.array(loss), **{f"d{name}": array for name, array in gradients.items()}}
    compare(expected, one(case), case.tolerance)
    predicted = one(network_case("inference", "small", 2))["probabilities"]
    compare(
        {"probabilities": network.predict_proba(arrays["X"], engine="steps")},
        {"probabilities": predicted},
        case.tolerance,
    )


def test_a_row_of_layers_is_a_direction() -> None:
    assert tuple(ours.LAYERS) == DIRECTIONS
    for direction, variants in ours.LAYERS.items():
        case = LayerCase(direction, 2, 6, 3, 5, 3, 2, 1)
        for make in variants.values():
            assert tuple(make(case, 2).results()) == case.results


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("shape", [(2, 6, 3, 5, 3, 2, 1), (3, 7, 1, 4, 5, 1, 0), (2, 5, 4, 3, 1, 1, 0)])
def test_im2col_computes_what_the_steps_compute(direction: str, shape: tuple[int, ...]) -> None:
    case = LayerCase(direction, *shape)
    arrays = case.inputs()
    Z, cache = fullstride.steps.conv_forward(
        arrays["A_prev"], arrays["W"], arrays["b"], {"stride": case.stride, "pad": case.pad}
    )
    gradients = fullstride.steps.conv_backward(arrays["dZ"], cache)
    expected = {"Z": Z, **dict(zip(("dA_prev", "dW", "db"), gradients, strict=True))}
    (job,) = peer_numpy.make(case, 2).values()
    compare({name: expected[name] for name in case.results}, job.results(), case.tolerance)


@pytest.mark.parametrize("case", STEPS[:2], ids=lambda case: case.name)
def test_a_step_of_numpy_computes_the_same(case: NetworkCase) -> None:
    all_agree(case, peer_numpy.make(case, 2))


def test_a_step_of_numpy_is_momentum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_numpy, "LEARNING_RATE", np.float32(0.5))
    chain = peer_numpy.Chain([], {"W": np.array([1.0], np.float32)})
    monkeypatch.setattr(chain, "gradients", lambda X, y: (0.0, {"dW": np.array([2.0], np.float32)}))
    chain.train(np.zeros(1, np.float32), np.zeros(1))  # v = 2, W = 1 - 0.5 * 2
    chain.train(np.zeros(1, np.float32), np.zeros(1))  # v = 0.9 * 2 + 2 = 3.8, W = 0 - 1.9
    assert chain.parameters["W"] == pytest.approx(-1.9)


@pytest.mark.peers
@pytest.mark.parametrize("case", [*LAYERS, *STEPS, *INFERENCE], ids=lambda case: case.name)
def test_torch_computes_the_same(case: Case) -> None:
    pytest.importorskip("torch", reason="the peer is not installed")
    all_agree(case, importlib.import_module("fullstride.bench.peer_torch").make(case, 2))


@pytest.mark.peers
@pytest.mark.parametrize("direction", ["dA", "dW"])
def test_torch_computes_a_gradient_alone(direction: str) -> None:
    pytest.importorskip("torch", reason="the peer is not installed")
    case = LayerCase(direction, 2, 6, 3, 5, 3, 2, 1)
    (expected,) = peer_numpy.make(case, 2).values()
    for job in importlib.import_module("fullstride.bench.peer_torch").make(case, 2).values():
        compare(expected.results(), job.results(), case.tolerance)


@pytest.mark.peers
@pytest.mark.parametrize("case", INFERENCE, ids=lambda case: case.name)
def test_onnxruntime_computes_the_same(case: NetworkCase) -> None:
    for name in ("onnx", "onnxruntime"):
        pytest.importorskip(name, reason="the peer is not installed")
    all_agree(case, importlib.import_module("fullstride.bench.peer_onnxruntime").make(case, 2))
