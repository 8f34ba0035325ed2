"""What a run is of: what was left open is decided, the network made, the arguments of the training named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride import SGD, AdamW, Augmentation
from fullstride.data import from_arrays, split_validation
from fullstride.errors import ArgumentError, DtypeError, FileFormatError
from fullstride.runs import Configuration, build_network, find_lr, load_data, prepare, read_configuration
from tests.support.pictures import folder_of
from tests.support.runs import small_data, small_job
from tests.support.small_sets import small_set


def test_nothing_is_left_open_and_the_model_will_say_so() -> None:
    data = small_data()
    job = prepare(Configuration(), data)
    assert job.configuration == Configuration().resolved(54, classes=3)
    assert job.digest == data.digest
    assert job.network.configuration == {"run": job.configuration.to_dict(), "digest": data.digest}
    assert (job.network.class_names, job.network.preprocessing) == (("0", "1", "2"), data.preprocessing)
    expected = build_network(job.configuration, (6, 6, 1), 3)
    for name, value in expected.parameters.items():
        np.testing.assert_array_equal(job.network.parameters[name], value)
    assert (job.seed, job.engine) == (0, "native")


def test_the_digest_is_computed_where_the_data_has_none() -> None:
    data = small_data()
    assert prepare(Configuration(), replace(data, digest="")).digest == data.digest


def test_what_the_training_is_told() -> None:
    assert small_job().arguments() == {
        "batch_size": 10,
        "seed": 0,
        "engine": "native",
        "optimizer": SGD(momentum=0.9),
        "augmentation": None,
        "label_smoothing": 0.0,
        "class_weights": None,
        "clip": None,
    }
    job = small_job(
        {
            "seed": 7,
            "engine": "steps",
            "training.optimizer": "adamw",
            "training.label_smoothing": 0.1,
            "training.class_weights": [1, 2, 3],
            "training.clip": 2,
            "augmentation.shift": 2,
        }
    )
    assert job.arguments() == {
        "batch_size": 10,
        "seed": 7,
        "engine": "steps",
        "optimizer": AdamW(weight_decay=0.01),
        "augmentation": Augmentation(shift=2),
        "label_smoothing": 0.1,
        "class_weights": (1.0, 2.0, 3.0),
        "clip": 2.0,
    }


def test_images_are_kept_to_validate_as_the_training_keeps_them() -> None:
    job = small_job({"seed": 5})
    expected, kept = split_validation(job.data.y_train, 0.1, 5)
    assert job.validation == 0.1
    assert job.rows.tolist() == expected.tolist()
    assert job.validation_images == len(kept) == 5
    none = small_job({"data.validation": 0})
    assert (none.validation, none.validation_images, none.rows.tolist()) == (None, 0, list(range(54)))


def test_a_validation_part_of_its_own_comes_before_a_fraction() -> None:
    data = small_data()
    job = small_job(data=replace(data, X_validation=data.X_test, y_validation=data.y_test))
    assert isinstance(job.validation, tuple)
    assert job.validation[0] is data.X_test
    assert (job.validation_images, len(job.rows)) == (18, 54)


# --- images -----------------------------------------------------------------------------------------------------------


def test_images_are_normalized_as_they_are_measured() -> None:
    X = np.zeros((10, 2, 2, 3), np.uint8)
    X[::2, ..., 0] = 255  # mean 1/2, deviation 1/2
    X[..., 1] = 51  # no contrast: 1/5 everywhere
    data = from_arrays(X, np.arange(10) % 2, X, np.arange(10) % 2)
    job = prepare(Configuration(), data)
    how = job.network.preprocessing
    assert how is not None
    assert how.mean == pytest.approx((0.5, 0.2, 0))
    assert how.std == pytest.approx((0.5, 1, 1))
    assert job.configuration.data.normalize is True
    assert (job.inputs.scale, job.inputs.mean, job.inputs.std) == (1 / 255, how.mean, how.std)


def test_grey_images_are_not_normalized_unless_asked() -> None:
    assert small_job().inputs.mean == ()
    job = small_job({"data.normalize": True, "seed": 3, "augmentation.flip": True})
    assert len(job.inputs.mean) == 1
    assert (job.inputs.augmentation, job.inputs.seed, job.inputs.epoch) == (Augmentation(flip=True), 3, 0)


def test_floats_are_taken_as_they_are() -> None:
    X, y = np.ones((10, 2, 2, 3), np.float32), np.arange(10) % 2
    data = from_arrays(X, y, X, y, name="mine")
    assert prepare(Configuration(), data).configuration.data.normalize is False
    sentence = (
        r"^data\.normalize is for images of uint8; those of mine are float32, which are taken as they are$"
    )
    with pytest.raises(ArgumentError, match=sentence):
        prepare(Configuration().override({"data.normalize": True}), data)


# --- configurations ---------------------------------------------------------------------------------------------------


def test_a_configuration_comes_from_a_file_a_model_or_a_folder(tmp_path: Path) -> None:
    job = small_job({"training.lr": 0.01})
    job.network.save(tmp_path / "model.safetensors")
    (tmp_path / "run.toml").write_text(job.configuration.to_toml())
    for source in (tmp_path, tmp_path / "model.safetensors", str(tmp_path / "run.toml"), job.configuration):
        assert read_configuration(source, {}) == job.configuration
        changed = read_configuration(source, {"seed": 4, "training.lr": None})
        assert (changed.seed, changed.training.lr) == (4, 0.01)
    assert read_configuration(None, {"seed": 4}) == Configuration(seed=4)


def test_a_configuration_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"^there is no configuration file .*nothing$"):
        read_configuration(tmp_path / "nothing", {})
    with pytest.raises(FileFormatError, match=r"^the folder .* holds no model\.safetensors$"):
        read_configuration(tmp_path, {})
    with pytest.raises(ArgumentError, match=r"^Configuration: unknown key lr; did you mean training\.lr\?$"):
        read_configuration(None, {"lr": 1})
    with pytest.raises(DtypeError, match=r"^Configuration: training\.lr must be .*; got 'fast' of type str$"):
        read_configuration(None, {"training.lr": "fast"})


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            {"training.schedule": "one-cycle", "training.warmup": 0},
            r'training\.schedule = "one-cycle": OneCycle: rise must be .*',
        ),
        (
            {"training.schedule": "cosine", "training.final": 1.0},
            r'training\.schedule = "cosine": Cosine: final must be .*',
        ),
    ],
)
def test_what_the_training_would_refuse_is_refused_before_it(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{sentence}$"):
        small_job(document)


# --- data -------------------------------------------------------------------------------------------------------------


def test_the_data_that_is_named(tmp_path: Path) -> None:
    assert load_data(Configuration()).name == "digits"
    four = load_data(Configuration().override({"data.name": str(small_set(tmp_path / "four"))}))
    assert (four.name, len(four.X_train)) == ("four", 6)
    pictures = folder_of(tmp_path / "photos", {"a": 5, "b": 5})
    wanted = {"data.name": str(pictures), "data.size": 3, "data.channels": 1, "data.strict": True}
    told: list[str] = []
    data = load_data(Configuration().override(wanted), lambda done, total, what: told.append(what))
    assert (data.name, data.X_train.shape[1:]) == ("photos", (3, 3, 1))
    assert set(told) == {f"decoding the images of {pictures}"}


def test_the_size_of_a_folder_s_images_is_part_of_the_configuration(tmp_path: Path) -> None:
    pictures = folder_of(tmp_path / "photos", {"a": 5, "b": 5}, shape=(4, 6, 3))
    configuration = Configuration().override({"data.name": str(pictures)})
    job = prepare(configuration, load_data(configuration))
    options = job.configuration.data
    assert (options.size, options.channels, options.strict, options.normalize) == ((4, 6), 3, False, True)


def test_a_learning_rate_is_found_and_nothing_stays() -> None:
    job = small_job()
    before = {name: value.copy() for name, value in job.network.parameters.items()}
    found = find_lr(job, threads=1)
    assert found == find_lr(job, threads=2)
    assert found.suggestion > 0
    for name, value in job.network.parameters.items():
        np.testing.assert_array_equal(value, before[name])
