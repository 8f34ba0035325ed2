"""The convolution layer."""

from __future__ import annotations

from typing import Any

import pytest

from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.layers import Conv


def test_its_operation() -> None:
    assert Conv(8, 3).operation() == (
        "conv",
        {"n_C": 8, "f": (3, 3), "stride": (1, 1), "pad": ((0, 0), (0, 0)), "bias": True},
    )
    layer = Conv(8, (3, 2), stride=(2, 1), pad=((1, 0), (2, 3)))
    window = {"f": (3, 2), "stride": (2, 1), "pad": ((1, 0), (2, 3))}
    assert layer.operation()[1] == {"n_C": 8, **window, "bias": True}
    assert Conv(8, 3, bias=False).operation()[1]["bias"] is False


@pytest.mark.parametrize(
    ("pad", "expected"),
    [
        (2, ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ("valid", ((0, 0), (0, 0))),
        ("same", "same"),
    ],
)
def test_pads(pad: Any, expected: Any) -> None:
    assert Conv(1, 3, pad=pad).pad == expected


def test_equal_layers_are_equal() -> None:
    assert Conv(8, 3, pad=1) == Conv(8, (3, 3), stride=1, pad=(1, 1))
    assert Conv(8, 3) != Conv(8, 3, pad=1)
    assert hash(Conv(8, 3)) == hash(Conv(8, (3, 3)))


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((0, 3), ArgumentError, r"^Conv: n_C must be a whole number >= 1; got 0$"),
        ((1.5, 3), DtypeError, r"^Conv: n_C must be a whole number >= 1; got 1.5 of type float$"),
        ((8, 0), ArgumentError, r"^Conv: f must be a whole number >= 1; got 0$"),
        (
            (8, (1, 2, 3)),
            ShapeError,
            r"^Conv: f must be an int or a pair \(vertical, horizontal\); got 3 values",
        ),
        ((8, 3, 0), ArgumentError, r"^Conv: stride must be a whole number >= 1; got 0$"),
        (
            (8, 3, (1, -1)),
            ArgumentError,
            r"^Conv: stride\[1\] \(horizontal\) must be a whole number >= 1; got -1$",
        ),
        ((8, 3, 1, -1), ArgumentError, r"^Conv: pad must be a whole number >= 0; got -1$"),
        ((8, 3, 1, 0, 1), DtypeError, r"^Conv: bias must be True or False; got 1 of type int$"),
        (
            (8, 3, 1, "full"),
            ArgumentError,
            r'^Conv: pad must be an int, a pair, "same" or "valid"; got \'full\'$',
        ),
        ((True, 3), DtypeError, r"^Conv: n_C must be a whole number >= 1; got True of type bool$"),
    ],
)
def test_refusals(arguments: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        Conv(*arguments)
