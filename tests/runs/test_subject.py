"""Which part of which data a model is judged on. The command's tests have what is refused of folders and classes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fullstride import Dense, Flatten, Network
from fullstride.data import from_arrays
from fullstride.errors import ArgumentError, DataError
from fullstride.runs import bears_name, data_for, subject, was_changed
from tests.support.runs import small_data, small_job


def test_a_run_s_model_names_its_data() -> None:
    network = small_job().network
    assert data_for(network, "model").data.name == "small"
    assert data_for(network, "model", "mnist", "files").data.to_dict() == {"name": "mnist", "dir": "files"}
    with pytest.raises(ArgumentError, match=r"^model does not say what it was trained on: name DATA$"):
        data_for(Network(Flatten(), Dense(2), input_shape=(6, 6, 1)), "model")


def test_parts() -> None:
    data, network = small_data(), small_job().network
    [(X, y)] = subject(network, data)
    assert X is data.X_test
    assert (y == data.y_test).all()
    [(X, _)] = subject(network, data, "train")
    assert X is data.X_train
    assert [len(y) for _, y in subject(network, data, "all")] == [54, 18]
    whole = replace(data, X_validation=data.X_train[:5], y_validation=data.y_train[:5])
    assert [len(y) for _, y in subject(network, whole, "all")] == [54, 5, 18]
    with pytest.raises(DataError, match=r"^small has no validation part of its own$"):
        subject(network, data, "validation")
    with pytest.raises(
        ArgumentError, match=r"^subject: part must be one of test, train, validation, all; got 'some'$"
    ):
        subject(network, data, "some")


def test_labels_are_those_of_the_model_s_names() -> None:
    network = Network(Flatten(), Dense(3), input_shape=(1, 1, 1))
    network.class_names = ("c", "b", "a")
    X, y = np.zeros((4, 1, 1, 1), np.uint8), np.array([0, 1, 1, 0])
    data = from_arrays(X, y, X, y, class_names=("a", "c"))
    [(_, labels)] = subject(network, data)
    assert labels.tolist() == [2, 0, 0, 2]


def test_data_is_known_by_its_name_and_its_digest() -> None:
    network, data = small_job().network, small_data()
    other = small_data(seed=1)
    assert bears_name(network, other)
    assert was_changed(network, other)
    assert was_changed(network, replace(other, digest=""))  # nobody has computed it
    assert not was_changed(network, data)
    assert not was_changed(network, replace(data, digest=""))
    foreign = replace(other, name="others")
    assert not bears_name(network, foreign)
    assert not was_changed(network, foreign)
    network.configuration["run"]["data"]["name"] = "some/where/small"
    assert was_changed(network, other)
    del network.configuration["digest"]
    assert not was_changed(network, other)
    network.configuration = {}
    assert not bears_name(network, other)
