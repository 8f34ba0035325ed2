"""How to train: what the loop is told, checked at the public door."""

from __future__ import annotations

from dataclasses import dataclass, field

from fullstride.program import AS_STORED, Inputs
from fullstride.program.losses import PLAIN, Cost
from fullstride.program.optimizers import SGD, Optimizer
from fullstride.training.schedules import Constant, Schedule


@dataclass(frozen=True)
class Settings:
    """How to train.

    Attributes
    ----------
    epochs, batch_size : int >= 1; the last batch of an epoch may be smaller
    lr : float >= 0, the learning rate that the schedule multiplies
    seed : int in 0..2**64 - 1, of the order of the images, and of what is drawn for them
    optimizer : Optimizer
    schedule : Schedule
    cost : Cost, label smoothing and weights of classes
    inputs : Inputs, what becomes of the stored images; its augmentation is that of training alone
    clip : float > 0, the largest norm of the gradients of a step, or None
    patience : int >= 0, epochs without a lower validation loss after which training ends; 0: it never ends early, and
        the parameters at the end are those of the last epoch, not of the best one
    """

    epochs: int
    batch_size: int
    lr: float
    seed: int
    optimizer: Optimizer = field(default_factory=SGD)
    schedule: Schedule = field(default_factory=Constant)
    cost: Cost = PLAIN
    inputs: Inputs = AS_STORED
    clip: float | None = None
    patience: int = 0
