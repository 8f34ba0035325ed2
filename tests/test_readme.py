"""What the README prints is so: examples run, the accuracy is reached, tables are those of the committed results."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import accuracy
from fullstride.bench.load import in_words, is_busy
from fullstride.bench.publish import PAGES, PICTURE, RESULTS, with_table
from fullstride.cli import main
from fullstride.runs import Configuration, build_network

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(code: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    return printed.getvalue()


def test_the_network_example_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed = run(BLOCKS[0])
    assert re.search(r"^conv2 +\(4, 4, 16\) +1,168 ", printed, re.MULTILINE)
    accuracy = float(re.findall(r"test accuracy ([\d.]+) %", printed)[0])
    assert accuracy > 97
    assert (tmp_path / "digits.safetensors").stat().st_size > 1898 * 4


def test_the_functions_example_agrees() -> None:
    assert float(run(BLOCKS[2])) < 1e-13


def test_the_example_of_a_folder_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    for name, level in (("dark", 0), ("light", 150)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(20):
            pixels = level + generator.integers(0, 100, (8, 8, 3), np.uint8)
            Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / "photos" / name / f"{number}.png")
    accuracy, *table = run(BLOCKS[1]).splitlines()
    assert accuracy.split()[0] == "1.0"
    assert any(line.startswith("dense1") for line in table)
    assert (tmp_path / "runs" / "photos" / "model.safetensors").is_file()


def test_the_command_reaches_the_accuracy_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (promised,) = re.findall(r"`(test accuracy [\d.]+ % \(\d+/\d+\)) in [\d.]+ s`", README)
    monkeypatch.chdir(tmp_path)
    assert main(["train"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith(promised)
    names = {path.name for path in (tmp_path / "runs" / "digits-1").iterdir()}
    assert names == {"model.safetensors", "history.jsonl", "run.toml", "learning_curve.png", "mistakes.png"}


def test_the_training_page_s_example_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "training.md").read_text(), re.DOTALL)
    suggestion, last = run(block).splitlines()
    assert suggestion.startswith("try lr = ")
    epoch, accuracy = last.split()
    assert 1 <= int(epoch) <= 20
    assert float(accuracy) > 0.9


@pytest.mark.parametrize("name", accuracy.PAGES)
def test_the_accuracies_are_those_of_the_committed_results(name: str) -> None:
    page = (ROOT / name).read_text()
    assert "| [mnist.toml](" in page
    assert accuracy.with_table(page, name, accuracy.read()) == page


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda path: path.name)
def test_examples_are_configurations_that_can_be(path: Path) -> None:
    configuration = Configuration.from_toml(path)
    full = configuration.resolved(m=50_000, classes=10)
    shape = (32, 32, 3) if path.stem == "cifar10" else (28, 28, 1)
    assert build_network(full, shape, 10).n_classes == 10


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_tables_are_those_of_the_committed_results(name: str) -> None:
    page = (ROOT / name).read_text()
    table = PAGES[name](json.loads((ROOT / RESULTS).read_text()))
    assert "| lenet5 28x28x1, m = 64 |" in table or "| step, lenet5 28x28x1, m = 64 |" in table
    assert with_table(page, table) == page
    assert (ROOT / PICTURE).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_says_how_quiet_the_machine_was(name: str) -> None:
    load = json.loads((ROOT / RESULTS).read_text())["machine"]["load_of_others"]
    page = (ROOT / name).read_text()
    assert f"load of other processes: {in_words(load)}" in page
    assert ("these numbers are not to be trusted" in page) == is_busy(load)
