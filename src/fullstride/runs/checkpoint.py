"""The checkpoint of a run: all that it needs to go on to the same bits, in one file, whole or not at all."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fullstride.errors import FileFormatError, FullstrideError, OutputError
from fullstride.formats import read_model, write_model
from fullstride.program import ParameterStore, Program
from fullstride.program.table import Array
from fullstride.training import Callback, EpochRecord, Run, Settings, State
from fullstride.training.state import checked_state

_SECONDS = 1.0
_PART_OF_TIME = 0.02
_KEYS = frozenset(("state", "run", "digest", "sha256"))


@dataclass(frozen=True)
class Checkpoint:
    """What the file holds.

    Attributes
    ----------
    state : State
    run : dict, the run's resolved configuration
    digest : str, SHA-256 of the data
    """

    state: State
    run: dict[str, Any]
    digest: str

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        arrays = self.state.arrays
        described = {"state": self.state.to_dict(), "run": self.run, "digest": self.digest}
        write_model(path, arrays, {"checkpoint": {**described, "sha256": _sha256(arrays)}})

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """The checkpoint that `write` wrote.

        Raises
        ------
        FileFormatError
            If the file is missing, damaged in a single bit, or no checkpoint; the sentence says what to do.
        """
        try:
            arrays, description = read_model(path)
            inner = description.get("checkpoint")
            if not isinstance(inner, dict) or inner.keys() != _KEYS:
                raise FileFormatError(f"{path} is no checkpoint of a run")
            if inner["sha256"] != _sha256(arrays):
                raise FileFormatError(f"{path} is damaged: its numbers do not have the SHA-256 that it gives")
            return cls(State.from_dict(inner["state"], arrays), inner["run"], str(inner["digest"]))
        except FileFormatError as error:
            raise FileFormatError(_helped(str(error))) from error

    def check(self, program: Program, settings: Settings, steps_per_epoch: int, path: Path) -> None:
        """A run of this program with these settings can go on from here: every array is looked at.

        Raises
        ------
        FileFormatError
            If an array is missing, or is another; the sentence says what to do.
        """
        try:
            checked_state(self.state, ParameterStore(program), settings, steps_per_epoch, str(path))
        except FullstrideError as error:
            raise FileFormatError(_helped(str(error))) from error


def _helped(sentence: str) -> str:
    return f"{sentence}; without this file --resume starts the run from its beginning"


def _sha256(arrays: Mapping[str, Array]) -> str:
    """Of the arrays' names and numbers, little-endian."""
    sha = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        sha.update(f"{name} {array.dtype.name} {array.shape}\n".encode())
        sha.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
    return sha.hexdigest()


class Checkpoints(Callback):
    """Writes a checkpoint every so many steps, or after an epoch, and whatever else is to be saved with it.

    Parameters
    ----------
    path : of the checkpoint
    run, digest : as `Checkpoint` has them
    every : int >= 1, steps; None: after each epoch, but at most once a second and for at most 2 % of the time
    also : callable (run), before each checkpoint but that of an interruption, when whoever catches it saves the rest
    trouble : callable (OutputError), once, when a file cannot be written: the training goes on
    """

    def __init__(
        self,
        path: Path,
        run: dict[str, Any],
        digest: str,
        every: int | None,
        also: Callable[[Run], None],
        trouble: Callable[[OutputError], None],
    ) -> None:
        self._path, self._run, self._digest = path, run, digest
        self._every, self._also, self._trouble = every, also, trouble
        self._steps = 0
        self._due = 0.0
        self._failed = False

    def on_start(self, run: Run) -> None:
        self._due = time.monotonic() + _SECONDS
        epochs = len(run.history.epochs)
        self._steps = epochs * run.steps_per_epoch + (run.step if run.epoch > epochs else 0)

    def on_step(self, run: Run) -> None:
        self._steps += 1
        if self._every is not None and self._steps % self._every == 0:
            self._write(run)

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        if self._every is None and time.monotonic() >= self._due and run.epoch < run.epochs:
            self._write(run)

    def on_end(self, run: Run) -> None:
        """After an interruption: the run can go on from its last whole step."""
        if run.history.interrupted and run.images_seen > run.resumed:
            self._write(run, alone=True)

    def _write(self, run: Run, alone: bool = False) -> None:
        start = time.monotonic()
        state = run.state()
        if state is None or not all(np.isfinite(array).all() for array in state.arrays.values()):
            return  # the last one is better
        try:
            if not alone:
                self._also(run)
            Checkpoint(state, self._run, self._digest).write(self._path)
        except OutputError as error:
            if not self._failed:
                self._trouble(error)
            self._failed = True
        end = time.monotonic()
        self._due = end + max(_SECONDS, (end - start) / _PART_OF_TIME)
