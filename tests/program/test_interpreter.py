"""The interpreter against the same arithmetic in whole arrays, and against difference quotients."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride import steps
from fullstride.data.digits import digits
from fullstride.layers import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    ReLU,
    Residual,
)
from fullstride.program import Inputs, Interpreter, ParameterStore, Program, Update
from fullstride.program.table import Array
from tests.support.close import assert_close
from tests.support.programs import NORMALIZED, PROGRAMS, batch, chain, store_of, typed, without_loss

SMALL = ["two inputs", "one value twice", "read by a ReLU and an add", "two pools of one value", "stride 2"]


@pytest.mark.parametrize("name", [*SMALL, *NORMALIZED])
def test_gradients_by_differences(name: str) -> None:
    program = typed({**PROGRAMS, **NORMALIZED}[name], "float64")
    store = store_of(program)
    interpreter = Interpreter(program, store)
    X, y, rows = batch(program, 5)
    _, gradients = interpreter.gradients(X, y, rows)
    generator = np.random.default_rng(0)
    for parameter, gradient in gradients.items():
        start = store.values[parameter].copy()
        direction = generator.standard_normal(start.shape)
        direction /= np.linalg.norm(direction)
        costs = []
        for step in (1e-6, -1e-6):
            store.values[parameter][...] = start + step * direction
            costs.append(interpreter.gradients(X, y, rows)[0])
        store.values[parameter][...] = start
        assert_close(np.sum(gradient * direction), (costs[0] - costs[1]) / 2e-6, rtol=1e-6, atol=1e-8)


def dense() -> tuple[Program, Interpreter]:
    program = typed(chain(Dense(4), ReLU(), Dense(3), shape=(5,)), "float64")
    return program, Interpreter(program, store_of(program))


def test_two_dense_layers_in_matrices() -> None:
    program, interpreter = dense()
    X, y, rows = batch(program, 6)
    p = interpreter.store.values
    x, one_hot = X[rows], np.eye(3)[y[rows]]
    hidden = x @ p["dense1.W"] + p["dense1.b"]
    Z = np.maximum(hidden, 0) @ p["dense2.W"] + p["dense2.b"]
    A = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    dZ = (A - one_hot) / 6
    dhidden = (dZ @ p["dense2.W"].T) * (hidden > 0)
    cost, gradients = interpreter.gradients(X, y, rows)
    assert_close(cost, -np.mean(np.log((A * one_hot).sum(axis=1))), rtol=1e-12)
    assert_close(gradients["dense2.W"], np.maximum(hidden, 0).T @ dZ, atol=1e-12)
    assert_close(gradients["dense1.W"], x.T @ dhidden, atol=1e-12)
    assert_close(gradients["dense1.b"][0], dhidden.sum(axis=0), atol=1e-12)
    assert_close(interpreter.forward(x), A, rtol=1e-12)
    before = {name: value.copy() for name, value in p.items()}
    velocity = {name: value.copy() for name, value in interpreter.store.velocity.items()}
    assert interpreter.train_step(X, y, rows, Update(0.5, 0.25)) == cost
    for name in p:
        v = 0.25 * velocity[name] + gradients[name]
        assert_close(interpreter.store.velocity[name], v, atol=1e-14)
        assert_close(p[name], before[name] - 0.5 * v, atol=1e-14)


def test_every_value_can_be_looked_at() -> None:
    program = typed(PROGRAMS["two inputs"], "float64")
    interpreter = Interpreter(program, store_of(program))
    X, _, _ = batch(program, 2)
    values, caches = interpreter.walk_forward(X)
    assert {name: value.shape[1:] for name, value in values.items()} == dict(program.shapes)
    dZ = np.random.default_rng(0).standard_normal(values["Z"].shape)
    d_values, d_parameters = interpreter.walk_backward(dZ, caches)
    assert {name: value.shape for name, value in d_values.items()} == {
        name: value.shape for name, value in values.items()
    }
    assert d_parameters.keys() == program.parameters.keys()
    assert_close(d_values["left"], d_values["sum"])


def test_bytes_are_scaled_and_numbers_are_not() -> None:
    program, interpreter = dense()
    X = np.arange(10, dtype=np.uint8).reshape(2, 5)
    assert_close(interpreter.forward(X, Inputs(0.5)), interpreter.forward(0.5 * X.astype(np.float64)))
    assert_close(interpreter.forward(0.5 * X, Inputs(0.125)), interpreter.forward(0.5 * X))
    assert program.dtype == "float64"


def test_without_a_loss_the_output_is_returned_as_it_is() -> None:
    program, interpreter = dense()
    plain = Interpreter(without_loss(program), interpreter.store)
    X, _, _ = batch(program, 3)
    assert_close(steps.softmax(plain.forward(X)), interpreter.forward(X))


def test_what_runs_each_operation() -> None:
    _, interpreter = dense()
    assert interpreter.implementation() == (
        ("dense1", "steps/linear.py"),
        ("relu1", "steps/relu.py"),
        ("dense2", "steps/linear.py"),
    )
    interpreter.close()


# Batch normalization: states, and predictions that differ from training


def states(interpreter: Interpreter) -> dict[str, Array]:
    program = interpreter.program
    return {
        name: interpreter.store.values[name].copy() for name in program.parameters.keys() - program.trained
    }


@pytest.mark.parametrize("name", NORMALIZED)
def test_gradients_do_not_advance_the_states(name: str) -> None:
    program = typed(NORMALIZED[name], "float64")
    interpreter = Interpreter(program, store_of(program))
    before = states(interpreter)
    _, gradients = interpreter.gradients(*batch(program, 5))
    assert gradients.keys() == program.trained.keys()
    assert all((before[name] == value).all() for name, value in states(interpreter).items())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_of_training_advances_the_states(dtype: str) -> None:
    program = typed(NORMALIZED["residual"], dtype)
    interpreter = Interpreter(program, store_of(program))
    store = interpreter.store
    X, y, rows = batch(program, 4)
    values, _ = interpreter.walk_forward(X[rows])
    before = states(interpreter)
    interpreter.train_step(X, y, rows, Update(0.1, 0.9))
    after = states(interpreter)
    for name, momentum in (("batch_norm1", 0.1), ("batch_norm2", 0.5), ("batch_norm4", 0.1)):
        node = next(node for node in program.nodes if node.output == name)
        A = values[node.inputs[0]].astype(np.float64)
        axes = tuple(range(A.ndim - 1))
        for role, batch_value in (("running_mean", A.mean(axes)), ("running_variance", A.var(axes, ddof=1))):
            old, new = before[f"{name}.{role}"], after[f"{name}.{role}"]
            assert new.dtype == dtype
            assert_close(
                new.ravel(), old.ravel() + momentum * (batch_value - old.ravel()), rtol=1e-5, atol=1e-6
            )
    assert not any(store.velocity[name].any() for name in after)


def test_a_prediction_uses_the_states_and_changes_none() -> None:
    program = typed(NORMALIZED["residual"], "float64")
    interpreter = Interpreter(program, store_of(program))
    X, y, rows = batch(program, 5)
    for _ in range(3):
        interpreter.train_step(X, y, rows, Update(0.1, 0.9))
    before = states(interpreter)
    together = interpreter.forward(X)
    for i in range(len(X)):
        assert_close(interpreter.forward(X[i : i + 1]), together[i : i + 1], rtol=1e-12)
    values = interpreter.walk_inference(X)
    assert_close(steps.softmax(values[program.output]), together, rtol=0)
    p = interpreter.store.values
    Z = (values["conv1"] - p["batch_norm1.running_mean"]) / np.sqrt(p["batch_norm1.running_variance"] + 1e-5)
    assert_close(
        values["batch_norm1"], p["batch_norm1.gamma"] * Z + p["batch_norm1.beta"], rtol=1e-9, atol=1e-12
    )
    trained, _ = interpreter.walk_forward(X)
    assert np.abs(trained[program.output] - values[program.output]).max() > 1e-3
    assert all((before[name] == value).all() for name, value in states(interpreter).items())


def test_a_batch_that_is_normalized_is_seen_whole() -> None:
    """The order of the images changes nothing but rounding; which images they are changes every output."""
    program = typed(NORMALIZED["residual"], "float64")
    interpreter = Interpreter(program, store_of(program))
    X, y, _ = batch(program, 5)
    cost, _ = interpreter.gradients(X, y, np.arange(5))
    again, _ = interpreter.gradients(X, y, np.arange(5)[::-1].copy())
    assert_close(cost, again, rtol=1e-12)
    one = interpreter.walk_forward(X[:5])[0][program.output][0]
    other = interpreter.walk_forward(X[[0, 5, 6, 7]])[0][program.output][0]
    assert np.abs(one - other).max() > 1e-3


def test_a_residual_network_learns_digits() -> None:
    X, y = digits()
    X, y = (X[:100] / 16).astype(np.float32), y[:100]
    program = chain(
        *(Conv(6, 3, stride=2, pad=1, bias=False), BatchNorm(), ReLU()),
        *(
            Residual(Conv(6, 3, pad=1, bias=False), BatchNorm(), ReLU(), Conv(6, 3, pad=1, bias=False)),
            ReLU(),
        ),
        *(Flatten(), Dense(10)),
        shape=(8, 8, 1),
    )
    store = ParameterStore(program)
    store.initialize(0)
    interpreter = Interpreter(program, store)
    losses = []
    for _ in range(6):
        for start in range(0, 100, 25):
            losses.append(interpreter.train_step(X, y, np.arange(start, start + 25), Update(0.1, 0.9)))
    assert losses[-1] < 0.1 * losses[0]
    assert (interpreter.forward(X).argmax(axis=1) == y).mean() > 0.9
