"""Images as addresses of their own content, which no browser has to ask for."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray

from fullstride.report.markup import Html, h

LARGEST = 160
"""Pixels along the longer side: larger images are made smaller."""


def picture(pixels: NDArray[np.uint8], alt: str, class_: str | None = None) -> Html:
    """An <img> with its pixels in it.

    Parameters
    ----------
    pixels : ndarray of shape (n_H, n_W, 3), or with 4 the last of which is opacity
    alt : what it shows, in words
    """
    n_H, n_W = pixels.shape[:2]
    return h("img", src=data_uri(pixels), alt=alt, width=n_W, height=n_H, class_=class_)


def data_uri(pixels: NDArray[np.uint8]) -> str:
    """A PNG as the address of an image; the same pixels give the same text."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def at_most(pixels: NDArray[np.uint8], largest: int = LARGEST) -> NDArray[np.uint8]:
    """An image whose longer side has at most so many pixels."""
    from PIL import Image

    if max(pixels.shape[:2]) <= largest:
        return pixels
    small = Image.fromarray(pixels)
    small.thumbnail((largest, largest), Image.Resampling.LANCZOS)
    return np.asarray(small)
