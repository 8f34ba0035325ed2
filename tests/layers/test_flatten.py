"""The Flatten layer has no hyperparameters."""

from __future__ import annotations

from fullstride.layers import Flatten


def test_its_operation() -> None:
    assert Flatten().operation() == ("flatten", {})
    assert Flatten() == Flatten()
    assert Flatten().to_dict() == {"kind": "flatten"}
