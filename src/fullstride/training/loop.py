"""The training loop: epochs of shuffled batches over an executor."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import TrainingError
from fullstride.program import AS_STORED, Executor, Inputs, ParameterStore, Update
from fullstride.program.table import Array
from fullstride.random import permutation
from fullstride.training.callbacks import Callback, Run
from fullstride.training.history import EpochRecord, History
from fullstride.training.interruption import Interrupted, Uninterrupted
from fullstride.training.metrics import Part, evaluate


@dataclass(frozen=True)
class Settings:
    """How to train; checked at the public door.

    Attributes
    ----------
    epochs, batch_size : int >= 1; the last batch of an epoch may be smaller
    lr : float >= 0, the learning rate
    momentum : float in [0, 1); v = momentum * v + gradient, parameter = parameter - lr * v
    seed : int in 0..2**64 - 1, of the shuffling
    inputs : Inputs, what becomes of the stored images
    """

    epochs: int
    batch_size: int
    lr: float
    momentum: float
    seed: int
    inputs: Inputs = AS_STORED


class GoodParameters:
    """A copy of parameters that are known to be whole and finite, and where in the run it was made."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = values
        self._copy = {name: value.copy() for name, value in values.items()}
        self.place = "before training"
        self.restored = False

    def keep(self, place: str) -> None:
        """Replace the copy by the present parameters."""
        for name, value in self._values.items():
            self._copy[name][...] = value
        self.place = place

    def restore(self) -> None:
        """Put the copy back into the network."""
        for name, value in self._values.items():
            value[...] = self._copy[name]
        self.restored = True


def first_non_finite(values: Mapping[str, Array]) -> str | None:
    """The name of the first parameter that holds NaN or an infinity, or None."""
    return next((name for name, value in values.items() if not np.isfinite(value).all()), None)


def train(
    network: Any,
    executor: Executor,
    store: ParameterStore,
    part: Part,
    settings: Settings,
    validation: Part | None = None,
    callbacks: Sequence[Callback] = (),
    clock: Callable[[], float] = time.perf_counter,
) -> History:
    """Train the parameters of `store` in place, from their present values; the velocity starts at zero.

    Epoch e (from 0) takes the images in the order `random.permutation(seed, e, m)`, `batch_size` at a time.

    Parameters
    ----------
    network : Network, which callbacks see
    executor : Executor, of the program whose parameters the store holds
    store : ParameterStore
    part : Part of at least one image
    settings : Settings
    validation : Part of at least one image, evaluated after each epoch
    callbacks : sequence of Callback
    clock : callable () -> seconds

    Returns
    -------
    History

    Raises
    ------
    TrainingError
        If the loss or a parameter is no longer finite; the parameters are then those of the last good epoch.
    Interrupted
        After Ctrl-C; the parameters are those of the last whole step. A second Ctrl-C during a step gives
        that step up at once: the parameters are then those of the last whole epoch.
    """
    loop = _Loop(executor, store, part, settings, validation, callbacks, clock)
    return loop.run_through(network)


@dataclass
class _Loop:
    executor: Executor
    store: ParameterStore
    part: Part
    settings: Settings
    validation: Part | None
    callbacks: Sequence[Callback]
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        self.good = GoodParameters(self.store.values)
        self.uninterrupted = Uninterrupted()
        self.start = self.clock()

    def run_through(self, network: Any) -> History:
        settings = self.settings
        run = Run(
            network=network,
            epochs=settings.epochs,
            steps_per_epoch=-(-len(self.part) // settings.batch_size),
            images_total=settings.epochs * len(self.part),
        )
        self.store.velocity_block[...] = 0
        with contextlib.ExitStack() as ends:
            try:
                for callback in self.callbacks:
                    callback.on_start(run)
                    ends.callback(callback.on_end, run)
                for epoch in range(1, settings.epochs + 1):
                    self._epoch(run, epoch)
            except KeyboardInterrupt as error:
                raise self._interrupted(run) from error
        return run.history

    def _epoch(self, run: Run, epoch: int) -> None:
        run.epoch, run.step, run.loss = epoch, 0, math.nan
        epoch_start, trained_before = self.clock(), run.training_seconds
        total, images = 0.0, 0
        for rows in self._batches(epoch):
            with self.uninterrupted:  # the step and the account of it, or neither
                start = self.clock()
                loss = self._step(run, rows)
                total += loss * len(rows)
                images += len(rows)
                run.step += 1
                run.images_seen += len(rows)
                run.loss = total / images
                run.seconds = self.clock() - self.start
                run.training_seconds += self.clock() - start
            for callback in self.callbacks:
                callback.on_step(run)
        record = self._record(run, epoch_start, images, run.training_seconds - trained_before)
        run.history.epochs.append(record)
        for callback in self.callbacks:
            callback.on_epoch(run, record)

    def _batches(self, epoch: int) -> Iterator[NDArray[np.int64]]:
        order = permutation(self.settings.seed, epoch - 1, len(self.part))
        if self.part.rows is not None:
            order = self.part.rows[order]
        for start in range(0, len(order), self.settings.batch_size):
            yield order[start : start + self.settings.batch_size]

    def _step(self, run: Run, rows: NDArray[np.int64]) -> float:
        part, settings = self.part, self.settings
        try:
            loss = self.executor.train_step(
                part.X, part.y, rows, Update(settings.lr, settings.momentum), settings.inputs
            )
        except BaseException:  # parameters may be half updated
            self.good.restore()
            raise
        if not math.isfinite(loss):
            raise self._not_finite(
                run, f"the loss is {loss} at step {run.step + 1} of {run.steps_per_epoch} of"
            )
        return loss

    def _record(self, run: Run, epoch_start: float, images: int, trained: float) -> EpochRecord:
        """Checks and keeps the parameters, validates, and makes the epoch's record."""
        if first_non_finite(self.store.values) is not None:
            raise self._not_finite(run, "a parameter is not finite after")
        found = None
        if self.validation is not None:
            found = evaluate(self.executor, self.validation, self.settings.inputs)
            if not math.isfinite(found.loss):
                raise self._not_finite(run, f"the validation loss is {found.loss} after")
        self.good.keep(f"of the end of epoch {run.epoch}")
        run.seconds = self.clock() - self.start
        return {
            "epoch": run.epoch,
            "loss": run.loss,
            "validation_loss": None if found is None else found.loss,
            "validation_accuracy": None if found is None else found.accuracy,
            "seconds": self.clock() - epoch_start,
            "images_per_second": images / trained if trained > 0 else 0.0,
            "lr": self.settings.lr,
        }

    def _not_finite(self, run: Run, what: str) -> TrainingError:
        bad = first_non_finite(self.store.values)
        self.good.restore()
        tensor = "every parameter is finite" if bad is None else f"first parameter that is not finite: {bad}"
        return TrainingError(
            f"Network.fit: {what} epoch {run.epoch} of {run.epochs} ({tensor}); a smaller lr "
            f"(now {self.settings.lr:g}), or inputs scaled to about 0..1, often helps; the parameters are "
            f"now those {self.good.place}"
        )

    def _interrupted(self, run: Run) -> Interrupted:
        run.history.interrupted = True
        if first_non_finite(self.store.values) is not None:
            self.good.restore()  # the last step's loss was finite, its update was not
        whole_epochs = self.good.restored or run.step == 0
        place = self.good.place if whole_epochs else f"of step {run.step} of epoch {run.epoch}"
        return Interrupted(
            f"training was interrupted after step {run.step} of {run.steps_per_epoch} of epoch {run.epoch} "
            f"of {run.epochs}; the parameters are those {place}",
            run.history,
        )
