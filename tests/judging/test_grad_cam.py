"""Grad-CAM: against numerical gradients, against PyTorch, by hand; where it cuts a network, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride import (
    AveragePool,
    BatchNorm,
    Conv,
    CustomLayer,
    Dense,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Network,
    ReLU,
    Residual,
)
from fullstride.data import Preprocessing
from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from fullstride.judging import last_feature_map
from fullstride.layers import KINDS, Layer
from fullstride.program.graph import INPUT
from tests.support.close import assert_close


class Largest(CustomLayer):
    """The largest number of each channel."""

    def output_shape(self, shape: Any) -> Any:
        return shape[-1:]

    def forward(self, A_prev: Any) -> Any:
        A = A_prev.max(axis=(1, 2))
        return A, A_prev == A[:, None, None]

    def backward(self, dA: Any, cache: Any) -> Any:
        return cache * dA[:, None, None]


class Tanh(CustomLayer):
    def forward(self, A_prev: Any) -> Any:
        A = np.tanh(A_prev)
        return A, A

    def backward(self, dA: Any, cache: Any) -> Any:
        return (1 - cache * cache) * dA


class Doubled(CustomLayer):
    """Another number in training than in a prediction."""

    def forward(self, A_prev: Any) -> Any:
        return 2 * A_prev, None

    def inference(self, A_prev: Any) -> Any:
        return A_prev

    def backward(self, dA: Any, cache: Any) -> Any:
        return 2 * dA


for own in (Largest, Tanh, Doubled):
    KINDS.pop(own.kind)  # other tests know nothing of them

CHAIN: tuple[Layer, ...] = (
    Conv(3, 3, pad=1),
    ReLU(),
    MaxPool(2),
    Conv(4, 3),
    BatchNorm(),
    ReLU(),
    MaxPool(2),
)
NETWORKS: dict[str, tuple[tuple[Layer, ...], str]] = {
    "pooled and flattened": ((*CHAIN, Flatten(), Dense(3)), "relu2"),
    "two dense layers": ((*CHAIN, Flatten(), Dense(5), BatchNorm(), ReLU(), Dense(3)), "relu2"),
    "residual": (
        (Conv(4, 3), Residual(Conv(4, 3, pad=1), BatchNorm()), ReLU(), GlobalAveragePool(), Dense(3)),
        "relu1",
    ),
    "averaged": ((Conv(4, 3), AveragePool(2), Flatten(), Dense(3)), "conv1"),
    "normalized behind the pool": ((Conv(4, 3), MaxPool(2), BatchNorm(), Flatten(), Dense(3)), "batch_norm1"),
    "an own pool": ((Conv(4, 3), ReLU(), Largest(), Dense(3)), "relu1"),
    "an own activation": ((Conv(4, 3), ReLU(), Flatten(), Dense(5), BatchNorm(), Tanh(), Dense(3)), "relu1"),
    "an own prediction before the map": (
        (Conv(4, 3), Doubled(), Conv(4, 3), Flatten(), Tanh(), Dense(3)),
        "conv2",
    ),
}


def made(layers: tuple[Layer, ...], seed: int = 5) -> Network:
    """In float64, with running statistics as of a training."""
    network = Network(*layers, input_shape=(12, 10, 2), seed=seed, dtype="float64")
    generator = np.random.default_rng(seed)
    for name, value in network.parameters.items():
        if name.endswith(("running_variance", "gamma")):
            value[...] = 0.5 + generator.random(value.shape)
        elif not name.endswith("W"):
            value[...] = 0.3 * generator.standard_normal(value.shape)
    return network


def images(m: int = 3) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((m, 12, 10, 2))


@pytest.mark.parametrize("name", NETWORKS)
def test_it_is_made_of_numerical_gradients(name: str) -> None:
    """Each channel's mean gradient by central differences: the whole channel moved by epsilon, over its places."""
    layers, value = NETWORKS[name]
    network, X, outputs = made(layers), images(6), np.arange(6) % 3
    cut = last_feature_map(network.program)
    assert cut is not None
    A, behind = outputs_of(network, cut.before, X), cut.behind
    assert cut.value == cut.before.output == value
    _, n_H, n_W, n_C = A.shape
    epsilon, expected = 1e-6, np.zeros(A.shape[:3])
    for i, c in enumerate(outputs):
        alpha = np.zeros(n_C)
        for k in range(n_C):
            moved = [A[i : i + 1].copy() for _ in range(2)]
            moved[0][..., k] += epsilon
            moved[1][..., k] -= epsilon
            high, low = (outputs_of(network, behind, B)[0, c] for B in moved)
            alpha[k] = (high - low) / (2 * epsilon) / (n_H * n_W)
        expected[i] = np.maximum((alpha * A[i]).sum(axis=-1), 0)
    assert expected.max() > 1e-3
    found = network.grad_cam(X, outputs, engine="steps")
    assert_close(found, expected, rtol=1e-5, atol=1e-9)
    assert_close(network.grad_cam(X, outputs), found, rtol=1e-9, atol=1e-12)  # the native engine


def outputs_of(network: Network, program: Any, A: np.ndarray) -> np.ndarray:
    """The value at the end of a part of the network, in a prediction, walked here."""
    values = {INPUT: A}
    for node in program.nodes:
        given = tuple(values[name] for name in node.inputs)
        parameters = {role: network.parameters[name] for role, name in program.roles(node).items()}
        if node.row.inference is None:
            values[node.output], _ = node.row.forward(given, parameters, node.attributes)
        else:
            values[node.output] = node.row.inference(given, parameters, node.attributes)
    return values[program.output]


@pytest.mark.peers
def test_it_is_pytorch_s() -> None:
    """The network with hooks on its last activation, as users of PyTorch write Grad-CAM."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    F = torch.nn.functional
    network, X, outputs = made((*CHAIN, Flatten(), Dense(3))), images(4), np.array([2, 0, 1, 1])
    p = {name: torch.from_numpy(value.copy()) for name, value in network.parameters.items()}

    def conv(A: Any, name: str, padding: int) -> Any:
        return F.conv2d(A, p[f"{name}.W"].permute(3, 2, 0, 1), p[f"{name}.b"].flatten(), padding=padding)

    def norm(A: Any, name: str) -> Any:
        statistics = (
            p[f"{name}.{role}"].flatten() for role in ("running_mean", "running_variance", "gamma", "beta")
        )
        return F.batch_norm(A, *statistics, eps=1e-5)

    A = F.max_pool2d(F.relu(conv(torch.from_numpy(X).permute(0, 3, 1, 2), "conv1", 1)), 2)
    A = F.relu(norm(conv(A, "conv2", 0), "batch_norm1")).detach().requires_grad_()
    Z = F.max_pool2d(A, 2).permute(0, 2, 3, 1).flatten(1) @ p["dense1.W"] + p["dense1.b"]
    Z[torch.arange(4), torch.from_numpy(outputs)].sum().backward()
    alpha = A.grad.mean(dim=(2, 3), keepdim=True)
    expected = F.relu((alpha * A).sum(dim=1)).detach().numpy()
    assert expected.max() > 1e-3
    assert_close(network.grad_cam(X, outputs, engine="steps"), expected, rtol=1e-9, atol=1e-12)


def test_one_by_hand() -> None:
    # A_0 = X and A_1 = -X. Z_0 is the mean of 2 A_0 - A_1, so alpha = (2/4, -1/4) and L = ReLU(X / 2 + X / 4).
    network = Network(
        Conv(2, 1), GlobalAveragePool(), Dense(1), input_shape=(2, 2, 1), loss="mean_squared_error"
    )
    network.parameters["conv1.W"][...] = [[[[1, -1]]]]
    network.parameters["dense1.W"][...] = [[2], [-1]]
    X = np.array([[[4, -4], [0, 8]]], np.float32)
    assert network.grad_cam(X, engine="steps").tolist() == [[[3, 0], [0, 6]]]


def test_by_default_the_predicted_class_is_asked_for() -> None:
    network, X = made((Conv(4, 3), ReLU(), Flatten(), Dense(3))), images(9)
    predicted = network.predict(X)
    assert len(set(predicted.tolist())) > 1
    assert (network.grad_cam(X) == network.grad_cam(X, predicted)).all()


def test_stored_images_are_scaled_and_normalized_first() -> None:
    network = Network(Conv(3, 3), ReLU(), Flatten(), Dense(2), input_shape=(6, 6, 1), dtype="float64")
    network.preprocessing = Preprocessing((6, 6, 1), 1 / 255, mean=(0.25,), std=(0.5,))
    X = np.random.default_rng(0).integers(0, 256, (2, 6, 6, 1), np.uint8)
    stored = network.grad_cam(X, np.array([1, 0]), engine="steps")
    network.preprocessing = None
    assert_close(
        stored, network.grad_cam((X / 255 - 0.25) / 0.5, np.array([1, 0]), engine="steps"), rtol=1e-9
    )
    assert network.grad_cam(X[:0]).shape == (0, 4, 4)


@pytest.mark.parametrize(
    "layers",
    [(Flatten(), Dense(2)), (MaxPool(2), Flatten(), Dense(2)), (AveragePool(2), ReLU(), Flatten(), Dense(2))],
)
def test_without_a_convolution_there_is_no_map(layers: tuple[Layer, ...]) -> None:
    network = Network(*layers, input_shape=(4, 4, 1))
    with pytest.raises(
        ArgumentError, match=r"^Network\.grad_cam: there must be a feature map, which a convolution "
    ):
        network.grad_cam(np.zeros((1, 4, 4, 1), np.float32))


def test_a_prediction_whose_gradient_nobody_has_written() -> None:
    network = made((Conv(4, 3), Flatten(), Tanh(), Doubled(), Dense(3)))
    with pytest.raises(
        ArgumentError,
        match=r"^Network\.grad_cam: layers .* predict with their forward.*; Doubled\(\) has an inference",
    ):
        network.grad_cam(images())


def test_arguments_that_do_not_fit() -> None:
    network, X = made((*CHAIN, Flatten(), Dense(3))), images()
    for given, error, sentence in (
        ((X[..., :1],), ShapeError, r"X must have shape \(m, n_H, n_W, n_C\)"),
        ((X, np.array([0, 1])), ShapeError, r"outputs must have shape \(m,\) with m=3"),
        ((X, np.array([0.0, 1.0, 2.0])), DtypeError, "outputs must hold integers"),
        (
            (X, np.array([0, 1, 3])),
            DataError,
            r"outputs must hold class indices 0 <= outputs < n_C with n_C=3",
        ),
        ((X, None, None, "fast"), ArgumentError, "engine must be"),
    ):
        with pytest.raises(error, match=rf"^Network\.grad_cam: {sentence}"):
            network.grad_cam(*given)
