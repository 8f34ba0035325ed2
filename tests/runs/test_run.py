"""A run in its folder: it goes on to the same bits, refuses what is not its own, and keeps what was trained."""

from __future__ import annotations

import json
import re
import signal
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.errors import FileFormatError, OutputError, TrainingError
from fullstride.network import Network, load
from fullstride.runs import (
    Checkpoint,
    Configuration,
    Job,
    Stand,
    fit,
    prepare,
    read_configuration,
    save,
    stand,
    stored_configuration,
)
from fullstride.training import Callback, EpochRecord, History, Interrupted, Run
from fullstride.training.kept import KeptParameters
from tests.support.runs import Killed, kill, press, small_data, small_job
from tests.support.training import At

FILES = ["history.jsonl", "model.safetensors", "run.toml"]
BATCH_NORM: list[dict[str, Any]] = [
    {"kind": "conv", "n_C": 4, "f": 3},
    {"kind": "batch_norm"},
    {"kind": "relu"},
    {"kind": "flatten"},
    {"kind": "dense", "n": 3},
]
CASES: dict[str, dict[str, Any]] = {
    "sgd": {},
    "nesterov, clipped, classes weighed": {
        "training.nesterov": True,
        "training.clip": 0.5,
        "training.class_weights": "balanced",
    },
    "adamw along a cosine": {
        "training.optimizer": "adamw",
        "training.schedule": "cosine",
        "training.warmup": 0.5,
    },
    "batch normalization": {"network.layers": BATCH_NORM},
    "augmented": {
        "augmentation.shift": 2,
        "augmentation.flip": True,
        "augmentation.rotation": 20,
        "augmentation.cutout": 2,
        "data.normalize": True,
    },
    "stopped early": {
        "training.epochs": 40,
        "training.early_stopping": 2,
        "training.lr": 0.3,
        "data.validation": 0.3,
    },
    "adam, stopped early": {
        "training.epochs": 60,
        "training.early_stopping": 1,
        "training.optimizer": "adam",
        "training.lr": 0.02,
        "augmentation.shift": 1,
    },
}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def model(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def never_stopped(tmp_path: Path, document: dict[str, Any]) -> tuple[bytes, History]:
    folder = tmp_path / "whole"
    folder.mkdir()
    history = fit(small_job(document), folder, threads=1)
    return model(folder), history


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    path.mkdir()
    return path


def killed(
    folder: Path,
    after: int = 8,
    document: dict[str, Any] | None = None,
    every: int | None = 3,
    threads: int = 1,
) -> Job:
    """A run that went on from where it stood, and came to its end after so many steps more."""
    job = small_job(document)
    with pytest.raises(Killed):
        fit(
            job,
            folder,
            state=stand(job, folder).state,
            every=every,
            threads=threads,
            callbacks=[At(after, kill)],
        )
    return job


# --- the same bits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_a_run_that_was_killed_twice_ends_with_the_bytes_of_one_that_never_was(
    tmp_path: Path, folder: Path, case: str, threads: int
) -> None:
    document = CASES[case]
    expected, whole = never_stopped(tmp_path, document)
    killed(folder, 4, document, threads=threads)  # within the first epoch
    assert Checkpoint.read(folder / "checkpoint.safetensors").state.step == 3
    killed(folder, 5, document, threads=threads)
    job = small_job(document)
    found = stand(job, folder)
    assert found.state is not None
    assert not found.finished
    assert 3 < 5 * found.state.epochs + found.state.step <= 8
    history = fit(job, folder, state=found.state, every=3, threads=threads)
    assert model(folder) == expected
    assert names(folder) == FILES
    assert [r["loss"] for r in history.epochs] == [r["loss"] for r in whole.epochs]
    assert [r["validation_loss"] for r in history.epochs] == [r["validation_loss"] for r in whole.epochs]
    assert history.best_epoch == whole.best_epoch
    if "early" in case:
        assert whole.best_epoch is not None
        assert whole.best_epoch < len(whole.epochs) < job.configuration.training.epochs
    else:
        assert len(whole.epochs) == 4
    assert stand(small_job(document), folder) == Stand(finished=True)


@pytest.mark.parametrize("after", [1, 5, 12, 20])
def test_a_run_goes_on_after_ctrl_c_to_the_same_bytes(tmp_path: Path, folder: Path, after: int) -> None:
    expected, _ = never_stopped(tmp_path, {})
    with pytest.raises(Interrupted):
        fit(small_job(), folder, callbacks=[At(after, press)])
    job = small_job()
    found = stand(job, folder)
    assert found.state is not None
    assert 5 * found.state.epochs + found.state.step == after
    fit(job, folder, state=found.state)
    assert model(folder) == expected
    assert names(folder) == FILES


def test_the_place_of_checkpoints_is_counted_over_the_whole_run(folder: Path) -> None:
    killed(folder, 8, every=3)
    assert Checkpoint.read(folder / "checkpoint.safetensors").state.step == 1  # of epoch 2: step 6
    killed(folder, 4, every=4)  # from step 6 on: 8, but not 10
    assert Checkpoint.read(folder / "checkpoint.safetensors").state.step == 3


def test_the_end_of_an_epoch_is_a_place_too(tmp_path: Path, folder: Path) -> None:
    killed(folder, 7, every=5)
    state = Checkpoint.read(folder / "checkpoint.safetensors").state
    assert (state.epochs, state.step) == (0, 5)  # before the validation
    job = small_job()
    fit(job, folder, state=stand(job, folder).state)
    assert model(folder) == never_stopped(tmp_path, {})[0]


def test_with_the_steps_a_run_goes_on_too(tmp_path: Path, folder: Path) -> None:
    document = {"engine": "steps", "training.epochs": 2}
    killed(folder, 4, document)
    job = small_job(document)
    fit(job, folder, state=stand(job, folder).state)
    assert model(folder) == never_stopped(tmp_path, document)[0]


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    history = fit(small_job())
    assert len(history.epochs) == 4
    assert names(tmp_path) == []


# --- what is written meanwhile ----------------------------------------------------------------------------------------


def test_a_checkpoint_comes_with_the_model_so_far(folder: Path) -> None:
    job = killed(folder, 12, every=5)
    assert names(folder) == ["checkpoint.safetensors", *FILES]
    network = load(folder)
    assert network.configuration == {
        "run": job.configuration.to_dict(),
        "digest": job.digest,
        "completed_epochs": 1,
    }
    assert len((folder / "history.jsonl").read_text().splitlines()) == 1
    values = Checkpoint.read(folder / "checkpoint.safetensors").state.arrays
    for name, value in network.parameters.items():
        np.testing.assert_array_equal(values[f"values.{name}"], value)
    assert (
        folder / "run.toml"
    ).read_text() == job.configuration.to_toml()  # and no longer that it has only begun
    assert stored_configuration(folder) == folder / "run.toml"
    assert stored_configuration(folder.parent) is None


def test_without_a_number_of_steps_an_epoch_s_end_is_saved_once_a_second(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[tuple[int, int]] = []
    write = Checkpoint.write

    def note(checkpoint: Checkpoint, path: Path) -> None:
        saved.append((checkpoint.state.epochs, checkpoint.state.step))
        write(checkpoint, path)

    clock = [0.0]

    class Idle(Callback):
        def on_epoch(self, run: Run, record: EpochRecord) -> None:
            clock[0] += 0.4  # epochs end at 0.4, 0.8, 1.2 ...

    monkeypatch.setattr(Checkpoint, "write", note)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    fit(small_job({"training.epochs": 8}), folder, callbacks=[Idle()])
    assert saved == [(3, 0), (6, 0)]  # at 1.2 s and 2.4 s; not at the end, where the model is
    assert names(folder) == FILES


def test_slow_writing_takes_at_most_a_fiftieth_of_the_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []
    clock = [0.0]

    def slow(checkpoint: Checkpoint, path: Path) -> None:
        saved.append(checkpoint.state.epochs)
        clock[0] += 0.125

    class Idle(Callback):
        def on_epoch(self, run: Run, record: EpochRecord) -> None:
            clock[0] += 1.0

    monkeypatch.setattr(Checkpoint, "write", slow)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    fit(small_job({"training.epochs": 17}), folder, callbacks=[Idle()])
    # Saved until 1.125, so the next not before 1.125 + 50 * 0.125 = 7.375; that is done at 8.25.
    assert saved == [1, 8, 15]


def test_a_checkpoint_that_cannot_be_written_is_told_once_and_the_training_goes_on(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = never_stopped(tmp_path, {})

    def full(checkpoint: Checkpoint, path: Path) -> None:
        raise OutputError(f"cannot write {path.name}: no space left on device")

    monkeypatch.setattr(Checkpoint, "write", full)
    told: list[str] = []
    fit(small_job(), folder, every=4, trouble=lambda error: told.append(str(error)))
    assert told == ["cannot write checkpoint.safetensors: no space left on device"]
    assert model(folder) == expected


def test_numbers_that_are_not_finite_never_replace_a_checkpoint(folder: Path) -> None:
    def spoil(run: Run) -> None:
        run.network.parameters["dense1.b"][...] = np.nan

    job = small_job()
    sentence = (
        rf"^Network\.fit: the loss is nan at step 2 of 5 of epoch 2 of 4 .*\. They are saved in {folder}$"
    )
    with pytest.raises(TrainingError, match=sentence):
        fit(job, folder, every=1, callbacks=[At(6, spoil)])
    state = Checkpoint.read(folder / "checkpoint.safetensors").state
    assert (state.epochs, state.step) == (0, 5)
    assert load(folder).configuration["completed_epochs"] == 1
    assert len((folder / "history.jsonl").read_text().splitlines()) == 1
    assert stand(small_job(), folder).state is not None


def test_the_configuration_is_there_before_the_first_step(folder: Path) -> None:
    found: list[tuple[list[str], str]] = []

    class Look(Callback):
        def on_start(self, run: Run) -> None:
            found.append((names(folder), (folder / "run.toml").read_text()))

    job = small_job()
    fit(job, folder, callbacks=[Look()])
    text = f"# This run has not come to its first checkpoint.\n{job.configuration.to_toml()}"
    assert found == [(["run.toml"], text)]
    assert Configuration.from_dict(tomllib.loads(text)) == job.configuration


def spoil(run: Run) -> None:
    run.network.parameters["dense1.b"][...] = np.nan


def test_without_a_good_epoch_a_diverged_run_leaves_nothing(folder: Path) -> None:
    with pytest.raises(TrainingError, match=r"those before training$"):
        fit(small_job(), folder, callbacks=[At(1, spoil)])
    assert names(folder) == []


def test_what_another_left_to_go_on_with_stays_when_a_run_diverges(folder: Path) -> None:
    text = f"# This run has not come to its first checkpoint.\n{small_job().configuration.to_toml()}"
    (folder / "run.toml").write_text(text)  # of a run that was killed before
    with pytest.raises(TrainingError, match=r"those before training$"):
        fit(small_job(), folder, callbacks=[At(1, spoil)])
    assert (folder / "run.toml").read_text() == text


def test_a_folder_that_cannot_be_written_is_found_before_the_first_step(folder: Path) -> None:
    (folder / "run.toml").mkdir()
    with pytest.raises(OutputError, match=r"run\.toml: it is a folder$"):
        fit(small_job(), folder, callbacks=[At(1, kill)])


def test_what_cannot_be_saved_at_the_end_is_an_error_and_the_checkpoint_stays(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(Callback):
        def on_epoch(self, run: Run, record: EpochRecord) -> None:
            if run.epoch == run.epochs:
                monkeypatch.setattr(Network, "save", refuse)

    def refuse(network: Network, path: Path) -> None:
        raise OutputError("cannot write model.safetensors: no space left on device")

    with pytest.raises(OutputError, match=r"^cannot write model\.safetensors: no space left on device$"):
        fit(small_job(), folder, every=7, callbacks=[Full()])
    monkeypatch.undo()
    job = small_job()
    found = stand(job, folder)
    assert found.state is not None
    fit(job, folder, state=found.state)
    assert model(folder) == never_stopped(tmp_path, {})[0]


# --- Ctrl-C -----------------------------------------------------------------------------------------------------------


def test_ctrl_c_says_what_is_kept_and_how_to_go_on(folder: Path) -> None:
    sentence = (
        "training was interrupted after step 2 of 5 of epoch 2 of 4; the parameters are those of step 2 of epoch 2; "
        f"saved in {folder}: model.safetensors, history.jsonl, run.toml; --resume goes on with it"
    )
    with pytest.raises(Interrupted, match=f"^{re.escape(sentence)}$") as caught:
        fit(small_job(), folder, callbacks=[At(7, press)])
    assert len(caught.value.history.epochs) == 1
    assert names(folder) == ["checkpoint.safetensors", *FILES]
    assert load(folder).configuration["completed_epochs"] == 1
    *_, last = (folder / "history.jsonl").read_text().splitlines()
    assert json.loads(last) == {"interrupted": True}


def test_ctrl_c_before_the_first_step_keeps_what_the_run_is(tmp_path: Path, folder: Path) -> None:
    class Impatient(Callback):
        def on_start(self, run: Run) -> None:
            raise KeyboardInterrupt

    sentence = f"^interrupted before the first step; --resume goes on with the run in {folder}$"
    with pytest.raises(Interrupted, match=sentence):
        fit(small_job(), folder, callbacks=[Impatient()])
    assert names(folder) == ["run.toml"]
    job = prepare(read_configuration(folder / "run.toml", {}), small_data())
    assert stand(job, folder) == Stand()
    fit(job, folder)
    assert model(folder) == never_stopped(tmp_path, {})[0]
    assert (folder / "run.toml").read_text() == job.configuration.to_toml()


def test_ctrl_c_right_after_going_on_loses_nothing(tmp_path: Path, folder: Path) -> None:
    class Impatient(Callback):
        def on_start(self, run: Run) -> None:
            raise KeyboardInterrupt

    killed(folder, 8)
    before = (folder / "checkpoint.safetensors").read_bytes()
    job = small_job()
    with pytest.raises(Interrupted, match=r"--resume goes on with it$"):
        fit(job, folder, state=stand(job, folder).state, callbacks=[Impatient()])
    assert (folder / "checkpoint.safetensors").read_bytes() == before
    job = small_job()
    fit(job, folder, state=stand(job, folder).state)
    assert model(folder) == never_stopped(tmp_path, {})[0]


def test_ctrl_c_while_the_results_are_saved_keeps_the_whole(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = never_stopped(tmp_path, {})
    to_jsonl, pressed = History.to_jsonl, [False]

    def once(history: History) -> str:
        if len(history.epochs) == 4 and not pressed[0]:
            pressed[0] = True
            raise KeyboardInterrupt
        return to_jsonl(history)

    monkeypatch.setattr(History, "to_jsonl", once)
    with pytest.raises(Interrupted, match=f"^interrupted; the trained network is saved in {folder}$"):
        fit(small_job(), folder)
    assert model(folder) == expected
    assert stand(small_job(), folder) == Stand(finished=True)


def test_ctrl_c_after_the_last_epoch_of_an_early_stop_can_be_gone_on_from(
    tmp_path: Path, folder: Path
) -> None:
    document = CASES["stopped early"]
    expected, whole = never_stopped(tmp_path, document)

    class Press(Callback):
        def on_epoch(self, run: Run, record: EpochRecord) -> None:
            if run.epoch == len(whole.epochs):
                raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=r"^training was interrupted"):
        fit(small_job(document), folder, callbacks=[Press()])
    job = small_job(document)
    found = stand(job, folder)
    assert found.state is not None
    assert found.state.epochs == len(whole.epochs)  # nothing is left but the best parameters
    fit(job, folder, state=found.state)
    assert model(folder) == expected


def test_ctrl_c_while_the_best_parameters_are_put_back_waits_for_them(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = CASES["stopped early"]
    expected, _ = never_stopped(tmp_path, document)
    restore = KeptParameters.restore

    def pressed(kept: KeptParameters) -> None:
        signal.raise_signal(signal.SIGINT)
        restore(kept)

    monkeypatch.setattr(KeptParameters, "restore", pressed)
    with pytest.raises(Interrupted, match=f"^interrupted; the trained network is saved in {folder}$"):
        fit(small_job(document), folder)
    assert model(folder) == expected
    assert stand(small_job(document), folder) == Stand(finished=True)


# --- whose run it is --------------------------------------------------------------------------------------------------


def test_in_an_empty_folder_nothing_has_begun(folder: Path) -> None:
    assert stand(small_job(), folder) == Stand()


def test_a_model_so_far_without_a_checkpoint_is_a_beginning(folder: Path) -> None:
    killed(folder)
    (folder / "checkpoint.safetensors").unlink()
    assert stand(small_job(), folder) == Stand()


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize(
    ("document", "difference"),
    [
        ({"training.lr": 0.1}, "training.lr: 0.05 there, 0.1 here"),
        ({"training.lr": 0.1, "seed": 3}, "seed: 0 there, 3 here; training.lr: 0.05 there, 0.1 here"),
        ({"training.epochs": 5}, "training.epochs: 4 there, 5 here"),
        ({"network.exact": True}, "network.exact: false there, true here"),
        ({"network.layers": BATCH_NORM}, "network.layers: 4 of them there, 5 here"),
        ({"engine": "steps"}, "engine: native there, steps here"),
        ({"augmentation.flip": True}, "augmentation.flip: false there, true here"),
    ],
)
def test_another_configuration_is_refused_and_the_difference_named(
    folder: Path, document: dict[str, Any], difference: str, finished: bool
) -> None:
    if finished:
        job = small_job()
        fit(job, folder)
    else:
        killed(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    sentence = f"the folder {folder} holds another run, which this one cannot go on with: {difference}"
    with pytest.raises(OutputError, match=f"^{re.escape(sentence)}$"):
        stand(small_job(document), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_run_that_has_only_begun_is_compared_too(folder: Path) -> None:
    class Impatient(Callback):
        def on_start(self, run: Run) -> None:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        fit(small_job(), folder, callbacks=[Impatient()])
    with pytest.raises(OutputError, match=r"cannot go on with: training\.lr: 0\.05 there, 0\.1 here$"):
        stand(small_job({"training.lr": 0.1}), folder)


@pytest.mark.parametrize("finished", [False, True])
def test_the_same_data_may_have_another_place(folder: Path, finished: bool) -> None:
    if finished:
        fit(small_job(data=small_data(name="photos")), folder)
    else:
        killed(folder, document={"data.name": "photos"})
    found = stand(small_job(data=small_data(name="elsewhere/photos/")), folder)
    assert found.finished if finished else found.state is not None
    sentence = "cannot go on with: data.name: photos there, others here, of other images or labels"
    with pytest.raises(OutputError, match=f"{re.escape(sentence)}$"):
        stand(small_job(data=small_data(seed=1, name="others")), folder)
    with pytest.raises(OutputError, match=r"cannot go on with: data\.name: photos there, digits here$"):
        stand(small_job(data=small_data(name="digits")), folder)


def test_other_pixels_are_refused(folder: Path) -> None:
    killed(folder)
    sentence = (
        f"the folder {folder} holds another run, which this one cannot go on with: "
        "the images or labels of small are others than they were"
    )
    with pytest.raises(OutputError, match=f"^{re.escape(sentence)}$"):
        stand(small_job(data=small_data(seed=1)), folder)


def test_a_model_that_no_run_made_is_refused(folder: Path) -> None:
    job = small_job()
    job.network.configuration = {"author": "me"}
    job.network.save(folder / "model.safetensors")
    sentence = f"^the folder {folder} holds a model of no run that could go on; choose another --out$"
    with pytest.raises(OutputError, match=sentence):
        stand(small_job(), folder)


@pytest.mark.parametrize("run", [[], {"training": {"lr": "fast"}}, {"training": {"speed": 1}}])
def test_a_run_that_cannot_be_read_is_refused(folder: Path, run: Any) -> None:
    job = small_job()
    job.network.configuration["run"] = run
    save(job, History(), folder)
    sentence = f"^the run in {folder}: .*; choose another --out$"
    with pytest.raises(FileFormatError, match=sentence):
        stand(small_job(), folder)
