"""A report as a parser reads it: every element with its attributes and text, and whether all are closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"img", "meta"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    content: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.content)

    def all(self, tag: str, class_: str | None = None) -> list[Element]:
        """Every element of that name in it, in order."""
        found = []
        for piece in self.content:
            if isinstance(piece, Element):
                if piece.tag == tag and class_ in (None, *(piece.attributes.get("class") or "").split()):
                    found.append(piece)
                found += piece.all(tag, class_)
        return found

    def named(self, id_: str) -> Element:
        (found,) = (one for one in self.all("section") if one.attributes.get("id") == id_)
        return found

    def rows(self, table: int = 0) -> list[list[str]]:
        """The texts of the cells of a table in it."""
        return [
            [cell.text for cell in row.content if isinstance(cell, Element)]
            for row in self.all("table")[table].all("tr")
        ]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attributes}) == len(attributes), f"{tag}: an attribute twice"
        element = Element(tag, dict(attributes))
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.open[-1].content.append(Element(tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def parsed(page: str) -> Element:
    parser = _Parser()
    parser.feed(page)
    parser.close()
    assert [element.tag for element in parser.open] == ["page"], "something is not closed"
    return parser.open[0]
