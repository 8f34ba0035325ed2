"""What was found, as pixels: maps of Grad-CAM over their images, and confusions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.judging.judgment import Judgment

_COLOUR = np.array([255.0, 120.0, 0.0])
"""Orange: it stands out from grey, dark or light, and is seen with any colour vision."""
_OPACITY = 0.75
RIGHT, WRONG = (0, 114, 178), (213, 94, 0)
"""Two colours of Okabe and Ito, to be told apart with any colour vision."""


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


def visible(X: NDArray[Any], maximum: int = 255) -> NDArray[np.uint8]:
    """Images as stored, as images of colours.

    Parameters
    ----------
    X : ndarray of shape (m, n_H, n_W, n_C)
        Where n_C is not 3 the mean of the channels is shown in grey.
    maximum : int
        In images of uint8 it is white and 0 black; in others the largest of their numbers and the least.

    Returns
    -------
    ndarray of shape (m, n_H, n_W, 3), uint8
    """
    A = X.astype(np.float64)
    if X.shape[-1] != 3:
        A = np.repeat(A.mean(axis=-1, keepdims=True), 3, axis=-1)
    low, high = (0.0, float(maximum)) if X.dtype == np.uint8 else (A.min(initial=0.0), A.max(initial=0.0))
    return np.asarray(np.rint(255 * np.clip((A - low) / max(high - low, 1e-30), 0, 1)), np.uint8)


def confusion_strength(judged: Judgment) -> NDArray[np.float64]:
    """How strongly a confusion is shown, in 0..1: the cube root of the part of the class's images, so that rare ones
    are seen beside frequent ones.

    Returns
    -------
    ndarray of shape (n, n)
    """
    return np.cbrt(judged.confusion / np.maximum(judged.support, 1)[:, np.newaxis])


def confusion_pixels(judged: Judgment) -> NDArray[np.uint8]:
    """A confusion matrix as a picture: blue what is right, orange what is not, the stronger the more images.

    Returns
    -------
    ndarray of shape (n, n, 4), uint8; the last number is opacity
    """
    n = len(judged.class_names)
    pixels = np.empty((n, n, 4), np.uint8)
    pixels[..., :3] = np.where(np.eye(n, dtype=bool)[..., np.newaxis], RIGHT, WRONG)
    pixels[..., 3] = np.rint(255 * confusion_strength(judged))
    return pixels
