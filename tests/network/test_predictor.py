"""The predictor's door: what it accepts, what it refuses, and that it says what the network says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride import Dense, Flatten, Network
from fullstride.architectures import lenet5, resnet20, small, vgg
from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import ArgumentError, DataError, DtypeError, EngineError, ShapeError
from fullstride.network.predictor import MOST_BY_PRODUCT
from tests.support.kernels import assert_same_bits


def images(network: Network, m: int) -> Any:
    return np.random.default_rng(m).standard_normal((m, *network.input_shape)).astype(network.dtype)


@pytest.fixture(scope="module")
def network() -> Network:
    return small((9, 8, 1), 4)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("make", "shape"),
    [(lenet5, (28, 28, 1)), (small, (13, 7, 3)), (vgg, (20, 17, 3)), (resnet20, (32, 32, 3))],
)
def test_the_bits_of_predict_proba(make: Any, shape: tuple[int, int, int], dtype: str) -> None:
    network = make(shape, 10, dtype=dtype)
    X = images(network, 5)
    expected = network.predict_proba(X)
    with network.predictor(2) as predictor:
        assert_same_bits(predictor(X), expected)
        assert_same_bits(predictor(X[3:4]), expected[3:4])
        assert_same_bits(predictor.predict(X), network.predict(X))
        assert_same_bits(predictor.predict(X[:1]), network.predict(X[:1]))


def test_every_kind_of_array(network: Network) -> None:
    X = np.random.default_rng(0).integers(0, 256, (3, 9, 8, 1))
    wide = np.zeros((6, 9, 16, 1), np.float32)
    wide[::2, :, ::2] = X
    predictor = network.predictor()
    kinds: list[Any] = [X.astype(kind) for kind in ("uint8", "int64", "float32", "float64", ">f4", ">f8")]
    for A in [
        *kinds,
        wide[::2, :, ::2],
        X.astype(np.float32)[..., 0],
        np.asfortranarray(X.astype("float32")),
    ]:
        before = A.copy()
        for some in (A, A[:1], A[:0]):
            assert_same_bits(predictor(some), network.predict_proba(some))
        assert np.array_equal(A, before)


def test_pixels_are_scaled() -> None:
    network = small((9, 8, 1), 4)
    network.preprocessing = Preprocessing((9, 8, 1), 1 / 255, 255)
    X = np.random.default_rng(0).integers(0, 256, (3, 9, 8, 1)).astype(np.uint8)
    predictor, expected = network.predictor(), network.predict_proba(X)
    network.preprocessing = None
    assert_same_bits(predictor(X), expected)
    assert_same_bits(predictor(X[:1]), expected[:1])


def test_it_is_a_snapshot() -> None:
    network = small((9, 8, 1), 4)
    X = images(network, 12)
    predictor, before = network.predictor(), network.predict_proba(X)
    network.fit(X, np.arange(12) % 4, epochs=1, batch_size=4)
    assert_same_bits(predictor(X), before)
    assert_same_bits(predictor(X[:1]), before[:1])
    assert_same_bits(network.predictor()(X), network.predict_proba(X))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("m", [1, 3])
def test_numbers_that_are_not_finite(network: Network, bad: float, m: int) -> None:
    X = images(network, m)
    X[m - 1, 2, 5, 0] = bad
    sentence = rf"^Predictor: the images must hold finite numbers; image {m - 1} holds {bad} at \(2, 5, 0\)$"
    with pytest.raises(DataError, match=sentence):
        network.predictor()(X)


def test_an_image_of_large_numbers_is_finite(network: Network) -> None:
    X = np.full((1, 9, 8, 1), np.finfo(np.float32).max, np.float32)
    assert_same_bits(network.predictor()(X), network.predict_proba(X))


def test_an_image_too_large_for_the_quick_look() -> None:
    network = Network(Flatten(), Dense(2), input_shape=(1, MOST_BY_PRODUCT + 1, 1))
    X = images(network, 1)
    predictor = network.predictor()
    assert_same_bits(predictor(X), network.predict_proba(X))
    X[0, 0, 7, 0] = np.nan
    with pytest.raises(
        DataError, match=r"^Predictor: the images must hold finite numbers; image 0 holds nan"
    ):
        predictor(X)


@pytest.mark.parametrize(
    ("X", "error", "sentence"),
    [
        ([[1.0]], DtypeError, "X must be a NumPy array"),
        (np.ma.zeros((1, 9, 8, 1), np.float32), DtypeError, "X must be a NumPy array"),
        (
            np.zeros((1, 9, 8, 1), bool),
            DtypeError,
            "X must be of uint8 or another integer, float32 or float64",
        ),
        (np.zeros((1, 9, 8, 1), np.float16), DtypeError, "X must be of uint8 or another integer"),
        (np.zeros((9, 8, 1), np.float32), ShapeError, "X must have shape"),
        (np.zeros((1, 8, 9, 1), np.float32), ShapeError, "X must have shape"),
        (np.zeros((1, 9, 8, 2), np.float32), ShapeError, "X must have shape"),
    ],
)
def test_what_it_refuses(network: Network, X: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=f"^Predictor: {sentence}"):
        network.predictor()(X)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_out_of_range(network: Network, threads: int) -> None:
    with pytest.raises(ArgumentError, match=r"^Network.predictor: threads must be .*>= 1"):
        network.predictor(threads)


def test_threads_of_another_type(network: Network) -> None:
    with pytest.raises(DtypeError, match=r"^Network.predictor: threads"):
        network.predictor("two")  # type: ignore[arg-type]


def test_a_closed_predictor(network: Network) -> None:
    X = images(network, 1)
    with network.predictor() as predictor:
        predictor(X)
    with pytest.raises(EngineError, match=r"^Predictor: it was closed, and predicts no more$"):
        predictor(X)


def test_what_it_shows(network: Network) -> None:
    predictor = network.predictor(3)
    assert repr(predictor) == "Predictor(input_shape=(9, 8, 1), dtype='float32', threads=3)"
    assert (predictor.input_shape, predictor.dtype, predictor.threads) == ((9, 8, 1), "float32", 3)
