"""What is told to others while a network trains."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fullstride.training.history import EpochRecord, History
from fullstride.training.state import State


@dataclass
class Run:
    """Where a training run stands. Callbacks read it; the loop alone writes it.

    Attributes
    ----------
    network : Network, its parameters are those of the last whole step
    history : History, so far
    epochs, steps_per_epoch, images_total : int, of the whole run; images_total counts an image once an epoch
    epoch : int, from 1; 0 before the first
    step : int, steps done in this epoch
    images_seen : int, since the start of the run
    loss : float, mean over the images of this epoch so far; NaN before the first step
    seconds : float, wall-clock time since the start of the run
    training_seconds : float, the part of `seconds` that was spent in training steps
    resumed : int, images that an earlier process had seen before this one went on
    finished : bool, whether the run has come to its end, be it an early one; the parameters are then the last ones
    state : callable () -> State, where the run stands now; its arrays are the run's own until the next step. None where
        nobody can go on: a step was torn by an error or a second Ctrl-C, or the best parameters have been put back
    """

    network: Any
    epochs: int
    steps_per_epoch: int
    images_total: int
    history: History = field(default_factory=History)
    epoch: int = 0
    step: int = 0
    images_seen: int = 0
    loss: float = math.nan
    seconds: float = 0.0
    training_seconds: float = 0.0
    resumed: int = 0
    finished: bool = False
    state: Callable[[], State | None] = lambda: None

    @property
    def images_per_second(self) -> float:
        """Images a second in training steps; 0 before the first step."""
        here = self.images_seen - self.resumed
        return here / self.training_seconds if self.training_seconds > 0 else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds until the end, at the pace so far of all that was done; None before the first step."""
        here = self.images_seen - self.resumed
        return self.seconds / here * (self.images_total - self.images_seen) if here else None


class Callback:
    """Base of all callbacks; each method does nothing. What one of them raises ends the training.

    `on_end` is called once for each callback whose `on_start` has returned, however training ends, the last
    one first. The parameters may be read (and saved) in every method.

    Examples
    --------
    >>> class Print(Callback):
    ...     def on_epoch(self, run, record):
    ...         print(f"epoch {record['epoch']} of {run.epochs}: loss {record['loss']:.3f}")
    """

    def on_start(self, run: Run) -> None:
        """Before the first step."""

    def on_step(self, run: Run) -> None:
        """After each step."""

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        """After each epoch and its validation."""

    def on_end(self, run: Run) -> None:
        """After the last epoch, after an interruption (`run.history.interrupted`) or an error."""
