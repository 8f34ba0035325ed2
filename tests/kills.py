"""A training that is killed ten times, against one that never is: the promise that it ends with the same bits.

python -m tests.kills                       on the embedded digits: each kill with its step, and both SHA-256
python -m tests.kills mnist --data-dir ...  with other arguments of `fullstride train`
python -m tests.kills --kills 50            more of them

Some come at a random moment; others fall into the write of a checkpoint, when half of it is in its temporary file.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fullstride.runs import CHECKPOINT_NAME, Checkpoint

USUAL = ("digits", "--epochs", "60", "--checkpoint-every", "20", "--shift", "1", "--early-stopping", "60")
SEED = 0
WAIT = 600

WITHIN = (
    "import sys; from tests.support.kills import kill_within; from fullstride.cli import main\n"
    f"kill_within({CHECKPOINT_NAME!r}, int(sys.argv[1]))\n"
    "sys.exit(main(sys.argv[2:]))"
)


@dataclass(frozen=True)
class Kill:
    """One kill -9.

    Attributes
    ----------
    when : "at a random moment" or "within the write of a checkpoint"
    seconds : since its training began
    epochs, step : where the checkpoint stands that it left; None where there is none
    """

    when: str
    seconds: float
    epochs: int | None
    step: int | None

    def __str__(self) -> str:
        place = (
            "before the first checkpoint"
            if self.epochs is None
            else f"the checkpoint is of step {self.step} of epoch {self.epochs + 1}"
        )
        return f"killed {self.when}, after {self.seconds:.2f} s; {place}"


def sha256(folder: Path) -> str:
    """Of the model in the folder of a run."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


@dataclass(frozen=True)
class Whole:
    """A training that was never stopped: how many epochs it had, and how long it took."""

    epochs: int
    seconds: float


def never_stopped(arguments: Sequence[str], folder: Path) -> Whole:
    """Trains at one go."""
    process = _start(["-m", "fullstride"], arguments, folder)
    out, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 0, f"the training ended with {process.returncode}"
    found = re.search(r" in (\d+\.\d) s\n$", out)
    assert found is not None, out
    return Whole(len(re.findall(r"^epoch ", out, re.MULTILINE)), float(found[1]))


def kills(
    arguments: Sequence[str], folder: Path, count: int, whole: Whole, within: Sequence[int]
) -> Iterator[Kill]:
    """Kills the training in `folder` again and again; each time it goes on, and at the end it is left to end.

    Parameters
    ----------
    arguments : of `fullstride train`
    folder : new
    count : how many kills
    whole : what the training is when it is not stopped
    within : which of the kills, from 0, fall into the write of a checkpoint: into that of the first one where the
        number is even, else of the second one
    """
    moments = random.Random(SEED)
    for number in range(count):
        if number in within:
            process = _start(["-c", WITHIN, str(1 + number % 2)], arguments, folder, "--resume")
            begin = _begun(process)
        else:
            process = _start(["-m", "fullstride"], arguments, folder, "--resume")
            begin = _begun(process)
            # By epochs, not by seconds, which a busy machine makes longer or shorter; a quarter of them, about.
            _read_epochs(process, moments.randrange(1 + whole.epochs // (2 * count)))
            time.sleep(moments.uniform(0, whole.seconds / whole.epochs))
            process.kill()
        process.communicate(timeout=WAIT)
        assert process.returncode == -signal.SIGKILL, (
            f"it ended with {process.returncode} before kill {number}"
        )
        yield _told(
            "within the write of a checkpoint" if number in within else "at a random moment", begin, folder
        )
    process = _start(["-m", "fullstride"], arguments, folder, "--resume")
    process.communicate(timeout=WAIT)
    assert process.returncode == 0, f"the training ended with {process.returncode}"


def _told(when: str, begin: float, folder: Path) -> Kill:
    path = folder / CHECKPOINT_NAME
    state = Checkpoint.read(path).state if path.exists() else None
    passed = time.perf_counter() - begin
    return Kill(when, passed, state and state.epochs, state and state.step)


def _start(
    python: Sequence[str], arguments: Sequence[str], folder: Path, *more: str
) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    command = [sys.executable, *python, "train", *arguments, "--out", str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def _begun(process: subprocess.Popen[str]) -> float:
    """Waits until it says from where it goes on; returns the time."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(("going on after", "there is no checkpoint")):
            return time.perf_counter()
    raise AssertionError(f"it ended with {process.wait()} before it began")


def _read_epochs(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdout is not None
    for _ in range(count):
        assert process.stdout.readline().startswith("epoch"), "it ended too soon"


def main() -> int:
    arguments, count = sys.argv[1:], 10
    if "--kills" in arguments:
        place = arguments.index("--kills")
        count = int(arguments[place + 1])
        del arguments[place : place + 2]
    arguments = arguments or list(USUAL)
    print("fullstride train", *arguments)
    with tempfile.TemporaryDirectory() as base:
        whole = never_stopped(arguments, Path(base, "whole"))
        print(f"never stopped, {whole.seconds:.1f} s:  {sha256(Path(base, 'whole'))}", flush=True)
        for kill in kills(arguments, Path(base, "killed"), count, whole, range(2, count, 2)):
            print(kill, flush=True)
        same = sha256(Path(base, "whole")) == sha256(Path(base, "killed"))
        print(
            f"killed {count} times:  {sha256(Path(base, 'killed'))}  {'the same' if same else 'NOT THE SAME'}"
        )
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
