"""Every key of every table: what it takes for a wrong type, and where its range ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Conv, Dense
from fullstride.runs import Configuration, TrainingOptions
from fullstride.runs.keys import NAMES

WHOLE = "a whole number >= {} and < 2**63"
PIXELS = "a whole number >= 0 and <= 65536"
ARCHITECTURES = '"default", "lenet5", "resnet20", "resnet32", "resnet56", "small" or "vgg"'
LAYERS = "a list of at least one layer, each a table with its kind"
EPOCHS = "a list of epochs, whole numbers >= 1, each greater than the one before"
WEIGHTS = '"none", "balanced" or a list of one positive number a class'
NAN, INFINITY = float("nan"), float("inf")

RULES: list[tuple[str, object, str, list[object]]] = [
    # key, of a wrong type, the rule, out of range
    ("seed", 1.5, "a whole number >= 0 and < 2**64", [-1, 2**64]),
    ("engine", 1, '"native" or "steps"', ["steam"]),
    ("data.name", 3, "a name or a path, as text", []),
    ("data.dir", ["a"], "a name or a path, as text", []),
    ("data.size", "3", WHOLE.format(1), [0, 2**63]),
    ("data.channels", "3", "1 (grey) or 3 (RGB)", [0, 2]),
    ("data.channels", True, "1 (grey) or 3 (RGB)", []),
    ("data.strict", 0, "true or false", []),
    ("data.validation", "half", "a number, 0 <= validation < 1", [-0.1, 1, NAN]),
    ("data.normalize", "yes", "true or false", []),
    ("network.architecture", 20, ARCHITECTURES, ["resnet"]),
    ("network.layers", "conv", LAYERS, []),
    ("network.exact", 1, "true or false", []),
    ("training.epochs", True, WHOLE.format(1), [0]),
    ("training.batch_size", 2.0, WHOLE.format(1), [0, 2**63]),
    ("training.loss", False, '"cross_entropy"', ["hinge"]),
    ("training.optimizer", [], '"sgd", "adam" or "adamw"', ["lion", "SGD"]),
    ("training.lr", "fast", "a finite number, 0 < lr", [0, -1, NAN, INFINITY]),
    ("training.lr", True, "a finite number, 0 < lr", []),
    ("training.momentum", "much", "a number, 0 <= momentum < 1", [-0.1, 1.0, NAN]),
    ("training.nesterov", 1, "true or false", []),
    ("training.beta1", "x", "a number, 0 <= beta1 < 1", [-0.1, 1]),
    ("training.beta2", "x", "a number, 0 <= beta2 < 1", [-0.1, 1]),
    ("training.epsilon", "x", "a finite number, 0 < epsilon", [0, INFINITY]),
    ("training.weight_decay", "much", "a finite number, 0 <= weight_decay", [-1e-9, INFINITY]),
    ("training.schedule", 1, '"constant", "step", "cosine" or "one-cycle"', ["stairs"]),
    ("training.warmup", "long", "a finite number of epochs, 0 <= warmup", [-0.5, INFINITY]),
    ("training.milestones", 5, EPOCHS, [[5, 5], [3, 2]]),
    ("training.factor", "x", "a number, 0 < factor <= 1", [0, 1.5]),
    ("training.final", "x", "a number, 0 <= final <= 1", [-0.5, 1.5]),
    ("training.label_smoothing", "some", "a number, 0 <= label_smoothing < 1", [-0.1, 1, NAN]),
    ("training.class_weights", 1, WEIGHTS, ["fair"]),
    ("training.clip", "some", "a finite number, 0 < clip", [0.0, INFINITY]),
    ("training.early_stopping", 1.5, WHOLE.format(0), [-1]),
    ("augmentation.shift", 0.5, PIXELS, [-1, 65537]),
    ("augmentation.flip", "x", "true or false", []),
    ("augmentation.flip_vertical", 1.0, "true or false", []),
    ("augmentation.crop", "x", "a number, 0.0001 <= crop <= 1", [0, 0.00009, 1.01]),
    ("augmentation.rotation", "x", "a number, 0 <= rotation <= 180", [-1, 180.1]),
    (
        "augmentation.scale",
        2,
        "two numbers, 0.1 <= least <= greatest <= 10",
        [[2.0, 1.0], [1.0], [1.0, 1.0, 1.0]],
    ),
    ("augmentation.cutout", "x", PIXELS, [-3, 65537]),
    ("augmentation.border", 0, '"zero" or "reflect"', ["wrap"]),
]


def of(name: str, value: object) -> dict[str, Any]:
    """A document with this key, and the choice that it belongs to."""
    title, _, short = name.rpartition(".")
    document: dict[str, Any] = {title: {short: value}} if title else {short: value}
    if short in ("beta1", "beta2", "epsilon"):
        document["training"]["optimizer"] = "adam"
    if short in ("milestones", "factor", "final"):
        document["training"]["schedule"] = "cosine" if short == "final" else "step"
    return document


@pytest.mark.parametrize(("name", "wrong", "rule", "outside"), RULES)
def test_types_and_ranges(name: str, wrong: object, rule: str, outside: list[object]) -> None:
    came = f"{wrong!r} of type {type(wrong).__name__}"
    sentence = re.escape(f"run.toml: {name} must be {rule}; got ")
    with pytest.raises(DtypeError, match=f"^{sentence}{re.escape(came)}$"):
        Configuration.from_dict(of(name, wrong), "run.toml")
    for value in outside:
        with pytest.raises(ArgumentError, match=f"^{sentence}{re.escape(repr(value))}$"):
            Configuration.from_dict(of(name, value), "run.toml")


def test_every_key_is_tested() -> None:
    assert list(dict.fromkeys(name for name, *_ in RULES)) == list(NAMES)


def test_from_python_the_sentence_names_the_class() -> None:
    with pytest.raises(ArgumentError, match=r"^Configuration: training\.epochs must be .*; got 0$"):
        TrainingOptions(epochs=0)


def test_values_have_one_form() -> None:
    a = Configuration.from_dict(
        {
            "data": {"name": Path("photos"), "size": 32, "channels": np.int64(3)},
            "training": {"lr": 1, "weight_decay": -0.0, "epochs": np.int32(3), "clip": np.float32(0.5)},
            "network": {"layers": [{"kind": "conv", "n_C": 4, "f": 3}, Dense(2)], "exact": np.False_},
        }
    )
    b = Configuration.from_dict(
        {
            "data": {"name": "photos", "size": [32, 32], "channels": 3},
            "training": {"lr": 1.0, "weight_decay": 0.0, "epochs": 3, "clip": 0.5},
            "network": {"layers": [Conv(4, (3, 3)), {"kind": "dense", "n": 2}], "exact": False},
        }
    )
    assert a == b
    assert json.dumps(a.to_dict()) == json.dumps(b.to_dict())
    assert hash(a) == hash(b)
