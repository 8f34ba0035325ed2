"""The Machine is a value."""

from __future__ import annotations

import dataclasses

import pytest

from fullstride.program import Machine


def test_lanes() -> None:
    machine = Machine("avx512", "triple", "cpu", "", 512, 32)
    assert (machine.lanes("float32"), machine.lanes("float64")) == (16, 8)
    narrow = dataclasses.replace(machine, vector_bits=128)
    assert (narrow.lanes("float32"), narrow.lanes("float64")) == (4, 2)
    assert len({machine, narrow, dataclasses.replace(narrow, vector_bits=512)}) == 2


def test_it_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Machine("avx512", "triple", "cpu", "", 512, 32).registers = 16  # type: ignore[misc]
