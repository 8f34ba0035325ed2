"""The layer of batch normalization."""

from __future__ import annotations

from typing import Any

import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import BatchNorm


def test_its_operation() -> None:
    assert BatchNorm().operation() == ("batch_norm", {"epsilon": 1e-5, "momentum": 0.1})
    assert BatchNorm(1, momentum=1).operation() == ("batch_norm", {"epsilon": 1.0, "momentum": 1.0})
    assert BatchNorm(0.5).to_dict() == {"kind": "batch_norm", "epsilon": 0.5, "momentum": 0.1}


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"epsilon": 0}, ArgumentError, r"epsilon must be a finite number, 0 < epsilon; got 0.0$"),
        ({"epsilon": float("inf")}, ArgumentError, r"epsilon must be a finite number, 0 < epsilon; got inf$"),
        ({"epsilon": "1"}, DtypeError, r"epsilon must be .*; got '1' of type str$"),
        ({"momentum": 0.0}, ArgumentError, r"momentum must be a finite number, 0 < momentum <= 1; got 0.0$"),
        (
            {"momentum": 1.01},
            ArgumentError,
            r"momentum must be a finite number, 0 < momentum <= 1; got 1.01$",
        ),
        ({"momentum": True}, DtypeError, r"momentum must be .*; got True of type bool$"),
    ],
)
def test_refusals(arguments: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=f"^BatchNorm: {sentence}"):
        BatchNorm(**arguments)
