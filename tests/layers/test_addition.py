"""The layers that are made of branches."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Add, BatchNorm, Conv, Layer, ReLU, Residual
from fullstride.layers.addition import DEEPEST, Sum

BRANCHES = Add([Conv(4, 3, pad=1), ReLU()], (), [Conv(4, 1)])
BLOCK = Residual(Conv(4, 3, stride=2), BatchNorm(), shortcut=[Conv(4, 1, stride=2)])
NESTED = Residual(BRANCHES, BLOCK, shortcut=(Residual(ReLU()),))
EACH = pytest.mark.parametrize("layer", [BRANCHES, BLOCK, NESTED, Residual(ReLU())], ids=str)


def test_their_parts() -> None:
    assert BRANCHES.parts == BRANCHES.branches == ((Conv(4, 3, pad=1), ReLU()), (), (Conv(4, 1),))
    assert BLOCK.parts == (BLOCK.layers, BLOCK.shortcut)
    assert BLOCK.layers == (Conv(4, 3, stride=2), BatchNorm())
    assert Residual(ReLU()).shortcut == ()
    assert BRANCHES.operation() == BLOCK.operation() == ("add", {})
    with pytest.raises(NotImplementedError):
        Sum().parts  # noqa: B018


def test_as_plain_data() -> None:
    assert Add([ReLU()], []).to_dict() == {"kind": "add", "branches": [[{"kind": "relu"}], []]}
    assert Residual(ReLU()).to_dict() == {"kind": "residual", "layers": [{"kind": "relu"}], "shortcut": []}


@EACH
def test_copies_and_repr_are_equal(layer: Layer) -> None:
    for again in (eval(repr(layer)), copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert again == layer
        assert hash(again) == hash(layer)


def test_different_layers_are_different() -> None:
    assert Residual(ReLU()) != Residual(ReLU(), shortcut=[ReLU()])
    assert Add([ReLU()], []) != Add([], [ReLU()])


SEQUENCE = (
    r"must be a sequence of layers such as \(Conv\(8, 3\), ReLU\(\)\), or \(\) for the input itself; got "
)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (Add, ArgumentError, r"^Add: there must be at least two branches, each a sequence of layers; got 0$"),
        (lambda: Add([ReLU()]), ArgumentError, r"^Add: there must be at least two branches, .*; got 1$"),
        (lambda: Add((), ReLU()), DtypeError, rf"^Add: branch 2 {SEQUENCE}ReLU\(\)$"),
        (lambda: Add("relu", ()), DtypeError, rf"^Add: branch 1 {SEQUENCE}'relu'$"),
        (lambda: Add([ReLU(), "relu"], ()), DtypeError, rf"^Add: branch 1 {SEQUENCE}one with 'relu'$"),
        (lambda: Add([ReLU], ()), DtypeError, rf"^Add: branch 1 {SEQUENCE}one with <class .*ReLU'>$"),
        (
            Residual,
            ArgumentError,
            "^Residual: there must be at least one layer beside the shortcut; got none$",
        ),
        (
            lambda: Residual([ReLU()]),
            DtypeError,
            rf"^Residual: the main branch {SEQUENCE}one with \[ReLU\(\)\]$",
        ),
        (
            lambda: Residual(ReLU(), shortcut=ReLU()),
            DtypeError,
            rf"^Residual: the shortcut {SEQUENCE}ReLU\(\)$",
        ),
        (lambda: Residual(ReLU(), shortcut=None), DtypeError, rf"^Residual: the shortcut {SEQUENCE}None$"),
    ],
)
def test_refusals(make: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        make()


@pytest.mark.parametrize("around", [lambda layer: Residual(layer), lambda layer: Add((), [ReLU(), layer])])
def test_branches_are_nested_only_so_deep(around: Any) -> None:
    layer: Layer = Residual(ReLU())
    for _ in range(DEEPEST - 1):
        layer = around(layer)
    with pytest.raises(ArgumentError, match=rf": branches may be nested {DEEPEST} deep; got {DEEPEST + 1}$"):
        around(layer)
