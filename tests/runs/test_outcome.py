"""The door from Python: a whole run in one call."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride.data import load
from fullstride.errors import ArgumentError, DtypeError, FileFormatError, OutputError
from fullstride.runs import Configuration
from fullstride.runs.keys import NAMES
from fullstride.training import Interrupted
from tests.support.pictures import folder_of
from tests.support.runs import Killed, kill, press, small_data
from tests.support.training import At

QUICK: dict[str, Any] = {"epochs": 2, "batch_size": 10}
FILES = ["history.jsonl", "model.safetensors", "run.toml"]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "work"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def names(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_three_lines_from_a_folder_of_images_to_a_tested_network(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", {"cat": 10, "dog": 10})
    outcome = fullstride.train(photos, out="runs/photos", epochs=2)
    assert names("runs/photos") == FILES
    assert outcome.folder == Path("runs/photos")
    assert outcome.network.class_names == ("cat", "dog")
    assert outcome.data.name == "photos"
    assert len(outcome.history.epochs) == 2
    assert outcome.count == 4
    right = outcome.network.predict(outcome.data.X_test) == outcome.data.y_test
    assert outcome.correct == np.count_nonzero(right)
    assert outcome.test_accuracy == outcome.correct / 4
    assert fullstride.load("runs/photos").configuration["run"]["data"]["name"] == str(photos)
    assert repr(outcome) == (
        f"Outcome(photos: 2 epochs, test accuracy {25 * outcome.correct:.2f} % ({outcome.correct}/4), "
        "in runs/photos)"
    )


def test_without_out_nothing_is_written() -> None:
    outcome = fullstride.train(small_data(), **QUICK)
    assert outcome.folder is None
    assert repr(outcome).startswith("Outcome(small: 2 epochs, test accuracy ")
    assert names(".") == []


def test_keys_are_named_with_and_without_their_table(work: Path) -> None:
    fullstride.train(
        small_data(), "a", epochs=2, training__lr=0.01, seed=3, augmentation__shift=1, flip=True, exact=True
    )
    run = Configuration.from_toml("a/run.toml")
    assert (run.training.epochs, run.training.lr, run.seed) == (2, 0.01, 3)
    assert (run.augmentation.shift, run.augmentation.flip, run.network.exact) == (1, True, True)


def test_no_key_is_an_argument_of_train_itself() -> None:
    keys = {form for name in NAMES for form in (name.rpartition(".")[2], name.replace(".", "__"))}
    assert keys.isdisjoint(inspect.signature(fullstride.train).parameters)


def test_a_configuration_is_repeated_to_the_bit_and_overrides_come_before_it() -> None:
    data = small_data()
    fullstride.train(data, "a", threads=1, **QUICK)
    for out, config in (("b", "a"), ("c", "a/run.toml"), ("d", Configuration.from_toml("a/run.toml"))):
        fullstride.train(data, out, config=config, threads=2)
        assert Path(out, "model.safetensors").read_bytes() == Path("a/model.safetensors").read_bytes()
    outcome = fullstride.train(data, "e", config="a", epochs=1)
    assert len(outcome.history.epochs) == 1


def test_the_data_of_a_configuration_is_loaded_where_no_other_is_named() -> None:
    outcome = fullstride.train(config=Configuration().override({"training.epochs": 1}))
    assert outcome.data.name == "digits"


def test_a_loaded_folder_is_known_by_its_place(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", {"cat": 10, "dog": 10})
    fullstride.train(load(str(photos)), "a", epochs=1)
    fullstride.train(config="a", out="b")
    assert Path("a/model.safetensors").read_bytes() == Path("b/model.safetensors").read_bytes()


# --- going on ---------------------------------------------------------------------------------------------------------


def test_a_killed_run_goes_on_as_it_was_configured() -> None:
    data = small_data()
    fullstride.train(data, "whole", lr=0.1, **QUICK)
    with pytest.raises(Killed):
        fullstride.train(data, "run", checkpoint_every=2, callbacks=[At(7, kill)], lr=0.1, **QUICK)
    assert names("run") == ["checkpoint.safetensors", *FILES]
    with pytest.raises(OutputError, match=r": training\.lr: 0\.1 there, 0\.05 here$"):
        fullstride.train(data, "run", resume=True, lr=0.05)
    with pytest.raises(OutputError, match=r"^the folder run is not empty"):
        fullstride.train(data, "run", lr=0.1)
    outcome = fullstride.train(data, "run", resume=True)
    assert Path("run/model.safetensors").read_bytes() == Path("whole/model.safetensors").read_bytes()
    again = fullstride.train(data, "run", resume=True)  # it is finished: nothing is done
    assert again.history == outcome.history
    assert (again.correct, again.count, again.folder) == (outcome.correct, outcome.count, outcome.folder)
    for name, value in outcome.network.parameters.items():
        np.testing.assert_array_equal(again.network.parameters[name], value)


def test_with_nothing_to_go_on_from_it_begins() -> None:
    outcome = fullstride.train(small_data(), "run", resume=True, **QUICK)
    assert len(outcome.history.epochs) == 2


def test_ctrl_c_keeps_what_was_trained() -> None:
    with pytest.raises(Interrupted, match=r"saved in run: .*; --resume goes on with it$"):
        fullstride.train(small_data(), "run", callbacks=[At(3, press)], **QUICK)
    assert names("run") == ["checkpoint.safetensors", *FILES]


def test_a_history_that_cannot_be_read_is_refused() -> None:
    fullstride.train(small_data(), "run", **QUICK)
    Path("run/history.jsonl").write_bytes(b"\xff")
    with pytest.raises(FileFormatError, match=r"^cannot read run/history\.jsonl: "):
        fullstride.train(small_data(), "run", resume=True)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "kind", "sentence"),
    [
        (
            {"resume": True},
            ArgumentError,
            r"^train: resume=True needs out, the folder of the run .*; got None$",
        ),
        ({"epoch": 3}, ArgumentError, r"^train: unknown key epoch; did you mean training\.epochs\?$"),
        ({"train__lr": 3}, ArgumentError, r"^train: unknown key train\.lr; did you mean training\.lr\?$"),
        ({"epochs": "3"}, DtypeError, r"^Configuration: training\.epochs must be a whole number"),
        ({"checkpoint_every": 0}, ArgumentError, r"^train: checkpoint_every must be .*1; got 0$"),
        ({"config": "none.toml"}, FileFormatError, r"^there is no configuration file none\.toml$"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(
    arguments: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        fullstride.train(small_data(), **arguments)
    assert names(".") == []
