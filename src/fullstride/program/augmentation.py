"""The stage that loads augmented images, and the numbers that tell it how: they change without a new plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fullstride.angles import radians
from fullstride.geometry import Pair
from fullstride.program.inputs import Inputs
from fullstride.program.stages import Stage, View


class Word(IntEnum):
    """The words behind the slot "augmentation": whole numbers, then, from LOST_AREA on, float64."""

    SEED = 0
    EPOCH = 1
    SHIFT = 2
    FLIP = 3
    FLIP_VERTICAL = 4
    CUTOUT = 5
    REFLECT = 6
    LOST_AREA = 7
    ROTATION = 8
    LEAST_SCALE = 9
    SCALES = 10


SPARE = 16
"""Elements that a vector with more lanes than channels may read behind the last pixel."""


@dataclass(frozen=True)
class LoadAugmented(Stage):
    """y = X[rows], each image drawn anew: `steps.draw_augmentation` and `steps.augment_image`.

    gain, shift, stored and from_file are those of `LoadImages`; "augmentation" points to the words of
    `augmentation_words`. `work` is memory of the thread, `work_size` elements: an image with a border, one pixel wide
    above it and on its left, two below it and on its right.
    """

    operands: ClassVar[tuple[str, ...]] = (
        "X",
        "rows",
        "kind",
        "gain",
        "shift",
        "augmentation",
        "y",
        "work",
        "stored",
    )
    y: View
    size: Pair
    n_C: int
    from_file: bool = False

    @property
    def work_row(self) -> int:
        return (self.size[1] + 3) * self.n_C

    @property
    def work_size(self) -> int:
        return (self.size[0] + 3) * self.work_row + SPARE


def augmentation_words(inputs: Inputs) -> NDArray[np.int64]:
    """What `Word` names, float64 as their bits."""
    chosen = inputs.augmentation
    assert chosen is not None
    moves = (chosen.shift, chosen.flip, chosen.flip_vertical, chosen.cutout, chosen.border == "reflect")
    whole = (inputs.seed, inputs.epoch, *moves)
    low, high = chosen.scale
    numbers = np.array([1 - chosen.crop, radians(chosen.rotation), low, high - low])
    return np.concatenate(
        [np.array([int(word) for word in whole], np.uint64).view(np.int64), numbers.view(np.int64)]
    )
