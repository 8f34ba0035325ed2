"""Keys that belong to a choice are refused beside another one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fullstride.errors import ArgumentError
from fullstride.runs import Configuration, DataOptions, NetworkOptions, TrainingOptions

ADAM, SGD = 'training.optimizer "adam" or "adamw"', 'training.optimizer "sgd"'
FOLDER = "a folder of images, whose path is data.name"


def refused(document: dict[str, Any], sentence: str) -> None:
    """From a file and from Python."""
    with pytest.raises(ArgumentError, match=rf"^run\.toml: {re.escape(sentence)}$"):
        Configuration.from_dict(document, "run.toml")
    kinds = {"data": DataOptions, "network": NetworkOptions, "training": TrainingOptions}
    tables: dict[str, Any] = {title: kinds[title](**table) for title, table in document.items()}
    with pytest.raises(ArgumentError, match=f"^Configuration: {re.escape(sentence)}$"):
        Configuration(**tables)


@pytest.mark.parametrize(
    ("training", "name", "choice", "here"),
    [
        ({"optimizer": "adam", "nesterov": False}, "nesterov", SGD, '"adam"'),
        ({"optimizer": "adamw", "momentum": 0}, "momentum", SGD, '"adamw"'),
        ({"beta1": 0.9}, "beta1", ADAM, '"sgd", as it is not set'),
        ({"optimizer": "sgd", "beta2": 0.9}, "beta2", ADAM, '"sgd"'),
        ({"epsilon": 0.9}, "epsilon", ADAM, '"sgd", as it is not set'),
        ({"schedule": "cosine", "milestones": [1]}, "milestones", 'training.schedule "step"', '"cosine"'),
        ({"factor": 0.1}, "factor", 'training.schedule "step"', '"constant", as it is not set'),
        ({"schedule": "step", "final": 0}, "final", 'training.schedule "cosine" or "one-cycle"', '"step"'),
    ],
)
def test_keys_of_another_optimizer_or_schedule(
    training: dict[str, Any], name: str, choice: str, here: str
) -> None:
    refused({"training": training}, f"training.{name} belongs to {choice}; here it is {here}")


@pytest.mark.parametrize("key", ["size", "channels", "strict"])
def test_keys_of_a_folder_beside_a_known_set(key: str) -> None:
    value = key == "strict" or 3
    unset = f'data.{key} belongs to {FOLDER}; here it is the known set "digits", as it is not set'
    refused({"data": {key: value}}, unset)
    refused(
        {"data": {"name": "mnist", key: value}},
        f'data.{key} belongs to {FOLDER}; here it is the known set "mnist"',
    )
    assert Configuration.from_dict({"data": {"name": "./mnist", key: value}})


@pytest.mark.parametrize(
    ("name", "here"),
    [
        (None, "'digits', as it is not set, which come with fullstride"),
        ("digits", "'digits', which come with fullstride"),
        ("./mnist", "'./mnist', a folder, which is its own place"),
        ("photos", "'photos', a folder, which is its own place"),
    ],
)
def test_only_known_sets_have_their_files_somewhere(name: str | None, here: str) -> None:
    sentence = (
        r"^Configuration: data\.dir is the place of the files of a set that data\.name names "
        rf"\(mnist, .*, cifar-100\); here it is {re.escape(here)}$"
    )
    with pytest.raises(ArgumentError, match=sentence):
        Configuration(data=DataOptions(name=name, dir="files"))
    assert Configuration(data=DataOptions(name="mnist", dir="files")).data.dir == "files"


def test_layers_stand_instead_of_an_architecture() -> None:
    refused(
        {"network": {"architecture": "vgg", "layers": [{"kind": "relu"}]}},
        'network.layers stand instead of network.architecture; got both, and the architecture is "vgg"',
    )


def test_nesterov_needs_a_momentum() -> None:
    refused(
        {"training": {"nesterov": True, "momentum": 0}},
        "training.nesterov looks ahead along the momentum: training.momentum must be > 0; got 0.0",
    )
    assert Configuration.from_dict({"training": {"nesterov": True}})  # the recipe's is
    assert Configuration.from_dict({"training": {"nesterov": False, "momentum": 0}})


def test_early_stopping_needs_images_to_validate_on() -> None:
    refused(
        {"training": {"early_stopping": 3}, "data": {"validation": 0}},
        "training.early_stopping = 3 needs images to validate on: data.validation must be > 0; got 0.0",
    )
    assert Configuration.from_dict({"training": {"early_stopping": 0}, "data": {"validation": 0}})
