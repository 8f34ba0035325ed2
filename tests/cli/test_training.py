"""The commands around training, as they are typed: wrong usage, and what each option becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fullstride.cli import main
from fullstride.cli import train as command
from fullstride.runs import Configuration


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
        (["--checkpoint-every", "0"], "--checkpoint-every': '0' is no whole number >= 1 ("),
        (["--early-stopping", "-1"], "--early-stopping': '-1' is no whole number >= 0 ("),
        (["--set", "epochs"], "Invalid value for '--set': 'epochs' is not of the form KEY=VALUE ("),
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


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--set", "training.epoch=3"],
            "Configuration: unknown key training.epoch; did you mean training.epochs?",
        ),
        (["--set", "lr=3"], "Configuration: unknown key lr; did you mean training.lr?"),
        (
            ["--set", "training.epochs=many"],
            "Configuration: training.epochs must be a whole number >= 1 and < 2**63; got 'many' of type str",
        ),
        (
            ["--set", "augmentation.flip=1"],
            "Configuration: augmentation.flip must be true or false; got 1 of type int",
        ),
        (
            ["--optimizer", "sdg"],
            'Configuration: training.optimizer must be "sgd", "adam" or "adamw"; got \'sdg\'',
        ),
        (
            ["--optimizer", "adam", "--momentum", "0.5"],
            'Configuration: training.momentum belongs to training.optimizer "sgd"; here it is "adam"',
        ),
        (
            ["--weight-decay", "-1"],
            "Configuration: training.weight_decay must be a finite number, 0 <= weight_decay; got -1.0",
        ),
        (
            ["--size", "8"],
            "Configuration: data.size belongs to a folder of images, whose path is data.name; here it is the "
            'known set "digits", as it is not set',
        ),
        (["--config", "none.toml"], "there is no configuration file none.toml"),
    ],
)
def test_a_configuration_that_cannot_be_is_one_line_and_exit_code_1(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", *arguments]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"error: {sentence}\n")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evaluate"], "Missing argument 'MODEL' (fullstride evaluate --help explains)"),
        (
            ["evaluate", "x", "--part", "some"],
            "Invalid value for '--part': 'some' is neither test, train, validation nor all "
            "(fullstride evaluate --help explains)",
        ),
        (["data"], "Missing argument 'DATA' (fullstride data --help explains)"),
        (
            ["show-batch", "--count", "257"],
            "Invalid value for '--count': '257' is no whole number from 1 to 256 "
            "(fullstride show-batch --help explains)",
        ),
        (
            ["find-lr", "--threads", "257"],
            "Invalid value for '--threads': '257' is no whole number from 1 to 256 "
            "(fullstride find-lr --help explains)",
        ),
    ],
)
def test_wrong_usage_of_the_other_commands(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"error: {sentence}\n")


def asked(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> command.Request:
    """What `fullstride train` makes of its arguments."""
    requests: list[command.Request] = []
    monkeypatch.setattr(command, "train", requests.append)
    assert main(["train", *arguments]) == 0
    return requests[0]


def test_without_options_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch) == command.Request(None, {}, None, None, False, None)


@pytest.mark.parametrize(
    ("arguments", "key", "value"),
    [
        (["mnist"], "data.name", "mnist"),
        (["--data-dir", "files"], "data.dir", "files"),
        (["--validation", "0.25"], "data.validation", 0.25),
        (["--size", "64"], "data.size", (64, 64)),
        (["--strict"], "data.strict", True),
        (["--network", "lenet5"], "network.architecture", "lenet5"),
        (["--exact"], "network.exact", True),
        (["--epochs", "7"], "training.epochs", 7),
        (["--batch-size", "64"], "training.batch_size", 64),
        (["--lr", "0.125"], "training.lr", 0.125),
        (["--momentum", "0.5"], "training.momentum", 0.5),
        (["--optimizer", "adamw"], "training.optimizer", "adamw"),
        (["--schedule", "one-cycle"], "training.schedule", "one-cycle"),
        (["--weight-decay", "0.01"], "training.weight_decay", 0.01),
        (["--early-stopping", "5"], "training.early_stopping", 5),
        (["--shift", "2"], "augmentation.shift", 2),
        (["--flip"], "augmentation.flip", True),
        (["--no-flip"], "augmentation.flip", False),
        (["--seed", "9"], "seed", 9),
        (["--engine", "steps"], "engine", "steps"),
        (["--set", "training.label_smoothing=0.1"], "training.label_smoothing", 0.1),
        (["--epochs", "7", "--set", "training.epochs=8"], "training.epochs", 8),
        (["--set", "augmentation.scale=[0.9, 1.1]"], "augmentation.scale", (0.9, 1.1)),
    ],
)
def test_each_option_is_a_key(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], key: str, value: Any
) -> None:
    request = asked(monkeypatch, *arguments)
    assert list(request.overrides) == [key]
    beside = {"data.name": "mnist"} if key == "data.dir" else {}
    beside |= {"data.name": "photos"} if key in ("data.size", "data.strict") else {}
    found: Any = Configuration().override({**request.overrides, **beside})
    for name in key.split("."):
        found = getattr(found, name)
    assert found == value


def test_what_decides_nothing_about_the_numbers_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [
        "--threads",
        "2",
        "--out",
        "mine",
        "--resume",
        "--checkpoint-every",
        "50",
        "--config",
        "run.toml",
    ]
    expected = command.Request(Path("run.toml"), {}, Path("mine"), 2, True, 50)
    assert asked(monkeypatch, *arguments) == expected
