"""What is refused at the public door, sentence by sentence, and that nothing has happened by then."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DataError, DtypeError, FullstrideError, ShapeError
from fullstride.layers import Dense, Flatten
from fullstride.network import Network
from fullstride.training import Callback

X = np.random.default_rng(0).random((5, 2, 3, 1)).astype(np.float32)
Y = np.array([0, 1, 2, 1, 0])
METHODS = ["fit", "predict", "predict_proba", "score"]


@pytest.fixture
def network() -> Network:
    return Network(Flatten(), Dense(3), input_shape=(2, 3, 1))


def call(network: Network, method: str, images: Any, labels: Any = Y) -> None:
    arguments = (images, labels) if method in ("fit", "score") else (images,)
    getattr(network, method)(*arguments, engine="steps")


def fit(network: Network, **arguments: Any) -> None:
    network.fit(X, Y, engine="steps", **arguments)


def refused(kind: type[FullstrideError], sentence: str) -> Any:
    return pytest.raises(kind, match="^" + re.escape(sentence))


def with_(index: Any, value: float, dtype: str = "float32") -> Any:
    spoiled = X.astype(dtype)
    spoiled[index] = value
    return spoiled


# Network


@pytest.mark.parametrize("value", [8, (8, 8), (8, 8, 1, 1), "abc", None, np.array([2, 3, 1])])
def test_input_shape_must_be_three_numbers(value: Any) -> None:
    sentence = "Network: input_shape must be (n_H, n_W, n_C), the shape of one image; got "
    with refused(ShapeError, sentence + repr(value)):
        Network(Flatten(), Dense(3), input_shape=value)


def test_input_shape_must_be_positive_whole_numbers() -> None:
    with refused(ArgumentError, "Network: input_shape[1] (n_W) must be a whole number >= 1; got 0"):
        Network(Flatten(), Dense(3), input_shape=(2, 0, 1))
    with refused(DtypeError, "Network: input_shape[0] (n_H) must be a whole number >= 1; got 2.0"):
        Network(Flatten(), Dense(3), input_shape=(2.0, 3, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["float16", "double", np.float32, None, 32])
def test_dtype_must_be_known(value: Any) -> None:
    with refused(ArgumentError, f'Network: dtype must be "float32" or "float64"; got {value!r}'):
        Network(Flatten(), Dense(3), input_shape=(2, 3, 1), dtype=value)


def test_seeds(network: Network) -> None:
    shape = (2, 3, 1)
    with refused(ArgumentError, "Network: seed must be a whole number >= 0; got -1"):
        Network(Flatten(), Dense(3), input_shape=shape, seed=-1)
    with refused(DtypeError, "Network: seed must be a whole number >= 0; got 1.5"):
        Network(Flatten(), Dense(3), input_shape=shape, seed=1.5)  # type: ignore[arg-type]
    sentence = f"seed must be a whole number, 0 <= seed < 2**64; got {2**64}"
    with refused(ArgumentError, f"Network: {sentence}"):
        Network(Flatten(), Dense(3), input_shape=shape, seed=2**64)
    with refused(ArgumentError, f"Network.fit: {sentence}"):
        network.fit(X, Y, seed=2**64, engine="steps")
    network.fit(X, Y, seed=2**64 - 1, engine="steps", validation=0.4)
    Network(Flatten(), Dense(3), input_shape=shape, seed=2**64 - 1)


# Images


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("value", "kind"),
    [(X.tolist(), "list"), (None, "NoneType"), (np.ma.masked_array(X), "MaskedArray"), ("X", "str")],
)
def test_images_must_be_an_array(network: Network, method: str, value: Any, kind: str) -> None:
    sentence = f"Network.{method}: X must be a NumPy array of shape (m, n_H, n_W, n_C); got a {kind}"
    with refused(DtypeError, sentence):
        call(network, method, value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float16", "longdouble", "bool", "complex64", "object", "S1"])
def test_images_must_be_of_a_dtype_that_is_computed_with(network: Network, method: str, dtype: str) -> None:
    sentence = (
        f"Network.{method}: X must be of uint8 or another integer, float32 or float64; "
        f"got dtype {np.dtype(dtype)}"
    )
    with refused(DtypeError, sentence):
        call(network, method, X.astype(dtype))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "shape", [(5, 6), (2, 3, 1), (30,), (), (5, 2, 3, 3), (5, 3, 2, 1), (5, 3, 2), (5, 2, 3, 1, 1), (0,)]
)
def test_images_must_have_the_network_s_shape(network: Network, method: str, shape: Any) -> None:
    sentence = (
        f"Network.{method}: X must have shape (m, n_H, n_W, n_C) with (n_H, n_W, n_C)=(2, 3, 1) "
        f"(the network's input_shape); got shape {shape}"
    )
    with refused(ShapeError, sentence):
        call(network, method, np.zeros(shape, np.float32))


def test_the_channel_may_be_left_out_only_where_there_is_one() -> None:
    network = Network(Flatten(), Dense(3), input_shape=(2, 3, 2))
    with refused(ShapeError, "Network.predict: X must have shape"):
        network.predict(np.zeros((5, 2, 3)), engine="steps")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_image_that_is_not_finite_is_named(network: Network, method: str, value: float) -> None:
    sentence = f"Network.{method}: the images must hold finite numbers; image 3 holds {value} at (1, 2, 0)"
    with refused(DataError, sentence):
        call(network, method, with_((3, 1, 2, 0), value))


def test_what_float32_cannot_hold_is_not_finite(network: Network) -> None:
    too_large = with_((2, 0, 0, 0), 1e39, "float64")
    with refused(DataError, "Network.fit: the images must hold finite numbers; image 2 holds inf"):
        call(network, "fit", too_large)
    wide = Network(Flatten(), Dense(3), input_shape=(2, 3, 1), dtype="float64")
    assert np.isfinite(wide.predict_proba(with_(0, 1e39, "float64"), engine="steps")).all()


@pytest.mark.parametrize("method", ["fit", "score"])
def test_there_must_be_images(network: Network, method: str) -> None:
    sentence = f"Network.{method}: X must hold at least one image, m >= 1; got shape (0, 2, 3, 1)"
    with refused(DataError, sentence):
        call(network, method, X[:0], Y[:0])


# Labels


@pytest.mark.parametrize("method", ["fit", "score"])
@pytest.mark.parametrize("m", [0, 4, 6])
def test_a_label_for_each_image(network: Network, method: str, m: int) -> None:
    sentence = (
        f"Network.{method}: y must have shape (m,) with m=5 (one label for each image of X); got shape ({m},)"
    )
    with refused(ShapeError, sentence):
        call(network, method, X, np.zeros(m, np.int64))


@pytest.mark.parametrize("method", ["fit", "score"])
@pytest.mark.parametrize("shape", [(), (5, 1), (5, 3)])
def test_labels_must_be_in_a_row(network: Network, method: str, shape: Any) -> None:
    sentence = f"Network.{method}: y must have shape (m,), one class index an example; got shape {shape}"
    with refused(ShapeError, sentence):
        call(network, method, X, np.zeros(shape, np.int64))


@pytest.mark.parametrize("method", ["fit", "score"])
def test_labels_must_be_an_array_of_integers(network: Network, method: str) -> None:
    with refused(
        DtypeError, f"Network.{method}: y must be a NumPy array of integers of shape (m,); got a list"
    ):
        call(network, method, X, Y.tolist())
    for dtype in ("float32", "bool", "object"):
        sentence = (
            f"Network.{method}: y must hold integers, the class indices 0 .. n_C - 1; got dtype {dtype}"
        )
        with refused(DtypeError, sentence):
            call(network, method, X, Y.astype(dtype))


@pytest.mark.parametrize("method", ["fit", "score"])
@pytest.mark.parametrize(
    ("bad", "dtype"), [(3, "int64"), (-1, "int8"), (2**64 - 1, "uint64"), (255, "uint8")]
)
def test_the_first_label_out_of_range_is_named(network: Network, method: str, bad: int, dtype: str) -> None:
    y = Y.astype(dtype)
    y[[2, 4]] = bad
    sentence = (
        f"Network.{method}: y must hold class indices 0 <= y < n_C with n_C=3; got {bad} at index 2 "
        "(2 of 5 are out of range)"
    )
    with refused(DataError, sentence):
        call(network, method, X, y)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "uint64", ">i4"])
def test_labels_of_any_integer_dtype(network: Network, dtype: str) -> None:
    expected = network.score(X, Y, engine="steps")
    assert network.score(X, Y.astype(dtype), engine="steps") == expected
    network.fit(X, Y.astype(dtype), engine="steps")


# How to train


@pytest.mark.parametrize("name", ["epochs", "batch_size", "threads"])
def test_counts_must_be_at_least_one(network: Network, name: str) -> None:
    for value in (0, -1):
        with refused(ArgumentError, f"Network.fit: {name} must be a whole number >= 1; got {value}"):
            fit(network, **{name: value})
    for wrong in (1.5, "2", True):
        with refused(DtypeError, f"Network.fit: {name} must be a whole number >= 1; got {wrong!r}"):
            fit(network, **{name: wrong})


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_threads_must_be_at_least_one(network: Network, method: str) -> None:
    with refused(ArgumentError, f"Network.{method}: threads must be a whole number >= 1; got 0"):
        getattr(network, method)(X, threads=0, engine="steps")


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_lr_must_be_finite_and_not_negative(network: Network, value: float) -> None:
    with refused(ArgumentError, f"Network.fit: lr must be a number, 0 <= lr < inf; got {value}"):
        network.fit(X, Y, lr=value, engine="steps")


@pytest.mark.parametrize("value", [-0.1, 1.0, np.nan])
def test_momentum_must_be_below_one(network: Network, value: float) -> None:
    with refused(ArgumentError, f"Network.fit: momentum must be a number, 0 <= momentum < 1; got {value}"):
        network.fit(X, Y, momentum=value, engine="steps")


@pytest.mark.parametrize("name", ["lr", "momentum"])
def test_rates_must_be_numbers(network: Network, name: str) -> None:
    for wrong in (
        "0.1",
        True,
        np.array([0.1]),
        *([None] if name == "lr" else []),
    ):  # momentum=None: the usual one
        with refused(DtypeError, f"Network.fit: {name} must be a number, 0 <= {name} < "):
            fit(network, **{name: wrong})


def test_numbers_of_numpy_are_numbers(network: Network) -> None:
    history = network.fit(
        X,
        Y,
        epochs=np.int32(2),  # type: ignore[arg-type]
        batch_size=np.uint8(2),  # type: ignore[arg-type]
        lr=np.float32(0.5),  # type: ignore[arg-type]
        momentum=np.float64(0.5),
        seed=np.int64(3),  # type: ignore[arg-type]
        validation=np.float32(0.4),  # type: ignore[arg-type]
        engine="steps",
    )
    assert [record["lr"] for record in history.epochs] == [0.5, 0.5]
    assert history.to_jsonl()  # plain numbers


@pytest.mark.parametrize("value", ["gpu", "Steps", "", None, 1, np.array(["steps", "native"])])
def test_an_unknown_engine_is_refused(network: Network, value: Any) -> None:
    sentence = f'engine must be "native" or "steps"; got {value!r}'
    with refused(ArgumentError, f"Network.fit: {sentence}"):
        network.fit(X, Y, engine=value)
    with refused(ArgumentError, f"Network.predict: {sentence}"):
        network.predict(X, engine=value)
    with refused(ArgumentError, f"Network.implementation: {sentence}"):
        network.implementation(engine=value)


# Validation


@pytest.mark.parametrize("value", [0, 1, -0.5, 1.5, 0.0, 1.0, np.nan])
def test_a_fraction_lies_between_0_and_1(network: Network, value: float) -> None:
    sentence = f"Network.fit: validation must be a fraction, 0 < fraction < 1; got {value:g}"
    with refused(ArgumentError, sentence):
        network.fit(X, Y, validation=value, engine="steps")


@pytest.mark.parametrize(("value", "count"), [(0.05, 0), (0.95, 5)])
def test_a_fraction_leaves_images_on_both_sides(network: Network, value: float, count: int) -> None:
    sentence = (
        "Network.fit: validation must leave at least one image to train on and one to validate on; "
        f"a fraction of {value} of m=5 gives {count} to validate on"
    )
    with refused(DataError, sentence):
        network.fit(X, Y, validation=value, engine="steps")


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "bool"), ("0.1", "str"), ((X,), "tuple"), ((X, Y, Y), "tuple"), ([X, Y], "list")],
)
def test_validation_is_a_pair_or_a_fraction(network: Network, value: Any, kind: str) -> None:
    sentence = (
        f"Network.fit: validation must be None, a pair (X, y), or a fraction, 0 < fraction < 1; got a {kind}"
    )
    with refused(DtypeError, sentence):
        network.fit(X, Y, validation=value, engine="steps")


def test_the_validation_pair_is_looked_at_too(network: Network) -> None:
    where = "Network.fit (validation): "
    cases: list[tuple[type[FullstrideError], str, Any]] = [
        (ShapeError, "X must have shape", (X[:, :1], Y)),
        (DataError, "X must hold at least one image", (X[:0], Y[:0])),
        (DataError, "the images must hold finite numbers; image 4 holds nan", (with_(4, np.nan), Y)),
        (ShapeError, "y must have shape (m,) with m=5", (X, Y[:4])),
        (DataError, "y must hold class indices 0 <= y < n_C with n_C=3; got 7 at index 0", (X, Y + 7)),
    ]
    for kind, sentence, pair in cases:
        with refused(kind, where + sentence):
            network.fit(X, Y, validation=pair, engine="steps")


# Callbacks


class Mine(Callback):
    pass


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (Mine(), "a Mine"),
        ([Mine], "the class Mine"),
        ([Mine(), print], "a builtin_function_or_method"),
        ("a", "a str"),
    ],
)
def test_callbacks_must_be_instances(network: Network, value: Any, came: str) -> None:
    sentence = "Network.fit: callbacks must be a sequence of instances of fullstride.training.Callback; got "
    with refused(DtypeError, sentence + came):
        network.fit(X, Y, callbacks=value, engine="steps")


# Parameters


def test_parameters_must_be_finite_before_training(network: Network) -> None:
    network.parameters["dense1.b"][0, 1] = np.nan
    with refused(
        ArgumentError, "Network.fit: every parameter must be finite before training; dense1.b is not"
    ):
        network.fit(X, Y, engine="steps")


def test_nothing_is_trained_before_all_is_checked(network: Network) -> None:
    before = {name: value.copy() for name, value in network.parameters.items()}
    bad_last = with_(4, np.nan)
    for arguments in ((bad_last, Y, None), (X, np.array([0, 1, 2, 1, 3]), None), (X, Y, (bad_last, Y))):
        images, labels, validation = arguments
        with pytest.raises(DataError):
            network.fit(images, labels, batch_size=1, validation=validation, engine="steps")
    for name, value in network.parameters.items():
        assert np.array_equal(value, before[name])
