"""The comparison and the gradient check must be able to fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.cases import distinct, views
from tests.support.close import assert_close
from tests.support.gradients import KinkError, assert_gradients


def test_close_arrays_pass() -> None:
    assert_close(np.float32(1), 1.0)
    assert_close([1.0, 1.0 + 1e-9], [1.0, 1.0])
    assert_close([np.nan, np.inf, -np.inf], [np.nan, np.inf, -np.inf])
    assert_close([1e-9], [0.0], atol=1e-8)
    assert_close(np.empty((0, 3)), np.empty((0, 3)))


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        (np.ones((1, 2)), np.ones(2), r"shapes differ: actual \(1, 2\), expected \(2,\)"),
        (np.ones(1), 1.0, r"shapes differ"),
        (
            np.array([[1.0, 2.0], [3.5, 4.1]], np.float32),
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            r"not close at 2 of 4; worst at index \(1, 0\): actual np.float32\(3.5\) \(float32\), expected "
            r"np.float64\(3.0\) \(float64\), difference 5.000e-01 > 0 \+ 1e-07 \* \|expected\|; shape",
        ),
        ([1.0, np.nan], [1.0, 1.0], r"not close at 1 of 2; worst at index \(1,\)"),
        ([1.0, 1.0], [1.0, np.nan], r"worst at index \(1,\)"),
        ([np.inf], [-np.inf], r"worst at index \(0,\)"),
        ([0.0, 1e300], [np.inf, 0.0], r"not close at 2 of 2; worst at index \(0,\)"),
        ([1e-300], [0.0], r"not close at 1 of 1"),
    ],
)
def test_arrays_that_are_not_close_raise(actual: Any, expected: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        assert_close(actual, expected)


def square(x: Any) -> Any:
    return x**2


def test_a_right_gradient_passes() -> None:
    x = distinct((3, 4))
    assert_gradients(square, lambda dZ: [2 * x * dZ], [x])


@pytest.mark.parametrize(
    ("backward", "message"),
    [
        (
            lambda x, dZ: [2.01 * x * dZ],
            r"the gradient of argument 0 is wrong: along a random direction it is",
        ),
        (lambda x, dZ: [2 * x * dZ[::-1]], r"the gradient of argument 0 is wrong"),
        (lambda x, dZ: [x * np.nan], r"the gradient of argument 0 is wrong"),
        (lambda x, dZ: [(2 * x * dZ).T], r"argument 0 has shape \(3, 4\), its gradient has shape \(4, 3\)"),
        (lambda x, dZ: [dZ, dZ], r"1 arguments, but 2 gradients"),
    ],
)
def test_a_wrong_gradient_raises(backward: Any, message: str) -> None:
    x = distinct((3, 4))
    with pytest.raises(AssertionError, match=message):
        assert_gradients(square, lambda dZ: backward(x, dZ), [x])


def test_a_kink_raises() -> None:
    with pytest.raises(KinkError, match=r"argument 0: the slope is .* on one side and .* on the other"):
        assert_gradients(np.abs, lambda dZ: [0 * dZ], [np.array([0.0, 1.0])])


def test_gradients_are_checked_in_float64_only() -> None:
    with pytest.raises(TypeError, match="gradients are checked in float64; argument 0 is float32"):
        assert_gradients(square, lambda dZ: [dZ], [np.ones(2, np.float32)])


def test_views_hold_the_same_numbers_in_other_layouts() -> None:
    array = distinct((3, 4, 2))
    for name, view in views(array):
        assert_close(view, array)
        unusual = not view.flags.c_contiguous or not view.flags.writeable or not view.dtype.isnative
        assert unusual, name
