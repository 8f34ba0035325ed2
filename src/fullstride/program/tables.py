"""Tables for people to read: as text, and as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_CELL = "padding:0.15em 0.8em;border:none;"
_RULE = "border-bottom:1px solid currentColor;"
# Colours are the page's own, so that a table fits light and dark themes; notebooks stripe tables, but for this.
_ROW = "background:transparent;"


def text_table(lines: Sequence[Sequence[str]], left: int) -> str:
    """Lines of cells, one under the other; the first `left` columns begin together, the others end together.

    >>> print(text_table([("layer", "parameters"), ("conv1", "80")], 1))
    layer  parameters
    conv1          80
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def html_table(lines: Sequence[Sequence[str]], left: int, notes: Sequence[str] = ()) -> str:
    """The same as an HTML table that needs nothing else: the first line is its head, the notes stand below it."""
    head, *body = (_line(line, left, first=number == 0) for number, line in enumerate(lines))
    below = "".join(f'<div style="{_CELL}">{escape(note)}</div>' for note in notes)
    return (
        '<div style="overflow-x:auto">'
        '<table style="border-collapse:collapse;border:none;margin:0.3em 0;font-variant-numeric:tabular-nums">'
        f"<thead>{head}</thead><tbody>{''.join(body)}</tbody></table>{below}</div>"
    )


def _line(cells: Sequence[str], left: int, first: bool) -> str:
    tag, rule = ("th", _RULE) if first else ("td", "")
    aligned = (
        f'<{tag} style="{_CELL}{rule}text-align:{"left" if column < left else "right"}">{escape(cell)}</{tag}>'
        for column, cell in enumerate(cells)
    )
    return f'<tr style="{_ROW}">{"".join(aligned)}</tr>'
