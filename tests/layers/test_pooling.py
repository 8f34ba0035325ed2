"""The pooling layers."""

from __future__ import annotations

import pytest

from fullstride.errors import ArgumentError
from fullstride.layers import AveragePool, GlobalAveragePool, MaxPool

BOTH = pytest.mark.parametrize(("layer", "name"), [(MaxPool, "max_pool"), (AveragePool, "average_pool")])


@BOTH
def test_its_operation(layer: type[MaxPool], name: str) -> None:
    assert layer(3, 2).operation() == (name, {"f": (3, 3), "stride": (2, 2)})
    assert layer((2, 3), (1, 2)).operation() == (name, {"f": (2, 3), "stride": (1, 2)})


@BOTH
def test_windows_stand_side_by_side_unless_a_stride_is_given(layer: type[MaxPool], name: str) -> None:
    assert layer(2) == layer(2, 2)
    assert layer((2, 3)).stride == (2, 3)


def test_the_global_pool() -> None:
    assert GlobalAveragePool().operation() == ("global_average_pool", {})
    assert GlobalAveragePool().to_dict() == {"kind": "global_average_pool"}


@BOTH
def test_refusals(layer: type[MaxPool], name: str) -> None:
    kind = layer.__name__
    with pytest.raises(ArgumentError, match=rf"^{kind}: f must be a whole number >= 1; got 0$"):
        layer(0)
    with pytest.raises(ArgumentError, match=rf"^{kind}: stride must be a whole number >= 1; got 0$"):
        layer(2, 0)
