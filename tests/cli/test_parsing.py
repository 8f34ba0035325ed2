"""Values on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from fullstride.cli import parsing


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.0", 1.0),
        ("1e-3", 0.001),
        ("true", True),
        ("[10, 15]", [10, 15]),
        ('"balanced"', "balanced"),
        ("balanced", "balanced"),
        ("photos/of birds", "photos/of birds"),
        ("a=b", "a=b"),
        ("", ""),
        ("1\nseed = 2", "1\nseed = 2"),  # one key, one value
        ("[" * 5000, "[" * 5000),
    ],
)
def test_a_value_is_as_in_toml_or_else_a_word(text: str, value: Any) -> None:
    found = parsing.overrides([f"data.name={text}"])["data.name"]
    assert (found, type(found)) == (value, type(value))


def test_options_and_settings_become_keys_and_the_last_one_counts() -> None:
    found = parsing.overrides(
        ["training.lr=0.2", " seed = 4 ", "seed=5"], training__lr=0.1, data__dir=Path("files"), seed=None
    )
    assert found == {"training.lr": 0.2, "data.dir": "files", "seed": 5}
    assert parsing.overrides(None) == {}


def test_a_setting_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match=r"^'training\.lr' is not of the form KEY=VALUE$"):
        parsing.overrides(["training.lr"])


@pytest.mark.parametrize(
    ("parser", "text", "sentence"),
    [
        (parsing.whole(), "x", "'x' is no whole number"),
        (parsing.whole(1), "0", "'0' is no whole number >= 1"),
        (parsing.whole(1, 256), "257", "'257' is no whole number from 1 to 256"),
        (parsing.number, "1,5", "'1,5' is no number"),
        (parsing.learning_rate, 0.0, "0.0 is not a finite number > 0"),
        (parsing.learning_rate, float("inf"), "inf is not a finite number > 0"),
        (parsing.seed_, 2**64, f"{2**64} is not in the range 0<=x<2**64"),
        (parsing.fraction, 1.0, "1.0 is not in the range 0<=x<1"),
        (parsing.engine, "steam", "'steam' is neither native nor steps"),
        (parsing.part, "every", "'every' is neither test, train, validation nor all"),
    ],
)
def test_what_is_refused(parser: Any, text: Any, sentence: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        parser(text)
    assert str(caught.value) == sentence


def test_what_is_taken() -> None:
    assert (parsing.whole(1, 256)("256"), parsing.number("0.5"), parsing.part("train")) == (256, 0.5, "train")
    assert (parsing.seed_(2**64 - 1), parsing.fraction(0.0), parsing.engine("steps")) == (
        2**64 - 1,
        0.0,
        "steps",
    )
    for check in (parsing.learning_rate, parsing.seed_, parsing.fraction, parsing.engine):
        assert check(None) is None  # not asked for
