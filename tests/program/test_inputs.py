"""What becomes of images: coefficients by hand, and batches whose draws follow the image."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride import steps
from fullstride.program import Inputs
from fullstride.steps import Augmentation
from tests.support.close import assert_close

EVERYTHING = Augmentation(1, True, True, 0.5, 30, (0.7, 1.4), 2)


def test_coefficients_by_hand() -> None:
    gain, shift = Inputs(0.5, (0.25, 0.0), (0.125, 2.0)).coefficients(2, np.dtype("float64"))
    assert (gain.tolist(), shift.tolist()) == ([4.0, 0.25], [-2.0, 0.0])
    assert not np.signbit(shift[1]), "0 and never -0: a pixel of 0 stays 0"
    gain, shift = Inputs(1 / 255, std=(0.3,)).coefficients(1, np.dtype("float32"))
    assert (gain.dtype, gain[0], shift[0]) == (np.float32, np.float32(1 / 255 / 0.3), 0)
    gain, shift = Inputs(1 / 255).coefficients(3, np.dtype("float32"))
    assert gain.tolist() == [np.float32(1 / 255)] * 3
    assert not shift.any()
    assert np.isinf(Inputs(1e300).coefficients(1, np.dtype("float32"))[0]).all()


def test_images_of_uint8_are_normalized_and_others_are_not() -> None:
    X = np.random.default_rng(0).integers(0, 256, (3, 2, 2, 2), np.uint8)
    inputs = Inputs(1 / 255, (0.4, 0.5), (0.2, 0.25))
    expected = (X / 255 - [0.4, 0.5]) / [0.2, 0.25]
    assert_close(inputs.images(X, "float64"), expected, atol=1e-14)
    assert_close(inputs.images(X, "float32"), expected.astype(np.float32), atol=1e-6)
    floats = expected.astype(np.float32)
    assert inputs.images(floats, "float32") is floats


@pytest.mark.parametrize("as_bytes", [False, True])
def test_a_batch_is_augmented_image_by_image(as_bytes: bool) -> None:
    generator = np.random.default_rng(1)
    X = generator.integers(0, 256, (5, 4, 3, 2), np.uint8) if as_bytes else generator.random((5, 4, 3, 2))
    inputs = Inputs(1 / 255, (0.4, 0.5), (0.2, 0.25), EVERYTHING, seed=5, epoch=2)
    rows = np.array([4, 1, 4, 0])
    batch = inputs.batch(X, rows, "float64")
    fill = np.array([-2.0, -2.0]) if as_bytes else np.zeros(2)
    for image, row in zip(batch, rows, strict=True):
        drawn = steps.draw_augmentation(EVERYTHING, 5, 2, int(row), 4, 3)
        expected = steps.augment_image(inputs.images(X[row : row + 1], "float64")[0], drawn, fill)
        assert_close(image, expected, atol=1e-14)
    # Neither the place in the batch nor the company changes an image.
    assert batch[0].tobytes() == batch[2].tobytes()
    assert inputs.batch(X, rows[1:2], "float64")[0].tobytes() == batch[1].tobytes()
    assert inputs.batch(X, rows[:0], "float64").shape == (0, 4, 3, 2)


def test_flat_images_are_single_pixels() -> None:
    X = np.arange(12, dtype=np.uint8).reshape(2, 6)
    inputs = Inputs(0.5, augmentation=Augmentation(cutout=1))
    assert inputs.batch(X, np.array([1, 0]), "float64").tolist() == np.zeros((2, 6)).tolist()
