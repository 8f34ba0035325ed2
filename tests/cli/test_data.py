"""`fullstride data` and `fullstride show-batch`, and how loading is shown."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fullstride import plots
from fullstride.cli import data as commands
from fullstride.cli import main
from fullstride.cli.data import Ticker
from fullstride.data import split_validation
from fullstride.random import permutation
from tests.support.pictures import folder_of

pytestmark = pytest.mark.usefixtures("work")


# --- data -------------------------------------------------------------------------------------------------------------


def test_a_set_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "digits"]) == 0
    assert capsys.readouterr() == (
        "digits: images of 8x8x1: 1,437 to train, 360 to test\n10 classes: 139 (8) to 147 (3) training images\n",
        "",
    )


def test_a_folder_of_images_is_decoded_once_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    folder_of(Path("photos"), {"cat": 10, "dog": 10})
    Path("photos/dog/text.png").write_text("I am no image")
    Path("photos/notes.txt").touch()
    assert main(["data", "photos", "--size", "3"]) == 0
    out, err = capsys.readouterr()
    assert err == "decoding the images of photos ...\n"
    assert out.splitlines() == [
        "photos: images of 3x3x3: 16 to train, 4 to test",
        "2 classes: 8 training images each",
        "files of 4x6",
        "no folder test: 20 % of the images were set aside to test, class by class (seed 0)",
        "ignored: 1 entry that is no image",
        "warning: skipped 1 file that cannot be read: dog/text.png: it is no image in a format that Pillow knows",
    ]
    assert main(["data", "photos", "--size", "3"]) == 0
    assert capsys.readouterr() == (out, "")
    assert main(["data", "photos", "--strict"]) == 1
    assert "1 of 21 image files cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such-set"], "unknown data set 'no-such-set'"),
        (["digits", "--size", "8"], "Configuration: data.size belongs to a folder of images"),
        (["digits", "--data-dir", "."], "Configuration: data.dir is the place of the files of a set"),
    ],
)
def test_data_that_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["data", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {sentence}")
    assert err.count("\n") == 1


# --- show-batch -------------------------------------------------------------------------------------------------------


def test_a_batch_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--set", "augmentation.rotation=15", "--count", "6", "-o", "mine.png"]
    assert main(["show-batch", *arguments]) == 0
    assert capsys.readouterr() == ("saved in mine.png\n", "")
    with Image.open("mine.png") as image:
        assert image.format == "PNG"
        assert len(np.unique(np.asarray(image.convert("L")))) > 10
    before = Path("mine.png").read_bytes()
    assert main(["show-batch", *arguments]) == 0
    assert Path("mine.png").read_bytes() == before
    assert main(["show-batch", *arguments, "--seed", "1"]) == 0
    assert Path("mine.png").read_bytes() != before


def test_the_images_are_those_that_are_trained_on_first(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[Any, ...]] = []
    monkeypatch.setattr(plots, "show_batch", lambda *arguments: drawn.append(arguments))
    Path("run.toml").write_text("seed = 5\n[augmentation]\nflip = true\n[data]\nvalidation = 0.5\n")
    assert main(["show-batch", str(tiny), "--config", "run.toml", "--count", "4"]) == 0
    ((X, path, inputs, rows, names, y),) = drawn
    assert (X.shape, path, names, len(y)) == ((40, 3, 3, 1), Path("batch.png"), ("0", "1"), 40)
    assert (inputs.scale, inputs.seed, inputs.epoch, inputs.augmentation.flip) == (1 / 255, 5, 0, True)
    trained_on, _ = split_validation(y, 0.5, 5)
    assert rows.tolist() == [trained_on[i] for i in permutation(5, 0, 20)[:4]]
    assert main(["show-batch", str(tiny), "--count", "256"]) == 0
    assert len(drawn[1][3]) == 36  # all that are trained on


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        ("batch.gif", "the picture must be a .png file; got batch.gif"),
        ("none/batch.png", f"{Path('none/batch.png')}: its folder does not exist"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], out: str, sentence: str
) -> None:
    assert main(["show-batch", "--out", out]) == 1
    assert capsys.readouterr() == ("", f"error: {sentence}\n")


def test_without_matplotlib_one_line_says_how_to_install_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["show-batch"]) == 1
    assert capsys.readouterr().err == "error: pictures need matplotlib: pip install 'fullstride[plots]'\n"


# --- the line of a download -------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_than_on_a_terminal_each_kind_of_work_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    ticker = Ticker()
    for done, what in ((0, "a.gz"), (50, "a.gz"), (100, "a.gz"), (0, "b.gz")):
        ticker(done, 100, what)
    ticker.close()
    assert sys.stderr.getvalue() == "a.gz ...\nb.gz ...\n"


def test_on_a_terminal_one_line_is_written_over_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.05, 0.2, 0.21])
    monkeypatch.setattr(commands.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", Terminal())
    ticker = Ticker()
    ticker(0, 2000, "a\n.gz")
    ticker(1000, 2000, "a\n.gz")  # too soon
    ticker(1500, 2000, "a\n.gz")
    ticker(7, None, "b.gz")  # other work; nobody knows how much
    ticker.close()
    shown = [r"a\n.gz    0 %  0 of 2,000", r"a\n.gz   75 %  1,500 of 2,000", "b.gz    7"]
    _, first, second, third, blank, end = sys.stderr.getvalue().split("\r")
    assert (first, second) == (shown[0], shown[1])
    assert third == shown[2].ljust(len(shown[1]))  # covers what stood there
    assert (blank.strip(), end) == ("", "")
    ticker.close()
    assert sys.stderr.getvalue().count("\r") == 5


def test_a_broken_stderr_does_not_end_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Broken())
    ticker = Ticker()
    ticker(1, 2, "a.gz")
    ticker.close()
