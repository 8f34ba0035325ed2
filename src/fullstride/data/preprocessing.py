"""What a stored model must know in order to read an ordinary image file as its training images were made."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from fullstride.errors import ArgumentError, FileFormatError
from fullstride.geometry import whole_number

INKS = ("as-is", "light")
FRAMINGS = ("stretch", "fit", "centre", "fill")
_LATER = ("mean", "std")
"""Not in files of the first version; where they are empty they are left out, so that such a file is as it was."""
_LARGEST = 2.0**127


@dataclass(frozen=True)
class Preprocessing:
    """How an image file becomes an input of the network; `read_image` does it.

    Attributes
    ----------
    input_shape : (n_H, n_W, n_C), n_C = 1 for grey or 3 for RGB
    scale : float > 0, what the integer pixel values 0..maximum are multiplied by
    maximum : int in 1..255, the pixel value of full brightness (16 for the embedded digits)
    ink : "as-is" or "light"; "light" turns an image with a bright border into its negative, because the
        training images are light on dark and people draw dark on white
    framing : "stretch" resizes the whole image to (n_H, n_W). The others are for grey images and crop to the
        ink. "fit" keeps the aspect and puts the ink into the middle (Fashion-MNIST). "centre" keeps the
        aspect and puts the centre of mass at (n_H / 2, n_W / 2) (MNIST). "fill" does so too, but first
        stretches the ink half-way, by the geometric mean, to the aspect of the box (the embedded digits)
    box : (vertical, horizontal) part of n_H and n_W that the ink may fill, each in (0, 1]; not for "stretch"
    mean, std : one number a channel, or empty for 0 and 1; std > 0. Of the scaled pixels: the network reads
        (pixel * scale - mean) / std

    Raises
    ------
    ArgumentError, DtypeError, ShapeError
        If a value lies outside its range.
    """

    input_shape: tuple[int, int, int]
    scale: float
    maximum: int = 255
    ink: str = "as-is"
    framing: str = "stretch"
    box: tuple[float, float] = (1.0, 1.0)
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        shape = tuple(whole_number(n, "Preprocessing", "input_shape", 1) for n in self.input_shape)
        if len(shape) != 3 or shape[2] not in (1, 3):
            raise ArgumentError(
                f"Preprocessing: input_shape must be (n_H, n_W, n_C) with n_C = 1 (grey) or 3 (RGB); "
                f"got {shape}"
            )
        if not _is_number(self.scale) or not 0 < self.scale < math.inf:
            raise ArgumentError(f"Preprocessing: scale must be a finite number > 0; got {self.scale!r}")
        if whole_number(self.maximum, "Preprocessing", "maximum", 1) > 255:
            raise ArgumentError(f"Preprocessing: maximum must be in 1..255; got {self.maximum}")
        if self.ink not in INKS:
            raise ArgumentError(f"Preprocessing: ink must be one of {', '.join(INKS)}; got {self.ink!r}")
        if self.framing not in FRAMINGS:
            raise ArgumentError(
                f"Preprocessing: framing must be one of {', '.join(FRAMINGS)}; got {self.framing!r}"
            )
        if self.framing != "stretch" and shape[2] != 1:
            raise ArgumentError(
                f"Preprocessing: framing {self.framing!r} is for grey images (n_C = 1); got n_C = 3"
            )
        box = tuple(self.box)
        if len(box) != 2 or not all(_is_number(part) and 0 < part <= 1 for part in box):
            raise ArgumentError(f"Preprocessing: box must be two numbers in (0, 1]; got {self.box!r}")
        object.__setattr__(self, "input_shape", shape)
        object.__setattr__(self, "box", box)
        self._check_statistics(shape[2])

    def _check_statistics(self, n_C: int) -> None:
        """mean and std: finite numbers, one a channel or none, with which a pixel stays one that float32 can hold."""
        for name, rule in (("mean", "finite numbers"), ("std", "finite numbers > 0")):
            given = getattr(self, name)
            values = tuple(given) if isinstance(given, Iterable) else (given,)
            right = all(isinstance(value, numbers.Real) and math.isfinite(value) for value in values)
            if len(values) not in (0, n_C) or not right or (name == "std" and min(values, default=1) <= 0):
                raise ArgumentError(
                    f"Preprocessing: {name} must be empty or hold {rule}, one for each channel, n_C={n_C}; "
                    f"got {given!r}"
                )
            object.__setattr__(self, name, tuple(float(value) for value in values))
        for c, std in enumerate(self.std):
            brightest = (abs(self.scale * self.maximum) + abs(self.mean[c] if self.mean else 0.0)) / std
            if brightest > _LARGEST:
                raise ArgumentError(
                    "Preprocessing: (pixel * scale - mean) / std must be a number that float32 holds, at most "
                    f"{_LARGEST:.3g}; got std={std:g} for channel {c}, which makes it {brightest:.3g}"
                )

    def to_dict(self) -> dict[str, object]:
        """As JSON can hold it; `from_dict` is the way back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name not in _LATER or value
        }

    @classmethod
    def from_dict(cls, description: Mapping[str, object]) -> Preprocessing:
        """The preprocessing that `to_dict` described.

        Raises
        ------
        FileFormatError
            If a key is missing or unknown, or a value lies outside its range.
        """
        if not isinstance(description, Mapping):
            raise FileFormatError(f"the model's preprocessing must be a JSON object; got {description!r}")
        expected = {field.name for field in fields(cls)}
        if missing := sorted(expected - set(_LATER) - description.keys()):
            raise FileFormatError(f"the model's preprocessing lacks {', '.join(missing)}")
        if unknown := sorted(description.keys() - expected):
            raise FileFormatError(f"the model's preprocessing has unknown keys: {', '.join(unknown)}")
        try:
            return cls(**description)  # type: ignore[arg-type]  # __post_init__ checks them
        except (TypeError, ValueError) as error:
            raise FileFormatError(f"the model's preprocessing cannot be used: {error}") from error


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
