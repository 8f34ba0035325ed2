"""Maps over images: sizes, brightness, colours."""

from __future__ import annotations

import numpy as np

from fullstride.judging import heat, overlay, visible
from tests.support.close import assert_close


def test_a_map_is_brought_to_the_size_of_the_image() -> None:
    # Twice as large: a new place lies a quarter of the way to its neighbour, and the edges repeat.
    found = heat(np.array([[0.0, 4.0], [8.0, 4.0]]), (4, 4))
    line = np.array([[1, 0], [3 / 4, 1 / 4], [1 / 4, 3 / 4], [0, 1]])
    assert_close(found, line @ (np.array([[0, 0.5], [1, 0.5]]) @ line.T), rtol=1e-6)
    assert heat(np.zeros((2, 3)), (5, 7)).tolist() == np.zeros((5, 7)).tolist()
    assert heat(np.ones((1, 1)), (3, 2)).tolist() == np.ones((3, 2)).tolist()


def test_orange_lies_over_grey() -> None:
    image = np.zeros((1, 2, 3), np.uint8)
    image[0, 0], image[0, 1] = (30, 60, 90), (200, 200, 200)
    painted = overlay(image, np.array([[0.0, 2.0]]))
    assert painted[0, 0].tolist() == [60, 60, 60]
    assert painted[0, 1].tolist() == [241, 140, 50]  # 3/4 of (255, 120, 0) and a quarter of 200
    assert image[0, 0].tolist() == [30, 60, 90]


def test_images_of_any_numbers_are_shown() -> None:
    colours = np.array([[[[-1.0, 0.0, 1.0], [0.5, -0.5, 1.0]]]])
    assert visible(colours).tolist() == [[[[0, 128, 255], [191, 64, 255]]]]
    assert visible(np.array([[[[2, 4]]], [[[0, 0]]]], np.uint8), 6).tolist() == [[[[128] * 3]], [[[0] * 3]]]
    assert visible(np.full((1, 1, 1, 1), 16, np.uint8), 16).tolist() == [[[[255] * 3]]]
    assert visible(np.zeros((1, 1, 1, 1))).tolist() == [[[[0] * 3]]]
