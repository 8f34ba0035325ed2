"""`fullstride evaluate` and `fullstride find-lr`: numbers by hand, classes by their names, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fullstride import Dense, Flatten, Network
from fullstride.cli import main
from fullstride.data import Preprocessing, write_idx
from fullstride.data.known import DIGITS_PREPROCESSING
from tests.support.pictures import saved

pytestmark = pytest.mark.usefixtures("work")
STEPS = ("--engine", "steps")
SHADES = {"dark": 10, "grey": 128, "light": 245}


def shades() -> Network:
    """A model that tells dark, grey and light images of 2x2 apart: of mean t, logits 0, 40 t - 10, 80 t - 40."""
    network = Network(Flatten(), Dense(3), input_shape=(2, 2, 1))
    network.preprocessing = Preprocessing((2, 2, 1), 1 / 255)
    network.class_names = ("dark", "grey", "light")
    network.parameters["dense1.W"][...] = [[0, 10, 20]] * 4
    network.parameters["dense1.b"][...] = np.reshape([0, -10, -40], network.parameters["dense1.b"].shape)
    return network


def photos(folder: str, parts: dict[str, dict[str, list[int]]], size: tuple[int, int] = (2, 2)) -> None:
    """A folder of images, each of one shade, and none twice."""
    for part, classes in parts.items():
        for name, values in classes.items():
            for k, value in enumerate(values):
                saved(Path(folder, part, name, f"{k}.png"), np.full(size, value, np.uint8))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["evaluate", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["evaluate", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    *_, line = err.splitlines()
    return line


# --- the numbers ------------------------------------------------------------------------------------------------------


def test_the_command_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    # One light image is as dark as the dark ones; of the classes, in another order, grey is missing.
    photos(
        "more",
        {
            "train": {"light": [240, 241], "dark": [0, 1]},
            "test": {"light": [250, 251, 5], "dark": [10]},
            "val": {"light": [249], "dark": [6]},
        },
    )
    lines = told(capsys, "model.safetensors", "more", *STEPS)
    # The light one that is dark, t = 5/255: logits 0, -9.2157, -38.4314, so its loss is 38.4315; of the others, t =
    # 250/255, 251/255 and 10/255: 0, 29.2157, 38.4314; 0, 29.3725, 38.7451; 0, -8.4314, ...: 0.0001, 0.0001, 0.0002.
    # All four are sure: of 0.9999 on the average, three of four are right. Wilson: 0.300642 to 0.954413.
    assert lines == [
        "model.safetensors on 4 test images of more",
        "",
        "class  images  precision   recall      F1",
        "dark        1     50.0 %  100.0 %  66.7 %",
        "grey        0          -        -       -",
        "light       3    100.0 %   66.7 %  80.0 %",
        "",
        "confusion: a row for what the images are, a column for what they were taken for",
        "       dark  grey light",
        "dark      1     .     .",
        "grey      .     .     .",
        "light     1     .     2",
        "",
        "calibration: expected error 24.99 % over 15 bins",
        "confidence       images  its mean  accuracy",
        "93.3 to 100.0 %       4   100.0 %    75.0 %",
        "",
        "loss 9.6080, Brier score 0.5000",
        "known worst: light 66.7 % (2/3), dark 100.0 % (1/1)",
        "most often confused: light for dark (1)",
        "accuracy 75.00 % (3/4), 95 % interval 30.06 to 95.44 %",
    ]
    for part, share in (("train", "(4/4)"), ("validation", "(2/2)")):
        last = told(capsys, "model.safetensors", "more", "--part", part, *STEPS)[-1]
        assert last.startswith(f"accuracy 100.00 % {share}, 95 % interval ")


def test_a_narrow_terminal_has_numbers_for_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shades().save("model.safetensors")
    photos("more", {"train": {"dark": [0], "light": [240]}, "test": {"dark": [2], "light": [3]}})
    monkeypatch.setenv("COLUMNS", "16")
    lines = told(capsys, "model.safetensors", "more", *STEPS)
    assert "light 2 1 . ." in lines
    monkeypatch.setenv("COLUMNS", "10")
    assert "the most frequent confusions" in told(capsys, "model.safetensors", "more", *STEPS)


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    photos("more", {"train": {"dark": [0], "light": [240]}, "test": {"dark": [2], "light": [250, 3]}})
    first, *_ = told(capsys, "model.safetensors", "more", *STEPS, "--json", "found.json")
    assert first == "model.safetensors on 3 test images of more; saved in found.json"
    text = Path("found.json").read_text()
    assert "NaN" not in text
    found = json.loads(text)
    assert list(found)[:7] == ["fullstride", "model", "data", "part", "kind", "count", "correct"]
    assert (found["model"], found["data"], found["part"]) == ("model.safetensors", "more", "test")
    assert (found["count"], found["correct"], found["confusion"]) == (3, 2, [[1, 0, 0], [0, 0, 0], [1, 0, 1]])
    assert found["classes"][1]["recall"] is None
    assert sorted(path.name for path in Path().iterdir()) == ["found.json", "model.safetensors", "more"]

    assert main(["evaluate", "model.safetensors", "more", *STEPS, "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert out == text
    assert "{" not in err
    assert not Path("-").exists()


def test_json_that_cannot_be_written_is_refused_before_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    Path("folder").mkdir()
    for place, sentence in (
        ("none/a.json", f"{Path('none/a.json')}: its folder does not exist"),
        ("folder", "folder is a folder; name a file"),
    ):
        assert refused(capsys, "model.safetensors", "no-such-set", "--json", place) == f"error: {sentence}"
    assert list(Path("folder").iterdir()) == []


# --- numbers ----------------------------------------------------------------------------------------------------------


def estimating(n: int = 1) -> Network:
    """A model that estimates 16 t - 1 (and, of n, n - 1 times 0) for an image of mean t."""
    network = Network(Flatten(), Dense(n), input_shape=(2, 2, 1), loss="mean_squared_error")
    network.preprocessing = Preprocessing((2, 2, 1), 1 / 255)
    network.parameters["dense1.W"][...] = 0
    network.parameters["dense1.W"][:, 0] = 4
    network.parameters["dense1.b"][:, 0] = -1
    return network


def test_a_model_that_estimates_numbers_takes_names_as_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    estimating().save("model.safetensors")
    # Of shades 0, 51 and 255 it estimates -1, 2.2 and 15: of -1, 2 and 14.5 that is wrong by 0, 0.2 and 0.5.
    photos("more", {part: {"-1": [0], "2": [51], "14.5": [255]} for part in ("train", "test")})
    assert told(capsys, "model.safetensors", "more", *STEPS, "--json", "found.json")[1:] == [
        "",
        "R^2 0.9979, mean absolute error 0.2333",  # 1 - 0.29 / (38.0 + 10.0 + 87.1)
        "mean squared error 0.09667 (3 images)",
    ]
    found = json.loads(Path("found.json").read_text())
    assert found["kind"] == "numbers"
    assert abs(found["mean_squared_error"] - 0.29 / 3) < 1e-6


def test_classes_that_are_no_numbers_and_several_outputs_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    estimating().save("model.safetensors")
    photos("more", {part: {"dark": [0], "inf": [51]} for part in ("train", "test")})
    assert refused(capsys, "model.safetensors", "more", *STEPS) == (
        "error: the model estimates a number for each image; the classes of more are no numbers: dark, inf"
    )
    estimating(2).save("model.safetensors")
    assert refused(capsys, "model.safetensors", "more", *STEPS) == (
        "error: the model estimates 2 numbers for each image; more has one label for each"
    )


def test_the_number_of_threads_and_the_engine_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    photos("more", {"train": {"dark": [0, 1], "light": [240, 241]}, "test": {"dark": [2], "light": [3]}})
    lines = [
        told(capsys, "model.safetensors", "more", *more)
        for more in (["--threads", "1"], ["--threads", "2"], STEPS)
    ]
    assert lines[0] == lines[1] == lines[2]


# --- which data -------------------------------------------------------------------------------------------------------


def test_without_data_it_is_what_the_model_was_trained_on(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tiny), "--epochs", "2", *STEPS]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    first, *_, accuracy = told(capsys, "runs/tiny-1", *STEPS)
    assert first == "runs/tiny-1 on 20 test images of tiny"
    share = re.search(r"accuracy .*\(\d+/20\)", last)
    assert share is not None
    assert accuracy.startswith(f"{share[0]}, 95 % interval ")
    assert told(capsys, "runs/tiny-1", str(tiny), "--part", "train", *STEPS)[0].endswith(
        "40 train images of tiny"
    )
    line = refused(capsys, "runs/tiny-1", "--part", "validation", *STEPS)
    assert line == "error: tiny has no validation part of its own"


def test_images_of_a_folder_are_brought_to_the_model_s_size_and_colours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shades().save("model.safetensors")
    for k, (name, value) in enumerate(SHADES.items()):
        for i in range(5):
            colour = np.full((30, 40, 3), value - i, np.uint8)
            saved(Path("photos", name, f"{i}.png"), colour, compress_level=k)
    assert told(capsys, "model.safetensors", "photos", *STEPS)[-1].startswith("accuracy 100.00 % (3/3), ")


def test_a_folder_that_has_changed_is_no_silent_test(capsys: pytest.CaptureFixture[str]) -> None:
    # Without a folder test another image divides the others anew.
    photos("photos", {"": {"dark": list(range(20)), "light": list(range(200, 220))}})
    assert main(["train", "photos", "--epochs", "1", "--set", "engine=steps", "--out", "run"]) == 0
    capsys.readouterr()
    assert main(["evaluate", "run", *STEPS]) == 0
    out, err = capsys.readouterr()
    assert "warning" not in err
    assert "images are judged" not in out  # the very images that were set aside
    saved(Path("photos/light/20.png"), np.full((2, 2), 220, np.uint8))
    warning = (
        "warning: the images or labels of photos are others than those that the model was trained on: images that "
        "are judged may have been trained on"
    )
    for more in ([], ["photos"], ["./photos"]):
        assert main(["evaluate", "run", *more, *STEPS]) == 0
        out, err = capsys.readouterr()
        assert err.splitlines()[-1] == warning
        assert out.splitlines()[1] == (
            "8 of 41 images are judged: photos has no folder test, and a part was set aside"
        )
    Path("photos").rename("others")
    assert main(["evaluate", "run", "others", *STEPS]) == 0
    assert "warning" not in capsys.readouterr().err


def test_every_image_of_a_folder_can_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    # Of twelve images the two of the smallest number in each class are wrong: 5 is dark, 250 is light.
    photos("more", {"": {"light": [5, 6, 241, 242, 243, 244], "dark": [250, 249, 1, 2, 3, 4]}})
    lines = told(capsys, "model.safetensors", "more", *STEPS)
    assert lines[:2] == [
        "model.safetensors on 2 test images of more",
        "2 of 12 images are judged: more has no folder test, and a part was set aside; --part all judges every one",
    ]
    lines = told(capsys, "model.safetensors", "more", "--part", "all", *STEPS, "--json", "found.json")
    assert lines[:2] == ["model.safetensors on 12 images of more; saved in found.json", ""]
    assert lines[-1].startswith("accuracy 66.67 % (8/12), ")
    found = json.loads(Path("found.json").read_text())
    assert (found["part"], found["count"], found["correct"]) == ("all", 12, 8)
    assert found["confusion"] == [[4, 0, 2], [0, 0, 0], [2, 0, 4]]
    # The folder chooses: nothing is to be said.
    photos("parts", {"train": {"dark": [0], "light": [240]}, "val": {"dark": [1]}, "test": {"light": [9]}})
    assert told(capsys, "model.safetensors", "parts", *STEPS)[1] == ""
    assert told(capsys, "model.safetensors", "parts", "--part", "all", *STEPS)[-1].startswith(
        "accuracy 75.00 % (3/4), "
    )


def test_a_model_without_a_run_needs_data(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    assert refused(capsys, "model.safetensors") == (
        "error: model.safetensors does not say what it was trained on: name DATA"
    )


def test_a_run_that_cannot_be_read_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    network = shades()
    network.configuration = {"run": {"training": {"speed": 1}}}
    network.save("model.safetensors")
    line = refused(capsys, "model.safetensors", "digits")
    assert line.startswith("error: model.safetensors, its configuration: unknown key training.speed")


def test_a_known_set_from_a_folder_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for part, m in (("train", 4), ("t10k", 6)):
        write_idx(files / f"{part}-images-idx3-ubyte", np.zeros((m, 28, 28), np.uint8))
        write_idx(files / f"{part}-labels-idx1-ubyte", np.array([3, 3, 3, 1, 1, 1][:m], np.uint8))
    network = Network(Flatten(), Dense(10), input_shape=(28, 28, 1))
    network.parameters["dense1.b"][..., 3] = 1
    network.class_names = tuple(str(c) for c in range(10))
    network.save("model.safetensors")
    lines = told(capsys, "model.safetensors", "mnist", "--data-dir", str(files), *STEPS)
    assert lines[0] == "model.safetensors on 6 test images of mnist"
    # Of every image the probabilities are e and nine times 1, over 9 + e = 11.7183: loss (1.46117 + 2.46117) / 2
    # Brier: with p = e / 11.7183 and q = 0.0853, (1 - p)^2 + 9 q^2 = 0.6554 and (1 - q)^2 + p^2 + 8 q^2 = 0.9487
    assert lines[-5:] == [
        "loss 1.9612, Brier score 0.8020",
        "known worst: 1 0.0 % (0/3), 3 100.0 % (3/3)",
        "most often confused: 1 for 3 (3)",
        "top-5 accuracy 100.00 % (6/6)",
        "accuracy 50.00 % (3/6), 95 % interval 18.76 to 81.24 %",
    ]
    line = refused(capsys, "model.safetensors", "digits", "--data-dir", str(files))
    assert line.endswith("here it is 'digits', which come with fullstride")


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_classes_that_the_model_does_not_know_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    shades().save("model.safetensors")
    photos("more", {"train": {"dark": [0], "bright": [240]}, "test": {"dark": [2], "bright": [3]}})
    assert refused(capsys, "model.safetensors", "more", *STEPS) == (
        "error: the model does not know the classes bright of more; it knows dark, grey, light"
    )


def test_more_classes_than_a_model_without_names_has_are_refused(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = Network(Flatten(), Dense(2), input_shape=(8, 8, 1))
    network.save("model.safetensors")
    assert refused(capsys, "model.safetensors", "digits", *STEPS) == (
        "error: digits has 10 classes; the model knows 2, without names"
    )
    Network(Flatten(), Dense(2), input_shape=(3, 3, 1)).save("model.safetensors")
    lines = told(capsys, "model.safetensors", str(tiny), *STEPS)
    assert "class 1" in "".join(lines)


def test_images_of_another_size_are_refused(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = Network(Flatten(), Dense(2), input_shape=(3, 4, 1))
    network.class_names = ("0", "1")
    network.save("model.safetensors")
    assert refused(capsys, "model.safetensors", str(tiny), *STEPS) == (
        "error: the images of tiny are 3x3x1; the model takes 3x4x1"
    )


def test_pixels_of_another_range_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    network = Network(Flatten(), Dense(10), input_shape=(8, 8, 1))
    network.preprocessing = replace(DIGITS_PREPROCESSING, maximum=255, scale=1 / 255)
    network.save("model.safetensors")
    assert refused(capsys, "model.safetensors", "digits", *STEPS) == (
        "error: the pixels of digits go from 0 to 16; the model takes 0 to 255"
    )


def test_a_model_that_frames_its_images_does_not_take_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    network = Network(Flatten(), Dense(3), input_shape=(8, 8, 1))
    for how in (DIGITS_PREPROCESSING, None):
        network.preprocessing = how
        network.save("model.safetensors")
        photos("more", {"train": {"a": [0], "b": [240]}, "test": {"a": [2], "b": [3]}})
        line = refused(capsys, "model.safetensors", "more", *STEPS)
        assert line.startswith("error: model.safetensors does not take the images of a folder as they are")


@pytest.mark.parametrize("data", ["./missing", "no-such-set"])
def test_data_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str], data: str) -> None:
    shades().save("model.safetensors")
    assert refused(capsys, "model.safetensors", data).startswith(
        ("error: there is no folder missing", "error: unknown data set 'no-such-set'")
    )


# --- find-lr ----------------------------------------------------------------------------------------------------------


def test_a_rate_is_found_twice_the_same_with_any_number_of_threads(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = []
    for threads in ("1", "2"):
        assert main(["find-lr", str(tiny), "--batch-size", "10", "--seed", "3", "--threads", threads]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        lines.append(out)
    assert lines[0] == lines[1]
    assert re.fullmatch(r"try lr = \S+ \(the loss was lowest, .*\)\n", lines[0])
    assert main(["find-lr", str(tiny), "--batch-size", "10", "--seed", "4"]) == 0
    assert capsys.readouterr().out != lines[0]
    assert not any(Path().iterdir())


def test_the_losses_over_the_rates_are_drawn(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find-lr", str(tiny), "--set", "engine=steps", "--picture", "rates.png"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "saved in rates.png"
    with Image.open("rates.png") as image:
        assert image.format == "PNG"
        assert len(np.unique(np.asarray(image.convert("L")))) > 20


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        ("rates.jpg", "the picture must be a .png file; got rates.jpg"),
        ("none/rates.png", f"{Path('none/rates.png')}: its folder does not exist"),
    ],
)
def test_a_picture_that_cannot_be_is_refused_before_the_work(
    tiny: Path, capsys: pytest.CaptureFixture[str], picture: str, sentence: str
) -> None:
    assert main(["find-lr", str(tiny), "--picture", picture]) == 1
    assert capsys.readouterr() == ("", f"error: {sentence}\n")
