"""How `fullstride train` ends before its time, by Ctrl-C, signals, a full disk, nobody who reads; what is kept."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import fullstride
from fullstride.cli import main, train
from fullstride.errors import OutputError
from fullstride.training import History
from tests.support.commands import FILES, GOING_ON, LAST_LINE, MODEL_FILES, QUICK, Start, names, read_until


def default_signals() -> None:
    """In a started process, whatever the tests themselves were started with (nohup, say)."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def test_a_full_disk_costs_the_pictures_but_not_the_accuracy(start: Start, tiny: Path) -> None:
    # A limit on the size of files stands for the full disk: writing fails half-way in the same manner.
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

    process = start("train", tiny, *QUICK, preexec_fn=limit)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0
    first, second = err.splitlines()
    assert re.fullmatch(
        r"warning: no learning_curve\.png: cannot write .*learning_curve\.png: file too large", first
    )
    assert re.fullmatch(r"warning: no mistakes\.png: cannot write .*mistakes\.png: file too large", second)
    assert names(Path("runs/tiny-1")) == MODEL_FILES  # they fit into the limit
    assert fullstride.load("runs/tiny-1")
    *_, saved, last = out.splitlines()
    assert saved == f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl, run.toml"
    assert re.fullmatch(LAST_LINE, last)


@pytest.mark.parametrize("engine", ["native", "steps"])
@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_saves_the_model_so_far(start: Start, tiny: Path, presses: int, engine: str) -> None:
    process = start("train", tiny, "--engine", engine, "--epochs", "1000000")
    read_until(process, "epoch", 2)
    for _ in range(presses):
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert re.fullmatch(
        r"training was interrupted after step .* of epoch \d+ of 1000000; the parameters are those .*; "
        rf"saved in {re.escape(str(Path('runs/tiny-1')))}: model\.safetensors, history\.jsonl, run\.toml"
        r"(; --resume goes on with it)?\n",  # not where a second press gave up the step that was under way
        err,
    )
    assert "test accuracy" not in out
    found = names("runs/tiny-1")
    assert found == (GOING_ON if "--resume" in err else MODEL_FILES)
    assert presses == 3 or "--resume" in err
    assert fullstride.load("runs/tiny-1").n_classes == 2
    *epochs, last = Path("runs/tiny-1/history.jsonl").read_text().splitlines()
    assert len(epochs) >= 2
    assert json.loads(last) == {"interrupted": True}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_is_as_ctrl_c(start: Start, tiny: Path, number: signal.Signals) -> None:
    process = start("train", tiny, "--epochs", "1000000", "--out", "mine", preexec_fn=default_signals)
    read_until(process, "epoch")
    process.send_signal(number)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert re.fullmatch(
        r"training was interrupted after step .*; saved in mine: model\.safetensors, history\.jsonl, run\.toml; "
        r"--resume goes on with it\n",
        err,
    )
    assert names("mine") == GOING_ON
    assert fullstride.load("mine").n_classes == 2


def test_with_nohup_a_hang_up_does_not_end_it(start: Start, tiny: Path) -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    process = start("train", tiny, "--epochs", "1000000", preexec_fn=ignore)
    read_until(process, "epoch")
    process.send_signal(signal.SIGHUP)
    read_until(process, "epoch", 100)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130


def test_a_killed_run_leaves_the_network_of_an_epoch_before(start: Start, tiny: Path) -> None:
    process = start("train", tiny, "--epochs", "1000000", stdout=subprocess.DEVNULL)
    history, checkpoint = Path("runs/tiny-1/history.jsonl"), Path("runs/tiny-1/checkpoint.safetensors")
    until = time.monotonic() + 60
    while not checkpoint.exists() and time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    network = fullstride.load("runs/tiny-1")
    epochs = len(history.read_text().splitlines())
    assert 0 < epochs <= network.configuration["completed_epochs"] < 1000000


def test_a_checkpoint_that_cannot_be_written_is_a_warning(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save = fullstride.Network.save

    def full(network: fullstride.Network, path: Path) -> None:
        if "completed_epochs" in network.configuration:
            raise OutputError("cannot write x: no space left on device")
        save(network, path)

    monkeypatch.setattr(fullstride.Network, "save", full)
    assert main(["train", str(tiny), *QUICK, "--checkpoint-every", "1"]) == 0
    assert capsys.readouterr().err == (
        "warning: cannot write x: no space left on device; the training goes on\n"
    )
    assert names(Path("runs/tiny-1")) == FILES


@pytest.mark.parametrize("place", ["close", "save", "line"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_after_the_last_epoch_keeps_the_network(
    tiny: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    own_signals: None,
    place: str,
    number: signal.Signals,
) -> None:
    def press(*arguments: object, **more: object) -> str:
        os.kill(os.getpid(), number)
        return ""

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if place == "close":  # between the training and the saving
        monkeypatch.setattr("fullstride.training.progress.PlainDisplay.close", press)
    elif place == "save":  # before the first byte
        monkeypatch.setattr(History, "to_jsonl", press_once(press, History.to_jsonl))
    else:
        monkeypatch.setattr(train, "last_line", press)
    assert main(["train", str(tiny), *QUICK]) == 128 + number
    out, err = capsys.readouterr()
    assert err == f"interrupted; the trained network is saved in {Path('runs/tiny-1')}\n"
    assert "test accuracy" not in out
    found = names(Path("runs/tiny-1"))
    assert found == (FILES if place == "line" else MODEL_FILES)
    assert len(Path("runs/tiny-1/history.jsonl").read_text().splitlines()) == 3
    assert "completed_epochs" not in fullstride.load("runs/tiny-1").configuration


def press_once(press: Callable[..., object], then: Callable[..., str]) -> Callable[..., str]:
    """`then`, at its first call after a `press`."""
    calls: list[int] = []

    def pressed(*arguments: object) -> str:
        calls.append(1)
        if len(calls) == 1:
            press()
        return then(*arguments)

    return pressed


def test_two_trainings_do_not_share_a_folder(
    start: Start, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = start("train", tiny, "--epochs", "1000000", "--out", "mine")
    read_until(first, "training on tiny")
    for resume in ([], ["--resume"]):
        assert main(["train", str(tiny), *QUICK, "--out", "mine", *resume]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err == (
            "error: another training writes into the folder mine: wait until it has ended, or choose another --out\n"
        )
    read_until(first, "epoch")
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=120)
    assert first.returncode == 130
    assert names(Path("mine")) == GOING_ON


def test_without_a_stdout_it_runs_quietly(start: Start, tiny: Path) -> None:
    def close() -> None:
        os.close(1)

    for arguments in (["info"], ["--help"], ["train", str(tiny), *QUICK]):
        process = start(*arguments, stdout=None, preexec_fn=close)
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
    assert names(Path("runs/tiny-1")) == FILES


def test_ctrl_c_before_training_leaves_nothing(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own_signals: None
) -> None:
    def press(*arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(train, "prepare", press)
    assert main(["train", str(tiny), *QUICK]) == 130
    os.kill(os.getpid(), signal.SIGINT)  # an impatient second press, while the process ends, does nothing
    assert capsys.readouterr().err == "interrupted\n"
    assert not Path("runs").exists()


def test_ctrl_c_while_drawing_says_that_the_network_is_saved(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "_draw", press)
    assert main(["train", str(tiny), *QUICK]) == 130
    assert capsys.readouterr().err == f"interrupted; the trained network is saved in {Path('runs/tiny-1')}\n"
    assert names(Path("runs/tiny-1")) == MODEL_FILES


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_stdout_is_found_before_training(start: Start, tiny: Path) -> None:
    with open("/dev/full", "w") as full:
        process = start("train", tiny, *QUICK, stdout=full)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert err == "error: cannot write the output: no space left on device\n"
    assert not Path("runs").exists()


def test_a_closed_pipe_is_no_reason_to_lose_the_model(start: Start, tiny: Path) -> None:
    with start("train", tiny, "--engine", "steps", "--epochs", "30") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        read_until(process, "training on tiny")
        process.stdout.close()  # as `| head -1` does
        assert process.stderr.read() == ""
    assert process.returncode == 1
    assert names(Path("runs/tiny-1")) == FILES
