"""The corners of a window: the numbers that are written are those that cut the slice out."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

pytest.importorskip("matplotlib", reason="the figures need the extra `plots`")

from fullstride.errors import ArgumentError, ShapeError
from fullstride.figures import corners
from fullstride.figures.drawing import GREY, ORANGE, PALE
from tests.support.drawings import assert_legible, rectangles, words


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # Worked by hand: n_H = (5 + 2 - 3) // 2 + 1 = 3, n_W = (7 + 2 - 3) // 2 + 1 = 4.
        (((5, 7), 3, 2, 1, 1, 2), (2, 5, 4, 7, 7, 9, 3, 4)),
        (((6, 4), 2, 1, 0, 4, 0), (4, 6, 0, 2, 6, 4, 5, 3)),
        (((8, 8), 5, 3, 0, 0, 1), (0, 5, 3, 8, 8, 8, 2, 2)),
    ],
)
def test_the_window_stands_where_its_numbers_say(arguments: Any, expected: tuple[int, ...]) -> None:
    vert_start, vert_end, horiz_start, horiz_end, rows, columns, n_H, n_W = expected
    drawing = corners(*arguments)
    written = words(drawing)
    assert f"vert_start = {vert_start}" in written
    assert f"vert_end = {vert_end}" in written
    assert f"horiz_start = {horiz_start}" in written
    assert f"horiz_end = {horiz_end}" in written
    assert f"output {n_H} × {n_W}" in written
    ((left, top, *_),) = (box for box in rectangles(drawing, GREY) if box[2:] == (columns, rows))
    (window,) = rectangles(drawing, ORANGE)
    assert window == pytest.approx(
        (left + horiz_start, top + vert_start, horiz_end - horiz_start, vert_end - vert_start)
    )
    assert_legible(drawing)


def test_padding_and_output_are_told_apart() -> None:
    drawing = corners((5, 7), 3, 2, 1, 1, 1)
    outside, output = 7 * 9 - 5 * 7, 3 * 4
    assert (
        len(rectangles(drawing, PALE, filled=True)) == outside + output - 1
    )  # the window's output is orange
    assert len(rectangles(drawing, ORANGE, filled=True)) == 1


@pytest.mark.parametrize(("stride", "last"), [(1, 6), (2, 3), (3, 2)])
def test_outputs_at_all_edges_can_be_drawn(stride: int, last: int) -> None:
    for h, w in itertools.product((0, last), repeat=2):
        assert_legible(corners((7, 7), 3, stride, 1, h, w))


@pytest.mark.parametrize(
    ("error", "arguments", "sentence"),
    [
        (
            ShapeError,
            ((3, 3), 5, 1),
            r"^corners: the window must not be larger than the image, .*got f=\(5, 5\)",
        ),
        (
            ShapeError,
            ((15, 3), 2, 1, 1),
            r"^corners: the padded image must be at most 16 x 16; it is 17 x 5$",
        ),
        (ArgumentError, ((7, 7), 3, 2, 0, 3, 0), r"^corners: h must be an output, 0 <= h < 3; got 3$"),
        (ArgumentError, ((7, 7), 3, 2, 0, 0, 3), r"^corners: w must be an output, 0 <= w < 3; got 3$"),
    ],
)
def test_what_does_not_fit_is_refused(error: type[Exception], arguments: Any, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        corners(*arguments)
