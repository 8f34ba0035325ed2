"""Network: training, prediction, copies. Its arguments, summary and file have tests of their own."""

from __future__ import annotations

import copy
import pickle
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import ArgumentError, DtypeError, ShapeError, TrainingError
from fullstride.layers import (
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
)
from fullstride.network import Network, arguments, load
from fullstride.program import Inputs
from fullstride.random import permutation
from fullstride.steps import normalize_pixels
from fullstride.training import CHUNK, Callback, EpochRecord, Interrupted, Run
from tests.support.close import assert_close

ENGINES = ["steps", "native"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


def small(dtype: str = "float32", seed: int = 0, n_C: int = 1) -> Network:
    return Network(
        Conv(3, 3, pad=1),
        ReLU(),
        MaxPool(2),
        Conv(4, 2),
        ReLU(),
        Flatten(),
        Dense(3),
        input_shape=(6, 6, n_C),
        seed=seed,
        dtype=dtype,
    )


def linear(dtype: str = "float64", shape: tuple[int, int, int] = (2, 2, 1)) -> Network:
    return Network(Flatten(), Dense(3), input_shape=shape, dtype=dtype)


def data(m: int = 20, shape: tuple[int, int, int] = (6, 6, 1), seed: int = 0) -> tuple[Any, Any]:
    """Images of three classes that differ in their mean."""
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 3, m)
    X = (generator.random((m, *shape)) + y[:, None, None, None]).astype(np.float32)
    return X, y


def bits(network: Network) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in network.parameters.items()}


# Training, against the same mathematics written in another way: matrices, float64, closed-form gradients


def trained_by_hand(
    X: Any, y: Any, W: Any, b: Any, epochs: int, batch_size: int, lr: float, momentum: float, seed: int
) -> tuple[Any, Any, list[float]]:
    """Softmax regression: d(mean loss)/dZ = (P - Y) / m, dW = X^T dZ, db = 1^T dZ."""
    X, one_hot = X.reshape(len(X), -1).astype(np.float64), np.eye(W.shape[1])[y]
    W, b = W.astype(np.float64), b.astype(np.float64)
    v_W, v_b, losses = np.zeros_like(W), np.zeros_like(b), []
    for epoch in range(epochs):
        order, total = permutation(seed, epoch, len(X)), 0.0
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            Z = X[rows] @ W + b
            P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
            total += -np.log((P * one_hot[rows]).sum(axis=1)).sum()
            dZ = (P - one_hot[rows]) / len(rows)
            v_W = momentum * v_W + X[rows].T @ dZ
            v_b = momentum * v_b + dZ.sum(axis=0, keepdims=True)
            W, b = W - lr * v_W, b - lr * v_b
        losses.append(total / len(X))
    return W, b, losses


@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-11), ("float32", 2e-5)])
def test_softmax_regression_trains_as_worked_with_matrices(engine: str, dtype: str, rtol: float) -> None:
    X, y = data(23, (2, 3, 2))
    network = Network(Flatten(), Dense(3), input_shape=(2, 3, 2), dtype=dtype, seed=5)
    W, b = (network.parameters[name].copy() for name in ("dense1.W", "dense1.b"))
    arguments = {"epochs": 3, "batch_size": 5, "lr": 0.1, "momentum": 0.8, "seed": 11}
    history = network.fit(X, y, **arguments, engine=engine)  # type: ignore[arg-type]
    W_expected, b_expected, losses = trained_by_hand(X, y, W, b, **arguments)  # type: ignore[arg-type]
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


# Prediction


def test_probabilities_and_labels(engine: str) -> None:
    X, y = data(11)
    network = small()
    probabilities = network.predict_proba(X, engine=engine)
    assert probabilities.shape == (11, 3)
    assert probabilities.dtype == np.float32
    assert_close(probabilities.sum(axis=1), np.ones(11), 1e-6)
    labels = network.predict(X, engine=engine)
    assert labels.shape == (11,)
    assert labels.dtype == np.int64
    assert labels.tolist() == [int(max(range(3), key=lambda c: row[c])) for row in probabilities]
    assert network.score(X, y, engine=engine) == sum(a == b for a, b in zip(labels, y, strict=True)) / 11


def test_probabilities_by_hand(engine: str) -> None:
    network = linear("float64", (1, 1, 2))
    network.parameters["dense1.W"][...] = np.log([[2.0, 3.0, 1.0], [1.0, 1.0, 4.0]])
    network.parameters["dense1.b"][...] = 0
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]).reshape(3, 1, 1, 2)
    # scores log(2, 3, 1); log(1, 1, 4); log(2, 3, 4)
    expected = [[2 / 6, 3 / 6, 1 / 6], [1 / 6, 1 / 6, 4 / 6], [2 / 9, 3 / 9, 4 / 9]]
    assert_close(network.predict_proba(X, engine=engine), expected, 1e-14)
    assert network.predict(X, engine=engine).tolist() == [1, 2, 2]
    assert network.score(X, np.array([1, 0, 2]), engine=engine) == 2 / 3


def test_of_equals_the_first_is_predicted(engine: str) -> None:
    network = linear()
    network.parameters["dense1.W"][...] = 0
    assert network.predict(np.ones((2, 2, 2, 1)), engine=engine).tolist() == [0, 0]


def test_no_images_give_no_predictions(engine: str) -> None:
    X = np.zeros((0, 6, 6, 1), np.float32)
    probabilities, labels = small().predict_proba(X, engine=engine), small().predict(X, engine=engine)
    assert probabilities.shape == (0, 3)
    assert probabilities.dtype == np.float32
    assert labels.shape == (0,)
    assert labels.dtype == np.int64


def test_many_images_are_taken_in_chunks(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = linear("float32", (1, 1, 1))
    X = np.arange(2 * CHUNK + 5, dtype=np.float32).reshape(-1, 1, 1, 1) / CHUNK
    sizes: list[int] = []
    executor = network._executors.get(engine, None, "test")
    forward = executor.forward

    def spy(X: Any, inputs: Inputs) -> Any:
        sizes.append(len(X))
        return forward(X, inputs)

    monkeypatch.setattr(executor, "forward", spy)
    probabilities = network.predict_proba(X, engine=engine)
    assert sizes == [CHUNK, CHUNK, 5]
    assert probabilities[CHUNK].tobytes() == forward(X[CHUNK : CHUNK + 1])[0].tobytes()
    assert probabilities[-1].tobytes() == forward(X[-1:])[0].tobytes()


def test_what_is_written_into_a_parameter_is_computed_with(engine: str) -> None:
    network = linear()
    X = np.ones((1, 2, 2, 1))
    before = network.predict_proba(X, engine=engine)
    network.parameters["dense1.W"][...] = 0
    network.parameters["dense1.b"][...] = np.log([[1.0, 2.0, 1.0]])
    after = network.predict_proba(X, engine=engine)
    assert not np.allclose(before, after)
    assert_close(after, [[0.25, 0.5, 0.25]], 1e-14)
    network.fit(X, np.array([1]), lr=1.0, engine=engine)
    # dZ = p - onehot = (1/4, -1/2, 1/4), b - 1 * dZ
    assert_close(network.parameters["dense1.b"], np.log([[1.0, 2.0, 1.0]]) - [[0.25, -0.5, 0.25]], 1e-14)


def test_a_parameter_cannot_be_replaced_unseen() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        linear().parameters["dense1.W"] = np.zeros((4, 3))  # type: ignore[index]


# Images of other dtypes and layouts


def scaled_network(scale: float) -> Network:
    network = small()
    network.preprocessing = Preprocessing(input_shape=(6, 6, 1), scale=scale)
    return network


def test_uint8_is_normalized_by_mean_and_std(engine: str, tmp_path: Path) -> None:
    """In every method, in a predictor, and after a trip through a file."""
    X = np.random.default_rng(1).integers(0, 256, (8, 6, 6, 1), np.uint8)
    y = np.arange(8) % 3
    network, plain = small(), small()
    network.preprocessing = Preprocessing((6, 6, 1), 1 / 255, mean=(0.5,), std=(0.25,))
    gain, shift = np.array([4 / 255], np.float32), np.array([-2], np.float32)
    floats = normalize_pixels(X, gain, shift)
    assert_close(floats, (X / 255 - 0.5) / 0.25, atol=1e-6)
    network.fit(X, y, epochs=2, batch_size=3, engine=engine)
    plain.fit(floats, y, epochs=2, batch_size=3, engine=engine)
    expected = plain.predict_proba(floats, engine=engine)
    assert network.predict_proba(X, engine=engine).tobytes() == expected.tobytes()
    assert network.score(X, y, engine=engine) == plain.score(floats, y, engine=engine)
    if engine == "native":
        assert network.predictor()(X).tobytes() == expected.tobytes()
        assert network.predictor()(X[:1]).tobytes() == expected[:1].tobytes()
    network.save(tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    assert again.preprocessing == network.preprocessing
    assert again.predict_proba(X, engine=engine).tobytes() == expected.tobytes()


def test_uint8_is_multiplied_by_the_scale(engine: str) -> None:
    X = np.random.default_rng(0).integers(0, 256, (8, 6, 6, 1), np.uint8)
    y = np.arange(8) % 3
    scale = 1 / 255
    as_bytes, as_floats = scaled_network(scale), scaled_network(scale)
    floats = X.astype(np.float32) * np.float32(scale)
    expected = as_floats.predict_proba(floats, engine=engine)
    assert as_bytes.predict_proba(X, engine=engine).tobytes() == expected.tobytes()
    histories = [
        network.fit(images, y, epochs=2, batch_size=3, engine=engine, validation=(images, y))
        for network, images in ((as_bytes, X), (as_floats, floats))
    ]
    assert bits(as_bytes) == bits(as_floats)
    for key in ("loss", "validation_loss", "validation_accuracy"):
        assert [r[key] for r in histories[0].epochs] == [r[key] for r in histories[1].epochs]
    assert as_bytes.score(X, y, engine=engine) == as_floats.score(floats, y, engine=engine)


def test_without_preprocessing_uint8_is_taken_as_it_is(engine: str) -> None:
    X = np.random.default_rng(0).integers(0, 4, (8, 6, 6, 1), np.uint8)
    network = small()
    expected = network.predict_proba(X.astype(np.float32), engine=engine)
    assert network.predict_proba(X, engine=engine).tobytes() == expected.tobytes()


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint16", "int32", "int64", "uint64"])
def test_other_integers_are_not_scaled(engine: str, dtype: str) -> None:
    X = np.random.default_rng(0).integers(0, 4, (3, 6, 6, 1)).astype(dtype)
    network = scaled_network(0.125)
    expected = network.predict_proba(X.astype(np.float32), engine=engine)
    assert network.predict_proba(X, engine=engine).tobytes() == expected.tobytes()


@pytest.mark.parametrize(("of_network", "of_images"), [("float32", "float64"), ("float64", "float32")])
def test_floats_are_cast_to_the_network_s_dtype(engine: str, of_network: str, of_images: str) -> None:
    X = data(3)[0].astype(of_images) / 3
    network = small(of_network)
    probabilities = network.predict_proba(X, engine=engine)
    assert probabilities.dtype == of_network
    expected = network.predict_proba(X.astype(of_network), engine=engine)
    assert probabilities.tobytes() == expected.tobytes()


def fortran(X: Any) -> Any:
    return np.asfortranarray(X)


def big_endian(X: Any) -> Any:
    return X.astype(X.dtype.newbyteorder(">"))


def every_other(X: Any) -> Any:
    return np.repeat(X, 2, axis=2)[:, :, ::2]


def backwards(X: Any) -> Any:
    return np.ascontiguousarray(X[:, ::-1])[:, ::-1]


def unaligned(X: Any) -> Any:
    return np.frombuffer(b"\0" + X.tobytes(), np.uint8)[1:].view(X.dtype).reshape(X.shape)


@pytest.mark.parametrize("layout", [fortran, big_endian, every_other, backwards, unaligned])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_executors_get_plain_arrays(layout: Any, dtype: str) -> None:
    X, y = data(7)
    labels = layout(y.reshape(-1, 1, 1))[:, 0, 0]
    part = arguments.part(layout(X.astype(dtype)), labels, small().program, "")
    assert part.X.dtype == (np.uint8 if dtype == "uint8" else np.float32)
    assert part.y.dtype == np.int64
    for array in (part.X, part.y):
        assert array.dtype.isnative
        assert array.flags.c_contiguous
        assert array.flags.aligned


def test_images_that_fit_are_not_copied() -> None:
    X, y = data(7)
    for images in (X, X.astype(np.uint8)):
        part = arguments.part(images, y, small().program, "")
        assert np.shares_memory(part.X, images)
        assert np.shares_memory(part.y, y)


@pytest.mark.parametrize("layout", [fortran, big_endian, every_other, backwards, unaligned])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_the_layout_of_the_images_does_not_matter(engine: str, layout: Any, dtype: str) -> None:
    X, y = data(7)
    X = X.astype(dtype)
    network, other = small(), small()
    assert network.predict_proba(layout(X), engine=engine).tobytes() == (
        network.predict_proba(X, engine=engine).tobytes()
    )
    network.fit(X, y, batch_size=3, engine=engine)
    other.fit(layout(X), layout(y.reshape(-1, 1, 1)).reshape(-1), batch_size=3, engine=engine)
    assert bits(network) == bits(other)


def test_images_of_one_channel_may_leave_it_out(engine: str) -> None:
    X, y = data(5)
    network, other = small(), small()
    assert np.array_equal(network.predict(X[..., 0], engine=engine), network.predict(X, engine=engine))
    network.fit(X, y, engine=engine)
    other.fit(X[..., 0], y, engine=engine, validation=(X[..., 0], y))
    assert bits(network) == bits(other)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int32"])
def test_the_data_is_not_modified(engine: str, dtype: str) -> None:
    X, y = data(9)
    X = X.astype(dtype)
    X_before, y_before = X.copy(), y.copy()
    X.flags.writeable = y.flags.writeable = False
    network = small()
    network.fit(X, y, batch_size=4, engine=engine, validation=(X, y))
    network.fit(X, y, batch_size=4, engine=engine, validation=0.3)
    network.predict(X, engine=engine)
    network.score(X, y, engine=engine)
    assert np.array_equal(X, X_before)
    assert np.array_equal(y, y_before)


# Copies


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, copy.copy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_a_copy_has_everything_and_shares_nothing(engine: str, duplicate: Any) -> None:
    X, y = data()
    network = scaled_network(0.5)
    network.class_names = ("a", "b", "c")
    network.configuration = {"epochs": 1}
    network.fit(X, y, engine=engine)  # an executor is there
    other = duplicate(network)
    assert repr(other) == repr(network)
    assert bits(other) == bits(network)
    assert (other.class_names, other.configuration) == (("a", "b", "c"), {"epochs": 1})
    assert other.preprocessing == network.preprocessing
    other.configuration["epochs"] = 2
    assert network.configuration == {"epochs": 1}
    before = bits(network)
    other.fit(X, y, engine=engine)
    assert bits(network) == before != bits(other)


# What it is


def test_repr_makes_the_network_again() -> None:
    network = small("float64", seed=3)
    again = eval(repr(network))
    assert repr(again) == repr(network)
    assert bits(again) == bits(network)


def test_attributes() -> None:
    network = Network(Conv(2, 3), Flatten(), Dense(5), input_shape=[6, 7, 1], seed=9)
    assert network.layers == (Conv(2, 3), Flatten(), Dense(5))
    assert (network.input_shape, network.seed, network.dtype, network.n_classes) == (
        (6, 7, 1),
        9,
        "float32",
        5,
    )
    assert {name: value.shape for name, value in network.parameters.items()} == {
        "conv1.W": (3, 3, 1, 2),
        "conv1.b": (1, 1, 1, 2),
        "dense1.W": (40, 5),
        "dense1.b": (1, 5),
    }
    assert network.preprocessing is None
    assert network.class_names is None
    assert network.configuration == {}


def test_class_names() -> None:
    network = linear()
    network.class_names = ["cat", "dog", "bird"]
    assert network.class_names == ("cat", "dog", "bird")
    network.class_names = None
    assert network.class_names is None
    with pytest.raises(ShapeError, match=r"^Network: class_names must hold .* the 3 classes; got 2$"):
        network.class_names = ("cat", "dog")
    for wrong in ("abc", (1, 2, 3), {"a", "b", "c"}):
        with pytest.raises(DtypeError, match=r"^Network: class_names must be a tuple of str, or None; got "):
            network.class_names = wrong  # type: ignore[assignment]


def test_preprocessing_must_fit() -> None:
    network = linear()
    with pytest.raises(
        DtypeError, match=r"^Network: preprocessing must be a Preprocessing, or None; got a dict"
    ):
        network.preprocessing = {"scale": 1}  # type: ignore[assignment]
    sentence = r"must make images of the network's input_shape, \(2, 2, 1\); got one for \(3, 3, 1\)$"
    with pytest.raises(ShapeError, match=sentence):
        network.preprocessing = Preprocessing(input_shape=(3, 3, 1), scale=1.0)
    assert network.preprocessing is None


@pytest.mark.parametrize("engine", ["steps", "native"])
def test_a_network_without_parameters_predicts_and_is_not_trained(engine: str) -> None:
    network = Network(Flatten(), input_shape=(1, 1, 3))
    X = np.array([[0, 2, 1], [3, 2, 1]], np.float32).reshape(2, 1, 1, 3)
    assert network.predict(X, engine=engine).tolist() == [1, 0]
    sentence = (
        r"^Network\.fit: there is nothing to train: a layer must have parameters, as Conv and Dense do; "
        r"got only Flatten\(\)$"
    )
    with pytest.raises(ArgumentError, match=sentence):
        network.fit(X, np.array([1, 0]), engine=engine)


def test_layers_that_do_not_fit_are_named() -> None:
    with pytest.raises(ShapeError, match=r"^Network: layer 'conv2': conv: the filter must not be larger"):
        Network(Conv(2, 3), Conv(2, 9), Flatten(), Dense(2), input_shape=(6, 6, 1))
    with pytest.raises(ShapeError, match="the loss needs one number a class"):
        Network(Conv(2, 3), input_shape=(6, 6, 1))
    with pytest.raises(ArgumentError, match="there must be at least one layer"):
        Network(input_shape=(6, 6, 1))
    with pytest.raises(ArgumentError, match="every layer must be a fullstride layer"):
        Network(Conv, input_shape=(6, 6, 1))  # type: ignore[arg-type]


# Networks with branches and states


def residual(dtype: str = "float32") -> Network:
    return Network(
        *(Conv(3, 3, pad=1, bias=False), BatchNorm(), ReLU()),
        Residual(Conv(4, 3, 2, 1), BatchNorm(), shortcut=[Conv(4, 1, 2)]),
        *(Add([Conv(4, 1)], [], [ReLU()]), GlobalAveragePool(), Dense(3)),
        input_shape=(6, 6, 1),
        dtype=dtype,
    )


STATES = ("batch_norm1.running_mean", "batch_norm1.running_variance")


def test_a_residual_network_trains_and_predicts() -> None:
    X, y = data(30)
    network = residual()
    before = bits(network)
    history = network.fit(X, y, epochs=15, batch_size=10, lr=0.05, momentum=0.5, engine="steps")
    assert all(bits(network)[name] != before[name] for name in (*STATES, "batch_norm2.gamma", "conv4.W"))
    assert history.epochs[-1]["loss"] < 0.5 * history.epochs[0]["loss"]
    assert network.score(X, y, engine="steps") > 0.9
    alone = [network.predict_proba(X[i : i + 1], engine="steps")[0] for i in range(3)]
    assert_close(network.predict_proba(X, engine="steps")[:3], np.stack(alone), rtol=1e-5)
    assert dict(network.implementation(engine="steps"))["batch_norm2"] == "steps/normalization.py"


def test_predicting_and_validating_change_no_state() -> None:
    X, y = data(12)
    network = residual()
    network.fit(X, y, batch_size=6, engine="steps")
    before = bits(network)
    network.predict(X, engine="steps")
    network.score(X, y, engine="steps")
    assert bits(network) == before
    other = residual()
    other.fit(X, y, batch_size=6, validation=(X, y), engine="steps")
    assert bits(other) == before


def test_a_network_with_branches_is_copied_whole() -> None:
    X, y = data(12)
    network = residual("float64")
    network.fit(X, y, batch_size=6, engine="steps")
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert repr(other) == repr(network)
        assert bits(other) == bits(network)
    assert repr(eval(repr(network))) == repr(network)


def test_a_learning_rate_of_0_moves_only_the_states() -> None:
    X, y = data(12)
    network = residual()
    before = bits(network)
    network.fit(X, y, lr=0, engine="steps")
    changed = {name for name, value in bits(network).items() if value != before[name]}
    assert changed == network.program.parameters.keys() - network.program.trained.keys()


def test_states_that_are_not_finite_stop_the_training() -> None:
    X, y = data(12)
    network = residual()
    before = bits(network)
    sentence = (
        r"a parameter is not finite after epoch 1 of 2 \(the first one is batch_norm1.running_variance\)"
    )
    with pytest.raises(TrainingError, match=sentence):
        network.fit(1e30 * X, y, epochs=2, engine="steps")
    assert bits(network) == before


# Engines


def test_engines_agree() -> None:
    X, y = data(20)
    networks = {}
    for name in ("steps", "native"):
        networks[name] = small("float64")
        networks[name].fit(X, y, epochs=2, batch_size=7, engine=name)
    for name, value in networks["steps"].parameters.items():
        assert_close(networks["native"].parameters[name], value, 1e-10, 1e-10)


def test_threads_change_no_bit() -> None:
    X, y = data(40)
    trained = []
    for threads in (1, 2, 3):
        network = small()
        network.fit(X, y, epochs=2, batch_size=16, engine="native", threads=threads)
        trained.append(bits(network))
    assert trained[0] == trained[1] == trained[2]


def test_implementation_names_what_runs(engine: str) -> None:
    network = small()
    rows = dict(network.implementation(engine=engine))
    assert {node.output for node in network.program.nodes} <= rows.keys()
    if engine == "steps":
        assert rows["conv1"] == "steps/convolution.py"
    else:
        assert rows["conv1"].startswith("conv_forward__f3x3_")
        assert not any("steps" in what for what in rows.values())
