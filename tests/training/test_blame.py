"""The first tensor that is not finite is named, by real networks whose numbers overflow on purpose."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fullstride.data import Preprocessing
from fullstride.errors import TrainingError
from fullstride.layers import Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.network import Network
from fullstride.program import AS_STORED, PLAIN, Inputs, Interpreter
from fullstride.steps import Augmentation
from fullstride.training import Callback, EpochRecord, Part, Run, first_non_finite
from fullstride.training.blame import COUNTS, first_bad_tensor

ENGINES = ["steps", "native"]


def network(**more: Any) -> Network:
    layers = (*(Conv(2, 3, pad=1), ReLU(), MaxPool(2)), *(Conv(3, 2), ReLU()), Flatten(), Dense(3))
    return Network(*layers, input_shape=(6, 6, 1), **more)


def data(m: int = 12) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    return generator.random((m, 6, 6, 1)).astype(np.float32), generator.integers(0, 3, m)


def bits(net: Network) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in net.parameters.items()}


class At(Callback):
    """Does something to the network after a step, and keeps the parameters of each epoch."""

    def __init__(self, epoch: int, step: int, action: Callable[[Network], None]) -> None:
        self.place, self.action = (epoch, step), action
        self.epochs: list[dict[str, bytes]] = []

    def on_step(self, run: Run) -> None:
        if (run.epoch, run.step) == self.place:
            self.action(run.network)

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        self.epochs.append(bits(run.network))


def stopped(sentence: str) -> Any:
    return pytest.raises(TrainingError, match="^" + re.escape(sentence))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_parameter_that_a_callback_spoils(engine: str) -> None:
    def spoil(net: Network) -> None:
        net.parameters["conv2.b"][0, 0, 0, 1] = np.inf

    net, at = network(), At(2, 1, spoil)
    sentence = (
        "Network.fit: the loss is nan at step 2 of 3 of epoch 2 of 3 (the first tensor that is not finite is the "
        "parameter conv2.b, before the step); a smaller lr (now 0.05), clip=1.0, or inputs scaled to about 0..1, "
        "often helps; the parameters are now those of the end of epoch 1"
    )
    with stopped(sentence):
        net.fit(*data(), epochs=3, batch_size=4, callbacks=[at], engine=engine)
    assert bits(net) == at.epochs[0]
    assert len(at.epochs) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_of_the_second_layer_that_overflow(engine: str) -> None:
    def enlarge(net: Network) -> None:
        net.parameters["conv1.b"][...] = 10
        net.parameters["conv2.W"][...] = 2e38  # finite: eight products of it are not

    net, at = network(), At(1, 3, lambda net: None)
    at.on_epoch = lambda run, record: (at.epochs.append(bits(net)), enlarge(net))  # type: ignore[method-assign]
    sentence = (
        "Network.fit: the loss is nan at step 1 of 3 of epoch 2 of 3 (the first tensor that is not finite is the "
        "output of conv2, shape (m, 2, 2, 3)); "
    )
    with stopped(sentence):
        net.fit(*data(), epochs=3, batch_size=4, callbacks=[at], engine=engine)
    assert bits(net) == at.epochs[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_image_that_overflows_when_it_is_scaled(engine: str) -> None:
    X, y = np.zeros((12, 6, 6, 1), np.uint8), data()[1]
    X[7, 2, 3] = 255  # 255 * 2e36 = 5.1e38 is more than float32 can hold
    net = network()
    net.preprocessing = Preprocessing((6, 6, 1), scale=2e36)
    before = bits(net)
    sentence = (
        "(the first tensor that is not finite is image 7 of X as the network sees it, shape (6, 6, 1)); "
    )
    with pytest.raises(TrainingError, match=re.escape(sentence)):
        net.fit(X, y, epochs=1, batch_size=4, engine=engine)
    assert bits(net) == before


def deep(**more: Any) -> Network:
    """Three linear layers of weights of about 1e20: forward 1e-37 * 1e20^3, backward 1 * 1e20^2."""
    net = Network(Flatten(), Dense(2), Dense(2), Dense(2), input_shape=(1, 1, 1), **more)
    for k in (1, 2, 3):
        net.parameters[f"dense{k}.W"][...] = 1e20 if k < 3 else [[1e20, -1e20], [1e20, 1e20]]
    return net


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gradient_that_overflows(engine: str) -> None:
    net = deep()
    X, y = np.full((2, 1, 1, 1), 1e-37, np.float32), np.array([0, 1])
    before = bits(net)
    sentence = (
        r"^Network.fit: the norm of the gradients is (inf|nan) at step 1 of 1 of epoch 1 of 2 \(every output is "
        r"finite, but the gradient of the output of dense1 is not\); a smaller lr \(now 0.05\), a clip below 5"
    )
    with pytest.raises(TrainingError, match=sentence):
        net.fit(X, y, epochs=2, clip=5.0, engine=engine)
    assert bits(net) == before


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gradient_of_a_parameter_that_overflows(engine: str) -> None:
    net = Network(Flatten(), Dense(2), Dense(2), input_shape=(1, 1, 1))
    net.parameters["dense1.W"][...] = 1e-30
    net.parameters["dense2.W"][...] = [[1e20, -1e20], [1e20, 1e20]]
    X, y = np.full((2, 1, 1, 1), 1e30, np.float32), np.array([1, 1])  # dW1 = X * 1e20
    sentence = "every output is finite, but the gradient of dense1.W is not"
    with pytest.raises(TrainingError, match=sentence):
        net.fit(X, y, clip=5.0, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_loss_that_overflows_by_itself(engine: str) -> None:
    net = Network(Flatten(), Dense(1), input_shape=(1, 1, 1), loss="mean_squared_error")
    X, y = np.ones((2, 1, 1, 1), np.float32), np.array([3e38, -3e38], np.float32)
    sentence = "the loss is inf at step 1 of 1 of epoch 1 of 1 (every output is finite, but the loss of dense1 is not)"
    with pytest.raises(TrainingError, match=re.escape(sentence)):
        net.fit(X, y, engine=engine)


def test_of_many_images_those_whose_prediction_is_not_finite_are_walked() -> None:
    X, y = data(40)
    X[33] = 1e38  # times weights of up to 0.8, nine of them
    net = network()
    net.parameters["conv1.W"][...] = 1
    rows = np.arange(40)
    assert COUNTS == (1, 8)
    executor = Interpreter(net.program, net._store)
    with np.errstate(all="ignore"):
        found = first_bad_tensor(executor, net._store, Part(X, y), rows, AS_STORED, PLAIN)
        others = first_bad_tensor(executor, net._store, Part(X, y), rows[:32], AS_STORED, PLAIN)
    assert found == "the first tensor that is not finite is the output of conv1, shape (m, 6, 6, 2)"
    assert others == "on 8 of its images alone every tensor is finite"


def test_what_a_single_image_does_not_show() -> None:
    """Then more are walked together."""
    net = Network(Flatten(), Dense(1), Dense(1), input_shape=(1, 1, 1), loss="mean_squared_error")
    net.parameters["dense1.W"][...] = net.parameters["dense2.W"][...] = 1
    X, y = np.array([1.0, 5.0], np.float32).reshape(2, 1, 1, 1), np.zeros((2, 1), np.float32)
    seen: list[int] = []
    walk = Interpreter.walk_loss

    def spy(self: Any, X: Any, y: Any, rows: Any, inputs: Inputs, cost: Any, weights: Any) -> Any:
        seen.append(len(rows))
        values, caches, loss, dZ = walk(self, X, y, rows, inputs, cost, weights)
        return values, caches, math.inf if len(rows) == 2 else loss, dZ

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Interpreter, "walk_loss", spy)
        executor = Interpreter(net.program, net._store)
        found = first_bad_tensor(executor, net._store, Part(X, y), np.arange(2), AS_STORED, PLAIN)
    assert found == "every output is finite, but the loss of dense2 is not"
    assert seen == [1, 2]


def test_images_are_drawn_as_in_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the epoch and the seed of the step that went wrong: its images, and no others."""
    seen: list[Inputs] = []
    walk = Interpreter.walk_loss

    def spy(self: Any, X: Any, y: Any, rows: Any, inputs: Inputs, cost: Any, weights: Any) -> Any:
        seen.append(inputs)
        return walk(self, X, y, rows, inputs, cost, weights)

    def enlarge(net: Network) -> None:
        net.parameters["dense1.W"][...] = 3e38

    augmentation = Augmentation(flip=True)
    monkeypatch.setattr(Interpreter, "walk_loss", spy)
    with pytest.raises(TrainingError, match="the output of dense1"):
        network().fit(
            *data(),
            epochs=3,
            batch_size=4,
            seed=5,
            augmentation=augmentation,
            callbacks=[At(2, 2, enlarge)],
        )
    assert seen == [Inputs(augmentation=augmentation, seed=5, epoch=1)]


def test_the_first_in_order() -> None:
    good, bad = np.ones(2), np.array([1.0, -np.inf])
    assert first_non_finite({"a": good, "b": bad, "c": bad}) == "b"
    assert first_non_finite({"a": good, "b": np.array([np.nan])}) == "b"
    assert first_non_finite({"a": good}) is None
    assert first_non_finite({}) is None
