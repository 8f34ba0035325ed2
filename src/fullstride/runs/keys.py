"""Names in a configuration: which there are, and which was meant by one that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from fullstride.errors import ArgumentError, DtypeError
from fullstride.runs.rules import shown
from fullstride.runs.tables import AugmentationOptions, DataOptions, NetworkOptions, Table, TrainingOptions

TABLES: Mapping[str, type[Table]] = {
    table.title: table for table in (DataOptions, NetworkOptions, TrainingOptions, AugmentationOptions)
}
FREE = ("seed", "engine")
"""The keys that stand in no table."""

NAMES = (*FREE, *(f"{title}.{name}" for title, table in TABLES.items() for name in table.key_names()))
"""All keys, in their order."""


_BY_LAST = {name.rpartition(".")[2]: name for name in NAMES}


def check_names(document: Mapping[str, object], where: str) -> None:
    """Refuse tables and keys that there are not."""
    for title, value in document.items():
        if title in FREE:
            continue
        if title not in TABLES:
            what = "table" if isinstance(value, Mapping) else "key"
            raise unknown(title, where, what)
        if not isinstance(value, Mapping):
            raise DtypeError(
                f"{where}: {title} must be a table with keys such as {title}.{TABLES[title].key_names()[0]}; "
                f"got {shown(value)} of type {type(value).__name__}"
            )
        for name in value:
            if name not in TABLES[title].key_names():
                raise unknown(f"{title}.{name}", where)


def full_name(name: str, where: str) -> str:
    """The key that is meant by a name of Python's: with two underscores for the dot, or without its table.

    >>> full_name("training__lr", "train"), full_name("epochs", "train"), full_name("seed", "train")
    ('training.lr', 'training.epochs', 'seed')
    """
    dotted = name.replace("__", ".")
    found = dotted if dotted in NAMES else _BY_LAST.get(dotted)
    if found is None:
        raise unknown(dotted, where)
    return found


def unknown(name: str, where: str, what: str = "key") -> ArgumentError:
    """The error for a name that there is not, with the nearest that there is."""
    printed = name if name.isprintable() and len(name) <= 80 else shown(name)
    nearest = _nearest(name, TABLES if what == "table" else NAMES)
    if nearest is not None:
        return ArgumentError(f"{where}: unknown {what} {printed}; did you mean {nearest}?")
    title = name.partition(".")[0]
    if title in TABLES:
        return ArgumentError(
            f"{where}: unknown key {printed}; [{title}] has {', '.join(TABLES[title].key_names())}"
        )
    return ArgumentError(
        f"{where}: unknown {what} {printed}; there are {', '.join(FREE)} and the tables {', '.join(TABLES)}"
    )


def _nearest(name: str, names: Iterable[str]) -> str | None:
    """A key of that name in another table, else the key that is spelled most alike, in its own table if it is there."""
    last = {known.rpartition(".")[2]: known for known in names}
    own = [known for known in names if known.rpartition(".")[0] == name.rpartition(".")[0]]
    short = name.rpartition(".")[2].lower().replace("-", "_")
    if short in last:
        return last[short]
    for candidates in ({known.rpartition(".")[2]: known for known in own}, last):
        if found := difflib.get_close_matches(short, candidates, n=1, cutoff=0.65):
            return candidates[found[0]]
    return None
