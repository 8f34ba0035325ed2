"""Tables, as text and as HTML."""

from __future__ import annotations

from fullstride.program.tables import html_table, text_table
from tests.support.markup import Cells

LINES = [("layer", "reads", "n"), ("a<b>&", "", "1"), ("c", "a + b", "1,000")]


def test_text_is_aligned() -> None:
    assert text_table(LINES, 2).splitlines() == [
        "layer  reads      n",
        "a<b>&             1",
        "c      a + b  1,000",
    ]


def test_html_holds_the_same_cells_and_nothing_from_elsewhere() -> None:
    text = html_table(LINES, 2, ["x < y"])
    cells = Cells()
    cells.feed(text)
    assert cells.open == []
    assert cells.rows == [list(line) for line in LINES]
    assert cells.attributes == {"style"}  # no script, no class, no address
    assert "x &lt; y" in text
