"""What the loop is told where nothing is said."""

from __future__ import annotations

import dataclasses

import pytest

from fullstride.program import AS_STORED, PLAIN, SGD
from fullstride.training import Constant, Settings


def test_what_is_usual() -> None:
    settings = Settings(epochs=2, batch_size=8, lr=0.1, seed=3)
    assert settings == Settings(2, 8, 0.1, 3, SGD(), Constant(), PLAIN, AS_STORED, None, 0)


def test_they_do_not_change_during_a_run() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings(2, 8, 0.1, 3).lr = 0.2  # type: ignore[misc]
