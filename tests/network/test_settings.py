"""How to train, as `fit` and `find_lr` are told: what is made of it, and what is refused, sentence by sentence."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DataError, DtypeError, FullstrideError, ShapeError
from fullstride.layers import Dense, Flatten
from fullstride.network import Network, settings
from fullstride.program import AS_STORED, SGD, Adam, AdamW, Cost, Inputs
from fullstride.steps import Augmentation
from fullstride.training import Constant, Cosine, OneCycle, Part, Settings
from tests.support.close import assert_close

X = np.random.default_rng(0).random((8, 2, 3, 1)).astype(np.float32)
Y = np.array([0, 1, 2, 1, 0, 0, 1, 0])
BOTH = pytest.mark.parametrize("method", ["fit", "find_lr"])


def network(**more: Any) -> Network:
    return Network(Flatten(), Dense(3), input_shape=(2, 3, 1), **more)


def chosen(inputs: Inputs = AS_STORED, **more: Any) -> Settings:
    usual: dict[str, Any] = {
        "epochs": 2,
        "batch_size": 8,
        "lr": 0.1,
        "momentum": None,
        "seed": 3,
        "optimizer": None,
        "schedule": "constant",
        "augmentation": None,
        "label_smoothing": 0.0,
        "clip": None,
        "patience": 0,
    }
    return settings.settings("Network.fit", inputs, **{**usual, **more})


def refused(kind: type[FullstrideError], method: str, sentence: str, **how: Any) -> None:
    """By the public method, which has changed nothing by then."""
    net = network()
    before = {name: value.tobytes() for name, value in net.parameters.items()}
    with pytest.raises(kind, match=f"^Network.{method}: " + re.escape(sentence) + "$"):
        getattr(net, method)(X, Y, engine="steps", **how)
    assert {name: value.tobytes() for name, value in net.parameters.items()} == before


# What is made of it


def test_what_is_usual() -> None:
    assert chosen() == Settings(2, 8, 0.1, 3, SGD(momentum=0.9))
    assert chosen(momentum=0.5).optimizer == SGD(momentum=0.5)
    assert chosen(momentum=0).optimizer == SGD(momentum=0.0)


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        ("sgd", SGD()),
        ("adam", Adam()),
        ("adamw", AdamW()),
        (SGD(0.5, nesterov=True), SGD(0.5, nesterov=True)),
        (AdamW(weight_decay=0.1), AdamW(weight_decay=0.1)),
    ],
)
def test_optimizers(optimizer: Any, expected: Any) -> None:
    assert chosen(optimizer=optimizer).optimizer == expected


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("cosine", Cosine()),
        ("one-cycle", OneCycle()),
        (Cosine(warmup=2), Cosine(warmup=2)),
        ("constant", Constant()),
    ],
)
def test_schedules(schedule: Any, expected: Any) -> None:
    assert chosen(schedule=schedule).schedule == expected


def test_the_rest() -> None:
    augmentation = Augmentation(shift=1)
    found = chosen(
        Inputs(0.5, (0.1,), (0.2,)), augmentation=augmentation, label_smoothing=0.1, clip=2, patience=3
    )
    assert found.inputs == Inputs(0.5, (0.1,), (0.2,), augmentation)
    assert found.cost == Cost(0.1)
    assert (found.clip, found.patience) == (2.0, 3)
    assert type(found.clip) is float


# Weights of classes


def weights(value: Any, labels: Any = Y, rows: Any = None, smoothing: float = 0.0) -> Cost:
    part = Part(np.zeros((len(labels), 2, 3, 1), np.float32), np.asarray(labels), rows)
    net = network()
    return settings.with_class_weights(
        chosen(label_smoothing=smoothing), value, part, net.program, "Network.fit"
    ).cost


def test_balanced_by_hand() -> None:
    # Of 8 images 4, 3 and 1: 8 / (3 * 4), 8 / (3 * 3), 8 / (3 * 1)
    assert weights("balanced") == Cost(0.0, (2 / 3, 8 / 9, 8 / 3))
    # Every class weighs the same in all, and all images together what they weigh without:
    found = weights("balanced").class_weights
    assert found is not None
    assert [found[c] * np.count_nonzero(c == Y) for c in range(3)] == pytest.approx([8 / 3] * 3)


def test_only_the_images_that_are_trained_on_are_counted() -> None:
    rows = np.array([0, 4, 1, 2])  # two, one and one
    assert weights("balanced", rows=rows) == Cost(0.0, (4 / 6, 4 / 3, 4 / 3))


@pytest.mark.parametrize(
    "value", [[1, 2.5, 3], (1, 2.5, 3), np.array([1, 2.5, 3]), np.array([1, 2.5, 3], np.float32)]
)
def test_weights_as_they_are_given(value: Any) -> None:
    assert weights(value, smoothing=0.25) == Cost(0.25, (1.0, 2.5, 3.0))
    assert weights(np.array([1, 2, 3])) == Cost(0.0, (1.0, 2.0, 3.0))
    assert weights(None, smoothing=0.25) == Cost(0.25)


@pytest.mark.parametrize("engine", ["steps", "native"])
def test_they_reach_the_loss(engine: str) -> None:
    """Of one step from zero weights, where every p is 1/3: db = sum over images of w_y (p - onehot) / sum of w_y."""
    net = network(dtype="float64")
    for value in net.parameters.values():
        value[...] = 0
    net.fit(X, Y, batch_size=8, lr=1.0, momentum=0, engine=engine, class_weights=[1, 2, 4])
    shares = np.array([4 * 1, 3 * 2, 1 * 4]) / (4 + 6 + 4)
    np.testing.assert_allclose(net.parameters["dense1.b"][0], shares - 1 / 3, rtol=1e-12)


def test_a_balanced_training_of_the_rows_of_a_fraction() -> None:
    y = np.array([0] * 30 + [1] * 6 + [2] * 4)
    images = np.random.default_rng(1).random((40, 2, 3, 1)).astype(np.float32)
    one, other = network(), network()
    one.fit(images, y, validation=0.5, class_weights="balanced", engine="steps")
    other.fit(
        images, y, validation=0.5, class_weights=[20 / 45, 20 / 9, 20 / 6], engine="steps"
    )  # 15, 3 and 2
    for name, value in one.parameters.items():
        assert other.parameters[name].tobytes() == value.tobytes()


# What is refused

RULE = 'class_weights must be None, "balanced", or one number > 0 for each of the 3 classes'


@BOTH
@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        ("even", ArgumentError, f"{RULE}; got 'even'"),
        ({0: 1.0}, DtypeError, f"{RULE}; got a dict"),
        (2.0, DtypeError, f"{RULE}; got a float"),
        ([1, 2], ArgumentError, f"{RULE}; got 2 numbers"),
        ([1, 0, 1], ArgumentError, "class_weights[1] must be a finite number, 0 < class_weights[1]; got 0.0"),
        (
            np.array([1, 1, np.inf]),
            ArgumentError,
            "class_weights[2] must be a finite number, 0 < class_weights[2]; got inf",
        ),
        (
            ["1", 1, 1],
            DtypeError,
            "class_weights[0] must be a finite number, 0 < class_weights[0]; got '1' of type str",
        ),
        (
            [True, 1, 1],
            DtypeError,
            "class_weights[0] must be a finite number, 0 < class_weights[0]; got True of type bool",
        ),
    ],
)
def test_class_weights_that_are_refused(method: str, value: Any, kind: Any, sentence: str) -> None:
    refused(kind, method, sentence, class_weights=value)


@BOTH
def test_balanced_needs_every_class(method: str) -> None:
    sentence = 'class_weights="balanced" needs an image of every class to train on; class 1 has none'
    with pytest.raises(DataError, match=f"^Network.{method}: {sentence}$"):
        getattr(network(), method)(X, np.where(Y == 1, 0, Y), class_weights="balanced", engine="steps")


@BOTH
@pytest.mark.parametrize(
    ("how", "name"),
    [
        ({"label_smoothing": 0.1}, "label_smoothing"),
        ({"class_weights": "balanced"}, "class_weights"),
        ({"class_weights": [1, 1, 1]}, "class_weights"),
    ],
)
def test_what_belongs_to_the_cross_entropy(method: str, how: Any, name: str) -> None:
    net, numbers = network(loss="mean_squared_error"), np.zeros((8, 3), np.float32)
    sentence = f"^Network.{method}: {name} belongs to the cross-entropy; the loss is mean_squared_error$"
    with pytest.raises(ArgumentError, match=sentence):
        getattr(net, method)(X, numbers, engine="steps", **how)
    getattr(net, method)(X, numbers, engine="steps", label_smoothing=0.0, class_weights=None)


@BOTH
@pytest.mark.parametrize("value", [{"shift": 1}, "flip", Augmentation, True])
def test_an_augmentation_is_an_augmentation(method: str, value: Any) -> None:
    sentence = f"augmentation must be an Augmentation, or None; got a {type(value).__name__}"
    refused(DtypeError, method, sentence, augmentation=value)


OPTIMIZERS = "optimizer must be an Optimizer, such as SGD(), or one of sgd, adam, adamw"


@BOTH
@pytest.mark.parametrize("value", ["Adam", "rmsprop", ""])
def test_an_optimizer_that_nobody_knows(method: str, value: str) -> None:
    refused(ArgumentError, method, f"{OPTIMIZERS}; got {value!r}", optimizer=value)


@BOTH
@pytest.mark.parametrize("value", [3, Adam, {"kind": "sgd"}, ["sgd"]])
def test_an_optimizer_is_no_other_thing(method: str, value: Any) -> None:
    refused(DtypeError, method, f"{OPTIMIZERS}; got {value!r}", optimizer=value)


@pytest.mark.parametrize(("optimizer", "shown"), [("sgd", "'sgd'"), (Adam(), repr(Adam()))])
def test_momentum_belongs_to_the_optimizer(optimizer: Any, shown: str) -> None:
    sentence = (
        "momentum belongs to the optimizer where one is given, as in SGD(momentum=0.9); got momentum=0.5 beside "
        + shown
    )
    refused(ArgumentError, "fit", sentence, optimizer=optimizer, momentum=0.5)


@pytest.mark.parametrize(("value", "kind"), [("linear", ArgumentError), (0.5, DtypeError)])
def test_a_schedule_that_is_refused(value: Any, kind: Any) -> None:
    with pytest.raises(kind, match=r"^Network.fit: schedule must be "):
        network().fit(X, Y, schedule=value, engine="steps")


@BOTH
@pytest.mark.parametrize(
    ("how", "kind", "sentence"),
    [
        (
            {"label_smoothing": 1.0},
            ArgumentError,
            "label_smoothing must be a number, 0 <= label_smoothing < 1; got 1.0",
        ),
        (
            {"label_smoothing": "0.1"},
            DtypeError,
            "label_smoothing must be a number, 0 <= label_smoothing < 1; got '0.1' of type str",
        ),
        ({"clip": 0}, ArgumentError, "clip must be a finite number, 0 < clip; got 0.0"),
        ({"clip": np.nan}, ArgumentError, "clip must be a finite number, 0 < clip; got nan"),
        ({"clip": True}, DtypeError, "clip must be a finite number, 0 < clip; got True of type bool"),
        ({"seed": -1}, ArgumentError, "seed must be a whole number >= 0; got -1"),
        ({"batch_size": 0}, ArgumentError, "batch_size must be a whole number >= 1; got 0"),
        ({"threads": 0}, ArgumentError, "threads must be a whole number >= 1; got 0"),
    ],
)
def test_numbers_out_of_range(method: str, how: Any, kind: Any, sentence: str) -> None:
    refused(kind, method, sentence, **how)


def test_patience() -> None:
    refused(ArgumentError, "fit", "patience must be a whole number >= 0; got -1", patience=-1)
    refused(DtypeError, "fit", "patience must be a whole number >= 0; got 1.5 of type float", patience=1.5)
    refused(ArgumentError, "fit", "patience needs a validation part; got validation=None", patience=1)


@pytest.mark.parametrize(
    ("how", "kind", "sentence"),
    [
        ({"lowest": 0}, ArgumentError, "lowest must be a finite number, 0 < lowest; got 0.0"),
        ({"highest": np.inf}, ArgumentError, "highest must be a finite number, 0 < highest; got inf"),
        ({"lowest": "a"}, DtypeError, "lowest must be a finite number, 0 < lowest; got 'a' of type str"),
        ({"lowest": 1, "highest": 1}, ArgumentError, "highest must be more than lowest=1; got 1"),
        ({"lowest": 2, "highest": 0.5}, ArgumentError, "highest must be more than lowest=2; got 0.5"),
        ({"steps": 9}, ArgumentError, "steps must be a whole number >= 10; got 9"),
        ({"steps": 10.0}, DtypeError, "steps must be a whole number >= 10; got 10.0 of type float"),
    ],
)
def test_the_range_of_a_finder(how: Any, kind: Any, sentence: str) -> None:
    refused(kind, "find_lr", sentence, **how)


# Weights of images


@pytest.mark.parametrize("method", ["fit", "find_lr"])
@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        (
            [1.0] * 8,
            DtypeError,
            "image_weights must be a NumPy array of shape (m,); got a list: convert it first, with np.array(...)",
        ),
        (
            np.ones(7),
            ShapeError,
            "image_weights must have shape (m,) = (8,) (one for each example); got shape (7,)",
        ),
        (
            np.zeros(8),
            ArgumentError,
            "image_weights must hold finite numbers > 0 (an example that is not to count is left out); got 0 at "
            "index 0",
        ),
    ],
)
def test_image_weights_that_are_refused(method: str, value: Any, kind: Any, sentence: str) -> None:
    refused(kind, method, sentence, image_weights=value)


def test_the_finder_weighs_images_too() -> None:
    found = network().find_lr(X, Y, batch_size=8, steps=10, engine="steps")
    weighed = network().find_lr(X, Y, batch_size=8, steps=10, engine="steps", image_weights=np.arange(1.0, 9))
    assert weighed.losses[0] != found.losses[0]


@pytest.mark.parametrize("engine", ["steps", "native"])
def test_weights_of_images_and_of_classes_multiply(engine: str) -> None:
    """And a validation part takes its images' weights away with it."""
    own, of_classes = np.linspace(0.5, 2.0, 8), np.array([1.0, 2.0, 4.0])
    one, other = network(dtype="float64"), network(dtype="float64")
    arguments: dict[str, Any] = {"validation": 0.25, "batch_size": 3, "epochs": 2, "engine": engine}
    one.fit(X, Y, image_weights=own, class_weights=of_classes, **arguments)
    other.fit(X, Y, image_weights=own * of_classes[Y], **arguments)
    for name, value in one.parameters.items():
        assert_close(value, other.parameters[name], rtol=1e-12)
