"""How the features of a row stand in an image, and what they are normalized with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from fullstride.sklearn import images
from tests.support.close import assert_close


def numbers(*shape: int) -> Any:
    return np.random.default_rng(0).normal(50, 10, shape)


def test_a_row_is_an_image_of_height_one_unless_it_is_said_otherwise() -> None:
    X = numbers(3, 12)
    assert images.shape_of(X, X, None, "fit") == (1, 12, 1)
    assert images.shape_of(X, X, [2, 3, 2], "fit") == (2, 3, 2)
    assert images.shape_of(X.reshape(3, 2, 3, 2), X, None, "fit") == (2, 3, 2)
    assert images.shape_of(X.reshape(3, 3, 4), X, (3, 4, 1), "fit") == (3, 4, 1)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("weighted", [False, True])
def test_statistics_of_channels_and_of_features(dtype: str, weighted: bool) -> None:
    rows = numbers(7, 12).astype(dtype)
    rows[:, 4] = 9  # constant
    counts = np.arange(7) % 3 + 1 if weighted else np.ones(7, int)
    repeated, weights = (
        np.repeat(rows, counts, axis=0).astype(float),
        counts.astype(float) if weighted else None,
    )
    mean, scale = images.statistics(rows, (2, 3, 2), weights)
    by_channel = repeated.reshape(-1, 2)
    assert_close(mean, by_channel.mean(axis=0), rtol=1e-5)
    assert_close(scale, by_channel.std(axis=0), rtol=1e-5)
    mean, scale = images.statistics(rows, (1, 12, 1), weights)
    assert mean.shape == scale.shape == (12, 1)
    assert_close(mean[:, 0], repeated.mean(axis=0), rtol=1e-5)
    expected = repeated.std(axis=0)
    expected[4] = 1
    assert_close(scale[:, 0], expected, rtol=1e-5)


def test_a_channel_without_contrast() -> None:
    mean, scale = images.statistics(np.full((2, 8), 5, np.uint8), (2, 2, 2), None)
    assert mean.tolist() == [5.0, 5.0]
    assert scale.tolist() == [1.0, 1.0]


def test_what_a_network_normalizes_by_itself() -> None:
    grey, floats = np.arange(8, dtype=np.uint8).reshape(2, 4), np.zeros((2, 4))
    mean, scale = np.array([51.0]), np.array([25.5])
    found = images.preprocessing(grey, (2, 2, 1), mean, scale)
    assert found is not None
    assert (found.mean, found.std, found.scale) == ((0.2,), (0.1,), 1 / 255)
    assert images.preprocessing(floats, (2, 2, 1), mean, scale) is None
    assert images.preprocessing(grey, (1, 4, 1), np.zeros((4, 1)), np.ones((4, 1))) is None
    assert images.preprocessing(grey, (2, 1, 2), np.zeros(2), np.ones(2)) is None


def test_normalized_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many images a part has."""
    rows = numbers(7, 12)
    monkeypatch.setattr("fullstride.training.part.CHUNK", 3)
    found = images.normalized(rows, (2, 3, 2), np.array([40.0, 60.0]), np.array([2.0, 4.0]), "float32")
    assert found.dtype == np.float32
    expected = (rows.reshape(7, 2, 3, 2) - [40, 60]) / [2, 4]
    assert_close(found, expected.astype(np.float32))
