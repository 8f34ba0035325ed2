"""The table of operations."""

from __future__ import annotations

from fullstride.geometry import Window
from fullstride.program import OPERATIONS, Operation
from fullstride.program.table import ParameterSpec, register, window_of

import pytest  # isort: skip


def test_the_rows() -> None:
    assert {name: (row.stem, row.arity) for name, row in OPERATIONS.items()} == {
        "conv": ("convolution", 1),
        "max_pool": ("pooling", 1),
        "average_pool": ("pooling", 1),
        "global_average_pool": ("pooling", 1),
        "batch_norm": ("normalization", 1),
        "relu": ("relu", 1),
        "flatten": ("flatten", 1),
        "add": ("addition", 2),
        "linear": ("linear", 1),
        "custom": ("custom", 1),
    }
    assert [name for name, row in OPERATIONS.items() if not row.has_kernel] == ["custom"]
    assert all(row.name == name for name, row in OPERATIONS.items())


def test_a_name_is_registered_once() -> None:
    row = OPERATIONS["relu"]
    with pytest.raises(AssertionError, match="relu"):
        register(Operation("relu", "relu", 1, row.output_shape, row.forward, row.backward))


def test_what_a_row_need_not_say() -> None:
    relu = OPERATIONS["relu"]
    assert (relu.attributes, relu.defaults) == ({}, {})
    assert relu.parameters({}, ((2, 2, 1),)) == {}
    assert relu.multiply_adds({}, ((2, 2, 1),)) == 0
    assert relu.window({}, (2, 2, 1)) == ((1, 1), (1, 1))
    assert relu.inference is relu.advance is None


def test_the_window_of_a_node() -> None:
    window, size = window_of({"f": 3, "stride": 2, "pad": 1}, (5, 7, 1), "test")
    assert (window, size) == (Window((3, 3), (2, 2), ((1, 1), (1, 1))), (3, 4))
    window, size = window_of({"f": (2, 3), "stride": 1}, (5, 7, 1), "test")
    assert (window.pad, size) == (((0, 0), (0, 0)), (4, 5))


def test_weights_decay_and_nothing_else() -> None:
    """As weights are what is drawn, by the number of terms that an output sums."""
    assert ParameterSpec((2, 3), 2).decays
    assert not ParameterSpec((1, 3), 0).decays
    assert not ParameterSpec((1, 3), 0, initial=1.0).decays
