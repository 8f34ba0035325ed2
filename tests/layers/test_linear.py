"""The fully connected layer."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Dense


def test_its_operation() -> None:
    assert Dense(10).operation() == ("linear", {"n_C": 10})
    assert type(Dense(np.int64(10)).n) is int


def test_refusals() -> None:
    with pytest.raises(ArgumentError, match=r"^Dense: n must be a whole number >= 1; got 0$"):
        Dense(0)
    with pytest.raises(DtypeError, match=r"^Dense: n must be a whole number >= 1; got 'ten' of type str$"):
        Dense("ten")  # type: ignore[arg-type]
