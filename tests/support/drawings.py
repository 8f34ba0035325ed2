"""Drawings of `fullstride.figures` in tests: their words, where they stand, and whether they can be read."""

from __future__ import annotations

import itertools
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from fullstride.figures import Drawing


def words(drawing: Drawing) -> list[str]:
    """All texts, in the order in which they were drawn."""
    return [text.get_text() for text in drawing.figure.axes[0].texts if text.get_text()]


def rectangles(drawing: Drawing, colour: str, filled: bool = False) -> list[tuple[float, ...]]:
    """(x, y, width, height) of the outlines of this colour, or of what is filled with it."""
    return [
        tuple(round(float(n), 6) for n in (*patch.get_xy(), patch.get_width(), patch.get_height()))
        for patch in drawing.figure.axes[0].patches
        if isinstance(patch, Rectangle)
        and patch.get_fill() == filled
        and same_color(patch.get_facecolor() if filled else patch.get_edgecolor(), colour)
    ]


def images(drawing: Drawing) -> list[Any]:
    """The pixels of each picture, in the order in which they were drawn."""
    return [image.get_array() for image in drawing.figure.axes[0].get_images()]


def assert_legible(drawing: Drawing, smallest: float = 4.5) -> None:
    """No text lies on another one or leaves the sheet, and none is too small."""
    figure = drawing.figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [text.get_window_extent(renderer) for text in texts]
    for text, box in zip(texts, boxes, strict=True):
        assert text.get_fontsize() >= smallest, f"{text.get_text()!r} has {text.get_fontsize():.1f} points"
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1, f"{text.get_text()!r} leaves the sheet"
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1, f"{text.get_text()!r} leaves the sheet"
    for (one, a), (other, b) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        if one.get_rotation() or other.get_rotation():
            continue  # the box of a slanted text is larger than the text
        # A box has room for letters that go deeper than these.
        across, down = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or down <= 0.25 * min(a.height, b.height), (
            f"{one.get_text()!r} lies on {other.get_text()!r}"
        )
