"""What becomes of images, as the memory that the first kernel reads."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from fullstride.native.runner import Runner
from fullstride.program.augmentation import augmentation_words
from fullstride.program.graph import Program
from fullstride.program.inputs import Inputs
from fullstride.program.placement import image_shape
from fullstride.program.table import Array


def set_inputs(runner: Runner, program: Program, inputs: Inputs) -> None:
    """Points a runner to what becomes of its images."""
    _, n_W, n_C = image_shape(program.input_shape)
    gain, shift = rows_of(Inputs(inputs.scale, inputs.mean, inputs.std), n_W, n_C, program.dtype)
    if not runner.keeps("gain", gain):
        runner.keep("gain", gain)
        runner.keep("shift", shift)


def set_augmentation(runner: Runner, inputs: Inputs) -> None:
    """Points a runner to what it is to draw."""
    runner.keep("augmentation", augmentation_words(inputs))


@lru_cache(maxsize=64)
def rows_of(inputs: Inputs, n_W: int, n_C: int, dtype: str) -> tuple[Array, Array]:
    """gain and shift for each element of an image's row: the coefficients of the channels, n_W times."""
    gain, shift = (np.tile(values, n_W) for values in inputs.coefficients(n_C, np.dtype(dtype)))
    return gain, shift
