"""The interpreter against the same arithmetic in whole arrays, and against difference quotients."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride import steps
from fullstride.layers import Dense, ReLU
from fullstride.program import Interpreter, Program
from tests.support.close import assert_close
from tests.support.programs import PROGRAMS, batch, chain, store_of, typed, without_loss

SMALL = ["two inputs", "one value twice", "read by a ReLU and an add", "two pools of one value", "stride 2"]


@pytest.mark.parametrize("name", SMALL)
def test_gradients_by_differences(name: str) -> None:
    program = typed(PROGRAMS[name], "float64")
    store = store_of(program)
    interpreter = Interpreter(program, store)
    X, y, rows = batch(program, 3)
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
    assert interpreter.train_step(X, y, rows, 0.5, 0.25) == cost
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
    assert_close(interpreter.forward(X, 0.5), interpreter.forward(0.5 * X.astype(np.float64)))
    assert_close(interpreter.forward(0.5 * X, 0.125), interpreter.forward(0.5 * X))
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
