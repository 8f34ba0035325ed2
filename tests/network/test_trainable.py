"""Training a network, by the public door: what `fit` does with all its arguments, on both engines."""

from __future__ import annotations

import pickle
import signal
from typing import Any

import numpy as np
import pytest

from fullstride.errors import TrainingError
from fullstride.layers import AveragePool, Conv, Dense, Flatten, ReLU
from fullstride.network import Network
from fullstride.program import SGD, Adam
from fullstride.random import permutation
from fullstride.steps import Augmentation
from fullstride.training import Callback, EpochRecord, Interrupted, Run, StepDecay
from tests.support.close import assert_close
from tests.support.networks import bits, data, linear, small

ENGINES = ["steps", "native"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


# Training, against the same mathematics written in another way: matrices, float64, closed-form gradients


def trained_by_hand(
    X: Any,
    y: Any,
    W: Any,
    b: Any,
    epochs: int,
    batch_size: int,
    lr: float,
    momentum: float,
    seed: int,
    image_weights: Any = None,
) -> tuple[Any, Any, list[float]]:
    """Softmax regression: d(mean loss)/dZ = (P - Y) / m, dW = X^T dZ, db = 1^T dZ; with weights w / Σ w for 1 / m."""
    w = np.ones(len(X)) if image_weights is None else image_weights
    X, one_hot = X.reshape(len(X), -1).astype(np.float64), np.eye(W.shape[1])[y]
    W, b = W.astype(np.float64), b.astype(np.float64)
    v_W, v_b, losses = np.zeros_like(W), np.zeros_like(b), []
    for epoch in range(epochs):
        order, total = permutation(seed, epoch, len(X)), 0.0
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            Z = X[rows] @ W + b
            P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
            share = w[rows] / w[rows].sum()
            total += -np.log((P * one_hot[rows]).sum(axis=1)) @ share * len(rows)
            dZ = (P - one_hot[rows]) * share[:, None]
            v_W = momentum * v_W + X[rows].T @ dZ
            v_b = momentum * v_b + dZ.sum(axis=0, keepdims=True)
            W, b = W - lr * v_W, b - lr * v_b
        losses.append(total / len(X))
    return W, b, losses


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-11), ("float32", 2e-5)])
def test_softmax_regression_trains_as_worked_with_matrices(
    engine: str, dtype: str, rtol: float, weighted: bool
) -> None:
    X, y = data(23, (2, 3, 2))
    network = Network(Flatten(), Dense(3), input_shape=(2, 3, 2), dtype=dtype, seed=5)
    W, b = (network.parameters[name].copy() for name in ("dense1.W", "dense1.b"))
    arguments: dict[str, Any] = {"epochs": 3, "batch_size": 5, "lr": 0.1, "momentum": 0.8, "seed": 11}
    if weighted:
        arguments["image_weights"] = np.random.default_rng(2).uniform(0.1, 4.0, len(X))
    history = network.fit(X, y, **arguments, engine=engine)
    W_expected, b_expected, losses = trained_by_hand(X, y, W, b, **arguments)
    assert np.abs(W_expected - W).max() > 0.1  # it has gone somewhere
    assert_close(network.parameters["dense1.W"], W_expected, rtol, rtol)
    assert_close(network.parameters["dense1.b"], b_expected, rtol, rtol)
    assert_close([record["loss"] for record in history.epochs], losses, rtol)


def test_a_hidden_layer_trains_as_worked_with_matrices(engine: str) -> None:
    X, y = data(9, (2, 2, 1))
    network = Network(Flatten(), Dense(5), ReLU(), Dense(3), input_shape=(2, 2, 1), dtype="float64", seed=3)
    W1, b1, W2, b2 = (
        network.parameters[name].copy() for name in ("dense1.W", "dense1.b", "dense2.W", "dense2.b")
    )
    network.fit(X, y, epochs=1, batch_size=9, lr=0.2, momentum=0.9, engine=engine)
    A0 = X.reshape(9, -1).astype(np.float64)
    A1 = np.maximum(A0 @ W1 + b1, 0)
    E = np.exp(A1 @ W2 + b2)
    dZ2 = (E / E.sum(axis=1, keepdims=True) - np.eye(3)[y]) / 9
    dZ1 = (dZ2 @ W2.T) * (A1 > 0)
    assert 0 < np.count_nonzero(A1) < A1.size  # the ReLU has both its sides
    assert_close(network.parameters["dense2.W"], W2 - 0.2 * A1.T @ dZ2, 1e-11, 1e-13)
    assert_close(network.parameters["dense2.b"], b2 - 0.2 * dZ2.sum(axis=0, keepdims=True), 1e-11, 1e-13)
    assert_close(network.parameters["dense1.W"], W1 - 0.2 * A0.T @ dZ1, 1e-11, 1e-13)
    assert_close(network.parameters["dense1.b"], b1 - 0.2 * dZ1.sum(axis=0, keepdims=True), 1e-11, 1e-13)


def test_it_learns(engine: str) -> None:
    X, y = data(60)
    network = small()
    history = network.fit(X, y, epochs=12, batch_size=10, lr=0.03, engine=engine)
    assert history.epochs[-1]["loss"] < 0.3 < history.epochs[0]["loss"]
    X_new, y_new = data(30, seed=1)
    assert network.score(X_new, y_new, engine=engine) >= 0.9


def test_average_pooling_and_stride_learn_too(engine: str) -> None:
    X, y = data(40)
    network = Network(
        AveragePool(2), Conv(4, 2, stride=2, pad="same"), Flatten(), Dense(3), input_shape=(6, 6, 1)
    )
    history = network.fit(X, y, epochs=20, batch_size=10, lr=0.03, engine=engine)
    assert history.epochs[-1]["loss"] < 0.4 < history.epochs[0]["loss"]


# Seeds


def test_the_same_seeds_give_the_same_bits(engine: str) -> None:
    X, y = data()
    first, second = small(seed=4), small(seed=4)
    assert bits(first) == bits(second)
    histories = [network.fit(X, y, epochs=2, batch_size=7, engine=engine) for network in (first, second)]
    assert bits(first) == bits(second)
    assert [r["loss"] for r in histories[0].epochs] == [r["loss"] for r in histories[1].epochs]


def test_the_network_s_seed_draws_the_parameters() -> None:
    assert bits(small(seed=1)) != bits(small(seed=2))


def test_fit_s_seed_orders_the_images(engine: str) -> None:
    X, y = data()
    first, second = small(), small()
    first.fit(X, y, batch_size=7, seed=1, engine=engine)
    second.fit(X, y, batch_size=7, seed=2, engine=engine)
    assert bits(first) != bits(second)


def test_fit_goes_on_from_the_present_parameters(engine: str) -> None:
    X, y = data()
    at_once, in_two = small(), small()
    at_once.fit(X, y, epochs=2, batch_size=20, lr=0.1, momentum=0, engine=engine)
    for _ in range(2):  # one batch an epoch, and no momentum: nothing but the parameters is carried over
        in_two.fit(X, y, epochs=1, batch_size=20, lr=0.1, momentum=0, engine=engine)
    for name, value in at_once.parameters.items():  # another order of the sum in the second epoch
        assert_close(in_two.parameters[name], value, 1e-4, 1e-5)


def test_the_velocity_does_not_outlive_a_call(engine: str) -> None:
    X, y = data()
    network = small()
    network.fit(X, y, epochs=2, engine=engine)
    again = pickle.loads(pickle.dumps(network))  # the same parameters, and no past
    for each in (network, again):
        each.fit(X, y, epochs=1, engine=engine)
    assert bits(network) == bits(again)


# Validation


def test_a_fraction_is_taken_from_the_training_images(engine: str) -> None:
    X, y = data(40)
    seen: list[int] = []

    class Look(Callback):
        def on_start(self, run: Run) -> None:
            seen.append(run.images_total)

    history = small().fit(X, y, validation=0.25, engine=engine, callbacks=[Look()])
    assert seen == [30]
    accuracy = history.epochs[0]["validation_accuracy"]
    assert accuracy is not None
    assert (accuracy * 10) % 1 == pytest.approx(0, abs=1e-9)  # of ten images


def test_images_of_the_fraction_are_not_trained_on(engine: str) -> None:
    from fullstride.data.splits import split_validation

    X, y = data(20, (2, 2, 1))
    _, validation_rows = split_validation(y, 0.25, 6)
    spoiled = X.copy()
    spoiled[validation_rows] = 9
    first, second = linear(), linear()
    histories = [
        network.fit(images, y, seed=6, validation=0.25, engine=engine)
        for network, images in ((first, X), (second, spoiled))
    ]
    assert bits(first) == bits(second)
    assert histories[0].epochs[0]["validation_loss"] != histories[1].epochs[0]["validation_loss"]
    # ... and what is reported is what the parameters give on those images:
    p = first.predict_proba(X[validation_rows], engine=engine)[np.arange(5), y[validation_rows]]
    assert histories[0].epochs[0]["validation_loss"] == pytest.approx(-np.log(p).mean(), rel=1e-12)


def test_validation_on_other_images(engine: str) -> None:
    X, y = data(20)
    X_other, y_other = data(9, seed=1)
    network = small()
    history = network.fit(X, y, epochs=2, validation=(X_other, y_other), engine=engine)
    assert history.epochs[-1]["validation_accuracy"] == network.score(X_other, y_other, engine=engine)
    p = network.predict_proba(X_other, engine=engine).astype(np.float64)
    expected = -np.log(p[np.arange(9), y_other]).mean()
    assert history.epochs[-1]["validation_loss"] == pytest.approx(expected, rel=1e-12)
    assert history.epochs[0]["validation_loss"] != history.epochs[1]["validation_loss"]


def test_validation_changes_no_bit_of_the_training(engine: str) -> None:
    X, y = data(20)
    first, second = small(), small()
    first.fit(X, y, epochs=2, engine=engine)
    second.fit(X, y, epochs=2, engine=engine, validation=data(9, seed=1))
    assert bits(first) == bits(second)


# Callbacks


def test_callbacks_see_the_network_itself(engine: str) -> None:
    seen: list[bytes] = []
    X, y = data()
    network = small()

    class Look(Callback):
        def on_epoch(self, run: Run, record: EpochRecord) -> None:
            assert run.network is network
            seen.append(run.network.parameters["conv1.W"].tobytes())

    network.fit(X, y, epochs=2, engine=engine, callbacks=(callback for callback in [Look()]))
    assert seen[0] != seen[1] == bits(network)["conv1.W"]


# Training that ends early


def test_ctrl_c_leaves_the_parameters_of_a_whole_step_and_a_network_that_works(engine: str) -> None:
    X, y = data(20)
    network, steps = small(), []

    class Stop(Callback):
        def on_step(self, run: Run) -> None:
            steps.append(bits(run.network))
            if len(steps) == 6:
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted, match="after step 2 of 4 of epoch 2 of 3") as caught:
        network.fit(X, y, epochs=3, batch_size=5, engine=engine, callbacks=[Stop()])
    assert bits(network) == steps[5] != steps[4]
    assert [record["epoch"] for record in caught.value.history.epochs] == [1]
    assert caught.value.history.interrupted
    assert len(network.fit(X, y, engine=engine).epochs) == 1


def test_a_loss_that_is_not_finite_stops_the_training_and_restores_the_parameters(engine: str) -> None:
    X, y = data(20)
    network = small()
    network.fit(X, y, engine=engine)
    before = bits(network)
    with pytest.raises(
        TrainingError, match=r"^Network.fit: the loss is (nan|inf) at step \d of 4 of epoch 1 of 1"
    ):
        network.fit(X * 1e10, y, batch_size=5, lr=1e30, engine=engine)
    assert bits(network) == before
    assert len(network.fit(X, y, engine=engine).epochs) == 1


# Optimizers, schedules, augmentation


def test_momentum_is_that_of_the_usual_optimizer(engine: str) -> None:
    X, y = data()
    nets = [small() for _ in range(4)]
    hows: list[dict[str, Any]] = [{}, {"momentum": 0.9}, {"optimizer": SGD(0.9)}, {"optimizer": "sgd"}]
    for net, how in zip(nets, hows, strict=True):
        net.fit(X, y, epochs=2, batch_size=7, engine=engine, **how)
    assert all(bits(net) == bits(nets[0]) for net in nets)


def test_the_moments_do_not_outlive_a_call(engine: str) -> None:
    X, y = data()
    network = small()
    network.fit(X, y, epochs=2, optimizer="adam", lr=0.01, engine=engine)
    again = pickle.loads(pickle.dumps(network))  # the same parameters, and no past
    for each in (network, again):
        each.fit(X, y, epochs=1, optimizer=Adam(), lr=0.01, engine=engine)
    assert bits(network) == bits(again)


def test_a_schedule_changes_the_rate_within_a_run(engine: str) -> None:
    """A rate that falls to a tenth after the first epoch, without momentum: two calls with a rate each."""
    X, y = data(20)
    at_once, in_two = small("float64"), small("float64")
    schedule = StepDecay(milestones=(1,), decay=0.5)
    history = at_once.fit(X, y, epochs=2, batch_size=20, lr=0.1, momentum=0, schedule=schedule, engine=engine)
    for lr in (0.1, 0.05):
        in_two.fit(X, y, epochs=1, batch_size=20, lr=lr, momentum=0, engine=engine)
    assert [record["lr"] for record in history.epochs] == [0.1, 0.05]
    for name, value in at_once.parameters.items():  # another order of the sum in the second epoch
        assert_close(in_two.parameters[name], value, 1e-9, 1e-12)


def test_validation_images_are_not_augmented(engine: str) -> None:
    X, y = data(20)
    network = small()
    augmentation = Augmentation(shift=3, flip=True, cutout=3)
    history = network.fit(X, y, validation=(X, y), augmentation=augmentation, engine=engine)
    p = network.predict_proba(X, engine=engine).astype(np.float64)
    expected = -np.log(p[np.arange(20), y]).mean()
    assert history.epochs[0]["validation_loss"] == pytest.approx(expected, rel=1e-12)
    assert history.epochs[0]["validation_accuracy"] == network.score(X, y, engine=engine)


def test_training_images_are_augmented_anew_in_each_epoch(engine: str) -> None:
    """With lr=0 the loss of an epoch depends on nothing but its images."""
    X, y = data(20)
    losses = []
    for how in (
        {},
        {"augmentation": Augmentation(shift=2)},
        {"augmentation": Augmentation(shift=2), "seed": 1},
    ):
        history = small().fit(X, y, epochs=3, lr=0, engine=engine, **how)  # type: ignore[arg-type]
        losses.append([round(record["loss"], 4) for record in history.epochs])
    assert len(set(losses[0])) == 1
    assert len({*losses[1], *losses[2]}) == 6


def test_validation_counts_every_image_once_whatever_the_cost_of_training(engine: str) -> None:
    X, y = data(20)
    network = small()
    history = network.fit(
        X, y, validation=(X, y), label_smoothing=0.2, class_weights=[1, 5, 9], lr=0.01, engine=engine
    )
    p = network.predict_proba(X, engine=engine).astype(np.float64)
    expected = -np.log(p[np.arange(20), y]).mean()
    assert history.epochs[0]["validation_loss"] == pytest.approx(expected, rel=1e-12)


def test_engines_agree_with_everything_that_can_be_asked_for() -> None:
    X, y = data(20)
    networks = {}
    for name in ENGINES:
        networks[name] = small("float64")
        networks[name].fit(
            X,
            y,
            epochs=3,
            batch_size=7,
            lr=0.01,
            optimizer="adamw",
            schedule="one-cycle",
            augmentation=Augmentation(shift=1, flip=True),
            label_smoothing=0.1,
            class_weights="balanced",
            clip=0.5,
            validation=0.2,
            patience=1,
            engine=name,
        )
    for name, value in networks["steps"].parameters.items():
        assert_close(networks["native"].parameters[name], value, 1e-9, 1e-10)
