"""What the shell offers when a word of the command is begun: names that we know, and files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from glob import escape, glob

VARIABLE = "_FULLSTRIDE_COMPLETE"
"""Set by the shell's function when it asks."""

Completer = Callable[[str], list[str]]


def files(incomplete: str) -> list[str]:
    """Nothing: then the shell offers files, as it does for any command."""
    return []


def words(*names: str) -> Completer:
    """Those of the names that begin so."""

    def complete(incomplete: str) -> list[str]:
        return _beginning(names, incomplete)

    return complete


def data(incomplete: str) -> list[str]:
    """Known sets, and folders."""
    from fullstride.data import KNOWN_NAMES

    folders = sorted(glob(f"{escape(incomplete)}*{os.sep}"))
    return [*_beginning(KNOWN_NAMES, incomplete), *folders]


def architectures(incomplete: str) -> list[str]:
    from fullstride.runs import ARCHITECTURES

    return _beginning(ARCHITECTURES, incomplete)


def settings(incomplete: str) -> list[str]:
    """Keys of a configuration, each with its equals sign."""
    from fullstride.runs import KEYS

    return _beginning((f"{name}=" for name in KEYS), incomplete)


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
