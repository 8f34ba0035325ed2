"""Writing TOML: what a configuration is made of, and no more. Python reads TOML but does not write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def to_toml(document: Mapping[str, Any]) -> str:
    """A document of TOML 1.0: numbers, texts, booleans and lists first, then a table for each mapping.

    Parameters
    ----------
    document : name -> bool, int, finite float, str without surrogates, list or tuple of such, or a mapping of such

    Notes
    -----
    A mapping within a table or a list becomes an inline table. A list that holds one has a line for each item.

    Examples
    --------
    >>> print(to_toml({"seed": 0, "training": {"lr": 0.1, "loss": "cross_entropy", "milestones": [10, 15]}}), end="")
    seed = 0
    <BLANKLINE>
    [training]
    lr = 0.1
    loss = "cross_entropy"
    milestones = [10, 15]
    """
    tables = {name: value for name, value in document.items() if isinstance(value, Mapping)}
    first = {name: value for name, value in document.items() if name not in tables}
    blocks = ["".join(_lines(first))] if first else []
    blocks += [f"[{_key(name)}]\n" + "".join(_lines(table)) for name, table in tables.items()]
    return "\n".join(blocks)


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_block(value)}\n" for name, value in table.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _block(value: Any) -> str:
    if isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
        return "[\n" + "".join(f"    {_inline(item)},\n" for item in value) + "]"
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(name)} = {_inline(item)}" for name, item in value.items())
        return f"{{{pairs}}}"
    raise AssertionError(f"unreachable: a configuration holds no {type(value).__name__}")


def _text(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(c)) for c in text) + '"'


def _escaped(c: str) -> str:
    return f"\\u{ord(c):04X}" if ord(c) < 0x10000 else f"\\U{ord(c):08X}"
