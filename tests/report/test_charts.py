"""Charts: where the points are, by hand; ticks; what has no number."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride.report.charts import Line, line_chart, nice, reliability, scatter
from tests.report.page import Element, parsed
from tests.support.close import assert_close

# The inside of a chart of 420 by 260: from 62 to 400 across, from 220 up to 10.
LEFT, RIGHT, BOTTOM, TOP = 62, 400, 220, 10


def points(chart: Element, line: int = 0) -> list[list[float]]:
    text = chart.all("polyline")[line].attributes["points"]
    assert text is not None
    return [[float(number) for number in pair.split(",")] for pair in text.split()]


def texts(chart: Element) -> list[str]:
    return [text.text for text in chart.all("text")]


def test_a_line_by_hand() -> None:
    # Across from 0.8 to 3.2; up from 0 to 1.05 * 2.
    chart = parsed(line_chart("Loss", "loss", [1, 2, 3], [Line("training", [2.0, 1.0, 0.5], "first")]))
    across = [LEFT + (e - 0.8) / 2.4 * (RIGHT - LEFT) for e in (1, 2, 3)]
    up = [BOTTOM - value / 2.1 * (BOTTOM - TOP) for value in (2.0, 1.0, 0.5)]
    assert_close(points(chart), list(zip(across, up, strict=True)), rtol=0, atol=0.0051)
    assert texts(chart) == ["0", "0.5", "1", "1.5", "2", "1", "2", "3", "epoch", "loss"]
    assert len(chart.all("circle")) == 3
    assert chart.all("figcaption")[0].text == "training"
    assert chart.all("svg")[0].attributes["aria-label"] == "Loss"


def test_losses_that_fall_far_have_a_logarithmic_axis() -> None:
    chart = parsed(line_chart("Loss", "loss", [1, 2, 3], [Line("training", [1.0, 0.1, 0.01], "first")]))
    first, middle, last = points(chart)
    assert_close(middle[1] - first[1], last[1] - middle[1], rtol=0, atol=0.011)
    assert texts(chart)[:7] == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]


def test_what_has_no_number_is_left_out_and_many_points_have_no_dots() -> None:
    lines = [Line("a", [0.5, None, 0.25], "first"), Line("b", [0.5, 0.5, 0.5], "second dashed")]
    chart = parsed(line_chart("A", "accuracy", [1, 2, 3], lines, percent=True))
    assert [len(points(chart, line)) for line in (0, 1)] == [2, 3]
    assert "50\u00a0%" in texts(chart)
    many = parsed(line_chart("A", "loss", list(range(1, 51)), [Line("a", [0.0] * 50, "first")]))
    assert many.all("circle") == []
    one = parsed(line_chart("A", "loss", [7], [Line("a", [0.25], "first")]))
    assert points(one)[0][0] == (LEFT + RIGHT) / 2


def test_the_reliability_diagram_by_hand() -> None:
    chart = parsed(reliability("R", [0, 0.5, 1], [np.nan, 0.75], [np.nan, 0.5], [0, 4]))
    (bar,) = chart.all("rect")
    assert {name: float(bar.attributes[name] or "") for name in ("x", "y", "width", "height")} == {
        "x": (LEFT + RIGHT) / 2 + 0.5,
        "y": (BOTTOM + TOP) / 2,
        "width": (RIGHT - LEFT) / 2 - 1,
        "height": (BOTTOM - TOP) / 2,
    }
    (dot,) = chart.all("circle")
    assert (dot.attributes["cx"], dot.attributes["cy"]) == (f"{LEFT + 0.75 * (RIGHT - LEFT):g}", "115")
    assert chart.all("title")[1].text == "images: 4; confidence 75\u00a0%, accuracy 50\u00a0%"


def test_the_scatter_has_a_dot_an_image() -> None:
    chart = parsed(scatter("S", [0.0, 1.0, 2.0], [0.5, 1.0, 2.0]))
    places = [
        (float(dot.attributes["cx"] or 0), float(dot.attributes["cy"] or 0)) for dot in chart.all("circle")
    ]
    assert len(places) == 3
    assert places[0][0] < places[1][0] < places[2][0]
    assert places[0][1] > places[1][1] > places[2][1]
    assert len(parsed(scatter("S", [1.0], [1.0])).all("circle")) == 1  # no range


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 0.13, [0, 0.05, 0.1]),
        (97, 99, [97, 97.5, 98, 98.5, 99]),
        (-3, 40, [0, 10, 20, 30, 40]),
        (1, 2, [1, 1.2, 1.4, 1.6, 1.8, 2]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert nice(low, high) == ticks
