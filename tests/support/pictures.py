"""Folders of images, drawn here."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image


def saved(path: Path, pixels: np.ndarray | Image.Image, **options: object) -> Path:
    """An image file; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    """Random bytes."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def folder_of(
    folder: Path, counts: Mapping[str, int], shape: tuple[int, ...] = (4, 6, 3), first: int = 0
) -> Path:
    """For each class (or part/class) so many PNG files 0.png, 1.png ..., no two of them alike."""
    seed = 1000 * first
    for name, count in counts.items():
        for k in range(count):
            saved(folder / name / f"{k}.png", noise(*shape, seed=seed))
            seed += 1
    return folder


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises a size and whose data is short."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
