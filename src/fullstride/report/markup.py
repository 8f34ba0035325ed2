"""HTML, made of small pieces. Text is escaped wherever it comes in; what is marked up already is `Html`."""

from __future__ import annotations

import html
from collections.abc import Container, Iterable, Sequence

_VOID = ("img", "meta", "line", "rect", "circle", "polyline")
"""Elements without content."""


class Html(str):
    """Text that is markup, and is not escaped again."""

    __slots__ = ()


def escaped(text: object) -> Html:
    """Text as it can stand between tags and in attributes; control characters as escapes.

    >>> escaped('<script> & "it\\x07"')
    '&lt;script&gt; &amp; &quot;it\\\\x07&quot;'
    """
    if isinstance(text, Html):
        return text
    shown = (
        c if c.isprintable() or c in "\n\u00a0" else c.encode("unicode_escape").decode("ascii")
        for c in str(text)
    )
    return Html(html.escape("".join(shown)))


def h(tag: str, *content: object, **attributes: object) -> Html:
    """An element. Attributes of the value None are left out, `class_` is "class", and `view_box` "viewBox".

    >>> h("p", "1 < 2 ", h("b", "is so"), class_="note")
    '<p class="note">1 &lt; 2 <b>is so</b></p>'
    """
    given = "".join(
        f' {_attribute(name)}="{escaped(value)}"' for name, value in attributes.items() if value is not None
    )
    if tag in _VOID:
        return Html(f"<{tag}{given}>" if tag in ("img", "meta") else f"<{tag}{given}/>")
    return Html(f"<{tag}{given}>{together(content)}</{tag}>")


def together(pieces: Iterable[object]) -> Html:
    """Pieces one after the other."""
    return Html("".join(escaped(piece) for piece in pieces))


def section(name: str, title: str, *content: object) -> Html:
    """A part of the page, with its heading."""
    heading = h("h2", title, id=f"{name}-title")
    return h("section", heading, *content, id=name, aria_labelledby=f"{name}-title")


def table(
    caption: str, head: Sequence[object], rows: Iterable[Sequence[object]], words: Container[int] = (0,)
) -> Html:
    """A table, to be scrolled where it is too wide; the first column are headers, those not in `words` are numbers."""

    def cell(tag: str, k: int, text: object, scope: str | None = None) -> Html:
        return h(tag, text, scope=scope, class_=None if k in words else "number")

    top = h("tr", *(cell("th", k, text, "col") for k, text in enumerate(head)))
    body = (
        h(
            "tr",
            cell("th", 0, row[0], "row"),
            *(cell("td", k, text) for k, text in enumerate(row[1:], start=1)),
        )
        for row in rows
    )
    drawn = h("table", h("caption", caption), h("thead", top), h("tbody", *body))
    return scrolling(drawn, caption)


def images_of(count: int) -> str:
    """How many images, in words.

    >>> images_of(1), images_of(10_000)
    ('1 image', '10,000 images')
    """
    return f"{count:,} image{'' if count == 1 else 's'}"


def scrolling(content: Html, name: str) -> Html:
    """What may be wider than the page; it can be scrolled with the keyboard too."""
    return h("div", content, class_="scroll", tabindex=0, role="region", aria_label=name)


def _attribute(name: str) -> str:
    return "viewBox" if name == "view_box" else name.rstrip("_").replace("_", "-")
