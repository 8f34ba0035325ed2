"""`cached_property` without a lock: what a thread holds when another one forks, the child never gets."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property(functools.cached_property):
        """As `functools.cached_property` is since Python 3.12; that of 3.11 has one lock for all instances.

        Two threads that ask at once may both compute the value; the last one's stays.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value


__all__ = ["cached_property"]
