"""The configuration of a run: in and out of TOML and JSON, what it refuses, and what the recipe fills in."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstride import architectures
from fullstride.errors import ArgumentError, DtypeError, FileFormatError
from fullstride.layers import Add, Conv, Dense, Flatten, Residual
from fullstride.runs import (
    AugmentationOptions,
    Configuration,
    DataOptions,
    NetworkOptions,
    TrainingOptions,
    differences,
)
from fullstride.runs.keys import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"

PART = st.floats(0, 1, exclude_max=True)
POSITIVE = st.floats(0, exclude_min=True, allow_infinity=False)
PATH = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12)
COUNT = st.integers(1, 2**63 - 1)
LAYERS = st.lists(
    st.sampled_from(
        [
            Conv(4, (3, 1), stride=2, pad=((0, 1), (2, 0))),
            Conv(4, 3, pad="same", bias=False),
            Residual(Conv(4, 1), Add((), (Flatten(),)), shortcut=(Conv(4, 1),)),
            Dense(10),
        ]
    ),
    min_size=1,
    max_size=4,
)


def optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


@st.composite
def configurations(draw: st.DrawFn) -> Configuration:
    """Any that may be, by another road than the checks: the choices first, then what belongs to them."""
    optimizer = draw(st.sampled_from((None, "sgd", "adam", "adamw")))
    schedule = draw(st.sampled_from((None, "constant", "step", "cosine", "one-cycle")))
    name = draw(st.sampled_from((None, "digits", "mnist")) | PATH.map(lambda text: "./" + text))
    data = draw(optional(validation=st.floats(0.01, 0.9), normalize=st.booleans()))
    if name == "mnist":
        data |= draw(optional(dir=PATH))
    elif name and name.startswith("./"):
        data |= draw(
            optional(size=st.tuples(COUNT, COUNT), channels=st.sampled_from((1, 3)), strict=st.booleans())
        )
    training = draw(
        optional(
            epochs=COUNT,
            batch_size=COUNT,
            loss=st.just("cross_entropy"),
            lr=POSITIVE,
            weight_decay=st.floats(0, allow_infinity=False),
            warmup=st.floats(0, allow_infinity=False),
            label_smoothing=PART,
            class_weights=st.sampled_from(("none", "balanced")) | st.lists(POSITIVE, min_size=1, max_size=4),
            clip=POSITIVE,
            early_stopping=st.integers(0, 9),
        )
    )
    if optimizer in (None, "sgd"):
        training |= draw(optional(momentum=st.floats(0.1, 0.9), nesterov=st.booleans()))
    else:
        training |= draw(optional(beta1=PART, beta2=PART, epsilon=POSITIVE))
    if schedule == "step":
        ascending = st.sets(st.integers(1, 99)).map(sorted)
        training |= draw(optional(milestones=ascending, factor=st.floats(0, 1, exclude_min=True)))
    elif schedule in ("cosine", "one-cycle"):
        training |= draw(optional(final=st.floats(0, 1)))
    network: dict[str, Any] = draw(
        optional(architecture=st.sampled_from(("default", "resnet20"))) | optional(layers=LAYERS)
    )
    augmentation = draw(
        optional(
            shift=st.integers(0, 9),
            flip=st.booleans(),
            flip_vertical=st.booleans(),
            crop=st.floats(0.001, 1),
            rotation=st.floats(0, 180),
            scale=st.tuples(st.floats(0.5, 1), st.floats(1, 2)),
            cutout=st.integers(0, 9),
            border=st.sampled_from(("zero", "reflect")),
        )
    )
    return Configuration(
        seed=draw(st.none() | st.integers(0, 2**64 - 1)),
        engine=draw(st.sampled_from((None, "native", "steps"))),
        data=DataOptions(name=name, **data),
        network=NetworkOptions(exact=draw(st.none() | st.booleans()), **network),
        training=TrainingOptions(optimizer=optimizer, schedule=schedule, **training),
        augmentation=AugmentationOptions(**augmentation),
    )


@settings(derandomize=True, deadline=None, max_examples=150)
@given(configurations())
def test_toml_and_json_bring_it_back(configuration: Configuration) -> None:
    described = configuration.to_dict()
    assert Configuration.from_dict(described) == configuration
    assert Configuration.from_dict(json.loads(json.dumps(described, allow_nan=False))) == configuration
    assert tomllib.loads(configuration.to_toml()) == described
    assert Configuration.from_dict(tomllib.loads(configuration.to_toml())) == configuration
    assert list(described) == [
        name for name in (*NAMES[:2], "data", "network", "training", "augmentation") if name in described
    ]
    assert differences(configuration, Configuration.from_dict(described)) == []


@settings(derandomize=True, deadline=None, max_examples=100)
@given(configurations(), st.integers(1, 10**6))
def test_resolved_leaves_nothing_open_and_changes_nothing_that_was_set(
    configuration: Configuration, m: int
) -> None:
    late, handful = (configuration.training.warmup or 0) > (configuration.training.epochs or 3), m < 6
    if late or (configuration.training.early_stopping and configuration.data.validation is None and handful):
        configuration = configuration.override({"training.warmup": 0.0, "training.early_stopping": 0})
    full = configuration.resolved(m)
    flat = {
        f"{title}.{name}": value
        for title, table in full.to_dict().items()
        if isinstance(table, dict)
        for name, value in table.items()
    }
    asked = configuration.to_dict()
    for title in ("data", "network", "training", "augmentation"):
        for name, value in asked.get(title, {}).items():
            assert flat[f"{title}.{name}"] == value
    assert full.resolved(m + 10**5) == full  # another recipe has nothing left to say
    of_choices = {
        *("data.dir", "data.size", "data.channels", "data.strict", "network.architecture", "network.layers"),
        *("training.momentum", "training.nesterov", "training.beta1", "training.beta2", "training.epsilon"),
        *("training.milestones", "training.factor", "training.final", "training.clip"),
    }
    assert {name for name in NAMES[2:] if name not in flat} <= of_choices
    assert ("training.momentum" in flat) != ("training.epsilon" in flat)
    assert ("network.layers" in flat) != ("network.architecture" in flat)
    assert (full.seed, full.engine) == (configuration.seed or 0, configuration.engine or "native")


# The recipe


def test_the_recipe_for_few_and_for_many_images() -> None:
    few, many = Configuration().resolved(1437), Configuration().resolved(60_000)
    assert (few.training.epochs, few.training.lr, few.data.validation) == (30, 0.05, 0.1)
    assert (many.training.epochs, many.training.lr, many.data.validation) == (3, 0.02, 0.05)
    assert few.to_dict() == {
        "seed": 0,
        "engine": "native",
        "data": {"name": "digits", "validation": 0.1, "normalize": False},
        "network": {"architecture": "default", "exact": False},
        "training": {
            "epochs": 30,
            "batch_size": 32,
            "loss": "cross_entropy",
            "optimizer": "sgd",
            "lr": 0.05,
            "momentum": 0.9,
            "nesterov": False,
            "weight_decay": 0.0,
            "schedule": "constant",
            "warmup": 0.0,
            "label_smoothing": 0.0,
            "class_weights": "none",
            "early_stopping": 0,
        },
        "augmentation": {
            "shift": 0,
            "flip": False,
            "flip_vertical": False,
            "crop": 1.0,
            "rotation": 0.0,
            "scale": [1.0, 1.0],
            "cutout": 0,
            "border": "zero",
        },
    }
    assert list(few.to_dict()["training"]) == [
        n for n in TrainingOptions.key_names() if n in few.to_dict()["training"]
    ]


@pytest.mark.parametrize(("m", "part"), [(4, 0.0), (5, 0.0), (6, 0.1), (7, 0.1)])
def test_a_handful_of_images_is_not_divided_unasked(m: int, part: float) -> None:
    assert Configuration().resolved(m).data.validation == part  # round(0.1 * 5) = 0, round(0.1 * 6) = 1
    assert Configuration(data=DataOptions(validation=0.5)).resolved(m).data.validation == 0.5


def test_the_recipe_follows_the_choices() -> None:
    adam = Configuration(
        training=TrainingOptions(optimizer="adam", schedule="one-cycle", epochs=10)
    ).resolved(100)
    assert adam.training == TrainingOptions(
        epochs=10,
        batch_size=32,
        loss="cross_entropy",
        optimizer="adam",
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        weight_decay=0.0,
        schedule="one-cycle",
        warmup=3.0,
        final=0.0,
        label_smoothing=0.0,
        class_weights="none",
        early_stopping=0,
    )
    step = Configuration(training=TrainingOptions(optimizer="adamw", schedule="step")).resolved(100)
    assert (step.training.weight_decay, step.training.milestones, step.training.factor) == (
        0.01,
        (15, 22),
        0.1,
    )
    cosine = Configuration(training=TrainingOptions(schedule="cosine")).resolved(100)
    assert (cosine.training.warmup, cosine.training.final) == (0.0, 0.0)


def test_a_folder_of_images_is_resolved_with_what_it_decided() -> None:
    folder = Configuration(data=DataOptions(name="birds", channels=3))
    data = folder.resolved(100, image_shape=(24, 32, 3)).data
    assert (data.size, data.channels, data.strict) == ((24, 32), 3, False)
    assert folder.resolved(100).data.size is None


@pytest.mark.parametrize(
    ("training", "m", "sentence"),
    [
        (
            {"epochs": 2, "warmup": 2.5},
            100,
            r"warmup must end with the training, warmup <= epochs = 2; got 2\.5",
        ),
        ({"warmup": 4}, 60_000, r"warmup must end with the training, warmup <= epochs = 3; got 4"),
        (
            {"early_stopping": 2},
            4,
            r"early_stopping = 2 needs images to validate on: data\.validation must be > 0; got 0\.0 "
            r"\(of 4 training images the recipe keeps none\)",
        ),
        (
            {"class_weights": [1.0, 2.0]},
            100,
            r"class_weights must hold one number for each of the 3 classes; got 2",
        ),
    ],
)
def test_what_cannot_be_with_these_images(training: dict[str, Any], m: int, sentence: str) -> None:
    with pytest.raises(ArgumentError, match=rf"^run\.toml: training\.{sentence}$"):
        Configuration(training=TrainingOptions(**training)).resolved(m, classes=3, where="run.toml")


def test_there_must_be_images() -> None:
    with pytest.raises(
        ArgumentError, match=r"^Configuration\.resolved: m must be a whole number >= 1; got 0$"
    ):
        Configuration().resolved(0)
    right = Configuration(training=TrainingOptions(class_weights=(1, 2, 3))).resolved(100, classes=3)
    assert right.training.class_weights == (1.0, 2.0, 3.0)


def test_tables_are_tables() -> None:
    with pytest.raises(DtypeError, match=r"^Configuration: data must be a DataOptions; got a dict$"):
        Configuration(data={"name": "mnist"})  # type: ignore[arg-type]
    with pytest.raises(DtypeError, match=r"^Configuration: a configuration must be a table; got \[\]$"):
        Configuration.from_dict([])  # type: ignore[arg-type]
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


# Files


def write(content: bytes) -> Path:
    path = Path("run.toml")
    path.write_bytes(content)
    return path


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"# Windows\r\n"])
def test_a_file_is_read(before: bytes) -> None:
    path = write(before + b"seed = 3\r\n[training]\nepochs = 2\nlr = 1e-2\n")
    expected = Configuration(seed=3, training=TrainingOptions(epochs=2, lr=0.01))
    assert Configuration.from_toml(path) == Configuration.from_toml(str(path)) == expected


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"seed = ", r"run\.toml is no TOML: Invalid value \(at (line 1, column 8|end of document)\)"),
        (b"[data]\nname = 'a\nb'", r"run\.toml is no TOML: .*\(at line 2, column \d+\)"),
        (
            b"seed = 1\nseed = 2",
            r"run\.toml is no TOML: Cannot overwrite a value \(at (line 2.*|end of document)\)",
        ),
        (b"seed = 1" + b"0" * 5000, r"run\.toml is no TOML: Exceeds the limit .*"),
        (b"a = " + b"[" * 100_000, r"run\.toml is nested too deeply"),
        (b"seed = 1\n\n# \xe4\n", r"run\.toml is no UTF-8 text: byte 0xe4 in line 3"),
        (b"#" * ((1 << 20) + 1), r"run\.toml is too large for a configuration: more than 1,048,576 bytes"),
    ],
)
def test_a_file_that_is_no_toml(content: bytes, sentence: str) -> None:
    with pytest.raises(FileFormatError, match=f"^{sentence}$"):
        Configuration.from_toml(write(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[training]\nlr = nan", r"training\.lr must be a finite number, 0 < lr; got nan"),
        (b"[training]\nclip = inf", r"training\.clip must be a finite number, 0 < clip; got inf"),
        (
            b"seed = 1979-05-27",
            r"seed must be a whole number .*; got datetime\.date\(1979, 5, 27\) of type date",
        ),
        (b"[[training]]\nlr = 1", r"training must be a table .*; got \[{'lr': 1}\] of type list"),
        (b"seed = 0x" + b"f" * 5000, r"seed must be a whole number .*; got a value too long to be shown"),
        (b"data.name = 3", r"data\.name must be a name or a path, as text; got 3 of type int"),
        (b"[training.epochs]\n", r"training\.epochs must be a whole number .*; got {} of type dict"),
    ],
)
def test_a_file_with_a_wrong_value(content: bytes, sentence: str) -> None:
    with pytest.raises((ArgumentError, DtypeError), match=rf"^run\.toml: {sentence}$"):
        Configuration.from_toml(write(content))


def test_a_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileFormatError, match=r"^there is no configuration file none\.toml$"):
        Configuration.from_toml("none.toml")
    Path("folder").mkdir()
    with pytest.raises(FileFormatError, match=r"^folder is a folder; a configuration is a TOML file$"):
        Configuration.from_toml("folder")
    os.mkfifo("pipe")
    with pytest.raises(FileFormatError, match=r"^pipe is no regular file$"):
        Configuration.from_toml("pipe")
    Path("loop").symlink_to("loop")
    with pytest.raises(
        FileFormatError, match=r"^(there is no configuration file loop|cannot read loop: .*)$"
    ):
        Configuration.from_toml("loop")

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(b"")
    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(FileFormatError, match=r"^cannot read run\.toml: permission denied$"):
        Configuration.from_toml(path)


# Other configurations from one


def test_the_command_line_overrides() -> None:
    file = Configuration.from_dict({"seed": 1, "training": {"epochs": 5, "lr": 0.1}})
    other = file.override({"training.epochs": 7, "training.lr": None, "seed": 2, "data.name": Path("mnist")})
    assert other.to_dict() == {"seed": 2, "data": {"name": "mnist"}, "training": {"epochs": 7, "lr": 0.1}}
    assert file.to_dict() == {"seed": 1, "training": {"epochs": 5, "lr": 0.1}}
    assert file.override({}) == file
    with pytest.raises(ArgumentError, match=r"^train: unknown key epochs; did you mean training\.epochs\?$"):
        file.override({"epochs": 7}, "train")
    with pytest.raises(ArgumentError, match=r'^train: training\.beta1 belongs to training\.optimizer "adam"'):
        file.override({"training.beta1": 0.9}, "train")


def test_what_belongs_to_a_choice_goes_with_it() -> None:
    full = Configuration.from_dict(
        {
            "data": {"name": "photos", "size": [8, 8], "channels": 1, "strict": True},
            "network": {"layers": [{"kind": "flatten"}, {"kind": "dense", "n": 3}]},
            "training": {"schedule": "step", "milestones": [2], "momentum": 0.5, "lr": 0.1},
        }
    ).resolved(100, image_shape=(8, 8, 1))
    other = full.override({"training.optimizer": "adam", "training.schedule": "cosine"}).training
    assert (other.momentum, other.nesterov, other.milestones, other.factor, other.lr) == (
        None,
        None,
        None,
        None,
        0.1,
    )
    network = full.override({"network.architecture": "lenet5"}).network
    assert (network.architecture, network.layers) == ("lenet5", None)
    back = full.override({"network.architecture": "lenet5"}).override(
        {"network.layers": [{"kind": "flatten"}]}
    )
    assert back.network.architecture is None
    known = full.override({"data.name": "mnist", "data.dir": "here"}).data
    assert (known.dir, known.size, known.channels, known.strict) == ("here", None, None, None)
    folder = Configuration(data=known).override({"data.name": "more", "data.size": 9}).data
    assert (folder.dir, folder.size) == (None, (9, 9))
    with pytest.raises(ArgumentError, match=r'training\.momentum belongs to training\.optimizer "sgd"'):
        full.override({"training.optimizer": "adam", "training.momentum": 0.5})


def test_a_set_has_a_place_under_its_other_name_too() -> None:
    for name in ("emnist", "cifar10", "cifar100"):
        assert Configuration.from_dict({"data": {"name": name, "dir": "here"}}).data.dir == "here"
        with pytest.raises(ArgumentError, match=r"data\.size belongs to a folder"):
            Configuration.from_dict({"data": {"name": name, "size": 8}})


def test_a_model_holds_the_configuration_of_its_run() -> None:
    full = Configuration(training=TrainingOptions(epochs=3)).resolved(100)
    assert Configuration.from_model({"run": full.to_dict(), "completed_epochs": 2}) == full
    for none in ({}, {"data": "digits", "epochs": 3}, None):
        sentence = r"^m\.safetensors holds no configuration of a run, which `fullstride train` stores$"
        with pytest.raises(FileFormatError, match=sentence):
            Configuration.from_model(none, "m.safetensors")  # type: ignore[arg-type]
    sentence = r"^the model, its configuration: unknown key training\.epoch; did you mean training\.epochs\?$"
    with pytest.raises(FileFormatError, match=sentence):
        Configuration.from_model({"run": {"training": {"epoch": 3}}})


def test_differences_name_key_and_values() -> None:
    there = Configuration(
        seed=1,
        data=DataOptions(name="mnist", dir="here"),
        network=NetworkOptions(layers=(Flatten(), Dense(3), Dense(2)), exact=True),
        training=TrainingOptions(lr=0.1, clip=1, schedule="step", milestones=(1, 2, 3), class_weights="none"),
        augmentation=AugmentationOptions(scale=(0.5, 1)),
    )
    here = Configuration(
        seed=1,
        data=DataOptions(name="mnist", dir="elsewhere"),
        network=NetworkOptions(layers=(Flatten(), Dense(4), Dense(2)), exact=False),
        training=TrainingOptions(lr=0.05, schedule="step", milestones=(1, 2), class_weights=(1, 2, 3)),
        augmentation=AugmentationOptions(scale=(0.5, 2)),
    )
    assert differences(there, here) == [
        "network.layers[1]: Dense(n=3) there, Dense(n=4) here",
        "network.exact: true there, false here",
        "training.lr: 0.1 there, 0.05 here",
        "training.milestones: 3 of them there, 2 here",
        "training.class_weights: none there, 3 of them here",
        "training.clip: 1.0 there, none here",
        "augmentation.scale: [0.5, 1.0] there, [0.5, 2.0] here",
    ]
    assert differences(there, there) == []


def test_every_key_but_the_place_of_the_files_counts() -> None:
    full = Configuration().resolved(100)
    for name in ("seed", "engine", "data.name", "training.epochs", "augmentation.cutout"):
        other = {"engine": "steps", "data.name": "mnist"}.get(name, 7)
        assert len(differences(full, full.override({name: other}))) == 1
    known = full.override({"data.name": "mnist"})
    assert differences(known, known.override({"data.dir": "files"})) == []
    path = full.override({"data.name": "photos"})
    assert differences(path, path.override({"data.name": "photos/"})) == []
    assert differences(path, known) == ["data.name: photos there, mnist here"]


# The page


def blocks() -> list[dict[str, Any]]:
    return [
        tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    ]


def test_the_page_names_every_key_and_its_examples_are_right() -> None:
    found = set()
    for document in blocks():
        configuration = Configuration.from_dict(document)
        assert configuration.resolved(100)
        for title, table in document.items():
            found |= {f"{title}.{name}" for name in table} if isinstance(table, dict) else {title}
    assert found == set(NAMES)
    for name in architectures.__all__:
        assert name in PAGE.read_text("utf-8")
