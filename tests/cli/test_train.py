"""`fullstride train`: what it prints, what it leaves on the disk, and how it ends."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fullstride
from fullstride.cli import console, main, train
from fullstride.errors import OutputError, TrainingError
from fullstride.runs import Configuration, checkpoint
from fullstride.training import History

Start = Callable[..., "subprocess.Popen[str]"]
LAST_LINE = r"test accuracy (\d+\.\d\d) % \((\d+)/(\d+)\) in \d+\.\d s"
FILES = ["history.jsonl", "learning_curve.png", "mistakes.png", "model.safetensors", "run.toml"]
KEPT = ["history.jsonl", "model.safetensors", "run.toml"]
STOPPED = ["checkpoint.safetensors", *KEPT]
QUICK = ("--engine", "steps", "--epochs", "3")


@pytest.fixture
def own_signals() -> Iterator[None]:
    """A command that a signal ended ignores further ones; here the process goes on."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def default_signals() -> None:
    """In a started process, whatever the tests themselves were started with (nohup, say)."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_prints_its_progress_and_leaves_its_files(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tiny), *QUICK]) == 0
    out, err = capsys.readouterr()
    *report, lines = out.splitlines()[:2], out.splitlines()[2:]
    assert err == ""
    assert report == [
        ["tiny: images of 3x3x1: 40 to train, 20 to test", "2 classes: 20 training images each"]
    ]
    assert lines[0] == (
        "training on tiny: 40 images of 3x3x1 (4 of them to validate), 20 to test; 20 parameters; "
        f"results go to {Path('runs/tiny-1')}"
    )
    epoch = r"epoch {}/3  loss \d\.\d{{4}}  validation accuracy \d+\.\d\d %  [\d.,]+ images/s"
    for number in (1, 2, 3):
        assert re.fullmatch(epoch.format(number), lines[number])
    assert lines[4] == (
        f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl, learning_curve.png, mistakes.png"
    )
    last = re.fullmatch(LAST_LINE, lines[5])
    assert last is not None
    assert len(lines) == 6
    correct, count = int(last[2]), int(last[3])
    assert count == 20
    assert float(last[1]) == round(100 * correct / count, 2)
    assert correct >= 15  # dark from light is easy

    run = Path("runs/tiny-1")
    assert names(run) == FILES
    network = fullstride.load(run)
    assert network.class_names == ("0", "1")
    assert network.configuration.keys() == {"run", "digest"}
    stored = Configuration.from_model(network.configuration)
    assert stored == Configuration.from_toml(run / "run.toml")
    assert (stored.data.name, stored.seed, stored.engine) == (str(tiny), 0, "steps")
    assert (stored.training.epochs, stored.training.lr, stored.data.validation) == (3, 0.05, 0.1)
    history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert [record["epoch"] for record in history] == [1, 2, 3]
    for picture in ("learning_curve.png", "mistakes.png"):
        with Image.open(run / picture) as image:
            assert len(np.unique(np.asarray(image.convert("L")))) > 20


def test_the_embedded_digits_are_learned(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    found = re.fullmatch(LAST_LINE, last)
    assert found is not None
    assert int(found[3]) == 360
    assert int(found[2]) / 360 >= 0.97
    network = fullstride.load("runs/digits-1")
    assert network.configuration["run"]["engine"] == "native"
    assert network.preprocessing is not None
    assert network.preprocessing.maximum == 16


def test_the_number_of_threads_does_not_change_the_file(tiny: Path) -> None:
    for threads in ("1", "2"):
        assert main(["train", str(tiny), "--epochs", "2", "--threads", threads, "--out", threads]) == 0
    assert Path("1/model.safetensors").read_bytes() == Path("2/model.safetensors").read_bytes()


def test_runs_are_numbered_and_never_overwritten(tiny: Path) -> None:
    for _ in range(2):
        assert main(["train", str(tiny), *QUICK]) == 0
    assert names(Path("runs")) == ["tiny-1", "tiny-2"]
    files = [Path("runs", run, "model.safetensors").read_bytes() for run in names(Path("runs"))]
    assert files[0] == files[1]  # the same seed, the same file


def test_the_seed_changes_the_model_and_out_names_the_folder(tiny: Path) -> None:
    for seed in ("0", "1"):
        assert main(["train", str(tiny), *QUICK, "--seed", seed, "--out", f"a/b{seed}"]) == 0
    assert Path("a/b0/model.safetensors").read_bytes() != Path("a/b1/model.safetensors").read_bytes()
    assert not Path("runs").exists()


@pytest.mark.parametrize("validation", ["0", "0.5"])
def test_the_validation_part_can_be_chosen(
    tiny: Path, capsys: pytest.CaptureFixture[str], validation: str
) -> None:
    assert main(["train", str(tiny), *QUICK, "--validation", validation]) == 0
    out = capsys.readouterr().out
    assert ("validation accuracy" in out) == (validation != "0")
    assert ("(20 of them to validate)" in out) == (validation != "0")


def test_an_out_folder_that_is_not_empty_is_refused_before_training(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work")
    assert main(["train", str(tiny), *QUICK, "--out", "mine"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: the folder mine is not empty; nothing is overwritten: choose another --out\n"
    assert names(Path("mine")) == ["thesis.txt"]


def test_an_out_folder_that_is_a_file_is_refused_before_training(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").write_text("")
    for out in ("file", "file/below"):
        assert main(["train", str(tiny), *QUICK, "--out", out]) == 1
        printed, err = capsys.readouterr()
        assert printed == ""
        assert re.fullmatch(rf"error: cannot (write into|create the folder) {out}: .*\n", err)
    Path("runs").write_text("")
    assert main(["train", str(tiny), *QUICK]) == 1
    assert capsys.readouterr().err == "error: cannot write into runs: it is a file, not a folder\n"


def test_bad_data_is_one_line_and_no_folder(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tiny / "train-images-idx3-ubyte").write_bytes(b"")
    assert main(["train", str(tiny)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "train-images-idx3-ubyte: the file is empty" in err
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("variable", "value"), [("FULLSTRIDE_TARGET", "abacus"), ("FULLSTRIDE_NUM_THREADS", "many")]
)
def test_an_engine_that_cannot_run_is_refused_before_the_first_line(
    tiny: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
) -> None:
    def too_early(*arguments: object) -> None:
        raise AssertionError("a folder for a run that cannot be")

    monkeypatch.setenv(variable, value)
    with monkeypatch.context() as patch:
        patch.setattr(train, "run_folder", too_early)
        assert main(["train", str(tiny)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {variable}: must be ")
    assert err.endswith(f"got {value!r}\n")
    assert not Path("runs").exists()
    assert main(["train", str(tiny), *QUICK]) == 0  # the steps need neither


def test_a_diverging_run_keeps_the_last_good_epoch(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fullstride.program import Interpreter

    step = Interpreter.train_step
    calls: list[int] = []

    def diverge(self: Interpreter, *arguments: object) -> float:
        calls.append(1)
        return step(self, *arguments) if len(calls) <= 3 else float("nan")  # type: ignore[arg-type]

    monkeypatch.setattr(Interpreter, "train_step", diverge)
    assert main(["train", str(tiny), *QUICK]) == 1
    err = capsys.readouterr().err
    assert "the loss is nan at step 2 of 2 of epoch 2" in err
    assert err.endswith(f"They are saved in {Path('runs/tiny-1')}\n")
    assert names(Path("runs/tiny-1")) == KEPT
    assert len(Path("runs/tiny-1/history.jsonl").read_text().splitlines()) == 1
    configuration = fullstride.load("runs/tiny-1").configuration
    assert (configuration["run"]["training"]["epochs"], configuration["completed_epochs"]) == (3, 1)

    calls[:] = [1, 1, 1]  # not one good epoch: nothing is kept
    assert main(["train", str(tiny), *QUICK]) == 1
    assert names(Path("runs")) == ["tiny-1"]


def test_without_matplotlib_one_line_says_how_to_install_it(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["train", str(tiny), *QUICK]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3] == (
        "no learning_curve.png, no mistakes.png: they need matplotlib (pip install 'fullstride[plots]')"
    )
    assert lines[-2] == f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl"
    assert re.fullmatch(LAST_LINE, lines[-1])
    assert names(Path("runs/tiny-1")) == KEPT


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--epochs", "0"], "--epochs': '0' is no whole number >= 1 ("),
        (["--epochs", "foo"], "error: Invalid value for '--epochs': 'foo' is no whole number >= 1 ("),
        (["--batch-size", "-1"], "--batch-size': '-1' is no whole number >= 1 ("),
        (["--batch-size", "many"], "--batch-size': 'many' is no whole number >= 1 ("),
        (["--lr", "fast"], "--lr': 'fast' is no number ("),
        (["--seed", "1.5"], "--seed': '1.5' is no whole number ("),
        (["--lr", "0"], "--lr': 0.0 is not a finite number > 0"),
        (["--lr", "nan"], "--lr': nan is not a finite number > 0"),
        (["--momentum", "1"], "--momentum': 1.0 is not in the range 0<=x<1"),
        (["--validation", "1"], "--validation': 1.0 is not in the range 0<=x<1"),
        (["--seed", "-1"], "--seed': -1 is not in the range 0<=x<2**64"),
        (["--threads", "0"], "--threads': '0' is no whole number from 1 to 256 ("),
        (["--engine", "steam"], "error: Invalid value for '--engine': 'steam' is neither native nor steps ("),
        (["digits", "mnist"], "unexpected extra argument"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.endswith(" (fullstride train --help explains)\n")
    assert err.count("\n") == 1
    assert sentence in err


def test_the_traceback_comes_with_debug_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "no-such-set"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: unknown data set 'no-such-set'")
    assert err.count("\n") == 1
    for arguments in (["--debug", "train", "no-such-set"], ["train", "no-such-set", "--debug"]):
        assert main(arguments) == 1
        assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_unexpected_error_is_one_line_too(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a\nsurprise")

    monkeypatch.setattr(train, "load_visibly", broken)
    assert main(["train"]) == 1
    assert capsys.readouterr().err == (
        "error: unexpected ZeroDivisionError: a surprise (run again with --debug for the traceback)\n"
    )


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TrainingError("one\ntwo \x1b[31m"), r"error: one two \x1b[31m"),
        (PermissionError(13, "Permission denied", "secret"), "error: secret: permission denied"),
        (OSError(28, "No space left on device"), "error: cannot write the output: no space left on device"),
        (MemoryError(), "error: not enough memory"),
        (MemoryError("Unable to allocate 9 GiB"), "error: not enough memory: Unable to allocate 9 GiB"),
        (BrokenPipeError(32, "Broken pipe"), ""),
        (OutputError("cannot write x: no space"), "error: cannot write x: no space"),
    ],
)
def test_error_lines(error: Exception, line: str) -> None:
    assert console.error_line(error) == line


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
    assert names(Path("runs/tiny-1")) == KEPT  # both fit into the limit
    assert fullstride.load("runs/tiny-1")
    *_, saved, last = out.splitlines()
    assert saved == f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl"
    assert re.fullmatch(LAST_LINE, last)


@pytest.mark.parametrize("engine", ["native", "steps"])
@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_saves_the_model_so_far(start: Start, tiny: Path, presses: int, engine: str) -> None:
    process = start("train", tiny, "--engine", engine, "--epochs", "1000000")
    assert process.stdout is not None
    seen = [process.stdout.readline() for _ in range(5)]
    assert seen[4].startswith("epoch")
    for _ in range(presses):
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert re.fullmatch(
        r"training was interrupted after step .* of epoch \d+ of 1000000; the parameters are those .*; "
        rf"saved in {re.escape(str(Path('runs/tiny-1')))}: model\.safetensors, history\.jsonl"
        r"(; --resume goes on from there)?\n",
        err,
    )
    assert "test accuracy" not in out
    torn = presses > 1  # a second press may tear a step, which nobody can go on from
    assert names(Path("runs/tiny-1")) in ([STOPPED, KEPT] if torn else [STOPPED])
    assert fullstride.load("runs/tiny-1").n_classes == 2
    *epochs, last = Path("runs/tiny-1/history.jsonl").read_text().splitlines()
    assert len(epochs) >= 2
    assert json.loads(last) == {"interrupted": True}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_is_as_ctrl_c(start: Start, tiny: Path, number: signal.Signals) -> None:
    process = start("train", tiny, "--epochs", "1000000", "--out", "mine", preexec_fn=default_signals)
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(5)][4].startswith("epoch")
    process.send_signal(number)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert re.fullmatch(
        r"training was interrupted after step .*; saved in mine: model\.safetensors, history\.jsonl"
        r"; --resume goes on from there\n",
        err,
    )
    assert names(Path("mine")) == STOPPED
    assert fullstride.load("mine").n_classes == 2


def test_with_nohup_a_hang_up_does_not_end_it(start: Start, tiny: Path) -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    process = start("train", tiny, "--epochs", "1000000", preexec_fn=ignore)
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(5)][4].startswith("epoch")
    process.send_signal(signal.SIGHUP)
    for _ in range(100):
        assert process.stdout.readline().startswith("epoch")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130


def test_a_killed_run_leaves_the_network_of_an_epoch_before(start: Start, tiny: Path) -> None:
    process = start("train", tiny, "--epochs", "1000000", stdout=subprocess.DEVNULL)
    history = Path("runs/tiny-1/history.jsonl")
    until = time.monotonic() + 60
    while not history.exists() and time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    network = fullstride.load("runs/tiny-1")
    epochs = len(history.read_text().splitlines())
    assert 0 < epochs <= network.configuration["completed_epochs"] < 1000000


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_checkpoints_do_not_change_the_result(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    saved: list[int | None] = []
    save = fullstride.Network.save

    def note(network: fullstride.Network, path: Path) -> None:
        saved.append(network.configuration.get("completed_epochs"))
        save(network, path)

    monkeypatch.setattr(fullstride.Network, "save", note)
    monkeypatch.setattr(checkpoint, "_SECONDS", seconds)
    monkeypatch.setattr(checkpoint.time, "monotonic", iter(range(0, 10**9, 10**6)).__next__)
    assert main(["train", str(tiny), *QUICK]) == 0
    assert saved == ([1, None] if seconds == 0 else [None])  # writing took "a million seconds": no second one
    assert "completed_epochs" not in fullstride.load("runs/tiny-1").configuration


def test_a_checkpoint_that_cannot_be_written_is_a_warning(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save = fullstride.Network.save

    def full(network: fullstride.Network, path: Path) -> None:
        if "completed_epochs" in network.configuration:
            raise OutputError("cannot write x: no space left on device")
        save(network, path)

    monkeypatch.setattr(fullstride.Network, "save", full)
    monkeypatch.setattr(checkpoint, "_SECONDS", -1e9)
    assert main(["train", str(tiny), *QUICK]) == 0
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
        monkeypatch.setattr("fullstride.cli.progress.PlainDisplay.close", press)
    elif place == "save":  # before the first byte
        monkeypatch.setattr(History, "to_jsonl", press_once(press, History.to_jsonl))
    else:
        monkeypatch.setattr(train, "last_line", press)
    assert main(["train", str(tiny), *QUICK]) == 128 + number
    out, err = capsys.readouterr()
    assert err == f"interrupted; the trained network is saved in {Path('runs/tiny-1')}\n"
    assert "test accuracy" not in out
    found = names(Path("runs/tiny-1"))
    assert found == (FILES if place == "line" else KEPT)
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
    assert first.stdout is not None
    assert [first.stdout.readline() for _ in range(3)][2].startswith("training on tiny")
    assert main(["train", str(tiny), *QUICK, "--out", "mine"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "error: another training writes into the folder mine: wait until it has ended, or choose another --out\n"
    )
    assert first.stdout.readline().startswith("epoch")
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=120)
    assert first.returncode == 130
    assert names(Path("mine")) == STOPPED


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

    monkeypatch.setattr(train, "default_network", press)
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
    assert names(Path("runs/tiny-1")) == KEPT


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
        assert process.stdout.readline().startswith("tiny: images of 3x3x1")
        process.stdout.close()  # as `| head -1` does
        assert process.stderr.read() == ""
    assert process.returncode == 1
    assert names(Path("runs/tiny-1")) == FILES


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    expected = {
        (): ["fullstride train", "predict", "summary", "info", "cache", "--version", "--debug"],
        ("train",): [
            "Examples:",
            "--data-dir",
            "--out",
            "history.jsonl",
            "mistakes.png",
            "fullstride[plots]",
        ],
        ("predict",): ["Examples:", "--top", "default: 3"],
        ("summary",): ["Example:"],
        ("info",): ["Example:"],
        ("cache", "clear"): ["Example:"],
    }
    for command, words in expected.items():
        assert main([*command, "--help"]) == 0
        out = capsys.readouterr().out
        assert [word for word in words if word not in out] == []
    assert main([]) == 2
    assert "A first tour" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fullstride {fullstride.__version__}\n"


def test_the_start_is_light() -> None:
    """The help must not wait for libraries that only the commands need."""
    code = "import sys, fullstride.cli.app; print({'llvmlite', 'matplotlib', 'PIL'} & {*sys.modules})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
