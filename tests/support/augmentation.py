"""Oracles of augmentation, of another structure than the step's: whole arrays, matrices, sums over all pixels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullstride.steps import Drawn


def moved_oracle(image: Any, drawn: Drawn, fill: Any) -> Any:
    """Mirrored, then a slice of the image amid as much border as it can move by; then the cutout."""
    n_H, n_W, n_C = image.shape
    seen = image[:: -1 if drawn.flip_vertical else 1, :: -1 if drawn.flip else 1]
    wide = max(abs(drawn.vert_shift), abs(drawn.horiz_shift))
    if drawn.border == "reflect":
        amid = np.pad(seen, [(wide, wide), (wide, wide), (0, 0)], "reflect")
    else:
        amid = np.stack([np.pad(seen[..., c], wide, constant_values=fill[c]) for c in range(n_C)], axis=-1)
    top, left = wide - drawn.vert_shift, wide - drawn.horiz_shift
    return covered(amid[top : top + n_H, left : left + n_W], drawn)


def bilinear_oracle(image: Any, drawn: Drawn, fill: Any) -> Any:
    """In float64: one matrix from places of the result to places of the image, and every pixel's share as a tent.

    A pixel at distance (dv, du) from the place counts max(0, 1 - |dv|) * max(0, 1 - |du|); what the image's own pixels
    leave of 1 is fill's. Where the border reflects, the image is first padded with its reflections, far enough.
    """
    n_H, n_W, _ = image.shape
    wide = 40 if drawn.border == "reflect" else 0
    padded = np.pad(image, [(wide, wide), (wide, wide), (0, 0)], "reflect").astype(np.float64)
    middle = move((n_H - 1) / 2, (n_W - 1) / 2)
    unmiddle = move(-(n_H - 1) / 2, -(n_W - 1) / 2)
    top, left, side = drawn.window
    cos, sin = math.cos(drawn.angle), math.sin(drawn.angle)
    forward = (
        move(drawn.vert_shift, drawn.horiz_shift)
        @ middle
        @ np.diag([-1.0 if drawn.flip_vertical else 1.0, -1.0 if drawn.flip else 1.0, 1.0])
        @ np.diag([drawn.zoom, drawn.zoom, 1.0])
        @ np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
        @ unmiddle
        # The window's corner to the image's corner (both half a pixel before their first pixel), and its size.
        @ move(-0.5, -0.5)
        @ np.diag([1 / side, 1 / side, 1.0])
        @ move(-top * n_H, -left * n_W)
        @ move(0.5, 0.5)
    )
    rows, columns = np.mgrid[:n_H, :n_W]
    places = np.linalg.inv(forward) @ np.stack([rows.ravel(), columns.ravel(), np.ones(n_H * n_W)])
    tent_v = np.maximum(0, 1 - np.abs(places[0][:, np.newaxis] - np.arange(-wide, n_H + wide)))
    tent_u = np.maximum(0, 1 - np.abs(places[1][:, np.newaxis] - np.arange(-wide, n_W + wide)))
    own = np.einsum("pv,pu,vuc->pc", tent_v, tent_u, padded)
    rest = 1 - tent_v.sum(axis=1) * tent_u.sum(axis=1)
    return covered((own + rest[:, np.newaxis] * fill).reshape(image.shape), drawn)


def move(down: float, right: float) -> Any:
    return np.array([[1.0, 0.0, down], [0.0, 1.0, right], [0.0, 0.0, 1.0]])


def covered(image: Any, drawn: Drawn) -> Any:
    rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
    vert_start, vert_end, horiz_start, horiz_end = drawn.cutout
    inside = (rows >= vert_start) & (rows < vert_end) & (columns >= horiz_start) & (columns < horiz_end)
    return np.where(inside[..., np.newaxis], image.dtype.type(0), image)
