"""Locks that a fork does not leave locked for ever.

Plain `threading.Lock`s, because `with` on one of them cannot be interrupted between locking and entering. LLVM has
locks of its own, which nobody can renew in a child: a fork waits until no thread is inside LLVM.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from typing import Any


class Locking:
    """Base of objects with a `lock`; in the child of a fork it is a new one, whoever held it in the parent."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        _alive.add(self)


_alive: weakref.WeakSet[Locking] = weakref.WeakSet()
_held: list[Any] = []
"""llvmlite's lock, during a fork."""


def _renew() -> None:
    for owner in list(_alive):
        owner.lock = threading.Lock()


def _hold_llvm() -> None:
    """Takes the lock through which llvmlite makes all its calls, unloading code among them; it has no public name."""
    ffi = sys.modules.get("llvmlite.binding.ffi")
    if ffi is not None:
        lock = ffi.lib._lock._lock
        lock.acquire()
        _held.append(lock)


def _let_llvm_go() -> None:
    if _held:
        _held.pop().release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_llvm, after_in_parent=_let_llvm_go, after_in_child=_let_llvm_go)
    os.register_at_fork(after_in_child=_renew)
