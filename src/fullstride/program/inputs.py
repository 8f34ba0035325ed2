"""How stored images become the numbers that a program reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Inputs:
    """What an executor does with images before the first operation.

    Attributes
    ----------
    scale : float
        uint8 images are multiplied by it; images of the program's dtype are taken as they are.
    """

    scale: float = 1.0


AS_STORED = Inputs()
"""uint8 as 0..255, other images as they are."""
