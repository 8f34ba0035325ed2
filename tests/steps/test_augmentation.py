"""What is drawn for an image, and what becomes of it: by hand, and against arithmetic of another structure."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, FileFormatError, ShapeError
from fullstride.random import Purpose
from fullstride.steps import Augmentation, Drawn, augment_image, draw_augmentation
from tests.support.augmentation import bilinear_oracle, moved_oracle
from tests.support.close import assert_close
from tests.support.philox import words

STILL = draw_augmentation(Augmentation(), 0, 0, 0, 4, 5)
EVERYTHING = Augmentation(
    shift=3, flip=True, flip_vertical=True, crop=0.4, rotation=40, scale=(0.7, 1.6), cutout=3
)


def picture(n_H: int = 4, n_W: int = 5, n_C: int = 2, dtype: Any = np.float64) -> Any:
    return np.random.default_rng(n_H).standard_normal((n_H, n_W, n_C)).astype(dtype)


def grid(text: str) -> Any:
    """An image of one channel, a row a line."""
    return np.array([[float(number) for number in line.split()] for line in text.split(";")])[..., np.newaxis]


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_nothing_drawn_leaves_the_image() -> None:
    image = picture()
    assert not STILL.resampled
    assert augment_image(image, STILL).tobytes() == image.tobytes()
    negative = np.full((2, 2, 1), -0.0)
    assert augment_image(negative, STILL).tobytes() == negative.tobytes()


def test_moved_and_mirrored_by_hand() -> None:
    image = grid("1 2 3; 4 5 6")
    drawn = replace(STILL, cutout=(0, 0, 0, 0))

    def seen(**changes: Any) -> list[list[float]]:
        result: list[list[float]] = augment_image(image, replace(drawn, **changes), np.array([9.0]))[
            ..., 0
        ].tolist()
        return result

    assert seen(vert_shift=1) == [[9, 9, 9], [1, 2, 3]]
    assert seen(horiz_shift=-1) == [[2, 3, 9], [5, 6, 9]]
    assert seen(vert_shift=5) == [[9, 9, 9], [9, 9, 9]]
    assert seen(flip=True) == [[3, 2, 1], [6, 5, 4]]
    assert seen(flip_vertical=True) == [[4, 5, 6], [1, 2, 3]]
    # Mirrored first, then moved to the right.
    assert seen(flip=True, horiz_shift=1) == [[9, 3, 2], [9, 6, 5]]
    assert seen(cutout=(1, 2, 1, 3)) == [[1, 2, 3], [4, 0, 0]]
    # A cutout lies where it was drawn, however the image moved.
    assert seen(horiz_shift=1, cutout=(0, 2, 0, 1)) == [[0, 1, 2], [0, 4, 5]]


def test_reflected_by_hand() -> None:
    image = grid("1 2 3; 4 5 6")
    drawn = replace(STILL, cutout=(0, 0, 0, 0), border="reflect")

    def seen(**changes: Any) -> list[list[float]]:
        found: list[list[float]] = augment_image(image, replace(drawn, **changes), np.array([9.0]))[
            ..., 0
        ].tolist()
        return found

    assert seen(vert_shift=1) == [[4, 5, 6], [1, 2, 3]]
    assert seen(horiz_shift=-2) == [[3, 2, 1], [6, 5, 4]]
    assert seen(horiz_shift=5) == [[2, 1, 2], [5, 4, 5]]  # places -5, -4, -3 of ... 2 1 2 3 2 1 2 3
    assert seen(flip=True, horiz_shift=1) == [[2, 3, 2], [5, 6, 5]]
    # Half as large: places -1, 1, 3 along the columns, -1/2 and 3/2 along the rows.
    assert seen(zoom=0.5) == [[3.5, 3.5, 3.5], [3.5, 3.5, 3.5]]
    assert augment_image(grid("1 2 3"), replace(drawn, vert_shift=3))[..., 0].tolist() == [[1, 2, 3]]


def test_a_quarter_turn_is_counterclockwise() -> None:
    image = grid("1 2 3; 4 5 6; 7 8 9")
    turned = augment_image(image, replace(STILL, angle=math.pi / 2, cutout=(0, 0, 0, 0)))
    assert_close(turned[..., 0], [[3, 6, 9], [2, 5, 8], [1, 4, 7]], atol=1e-14)


def test_a_zoom_by_2_about_the_centre() -> None:
    # Places -1/2, 0, 1/2 around the centre: between neighbours their mean.
    image = grid("0 0 0; 0 8 0; 0 0 0")
    zoomed = augment_image(image, replace(STILL, zoom=2.0, cutout=(0, 0, 0, 0)))
    assert_close(zoomed[..., 0], [[2, 4, 2], [4, 8, 4], [2, 4, 2]], atol=1e-15)
    small = augment_image(image, replace(STILL, zoom=0.5, cutout=(0, 0, 0, 0)), np.array([3.0]))
    assert_close(small[..., 0], [[3, 3, 3], [3, 8, 3], [3, 3, 3]], atol=1e-15)


def test_the_window_is_resized_to_the_image() -> None:
    # The lower right quarter of a 4x4 image: pixels 2 and 3 of each axis, read at 1.75, 2.25, 2.75 and 3.25.
    image = np.arange(4.0)[:, np.newaxis, np.newaxis] * 10 + np.arange(4.0)[:, np.newaxis]
    drawn = replace(STILL, window=(0.5, 0.5, 0.5), cutout=(0, 0, 0, 0))
    seen = augment_image(image, drawn)[..., 0]
    places = np.array([1.75, 2.25, 2.75])
    assert_close(seen[:3, :3], places[:, np.newaxis] * 10 + places, atol=1e-14)
    # At 3.25 a quarter of what is seen lies outside: 0.75 * 3 + 0.25 * 0 along each axis.
    assert_close(seen[3, 3], 0.75 * 0.75 * 33, atol=1e-14)


def test_an_image_of_one_colour_stays_so_where_nothing_outside_is_seen() -> None:
    image = np.full((9, 7, 2), 0.1, np.float32)
    for number in range(40):
        drawn = draw_augmentation(replace(EVERYTHING, cutout=0), 1, 0, number, 9, 7)
        assert (augment_image(image, drawn, image[0, 0]) == image).all()


# --- another structure ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("border", ["zero", "reflect"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_moves_are_padding_and_slicing(dtype: Any, border: str) -> None:
    image, fill = picture(6, 5, 3, dtype), np.array([7, 8, 9], dtype)
    for number in range(80):
        drawn = draw_augmentation(Augmentation(7, True, True, cutout=4, border=border), 3, 1, number, 6, 5)
        seen = augment_image(image, drawn, fill)
        assert seen.dtype == dtype
        assert seen.tobytes() == moved_oracle(image, drawn, fill).tobytes()


@pytest.mark.parametrize("border", ["zero", "reflect"])
@pytest.mark.parametrize("size", [(6, 5), (1, 8), (7, 1)])
def test_resampling_is_a_bilinear_transform(size: tuple[int, int], border: str) -> None:
    image, fill = picture(*size, 2), np.array([0.5, -0.25])
    resampled = 0
    for number in range(60):
        drawn = draw_augmentation(replace(EVERYTHING, border=border), 5, 2, number, *size)
        resampled += drawn.resampled
        assert_close(augment_image(image, drawn, fill), bilinear_oracle(image, drawn, fill), atol=1e-12)
    assert resampled == 60


# --- draws ------------------------------------------------------------------------------------------------------------


def drawn_for(augmentation: Augmentation, count: int, n_H: int = 20, n_W: int = 30) -> list[Drawn]:
    return [draw_augmentation(augmentation, 11, 4, number, n_H, n_W) for number in range(count)]


def test_the_words_by_the_published_algorithm() -> None:
    """The words of the blocks (0, epoch, image, 0) to (2, epoch, image, 0), in the order of the docstring."""
    seed, epoch, image, n_H, n_W = 2**64 - 3, 6, 123456, 20, 30
    raw = [
        word for block in range(3) for word in words((seed, int(Purpose.AUGMENT)), (block, epoch, image, 0))
    ]
    u = [(word >> 11) / 2**53 for word in raw]
    drawn = draw_augmentation(EVERYTHING, seed, epoch, image, n_H, n_W)
    assert drawn.flip == (raw[0] < 2**63)
    assert drawn.flip_vertical == (raw[1] < 2**63)
    assert (drawn.vert_shift, drawn.horiz_shift) == (int(u[2] * 7) - 3, int(u[3] * 7) - 3)
    h, w = int(u[4] * n_H), int(u[5] * n_W)
    assert drawn.cutout == (max(h - 1, 0), min(h + 2, n_H), max(w - 1, 0), min(w + 2, n_W))
    assert_close(drawn.angle, math.radians(40) * (2 * u[6] - 1))
    assert_close(drawn.zoom, 0.7 + 0.9 * u[7])
    side = math.sqrt(1 - 0.6 * u[8])
    assert_close(np.array(drawn.window), np.array([u[9] * (1 - side), u[10] * (1 - side), side]))


def test_draws_are_uniform() -> None:
    count = 3000
    drawn = drawn_for(EVERYTHING, count)
    for name in ("vert_shift", "horiz_shift"):
        values, times = np.unique([getattr(one, name) for one in drawn], return_counts=True)
        assert values.tolist() == list(range(-3, 4))
        assert chi_square(times) < 22.5  # 6 degrees of freedom: one of 1000 lies above
    for name in ("flip", "flip_vertical"):
        assert abs(sum(getattr(one, name) for one in drawn) - count / 2) < 3.3 * math.sqrt(count / 4)
    parts = {
        "angle": np.array([one.angle / math.radians(40) for one in drawn]) / 2 + 0.5,
        "zoom": (np.array([one.zoom for one in drawn]) - 0.7) / 0.9,
        "area": (np.array([one.window[2] ** 2 for one in drawn]) - 0.4) / 0.6,
        "top": np.array([one.window[0] / (1 - one.window[2]) for one in drawn]),
        "left": np.array([one.window[1] / (1 - one.window[2]) for one in drawn]),
    }
    for name, values in parts.items():
        times, _ = np.histogram(values, 10, (0, 1))
        assert times.sum() == count, name
        assert chi_square(times) < 27.9, name  # 9 degrees of freedom
    together = np.corrcoef([*parts.values(), [one.vert_shift for one in drawn], [one.flip for one in drawn]])
    assert np.abs(together - np.eye(7)).max() < 0.07


def chi_square(times: Any) -> float:
    expected = times.sum() / len(times)
    return float(((times - expected) ** 2 / expected).sum())


def test_a_window_lies_inside_and_a_cutout_around_any_pixel() -> None:
    drawn = drawn_for(Augmentation(crop=0.0001, cutout=5), 400, 6, 5)
    for one in drawn:
        top, left, side = one.window
        assert 0 <= top <= top + side <= 1
        assert 0 <= left <= left + side <= 1
        vert_start, vert_end, horiz_start, horiz_end = one.cutout
        assert 0 <= vert_start < vert_end <= 6
        assert 0 <= horiz_start < horiz_end <= 5
    assert {one.cutout[:2] for one in drawn} == {(0, 3), (0, 4), (0, 5), (1, 6), (2, 6), (3, 6)}


def test_what_is_drawn_for_one_thing_does_not_depend_on_another() -> None:
    everything, alone = drawn_for(EVERYTHING, 20), drawn_for(Augmentation(shift=3, cutout=3), 20)
    for one, other in zip(everything, alone, strict=True):
        assert (one.vert_shift, one.horiz_shift, one.cutout) == (
            other.vert_shift,
            other.horiz_shift,
            other.cutout,
        )


def test_seed_epoch_and_image_draw_anew() -> None:
    drawn = [
        draw_augmentation(EVERYTHING, *key, 20, 20)
        for key in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (2**64 - 1, 0, 0))
    ]
    assert len({one.angle for one in drawn}) == len(drawn)
    assert draw_augmentation(EVERYTHING, 0, 1, 0, 20, 20) == drawn[2]


def test_limits_of_the_draws() -> None:
    """What is off is exactly off: no angle, no zoom, the whole window, no cutout."""
    for one in drawn_for(Augmentation(shift=1), 50):
        assert (one.angle, one.zoom, one.window, one.resampled) == (0.0, 1.0, (0.0, 0.0, 1.0), False)
        assert one.cutout[0] == one.cutout[1]
        assert not one.flip
        assert not one.flip_vertical


# --- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"shift": -1}, ArgumentError, "shift must be a whole number >= 0; got -1"),
        ({"shift": 1.5}, DtypeError, "shift must be a whole number >= 0; got 1.5 of type float"),
        ({"cutout": 65537}, ArgumentError, "cutout must be at most 65536 pixels; got 65537"),
        ({"flip": 1}, DtypeError, "flip must be True or False; got 1 of type int"),
        ({"flip_vertical": None}, DtypeError, "flip_vertical must be True or False; got None of type NoneType"),
        ({"crop": 0.0}, ArgumentError, "crop must be a finite number, 0 < crop <= 1; got 0.0"),
        ({"crop": 1e-9}, ArgumentError, "crop must be a part of the area, 0.0001 <= crop <= 1; got 1e-09"),
        ({"crop": 1.5}, ArgumentError, "crop must be a finite number, 0 < crop <= 1; got 1.5"),
        ({"rotation": -1}, ArgumentError, "rotation must be a number, 0 <= rotation < inf; got -1.0"),
        ({"rotation": 181}, ArgumentError, "rotation must be degrees, 0 <= rotation <= 180; got 181.0"),
        ({"rotation": "1"}, DtypeError, "rotation must be a number, 0 <= rotation < inf; got '1' of type str"),
        ({"scale": 1.5}, DtypeError, "scale must be a pair of factors, (smallest, largest); got 1.5"),
        ({"scale": (1, 11)}, ArgumentError, "scale[1] must be a finite number, 0 < scale[1] <= 10; got 11.0"),
        ({"border": "wrap"}, ArgumentError, 'border must be "zero" or "reflect"; got \'wrap\''),
        ({"border": 0}, DtypeError, 'border must be "zero" or "reflect"; got 0 of type int'),
        (
            {"scale": (1.2, 0.8)},
            ArgumentError,
            "scale must be two factors, 0.1 <= scale[0] <= scale[1] <= 10; got (1.2, 0.8)",
        ),
        (
            {"scale": (0.05, 1)},
            ArgumentError,
            "scale must be two factors, 0.1 <= scale[0] <= scale[1] <= 10; got (0.05, 1.0)",
        ),
    ],
)  # fmt: skip
def test_values_out_of_range(values: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error) as caught:
        Augmentation(**values)
    assert str(caught.value) == f"Augmentation: {sentence}"
    with pytest.raises(FileFormatError) as caught:
        Augmentation.from_dict(values)
    assert str(caught.value) == f"the augmentation cannot be used: Augmentation: {sentence}"


def test_round_trip_through_json() -> None:
    assert Augmentation.from_dict(json.loads(json.dumps(EVERYTHING.to_dict()))) == EVERYTHING
    assert Augmentation.from_dict({}) == Augmentation()
    assert Augmentation.from_dict({"scale": [1, 2]}).scale == (1.0, 2.0)
    assert Augmentation(crop=1, rotation=np.float32(5), shift=np.int64(2)) == Augmentation(2, rotation=5.0)
    json.dumps(Augmentation(shift=np.int64(2), rotation=np.float32(5)).to_dict())


def test_what_is_no_description() -> None:
    with pytest.raises(FileFormatError, match=r"^the augmentation must be a JSON object; got \[\]$"):
        Augmentation.from_dict([])  # type: ignore[arg-type]
    with pytest.raises(
        FileFormatError,
        match=r"^the augmentation must have keys among shift, flip, .*; got 'rotate'; did you mean rotation\?$",
    ):
        Augmentation.from_dict({"rotate": 3})
    with pytest.raises(FileFormatError, match=r"; got 'zzz'$"):
        Augmentation.from_dict({"zzz": 3})


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    big, drawn = picture(8, 10), draw_augmentation(EVERYTHING, 0, 0, 1, 4, 5)
    for given in (big[::2, ::2], big[::-2, 5:0:-1], np.asfortranarray(big[:4, :5])):
        before = given.tobytes()
        seen = augment_image(given, drawn)
        assert seen.tobytes() == augment_image(np.ascontiguousarray(given), drawn).tobytes()
        assert given.tobytes() == before
        assert not np.shares_memory(seen, given)


def test_refusals() -> None:
    image = picture()
    with pytest.raises(
        DtypeError, match=r"^draw_augmentation: augmentation must be an Augmentation; got a dic"
    ):
        draw_augmentation({}, 0, 0, 0, 4, 4)  # type: ignore[arg-type]
    with pytest.raises(
        ArgumentError, match=r"^draw_augmentation: seed must be a whole .*, 0 <= seed < 2\*\*64; g"
    ):
        draw_augmentation(EVERYTHING, 2**64, 0, 0, 4, 4)
    for position, name in enumerate(("seed", "epoch", "image")):
        key = [0, 0, 0]
        key[position] = -1
        with pytest.raises(
            ArgumentError, match=f"^draw_augmentation: {name} must be a whole number >= 0; got -1"
        ):
            draw_augmentation(EVERYTHING, *key, 4, 4)
    with pytest.raises(ArgumentError, match=r"^draw_augmentation: n_W must be a whole number >= 1; got 0"):
        draw_augmentation(EVERYTHING, 0, 0, 0, 4, 0)
    with pytest.raises(
        ShapeError, match=r"^augment_image: image must have shape \(n_H, n_W, n_C\), 3 axes; got"
    ):
        augment_image(image[0], STILL)
    with pytest.raises(
        DtypeError, match=r"^augment_image: drawn must be what draw_augmentation returned; got a A"
    ):
        augment_image(image, EVERYTHING)  # type: ignore[arg-type]
    with pytest.raises(
        ShapeError, match=r"^augment_image: fill must have shape \(n_C,\) = \(2,\) \(image has sh"
    ):
        augment_image(image, STILL, np.zeros(3))
    with pytest.raises(DtypeError, match=r"^augment_image: image and fill must share one dtype"):
        augment_image(image, STILL, np.zeros(2, np.float32))
