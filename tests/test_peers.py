"""The same numbers as PyTorch, where it is installed: functions, conventions, and a network that trains beside one."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride import (
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
    architectures,
    steps,
)
from fullstride.native.executor import NativeExecutor
from fullstride.program import (
    SGD,
    START,
    Adam,
    AdamW,
    Cost,
    Interpreter,
    Optimizer,
    ParameterStore,
    Program,
    Update,
    lower,
)
from tests.support.close import assert_close
from tests.support.programs import chain, store_of, typed

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


@pytest.mark.parametrize("shape", [(4, 5, 3, 6), (7, 5)], ids=str)
@pytest.mark.parametrize("momentum", [0.1, 1.0])
def test_batch_normalization(shape: tuple[int, ...], momentum: float) -> None:
    """Two batches in training, with their running statistics, then a prediction."""
    rng = np.random.default_rng(4)
    one_a_channel = (1,) * (len(shape) - 1) + shape[-1:]
    gamma, beta = rng.standard_normal((2, *one_a_channel))
    mean, variance = np.zeros(one_a_channel), np.ones(one_a_channel)
    norm = torch.nn.BatchNorm2d if len(shape) == 4 else torch.nn.BatchNorm1d
    module = norm(shape[-1], eps=1e-3, momentum=momentum).double()
    with torch.no_grad():
        module.weight[:], module.bias[:] = torch.from_numpy(gamma.ravel()), torch.from_numpy(beta.ravel())
    for _ in range(2):
        Z, dZ_tilde = 3 + 2 * rng.standard_normal((2, *shape))
        Z_tilde, cache = steps.batch_norm_forward(Z, gamma, beta, 1e-3)
        dZ, dgamma, dbeta = steps.batch_norm_backward(dZ_tilde, cache)
        mean, variance = steps.running_statistics(cache, mean, variance, momentum)
        z = channels_first(Z).requires_grad_()
        z_tilde = module(z)
        module.zero_grad()
        z_tilde.backward(channels_first(dZ_tilde))
        assert_close(Z_tilde, np.moveaxis(z_tilde.detach().numpy(), 1, -1), rtol=1e-11, atol=1e-11)
        assert_close(dZ, np.moveaxis(z.grad.numpy(), 1, -1), rtol=1e-10, atol=1e-11)
        assert_close(dgamma.ravel(), module.weight.grad.numpy(), rtol=1e-10, atol=1e-11)
        assert_close(dbeta.ravel(), module.bias.grad.numpy(), rtol=1e-11, atol=1e-11)
        assert_close(mean.ravel(), module.running_mean.numpy(), rtol=1e-12)
        assert_close(variance.ravel(), module.running_var.numpy(), rtol=1e-12)
    predicted = np.moveaxis(module.eval()(channels_first(Z)).detach().numpy(), 1, -1)
    assert_close(
        steps.batch_norm_inference(Z, gamma, beta, mean, variance, 1e-3), predicted, rtol=1e-11, atol=1e-11
    )


def in_torch(program: Program, parameters: dict[str, Any], x: Any, training: bool) -> Any:
    """The output of a program for images x with the channels first; running statistics advance in training."""
    F = torch.nn.functional
    values = {"X": x}
    for node in program.nodes:
        A, given = [values[name] for name in node.inputs], node.attributes
        p = {role: parameters[name] for role, name in program.roles(node).items()}
        if node.operation == "conv":
            W, b = p["W"].permute(3, 2, 0, 1), p["b"].ravel() if "b" in p else None
            (top, bottom), (left, right) = given["pad"]
            assert (top, left) == (bottom, right)
            values[node.output] = F.conv2d(A[0], W, b, given["stride"], (top, left))
        elif node.operation == "batch_norm":
            running, rule = (p["running_mean"].ravel(), p["running_variance"].ravel()), given["momentum"]
            scale = p["gamma"].ravel(), p["beta"].ravel()
            values[node.output] = F.batch_norm(A[0], *running, *scale, training, rule, given["epsilon"])
        elif node.operation == "linear":
            values[node.output] = A[0] @ p["W"] + p["b"]
        elif node.operation == "global_average_pool":
            values[node.output] = A[0].mean((2, 3))
        else:
            values[node.output] = {"relu": torch.relu, "add": torch.add}[node.operation](*A)
    return values[program.output]


def test_a_residual_network_trains_as_it_does_in_torch() -> None:
    """Gradients, running statistics and predictions over three steps in float64."""
    layers = [
        *(Conv(4, 3, pad=1, bias=False), BatchNorm(), ReLU()),
        *(
            Residual(Conv(4, 3, pad=1, bias=False), BatchNorm(), ReLU(), Conv(4, 3, pad=1), BatchNorm()),
            ReLU(),
        ),
        Residual(
            *(Conv(6, 3, 2, 1, bias=False), BatchNorm(), ReLU(), Conv(6, 3, pad=1, bias=False), BatchNorm()),
            shortcut=[Conv(6, 1, stride=2, bias=False), BatchNorm()],
        ),
        *(ReLU(), Add([Conv(6, 1)], [], [BatchNorm()]), GlobalAveragePool(), Dense(4), BatchNorm()),
    ]
    program = lower(layers, (7, 6, 2), "float64")
    store = ParameterStore(program)
    store.initialize(0)
    interpreter = Interpreter(program, store)
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((15, 7, 6, 2)), rng.integers(0, 4, 15)
    parameters = {name: torch.from_numpy(value.copy()) for name, value in store.values.items()}
    for name in program.trained:
        parameters[name].requires_grad_()
    optimizer = torch.optim.SGD([parameters[name] for name in program.trained], 0.1, momentum=0.9)
    for step in range(3):
        rows = np.arange(5 * step, 5 * step + 5, dtype=np.int64)
        z = in_torch(program, parameters, channels_first(X[rows]), training=True)
        loss = torch.nn.functional.cross_entropy(z, torch.from_numpy(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        cost, gradients = interpreter.gradients(X, y, rows)
        assert_close(np.float64(cost), loss.detach().numpy(), rtol=1e-10)
        assert gradients.keys() == program.trained.keys()
        for name, gradient in gradients.items():
            assert_close(gradient, parameters[name].grad.numpy(), rtol=1e-8, atol=1e-10)
        optimizer.step()
        assert interpreter.train_step(X, y, rows, Update(0.1, 0.9)) == cost
        for name, value in store.values.items():
            assert_close(value, parameters[name].detach().numpy(), rtol=1e-8, atol=1e-10)
    z = in_torch(program, parameters, channels_first(X), training=False)
    assert_close(interpreter.forward(X), torch.softmax(z, 1).detach().numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(("name", "n"), [("resnet20", 3), ("resnet32", 5), ("resnet56", 9)])
def test_residual_networks_have_as_many_parameters_in_torch(name: str, n: int) -> None:
    nn = torch.nn

    def unit(n_C_prev: int, n_C: int, f: int) -> list[Any]:
        return [nn.Conv2d(n_C_prev, n_C, f, bias=False), nn.BatchNorm2d(n_C)]

    modules, n_C_prev = unit(3, 16, 3), 16
    for n_C in (16, 32, 64):
        for _ in range(n):
            modules += unit(n_C_prev, n_C, 3) + unit(n_C, n_C, 3)
            modules += unit(n_C_prev, n_C, 1) if n_C_prev != n_C else []
            n_C_prev = n_C
    net = nn.Sequential(*modules, nn.Linear(64, 10))
    summary = getattr(architectures, name)((32, 32, 3), 10).summary()
    assert summary.parameters == sum(p.numel() for p in net.parameters())
    assert summary.states == sum(b.numel() for key, b in net.named_buffers() if "running" in key)


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
        ours = executor.train_step(X, y, rows, Update(0.05, 0.9))
        assert_close(np.float64(ours), loss.detach().numpy(), rtol=1e-10, atol=1e-12)
    assert_close(
        values["conv1.W"], net[0].weight.detach().numpy().transpose(2, 3, 1, 0), rtol=1e-9, atol=1e-11
    )
    dense = net[7].weight.detach().numpy().reshape(4, 5, 3, 3).transpose(2, 3, 1, 0).reshape(45, 4)
    assert_close(values["dense1.W"], dense, rtol=1e-9, atol=1e-11)


# Updates and losses


def flat_net(dtype: str = "float64") -> tuple[Any, ParameterStore, Any, Any]:
    """Dense, ReLU, Dense: here, and in torch with the same weights; images and labels."""
    program = typed(chain(Dense(7), ReLU(), Dense(4), shape=(5,)), dtype)
    store = store_of(program)
    store.reset()
    parameters = {name: torch.from_numpy(value.copy()) for name, value in store.values.items()}
    for parameter in parameters.values():
        parameter.requires_grad_()
    rng = np.random.default_rng(5)
    return program, store, parameters, (rng.standard_normal((40, 5)).astype(dtype), rng.integers(0, 4, 40))


def flat_forward(parameters: Any, X: Any) -> Any:
    x = torch.relu(torch.from_numpy(X) @ parameters["dense1.W"] + parameters["dense1.b"])
    return x @ parameters["dense2.W"] + parameters["dense2.b"]


def groups(parameters: Any, weight_decay: float) -> list[dict[str, Any]]:
    """Weights decay, biases do not."""
    weights, biases = (
        [value for name, value in parameters.items() if name.endswith(end)] for end in (".W", ".b")
    )
    return [
        {"params": weights, "weight_decay": weight_decay},
        {"params": biases, "weight_decay": 0.0},
    ]


OPTIMIZERS: dict[str, tuple[Optimizer, Any]] = {
    "SGD": (
        SGD(0.9, weight_decay=0.1),
        lambda p: torch.optim.SGD(groups(p, 0.1), 0.05, momentum=0.9),
    ),
    "Nesterov": (
        SGD(0.8, nesterov=True, weight_decay=0.05),
        lambda p: torch.optim.SGD(groups(p, 0.05), 0.05, momentum=0.8, nesterov=True),
    ),
    "Adam": (
        Adam(0.8, 0.95, 1e-6, weight_decay=0.1),
        lambda p: torch.optim.Adam(groups(p, 0.1), 0.05, (0.8, 0.95), 1e-6),
    ),
    "AdamW": (AdamW(weight_decay=0.2), lambda p: torch.optim.AdamW(groups(p, 0.2), 0.05)),
}


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
@pytest.mark.parametrize("clip", [None, 0.25])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str, clip: float | None, engine: Any) -> None:
    """Twelve steps; with clipping torch's norm, and its lengths but for the 1e-6 that it adds to the norm."""
    program, store, parameters, (X, y) = flat_net()
    optimizer, make = OPTIMIZERS[name]
    theirs, executor, state, norms = make(parameters), engine(program, store), START, []
    for step in range(12):
        rows = np.arange(step * 7, step * 7 + 9, dtype=np.int64) % 40
        theirs.zero_grad()
        loss = torch.nn.functional.cross_entropy(flat_forward(parameters, X[rows]), torch.from_numpy(y[rows]))
        loss.backward()
        if clip is not None:
            norms.append(float(torch.nn.utils.clip_grad_norm_(parameters.values(), clip)))
        theirs.step()
        ours = executor.train_step(X, y, rows, optimizer.update(0.05, state, clip))
        state = optimizer.advance(state)
        assert_close(ours, float(loss.detach()), rtol=1e-5 if clip else 1e-10)
        if clip is not None:
            assert_close(executor.last_norm, norms[-1], rtol=1e-5)
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if clip else {"rtol": 1e-9, "atol": 1e-11}
    for key, value in store.values.items():
        assert_close(value, parameters[key].detach().numpy(), **tolerance)
    assert clip is None or max(norms) > clip


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [None, (0.5, 1.0, 2.0, 4.0)])
def test_cross_entropy_with_weights_and_smoothing(weights: Any, smoothing: float, engine: Any) -> None:
    program, store, parameters, (X, y) = flat_net()
    rows = np.arange(11, dtype=np.int64)
    tensor = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    criterion = torch.nn.CrossEntropyLoss(weight=tensor, label_smoothing=smoothing)
    loss = criterion(flat_forward(parameters, X[rows]), torch.from_numpy(y[rows]))
    loss.backward()
    ours, gradients = engine(program, store).gradients(X, y, rows, cost=Cost(smoothing, weights))
    assert_close(ours, float(loss.detach()), rtol=1e-12)
    for name, gradient in gradients.items():
        assert_close(gradient, parameters[name].grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
def test_squared_error(engine: Any) -> None:
    program, store, parameters, (X, _) = flat_net()
    program = dataclasses.replace(program, loss="mean_squared_error")
    T, rows = np.random.default_rng(6).standard_normal((40, 4)), np.arange(11, dtype=np.int64)
    loss = torch.nn.MSELoss()(flat_forward(parameters, X[rows]), torch.from_numpy(T[rows]))
    loss.backward()
    executor = engine(program, store)
    ours, gradients = executor.gradients(X, T, rows)
    assert_close(ours, float(loss.detach()), rtol=1e-12)
    for name, gradient in gradients.items():
        assert_close(gradient, parameters[name].grad.numpy(), rtol=1e-9, atol=1e-12)
    assert_close(executor.forward(X), flat_forward(parameters, X).detach().numpy(), rtol=1e-10)
