"""Signs that a training goes wrong before its numbers do: dead filters, gradients that explode.

Both are read from the gradients of a few hundred images. A filter behind which ReLU passes nothing, whatever the image,
has a gradient of exactly zero; and a step that would change a layer's weights by half of their size cannot follow the
slope that the gradient describes. Such steps are no harm while the network learns all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from fullstride.program import Program
from fullstride.program.table import Array

IMAGES = 256
"""Images that are looked at, about; of fewer than a quarter of them nothing is concluded."""
DEAD_PART, DEAD_LEAST = 1 / 4, 2
"""Of a layer's filters, and how many, from which it is worth a word."""
LARGE_STEP = 0.5
"""A step's length as a part of the weights', from which it is."""


class TrainingWarning(UserWarning):
    """Something about a training that its user will want to change."""


def dead_filters(program: Program, batches: Sequence[Mapping[str, Array]]) -> Iterator[tuple[str, int, int]]:
    """Convolutions with filters that no image of the batches reached: (layer, dead filters, filters).

    Parameters
    ----------
    program : Program
    batches : list of {parameter: gradient}, of one batch each
    """
    for node in program.nodes:
        roles = [name for name in program.roles(node).values() if name in program.trained]
        if node.operation != "conv" or node.output == program.output:
            continue
        used = np.zeros(program.shapes[node.output][-1], np.bool_)
        for gradients in batches:
            for name in roles:
                used |= (gradients[name].reshape(-1, len(used)) != 0).any(axis=0)
        dead = int(np.count_nonzero(~used))
        if dead >= max(DEAD_LEAST, DEAD_PART * len(used)):
            yield node.output, dead, len(used)


def large_steps(
    program: Program, values: Mapping[str, Array], batches: Sequence[Mapping[str, Array]], lr: float
) -> Iterator[tuple[str, float]]:
    """Weights that a step at `lr` would change by much: (parameter, length of the step / length of the weights)."""
    for name, spec in program.trained.items():
        size = _norm(values[name])
        if spec.fan_in == 0 or size == 0:
            continue
        ratio = lr * max(_norm(gradients[name]) for gradients in batches) / size
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
    program: Program,
    values: Mapping[str, Array],
    batches: Sequence[Mapping[str, Array]],
    lr: float,
    learns: bool,
) -> Iterator[tuple[str, str]]:
    """What there is to say: (layer or parameter, sentence with something to try)."""
    for layer, dead, count in dead_filters(program, batches):
        yield (
            layer,
            f"{layer}: {dead} of {count} filters are dead, no image of {len(batches)} batches makes them "
            "positive; try a smaller lr, a warm-up, or BatchNorm() before the ReLU",
        )
    if learns:
        return
    steepest = max(large_steps(program, values, batches, lr), key=lambda found: found[1], default=None)
    if steepest is not None:
        name, ratio = steepest
        yield (
            name,
            f"{name}: its gradients explode, one step at lr {lr:g} changes it by {100 * ratio:.0f} % of its size; "
            "try a smaller lr, clip=1.0, or a warm-up",
        )
