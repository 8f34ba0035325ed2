"""`fullstride train` once more: the same run repeated, a stopped one gone on with, to the same bytes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fullstride.cli import main, train
from fullstride.data import read_idx, write_idx
from fullstride.runs import Configuration
from tests.support.commands import GOING_ON, LAST_LINE, MODEL_FILES, QUICK, names
from tests.support.runs import kill, press
from tests.support.training import At


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take most of the time, and are tested elsewhere."""
    monkeypatch.setattr(train, "_draw", lambda *arguments: [])


def sha256(folder: str) -> str:
    return hashlib.sha256(Path(folder, "model.safetensors").read_bytes()).hexdigest()


def test_a_model_or_its_run_toml_repeats_the_run_to_the_bit(tiny: Path) -> None:
    arguments = ["--epochs", "2", "--optimizer", "adamw", "--shift", "1", "--set", "training.clip=0.5"]
    assert main(["train", str(tiny), *arguments, "--seed", "5", "--threads", "1", "--out", "a"]) == 0
    for out, config in (("b", "a"), ("c", "a/model.safetensors"), ("d", "a/run.toml")):
        assert main(["train", "--config", config, "--threads", "2", "--out", out]) == 0
        assert sha256(out) == sha256("a")
        assert Path(out, "run.toml").read_bytes() == Path("a/run.toml").read_bytes()
    assert main(["train", "--config", "a", "--seed", "6", "--out", "e"]) == 0
    assert sha256("e") != sha256("a")
    assert Configuration.from_toml("e/run.toml").training.clip == 0.5


def test_a_configuration_file_says_all(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = {"data": {"name": str(tiny), "validation": 0.5}, "engine": "steps", "training": {"epochs": 1}}
    Path("mine.toml").write_text(Configuration.from_dict(document).to_toml())
    assert main(["train", "--config", "mine.toml", "--epochs", "2"]) == 0
    out = capsys.readouterr().out
    assert "(20 of them to validate)" in out
    assert "epoch 2/2" in out


def test_a_configuration_file_with_an_unknown_key_is_refused(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.toml").write_text("[training]\nepoch = 3\n")
    expected = "mine.toml: unknown key training.epoch; did you mean training.epochs?"
    assert main(["train", "--config", "mine.toml"]) == 1
    assert capsys.readouterr() == ("", f"error: {expected}\n")
    Path("mine.toml").write_text("[training\n")
    assert main(["train", "--config", "mine.toml"]) == 1
    assert capsys.readouterr().err.startswith("error: mine.toml is no TOML: ")


# --- going on ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def killed(tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The data of a run in runs/tiny-1 that was killed after step 3 of 6, with a checkpoint of step 2.

    The folder `whole` has the same run, which never stopped.
    """
    options = ["--epochs", "3", "--lr", "0.1", "--engine", "steps"]
    assert main(["train", str(tiny), *options, "--out", "whole"]) == 0
    with monkeypatch.context() as patch:
        stop_after(patch, 3, kill)
        assert main(["train", str(tiny), *options, "--checkpoint-every", "1"]) == 1
    assert "unexpected Killed" in capsys.readouterr().err
    assert names("runs/tiny-1") == GOING_ON
    return tiny


def stop_after(patch: pytest.MonkeyPatch, step: int, action: Any) -> None:
    """The next training ends in this way."""
    fit = train.fit

    def stopped(*arguments: Any, callbacks: list[Any], **more: Any) -> Any:
        return fit(*arguments, callbacks=[*callbacks, At(step, action)], **more)

    patch.setattr(train, "fit", stopped)


@pytest.mark.parametrize("how", [[], ["--out", "runs/tiny-1"], ["--lr", "0.1"], ["--config", "whole"]])
def test_resume_goes_on_to_the_bytes_of_a_run_that_never_stopped(
    killed: Path, capsys: pytest.CaptureFixture[str], how: list[str]
) -> None:
    assert main(["train", str(killed), "--resume", *how]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].endswith(f"results go to {Path('runs/tiny-1')}")
    assert lines[3] == "going on after step 2 of epoch 1 of 3"  # all of its steps, but not its validation
    assert [line[:9] for line in lines[4:7]] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert re.fullmatch(LAST_LINE, lines[-1])
    assert sha256("runs/tiny-1") == sha256("whole")
    assert names("runs/tiny-1") == MODEL_FILES
    assert names("runs") == ["tiny-1"]


def test_a_finished_run_is_left_as_it_is(killed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in Path("whole").iterdir()}
    assert main(["train", str(killed), "--resume", "--out", "whole"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("the run in whole has come to its end before; nothing is left to do\n", "")
    assert {path.name: path.read_bytes() for path in Path("whole").iterdir()} == before


def test_with_nothing_to_go_on_from_it_begins_and_says_so(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, arguments in (("runs/tiny-1", []), ("mine", ["--out", "mine"])):
        assert main(["train", str(tiny), *QUICK, "--resume", *arguments]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert f"there is no checkpoint in {Path(place)}: starting from the beginning" in lines
        assert names(place) == MODEL_FILES


@pytest.mark.parametrize("place", ["half", "replace"])
def test_killed_before_the_first_checkpoint_the_same_run_begins_anew(
    tiny: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    options = ["--epochs", "3", "--lr", "0.3", "--engine", "steps", "--checkpoint-every", "2"]
    assert main(["train", str(tiny), *options, "--out", "whole"]) == 0
    first = "model.safetensors" if place == "half" else "history.jsonl"
    kill_within(first, place, "train", str(tiny), *options, "--out", "mine")
    left = names("mine")
    assert {".lock", "run.toml"} < set(left)
    assert any(name.startswith(f".{Path(first).stem}-") for name in left)
    capsys.readouterr()
    assert main(["train", "--resume", "--out", "mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == "there is no checkpoint in mine: starting from the beginning"
    assert lines[4].startswith("epoch 1/3")
    assert sha256("mine") == sha256("whole")
    assert names("mine") == MODEL_FILES


def test_a_run_that_was_killed_before_it_saved_anything_gives_way_to_a_new_one(tiny: Path) -> None:
    kill_within("history.jsonl", "replace", "train", str(tiny), *QUICK, "--seed", "3", "--out", "mine")
    assert main(["train", str(tiny), *QUICK, "--seed", "4", "--out", "mine"]) == 0
    assert names("mine") == MODEL_FILES
    assert Configuration.from_toml("mine/run.toml").seed == 4


def test_killed_within_the_first_file_of_all_the_folder_is_as_an_empty_one(tiny: Path) -> None:
    kill_within("run.toml", "replace", "train", str(tiny), *QUICK, "--out", "mine")
    assert [name[:5] for name in names("mine")] == [".lock", ".run-"]
    assert main(["train", str(tiny), *QUICK, "--resume", "--out", "mine"]) == 0
    assert names("mine") == MODEL_FILES


def kill_within(name: str, place: str, *arguments: str) -> None:
    """Runs the command in a process that is killed while it writes a file for the first time."""
    code = (
        "import sys; from tests.support.kills import kill_within; from fullstride.cli import main\n"
        f"kill_within({name!r}, 1, {place!r})\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL


def test_an_error_before_the_first_epoch_leaves_no_folder_behind(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(monkeypatch, 1, kill)
    assert main(["train", str(tiny), *QUICK, "--out", "mine"]) == 1
    assert "unexpected Killed" in capsys.readouterr().err
    assert names(".") == []


def test_the_data_may_be_named_otherwise_or_have_moved(
    killed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for other in (f"{killed}/", os.path.relpath(killed)):
        shutil.copytree("runs/tiny-1", "copy")
        assert main(["train", other, "--resume", "--out", "copy"]) == 0
        assert "going on after step 2 of epoch 1 of 3" in capsys.readouterr().out
        shutil.rmtree("copy")
    moved = killed.rename(killed.with_name("moved"))
    assert main(["train", str(moved), "--resume", "--out", "runs/tiny-1"]) == 0
    assert "going on after step 2 of epoch 1 of 3" in capsys.readouterr().out
    assert Configuration.from_toml("runs/tiny-1/run.toml").data.name == str(moved)


@pytest.mark.parametrize(
    ("arguments", "difference"),
    [
        (["--lr", "0.05"], "training.lr: 0.1 there, 0.05 here"),
        (["--exact"], "network.exact: false there, true here"),
        (["--seed", "3", "--flip"], "seed: 0 there, 3 here; augmentation.flip: false there, true here"),
    ],
)
def test_resume_refuses_another_configuration(
    killed: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], difference: str
) -> None:
    before = {path.name: path.read_bytes() for path in Path("runs/tiny-1").iterdir()}
    assert main(["train", str(killed), "--resume", *arguments]) == 1
    out, err = capsys.readouterr()
    place = Path("runs/tiny-1")
    assert out == ""
    assert (
        err
        == f"error: the folder {place} holds another run, which this one cannot go on with: {difference}\n"
    )
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


def test_resume_refuses_other_pixels(killed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = killed / "train-images-idx3-ubyte"
    X = read_idx(images)
    X[7, 1, 1] ^= 1
    write_idx(images, X)
    assert main(["train", str(killed), "--resume"]) == 1
    assert capsys.readouterr().err == (
        f"error: the folder {Path('runs/tiny-1')} holds another run, which this one cannot go on with: "
        f"the images or labels of {killed} are others than they were\n"
    )


def test_resume_refuses_a_damaged_checkpoint_and_says_what_to_do(
    killed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = Path("runs/tiny-1/checkpoint.safetensors")
    checkpoint.write_bytes(checkpoint.read_bytes()[:-5])
    assert main(["train", str(killed), "--resume"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        rf"error: {checkpoint} is no model file, or is cut off or damaged: .*; "
        r"without this file --resume starts the run from its beginning\n",
        err,
    )
    checkpoint.unlink()
    assert main(["train", str(killed), "--resume"]) == 0
    assert sha256("runs/tiny-1") == sha256("whole")


def test_resume_refuses_a_folder_that_holds_no_run(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work")
    assert main(["train", str(tiny), *QUICK, "--resume", "--out", "mine"]) == 1
    assert capsys.readouterr().err.startswith(
        "error: the folder mine holds no run that could go on, but thesis.txt"
    )


def test_ctrl_c_and_resume_come_to_the_same_bytes(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["train", str(tiny), "--epochs", "3", "--flip", "--out", "whole"]) == 0
    with monkeypatch.context() as patch:
        stop_after(patch, 3, press)
        assert main(["train", str(tiny), "--epochs", "3", "--flip"]) == 130
    assert capsys.readouterr().err == (
        "training was interrupted after step 1 of 2 of epoch 2 of 3; the parameters are those of step 1 of epoch 2; "
        f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl, run.toml; --resume goes on with it\n"
    )
    assert main(["train", str(tiny), "--resume"]) == 0
    assert "going on after step 1 of epoch 2 of 3" in capsys.readouterr().out
    assert sha256("runs/tiny-1") == sha256("whole")


def test_a_copied_run_goes_on_elsewhere(killed: Path) -> None:
    shutil.copytree("runs/tiny-1", "moved")
    assert main(["train", "--resume", "--out", "moved"]) == 0  # the run knows its data
    assert sha256("moved") == sha256("whole")
