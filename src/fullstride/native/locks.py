"""Locks that a fork does not leave locked for ever.

Plain `threading.Lock`s, because `with` on one of them cannot be interrupted between locking and entering.
"""

from __future__ import annotations

import os
import threading
import weakref


class Locking:
    """Base of objects with a `lock`; in the child of a fork it is a new one, whoever held it in the parent."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        _alive.add(self)


_alive: weakref.WeakSet[Locking] = weakref.WeakSet()


def _renew() -> None:
    for owner in list(_alive):
        owner.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
