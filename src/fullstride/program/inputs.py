"""How stored images become the numbers that a program reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullstride.program.table import Array
from fullstride.steps.augmentation import Augmentation


@dataclass(frozen=True)
class Inputs:
    """What an executor does with images before the first operation.

    Attributes
    ----------
    scale : float
        uint8 images are multiplied by it; images of the program's dtype are taken as they are.
    mean, std : tuple of float, one a channel, or empty
        Of the scaled pixels: uint8 images are normalized to (x * scale - mean) / std. Empty: 0 and 1.
    augmentation : Augmentation, optional
        What a training step and `gradients` draw for each image, of uint8 or not; a prediction never does.
    seed, epoch : int
        Draws of another seed or epoch are others.
    """

    scale: float = 1.0
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    augmentation: Augmentation | None = None
    seed: int = 0
    epoch: int = 0

    def coefficients(self, n_C: int, dtype: np.dtype[Any]) -> tuple[Array, Array]:
        """(gain, shift), one number a channel: a pixel x becomes x * gain + shift.

        gain = scale / std and shift = -mean / std, computed in float64 and rounded once to the dtype.
        """
        assert len(self.mean) in (0, n_C), (self.mean, n_C)
        assert len(self.std) in (0, n_C), (self.std, n_C)
        mean, std = np.array(self.mean or (0.0,) * n_C), np.array(self.std or (1.0,) * n_C)
        with np.errstate(over="ignore"):  # a scale that float32 cannot hold is infinite there
            gain, shift = (self.scale / std).astype(dtype), (0.0 - mean / std).astype(dtype)
        return gain, shift


AS_STORED = Inputs()
"""uint8 as 0..255, other images as they are."""
