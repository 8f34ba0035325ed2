"""Maps of Grad-CAM made visible over their images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_COLOUR = np.array([255.0, 120.0, 0.0])
"""Orange: it stands out from grey, dark or light, and is seen with any colour vision."""
_OPACITY = 0.75


def heat(L: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """A map of `Network.grad_cam` brought to the size of its image, in 0..1: 1 where it is largest.

    Parameters
    ----------
    L : ndarray of shape (n_H_map, n_W_map), >= 0
    size : (n_H, n_W)

    Returns
    -------
    ndarray of shape (n_H, n_W), bilinear between the places of the map; zeros where L is zero everywhere

    Examples
    --------
    >>> heat(np.array([[0.0, 2.0]]), (1, 4)).tolist()
    [[0.0, 0.25, 0.75, 1.0]]
    """
    from PIL import Image

    largest = L.max(initial=0.0)
    if largest == 0:
        return np.zeros(size)
    small = Image.fromarray((L / largest).astype(np.float32))
    return np.asarray(small.resize(size[::-1], Image.Resampling.BILINEAR), np.float64)


def overlay(image: NDArray[np.uint8], L: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The image in grey, and orange over it where the map is large.

    Parameters
    ----------
    image : ndarray of shape (n_H, n_W, 3), uint8
    L : ndarray of shape (n_H_map, n_W_map), >= 0

    Returns
    -------
    ndarray of shape (n_H, n_W, 3), uint8
    """
    grey = image.astype(np.float64).mean(axis=-1, keepdims=True)
    opacity = _OPACITY * heat(L, image.shape[:2])[..., np.newaxis]
    return np.asarray(np.rint((1 - opacity) * grey + opacity * _COLOUR), np.uint8)


def visible(image: NDArray[Any], darkest: float, brightest: float) -> NDArray[np.uint8]:
    """An image of any numbers as one of colours: darkest becomes 0, brightest 255.

    Parameters
    ----------
    image : ndarray of shape (n_H, n_W, n_C); where n_C is not 3 the mean of the channels is shown in grey

    Returns
    -------
    ndarray of shape (n_H, n_W, 3), uint8
    """
    picture = image.astype(np.float64)
    if image.shape[-1] != 3:
        picture = np.repeat(picture.mean(axis=-1, keepdims=True), 3, axis=-1)
    range_ = max(brightest - darkest, 1e-30)
    return np.asarray(np.rint(255 * np.clip((picture - darkest) / range_, 0, 1)), np.uint8)
