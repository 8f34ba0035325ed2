"""Tables, as text and as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from fullstride.program.tables import html_table, text_table

LINES = [("layer", "reads", "n"), ("a<b>&", "", "1"), ("c", "a + b", "1,000")]


class Cells(HTMLParser):
    """Rows of texts; what is opened must be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


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
