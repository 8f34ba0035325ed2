"""The learning-rate finder: a short training at ever larger rates, of which nothing stays.

Source: L. Smith, "Cyclical learning rates for training neural networks" (2017), section 3.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import TrainingError
from fullstride.program import Executor, Inputs, ParameterStore
from fullstride.program.optimizers import START
from fullstride.random import permutation
from fullstride.training.blame import first_bad_tensor
from fullstride.training.part import Part
from fullstride.training.settings import Settings

SMOOTHING = 0.9
"""The part of the smoothed loss that stays at each step."""
DIVERGED = 4.0
"""A smoothed loss so many times the lowest one ends the search."""
SAFETY = 10.0
"""The suggestion is the rate of the lowest smoothed loss divided by this."""


@dataclass(frozen=True)
class Finding:
    """What the learning-rate finder saw.

    Attributes
    ----------
    rates, losses, smoothed : tuples of float, one of each a step
        The smoothed losses are an exponential mean, corrected for its beginning.
    suggestion : float
        A tenth of the rate at which the smoothed loss was lowest: at that rate itself a training no longer learns.
    diverged : bool
        Whether the search ended because the loss had grown.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggestion: float
    diverged: bool

    def __str__(self) -> str:
        lowest = int(np.argmin(self.smoothed))
        end = "where the loss had grown" if self.diverged else "the largest that was tried"
        return (
            f"try lr = {self.suggestion:.2g} (the loss was lowest, {self.smoothed[lowest]:.4f}, at "
            f"{self.rates[lowest]:.2g}; from {self.rates[0]:.2g} to {self.rates[-1]:.2g}, {end})"
        )


def find_lr(
    executor: Executor,
    store: ParameterStore,
    part: Part,
    settings: Settings,
    lowest: float,
    highest: float,
    steps: int,
) -> Finding:
    """Train for up to `steps` steps, the rate of each the same multiple of the one before; then put everything back.

    Parameters
    ----------
    executor : Executor, of the program whose parameters the store holds
    store : ParameterStore
    part : Part of at least one image; its epochs are those of training with the same seed
    settings : Settings, whose lr, schedule and epochs do not matter
    lowest, highest : float, 0 < lowest < highest
    steps : int >= 10

    Raises
    ------
    TrainingError
        If the loss, or with a clip the norm of the gradients, is not finite at the lowest rate already.
    """
    blocks = [store.value_block, store.velocity_block, *([store.square_block] if store.has_squares else [])]
    copies = [block.copy() for block in blocks]
    store.reset()
    try:
        return _search(executor, store, part, settings, _rates(lowest, highest, steps))
    finally:
        store.reset()
        for block, copy in zip(blocks, copies, strict=True):
            block[...] = copy


def _rates(lowest: float, highest: float, steps: int) -> list[float]:
    return [lowest * (highest / lowest) ** (step / (steps - 1)) for step in range(steps)]


def _search(
    executor: Executor, store: ParameterStore, part: Part, settings: Settings, rates: list[float]
) -> Finding:
    state = START
    losses: list[float] = []
    smoothed: list[float] = []
    mean, diverged = 0.0, False
    for number, (rate, (epoch, rows)) in enumerate(
        zip(rates, _batches(part, settings, len(rates)), strict=True), start=1
    ):
        inputs = replace(settings.inputs, seed=settings.seed, epoch=epoch)
        update = settings.optimizer.update(rate, state, settings.clip)
        loss = executor.train_step(part.X, part.y, rows, update, inputs, settings.cost, part.weights)
        norm = executor.last_norm if settings.clip is not None else None
        if not math.isfinite(loss) or not math.isfinite(norm or 0.0):  # nothing was updated
            if not losses:
                raise _not_finite(executor, store, part, rows, inputs, settings, rate, loss)
            diverged = True
            break
        part.release(len(rows))
        state = settings.optimizer.advance(state)
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        losses.append(loss)
        smoothed.append(mean / (1 - SMOOTHING**number))
        if smoothed[-1] > DIVERGED * min(smoothed):
            diverged = True
            break
    suggestion = rates[int(np.argmin(smoothed))] / SAFETY
    return Finding(tuple(rates[: len(losses)]), tuple(losses), tuple(smoothed), suggestion, diverged)


def _not_finite(
    executor: Executor,
    store: ParameterStore,
    part: Part,
    rows: NDArray[np.int64],
    inputs: Inputs,
    settings: Settings,
    rate: float,
    loss: float,
) -> TrainingError:
    what = (
        f"the norm of the gradients is {executor.last_norm}" if math.isfinite(loss) else f"the loss is {loss}"
    )
    blame = first_bad_tensor(executor, store, part, rows, inputs, settings.cost)
    return TrainingError(f"Network.find_lr: {what} at the lowest rate, {rate:g}, already ({blame})")


def _batches(part: Part, settings: Settings, count: int) -> list[tuple[int, NDArray[np.int64]]]:
    """The first batches of a training, with their epochs; whole ones where there are enough images."""
    size, m = min(settings.batch_size, len(part)), len(part)
    a_epoch = m // size
    orders = {epoch: permutation(settings.seed, epoch, m) for epoch in range(-(-count // a_epoch))}
    found = []
    for epoch, start in islice(((e, s) for e in orders for s in range(0, a_epoch * size, size)), count):
        rows = orders[epoch][start : start + size]
        found.append((epoch, rows if part.rows is None else part.rows[rows]))
    return found
