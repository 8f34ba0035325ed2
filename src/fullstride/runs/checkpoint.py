"""The checkpoint of a run: all that it needs to go on to the same bits, in one file, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fullstride.errors import FileFormatError, OutputError
from fullstride.formats import read_model, write_model
from fullstride.network import Network
from fullstride.training import Callback, EpochRecord, Run, State

_SECONDS = 1.0
_PART_OF_TIME = 0.02


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
        description = {"state": self.state.to_dict(), "run": self.run, "digest": self.digest}
        write_model(path, self.state.arrays, {"checkpoint": description})

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """The checkpoint that `write` wrote.

        Raises
        ------
        FileFormatError
            If the file is missing, damaged, or no checkpoint.
        """
        arrays, description = read_model(path)
        inner = description.get("checkpoint")
        if not isinstance(inner, dict) or inner.keys() != {"state", "run", "digest"}:
            raise FileFormatError(f"{path} is no checkpoint of a run")
        return cls(State.from_dict(inner["state"], arrays), inner["run"], inner["digest"])

    def check_arrays(self, network: Network, path: Path) -> None:
        """The tensors are those of this network: none of its parameters missing, each of the right shape and dtype.

        Raises
        ------
        FileFormatError
            If one is missing, or is another.
        """
        for name, value in network.parameters.items():
            stored = self.state.arrays.get(f"values.{name}")
            if stored is None or stored.shape != value.shape or stored.dtype != value.dtype:
                got = "none" if stored is None else f"{stored.dtype} of shape {stored.shape}"
                raise FileFormatError(
                    f"{path}: the tensor values.{name} must be {value.dtype} of shape {value.shape}; got {got}"
                )


class Checkpoints(Callback):
    """Writes a checkpoint every so many steps, or after an epoch, and whatever else is to be saved with it.

    Parameters
    ----------
    path : of the checkpoint
    run, digest : as `Checkpoint` has them
    every : int >= 1, steps; None: after each epoch, but at most once a second and for at most 2 % of the time
    also : callable (run), after each checkpoint
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
        self._steps = len(run.history.epochs) * run.steps_per_epoch + run.step * (
            run.epoch > len(run.history.epochs)
        )

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
            self._write(run)

    def _write(self, run: Run) -> None:
        start = time.monotonic()
        state = run.state()
        if state is None or not all(np.isfinite(array).all() for array in state.arrays.values()):
            return  # the last one is better
        try:
            Checkpoint(state, self._run, self._digest).write(self._path)
            self._also(run)
        except OutputError as error:
            if not self._failed:
                self._trouble(error)
            self._failed = True
        end = time.monotonic()
        self._due = end + max(_SECONDS, (end - start) / _PART_OF_TIME)
