"""How stored images become the numbers that a program reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import steps
from fullstride.program.table import Array
from fullstride.steps import Augmentation


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

    def images(self, X: NDArray[Any], dtype: str) -> Array:
        """Images as a prediction reads them."""
        if X.dtype != np.uint8:
            return X
        return steps.normalize_pixels(X, *self.coefficients(X.shape[-1], np.dtype(dtype)))

    def batch(self, X: NDArray[Any], rows: NDArray[np.int64], dtype: str) -> Array:
        """X[rows] as a training step reads them."""
        A = self.images(X[rows], dtype)
        if self.augmentation is None:
            return A
        fill = self.images(np.zeros(X.shape[-1], X.dtype), dtype)  # what a pixel that is stored as 0 becomes
        n_H, n_W, n_C = A.shape[1:] if A.ndim == 4 else (1, 1, fill.size)
        seen = [
            steps.augment_image(
                image,
                steps.draw_augmentation(self.augmentation, self.seed, self.epoch, int(row), n_H, n_W),
                fill,
            )
            for image, row in zip(A.reshape(-1, n_H, n_W, n_C), rows, strict=True)
        ]
        return np.array(seen, A.dtype).reshape(A.shape)


AS_STORED = Inputs()
"""uint8 as 0..255, other images as they are."""
