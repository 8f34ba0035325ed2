from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.steps import clip_gradients
from tests.support.cases import views
from tests.support.close import assert_close


def test_by_hand() -> None:
    # 2^2 + 3^2 + 6^2 = 7^2
    gradients = [np.array([[2.0, 3.0]]), np.array([6.0])]
    clipped, norm = clip_gradients(gradients, 3.5)
    assert norm == 7.0
    assert [gradient.tolist() for gradient in clipped] == [[[1.0, 1.5]], [3.0]]


@pytest.mark.parametrize("clip", [7.0, 7.5, 1e300])
def test_what_is_short_enough_stays(clip: float) -> None:
    clipped, norm = clip_gradients([np.array([2.0, 3.0]), np.array([6.0])], clip)
    assert norm == 7.0
    assert [gradient.tolist() for gradient in clipped] == [[2.0, 3.0], [6.0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_norm_is_that_of_all_numbers_in_float64(dtype: Any) -> None:
    generator = np.random.default_rng(0)
    gradients = [generator.standard_normal(shape).astype(dtype) for shape in ((3, 4), (5,), (1, 1, 2))]
    clipped, norm = clip_gradients(gradients, 0.5)
    exact = math.sqrt(math.fsum(float(x) ** 2 for gradient in gradients for x in gradient.ravel()))
    assert_close(norm, exact, rtol=1e-14)
    assert [gradient.dtype for gradient in clipped] == [dtype] * 3
    assert_close(clip_gradients(clipped, 1e9)[1], 0.5, rtol=1e-6)


def test_large_numbers_of_float32_do_not_overflow() -> None:
    clipped, norm = clip_gradients([np.full(2, 3e38, np.float32)], 1.0)
    assert_close(norm, 3e38 * math.sqrt(2), rtol=1e-6)
    assert_close(clipped[0], np.full(2, math.sqrt(0.5), np.float32), rtol=1e-6)


def test_a_norm_that_is_not_finite_is_told() -> None:
    assert math.isnan(clip_gradients([np.array([1.0, np.nan])], 1.0)[1])
    assert clip_gradients([np.array([1.0]), np.array([-np.inf])], 1.0)[1] == math.inf


def test_nothing_has_the_norm_0() -> None:
    assert clip_gradients([], 1.0) == ([], 0.0)
    clipped, norm = clip_gradients([np.zeros(3)], 1.0)
    assert (clipped[0].tolist(), norm) == ([0.0] * 3, 0.0)


def test_inputs_stay_untouched_and_every_memory_layout_is_accepted() -> None:
    gradient = np.random.default_rng(0).standard_normal((3, 4))
    expected, norm = clip_gradients([gradient], 0.5)
    for _, view in views(gradient):
        before = view.tobytes()
        clipped, again = clip_gradients([view], 0.5)
        assert_close(clipped[0], expected[0], rtol=1e-14)
        assert_close(again, norm, rtol=1e-14)
        assert view.tobytes() == before
        assert not np.shares_memory(clipped[0], view)


@pytest.mark.parametrize(
    ("gradients", "clip", "error", "sentence"),
    [
        ([np.ones(1)], 0, ArgumentError, "clip must be a finite number, 0 < clip; got 0"),
        ([np.ones(1)], "1", DtypeError, "clip must be a finite number, 0 < clip; got '1' of type str"),
        (np.ones((2, 2)), 1, DtypeError, "gradients must be a sequence of NumPy arrays; got a ndarray"),
        ([np.ones(1), 2.0], 1, DtypeError, r"gradients\[1\] must be a NumPy array; got a float"),
        ([np.ones(())], 1, ShapeError, r"gradients\[0\] must have at least one axis"),
        (
            [np.ones(1), np.ones(1, "f")],
            1,
            DtypeError,
            r"gradients\[0\] and gradients\[1\] must share one dtype",
        ),
    ],
)
def test_refusals(gradients: Any, clip: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^clip_gradients: {sentence}"):
        clip_gradients(gradients, clip)
