"""Signs that a training goes wrong before its numbers do: dead filters, gradients that explode.

Both are read from the gradients of a few hundred images. A filter behind which ReLU passes nothing, whatever the image,
has a gradient of exactly zero; and a step that would change a layer's weights by half of their size cannot follow the
slope that the gradient describes. Such steps are no harm while the network learns all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from fullstride.program import AnyUpdate, Program, Update
from fullstride.program.table import Array

IMAGES = 256
"""Images that are looked at, about; of fewer than a quarter of them nothing is concluded."""
DEAD_PART, DEAD_LEAST = 1 / 4, 2
"""Of a layer's filters, and how many, from which it is worth a word."""
LARGE_STEP = 0.5
"""A step's length as a part of the weights', from which it is."""
_PASSING = ("batch_norm", "add", "max_pool", "average_pool", "global_average_pool", "flatten")
"""Operations behind which a ReLU rectifies what went into them, one channel by itself or several together."""


class TrainingWarning(UserWarning):
    """Something about a training that its user will want to change."""


@dataclass
class Signs:
    """What the gradients of some batches show; the gradients themselves are not kept.

    Attributes
    ----------
    batches : int
    reached : {layer: ndarray of bool}, which of its filters have a gradient; of layers before a ReLU
    norms : {parameter: float}, the largest norm of its gradient, clipped as in a step
    """

    batches: int = 0
    reached: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    norms: dict[str, float] = field(default_factory=dict)


def signs(program: Program, gradients: Iterable[Mapping[str, Array]], clip: float | None) -> Signs:
    """What the gradients of batches show, {parameter: gradient} of each."""
    found = Signs()
    layers = rectified(program)
    for batch in gradients:
        found.batches += 1
        for layer, names in layers.items():
            n = program.shapes[layer][-1]
            reached = np.logical_or.reduce([(batch[name].reshape(-1, n) != 0).any(axis=0) for name in names])
            found.reached[layer] = found.reached.get(layer, False) | reached
        norms = {name: _norm(gradient) for name, gradient in batch.items()}
        total = sqrt(sum(norm * norm for norm in norms.values()))
        factor = clip / total if clip is not None and total > clip else 1.0
        for name, norm in norms.items():
            found.norms[name] = max(found.norms.get(name, 0.0), factor * norm)
    return found


def rectified(program: Program) -> dict[str, list[str]]:
    """The layers of filters whose output a ReLU rectifies, first to last, and what is trained of each."""
    before: set[str] = set()
    layers = {}
    for node in reversed(program.nodes):
        if node.operation == "relu" or (node.operation in _PASSING and node.output in before):
            before.update(node.inputs)
        names = [name for name in program.roles(node).values() if name in program.trained]
        if node.operation in ("conv", "linear") and node.output in before and names:
            layers[node.output] = names
    return dict(reversed(layers.items()))


def dead_filters(found: Signs) -> Iterator[tuple[str, int, int]]:
    """Layers with filters that no image reached: (layer, dead filters, filters), last to first.

    Before a layer that is wholly dead others get no gradient either, dead or not: nothing is said of those that have
    none. Where no parameter of the network has one the loss is as low as it can be, and nothing is dead.
    """
    if not any(found.norms.values()):
        return
    blocked = False
    for layer, reached in reversed(found.reached.items()):
        count = len(reached)
        dead = count - int(np.count_nonzero(reached))
        if dead == count and blocked:
            continue
        blocked = blocked or dead == count
        if dead >= max(DEAD_LEAST, DEAD_PART * count):
            yield layer, dead, count


def large_steps(
    program: Program, values: Mapping[str, Array], found: Signs, lr: float
) -> Iterator[tuple[str, float]]:
    """Weights that a step of SGD would change by much: (parameter, length of the step / length of the weights)."""
    for name, spec in program.trained.items():
        size = _norm(values[name])
        if spec.fan_in == 0 or size == 0:
            continue
        ratio = lr * found.norms[name] / size
        if ratio > LARGE_STEP:
            yield name, ratio


def _norm(value: NDArray[np.floating]) -> float:
    return sqrt(float(np.square(value, dtype=np.float64).sum()))


def worse_than_guessing(program: Program, loss: float, first_loss: float) -> bool:
    """Whether equal probabilities for all classes would have a lower loss; of other losses, whether it has grown."""
    if program.loss == "softmax_cross_entropy":
        return loss > log(program.shapes[program.output][0])
    return loss > first_loss


def sentences(
    program: Program, values: Mapping[str, Array], found: Signs, update: AnyUpdate, learns: bool
) -> Iterator[tuple[str, str]]:
    """What there is to say: (layer or parameter, sentence with something to try).

    Of gradients that explode only where the network does not learn; Adam's steps do not depend on their length.
    """
    normalized = any(node.operation == "batch_norm" for node in program.nodes)
    for layer, dead, count in dead_filters(found):
        try_ = "or a warm-up" if normalized else "a warm-up, or BatchNorm() before the ReLU"
        yield (
            layer,
            f"{layer}: {dead} of {count} filters are dead, no image of {found.batches} batches makes them "
            f"positive; try a smaller lr, {try_}",
        )
    if learns or not isinstance(update, Update):
        return
    large = large_steps(program, values, found, update.lr)
    steepest = max(large, key=lambda each: each[1], default=None)
    if steepest is not None:
        name, ratio = steepest
        try_ = (
            "clip=1.0, or a warm-up" if update.clip is None else f"a clip below {update.clip:g}, or a warm-up"
        )
        yield (
            name,
            f"{name}: its gradients explode, one step at lr {update.lr:g} changes it by {100 * ratio:.0f} % of its "
            f"size; try a smaller lr, {try_}",
        )
