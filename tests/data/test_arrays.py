"""Arrays in memory as a data set."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fullstride.data import from_arrays, split_validation
from fullstride.errors import ArgumentError, DataError, DtypeError, ShapeError
from tests.support.pictures import noise

X = noise(20, 4, 5)
Y = np.arange(20) % 4


def test_a_fifth_is_set_aside_class_by_class():
    data = from_arrays(X, Y, name="mine")
    train_index, test_index = split_validation(Y, 0.2, 0)
    np.testing.assert_array_equal(data.X_train[..., 0], X[train_index])
    np.testing.assert_array_equal(data.X_test[..., 0], X[test_index])
    assert data.y_test.tolist() == Y[test_index].tolist()
    assert np.bincount(data.y_test).tolist() == [1, 1, 1, 1]
    assert (data.name, data.class_names, data.scale) == ("mine", ("0", "1", "2", "3"), 1 / 255)
    assert data.preprocessing.input_shape == (4, 5, 1)
    assert data.X_validation is None
    assert len(from_arrays(X, Y, test=0.5, seed=3).X_test) == 10
    assert data.digest != from_arrays(X, Y, seed=1).digest


def test_given_parts_are_not_copied():
    A = noise(6, 4, 5, 3)
    data = from_arrays(A[:4], Y[:4], A[4:], Y[4:6], class_names=["a", "b", "c", "d"])
    assert np.shares_memory(data.X_train, A)
    assert np.shares_memory(data.X_test, A)
    assert (data.class_names, data.y_train.dtype) == (("a", "b", "c", "d"), np.int64)
    assert (
        data.digest == from_arrays(A[:4].copy(), Y[:4], A[4:], Y[4:6].astype(np.uint8), tuple("abcd")).digest
    )
    assert data.digest != from_arrays(A[:4], Y[:4], A[4:], Y[4:6]).digest, "other names"


@pytest.mark.parametrize("dtype", [np.float32, np.float64, ">f4"])
def test_floats_are_taken_as_they_are(dtype):
    data = from_arrays((X / 255).astype(dtype), Y)
    assert data.X_train.dtype == np.dtype(dtype).newbyteorder("=")
    assert data.preprocessing.scale == 1 / 255, "a file's pixels over 255 are such numbers"
    centred = from_arrays((X / 255 - 0.5).astype(dtype), Y)
    assert centred.preprocessing is None
    assert centred.scale == 1
    assert from_arrays((X / 100).astype(dtype), Y).preprocessing is None
    assert from_arrays(np.zeros((4, 2, 2, 7), dtype), Y[:4], test=0.5).preprocessing is None


def test_the_network_takes_what_comes_of_it():
    from fullstride.layers import Dense, Flatten
    from fullstride.network import Network

    data = from_arrays(X / 100, Y)
    network = Network(Flatten(), Dense(4), input_shape=data.X_train.shape[1:])
    network.preprocessing = data.preprocessing
    network.fit(data.X_train, data.y_train, epochs=1, engine="steps")
    assert network.predict_proba(data.X_test, engine="steps").shape == (4, 4)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((X.tolist(), Y), DtypeError, "X must be a NumPy array of images; got a list"),
        (
            (X.astype(np.int64), Y),
            DtypeError,
            "X must be of uint8 (0..255), float32 or float64; got dtype int64: "
            "convert it first, with X.astype(np.uint8)",
        ),
        ((X[0], Y), ShapeError, "X must have shape (m, n_H, n_W) or (m, n_H, n_W, n_C), each at least 1; "),
        (
            (X[:0], Y[:0]),
            ShapeError,
            "X must have shape (m, n_H, n_W) or (m, n_H, n_W, n_C), each at least 1; ",
        ),
        (
            (noise(4, 2, 2, 4), Y[:4]),
            ShapeError,
            "images of uint8 must have n_C = 1 (grey) or 3 (RGB); got n_C = 4 in X, shape (4, 2, 2, 4): "
            "pass floats, scaled as you want them",
        ),
        (
            (X, Y[:19]),
            ShapeError,
            "X and y must have one length, m; got 20 images and 19 labels",
        ),
        (
            (X, Y, X[:3], Y[:2]),
            ShapeError,
            "X_test and y_test must have one length, m; got 3 images and 2 labels",
        ),
        (
            (X, Y.reshape(4, 5)),
            ShapeError,
            "y must be a NumPy array of shape (m,), one label an image; got shape (4, 5)",
        ),
        (
            (X, Y.tolist()),
            ShapeError,
            "y must be a NumPy array of shape (m,), one label an image; got a list",
        ),
        ((X, Y / 1), DtypeError, "y must hold integers, the class indices; got dtype float64"),
        ((X, Y - 1), DataError, "y must hold class indices 0 <= y < n_C with n_C=3; got -1 at index 0"),
        ((X, Y, X, Y + 1), DataError, "y_test must hold class indices 0 <= y_test < n_C with n_C=4; got 4"),
        ((X, Y, X), ArgumentError, "X_test and y_test belong together; got X_test alone"),
        ((X, Y, None, Y), ArgumentError, "X_test and y_test belong together; got y_test alone"),
        (
            (X, Y, X[:, :3], Y),
            ShapeError,
            "X_test must hold images like those of X, shape (4, 5, 1) of uint8; got shape (3, 5, 1) of uint8",
        ),
        (
            (X, Y, X / 255, Y),
            ShapeError,
            "X_test must hold images like those of X, shape (4, 5, 1) of uint8; got shape (4, 5, 1) of float64",
        ),
        ((X, Y * 0), DataError, "a data set needs at least two classes; got 1"),
        (
            (X, Y, None, None, ["a", "b"]),
            DataError,
            "y must hold class indices 0 <= y < n_C with n_C=2; got 2",
        ),
        ((X, Y, None, None, [1, 2, 3, 4]), DtypeError, "class_names must be strings; got [1, 2, 3, 4]"),
    ],
)
def test_refused(arguments, error, sentence):
    with pytest.raises(error, match=f"^{re.escape(f'from_arrays: {sentence}')}"):
        from_arrays(*arguments)


def test_numbers_that_are_none():
    A = X / 255
    A[7, 1, 2] = np.nan
    with pytest.raises(
        DataError, match=r"^from_arrays \(X\): the images must hold finite numbers; image 7 holds nan"
    ):
        from_arrays(A, Y)
    with pytest.raises(
        DataError, match=r"^from_arrays \(X_test\): the images must hold finite numbers; image 7"
    ):
        from_arrays(X / 255, Y, A, Y)
