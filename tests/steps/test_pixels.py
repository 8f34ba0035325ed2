"""Pixels as numbers: by hand, and against a true fused multiply-add."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.errors import DtypeError, ShapeError
from fullstride.steps import normalize_pixels
from tests.support.close import assert_close
from tests.support.exact import fma

DTYPES = (np.float32, np.float64)


def test_by_hand() -> None:
    # Channel 0: (x / 255 - 0.2) / 0.4 = x * (1 / 102) - 0.5; channel 1 only doubles.
    X = np.array([[[0, 0], [51, 3]], [[102, 100], [255, 255]]], np.uint8)
    A = normalize_pixels(X, np.array([1 / 102, 2.0]), np.array([-0.5, 0.0]))
    assert_close(A, [[[-0.5, 0], [0, 6]], [[0.5, 200], [2, 510]]], atol=1e-15)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("gain", "shift"),
    [
        (1 / 255, 0.0),
        (1 / 255 / 0.247, -0.4914 / 0.247),
        (-3.7e-3, 0.1),
        (1e-30, 1.0),
        (1.0, 1e-12),
        (1e30, -3e33),
        (1e-44, 1e-45),
    ],
)
def test_one_rounding(dtype: Any, gain: float, shift: float) -> None:
    gains, shifts = np.array([gain], dtype), np.array([shift], dtype)
    X = np.arange(256, dtype=np.uint8)[:, np.newaxis]
    expected = [fma(dtype(x), gains[0], shifts[0]) for x in range(256)]
    assert normalize_pixels(X, gains, shifts).tobytes() == np.array(expected, dtype).tobytes()


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_sum_that_float64_rounds_onto_a_tie_of_float32_is_rounded_once(sign: int) -> None:
    # 3 * (2**23 + 1) has 25 digits and ends in 1: half-way between two numbers of float32. 2**-40 decides.
    gain, shift = np.array([2**23 + 1], np.float32), np.array([sign * 2.0**-40], np.float32)
    product = 3 * (2**23 + 1)
    assert np.float64(product) + np.float64(shift[0]) == product  # float64 does not see it
    (found,) = normalize_pixels(np.array([[3]], np.uint8), gain, shift).ravel()
    assert float(found) == product + sign


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_a_shift_it_is_a_product(dtype: Any) -> None:
    X = np.arange(256, dtype=np.uint8).reshape(2, 128, 1)
    gain = np.array([1 / 255], dtype)
    assert normalize_pixels(X, gain, np.zeros(1, dtype)).tobytes() == (X.astype(dtype) * gain).tobytes()


def test_a_scale_that_float32_cannot_hold() -> None:
    A = normalize_pixels(np.array([[0, 1]], np.uint8).T, np.array([np.inf]), np.array([0.0]))
    assert np.isnan(A[0, 0])
    assert A[1, 0] == np.inf
    A = normalize_pixels(
        np.array([[0, 200]], np.uint8).T, np.array([3e38], np.float32), np.zeros(1, np.float32)
    )
    assert A.ravel().tolist() == [0, np.inf]


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    X = np.random.default_rng(0).integers(0, 256, (4, 6, 8, 2), np.uint8)
    gain, shift = np.array([0.5, 2.0, 9.0])[:2], np.array([1.0, 9.0, -1.0])[::2]
    for given in (X, X[::2, ::-1, 1:5], np.asfortranarray(X)):
        before = given.tobytes()
        assert_close(normalize_pixels(given, gain, shift), given * gain + shift)
        assert given.tobytes() == before


def test_refusals() -> None:
    X, one = np.zeros((2, 1), np.uint8), np.ones(1)
    with pytest.raises(DtypeError, match=r"^normalize_pixels: X must be a NumPy array of uint8; got a list"):
        normalize_pixels([1], one, one)  # type: ignore[arg-type]
    with pytest.raises(
        DtypeError, match=r"^normalize_pixels: X must be a NumPy array of uint8; got dtype fl"
    ):
        normalize_pixels(one, one, one)  # type: ignore[arg-type]
    with pytest.raises(
        ShapeError, match=r"^normalize_pixels: X must have shape \(..., n_C\); got shape \(\)"
    ):
        normalize_pixels(np.array(1, np.uint8), one, one)
    with pytest.raises(DtypeError, match=r"^normalize_pixels: gain and shift must share one dtype, .*"):
        normalize_pixels(X, one, one.astype(np.float32))
    with pytest.raises(
        ShapeError, match=r"^normalize_pixels: shift must have shape \(n_C,\) = \(1,\) \(one number a channel"
    ):
        normalize_pixels(X, one, np.ones(2))
