"""What `Network.fit` and `Network.find_lr` are told about how to train: checked once, here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.errors import ArgumentError, DataError, DtypeError
from fullstride.geometry import whole_number
from fullstride.network import arguments
from fullstride.program import Inputs, Program
from fullstride.program.losses import Cost
from fullstride.program.optimizers import KINDS, SGD, Optimizer
from fullstride.steps import Augmentation
from fullstride.training import Part, Settings
from fullstride.training.schedules import schedule_of

USUAL_MOMENTUM = 0.9


def settings(
    where: str,
    inputs: Inputs,
    *,
    epochs: object,
    batch_size: object,
    lr: object,
    momentum: object,
    seed: object,
    optimizer: object,
    schedule: object,
    augmentation: object,
    label_smoothing: object,
    clip: object,
    patience: object,
) -> Settings:
    """How to train, but for the weights of the classes, which need the labels."""
    if augmentation is not None and not isinstance(augmentation, Augmentation):
        raise DtypeError(
            f"{where}: augmentation must be an Augmentation, or None; got a {type(augmentation).__name__}"
        )
    return Settings(
        epochs=whole_number(epochs, where, "epochs", 1),
        batch_size=whole_number(batch_size, where, "batch_size", 1),
        lr=checks.real_number(lr, where, "lr"),
        seed=arguments.seed(seed, where),
        optimizer=_optimizer(optimizer, momentum, where),
        schedule=schedule_of(schedule, where),
        cost=Cost(smoothing=checks.real_number(label_smoothing, where, "label_smoothing", below=1)),
        inputs=replace(inputs, augmentation=augmentation),
        clip=None if clip is None else checks.positive_number(clip, where, "clip"),
        patience=whole_number(patience, where, "patience", 0),
    )


def _optimizer(value: object, momentum: object, where: str) -> Optimizer:
    if value is None:
        usual = USUAL_MOMENTUM if momentum is None else momentum
        return SGD(momentum=checks.real_number(usual, where, "momentum", below=1))
    if momentum is not None:
        raise ArgumentError(
            f"{where}: momentum belongs to the optimizer where one is given, as in SGD(momentum=0.9); "
            f"got momentum={momentum!r} beside {value!r}"
        )
    if isinstance(value, Optimizer):
        return value
    rule = f"{where}: optimizer must be an Optimizer, such as SGD(), or one of {', '.join(KINDS)}"
    if not isinstance(value, str):
        raise DtypeError(f"{rule}; got {value!r}")
    if value not in KINDS:
        raise ArgumentError(f"{rule}; got {value!r}")
    return KINDS[value]()


def with_class_weights(chosen: Settings, value: object, part: Part, program: Program, where: str) -> Settings:
    """The settings with `value`: None, "balanced", or one positive number a class.

    "balanced" is m / (n * m_c) for the m_c images of class c among the m of the part, as in scikit-learn: every class
    weighs the same in all.
    """
    classifies = program.loss == "softmax_cross_entropy"
    given = "label_smoothing" if chosen.cost.smoothing else "class_weights" if value is not None else None
    if given is not None and not classifies:
        raise ArgumentError(f"{where}: {given} belongs to the cross-entropy; the loss is {program.loss}")
    if value is None:
        return chosen
    classes = program.shapes[program.output][0]
    rule = f'{where}: class_weights must be None, "balanced", or one number > 0 for each of the {classes} classes'
    if isinstance(value, str):
        if value != "balanced":
            raise ArgumentError(f"{rule}; got {value!r}")
        return replace(chosen, cost=replace(chosen.cost, class_weights=_balanced(part, classes, where)))
    if not isinstance(value, (Sequence, np.ndarray)):
        raise DtypeError(f"{rule}; got a {type(value).__name__}")
    if len(value) != classes:
        raise ArgumentError(f"{rule}; got {len(value)} numbers")
    weights = tuple(checks.positive_number(w, where, f"class_weights[{c}]") for c, w in enumerate(value))
    return replace(chosen, cost=replace(chosen.cost, class_weights=weights))


def _balanced(part: Part, classes: int, where: str) -> tuple[float, ...]:
    labels: NDArray[np.int64] = part.y if part.rows is None else part.y[part.rows]
    counts = np.bincount(labels, minlength=classes)
    if not counts.all():
        raise DataError(
            f'{where}: class_weights="balanced" needs an image of every class to train on; '
            f"class {int(np.argmin(counts))} has none"
        )
    return tuple(len(labels) / (classes * int(count)) for count in counts)


def rates(lowest: object, highest: object, steps: object, where: str) -> tuple[float, float, int]:
    """The range of a learning-rate finder."""
    low = checks.positive_number(lowest, where, "lowest")
    high = checks.positive_number(highest, where, "highest")
    if low >= high:
        raise ArgumentError(f"{where}: highest must be more than lowest={low:g}; got {high:g}")
    return low, high, whole_number(steps, where, "steps", 10)
