"""The file of a checkpoint: what it brings back, and what it refuses, to the single bit."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.errors import FileFormatError, OutputError
from fullstride.formats import read_model, write_model
from fullstride.runs import Checkpoint, Job, fit, stand
from fullstride.training import State
from tests.support.runs import Killed, kill, small_job
from tests.support.training import At

EARLY = {"training.early_stopping": 3, "training.optimizer": "adamw"}
HELP = "; without this file --resume starts the run from its beginning"
NAME = "checkpoint.safetensors"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, object_cache: str) -> bytes:
    """Of a run with all kinds of arrays: after step 2 of epoch 2."""
    folder = tmp_path_factory.mktemp("written")
    with pytest.raises(Killed):
        fit(small_job(EARLY), folder, every=7, callbacks=[At(9, kill)])
    return (folder / NAME).read_bytes()


@pytest.fixture
def path(tmp_path: Path, written: bytes) -> Path:
    file = tmp_path / NAME
    file.write_bytes(written)
    return file


def rewritten(path: Path, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Other arrays, with the SHA-256 that belongs to them."""
    old = Checkpoint.read(path)
    replace(old, state=replace(old.state, arrays=arrays)).write(path)


def test_it_brings_back_what_was_written(path: Path, tmp_path: Path) -> None:
    found = Checkpoint.read(path)
    job = small_job(EARLY)
    assert (found.run, found.digest) == (job.configuration.to_dict(), job.digest)
    assert (found.state.epochs, found.state.step, found.state.optimizer.steps) == (1, 2, 7)
    assert found.state.history.best_epoch == 1
    kinds = {name.partition(".")[0] for name in found.state.arrays}
    assert kinds == {"values", "velocity", "square", "best"}
    found.write(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_the_same_checkpoint_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with pytest.raises(Killed):
            fit(small_job(EARLY), tmp_path / name, every=3, callbacks=[At(4, kill)])
    assert (tmp_path / "a" / NAME).read_bytes() == (tmp_path / "b" / NAME).read_bytes()


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 4, 300, -1])
def test_a_file_that_is_cut_off_is_refused_with_what_to_do(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(FileFormatError, match=f"^.*{re.escape(str(path))}.*{re.escape(HELP)}$"):
        stand(small_job(EARLY), path.parent)


@pytest.mark.parametrize("place", [-1, -1000, 0.5])
def test_a_single_wrong_bit_among_the_numbers_is_found(path: Path, place: float) -> None:
    content = bytearray(path.read_bytes())
    content[place if isinstance(place, int) else int(place * len(content))] ^= 1
    path.write_bytes(content)
    sentence = f"{path} is damaged: its numbers do not have the SHA-256 that it gives{HELP}"
    with pytest.raises(FileFormatError, match=f"^{re.escape(sentence)}$"):
        Checkpoint.read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=rf"^there is no model file .*{re.escape(HELP)}$"):
        Checkpoint.read(tmp_path / NAME)


def test_a_model_is_no_checkpoint(path: Path) -> None:
    job = small_job(EARLY)
    job.network.save(path)
    with pytest.raises(FileFormatError, match=f"^{re.escape(f'{path} is no checkpoint of a run{HELP}')}$"):
        stand(job, path.parent)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epochs": -1}, "epochs and step must be whole numbers >= 0"),
        ({"step": 1.5}, "epochs and step must be whole numbers >= 0"),
        ({"epochs": 3}, "its history must be of its 3 epochs; got 1"),
        ({"history": "{}"}, "line 1 must be a JSON object"),
        ({"best_loss": "low"}, "best_loss must be a number; got 'low'"),
        ({"optimizer": {"steps": -1}}, "steps"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_state_that_cannot_be_is_refused(path: Path, changes: dict[str, Any], sentence: str) -> None:
    arrays, description = read_model(path)
    description["checkpoint"]["state"] |= changes
    write_model(path, arrays, description)
    expected = rf"^the checkpoint's state is not that of a run: .*{re.escape(sentence)}.*{re.escape(HELP)}$"
    with pytest.raises(FileFormatError, match=expected):
        stand(small_job(EARLY), path.parent)


def test_a_state_that_lacks_a_number_is_refused(path: Path) -> None:
    arrays, description = read_model(path)
    del description["checkpoint"]["state"]["optimizer"]
    write_model(path, arrays, description)
    with pytest.raises(FileFormatError, match=r"^the checkpoint's state is not that of a run: 'optimizer'"):
        Checkpoint.read(path)


def test_a_step_behind_the_end_of_its_epoch_is_refused(path: Path) -> None:
    arrays, description = read_model(path)
    description["checkpoint"]["state"]["step"] = 6
    write_model(path, arrays, description)
    sentence = f"{path}: state must lie within the run, epochs=4 of 5 steps; got step 6 after 1 epochs{HELP}"
    with pytest.raises(FileFormatError, match=f"^{re.escape(sentence)}$"):
        stand(small_job(EARLY), path.parent)


@pytest.mark.parametrize("kind", ["values", "velocity", "square", "best"])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("missing", "state must hold {name}, float32 of shape (1, 3), for this network and AdamW; got none"),
        (
            "shape",
            "state must hold {name}, float32 of shape (1, 3), for this network and AdamW; got float32 of shape (3, 1)",
        ),
        (
            "dtype",
            "state must hold {name}, float32 of shape (1, 3), for this network and AdamW; got float64 of shape (1, 3)",
        ),
        ("nan", "the arrays of state must be finite; {name} is not"),
    ],
)
def test_arrays_that_are_not_those_of_the_network_are_refused_before_anything_is_used(
    path: Path, kind: str, wrong: str, sentence: str
) -> None:
    name = f"{kind}.dense1.b"
    arrays = dict(Checkpoint.read(path).state.arrays)
    if wrong == "missing":
        del arrays[name]
    elif wrong == "shape":
        arrays[name] = arrays[name].reshape(3, 1)
    elif wrong == "dtype":
        arrays[name] = arrays[name].astype(np.float64)
    else:
        arrays[name] = np.full_like(arrays[name], np.nan)
    rewritten(path, arrays)
    job = small_job(EARLY)
    said = sentence.format(name=name)
    with pytest.raises(FileFormatError, match=f"^{re.escape(f'{path}: {said}{HELP}')}$"):
        stand(job, path.parent)
    assert_untouched_by(job, Checkpoint.read(path).state, said)


def assert_untouched_by(job: Job, state: State, said: str) -> None:
    """The network's own door refuses the state too, and nothing of it is written."""
    before = {name: value.copy() for name, value in job.network.parameters.items()}
    with pytest.raises(ValueError, match=rf"^Network\.fit: {re.escape(said)}$"):
        fit(job, state=state)
    for name, value in job.network.parameters.items():
        np.testing.assert_array_equal(value, before[name])


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_checkpoint_that_cannot_be_written_leaves_the_last_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, before = Checkpoint.read(path), path.read_bytes()

    def refuse(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    sentence = f"^{re.escape(f'cannot write {path}: no space left on device')}$"
    with pytest.raises(OutputError, match=sentence):
        replace(found, digest="another").write(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [NAME]


@pytest.mark.parametrize("place", ["half", "replace"])
def test_a_kill_within_the_write_leaves_the_last_one(
    path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import sys; from dataclasses import replace; from pathlib import Path\n"
        "from fullstride.runs import Checkpoint; from tests.support.kills import kill_within\n"
        "path = Path(sys.argv[1]); found = Checkpoint.read(path)\n"
        "kill_within(path.name, 1, sys.argv[2])\n"
        "replace(found, digest='another').write(path)"
    )
    monkeypatch.setenv("PYTHONPATH", ":".join(each for each in sys.path if each))
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", code, str(path), place], timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    (left,) = (each for each in path.parent.iterdir() if each.name != NAME)
    assert re.fullmatch(r"\.checkpoint-\d+-\d+\.safetensors", left.name)
    share = left.stat().st_size / len(before)
    assert 0.4 < share < 0.6 if place == "half" else share > 0.9
