"""Augmentation: in every epoch a network sees each image moved, turned, resized or partly covered, as chance has it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from fullstride import checks
from fullstride.errors import ArgumentError, DtypeError, FileFormatError
from fullstride.geometry import whole_number

MOST_PIXELS = 1 << 16
"""Of a shift and of a cutout: more than any image has in a row."""
LEAST_CROP = 1e-4
LEAST_SCALE, MOST_SCALE = 0.1, 10.0


@dataclass(frozen=True)
class Augmentation:
    """What may become of an image in training; each part is off unless it is given.

    Parameters
    ----------
    shift : int >= 0
        Pixels: the image moves by -shift..shift pixels along each axis (as padding and cropping at random does).
    flip, flip_vertical : bool
        Whether every second image, on average, is mirrored left to right, and top to bottom.
    crop : float in [0.0001, 1]
        A window of the image, with an area of crop..1 of the image's and its aspect, is resized to the full image.
    rotation : float in [0, 180]
        Degrees: the image is rotated about its centre by -rotation..rotation.
    scale : (float, float), 0.1 <= scale[0] <= scale[1] <= 10
        The image is zoomed about its centre by a factor in this range; one above 1 makes things larger.
    cutout : int >= 0
        A square of cutout by cutout pixels, around any pixel, is set to 0, the mean of normalized images.

    Raises
    ------
    ArgumentError, DtypeError
        If a value lies outside its range, or is of another type.

    Notes
    -----
    Everything is drawn uniformly. Where an image shows what lies outside of the stored one, that is a pixel stored
    as 0. Cropping, rotating and zooming read between pixels, bilinearly.

    Source
    ------
    shift and flip: K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning" (2016), section 4.2. crop: C. Szegedy et
    al., "Going deeper with convolutions" (2015), section 6, with the aspect kept. rotation and scale: P. Simard, D.
    Steinkraus, J. Platt, "Best practices for convolutional neural networks" (2003), section 2. cutout: T. DeVries, G.
    Taylor, "Improved regularization of convolutional neural networks with cutout" (2017).

    Examples
    --------
    >>> Augmentation(shift=4, flip=True)
    Augmentation(shift=4, flip=True, flip_vertical=False, crop=1.0, rotation=0.0, scale=(1.0, 1.0), cutout=0)
    """

    shift: int = 0
    flip: bool = False
    flip_vertical: bool = False
    crop: float = 1.0
    rotation: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    cutout: int = 0

    def __post_init__(self) -> None:
        where = "Augmentation"
        for name in ("shift", "cutout"):
            pixels = whole_number(getattr(self, name), where, name, 0)
            if pixels > MOST_PIXELS:
                raise ArgumentError(f"{where}: {name} must be at most {MOST_PIXELS} pixels; got {pixels}")
            object.__setattr__(self, name, pixels)
        for name in ("flip", "flip_vertical"):
            object.__setattr__(self, name, checks.flag(getattr(self, name), where, name))
        crop = checks.positive_number(self.crop, where, "crop", at_most=1.0)
        if crop < LEAST_CROP:
            raise ArgumentError(
                f"{where}: crop must be a part of the area, {LEAST_CROP} <= crop <= 1; got {crop}"
            )
        object.__setattr__(self, "crop", crop)
        rotation = checks.real_number(self.rotation, where, "rotation")
        if rotation > 180:
            raise ArgumentError(f"{where}: rotation must be degrees, 0 <= rotation <= 180; got {rotation}")
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "scale", _factors(self.scale, where))

    def to_dict(self) -> dict[str, object]:
        """As JSON can hold it; `from_dict` is the way back."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, description: Mapping[str, object]) -> Augmentation:
        """The augmentation that `to_dict` described; a key that is missing has its default.

        Raises
        ------
        FileFormatError
            If a key is unknown (the nearest one is proposed), or a value lies outside its range.
        """
        if not isinstance(description, Mapping):
            raise FileFormatError(f"the augmentation must be a JSON object; got {description!r}")
        known = [field.name for field in fields(cls)]
        for key in description:
            if key not in known:
                nearest = difflib.get_close_matches(str(key), known, 1, cutoff=0.5)
                proposal = f"; did you mean {nearest[0]}?" if nearest else ""
                raise FileFormatError(
                    f"the augmentation must have keys among {', '.join(known)}; got {key!r}{proposal}"
                )
        try:
            return cls(**description)  # type: ignore[arg-type]  # __post_init__ checks them
        except (ArgumentError, DtypeError) as error:
            raise FileFormatError(f"the augmentation cannot be used: {error}") from error


def _factors(scale: object, where: str) -> tuple[float, float]:
    if not isinstance(scale, (tuple, list)) or len(scale) != 2:
        raise DtypeError(f"{where}: scale must be a pair of factors, (smallest, largest); got {scale!r}")
    low, high = (
        checks.positive_number(factor, where, f"scale[{place}]", at_most=MOST_SCALE)
        for place, factor in enumerate(scale)
    )
    if not LEAST_SCALE <= low <= high:
        raise ArgumentError(
            f"{where}: scale must be two factors, {LEAST_SCALE:g} <= scale[0] <= scale[1] <= {MOST_SCALE:g}; "
            f"got {(low, high)}"
        )
    return low, high
