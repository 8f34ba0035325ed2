"""`fullstride dump`: thin; what it prints is tested with native/listing.py."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from fullstride import Conv, Dense, Flatten, Network, ReLU
from fullstride.cli import main
from tests.cli.conftest import Start


@pytest.fixture
def network() -> Network:
    return Network(Conv(4, 3, pad=1), ReLU(), Flatten(), Dense(2), input_shape=(5, 5, 1), seed=3)


@pytest.fixture
def model(network: Network, tmp_path: Path) -> Path:
    network.save(tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("stage", ["program", "plan", "ir", "asm"])
@pytest.mark.parametrize("layer", [None, "conv1"])
@pytest.mark.parametrize("purpose", ["training", "inference"])
def test_it_prints_what_the_network_does(
    model: Path,
    network: Network,
    capsys: pytest.CaptureFixture[str],
    stage: str,
    layer: str | None,
    purpose: str,
) -> None:
    options = ["--stage", stage, "--for", purpose, *(["--layer", layer] if layer else [])]
    assert main(["dump", str(model), *options]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out == network.dump(stage, layer, purpose)
    assert "\x1b" not in out


def test_training_is_what_is_shown_unasked(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", str(model.parent), "--stage", "plan"]) == 0  # a folder stands for the file in it
    assert "plan: train_step" in capsys.readouterr().out


def test_into_a_file(
    model: Path, network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "listing.s"
    assert main(["dump", str(model), "--stage", "asm", "-o", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert target.read_text() == network.dump("asm")
    assert main(["dump", str(model), "--stage", "asm", "-o", str(model / "below" / "a file")]) == 1
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--stage", "plan", "--layer", "convl"], "(did you mean conv1?)"),
        (["--stage", "llvm"], "dump: stage must be one of program, plan, ir, asm; got 'llvm'"),
        (["--stage", "plan", "--for", "fun"], "dump: the purpose must be training or inference; got 'fun'"),
    ],
)
def test_what_does_not_exist(
    model: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main(["dump", str(model), *options]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.endswith(f"{sentence}\n")


def test_a_stage_must_be_named(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", str(model)]) == 2
    assert "--stage" in capsys.readouterr().err


def test_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", str(tmp_path / "none"), "--stage", "plan"]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_a_reader_that_has_seen_enough_ends_it_quietly(start: Start, tmp_path: Path) -> None:
    """Much more text than a pipe holds, and a reader that goes after one line: no word, no code of an error."""
    network = Network(*(Conv(4 + n, 3, pad=1) for n in range(5)), Flatten(), Dense(2), input_shape=(6, 6, 4))
    network.save(tmp_path / "deep.safetensors")
    assert len(network.dump("asm")) > 1 << 17
    process = start("dump", tmp_path / "deep.safetensors", "--stage", "asm")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) in (0, -signal.SIGPIPE)
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_full_disk_is_an_error(model: Path, start: Start) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "w") as full:
        process = start("dump", model, "--stage", "program", stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == "error: cannot write the output: no space left on device\n"
