"""Augmentation: in every epoch a network sees each image moved, turned, resized or partly covered, as chance has it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from fullstride import checks
from fullstride.angles import cosine, radians, sine
from fullstride.checks import Array
from fullstride.errors import ArgumentError, DtypeError, FileFormatError
from fullstride.geometry import whole_number
from fullstride.random import Purpose, Stream

BORDERS = "zero", "reflect"
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
    border : "zero" or "reflect"
        What an image shows where it was moved, turned or zoomed away from its edge: "zero", pixels that are stored as
        0, as ink is drawn on; or "reflect", the image itself, mirrored at the middle of its outermost pixels (as
        `numpy.pad` does), which photographs want: a black edge is something that no test image has.

    Raises
    ------
    ArgumentError, DtypeError
        If a value lies outside its range, or is of another type.

    Notes
    -----
    Everything is drawn uniformly. Cropping, rotating and zooming read between pixels, bilinearly.

    Source
    ------
    shift and flip: K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning" (2016), section 4.2. crop: C. Szegedy et
    al., "Going deeper with convolutions" (2015), section 6, with the aspect kept. rotation and scale: P. Simard, D.
    Steinkraus, J. Platt, "Best practices for convolutional neural networks" (2003), section 2. cutout: T. DeVries, G.
    Taylor, "Improved regularization of convolutional neural networks with cutout" (2017).

    Examples
    --------
    >>> photographs = Augmentation(shift=4, flip=True, border="reflect")
    >>> photographs.shift, photographs.flip, photographs.cutout
    (4, True, 0)
    """

    shift: int = 0
    flip: bool = False
    flip_vertical: bool = False
    crop: float = 1.0
    rotation: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    cutout: int = 0
    border: str = "zero"

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
        if not isinstance(self.border, str):
            raise DtypeError(
                f'{where}: border must be "zero" or "reflect"; got {self.border!r} of type {type(self.border).__name__}'
            )
        if self.border not in BORDERS:
            raise ArgumentError(f'{where}: border must be "zero" or "reflect"; got {self.border!r}')

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


@dataclass(frozen=True)
class Drawn:
    """What was drawn for one image.

    Attributes
    ----------
    flip, flip_vertical : bool
    vert_shift, horiz_shift : int
        Pixels down, and to the right.
    window : (float, float, float)
        Its top, its left and its side, as parts of the image's.
    angle : float
        Radians, counterclockwise.
    zoom : float
    cutout : (int, int, int, int)
        vert_start, vert_end, horiz_start, horiz_end, inside the image; of no height where there is none.
    border : "zero" or "reflect"
        Not drawn: that of the `Augmentation`.

    Examples
    --------
    >>> still = draw_augmentation(Augmentation(), seed=0, epoch=0, image=0, n_H=28, n_W=28)
    >>> still.zoom, still.window, still.resampled
    (1.0, (0.0, 0.0, 1.0), False)
    """

    flip: bool
    flip_vertical: bool
    vert_shift: int
    horiz_shift: int
    window: tuple[float, float, float]
    angle: float
    zoom: float
    cutout: tuple[int, int, int, int]
    border: str = "zero"

    @property
    def resampled(self) -> bool:
        """Whether pixels are read between those of the image; else they are moved as they are."""
        return self.angle != 0 or self.zoom != 1 or self.window[2] != 1


def draw_augmentation(
    augmentation: Augmentation, seed: int, epoch: int, image: int, n_H: int, n_W: int
) -> Drawn:
    """Draw what becomes of one image in one epoch.

    Parameters
    ----------
    augmentation : Augmentation
    seed : int in 0..2**64 - 1
    epoch : int >= 0
    image : int >= 0
        Its index in the data set: neither its batch nor its place in it counts.
    n_H, n_W : int >= 1
        The size of the image.

    Returns
    -------
    Drawn

    Raises
    ------
    ArgumentError, DtypeError
        If an argument is out of range or of another type.

    Notes
    -----
    u[0] to u[10] are uniform in [0, 1), from `random.Stream(seed, Purpose.AUGMENT, epoch, image)`. Each stands for one
    thing, whatever else is drawn: cutout changes nothing about the shifts.

    Examples
    --------
    >>> drawn = draw_augmentation(Augmentation(shift=2, flip=True), seed=0, epoch=0, image=7, n_H=28, n_W=28)
    >>> drawn.vert_shift, drawn.horiz_shift, drawn.flip
    (-1, 1, True)
    """
    where = "draw_augmentation"
    if not isinstance(augmentation, Augmentation):
        raise DtypeError(
            f"{where}: augmentation must be an Augmentation; got a {type(augmentation).__name__}"
        )
    if whole_number(seed, where, "seed", 0) >= 2**64:
        raise ArgumentError(f"{where}: seed must be a whole number, 0 <= seed < 2**64; got {seed}")
    counters = whole_number(epoch, where, "epoch", 0), whole_number(image, where, "image", 0)
    n_H, n_W = whole_number(n_H, where, "n_H", 1), whole_number(n_W, where, "n_W", 1)
    u = Stream(seed, Purpose.AUGMENT, *counters).uniform(12).tolist()

    places = 2 * augmentation.shift + 1
    vert_shift = math.floor(u[2] * places) - augmentation.shift  # -shift..shift
    horiz_shift = math.floor(u[3] * places) - augmentation.shift
    h, w = math.floor(u[4] * n_H), math.floor(u[5] * n_W)  # the pixel that a cutout lies around
    angle = (2 * u[6] - 1) * radians(augmentation.rotation)
    low, high = augmentation.scale
    zoom = low + u[7] * (high - low)
    area = 1 - u[8] * (1 - augmentation.crop)  # crop..1
    side = math.sqrt(area)
    top, left = u[9] * (1 - side), u[10] * (1 - side)
    return Drawn(
        flip=augmentation.flip and u[0] < 0.5,
        flip_vertical=augmentation.flip_vertical and u[1] < 0.5,
        vert_shift=vert_shift,
        horiz_shift=horiz_shift,
        window=(top, left, side),
        angle=angle,
        zoom=zoom,
        cutout=(*_around(h, augmentation.cutout, n_H), *_around(w, augmentation.cutout, n_W)),
        border=augmentation.border,
    )


def _around(centre: int, side: int, n: int) -> tuple[int, int]:
    """Where `side` pixels around a pixel begin and end, clipped to 0..n."""
    start = centre - side // 2
    return max(start, 0), min(start + side, n)


def _reflect(place: float, n: int) -> float:
    """The place in 0..n - 1 that shows at a place outside, with mirrors at 0 and at n - 1.

    >>> [_reflect(place, 4) for place in (-2.0, -0.5, 3.25, 5.0, 6.0, 7.0)]
    [2.0, 0.5, 2.75, 1.0, 0.0, 1.0]
    """
    if n == 1:
        return 0.0
    there_and_back = 2.0 * (n - 1)
    place = abs(place)
    place = max(0.0, place - math.floor(place * (1 / there_and_back)) * there_and_back)
    return there_and_back - place if place > n - 1 else place


def augment_image(image: Array, drawn: Drawn, fill: Array | None = None) -> Array:
    """Move, turn, resize and cover an image, as it was drawn.

    Parameters
    ----------
    image : ndarray of shape (n_H, n_W, n_C)
        As the network reads it: normalized.
    drawn : Drawn
        What `draw_augmentation` returned.
    fill : ndarray of shape (n_C,), optional
        The pixel that lies outside of an image whose border is "zero", everywhere. The network takes one that is stored
        as 0: the shift of `normalize_pixels`; zeros where images are not normalized. Without it zeros.

    Returns
    -------
    ndarray of the shape and dtype of image
        Its pixel (h, w) shows the place (vert, horiz) of the image. The window is cut out and resized, turned and
        zoomed, then mirrored, then moved; so, on the way back: minus the shift; mirrored; turned by -angle and divided
        by zoom, about the centre; times the side of the window, about its centre; reflected into the image, where that
        is the border. Where the place lies between four pixels, each counts by how near it is. Where no window, angle
        or zoom was drawn, pixels are as they were, to the bit.

    Raises
    ------
    ShapeError, DtypeError
        If image or fill is not of the shape or dtype, or drawn not of the type that is asked for.

    Source
    ------
    Bilinear interpolation along w and then along h, as x + weight * (x_next - x): equal neighbours are kept to the bit.

    Examples
    --------
    >>> from dataclasses import replace
    >>> image = np.array([[1.0, 2.0], [3.0, 4.0]])[:, :, np.newaxis]
    >>> still = draw_augmentation(Augmentation(), 0, 0, 0, 2, 2)
    >>> augment_image(image, replace(still, flip=True))[:, :, 0]
    array([[2., 1.],
           [4., 3.]])
    >>> augment_image(image, replace(still, vert_shift=1), fill=np.array([9.0]))[:, :, 0]
    array([[9., 9.],
           [1., 2.]])
    >>> augment_image(image, replace(still, vert_shift=1, border="reflect"))[:, :, 0]
    array([[3., 4.],
           [1., 2.]])
    """
    where = "augment_image"
    image = checks.array(image, where, "image", ("n_H", "n_W", "n_C"))
    n_H, n_W, n_C = image.shape
    if not isinstance(drawn, Drawn):
        raise DtypeError(
            f"{where}: drawn must be what draw_augmentation returned; got a {type(drawn).__name__}"
        )
    outside = np.zeros(n_C, image.dtype) if fill is None else checks.array(fill, where, "fill", ("n_C",))
    checks.same_dtype(where, image=image, fill=outside)
    checks.of_shape(outside, where, "fill", ("n_C",), (n_C,), f"image has shape {image.shape}")
    kind = image.dtype.type

    def pixel(h: int, w: int) -> Array:
        seen: Array = image[h, w] if 0 <= h < n_H and 0 <= w < n_W else outside
        return seen

    def inside(place: float, n: int) -> float:
        return _reflect(place, n) if drawn.border == "reflect" else place

    top, left, side = drawn.window
    vert_centre = top * n_H + (side * n_H - 1) / 2  # pixel h covers h - 1/2 to h + 1/2
    horiz_centre = left * n_W + (side * n_W - 1) / 2
    factor = side / drawn.zoom
    along, across = factor * cosine(drawn.angle), factor * sine(drawn.angle)

    augmented = np.empty_like(image)
    for h in range(n_H):
        for w in range(n_W):
            down = h - drawn.vert_shift - (n_H - 1) / 2  # from the centre
            right = w - drawn.horiz_shift - (n_W - 1) / 2
            down, right = (-down if drawn.flip_vertical else down), (-right if drawn.flip else right)
            if not drawn.resampled:
                vert, horiz = inside(down + (n_H - 1) / 2, n_H), inside(right + (n_W - 1) / 2, n_W)
                augmented[h, w] = pixel(int(vert), int(horiz))
                continue
            vert = inside((along * down + across * right) + vert_centre, n_H)
            horiz = inside((along * right - across * down) + horiz_centre, n_W)
            h_0, w_0 = math.floor(vert), math.floor(horiz)  # the pixel above and to the left
            below, behind = kind(vert - h_0), kind(horiz - w_0)  # how far behind it
            upper = pixel(h_0, w_0) + behind * (pixel(h_0, w_0 + 1) - pixel(h_0, w_0))
            lower = pixel(h_0 + 1, w_0) + behind * (pixel(h_0 + 1, w_0 + 1) - pixel(h_0 + 1, w_0))
            augmented[h, w] = upper + below * (lower - upper)

    vert_start, vert_end, horiz_start, horiz_end = drawn.cutout
    augmented[vert_start:vert_end, horiz_start:horiz_end] = 0
    return augmented
