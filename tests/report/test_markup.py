"""Markup: what is escaped, and what is not twice."""

from __future__ import annotations

from fullstride.report.markup import Html, h, section, table
from tests.report.page import parsed

EVIL = "<script>alert('x')</script> & \"q\" \x00\u202e"


def test_text_is_escaped_in_content_and_in_attributes_and_markup_is_not() -> None:
    made = h("p", EVIL, h("b", "1 < 2"), title=EVIL)
    assert "<script" not in made
    assert "\x00" not in made
    assert "\u202e" not in made  # it would turn the direction of what follows
    (p,) = parsed(made).content
    assert not isinstance(p, str)
    assert p.attributes["title"] == EVIL.replace("\x00", "\\x00").replace("\u202e", "\\u202e")
    assert p.text == p.attributes["title"] + "1 < 2"
    assert "<b>1 &lt; 2</b>" in made


def test_elements_without_content_and_attributes() -> None:
    assert h("img", src="data:,", alt="", width=None) == '<img src="data:," alt="">'
    assert h("line", x1=0, class_="axis") == '<line x1="0" class="axis"/>'
    assert h("svg", view_box="0 0 1 1", aria_label="a") == '<svg viewBox="0 0 1 1" aria-label="a"></svg>'
    assert isinstance(h("p"), Html)


def test_tables_have_headers() -> None:
    made = parsed(table("All <of> them", ["name", "count"], [["a", 1], ["b", 2]]))
    assert made.rows() == [["name", "count"], ["a", "1"], ["b", "2"]]
    assert made.all("caption")[0].text == "All <of> them"
    assert [cell.attributes.get("scope") for cell in made.all("th")] == ["col", "col", "row", "row"]
    assert [cell.attributes.get("class") for cell in made.all("td")] == ["number", "number"]
    assert made.all("div")[0].attributes["tabindex"] == "0"


def test_a_section_is_named_by_its_heading() -> None:
    made = parsed(section("data", "Data & more", h("p", "text")))
    part = made.named("data")
    assert part.attributes["aria-labelledby"] == part.all("h2")[0].attributes["id"]
