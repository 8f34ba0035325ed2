"""The ReLU layer has no hyperparameters."""

from __future__ import annotations

from fullstride.layers import ReLU


def test_its_operation() -> None:
    assert ReLU().operation() == ("relu", {})
    assert ReLU() == ReLU()
    assert ReLU().to_dict() == {"kind": "relu"}
