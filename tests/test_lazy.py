"""The cached property: computed once, and by a forked child too, whatever another thread was about."""

from __future__ import annotations

import functools
import os
import signal
import threading
from pathlib import Path

import pytest

import fullstride
from fullstride.lazy import cached_property


class Slow:
    def __init__(self, entered: threading.Event, going_on: threading.Event) -> None:
        self.entered, self.going_on, self.computed = entered, going_on, 0

    @cached_property
    def value(self) -> int:
        """Something."""
        self.entered.set()
        self.going_on.wait(30)
        self.computed += 1
        return 7


def make() -> Slow:
    return Slow(threading.Event(), threading.Event())


def test_computed_once() -> None:
    slow = make()
    slow.going_on.set()
    assert (slow.value, slow.value, slow.computed) == (7, 7, 1)
    assert isinstance(Slow.value, functools.cached_property)
    assert Slow.value.__doc__ == "Something."


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_forked_while_another_thread_computes() -> None:
    slow, others = make(), make()
    others.going_on.set()
    thread = threading.Thread(target=lambda: slow.value)
    thread.start()
    assert slow.entered.wait(30)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(others.value)
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    finally:
        slow.going_on.set()
        thread.join()


def test_nothing_uses_the_one_with_a_lock() -> None:
    package = Path(fullstride.__file__).parent
    users = [
        path.name
        for path in package.rglob("*.py")
        if "from functools import cached_property" in path.read_text()
    ]
    assert users == ["lazy.py"]
