"""Names in a configuration: unknown ones are refused, with the nearest that there is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.runs import Configuration
from fullstride.runs.keys import NAMES, full_name

THERE_ARE = "there are seed, engine and the tables data, network, training, augmentation"


@pytest.mark.parametrize(
    ("document", "came", "meant"),
    [
        ({"training": {"epoch": 3}}, "key training.epoch", "training.epochs"),
        ({"training": {"Batch-Size": 3}}, "key training.Batch-Size", "training.batch_size"),
        ({"network": {"exat": True}}, "key network.exat", "network.exact"),
        ({"epochs": 3}, "key epochs", "training.epochs"),
        ({"learning_rate": {}}, "table learning_rate", None),
        ({"sed": 3}, "key sed", "seed"),
        ({"training": {"flip": True}}, "key training.flip", "augmentation.flip"),
        ({"training": {"seed": 1}}, "key training.seed", "seed"),
        ({"trainig": {"epochs": 3}}, "table trainig", "training"),
        ({"weather": {}}, "table weather", None),
        ({"weather": 1}, "key weather", None),
        ({"a\nb": 1}, "key 'a\\nb'", None),
        ({"q" * 99: 1}, f"key '{'q' * 79}", None),
    ],
)
def test_unknown_names(document: dict[str, Any], came: str, meant: str | None) -> None:
    hint = f"; {THERE_ARE}" if meant is None else f"; did you mean {meant}?"
    with pytest.raises(ArgumentError, match=rf"^run\.toml: unknown {re.escape(came + hint)}$"):
        Configuration.from_dict(document, "run.toml")


def test_without_a_near_one_all_keys_of_the_table_are_named() -> None:
    sentence = (
        r"^run\.toml: unknown key data\.learning; "
        r"\[data\] has name, dir, size, channels, strict, validation, normalize$"
    )
    with pytest.raises(ArgumentError, match=sentence):
        Configuration.from_dict({"data": {"learning": 1}}, "run.toml")


def test_a_table_is_a_table() -> None:
    sentence = "^run: training must be a table with keys such as training.epochs; got 3 of type int$"
    with pytest.raises(DtypeError, match=sentence.replace(".", r"\.")):
        Configuration.from_dict({"training": 3}, "run")


def test_names_are_unique_and_in_their_order() -> None:
    assert len({name.rpartition(".")[2] for name in NAMES}) == len(
        NAMES
    )  # so that one can be meant by another's
    assert NAMES[:4] == ("seed", "engine", "data.name", "data.dir")
    assert NAMES[-1] == "augmentation.border"


def test_a_name_of_python_s_is_a_key() -> None:
    for name in NAMES:
        assert full_name(name.rpartition(".")[2], "train") == name
        assert full_name(name.replace(".", "__"), "train") == name
    with pytest.raises(ArgumentError, match=r"^train: unknown key data\.lr; did you mean training\.lr\?$"):
        full_name("data__lr", "train")
