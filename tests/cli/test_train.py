"""`fullstride train`: what it prints, what it leaves, what it refuses, and how it is repeated and gone on with."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fullstride
from fullstride.cli import main, train
from fullstride.data import write_idx
from fullstride.runs import Configuration
from tests.support.commands import FILES, LAST_LINE, MODEL_FILES, QUICK, names
from tests.support.pictures import folder_of


def test_a_run_prints_its_progress_and_leaves_its_files(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tiny), *QUICK]) == 0
    out, err = capsys.readouterr()
    *report, begin, one, two, three, saved, end = out.splitlines()
    assert err == ""
    assert report == [
        "tiny: images of 3x3x1: 40 to train, 20 to test",
        "2 classes: 20 training images each",
    ]
    assert begin == (
        "training on tiny: 40 images of 3x3x1 (4 of them to validate), 20 to test; 20 parameters; "
        f"results go to {Path('runs/tiny-1')}"
    )
    epoch = r"epoch {}/3  loss \d\.\d{{4}}  validation accuracy \d+\.\d\d %  [\d.,]+ images/s"
    for number, line in enumerate((one, two, three), start=1):
        assert re.fullmatch(epoch.format(number), line)
    assert saved == (
        f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl, run.toml, learning_curve.png, mistakes.png"
    )
    last = re.fullmatch(LAST_LINE, end)
    assert last is not None
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
    assert stored == Configuration().override(
        {"data.name": str(tiny), "engine": "steps", "training.epochs": 3}
    ).resolved(40)
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
    assert lines[-2] == f"saved in {Path('runs/tiny-1')}: model.safetensors, history.jsonl, run.toml"
    assert re.fullmatch(LAST_LINE, lines[-1])
    assert names(Path("runs/tiny-1")) == MODEL_FILES


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
    assert names(Path("runs/tiny-1")) == MODEL_FILES
    assert len(Path("runs/tiny-1/history.jsonl").read_text().splitlines()) == 1
    configuration = fullstride.load("runs/tiny-1").configuration
    assert (configuration["run"]["training"]["epochs"], configuration["completed_epochs"]) == (3, 1)

    calls[:] = [1, 1, 1]  # not one good epoch: nothing is kept
    assert main(["train", str(tiny), *QUICK]) == 1
    assert names(Path("runs")) == ["tiny-1"]


# --- refused before the training -----------------------------------------------------------------------------------


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


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line of an error that came before everything else, but for word of images that are decoded."""
    assert main(["train", *map(str, arguments)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    *decoding, line = err.splitlines()
    assert decoding in ([], [f"decoding the images of {arguments[0]} ..."])
    assert line.startswith("error: ")
    assert not Path("runs").exists()
    return line.removeprefix("error: ")


def test_idx_files_that_cannot_be_used(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images, labels = tiny / "train-images-idx3-ubyte", tiny / "train-labels-idx1-ubyte.gz"
    content = images.read_bytes()
    images.write_bytes(b"")
    assert "train-images-idx3-ubyte: the file is empty" in refused(capsys, tiny)
    images.write_bytes(content[:-1])
    assert "train-images-idx3-ubyte" in refused(capsys, tiny)
    images.write_bytes(content)
    write_idx(labels, np.zeros(39, np.uint8))
    assert re.search("40 .*39", refused(capsys, tiny))
    labels.unlink()
    assert "lacks train-labels-idx1-ubyte" in refused(capsys, tiny)


def test_folders_of_images_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    assert "holds no subfolders with images" in refused(capsys, "./empty")
    assert refused(capsys, "./missing") == "there is no folder missing"
    folder_of(Path("one"), {"cat": 5})
    assert (
        refused(capsys, "one") == "one: a data set needs at least two classes, one folder each; got one, cat"
    )
    folder_of(Path("hollow"), {"cat": 5})
    Path("hollow/dog").mkdir()
    assert "the class dog has no image file" in refused(capsys, "hollow")
    folder_of(Path("few"), {"cat": 1, "dog": 1})
    assert refused(capsys, "few") == (
        "few: the class cat has one readable image; without a folder test a class needs two, one to train on and one "
        "to test with"
    )
    folder_of(Path("bad"), {"cat": 5})
    Path("bad/dog").mkdir()
    Path("bad/dog/empty.png").write_bytes(b"")
    Path("bad/dog/text.png").write_text("I am no image")
    assert "the class dog has" in refused(capsys, "bad")


def test_files_that_are_no_images_are_told_or_with_strict_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder_of(Path("photos"), {"cat": 10, "dog": 10})
    Path("photos/dog/empty.png").write_bytes(b"")
    Path("photos/dog/text.png").write_text("I am no image")
    assert "2 of 22 image files cannot be read" in refused(capsys, "photos", "--strict")
    assert main(["train", "photos", "--epochs", "1"]) == 0
    out = capsys.readouterr().out
    assert "warning: skipped 2 files that cannot be read: dog/empty.png: " in out
    assert "; dog/text.png: " in out
    assert re.fullmatch(LAST_LINE, out.splitlines()[-1])
    run = fullstride.load("runs/photos-1").configuration["run"]["data"]
    assert (run["name"], run["size"], run["channels"]) == ("photos", [4, 6], 3)


def test_a_cache_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder_of(Path("photos"), {"cat": 5, "dog": 5})
    Path("file").touch()
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", "file")
    sentence = refused(capsys, "photos")
    assert "FULLSTRIDE_DATA_DIR" in sentence
    assert "file" in sentence


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "here it is 'digits', as it is not set, which come with fullstride"),
        (["digits"], "here it is 'digits', which come with fullstride"),
        (["photos"], "here it is 'photos', a folder, which is its own place"),
    ],
)
def test_a_data_dir_is_for_sets_with_files(
    tiny: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    told = refused(capsys, *arguments, "--data-dir", tiny)
    assert told.startswith(
        "Configuration: data.dir is the place of the files of a set that data.name names (mnist, "
    )
    assert told.endswith(sentence)


def test_a_data_dir_without_the_files_is_refused(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "mnist", "--data-dir", "nowhere") == "data_dir nowhere is missing"
    assert "train-images-idx3-ubyte" in refused(capsys, "mnist", "--data-dir", ".")


def test_a_part_to_validate_on_that_would_be_empty_is_refused(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tiny), *QUICK, "--validation", "0.001"]) == 1
    assert "a fraction of 0.001 of " in capsys.readouterr().err
    assert not Path("runs").exists()
