from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.geometry import (
    Residue,
    Window,
    hyperparameter_pad,
    padding,
    pair,
    residues,
    same_padding,
    whole_number,
)

deterministic = settings(derandomize=True, deadline=None, max_examples=200)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_whole_number(value: Any) -> None:
    number = whole_number(value, "f", "n", 1)
    assert number == 3
    assert type(number) is int


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        (True, DtypeError, r"conv: stride must be a whole number >= 1; got True of type bool"),
        (2.0, DtypeError, r"conv: stride must be a whole number >= 1; got 2.0 of type float"),
        ("2", DtypeError, r"conv: stride must be a whole number >= 1; got '2' of type str"),
        (None, DtypeError, r"conv: stride must be a whole number >= 1; got None of type NoneType"),
        (0, ArgumentError, r"conv: stride must be a whole number >= 1; got 0"),
        (-2, ArgumentError, r"conv: stride must be a whole number >= 1; got -2"),
    ],
)
def test_whole_number_refuses(value: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^{sentence}$"):
        whole_number(value, "conv", "stride", 1)


def test_pair() -> None:
    assert pair(2, "conv", "stride", 1) == (2, 2)
    assert pair((2, 3), "conv", "stride", 1) == (2, 3)
    assert pair([2, np.int64(3)], "conv", "stride", 1) == (2, 3)


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        (
            (1, 2, 3),
            ShapeError,
            r"stride must be an int or a pair \(vertical, horizontal\); got 3 values: \(1,",
        ),
        ((), ShapeError, r"stride must be an int or a pair \(vertical, horizontal\); got 0 values: \(\)"),
        ((0, 1), ArgumentError, r"stride\[0\] \(vertical\) must be a whole number >= 1; got 0"),
        (
            (1, 0.5),
            DtypeError,
            r"stride\[1\] \(horizontal\) must be a whole number >= 1; got 0.5 of type float",
        ),
    ],
)
def test_pair_refuses(value: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^conv: {sentence}"):
        pair(value, "conv", "stride", 1)


@deterministic
@given(st.integers(1, 30), st.integers(1, 9), st.integers(1, 9))
def test_same_padding(n: int, f: int, s: int) -> None:
    before, after = same_padding(n, f, s)
    assert after - before in (0, 1)  # the odd one to the end
    assert (n + before + after - f) // s + 1 == math.ceil(n / s) or (before, after) == (0, 0)
    assert n + before + after >= f
    if after:  # no padding more than needed
        assert (n + before + after - 1 - f) // s + 1 < math.ceil(n / s)


@pytest.mark.parametrize(
    ("pad", "expected"),
    [
        (0, ((0, 0), (0, 0))),
        (2, ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ([1, 2], ((1, 1), (2, 2))),
        (((1, 2), (3, 4)), ((1, 2), (3, 4))),
        ("valid", ((0, 0), (0, 0))),
        ("same", ((1, 1), (0, 1))),
    ],
)
def test_padding(pad: Any, expected: Any) -> None:
    assert padding(pad, "conv", (5, 6), (3, 2), (1, 1)) == expected


@pytest.mark.parametrize(
    ("pad", "error", "sentence"),
    [
        ("full", ArgumentError, r'pad must be an int, a pair, "same" or "valid"; got \'full\''),
        (-1, ArgumentError, r"pad must be a whole number >= 0; got -1"),
        ((1, 2, 3), ShapeError, r"pad must be an int or a pair \(vertical, horizontal\); got 3 values"),
        (((1, 2), (3,)), ShapeError, r"pad\[1\] \(left, right\) must be an int or a pair .*; got 1 values"),
        (
            ((1, -2), (3, 3)),
            ArgumentError,
            r"pad\[0\] \(top, bottom\)\[1\] .* must be a whole number >= 0; got -2",
        ),
        ((1, (2, 3)), DtypeError, r"pad\[1\] \(horizontal\) must be a whole number >= 0; got \(2, 3\)"),
        (None, DtypeError, r"pad must be a whole number >= 0; got None"),
    ],
)
def test_padding_refuses(pad: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error, match=f"^conv: {sentence}"):
        padding(pad, "conv", (5, 6), (3, 2), (1, 1))


def test_hyperparameter_pad_keeps_same_until_the_image_is_known() -> None:
    assert hyperparameter_pad("same", "Conv") == "same"
    assert hyperparameter_pad("valid", "Conv") == ((0, 0), (0, 0))
    assert hyperparameter_pad((1, 2), "Conv") == ((1, 1), (2, 2))
    with pytest.raises(ArgumentError, match=r"^Conv: pad must be .*; got 'sam'"):
        hyperparameter_pad("sam", "Conv")


@deterministic
@given(
    st.integers(1, 8), st.integers(1, 5), st.integers(1, 4), st.tuples(st.integers(0, 3), st.integers(0, 3))
)
def test_output_size_counts_the_windows_that_fit(n: int, f: int, s: int, pads: tuple[int, int]) -> None:
    height = n + sum(pads)
    fitting = [start for start in range(0, height, s) if start + f <= height]
    # The other axis has one window.
    if fitting:
        window, size = Window.over((n, 1), (f, 1), (s, 1), (pads, (0, 0)), "conv")
        assert window.padded((n, 1)) == (height, 1)
        assert size == (len(fitting), 1)
        assert [window.corners(h, 0) for h in range(size[0])] == [(a, a + f, 0, 1) for a in fitting]
    else:
        with pytest.raises(ShapeError, match=r"must not be larger than the (padded )?image, "):
            Window.over((n, 1), (f, 1), (s, 1), (pads, (0, 0)), "conv")


def test_corners_by_hand() -> None:
    # stride (2, 1), f (3, 2): the window of output (1, 4) has rows 2 to 4 and columns 4 and 5
    assert Window((3, 2), (2, 1), ((0, 0), (0, 0))).corners(1, 4) == (2, 5, 4, 6)


def test_a_window_larger_than_the_padded_image_is_refused_along_either_axis() -> None:
    for f in ((5, 1), (1, 7)):
        with pytest.raises(
            ShapeError,
            match=r"^conv: the filter must not be larger than the padded image, f <= n_prev \+ pads: got "
            rf"f=\({f[0]}, {f[1]}\) on an image of 2x4 that is 4x6 with its padding \(\(1, 1\), \(1, 1\)\)$",
        ):
            Window.over((2, 4), f, 1, 1, "conv")


def test_a_window_larger_than_an_image_without_padding_hears_of_none() -> None:
    sentence = (
        r"^max_pool: the window must not be larger than the image, f <= n_prev: "
        r"got f=\(5, 5\) on an image of 4x4$"
    )
    for pad in (0, "valid"):
        with pytest.raises(ShapeError, match=sentence):
            Window.over((4, 4), 5, 1, pad, "max_pool", "window")


def test_overlaps() -> None:
    none = ((0, 0), (0, 0))
    assert Window((3, 2), (2, 2), none).overlaps
    assert Window((2, 3), (2, 2), none).overlaps
    assert not Window((2, 2), (2, 2), none).overlaps
    assert not Window((1, 2), (3, 2), none).overlaps


def met(n: int, classes: tuple[Residue, ...], s: int) -> list[tuple[int, int, int]]:
    return sorted(
        (residue.first + s * q, residue.tap + s * t, residue.start + q - t)
        for residue in classes
        for q in range(residue.count)
        for t in range(residue.taps)
    )


@deterministic
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 5), st.integers(0, 4))
def test_residues_list_every_meeting_of_input_and_tap_once(n: int, f: int, s: int, p_before: int) -> None:
    classes = residues(n, f, s, p_before)
    # Input i lies under tap k of output z where i + p_before = s * z + k.
    expected = sorted(
        (i, k, (i + p_before - k) // s) for i in range(n) for k in range(f) if (i + p_before - k) % s == 0
    )
    assert met(n, classes, s) == expected
    assert sum(residue.count for residue in classes) == n
