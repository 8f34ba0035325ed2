"""`fullstride summary` of architectures, and what it measures; of models, see `test_predict`."""

from __future__ import annotations

from pathlib import Path

import pytest

from fullstride import Dense, Flatten, Network
from fullstride.architectures import lenet5
from fullstride.cli import main


def test_an_architecture_for_images_of_a_shape(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "lenet5", "--input-shape", "28x28", "--classes", "7"]) == 0
    *table, last = capsys.readouterr().out.splitlines()
    assert table == str(lenet5((28, 28, 1), 7).summary()).splitlines()
    assert last == "images of 28x28x1; 7 classes without names"


def test_without_a_shape_small_photographs_are_meant(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "resnet20"]) == 0
    out = capsys.readouterr().out
    assert "272,474" in out
    assert "images of 32x32x3; 10 classes" in out


def test_a_model_of_that_name_comes_first(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Network(Flatten(), Dense(3), input_shape=(2, 2, 1)).save("vgg")
    assert main(["summary", "vgg"]) == 0
    assert "images of 2x2x1; 3 classes" in capsys.readouterr().out
    for option in (["--input-shape", "28x28x1"], ["--classes", "3"]):
        assert main(["summary", "vgg", *option]) == 1
        assert capsys.readouterr().err == f"error: {option[0]} is for an architecture; vgg has its own\n"


def test_what_is_for_measuring_needs_it(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("--batch", "--threads"):
        assert main(["summary", "lenet5", name, "2"]) == 1
        assert (
            capsys.readouterr().err == f"error: {name} is for what --time measures; got it without --time\n"
        )


@pytest.mark.parametrize("shape", ["28", "28x28x1x1", "28x0x1", "-28x28", "axb", "28x28x"])
def test_a_shape_that_is_none(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "lenet5", f"--input-shape={shape}"]) == 2
    assert f"'{shape}' is no shape like 28x28x1: height, width and channels" in capsys.readouterr().err


def test_images_that_are_too_small_name_the_key(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "lenet5", "--input-shape", "4x4"]) == 1
    assert 'network.architecture = "lenet5"' in capsys.readouterr().err


def test_time_is_measured_for_each_layer(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["summary", "small", "--input-shape", "8x8", "--time", "--batch", "16", "--threads", "2"]) == 0
    )
    table, _, profile = capsys.readouterr().out.partition("\n\n")
    rows = [line.split() for line in table.splitlines()[1:9]]
    measured = [line.split() for line in profile.splitlines()[1:9]]
    assert [row[0] for row in measured] == [row[0] for row in rows]
    assert "16 images, 2 threads" in profile
    whole = next(line.split() for line in profile.splitlines() if line.startswith("whole"))
    assert [whole[3], whole[5]] == ["100.0", "100.0"]
    assert "without clocks" in profile
