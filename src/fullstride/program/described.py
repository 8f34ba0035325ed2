"""Settings out of plain data: what somebody has written into a file by hand is looked at closely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, TypeVar

from fullstride.errors import ArgumentError, DtypeError

_Described = TypeVar("_Described")


def rebuilt(made: type[_Described], data: Mapping[str, Any], where: str) -> _Described:
    """An instance of a dataclass from its fields by name; one that is left out has its default.

    Raises
    ------
    ArgumentError, DtypeError
        If a key is unknown (the sentence proposes the nearest), or a value out of range.
    """
    names = [field.name for field in fields(made)]  # type: ignore[arg-type]  # a dataclass
    if not isinstance(data, Mapping):
        raise DtypeError(f"{where}: it must be a dict with the keys {', '.join(names)}; got {data!r:.80}")
    for key in data:
        if key not in names:
            raise ArgumentError(
                f"{where}: the keys of {made.__name__} are {', '.join(names)}; got {key!r}{nearest(key, names)}"
            )
    return made(**data)


def nearest(word: object, known: Iterable[str]) -> str:
    """ " (did you mean ...?)" where a known word is near.

    >>> nearest("momentun", ["lr", "momentum"])
    " (did you mean 'momentum'?)"
    """
    near = get_close_matches(str(word).lower(), list(known), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
