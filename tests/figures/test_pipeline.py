"""A network at work: each stage's maps, and bars as long as the probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the figures need the extra `plots`")

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.figures import pipeline
from fullstride.figures.drawing import BLUE, ORANGE, PALE
from tests.support.drawings import assert_legible, images, rectangles, words

generator = np.random.default_rng(0)


def test_every_channel_is_drawn_and_bars_have_their_lengths() -> None:
    Z = generator.standard_normal((4, 5, 11))
    probabilities = np.array([0.5, 0.25, 0.004, 0.246])
    stages = [
        ("image", np.ones((8, 8, 1))),
        ("conv", Z),
        ("flatten", np.arange(30.0)),
        ("softmax", probabilities),
    ]
    drawing = pipeline(stages, ["ant", "bee", "cat", "dog"], truth=1)
    drawn = images(drawing)
    assert [picture.shape[:2] for picture in drawn] == [(8, 8), *[(4, 5)] * 11, (30, 1)]
    for c in range(11):
        assert ((drawn[1 + c][:, :, 0] < drawn[1 + c][:, :, 2]) == (Z[:, :, c] > 0)).all()
    full = {box[2] for box in rectangles(drawing, PALE, filled=True)}
    assert len(full) == 1
    lengths = [box[2] / full.copy().pop() for box in rectangles(drawing, BLUE, filled=True)]
    assert lengths == pytest.approx([0.5, 0.004, 0.246], abs=1e-5)
    (true_bar,) = rectangles(drawing, ORANGE, filled=True)
    assert true_bar[2] / full.pop() == pytest.approx(0.25, abs=1e-5)
    written = words(drawing)
    assert {"ant", "dog", "50 %", "25 %", "4 × 5 × 11", "30"} <= set(written)
    assert "0 %" not in written
    assert_legible(drawing)


@pytest.mark.parametrize(
    "stages",
    [
        [("scores", generator.standard_normal(10))],
        [("a", np.ones((2, 2, 64))), ("b", np.ones((3, 9, 2))), ("c", np.ones((9, 3, 2)))],
        [("many numbers", generator.standard_normal(400)), ("softmax", np.full(20, 0.05))],
    ],
)
def test_all_can_be_read(stages: Any) -> None:
    assert_legible(pipeline(stages))


@pytest.mark.parametrize(
    ("error", "stages", "sentence"),
    [
        (ArgumentError, [], r"^pipeline: there must be at least one stage; got none$"),
        (DtypeError, [np.ones(3)], r"^pipeline: a stage must be \(name, array\); got a ndarray$"),
        (DtypeError, [("a", [1.0])], r"^pipeline: a must be a NumPy array of real numbers; got a list$"),
        (
            ShapeError,
            [("a", np.ones((2, 2)))],
            r"^pipeline: a must have shape \(n_H, n_W, n_C\) with n_C <= 64, or \(n,\); got shape \(2, 2\)$",
        ),
        (ShapeError, [("a", np.ones((2, 2, 65)))], r"got shape \(2, 2, 65\)$"),
        (ShapeError, [("a", np.ones(0))], r"got shape \(0,\)$"),
    ],
)
def test_what_does_not_fit_is_refused(error: type[Exception], stages: Any, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        pipeline(stages)


@pytest.mark.parametrize(
    ("error", "arguments", "sentence"),
    [
        (
            ShapeError,
            {"class_names": ["a", "b"]},
            r"^pipeline: class_names must have a name for each of the 3 classes; got 2$",
        ),
        (ArgumentError, {"truth": 3}, r"^pipeline: truth must be a label, 0 <= truth < 3; got 3$"),
        (DtypeError, {"truth": "a"}, r"^pipeline: truth must be a whole number >= 0; got 'a' of type str$"),
    ],
)
def test_names_and_truth_belong_to_the_classes(error: type[Exception], arguments: Any, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        pipeline([("softmax", np.full(3, 1 / 3))], **arguments)


def test_long_names_are_shortened() -> None:
    names = ["a", "the longest name of a class"]
    drawing = pipeline([("a", np.ones((2, 2, 3))), ("softmax", np.array([0.5, 0.5]))], names)
    assert "the longest n…" in words(drawing)
    assert_legible(drawing)
