"""A network's file: there and back to the bit, and every way in which a file is not that of a network."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import ArgumentError, FileFormatError, OutputError
from fullstride.formats import read_model, write_model
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
from fullstride.layers.addition import DEEPEST
from fullstride.network import Network, load


def every_layer(dtype: str = "float32") -> Network:
    network = Network(
        Conv(3, (3, 2), stride=(1, 2), pad=((1, 0), (2, 1))),
        ReLU(),
        MaxPool(2, stride=1),
        Conv(2, 2, pad="same"),
        AveragePool((2, 1)),
        Flatten(),
        Dense(3),
        input_shape=(6, 6, 1),
        dtype=dtype,
        seed=2**64 - 1,
    )
    network.class_names = ("null", "ä", "3")
    network.preprocessing = Preprocessing(input_shape=(6, 6, 1), scale=1 / 255, ink="light", framing="centre")
    network.configuration = {"epochs": 3, "lr": 0.1, "data": {"name": "digits", "parts": [1, 2]}}
    return network


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bare", [False, True])
def test_there_and_back(tmp_path: Path, dtype: str, bare: bool) -> None:
    network = every_layer(dtype)
    if bare:
        network.class_names, network.preprocessing, network.configuration = None, None, {}
    network.save(tmp_path / "a.safetensors")
    again = load(tmp_path / "a.safetensors")
    assert repr(again) == repr(network)
    assert again.class_names == network.class_names
    assert again.preprocessing == network.preprocessing
    assert again.configuration == network.configuration
    X = np.random.default_rng(0).integers(0, 256, (4, 6, 6, 1), np.uint8)
    expected = network.predict_proba(X, engine="steps")
    assert again.predict_proba(X, engine="steps").tobytes() == expected.tobytes()
    again.save(tmp_path / "b.safetensors")
    assert (tmp_path / "b.safetensors").read_bytes() == (tmp_path / "a.safetensors").read_bytes()


def test_a_loaded_network_trains_on(tmp_path: Path) -> None:
    network = every_layer()
    network.save(str(tmp_path / "a.safetensors"))
    again = load(str(tmp_path / "a.safetensors"))
    X, y = np.random.default_rng(0).random((9, 6, 6, 1)), np.arange(9) % 3
    for each in (network, again):
        each.fit(X, y, batch_size=4, engine="steps")
    for name, value in network.parameters.items():
        assert again.parameters[name].tobytes() == value.tobytes()


def residual() -> Network:
    return Network(
        *(Conv(3, 3, stride=2, bias=False), BatchNorm(0.01, 0.5)),
        Residual(Add([ReLU()], [], [MaxPool(1)]), shortcut=[Conv(3, 1)]),
        *(GlobalAveragePool(), Dense(3), BatchNorm()),
        input_shape=(6, 6, 1),
    )


def test_branches_and_states_there_and_back(tmp_path: Path) -> None:
    network = residual()
    X, y = np.random.default_rng(0).random((9, 6, 6, 1)), np.arange(9) % 3
    network.fit(X, y, batch_size=3, engine="steps")
    network.save(tmp_path / "a.safetensors")
    again = load(tmp_path / "a.safetensors")
    assert repr(again) == repr(network)
    assert again.layers == network.layers
    assert again.parameters.keys() == network.parameters.keys()
    assert all(again.parameters[name].tobytes() == p.tobytes() for name, p in network.parameters.items())
    assert (
        again.predict_proba(X, engine="steps").tobytes() == network.predict_proba(X, engine="steps").tobytes()
    )
    again.save(tmp_path / "b.safetensors")
    assert (tmp_path / "b.safetensors").read_bytes() == (tmp_path / "a.safetensors").read_bytes()


def test_a_state_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    residual().save(file)
    rewrite(file, {"batch_norm1.running_mean": None})
    refused(file, "it lacks the tensors batch_norm1.running_mean, which its layers need")


def test_a_variance_that_is_negative(tmp_path: Path) -> None:
    file, network = tmp_path / "a.safetensors", residual()
    network.save(file)
    name = "batch_norm1.running_variance"
    network.parameters[name][..., 1] = -0.5
    with pytest.raises(
        ArgumentError, match=r"^Network.save: batch_norm1.running_variance must be at least 0; got -0.5$"
    ):
        network.save(file)
    rewrite(file, {name: network.parameters[name]})
    refused(file, f"tensor {name} must hold numbers of at least 0; got -0.5")


def test_files_from_before_convolutions_could_lack_a_bias(tmp_path: Path) -> None:
    file, network = tmp_path / "a.safetensors", every_layer()
    network.save(file)
    described = [layer.to_dict() for layer in network.layers]
    rewrite(file, layers=[{key: layer[key] for key in layer if key != "bias"} for layer in described])
    assert repr(load(file)) == repr(network)


def test_a_folder_stands_for_the_file_in_it(tmp_path: Path) -> None:
    network = every_layer()
    network.save(tmp_path / "model.safetensors")
    assert repr(load(tmp_path)) == repr(network)


def test_what_could_not_be_loaded_is_not_saved(tmp_path: Path) -> None:
    network = every_layer()
    network.save(tmp_path / "a.safetensors")
    before = (tmp_path / "a.safetensors").read_bytes()
    network.parameters["conv2.W"][0, 0, 0, 0] = np.inf
    with pytest.raises(
        ArgumentError, match=r"^Network.save: every parameter must be finite; conv2.W is not$"
    ):
        network.save(tmp_path / "a.safetensors")
    network = every_layer()
    for wrong in ({"lr": np.float32(0.1)}, {"lr": float("nan")}, {"object": object()}):
        network.configuration = wrong
        with pytest.raises(ArgumentError, match="the description must be plain, finite JSON"):
            network.save(tmp_path / "a.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == before
    assert os.listdir(tmp_path) == ["a.safetensors"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        every_layer().save(tmp_path / "file" / "a.safetensors")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no model file"):
        load(tmp_path / "missing")


# Files that are whole, but not those of a network


@pytest.fixture
def file(tmp_path: Path) -> Path:
    every_layer().save(tmp_path / "m.safetensors")
    return tmp_path / "m.safetensors"


def rewrite(file: Path, tensors: dict[str, Any] | None = None, **changes: Any) -> None:
    """The file with other entries in its description, and other tensors; None takes a tensor away."""
    old_tensors, description = read_model(file)
    merged = {**old_tensors, **(tensors or {})}
    kept = {name: value for name, value in merged.items() if value is not None}
    write_model(file, kept, {**description, **changes})


def refused(file: Path, sentence: str) -> None:
    with pytest.raises(FileFormatError, match=f"^{re.escape(f'{file}: {sentence}')}") as caught:
        load(file)
    assert "\n" not in str(caught.value)


def test_the_unchanged_file_can_be_read(file: Path) -> None:
    rewrite(file)
    load(file)


def test_keys_of_the_description(file: Path) -> None:
    keys = "class_names, configuration, dtype, exact, input_shape, layers, loss, preprocessing, seed"
    rewrite(file, optimizer={})
    refused(
        file, f"its description must have the keys {keys}; got class_names, configuration, dtype, exact, "
    )
    write_model(file, {"a": np.zeros(1)}, {})
    refused(file, f"its description must have the keys {keys}; got none")


def test_a_file_without_exact_is_of_a_network_that_is_not(file: Path) -> None:
    tensors, description = read_model(file)
    del description["exact"]
    write_model(file, tensors, description)
    assert load(file).exact is False


def test_a_file_without_a_loss_is_of_a_network_that_classifies(file: Path) -> None:
    tensors, description = read_model(file)
    assert description.pop("loss") == "cross_entropy"
    write_model(file, tensors, description)
    assert load(file).loss == "cross_entropy"


NOT_A_NETWORK = "its description is not that of a network: "


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"layers": {"kind": "conv"}}, "its layers must be a list; got {'kind': 'conv'}"),
        ({"layers": "x" * 200}, "its layers must be a list; got 'xxx"),
        (
            {"loss": "hinge"},
            NOT_A_NETWORK + 'Network: loss must be "cross_entropy" or "mean_squared_error"; got \'hinge\'',
        ),
        ({"layers": []}, NOT_A_NETWORK + "Network: there must be at least one layer; got none"),
        ({"layers": [{"kind": "lstm"}]}, NOT_A_NETWORK + "layers.from_dict: a layer must be a kind of"),
        ({"layers": [{"kind": "dense"}]}, NOT_A_NETWORK + "layers.from_dict: a layer must be a kind of"),
        ({"layers": [{"kind": ["dense"]}]}, NOT_A_NETWORK + "layers.from_dict: a layer must be a kind of"),
        ({"layers": [3]}, NOT_A_NETWORK + "layers.from_dict: a layer must be a kind of"),
        ({"layers": [{"kind": "dense", "n": 0}]}, NOT_A_NETWORK + "layers.from_dict: a layer must be"),
        (
            {"layers": [{"kind": "dense", "n": 3}]},
            NOT_A_NETWORK + "Network: layer 'dense1': linear: the input must be flat",
        ),
        (
            {"layers": [{"kind": "residual", "layers": [{"kind": "dense", "n": 0}]}]},
            NOT_A_NETWORK + "layers.from_dict: a layer must be a kind of",
        ),
        (
            {"layers": [{"kind": "add", "branches": [[{"kind": "max_pool", "f": 2}], []]}]},
            NOT_A_NETWORK
            + "Network: layer 'add1' (of 'max_pool1' and 'X'): add: both inputs must have one shape",
        ),
        ({"input_shape": [6, 6]}, NOT_A_NETWORK + "Network: input_shape must be (n_H, n_W, n_C)"),
        (
            {"input_shape": [6, 6, "1"]},
            NOT_A_NETWORK + "Network: input_shape[2] (n_C) must be a whole number",
        ),
        ({"input_shape": None}, NOT_A_NETWORK + "Network: input_shape must be (n_H, n_W, n_C)"),
        (
            {"input_shape": [1, 1, 1]},
            NOT_A_NETWORK + "Network: layer 'conv1': conv: the filter must not be larger",
        ),
        ({"dtype": "float16"}, NOT_A_NETWORK + 'Network: dtype must be "float32" or "float64"; got'),
        ({"seed": -1}, NOT_A_NETWORK + "Network: seed must be a whole number >= 0; got -1"),
        ({"seed": None}, NOT_A_NETWORK + "Network: seed must be a whole number >= 0; got None"),
        (
            {"class_names": ["a", "b"]},
            NOT_A_NETWORK + "Network: class_names must hold one name for each of the 3",
        ),
        (
            {"class_names": "abc"},
            NOT_A_NETWORK + "Network: class_names must be a tuple of str, or None; got 'abc'",
        ),
        ({"class_names": [1, 2, 3]}, NOT_A_NETWORK + "Network: class_names must be a tuple of str, or None"),
        ({"preprocessing": {}}, NOT_A_NETWORK + "the model's preprocessing lacks"),
        ({"preprocessing": 3}, NOT_A_NETWORK + "the model's preprocessing must be a JSON object; got 3"),
        ({"configuration": [1]}, "its configuration must be a JSON object; got [1]"),
    ],
)
def test_a_description_of_no_network(file: Path, changes: dict[str, Any], sentence: str) -> None:
    rewrite(file, **changes)
    refused(file, sentence)


def test_preprocessing_for_another_network(file: Path) -> None:
    other = Preprocessing(input_shape=(5, 5, 1), scale=1.0).to_dict()
    rewrite(file, preprocessing=other)
    refused(
        file,
        NOT_A_NETWORK + "Network: preprocessing must make images of the network's input_shape, (6, 6, 1)",
    )


def test_tensors_missing(file: Path) -> None:
    rewrite(file, {"conv2.b": None, "dense1.W": None})
    refused(file, "it lacks the tensors conv2.b, dense1.W, which its layers need")


def test_tensors_too_many(file: Path) -> None:
    rewrite(file, {"conv3.W": np.zeros(1, np.float32)})
    refused(file, "it holds tensors that its layers do not have: conv3.W")


def test_a_tensor_of_another_shape(file: Path) -> None:
    rewrite(file, {"conv1.W": np.zeros((2, 3, 1, 3), np.float32)})  # (f_W, f_H, ...)
    refused(
        file,
        "tensor conv1.W must have shape (3, 2, 1, 3) and dtype float32; "
        "got shape (2, 3, 1, 3) and dtype float32",
    )


def test_a_tensor_of_another_dtype(file: Path) -> None:
    rewrite(file, {"conv1.b": np.zeros((1, 1, 1, 3), np.float64)})
    refused(
        file,
        "tensor conv1.b must have shape (1, 1, 1, 3) and dtype float32; "
        "got shape (1, 1, 1, 3) and dtype float64",
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_tensor_that_is_not_finite(file: Path, value: float) -> None:
    rewrite(file, {"conv1.b": np.full((1, 1, 1, 3), value, np.float32)})
    refused(file, "tensor conv1.b must hold finite numbers only")


def test_a_description_of_a_giant_is_refused_before_memory_is_asked_for(file: Path) -> None:
    giant = [{"kind": "flatten"}, {"kind": "dense", "n": 10**15}, {"kind": "dense", "n": 3}]
    rewrite(file, layers=giant)
    refused(file, "it lacks the tensors dense2.W, dense2.b, which its layers need")


def test_layers_that_are_nested_without_end(file: Path) -> None:
    nested: Any = 0
    for _ in range(600):
        nested = [nested]
    rewrite(file, layers=[{"kind": "conv", "n_C": 3, "f": nested}])
    refused(file, NOT_A_NETWORK)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 150])
@pytest.mark.parametrize("kind", ["add", "residual"])
def test_branches_that_are_nested_without_end(file: Path, kind: str, depth: int) -> None:
    nested: Any = {"kind": "relu"}
    for _ in range(depth):
        if kind == "add":
            nested = {"kind": "add", "branches": [[nested], []]}
        else:
            nested = {"kind": "residual", "layers": [nested], "shortcut": []}
    rewrite(file, layers=[nested])
    refused(file, NOT_A_NETWORK)


@pytest.mark.parametrize("end", ["", "]}" * 100_000])
def test_branches_that_are_nested_deeper_than_json_can_be_read(file: Path, end: str) -> None:
    text = '{"format": 1, "layers": [' + '{"kind": "residual", "layers": [' * 100_000 + end
    content = safetensors.numpy.save({}, metadata={"fullstride": text})
    file.write_bytes(content)
    with pytest.raises(FileFormatError, match="its description is not valid JSON"):
        load(file)
