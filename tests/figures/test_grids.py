"""Matrices in a row: the numbers that stand in the cells, and what is framed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the figures need the extra `plots`")

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.figures import Grid, row
from fullstride.figures.drawing import GREEN, GREY, INK, ORANGE, PALE, PURPLE
from tests.support.drawings import assert_legible, rectangles, words

x = np.array([[1.0, 7.0], [7.0, 3.0]])


def test_every_number_stands_in_its_cell() -> None:
    drawing = row(("x", x), "→", ("mean", np.array([[4.5]])))
    assert words(drawing) == ["1", "7", "7", "3", "x", "2 × 2", "→", "4.5", "mean", "1 × 1"]
    places = [text.get_position() for text in drawing.figure.axes[0].texts[:4]]
    assert places[0][0] == places[2][0] < places[1][0] == places[3][0]
    assert places[0][1] == places[1][1] < places[2][1] == places[3][1]  # rows run downwards
    assert_legible(drawing)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (np.array([[-3, 12]]), ["−3", "12"]),
        (np.array([[0.5, 2.0]]), ["0.5", "2.0"]),
        (np.array([[1 / 3, -1.0]]), ["0.33", "−1.00"]),
        (np.array([[-0.0, -0.001]]), ["0.00", "0.00"]),
        (np.array([[True, False]]), ["True", "False"]),
        (np.array([[np.nan, np.inf]]), ["nan", "inf"]),
        (np.array([[255, 0]], np.uint8), ["255", "0"]),
    ],
)
def test_as_many_decimals_as_are_needed(values: Any, written: list[str]) -> None:
    assert Grid("", values).words.tolist() == [written]
    assert_legible(row(Grid("", values)))


def test_decimals_can_be_chosen() -> None:
    assert Grid("", np.array([[2.0]]), decimals=3).words.tolist() == [["2.000"]]


def test_windows_are_framed_where_they_are() -> None:
    grid = Grid("x", np.zeros((4, 5)), windows=[(0, 2, 1, 3), (3, 4, 4, 5), (0, 1, 0, 1), (1, 2, 1, 2)])
    drawing = row(grid)
    ((left, top, width, height),) = (
        box for box in rectangles(drawing, GREY) if box[2:] == (5, 4)
    )  # around all cells
    assert (width, height) == (5, 4)
    for colour, (vert, horiz, tall, wide) in zip(
        (ORANGE, INK, GREEN, PURPLE), [(0, 1, 2, 2), (3, 4, 1, 1), (0, 0, 1, 1), (1, 1, 1, 1)], strict=True
    ):
        assert rectangles(drawing, colour) == [pytest.approx((left + horiz, top + vert, wide, tall))]


def test_padding_is_grey_whatever_stands_in_it() -> None:
    drawing = row(Grid("x", np.full((4, 6), 9.0), pad=1))
    assert len(rectangles(drawing, PALE, filled=True)) == 4 * 6 - 2 * 4


def test_dark_cells_have_light_numbers() -> None:
    drawing = row(("x", np.array([[9.0, 1.0, -9.0]])))
    assert [text.get_color() for text in drawing.figure.axes[0].texts[:3]] == ["white", INK, "white"]


@pytest.mark.parametrize(
    "parts",
    [
        [
            ("A_prev_pad", np.arange(100.0).reshape(10, 10)),
            "→",
            ("a_slice_prev", np.full((3, 3), -15)),
            "=",
            ("Z", x),
        ],
        [
            Grid("a title that is much longer than its matrix", np.eye(1)),
            "and a sign that is long →",
            ("b", np.eye(2)),
        ],
        [("most", np.full((32, 20), -99)), "→", ("m", np.eye(2))],
        [("long numbers", np.full((4, 4), -12345.67)), "×", ("x", np.full((8, 8), 0.125))],
    ],
)
def test_all_can_be_read(parts: Any) -> None:
    assert_legible(row(*parts), smallest=2.5)


@pytest.mark.parametrize(
    ("error", "make", "sentence"),
    [
        (
            DtypeError,
            lambda: Grid("", [[1.0]]),  # type: ignore[arg-type]
            r"^Grid: values must be a NumPy array of real numbers or bool; got list$",
        ),
        (
            DtypeError,
            lambda: Grid("", np.array([["a"]])),
            r"^Grid: values must be a NumPy array of real numbers or bool; got <U1$",
        ),
        (
            ShapeError,
            lambda: Grid("", np.zeros(3)),
            r"^Grid: values must have shape \(n_H, n_W\), 1 <= n_H, n_W <= 32; got shape \(3,\)$",
        ),
        (ShapeError, lambda: Grid("", np.zeros((33, 2))), r"got shape \(33, 2\)$"),
        (ShapeError, lambda: Grid("", np.zeros((2, 0))), r"got shape \(2, 0\)$"),
        (ArgumentError, lambda: Grid("", x, pad=-1), r"^Grid: pad must be a whole number >= 0; got -1$"),
        (
            DtypeError,
            lambda: Grid("", x, decimals=1.5),
            r"^Grid: decimals must be a whole number >= 0; got 1.5 ",
        ),  # type: ignore[arg-type]
        (
            ArgumentError,
            lambda: Grid("", x, windows=[(0, 1, 0, 1)] * 5),
            r"^Grid: windows must be at most 4; got 5$",
        ),
        (
            ShapeError,
            lambda: Grid("", x, windows=[(0, 1)]),  # type: ignore[list-item]
            r"^Grid: a window must be \(vert_start, vert_end, horiz_start, horiz_end\); got \(0, 1\)$",
        ),
        (
            ArgumentError,
            lambda: Grid("", x, windows=[(0, 3, 0, 1)]),
            r"^Grid: a window must lie inside of the values, of shape \(2, 2\); got \(0, 3, 0, 1\)$",
        ),
        (ArgumentError, lambda: Grid("", x, windows=[(1, 1, 0, 1)]), r"got \(1, 1, 0, 1\)$"),
        (
            DtypeError,
            lambda: row(x),
            r"^row: a part must be a Grid, \(title, values\) or str; got a ndarray$",
        ),  # type: ignore[arg-type]
        (ArgumentError, lambda: row("→"), r"^row: there must be at least one matrix to draw; got none$"),
    ],
)
def test_what_does_not_fit_is_refused(error: type[Exception], make: Any, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        make()
