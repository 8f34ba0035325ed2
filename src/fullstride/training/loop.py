"""The training loop: epochs of shuffled batches over an executor."""

from __future__ import annotations

import contextlib
import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import TrainingError
from fullstride.program import Executor, ParameterStore
from fullstride.program.optimizers import START
from fullstride.program.table import Array
from fullstride.random import permutation
from fullstride.training import health
from fullstride.training.blame import first_bad_tensor, first_non_finite
from fullstride.training.callbacks import Callback, Run
from fullstride.training.history import EpochRecord, History
from fullstride.training.interruption import Interrupted, Uninterrupted
from fullstride.training.metrics import evaluate
from fullstride.training.part import Part
from fullstride.training.settings import Settings
from fullstride.training.state import State, optimizer_arrays


class KeptParameters:
    """A copy of parameters that are known to be whole and finite, and where in the run it was made."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = values
        self.copy = {name: value.copy() for name, value in values.items()}
        self.place = "before training"
        self.restored = False

    def keep(self, place: str) -> None:
        """Replace the copy by the present parameters."""
        for name, value in self._values.items():
            self.copy[name][...] = value
        self.place = place

    def restore(self) -> None:
        """Put the copy back into the network."""
        for name, value in self._values.items():
            value[...] = self.copy[name]
        self.restored = True


def train(
    network: Any,
    executor: Executor,
    store: ParameterStore,
    part: Part,
    settings: Settings,
    validation: Part | None = None,
    callbacks: Sequence[Callback] = (),
    state: State | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> History:
    """Train the parameters of `store` in place, from their present values; the optimizer starts afresh.

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
    state : State, optional
        Go on from there; parameters and optimizer are then what it says.
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
    return loop.run_through(network, state)


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
        settings = self.settings
        self.good = KeptParameters(self.store.values)
        self.best = KeptParameters(self.store.values) if settings.patience else None
        self.best_loss: float | None = None
        self.total = 0.0
        self.optimizer = START
        self.uninterrupted = Uninterrupted()
        self.warned: set[str] = set()
        self.start = self.clock()

    def run_through(self, network: Any, state: State | None) -> History:
        settings = self.settings
        self.run = run = Run(
            network=network,
            epochs=settings.epochs,
            steps_per_epoch=-(-len(self.part) // settings.batch_size),
            images_total=settings.epochs * len(self.part),
            state=self.state,
        )
        self.store.reset()
        if state is not None:
            self._go_on_from(state)
        with contextlib.ExitStack() as ends:
            try:
                for callback in self.callbacks:
                    callback.on_start(run)
                    ends.callback(callback.on_end, run)
                for epoch in range(len(run.history.epochs) + 1, settings.epochs + 1):
                    if self._no_better():
                        break
                    self._epoch(epoch)
                with (
                    self.uninterrupted
                ):  # the best parameters and the word that these are the last, or neither
                    if self.best is not None and self.best_loss is not None:
                        self.best.restore()
                    run.finished = True
            except KeyboardInterrupt as error:
                if run.finished:
                    raise
                raise self._interrupted() from error
        return run.history

    # --- where the run stands -----------------------------------------------------------------------------------------

    def state(self) -> State | None:
        """Between two steps, or after an epoch; None where a step was given up, which nobody can go on from."""
        run = self.run
        if self.good.restored:
            return None
        whole = len(run.history.epochs) == run.epoch
        arrays = {f"values.{name}": value for name, value in self.store.values.items()}
        arrays |= optimizer_arrays(self.store, self.settings.optimizer)
        if self.best is not None and self.best_loss is not None:
            arrays |= {f"best.{name}": value for name, value in self.best.copy.items()}
        return State(
            epochs=len(run.history.epochs),
            step=0 if whole else run.step,
            loss=0.0 if whole else self.total,
            optimizer=self.optimizer,
            history=replace(run.history, epochs=list(run.history.epochs), interrupted=False),
            best_loss=self.best_loss,
            arrays=arrays,
        )

    def _go_on_from(self, state: State) -> None:
        run, batch_size = self.run, self.settings.batch_size
        for name, value in self.store.values.items():
            value[...] = state.arrays[f"values.{name}"]
        for name, value in optimizer_arrays(self.store, self.settings.optimizer).items():
            value[...] = state.arrays[name]
        if self.best is not None and state.best_loss is not None:
            for name, value in self.best.copy.items():
                value[...] = state.arrays[f"best.{name}"]
        self.best_loss, self.total = state.best_loss, state.loss
        self.optimizer = state.optimizer
        run.history = replace(state.history, interrupted=False)
        run.epoch, run.step = state.epochs + (1 if state.step else 0), state.step
        done = min(state.step * batch_size, len(self.part))
        run.images_seen = run.resumed = state.epochs * len(self.part) + done
        run.loss = self.total / done if done else math.nan
        self.good.keep(f"of step {state.step} of epoch {state.epochs + 1}, where the run went on")

    # --- an epoch -----------------------------------------------------------------------------------------------------

    def _epoch(self, epoch: int) -> None:
        run = self.run
        if run.epoch < epoch:
            run.epoch, run.step, run.loss, self.total = epoch, 0, math.nan, 0.0
        images = before = min(run.step * self.settings.batch_size, len(self.part))
        epoch_start, trained_before = self.clock(), run.training_seconds
        for rows in self._batches(epoch, run.step):
            with self.uninterrupted:  # the step and the account of it, or neither
                start = self.clock()
                loss = self._step(rows)
                self.total += loss * len(rows)
                images += len(rows)
                run.step += 1
                run.images_seen += len(rows)
                run.loss = self.total / images
                run.seconds = self.clock() - self.start
                run.training_seconds += self.clock() - start
            for callback in self.callbacks:
                callback.on_step(run)
        record = self._record(epoch_start, images - before, run.training_seconds - trained_before)
        self._look_after(record)
        run.history.epochs.append(record)
        for callback in self.callbacks:
            callback.on_epoch(run, record)

    def _batches(self, epoch: int, done: int) -> Iterator[NDArray[np.int64]]:
        order = permutation(self.settings.seed, epoch - 1, len(self.part))
        if self.part.rows is not None:
            order = self.part.rows[order]
        size = self.settings.batch_size
        for start in range(done * size, len(order), size):
            yield order[start : start + size]

    def _lr(self, step: int) -> float:
        """Of step `step` (from 0) of this epoch."""
        run, settings = self.run, self.settings
        steps = (run.epoch - 1) * run.steps_per_epoch + step
        return settings.lr * settings.schedule.factor(steps, run.steps_per_epoch, run.epochs)

    def _step(self, rows: NDArray[np.int64]) -> float:
        part, settings, run = self.part, self.settings, self.run
        inputs = replace(settings.inputs, seed=settings.seed, epoch=run.epoch - 1)
        try:
            update = settings.optimizer.update(self._lr(run.step), self.optimizer, settings.clip)
            loss = self.executor.train_step(part.X, part.y, rows, update, inputs, settings.cost)
        except BaseException:  # parameters may be half updated
            self.good.restore()
            raise
        if not math.isfinite(loss):  # nothing was updated
            blame = first_bad_tensor(self.executor, self.store, part, rows, settings)
            raise self._not_finite(
                f"the loss is {loss} at step {run.step + 1} of {run.steps_per_epoch} of", blame
            )
        if update.clip is not None and not math.isfinite(self.executor.last_norm or 0.0):
            blame = first_bad_tensor(self.executor, self.store, part, rows, settings)
            raise self._not_finite(
                f"the norm of the gradients is {self.executor.last_norm} at step {run.step + 1} of "
                f"{run.steps_per_epoch} of",
                blame,
            )
        self.optimizer = settings.optimizer.advance(self.optimizer)
        part.release(len(rows))
        return loss

    def _record(self, epoch_start: float, images: int, trained: float) -> EpochRecord:
        """Checks and keeps the parameters, validates, and makes the epoch's record."""
        run = self.run
        if (bad := first_non_finite(self.store.values)) is not None:
            raise self._not_finite("a parameter is not finite after", f"the first one: {bad}")
        found = None
        if self.validation is not None:
            found = evaluate(self.executor, self.validation, self.settings.inputs)
            if not math.isfinite(found.loss):
                raise self._not_finite(
                    f"the validation loss is {found.loss} after", "every parameter is finite"
                )
        self.good.keep(f"of the end of epoch {run.epoch}")
        run.seconds = self.clock() - self.start
        return {
            "epoch": run.epoch,
            "loss": run.loss,
            "validation_loss": None if found is None else found.loss,
            "validation_accuracy": None if found is None else found.accuracy,
            "seconds": self.clock() - epoch_start,
            "images_per_second": images / trained if trained > 0 else 0.0,
            "lr": self._lr(run.steps_per_epoch - 1),
        }

    def _look_after(self, record: EpochRecord) -> None:
        """What follows from an epoch: the best parameters so far, and words of warning."""
        loss, run = record["validation_loss"], self.run
        if self.best is not None and loss is not None and (self.best_loss is None or loss < self.best_loss):
            self.best_loss = loss
            self.best.keep(f"of epoch {run.epoch}")
            run.history.best_epoch = run.epoch
        if run.epoch & (run.epoch - 1) == 0:  # 1, 2, 4, 8 ...: it costs a few steps
            self._warn(record)

    def _warn(self, record: EpochRecord) -> None:
        first = (self.run.history.epochs or [record])[0]
        size, settings = min(self.settings.batch_size, len(self.part)), self.settings
        rows = np.arange(len(self.part)) if self.part.rows is None else self.part.rows
        most = min(max(health.IMAGES, size), len(rows))
        if most < health.IMAGES // 4:
            return
        starts = range(0, most - size + 1, size)
        batches = [
            self.executor.gradients(
                self.part.X,
                self.part.y,
                np.ascontiguousarray(rows[start : start + size]),
                replace(settings.inputs, seed=settings.seed, epoch=self.run.epoch - 1),
                settings.cost,
            )[1]
            for start in starts
        ]
        said = health.sentences(
            self.store.program,
            self.store.values,
            batches,
            self._lr(self.run.steps_per_epoch - 1),
            learns=not health.worse_than_guessing(self.store.program, record["loss"], first["loss"]),
        )
        for name, sentence in said:
            if name not in self.warned:
                self.warned.add(name)
                warnings.warn(
                    f"after epoch {self.run.epoch}: {sentence}", health.TrainingWarning, stacklevel=2
                )

    def _no_better(self) -> bool:
        """Whether `patience` epochs went by without a lower validation loss."""
        best = self.run.history.best_epoch
        return best is not None and len(self.run.history.epochs) - best >= self.settings.patience

    # --- ends that are none -------------------------------------------------------------------------------------------

    def _not_finite(self, what: str, blame: str) -> TrainingError:
        run = self.run
        self.good.restore()
        return TrainingError(
            f"Network.fit: {what} epoch {run.epoch} of {run.epochs} ({blame}); a smaller lr "
            f"(now {self._lr(run.step):g}), clip=1.0, or inputs scaled to about 0..1, often helps; the parameters "
            f"are now those {self.good.place}"
        )

    def _interrupted(self) -> Interrupted:
        run = self.run
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
