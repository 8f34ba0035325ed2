"""Which part of which data a model is judged on. The command's tests have what is refused of folders and classes."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride import Dense, Flatten, Network
from fullstride.data import from_arrays
from fullstride.errors import ArgumentError, DataError
from fullstride.runs import data_for, subject
from tests.support.runs import small_data, small_job


def test_a_run_s_model_names_its_data() -> None:
    network = small_job().network
    assert data_for(network, "model").data.name == "small"
    assert data_for(network, "model", "mnist", "files").data.to_dict() == {"name": "mnist", "dir": "files"}
    with pytest.raises(ArgumentError, match=r"^model does not say what it was trained on: name DATA$"):
        data_for(Network(Flatten(), Dense(2), input_shape=(6, 6, 1)), "model")


def test_parts() -> None:
    data, network = small_data(), small_job().network
    X, y = subject(network, data)
    assert X is data.X_test
    assert (y == data.y_test).all()
    assert len(subject(network, data, "train")[0]) == 54
    with pytest.raises(DataError, match=r"^small has no validation part of its own$"):
        subject(network, data, "validation")
    with pytest.raises(
        ArgumentError, match=r"^subject: part must be one of test, train, validation; got 'all'$"
    ):
        subject(network, data, "all")


def test_labels_are_those_of_the_model_s_names() -> None:
    network = Network(Flatten(), Dense(3), input_shape=(1, 1, 1))
    network.class_names = ("c", "b", "a")
    X, y = np.zeros((4, 1, 1, 1), np.uint8), np.array([0, 1, 1, 0])
    data = from_arrays(X, y, X, y, class_names=("a", "c"))
    assert subject(network, data)[1].tolist() == [2, 0, 0, 2]
