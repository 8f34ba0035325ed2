"""Networks that estimate numbers: the loss "mean_squared_error"."""

from __future__ import annotations

import copy
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride import Dense, Flatten, Network, ReLU, load
from fullstride.cli.summary import summarize
from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from fullstride.training import TrainingWarning
from tests.support.close import assert_close

every_engine = pytest.mark.parametrize("engine", ["native", "steps"])


def network(n: int = 2, dtype: str = "float64", **more: Any) -> Network:
    layers = Flatten(), Dense(8), ReLU(), Dense(n)
    return Network(*layers, input_shape=(3, 3, 1), dtype=dtype, loss="mean_squared_error", **more)


def linear(n: int = 2) -> Network:
    """Without a hidden layer, so that it can learn what `data` holds exactly."""
    return Network(Flatten(), Dense(n), input_shape=(3, 3, 1), dtype="float64", loss="mean_squared_error")


def data(m: int = 40, n: int = 2) -> tuple[Any, Any]:
    """Images, and numbers that depend on them linearly."""
    generator = np.random.default_rng(0)
    X = generator.standard_normal((m, 3, 3, 1))
    return X, X.reshape(m, 9) @ generator.standard_normal((9, n)) + np.arange(1, n + 1)


@every_engine
def test_it_learns_numbers(engine: str) -> None:
    X, y = data()
    net = linear()
    history = net.fit(X, y, epochs=60, batch_size=10, lr=0.05, engine=engine, validation=(X, y))
    assert history.epochs[-1]["validation_accuracy"] is None
    last = history.epochs[-1]["validation_loss"]
    assert last is not None
    assert last < 1e-6
    predicted = net.predict(X, engine=engine)
    assert predicted.shape == (40, 2)
    assert predicted.dtype == np.float64
    assert_close(np.mean((predicted - y) ** 2), last, rtol=1e-9)
    assert net.score(X, y, engine=engine) > 1 - 1e-6


@every_engine
def test_one_number_may_come_without_its_axis(engine: str) -> None:
    X, y = data(n=1)
    one, other = linear(1), linear(1)
    one.fit(X, y, engine=engine)
    other.fit(X, y[:, 0], engine=engine)
    assert one.predict(X).tobytes() == other.predict(X).tobytes()
    assert one.predict(X).shape == (40, 1)
    assert one.score(X, y, engine=engine) == one.score(X, y[:, 0], engine=engine)


def test_a_fraction_of_the_images_is_kept_for_validation() -> None:
    X, y = data()
    history = linear().fit(X, y, epochs=2, validation=0.25, engine="steps")
    assert all(record["validation_loss"] is not None for record in history.epochs)


def test_the_loss_that_is_reported_is_the_mean_squared_error() -> None:
    X, y = data(8)
    net = network()
    expected = np.mean((net.predict(X) - y) ** 2)
    history = net.fit(X, y, batch_size=8, lr=0.0)
    assert_close(history.epochs[0]["loss"], expected, rtol=1e-12)


@every_engine
def test_r_squared_by_hand(engine: str) -> None:
    """Outputs b = 1 and 2: of 0, 2 the errors are 1 + 1 and the spread 2; of 2, 4 they are 0 + 4 and 2."""
    net = linear()
    net.parameters["dense1.W"][...] = 0
    net.parameters["dense1.b"][...] = [1, 2]
    X = np.ones((2, 3, 3, 1))
    assert net.score(X, np.array([[0.0, 2.0], [2.0, 4.0]]), engine=engine) == (0.0 - 1.0) / 2
    # Constant targets: met exactly they count 1, else 0.
    assert net.score(X, np.array([[1.0, 7.0], [1.0, 7.0]]), engine=engine) == (1.0 + 0.0) / 2


def test_integers_are_numbers_too() -> None:
    X, y = data()
    whole = np.round(y).astype(np.int64)
    one, other = linear(), linear()
    one.fit(X, whole)
    other.fit(X, whole.astype(np.float64))
    assert one.predict(X).tobytes() == other.predict(X).tobytes()


def test_y_is_not_modified_and_may_lie_anyhow() -> None:
    X, y = data()
    nets = [linear() for _ in range(3)]
    for net, targets in zip(nets, (y, np.asfortranarray(y), y[::-1][::-1].astype(">f8")), strict=True):
        before = targets.tobytes()
        net.fit(X, targets)
        assert targets.tobytes() == before
    assert len({net.predict(X).tobytes() for net in nets}) == 1


def test_a_predictor_gives_the_numbers() -> None:
    X, _ = data(7)
    net = network()
    with net.predictor(threads=2) as predictor:
        assert predictor(X).tobytes() == predictor.predict(X).tobytes() == net.predict(X).tobytes()
        assert predictor(X[:1]).tobytes() == net.predict(X[:1]).tobytes()


def test_the_loss_is_kept(tmp_path: Path) -> None:
    net = network(seed=5)
    net.save(tmp_path / "model.safetensors")
    again = [load(tmp_path / "model.safetensors"), copy.deepcopy(net), pickle.loads(pickle.dumps(net))]
    for other in again:
        assert other.loss == "mean_squared_error"
        assert repr(other) == repr(net)
        assert other.predict(data(3)[0]).tobytes() == net.predict(data(3)[0]).tobytes()
    assert repr(net).endswith("seed=5, dtype='float64', loss='mean_squared_error')")
    assert "loss" not in repr(Network(Flatten(), Dense(2), input_shape=(1, 1, 1)))


def test_a_stored_model_can_be_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network().save(tmp_path / "model.safetensors")
    summarize(str(tmp_path / "model.safetensors"), None, None, time=False, batch=None, threads=None)
    assert "images of 3x3x1; 2 numbers\n" in capsys.readouterr().out


def test_other_updates() -> None:
    X, y = data()
    net = linear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainingWarning)
        net.fit(X, y, epochs=200, batch_size=40, lr=0.05, optimizer="adam", clip=100.0)
    assert net.score(X, y) > 0.99


# What it has not, and what is refused


def test_there_are_no_classes() -> None:
    net, (X, _) = network(), data()
    sentence = (
        r'there are no classes where the loss is "mean_squared_error": the network estimates n_outputs=2 '
        "numbers, which predict gives$"
    )
    with pytest.raises(ArgumentError, match=f"^Network.n_classes: {sentence}"):
        net.n_classes  # noqa: B018
    with pytest.raises(ArgumentError, match=f"^Network.predict_proba: {sentence}"):
        net.predict_proba(X)
    with pytest.raises(ArgumentError, match=f"^Network.class_names: {sentence}"):
        net.class_names = ("a", "b")
    assert net.class_names is None
    net.class_names = None
    assert net.n_outputs == 2
    assert Network(Flatten(), Dense(3), input_shape=(1, 1, 1)).n_outputs == 3


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda y: y.tolist(), DtypeError, r"y must be a NumPy array of shape \(m, n\); got a list"),
        (
            lambda y: y > 0,
            DtypeError,
            "y must hold numbers, float32, float64 or integers, for the loss is the mean squared error; "
            "got dtype bool",
        ),
        (
            lambda y: y[:, 0],
            ShapeError,
            r"y must have shape \(m, n\) with m=40 \(one row for each image of X\) and n=2 \(the network's "
            r"outputs\); got shape \(40,\)",
        ),
        (lambda y: y[:-1], ShapeError, r"y must have shape \(m, n\) with m=40 .* got shape \(39, 2\)"),
        (lambda y: y[:, :1], ShapeError, r"y must have shape \(m, n\) with m=40 .* got shape \(40, 1\)"),
        (
            lambda y: np.where(np.arange(80).reshape(40, 2) == 11, np.nan, y),
            DataError,
            r"y must be finite in float64; got nan at index \(5, 1\) \(1 of 80 are not finite\)",
        ),
    ],
)
def test_refused_targets(change: Any, error: Any, sentence: str) -> None:
    X, y = data()
    net = network()
    before = net.predict(X)
    with pytest.raises(error, match=f"^Network.fit: {sentence}"):
        net.fit(X, change(y))
    with pytest.raises(error, match=f"^Network.score: {sentence}"):
        net.score(X, change(y))
    assert net.predict(X).tobytes() == before.tobytes()


def test_what_float32_cannot_hold_is_refused() -> None:
    X, y = data()
    y[3, 1] = 1e39
    with pytest.raises(
        DataError, match=r"^Network.fit: y must be finite in float32; got 1e\+39 at index \(3, 1\)"
    ):
        network(dtype="float32").fit(X, y)


def test_other_refusals() -> None:
    X, y = data()
    with pytest.raises(
        ArgumentError, match=r'^Network: loss must be "cross_entropy" or "mean_squared_error"; got \'mse\'$'
    ):
        Network(Flatten(), Dense(2), input_shape=(1, 1, 1), loss="mse")
    with pytest.raises(
        ArgumentError,
        match=r"^Network.fit: label_smoothing belongs to the cross-entropy; the loss is",
    ):
        network().fit(X, y, label_smoothing=0.1)
    with pytest.raises(
        ArgumentError, match=r"^Network.fit: class_weights belongs to the cross-entropy; the loss is"
    ):
        network().fit(X, y, class_weights=[1, 2])
    with pytest.raises(DataError, match=r"^Network.score: R\^2 needs at least two images, m >= 2; got m=1$"):
        network().score(X[:1], y[:1])
