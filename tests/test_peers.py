"""The same numbers as PyTorch, where it is installed: functions, conventions, and a network that trains beside one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride import AveragePool, Conv, Dense, Flatten, MaxPool, ReLU, steps
from fullstride.native.executor import NativeExecutor
from fullstride.program import ParameterStore, lower
from tests.support.close import assert_close

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
pytestmark = pytest.mark.peers

GEOMETRIES = [
    # m, n_H, n_W, n_C_prev, n_C, f, stride, pad
    (2, 8, 8, 3, 4, (3, 3), (1, 1), (1, 1)),
    (3, 9, 7, 1, 8, (3, 3), (2, 2), (0, 0)),
    (2, 7, 10, 5, 17, (2, 4), (1, 3), (1, 2)),
    (1, 12, 12, 16, 33, (5, 5), (1, 1), (2, 2)),
    (4, 6, 6, 2, 2, (1, 1), (3, 2), (0, 0)),
]


def channels_first(array: np.ndarray) -> Any:
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(array, -1, 1)))


def filters(W: np.ndarray) -> Any:
    return torch.from_numpy(np.ascontiguousarray(W.transpose(3, 2, 0, 1)))


@pytest.mark.parametrize("implementation", [steps, fullstride], ids=["steps", "native"])
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_convolution(implementation: Any, geometry: tuple[Any, ...]) -> None:
    m, n_H, n_W, n_C_prev, n_C, f, stride, pad = geometry
    rng = np.random.default_rng(0)
    A_prev, W = rng.standard_normal((m, n_H, n_W, n_C_prev)), rng.standard_normal((*f, n_C_prev, n_C))
    b = rng.standard_normal((1, 1, 1, n_C))
    Z, cache = implementation.conv_forward(A_prev, W, b, {"stride": stride, "pad": pad})
    dZ = rng.standard_normal(Z.shape)
    dA_prev, dW, db = implementation.conv_backward(dZ, cache)
    x, w, bias = (
        t.requires_grad_() for t in (channels_first(A_prev), filters(W), torch.from_numpy(b.ravel()))
    )
    z = torch.nn.functional.conv2d(x, w, bias, stride=stride, padding=pad)
    z.backward(channels_first(dZ))
    assert_close(Z, z.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-12, atol=1e-12)
    assert_close(dA_prev, x.grad.numpy().transpose(0, 2, 3, 1), rtol=1e-12, atol=1e-12)
    assert_close(dW, w.grad.numpy().transpose(2, 3, 1, 0), rtol=1e-12, atol=1e-12)
    assert_close(db.ravel(), bias.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("implementation", [steps, fullstride], ids=["steps", "native"])
@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize(
    ("f", "stride"), [((2, 2), (2, 2)), ((3, 3), (2, 2)), ((2, 3), (1, 2)), ((2, 2), (3, 3))]
)
def test_pooling_with_ties(
    implementation: Any, mode: str, f: tuple[int, int], stride: tuple[int, int]
) -> None:
    rng = np.random.default_rng(1)
    A_prev = rng.integers(0, 3, (3, 8, 9, 5)).astype(np.float64)  # small whole numbers: ties in most windows
    A, cache = implementation.pool_forward(A_prev, {"f": f, "stride": stride}, mode=mode)
    dA = rng.standard_normal(A.shape)
    dA_prev = implementation.pool_backward(dA, cache, mode=mode)
    x = channels_first(A_prev).requires_grad_()
    pool = torch.nn.functional.max_pool2d if mode == "max" else torch.nn.functional.avg_pool2d
    a = pool(x, f, stride)
    a.backward(channels_first(dA))
    assert_close(A, a.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-13, atol=0)
    assert_close(dA_prev, x.grad.numpy().transpose(0, 2, 3, 1), rtol=1e-12, atol=1e-13)


def test_softmax_cross_entropy() -> None:
    rng = np.random.default_rng(2)
    Z, Y = 5 * rng.standard_normal((7, 11)), rng.integers(0, 11, 7)
    cost, cache = steps.cross_entropy_forward(Z, Y)
    z = torch.from_numpy(Z).requires_grad_()
    loss = torch.nn.functional.cross_entropy(z, torch.from_numpy(Y))
    loss.backward()
    assert_close(np.float64(cost), loss.detach().numpy(), rtol=1e-13, atol=0)
    assert_close(steps.cross_entropy_backward(cache), z.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_a_network_trains_as_it_does_in_torch() -> None:
    """Ten steps of SGD with momentum in float64: the same losses and the same weights."""
    nn = torch.nn
    layers = [
        Conv(6, 3, pad=1),
        ReLU(),
        MaxPool(2),
        Conv(5, 5, pad=2),
        ReLU(),
        AveragePool(2),
        Flatten(),
        Dense(4),
    ]
    program = lower(layers, (12, 12, 2), "float64")
    store = ParameterStore(program)
    store.initialize(0)
    values = store.values
    net = nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 5, 5, padding=2),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(45, 4),
    ).double()
    with torch.no_grad():
        for number, name in ((0, "conv1"), (3, "conv2")):
            net[number].weight[:] = filters(values[f"{name}.W"])
            net[number].bias[:] = 0
        dense = values["dense1.W"].reshape(3, 3, 5, 4).transpose(3, 2, 0, 1).reshape(4, 45)
        net[7].weight[:] = torch.from_numpy(dense.copy())
        net[7].bias[:] = 0
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((40, 12, 12, 2)), rng.integers(0, 4, 40)
    optimizer = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9)
    executor = NativeExecutor(program, store, threads=2)
    for step in range(10):
        rows = np.arange(step * 4, step * 4 + 4, dtype=np.int64)
        loss = nn.functional.cross_entropy(net(channels_first(X[rows])), torch.from_numpy(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        ours = executor.train_step(X, y, rows, 0.05, 0.9)
        assert_close(np.float64(ours), loss.detach().numpy(), rtol=1e-10, atol=1e-12)
    assert_close(
        values["conv1.W"], net[0].weight.detach().numpy().transpose(2, 3, 1, 0), rtol=1e-9, atol=1e-11
    )
    dense = net[7].weight.detach().numpy().reshape(4, 5, 3, 3).transpose(2, 3, 1, 0).reshape(45, 4)
    assert_close(values["dense1.W"], dense, rtol=1e-9, atol=1e-11)
