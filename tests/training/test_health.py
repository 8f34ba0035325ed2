"""Warnings of a training that goes wrong, and none of one that goes well."""

from __future__ import annotations

import math
import re
import warnings
from typing import Any

import numpy as np
import pytest

from fullstride.data.digits import digits
from fullstride.layers import Add, BatchNorm, Conv, Dense, Flatten, GlobalAveragePool, MaxPool, ReLU, Residual
from fullstride.network import Network
from fullstride.program import Adam, Interpreter, Program, Update
from fullstride.training import TrainingWarning, health
from fullstride.training.health import (
    Signs,
    dead_filters,
    large_steps,
    rectified,
    sentences,
    signs,
    worse_than_guessing,
)

ENGINES = ["steps", "native"]


def program(*layers: Any, **more: Any) -> Program:
    return Network(*layers, input_shape=(4, 4, 1), **more).program


SMALL = program(Conv(4, 3), ReLU(), Flatten(), Dense(3), ReLU(), Dense(2))


def gradients(**changes: Any) -> dict[str, Any]:
    """Of SMALL: ones, but for the changes."""
    found = {name: np.ones(spec.shape) for name, spec in SMALL.trained.items()}
    for name, value in changes.items():
        found[name.replace("_", ".")][...] = value
    return found


# Which layers


def test_layers_before_a_relu() -> None:
    assert rectified(SMALL) == {"conv1": ["conv1.W", "conv1.b"], "dense1": ["dense1.W", "dense1.b"]}
    behind = program(Conv(2, 3, bias=False), BatchNorm(), MaxPool(2), ReLU(), Flatten(), Dense(2))
    assert rectified(behind) == {"conv1": ["conv1.W"]}
    both = program(
        Conv(2, 3, pad=1),
        ReLU(),
        Residual(Conv(2, 3, 1, 1), BatchNorm()),
        ReLU(),
        GlobalAveragePool(),
        Dense(2),
    )
    assert list(rectified(both)) == ["conv1", "conv2"]  # the second before the ReLU behind the sum


def test_layers_without_a_relu_are_not_looked_at() -> None:
    assert rectified(program(Conv(2, 3), MaxPool(2), Flatten(), Dense(3), Dense(2))) == {}
    assert rectified(program(Add([Conv(2, 1)], [ReLU(), Conv(2, 1)]), Flatten(), Dense(2))) == {}


# Signs, by hand


def test_a_filter_is_reached_by_any_batch_and_any_of_its_parameters() -> None:
    first = gradients(conv1_W=0, conv1_b=[0, 0, 0, 1e-30])
    second = gradients(conv1_W=[0, 1e-45, 0, 0], conv1_b=0, dense1_W=0, dense1_b=[1, 0, 0])
    found = signs(SMALL, iter([first, second]), None)
    assert found.batches == 2
    assert found.reached["conv1"].tolist() == [False, True, False, True]
    assert found.reached["dense1"].tolist() == [True, True, True]


def test_norms_are_the_largest_of_all_batches_and_clipped() -> None:
    first = {name: np.zeros(spec.shape) for name, spec in SMALL.trained.items()}
    second = {name: value.copy() for name, value in first.items()}
    first["conv1.W"][0, 0, 0, :2] = [3, 4]
    second["conv1.W"][0, 0, 0, :2] = [6, 8]
    second["dense2.b"][0, 0] = 24  # of the second batch all together have the norm sqrt(100 + 576) = 26
    found = signs(SMALL, [first, second], None)
    assert (found.norms["conv1.W"], found.norms["dense2.b"], found.norms["dense1.W"]) == (10, 24, 0)
    found = signs(SMALL, [first, second], 13.0)
    assert (found.norms["conv1.W"], found.norms["dense2.b"]) == (5, 12)


def mask(reached: int, count: int) -> Any:
    return np.arange(count) < reached


@pytest.mark.parametrize(
    ("reached", "dead"),
    [
        ({"conv1": mask(4, 4)}, []),
        ({"conv1": mask(3, 4)}, []),  # a quarter
        ({"conv1": mask(2, 4)}, [("conv1", 2, 4)]),
        ({"conv1": mask(1, 2)}, []),  # half, but a single one
        ({"conv1": mask(5, 10), "conv2": mask(10, 10)}, [("conv1", 5, 10)]),
        ({"conv1": mask(4, 10), "conv2": mask(1, 10)}, [("conv2", 9, 10), ("conv1", 6, 10)]),
        # Before a layer that is wholly dead nothing gets a gradient:
        ({"conv1": mask(0, 8), "conv2": mask(0, 8), "conv3": mask(8, 8)}, [("conv2", 8, 8)]),
        # ... but where there is another way around it
        ({"conv1": mask(2, 8), "conv2": mask(0, 8)}, [("conv2", 8, 8), ("conv1", 6, 8)]),
    ],
)
def test_dead_filters(reached: Any, dead: Any) -> None:
    assert list(dead_filters(Signs(1, reached, {"conv1.W": 1.0}))) == dead


def test_without_any_gradient_nothing_is_dead() -> None:
    assert list(dead_filters(Signs(1, {"conv1": mask(0, 8)}, {"conv1.W": 0.0, "dense1.W": 0.0}))) == []


def test_large_steps() -> None:
    values = {name: np.full(spec.shape, 2.0) for name, spec in SMALL.trained.items()}
    values["dense1.W"][...] = 0  # no size to measure a step by
    # conv1.W has 36 numbers of 2, the norm 12; dense2.W 6, the norm sqrt(24)
    found = Signs(1, {}, dict.fromkeys(values, 1000.0) | {"conv1.W": 9.0, "dense2.W": 1.0})
    assert list(large_steps(SMALL, values, found, 1.0)) == [("conv1.W", 0.75)]
    assert list(large_steps(SMALL, values, found, 0.5)) == []
    both = dict(large_steps(SMALL, values, found, 10.0))
    assert both == {"conv1.W": 7.5, "dense2.W": pytest.approx(10 / math.sqrt(24))}  # not of biases


def test_guessing() -> None:
    assert not worse_than_guessing(SMALL, math.log(2), 9.0)
    assert worse_than_guessing(SMALL, math.log(2) + 1e-9, 9.0)
    numbers = program(Flatten(), Dense(2), loss="mean_squared_error")
    assert not worse_than_guessing(numbers, 5.0, 5.0)
    assert worse_than_guessing(numbers, 5.1, 5.0)


# What is said


def said(signs_found: Signs, update: Any = None, learns: bool = False, of: Program = SMALL) -> dict[str, str]:
    values = {name: np.full(spec.shape, 2.0) for name, spec in of.trained.items()}
    return dict(sentences(of, values, signs_found, update or Update(1.0), learns))


def test_what_is_said_of_dead_filters() -> None:
    found = Signs(4, {"conv1": mask(1, 4)}, dict.fromkeys(SMALL.trained, 0.1))
    start = "conv1: 3 of 4 filters are dead, no image of 4 batches makes them positive; try a smaller lr, "
    assert said(found, learns=True) == {"conv1": start + "a warm-up, or BatchNorm() before the ReLU"}
    normalized = program(Conv(4, 3), BatchNorm(), ReLU(), Flatten(), Dense(2))
    found = Signs(4, {"conv1": mask(1, 4)}, dict.fromkeys(normalized.trained, 0.1))
    assert said(found, of=normalized) == {"conv1": start + "or a warm-up"}


def test_what_is_said_of_gradients_that_explode() -> None:
    found = Signs(1, {}, dict.fromkeys(SMALL.trained, 0.0) | {"conv1.W": 9.0, "dense2.W": 2.5})
    start = (
        "conv1.W: its gradients explode, one step at lr 1 changes it by 75 % of its size; try a smaller lr, "
    )
    assert said(found) == {"conv1.W": start + "clip=1.0, or a warm-up"}  # the largest alone
    assert said(found, Update(1.0, clip=5.0)) == {"conv1.W": start + "a clip below 5, or a warm-up"}
    assert said(found, learns=True) == {}
    assert said(found, Adam().update(1.0)) == {}  # whose steps have a length of their own


# In a training


def network(filters: int = 4, **more: Any) -> Network:
    return Network(Conv(filters, 3), ReLU(), Flatten(), Dense(3), input_shape=(4, 4, 1), **more)


def data(m: int = 128) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    y = generator.integers(0, 3, m)
    return (generator.random((m, 4, 4, 1)) + y[:, None, None, None]).astype(np.float32), y


def warned(net: Network, X: Any, y: Any, **how: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TrainingWarning)
        net.fit(X, y, **how)
    assert all(issubclass(each.category, TrainingWarning) for each in caught)
    return [str(each.message) for each in caught]


@pytest.mark.parametrize("engine", ENGINES)
def test_dead_filters_are_said_once(engine: str) -> None:
    net = network()
    net.parameters["conv1.b"][0, 0, 0, :3] = -100
    assert warned(net, *data(), epochs=4, lr=0.01, engine=engine) == [
        "after epoch 1: conv1: 3 of 4 filters are dead, no image of 2 batches makes them positive; try a smaller lr, "
        "a warm-up, or BatchNorm() before the ReLU"
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_exploding_gradients_are_said_once(engine: str) -> None:
    X, y = data()
    net = Network(Flatten(), Dense(3), input_shape=(4, 4, 1))
    (sentence,) = warned(net, X, y, epochs=4, lr=1.0, engine=engine)
    start = r"after epoch 1: dense1\.W: its gradients explode, one step at lr 1 changes it by (\d+) % of its size; try "
    found = re.match(start, sentence)
    assert found is not None
    assert int(found[1]) > 50


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_a_healthy_run_of_the_digits_is_silent(seed: int) -> None:
    from fullstride.data import Preprocessing
    from fullstride.runs.defaults import default_network, default_recipe

    X, y = digits()
    net, recipe = default_network((8, 8, 1), 10, seed), default_recipe(len(X))
    net.preprocessing = Preprocessing((8, 8, 1), 1 / 16)
    found = warned(net, X, y, epochs=2, batch_size=recipe.batch_size, lr=recipe.lr, seed=seed)
    assert found == []


def test_images_that_are_sorted_by_class() -> None:
    """A filter that only the last class reaches is alive, though it stands at the end."""
    X, y = data(1024)
    order = np.argsort(y, kind="stable")
    X, y = X[order], y[order]
    net = network(2)
    net.parameters["conv1.W"][...] = 1
    net.parameters["conv1.b"][...] = -9 * 2.05  # of the third class, whose pixels are about 2.5, it makes 4
    assert warned(net, X, y, lr=0.0) == []
    net.parameters["conv1.b"][...] = -9 * 3.05
    assert len(warned(net, X, y, lr=0.0)) == 1


def test_of_a_few_images_nothing_is_concluded() -> None:
    net = network()
    net.parameters["conv1.b"][...] = -100
    assert warned(net, *data(63), engine="steps") == []
    assert len(warned(net, *data(64), engine="steps")) == 1


def test_an_estimate_that_gets_better_is_healthy() -> None:
    X, y = data()
    net = Network(Conv(4, 3), ReLU(), Flatten(), Dense(1), input_shape=(4, 4, 1), loss="mean_squared_error")
    assert warned(net, X, y.astype(np.float64), epochs=4, lr=0.003, seed=1) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_looking_changes_no_bit(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained() -> tuple[Any, ...]:
        net = Network(Conv(4, 3), BatchNorm(), ReLU(), Flatten(), Dense(3), input_shape=(4, 4, 1), seed=1)
        history = net.fit(*data(), epochs=3, optimizer="adam", lr=0.01, engine=engine, clip=1.0)
        losses = [record["loss"] for record in history.epochs]
        return losses, {name: value.tobytes() for name, value in net.parameters.items()}

    looked = trained()
    monkeypatch.setattr(health, "IMAGES", 1 << 40)
    assert trained() == looked


def test_it_costs_a_few_steps_of_few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    gradients = Interpreter.gradients

    def spy(self: Any, X: Any, y: Any, rows: Any, inputs: Any, cost: Any, weights: Any) -> Any:
        counts.append(len(rows))
        return gradients(self, X, y, rows, inputs, cost, weights)

    monkeypatch.setattr(Interpreter, "gradients", spy)
    network().fit(*data(600), epochs=5, batch_size=100, lr=0.01, engine="steps")
    assert counts == [100, 100] * 3  # after epochs 1, 2 and 4; whole batches of at most 256 images together


def test_it_looks_at_images_as_they_are_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from fullstride.program import Cost, Inputs
    from fullstride.steps import Augmentation

    seen: list[Any] = []
    gradients = Interpreter.gradients

    def spy(self: Any, X: Any, y: Any, rows: Any, inputs: Any, cost: Any, weights: Any) -> Any:
        seen.append((inputs, cost))
        return gradients(self, X, y, rows, inputs, cost, weights)

    monkeypatch.setattr(Interpreter, "gradients", spy)
    augmentation = Augmentation(flip=True)
    network().fit(
        *data(64), epochs=2, seed=9, augmentation=augmentation, label_smoothing=0.1, lr=0.01, engine="steps"
    )
    assert seen == [(Inputs(augmentation=augmentation, seed=9, epoch=e), Cost(0.1)) for e in (0, 1)]


def test_a_warning_that_is_an_error_leaves_whole_parameters() -> None:
    net = network()
    net.parameters["conv1.b"][...] = -100
    with warnings.catch_warnings():
        warnings.simplefilter("error", TrainingWarning)
        with pytest.raises(TrainingWarning, match="conv1: 4 of 4 filters are dead"):
            net.fit(*data(), epochs=2, engine="steps")
    assert all(np.isfinite(value).all() for value in net.parameters.values())
