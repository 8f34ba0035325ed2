"""Padded images, and the maps of filters as a volume: the pixels that are drawn are the numbers that were given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the figures need the extra `plots`")

from fullstride import steps
from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.figures import padded, volume
from fullstride.figures.drawing import ORANGE
from tests.support.drawings import assert_legible, images, rectangles, words

generator = np.random.default_rng(0)
PLAIN = {"stride": 1, "pad": 0}


@pytest.mark.parametrize(("n_C", "pad"), [(3, 2), (1, 1), (3, 1)])
def test_each_channel_is_drawn_with_its_zeros(n_C: int, pad: int) -> None:
    X = generator.integers(1, 17, (2, 4, 6, n_C), np.uint8)
    drawing = padded(X, pad, i=1)
    height, width = 4 + 2 * pad, 6 + 2 * pad
    assert words(drawing).count("0") == n_C * (height * width - 4 * 6)
    whole, *planes = images(drawing)
    assert whole.shape == (4, 6, 3)
    assert len(planes) == n_C
    for c, plane in enumerate(planes):
        assert plane.shape == (height, width, 3)
        inside = plane[pad:-pad, pad:-pad]
        np.testing.assert_allclose(inside[:, :, c], X[1, :, :, c] / X[1].max())
        assert (plane[0] == plane[0, 0]).all()  # of one colour
    assert len(rectangles(drawing, ORANGE)) == n_C
    assert_legible(drawing, smallest=4)


def test_a_volume_shows_filters_and_their_maps() -> None:
    A_prev, W = generator.standard_normal((2, 6, 5, 2)), generator.standard_normal((3, 3, 2, 4))
    b = generator.standard_normal((1, 1, 1, 4))
    Z, _ = steps.conv_forward(A_prev, W, b, PLAIN)
    drawing = volume(A_prev, W, b, PLAIN, i=1)
    drawn = images(drawing)
    assert len(drawn) == 1 + 2 * 4 + 4  # the image, filters and maps in turn, and the maps again
    for c in range(4):
        weights, number = drawn[1 + 2 * c], drawn[2 + 2 * c]
        assert ((weights[:, :, 0] < weights[:, :, 2]) == (W[:, :, 0, c] > 0)).all()  # blue is above 0
        assert ((number[:, :, 0] < number[:, :, 2]) == (Z[1, :, :, c] > 0)).all()
        assert (drawn[-1 - c] == number).all()  # the first map is drawn last, in front
    assert "Z: 4 × 3 × 4" in words(drawing)
    assert_legible(drawing, smallest=4)


@pytest.mark.parametrize(("n_C", "f"), [(1, 1), (2, 5), (8, 3)])
def test_volumes_of_all_sizes_can_be_read(n_C: int, f: int) -> None:
    A_prev, W = np.ones((1, 8, 8, 1)), generator.standard_normal((f, f, 1, n_C))
    assert_legible(volume(A_prev, W, np.zeros((1, 1, 1, n_C)), PLAIN), smallest=2)


def image(*shape: int) -> Any:
    return np.zeros(shape)


@pytest.mark.parametrize(
    ("error", "call", "sentence"),
    [
        (DtypeError, lambda: padded([1], 1), r"^padded: X must be a NumPy array"),  # type: ignore[arg-type]
        (
            ArgumentError,
            lambda: padded(image(1, 4, 4, 1), 0),
            r"^padded: pad must be a whole number >= 1; got 0$",
        ),
        (
            ArgumentError,
            lambda: padded(image(2, 4, 4, 1), 1, i=2),
            r"^padded: i must be the index of an image, 0 <= i < m=2; got 2$",
        ),
        (
            ShapeError,
            lambda: padded(image(1, 4, 4, 2), 1),
            r"^padded: X must have n_C = 1 or 3 and be at most 32 x 32 with its padding; got n_C=2 and 6 x 6$",
        ),
        (ShapeError, lambda: padded(image(1, 31, 4, 1), 1), r"got n_C=1 and 33 x 6$"),
        (
            ShapeError,
            lambda: volume(image(1, 4, 4, 1), image(3, 3, 1, 9), image(1, 1, 1, 9), PLAIN),
            r"^volume: W must have at most 8 filters; got shape \(3, 3, 1, 9\)$",
        ),
        (
            ShapeError,
            lambda: volume(image(1, 4, 4, 1), image(3, 3, 2, 2), image(1, 1, 1, 2), PLAIN),
            r"^volume: W must have shape \(f, f, n_C_prev, n_C\) with n_C_prev=1 ",
        ),
        (
            ArgumentError,
            lambda: volume(image(1, 4, 4, 1), image(3, 3, 1, 2), image(1, 1, 1, 2), PLAIN, i=1),
            r"^volume: i must be the index of an image, 0 <= i < m=1; got 1$",
        ),
    ],
)
def test_what_does_not_fit_is_refused(error: type[Exception], call: Any, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        call()
