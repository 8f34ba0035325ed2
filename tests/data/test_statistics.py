"""Mean and standard deviation of channels."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from fullstride import mapping
from fullstride.data import channel_statistics, statistics
from fullstride.errors import ArgumentError, DtypeError, ShapeError
from tests.support.datasets import data_folder
from tests.support.memory import MIB, resident, sparse_images


def exactly(X: np.ndarray, scale: float) -> tuple[list[Fraction], list[Fraction]]:
    """Mean and variance as fractions, in Python's whole numbers, pixel by pixel."""
    means, variances = [], []
    for c in range(X.shape[3]):
        values = [int(x) for x in X[..., c].ravel()]
        mean = Fraction(sum(values), len(values))
        variances.append(Fraction(scale) ** 2 * sum((x - mean) ** 2 for x in values) / len(values))
        means.append(Fraction(scale) * mean)
    return means, variances


@pytest.mark.parametrize("chunk", [1, 100, 1 << 20])
@pytest.mark.parametrize("shape", [(7, 5, 4, 3), (1, 1, 1, 1), (3, 1, 6, 2), (50, 3, 3, 1)])
def test_against_fractions(monkeypatch, shape, chunk):
    X = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    before = X.copy()
    whole = channel_statistics(X, 1 / 255)
    monkeypatch.setattr(statistics, "_CHUNK", chunk)
    mean, std = channel_statistics(X, 1 / 255)
    assert (mean, std) == whole, "the same bits however it is cut"
    means, variances = exactly(X, 1 / 255)
    assert mean == pytest.approx([float(m) for m in means], rel=4e-16)
    assert std == pytest.approx([math.sqrt(v) for v in variances], rel=6e-16)
    assert all(type(value) is float for value in (*mean, *std))
    assert np.array_equal(X, before)


def test_by_hand():
    """0 and 10: mean 5, deviation 5; 1, 1: mean 1, deviation 0. Twice as much, scaled by 2."""
    X = np.array([[[[0, 1], [10, 1]]]], np.uint8)
    assert channel_statistics(X, 1.0) == ((5.0, 1.0), (5.0, 0.0))
    assert channel_statistics(X, 2.0) == ((10.0, 2.0), (10.0, 0.0))


def test_many_tiny_images_of_full_brightness_do_not_overflow():
    """70,000 squares of 255 are more than 32 bits hold."""
    X = np.full((70_000, 1, 1, 1), 255, np.uint8)
    assert channel_statistics(X, 1 / 255) == ((255 / 255,), (0.0,))


def test_views_and_memory_maps(tmp_path):
    X = np.random.default_rng(1).integers(0, 256, (20, 6, 5, 3), np.uint8)
    X.tofile(tmp_path / "X")
    expected = channel_statistics(X[::3], 1 / 16)
    mapped = np.memmap(tmp_path / "X", np.uint8, "r", shape=X.shape)
    assert channel_statistics(mapped[::3], 1 / 16) == expected
    assert channel_statistics(np.ascontiguousarray(X[::3, ::-1].transpose(0, 2, 1, 3)), 1 / 16) == expected
    assert channel_statistics(X[::3, ::-1].transpose(0, 2, 1, 3), 1 / 16) == expected, (
        "positions do not matter"
    )


def test_memory_stays_flat(tmp_path, monkeypatch):
    monkeypatch.setattr(mapping, "_MOST", 4 * MIB)
    X = sparse_images(tmp_path / "X.npy")
    start = resident()
    assert channel_statistics(X, 1 / 255) == ((0.0,), (0.0,))
    assert resident() - start < 16 * MIB


def test_the_numbers_that_everybody_normalizes_mnist_with():
    folder = data_folder("mnist")
    from fullstride.data import load

    (mean,), (std,) = channel_statistics(load("mnist", folder).X_train, 1 / 255)
    assert (round(mean, 4), round(std, 4)) == (0.1307, 0.3081)


@pytest.mark.parametrize(
    ("X", "scale", "error", "sentence"),
    [
        ([[1]], 1.0, DtypeError, "channel_statistics: X must be a NumPy array of uint8; got a list"),
        (np.zeros((1, 1, 1, 1)), 1.0, DtypeError, "X must be a NumPy array of uint8; got dtype float64"),
        (
            np.zeros((2, 2, 1), np.uint8),
            1.0,
            ShapeError,
            r"X must have shape \(m, n_H, n_W, n_C\).*\(2, 2, 1\)",
        ),
        (np.zeros((0, 2, 2, 1), np.uint8), 1.0, ShapeError, r"none of them 0; got shape \(0, 2, 2, 1\)"),
        (
            np.zeros((1, 2, 2, 1), np.uint8),
            0,
            ArgumentError,
            "channel_statistics: scale must be a finite number",
        ),
    ],
)
def test_arguments(X, scale, error, sentence):
    with pytest.raises(error, match=sentence):
        channel_statistics(X, scale)
