"""The training loop: epochs of shuffled batches over an executor."""

from __future__ import annotations

import contextlib
import math
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
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
from fullstride.training.kept import BestParameters, KeptParameters
from fullstride.training.metrics import evaluate
from fullstride.training.part import Part
from fullstride.training.settings import Settings
from fullstride.training.state import State, checked_state, optimizer_arrays


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
        Go on from there, to the same bits: parameters and optimizer are then what it says. It is not changed.
    clock : callable () -> seconds

    Returns
    -------
    History

    Raises
    ------
    DtypeError, ArgumentError
        If the state does not belong to such a run.
    TrainingError
        If the loss, a parameter, or with a clip the norm of the gradients is no longer finite; the parameters are
        then those of the last good epoch.
    Interrupted
        After Ctrl-C; the parameters are those of the last whole step. A second Ctrl-C during a step gives
        that step up at once: the parameters are then those of the last whole epoch.
    """
    loop = _Loop(executor, store, part, settings, validation, callbacks, clock)
    if state is not None:
        checked_state(state, store, settings, loop.steps_per_epoch, "Network.fit")
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
        self.steps_per_epoch = -(-len(self.part) // settings.batch_size)
        self.good = KeptParameters(self.store.values)
        self.best = BestParameters(self.store.values) if settings.patience else None
        self.total = 0.0
        self.optimizer = START
        self.inputs = replace(settings.inputs, seed=settings.seed)
        self.uninterrupted = Uninterrupted()
        self.warned: set[str] = set()
        self.start = self.clock()

    def run_through(self, network: Any, state: State | None) -> History:
        settings = self.settings
        self.run = run = Run(
            network=network,
            epochs=settings.epochs,
            steps_per_epoch=self.steps_per_epoch,
            images_total=settings.epochs * len(self.part),
            state=self.state,
        )
        if state is None:
            self.store.reset()
        else:
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
                # The best parameters and the word that they are the last, or neither:
                with self.uninterrupted:
                    if self.best is not None and self.best.loss is not None:
                        self.best.restore()
                    run.finished = True
            except KeyboardInterrupt as error:
                if run.finished:
                    raise
                raise self._interrupted() from error
        return run.history

    # --- where the run stands -----------------------------------------------------------------------------------------

    def state(self) -> State | None:
        """Where the run stands between two steps or after an epoch; None where nobody can go on from there."""
        run, best = self.run, self.best
        if self.good.restored or (best is not None and best.restored):
            return None
        whole = len(run.history.epochs) == run.epoch
        arrays = {f"values.{name}": value for name, value in self.store.values.items()}
        arrays |= optimizer_arrays(self.store, self.settings.optimizer)
        if best is not None and best.loss is not None:
            arrays |= {f"best.{name}": value for name, value in best.copy.items()}
        return State(
            epochs=len(run.history.epochs),
            step=0 if whole else run.step,
            loss=0.0 if whole else self.total,
            optimizer=self.optimizer,
            history=replace(run.history, epochs=list(run.history.epochs), interrupted=False),
            best_loss=None if best is None else best.loss,
            arrays=arrays,
        )

    def _go_on_from(self, state: State) -> None:
        # The state's arrays may be this store's own: nothing may be written before all is read but what is the same.
        run, settings = self.run, self.settings
        kept = {f"values.{name}": value for name, value in self.store.values.items()}
        kept |= optimizer_arrays(self.store, settings.optimizer)
        if self.best is not None and state.best_loss is not None:
            kept |= {f"best.{name}": value for name, value in self.best.copy.items()}
            self.best.loss = state.best_loss
        for name, value in kept.items():
            value[...] = state.arrays[name]
        self.total, self.optimizer = state.loss, state.optimizer
        run.history = replace(state.history, epochs=list(state.history.epochs), interrupted=False)
        run.epoch, run.step = state.epochs + (1 if state.step else 0), state.step
        done = min(state.step * settings.batch_size, len(self.part))
        run.images_seen = run.resumed = state.epochs * len(self.part) + done
        run.loss = self.total / done if done else math.nan
        after = f"step {run.step} of epoch {run.epoch}" if run.step else f"the end of epoch {run.epoch}"
        self.good.keep(f"of {after}, where the run went on" if run.epoch else "before training")

    # --- an epoch -----------------------------------------------------------------------------------------------------

    def _epoch(self, epoch: int) -> None:
        run = self.run
        if run.epoch < epoch:
            # The epoch last: until then a Ctrl-C finds the end of the one before.
            run.loss, self.total, run.step, run.epoch = math.nan, 0.0, 0, epoch
        self.inputs = replace(self.inputs, epoch=epoch - 1)
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
        if epoch & (epoch - 1) == 0:  # 1, 2, 4, 8 ...: it costs a few steps
            self._warn(record)
        with self.uninterrupted:
            self._keep(record)
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
        update = settings.optimizer.update(self._lr(run.step), self.optimizer, settings.clip)
        try:
            loss = self.executor.train_step(
                part.X, part.y, rows, update, self.inputs, settings.cost, part.weights
            )
        except BaseException:  # parameters may be half updated
            self.good.restore()
            raise
        norm = self.executor.last_norm if update.clip is not None else None
        if not math.isfinite(loss) or not math.isfinite(norm or 0.0):  # nothing was updated
            what = f"the norm of the gradients is {norm}" if math.isfinite(loss) else f"the loss is {loss}"
            raise self._not_finite(
                f"{what} at step {run.step + 1} of {run.steps_per_epoch} of",
                first_bad_tensor(self.executor, self.store, part, rows, self.inputs, settings.cost),
            )
        self.optimizer = settings.optimizer.advance(self.optimizer)
        part.release(len(rows))
        return loss

    def _record(self, epoch_start: float, images: int, trained: float) -> EpochRecord:
        """Checks the parameters, validates, and makes the epoch's record."""
        run = self.run
        if (bad := first_non_finite(self.store.values)) is not None:
            raise self._not_finite("a parameter is not finite after", f"the first one is {bad}")
        found = None
        if self.validation is not None:
            found = evaluate(self.executor, self.validation, self.settings.inputs)
            if not math.isfinite(found.loss):
                raise self._not_finite(
                    f"the validation loss is {found.loss} after", "every parameter is finite"
                )
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

    def _keep(self, record: EpochRecord) -> None:
        """An epoch is done: its parameters are good ones, perhaps the best so far."""
        history, loss = self.run.history, record["validation_loss"]
        self.good.keep(f"of the end of epoch {record['epoch']}")
        if (
            self.best is not None
            and loss is not None
            and self.best.offer(loss, f"of epoch {record['epoch']}")
        ):
            history.best_epoch = record["epoch"]
        history.epochs.append(record)

    def _no_better(self) -> bool:
        """Whether `patience` epochs went by without a lower validation loss."""
        history = self.run.history
        if self.best is None or history.best_epoch is None:
            return False
        return len(history.epochs) - history.best_epoch >= self.settings.patience

    def _warn(self, record: EpochRecord) -> None:
        """Words of warning where the gradients of a few hundred images call for them."""
        part, settings, run, program = self.part, self.settings, self.run, self.store.program
        size = min(settings.batch_size, len(part))
        most = min(max(health.IMAGES, size), len(part))
        if most < health.IMAGES // 4:
            return
        gradients = self._gradients(part.spread(most), size)
        update = settings.optimizer.update(
            self._lr(run.steps_per_epoch - 1), self.optimizer, clip=settings.clip
        )
        first = (run.history.epochs or [record])[0]["loss"]
        said = health.sentences(
            program,
            self.store.values,
            health.signs(program, gradients, settings.clip),
            update,
            learns=not health.worse_than_guessing(program, record["loss"], first),
        )
        for name, sentence in said:
            if name not in self.warned:
                self.warned.add(name)
                warnings.warn(f"after epoch {run.epoch}: {sentence}", health.TrainingWarning, stacklevel=2)

    def _gradients(self, rows: NDArray[np.int64], size: int) -> Iterator[dict[str, Array]]:
        """Of whole batches of these images, as a training step would have them; one at a time, for they are large."""
        part = self.part
        for start in range(0, len(rows) - size + 1, size):
            batch = rows[start : start + size]
            yield self.executor.gradients(
                part.X, part.y, batch, self.inputs, self.settings.cost, part.weights
            )[1]
            part.release(size)

    # --- ends that are none -------------------------------------------------------------------------------------------

    def _not_finite(self, what: str, blame: str) -> TrainingError:
        run, clip = self.run, self.settings.clip
        self.good.restore()
        lr = self._lr(min(run.step, run.steps_per_epoch - 1))
        try_ = "clip=1.0" if clip is None else f"a clip below {clip:g}"
        return TrainingError(
            f"Network.fit: {what} epoch {run.epoch} of {run.epochs} ({blame}); a smaller lr (now {lr:g}), {try_}, "
            f"or inputs scaled to about 0..1, often helps; the parameters are now those {self.good.place}"
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
