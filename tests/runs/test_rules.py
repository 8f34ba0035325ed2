"""The rules of single keys, where they are more than a type and a range (`test_tables` has those)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Layer
from fullstride.runs import rules

TEXT = "must be a name or a path, as text"
POSITIVE = "must be a finite number, 0 < {}; got 0"


@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        (rules.size, [1, 2, 3], "must be a whole number or two, n_H and n_W; got 3: [1, 2, 3]"),
        (rules.size, [3, 0], "must be a whole number >= 1 and < 2**63; got 0"),
        (rules.path, "", f"{TEXT} of at least one character, without NUL; got ''"),
        (rules.path, "a\0", f"{TEXT} of at least one character, without NUL; got 'a\\x00'"),
        (rules.path, "\udcff", f"{TEXT} that UTF-8 can hold; got '\\udcff'"),
        (rules.number(0), 10**400, f"must be a finite number, 0 <= b; got {'1' + 79 * '0'}"),
    ],
)
def test_sentences(rule: rules.Rule, value: object, sentence: str) -> None:
    with pytest.raises((ArgumentError, DtypeError), match=f"^run: a.b {re.escape(sentence)}$"):
        rule(value, "run", "a.b")


def test_numbers_that_python_does_not_write_out() -> None:
    enormous = 1 << 20000
    came = "got a value too long to be shown"
    with pytest.raises(ArgumentError, match=f"^run: b must be a finite number, 0 <= b; {came}$"):
        rules.number(0)(enormous, "run", "b")
    with pytest.raises(DtypeError, match=f"^run: b must be a number, 0 <= b <= 2; {came} of type list$"):
        rules.number(0, 2)([enormous], "run", "b")
    with pytest.raises(ArgumentError, match=rf"^run: b must be a whole number >= 0 and < 2\*\*63; {came}$"):
        rules.whole(0)(enormous, "run", "b")
    with pytest.raises(ArgumentError, match=r"^run: b\[0\] cannot be used: Exceeds the limit"):
        rules.layer_list([{"kind": "cnv", "f": enormous}], "run", "b")


@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        (rules.milestones, [5, 0.5], "[1] must be a whole number >= 1 and < 2**63; got 0.5 of type float"),
        (rules.class_weights, [1, 0], "[1] " + POSITIVE.format("b[1]")),
        (rules.scale, [0.09, 1], "[0] must be a number, 0.1 <= b[0] <= 10; got 0.09"),
        (rules.scale, [1, 11], "[1] must be a number, 0.1 <= b[1] <= 10; got 11"),
        (rules.class_weights, [], ' must be "none", "balanced" or .* number a class; got an empty list'),
        (rules.layer_list, [], " must be a list of at least one layer, .*; got an empty list"),
        (rules.layer_list, [3], '[0] must be a layer, a table such as {kind = "relu"}; got 3 of type int'),
    ],
)
def test_sentences_of_lists(rule: rules.Rule, value: object, sentence: str) -> None:
    expected = re.escape(sentence).replace(r"\.\*", ".*")
    with pytest.raises((ArgumentError, DtypeError), match=rf"^run: a\.b{expected}$"):
        rule(value, "run", "a.b")


@pytest.mark.parametrize(
    "layer",
    [
        {"kind": "cnv"},
        {},
        {"kind": ["relu"]},
        {"kind": "conv", "n_C": 0, "f": 3},
        {"kind": "conv", "n_C": 1, "f": 3, "strid": 2},
        {"kind": "batch_norm", "epsilon": 10**400},
        {"kind": "residual", "layers": [{"kind": "dense"}]},
        {"kind": "add", "branches": [{"kind": "relu"}]},
    ],
)
def test_layers_that_are_none(layer: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match=r"^run: network\.layers\[1\] cannot be used: "):
        rules.layer_list([{"kind": "relu"}, layer], "run", "network.layers")


def test_layers_nested_without_end() -> None:
    layer: dict[str, Any] = {"kind": "relu"}
    for _ in range(100_000):
        layer = {"kind": "add", "branches": [[layer], []]}
    with pytest.raises(ArgumentError, match=r"^run: network\.layers\[0\] cannot be used: "):
        rules.layer_list([layer], "run", "network.layers")
    while layer["kind"] == "add":  # taken apart by hand: not every Python frees what is nested so deeply
        layer = layer["branches"][0].pop()


def test_a_layer_that_a_file_could_not_bring_back_is_refused() -> None:
    @dataclass(frozen=True)
    class Own(Layer):
        kind: ClassVar[str] = "own"

    with pytest.raises(ArgumentError, match=r"^run: network\.layers\[0\] cannot be used: .*'kind': 'own'"):
        rules.layer_list([Own()], "run", "network.layers")
