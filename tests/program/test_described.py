"""Settings out of plain data; `test_optimizers` and `test_losses` have the sentences of those who use it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.program.described import nearest, rebuilt


@dataclass(frozen=True)
class Pair:
    left: int
    right: int = 7


def test_what_is_left_out_has_its_default() -> None:
    assert rebuilt(Pair, {"left": 1}, "f") == Pair(1)
    assert rebuilt(Pair, {"right": 2, "left": 1}, "f") == Pair(1, 2)


def test_refusals() -> None:
    with pytest.raises(ArgumentError, match=r"^f: the keys of Pair are left, right; got 'wrong'$"):
        rebuilt(Pair, {"wrong": 1}, "f")
    with pytest.raises(DtypeError, match=r"^f: it must be a dict with the keys left, right; got None$"):
        rebuilt(Pair, None, "f")  # type: ignore[arg-type]


def test_nearest() -> None:
    assert nearest("rigth", ["left", "right"]) == " (did you mean 'right'?)"
    assert nearest(3, ["left", "right"]) == ""
