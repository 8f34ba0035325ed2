"""`fullstride predict` and `fullstride summary`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import fullstride
from fullstride import Dense, Flatten, Network
from fullstride.cli import main
from fullstride.cli.predict import classes_line
from fullstride.cli.summary import configuration_line, data_line
from fullstride.data import Preprocessing

STEPS = ("--engine", "steps")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run with a model that tells dark, grey and light images apart, in the working directory."""
    monkeypatch.chdir(tmp_path)
    network = Network(Flatten(), Dense(3), input_shape=(2, 2, 1))
    network.preprocessing = Preprocessing((2, 2, 1), 1 / 255)
    network.class_names = ("dark", "grey", "light")
    # Of mean brightness t in 0..1: logits 0, 8 t - 2, 12 t - 6.
    network.parameters["dense1.W"][...] = [[0, 2, 3]] * 4
    network.parameters["dense1.b"][...] = np.reshape([0, -2, -6], network.parameters["dense1.b"].shape)
    folder = tmp_path / "run"
    folder.mkdir()
    network.save(folder / "model.safetensors")
    for name, value in (("black.png", 0), ("white.jpg", 255), ("middle.gif", 128)):
        Image.new("L", (20, 10), value).save(name)
    return folder


def test_the_classes_are_printed_the_most_probable_first(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "run", "black.png", "middle.gif", "white.jpg", *STEPS]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    # By hand: t = 0 gives logits 0, -2, -6: exp(0) / (exp(0) + exp(-2) + exp(-6)) = 1 / 1.1378 = 87.9 %.
    # t = 128/255 gives 0, 2.0157, 0.0235; t = 1 gives 0, 6, 6: two equals, the first of them first.
    assert out.splitlines() == [
        "black.png   dark 87.9 %  grey 11.9 %  light 0.2 %",
        "middle.gif  grey 78.8 %  light 10.7 %  dark 10.5 %",
        "white.jpg   grey 49.9 %  light 49.9 %  dark 0.1 %",
    ]


def test_the_file_serves_as_the_folder_does_and_top_limits(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "run/model.safetensors", "black.png", "--top", "1", *STEPS]) == 0
    assert capsys.readouterr().out == "black.png  dark 87.9 %\n"
    assert main(["predict", "run", "black.png", "--top", "99", *STEPS]) == 0
    assert capsys.readouterr().out.count("%") == 3


def test_a_bad_image_costs_one_line_and_the_others_are_predicted(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("text.png").write_text("I am no image")
    assert main(["predict", "run", "text.png", "black.png", "missing.png", "run", *STEPS]) == 1
    out, err = capsys.readouterr()
    assert out == "black.png    dark 87.9 %  grey 11.9 %  light 0.2 %\n"
    lines = err.splitlines()
    assert lines[0] == "error: cannot read the image text.png: it is no image in a format that Pillow knows"
    assert lines[1] == "error: cannot read the image missing.png: no such file or directory"
    assert lines[2] == "error: cannot read the image run: it is a folder"
    assert len(lines) == 3


@pytest.mark.parametrize("command", ["predict", "summary"])
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing", None, "there is no model file missing"),
        ("empty", b"", "the model file empty is empty"),
        ("foreign", b"GIF89a and so on and on", "foreign is no model file"),
    ],
)
def test_a_bad_model_is_one_line(
    model: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
    content: bytes | None,
    sentence: str,
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    assert main([command, name, *(["black.png"] if command == "predict" else [])]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {sentence}")
    assert err.count("\n") == 1


def test_a_model_without_preprocessing_cannot_read_images(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Network(Flatten(), Dense(3), input_shape=(2, 2, 1)).save("bare.safetensors")
    assert main(["predict", "bare.safetensors", "black.png"]) == 1
    assert capsys.readouterr().err == (
        "error: bare.safetensors does not say how an image file becomes an input: it was saved without "
        "preprocessing\n"
    )


def test_a_name_with_control_characters_stays_on_its_line(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (2, 2)).save("new\nline.png")
    assert main(["predict", "run", "new\nline.png", *STEPS]) == 0
    assert capsys.readouterr().out.startswith(r"new\nline.png  dark")


def test_classes_without_names_have_numbers() -> None:
    assert classes_line(np.array([0.25, 0.75]), None, 2) == "class 1 75.0 %  class 0 25.0 %"


def test_the_summary_shows_the_layers_and_the_classes(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", "run"]) == 0
    *table, last = capsys.readouterr().out.splitlines()
    assert re.search(r"^dense1 +\(3,\) +15 +12", "\n".join(table), re.MULTILINE)
    assert table[-1].startswith("total ")
    assert last == "images of 2x2x1; 3 classes: dark, grey, light"


def test_the_summary_says_what_the_model_was_trained_on(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tiny), *STEPS, "--epochs", "3", "--lr", "0.02", "--seed", "7"]) == 0
    capsys.readouterr()
    assert main(["summary", "runs/tiny-1"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "images of 3x3x1; 2 classes: 0, 1",
        f"trained on {tiny}: seed 7, 3 epochs, batch size 32, optimizer sgd, lr 0.02, momentum 0.9, validation 0.1, "
        f"engine steps; data {fullstride.load('runs/tiny-1').configuration['digest'][:12]}",
    ]


def test_a_configuration_is_one_line_whatever_it_holds(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = Network(Flatten(), Dense(3), input_shape=(2, 2, 1))
    network.configuration = {"epochs": 1, "data": {"of": ["my", None]}, "note": "two\nlines"}
    network.save("odd.safetensors")
    assert main(["summary", "odd.safetensors"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "images of 2x2x1; 3 classes without names",
        r'configuration: data {"of": ["my", null]}, epochs 1, note two\nlines',
    ]


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ({"data": {"name": "mnist"}}, "trained on mnist"),
        ({}, "trained on data without a name"),
        ({"seed": 0, "training": {"epochs": 1}}, "trained on data without a name: seed 0, 1 epoch"),
        (
            {
                "augmentation": {"crop": 1.0, "cutout": 0, "flip": True, "scale": [1.0, 1.0], "shift": 2},
                "data": {"name": "photos", "normalize": True, "size": [64, 64]},
                "network": {"layers": [{"kind": "flatten"}, {"kind": "dense", "n": 2}]},
                "training": {"lr": 0.1, "optimizer": "adamw", "class_weights": "balanced"},
            },
            "trained on photos: optimizer adamw, lr 0.1, class weights balanced, flip true, 2 layers of its own, "
            "normalize true, shift 2, size [64, 64]",
        ),
        ({"training": {"epochs": None}, "data": {"name": 3}}, "trained on 3: null epochs"),
    ],
)
def test_a_run_is_told_without_what_is_off_or_as_usual(run: dict[str, Any], line: str) -> None:
    assert configuration_line({"run": run}) == line


def test_many_classes_are_cut_short() -> None:
    assert data_line((8, 8, 1), 1, ("all",)) == "images of 8x8x1; 1 class: all"
    names = tuple(str(k) for k in range(1000))
    assert data_line((8, 8, 1), 1000, names).startswith("images of 8x8x1; 1,000 classes: 0, 1, 2, ")
    assert data_line((8, 8, 1), 1000, names).endswith(", 18, 19, ...")
    assert data_line((8, 8, 1), 20, names[:20]).endswith(", 18, 19")
