"""`fullstride report`: of a run, of a model file, what it prints, and what is refused before the work."""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

import fullstride
from fullstride import Dense, Flatten, Network
from fullstride.cli import main
from fullstride.data import from_arrays
from fullstride.data import load as load_data
from fullstride.runs import stored_history

STEPS = ("--engine", "steps")


@pytest.fixture
def run(tiny: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The folder of a run on the tiny set."""
    assert main(["train", str(tiny), "--epochs", "2", "--set", "engine=steps", "--out", "a run"]) == 0
    capsys.readouterr()
    return "a run"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    before = sorted(Path().rglob("*"))
    assert main(["report", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert sorted(Path().rglob("*")) == before
    return err.splitlines()[-1]


def test_the_report_of_a_run_s_folder(run: str, tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", run, *STEPS]) == 0
    saved, accuracy = capsys.readouterr().out.splitlines()
    assert saved == "saved in report.html"
    page = Path("report.html").read_text(encoding="utf-8")
    assert main(["evaluate", run, *STEPS]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == accuracy
    assert f"{accuracy.split()[1]} % accuracy</p>" in page
    assert "<title>a run on tiny</title>" in page
    assert "2 epochs; the last with a loss of " in page
    assert "fullstride train --config &#x27;a run&#x27;\n" in page
    assert "fullstride report &#x27;a run&#x27; --engine steps -o report.html" in page
    # The same again, to the byte, whatever the file is called, and of the model file too but for its name.
    assert main(["report", run, *STEPS, "--threads", "1", "-o", "again.html"]) == 0
    assert Path("again.html").read_text(encoding="utf-8") == page
    assert main(["report", "a run/model.safetensors", *STEPS, "-o", "file.html"]) == 0
    assert "2 epochs; the last with a loss of " in Path("file.html").read_text(encoding="utf-8")


def test_the_commands_on_the_page_can_be_run(
    run: str, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", run, str(tiny), "--part", "train", *STEPS, "-o", "first.html"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    text = Path("first.html").read_text(encoding="utf-8")
    *_, block = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", text, re.DOTALL)
    train, evaluate, report = (shlex.split(line) for line in html.unescape(block).splitlines())
    for command in (evaluate, report):
        assert command[0] == "fullstride"
        assert main(command[1:]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == last
    assert Path("report.html").read_bytes() == Path("first.html").read_bytes()
    assert main([*train[1:], "--out", "again"]) == 0
    assert Path("again/model.safetensors").read_bytes() == Path(run, "model.safetensors").read_bytes()


def test_a_run_on_arrays_is_repeated_with_the_same_arrays(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read = load_data(str(tiny))
    arrays = from_arrays(read.X_train, read.y_train, read.X_test, read.y_test)
    fullstride.train(arrays, "run", epochs=1, engine="steps")
    # A folder that happens to be called as arrays are is not what the model was trained on.
    shutil.copytree(tiny, "data")
    sentence = "error: run was trained on arrays, which no name leads to: name DATA"
    assert refused(capsys, "run") == sentence
    assert main(["report", "run", str(tiny), *STEPS]) == 0
    page = html.unescape(Path("report.html").read_text(encoding="utf-8"))
    assert "fullstride train --config" not in page
    assert "with the same arrays as data, in Python: " in page
    code = re.search(r"<code>fullstride\.(train\(data, config=\"run\.toml\"\))</code>", page)
    assert code is not None
    shutil.copy("run/run.toml", "run.toml")
    again = eval(code[1], {"data": arrays, "train": fullstride.train})
    again.network.save("again.safetensors")
    assert Path("again.safetensors").read_bytes() == Path("run/model.safetensors").read_bytes()


def test_a_model_file_without_a_run_beside_it_has_no_curves(
    run: str, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.rename(f"{run}/model.safetensors", "mine.safetensors")
    assert main(["report", "mine.safetensors", *STEPS]) == 0
    page = Path("report.html").read_text(encoding="utf-8")
    assert "There are none: the model file does not hold them, and no history.jsonl stands beside it." in page


def test_the_history_of_a_model(run: str) -> None:
    found = stored_history(run)
    assert found is not None
    assert len(found.epochs) == 2
    assert stored_history(f"{run}/model.safetensors") == found
    assert stored_history(f"{run}/other.safetensors") is None
    assert stored_history(".") is None


def test_a_history_that_cannot_be_read_is_refused(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(run, "history.jsonl").write_text("{}\n")
    assert refused(capsys, run).startswith("error: History.from_jsonl: line 1 must be a JSON object")
    Path(run, "history.jsonl").write_bytes(b"\xff\n")
    assert refused(capsys, run).startswith(f"error: cannot read {Path(run, 'history.jsonl')}: ")


def test_what_cannot_be_is_refused_before_the_work(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Network(Flatten(), Dense(2), input_shape=(3, 3, 1)).save("model.safetensors")
    Path("folder").mkdir()
    for arguments, sentence in (
        (("missing",), "there is no model file missing; give the file or the folder of a run"),
        (("folder",), "the folder folder holds no model.safetensors"),
        (("model.safetensors", "-o", "none/a.html"), f"{Path('none/a.html')}: its folder does not exist"),
        (("model.safetensors", "-o", "folder"), "folder is a folder; name a file"),
        (("model.safetensors",), "model.safetensors does not say what it was trained on: name DATA"),
        (("model.safetensors", str(tiny), "--part", "validation"), "tiny has no validation part of its own"),
        (("model.safetensors", "digits"), "digits has 10 classes; the model knows 2, without names"),
    ):
        assert refused(capsys, *arguments).startswith(f"error: {sentence}")


def test_a_page_that_cannot_be_written_leaves_nothing(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Network(Flatten(), Dense(2), input_shape=(3, 3, 1)).save("model.safetensors")
    line = refused(capsys, "model.safetensors", str(tiny), *STEPS, "-o", "/dev/full")
    assert line == "error: cannot write /dev/full: it is not a regular file"
