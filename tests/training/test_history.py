"""The history and its file."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from fullstride.errors import FileFormatError
from fullstride.training import EpochRecord, History


def record(**changes: Any) -> EpochRecord:
    values: dict[str, Any] = {
        "epoch": 1,
        "loss": 0.1 + 0.2,  # a number whose shortest decimal form has 17 digits
        "validation_loss": 0.25,
        "validation_accuracy": 0.96,
        "seconds": 1.5,
        "images_per_second": 1000.0,
        "lr": 0.05,
    }
    return {**values, **changes}  # type: ignore[typeddict-item]


@pytest.mark.parametrize("best", [None, 1, 2])
@pytest.mark.parametrize("interrupted", [False, True])
def test_there_and_back(interrupted: bool, best: int | None) -> None:
    history = History(
        [record(), record(epoch=2, validation_loss=None, validation_accuracy=None)], interrupted, best
    )
    assert History.from_jsonl(history.to_jsonl()) == history


def test_an_object_a_line() -> None:
    lines = History([record(), record(epoch=2)], interrupted=True).to_jsonl().splitlines()
    assert [json.loads(line) for line in lines] == [record(), record(epoch=2), {"interrupted": True}]
    lines = History([record()], best_epoch=1, interrupted=True).to_jsonl().splitlines()
    assert [json.loads(line) for line in lines] == [record(), {"best_epoch": 1}, {"interrupted": True}]


def test_nothing_is_nothing() -> None:
    assert History().to_jsonl() == ""
    assert History.from_jsonl("") == History()


GOOD = json.dumps(record())


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not JSON",
        "[1, 2]",
        "3",
        "{}",
        '{"interrupted": false}',
        '{"best_epoch": null}',
        '{"best_epoch": true}',
        '{"best_epoch": 1.0}',
        '{"best_epoch": 0}',
        '{"best_epoch": 1, "interrupted": true}',
        GOOD[:-1],
        json.dumps({**record(), "more": 1}),
        json.dumps({key: value for key, value in record().items() if key != "lr"}),
        json.dumps(record(loss=None)),
        json.dumps(record(loss="0.5")),
        json.dumps(record(epoch=True)),
        "[" * 100_000,
    ],
)
def test_a_line_of_another_kind_is_named(line: str) -> None:
    sentence = (
        r"History.from_jsonl: line 2 must be a JSON object with the keys epoch, loss, validation_loss, "
        r"validation_accuracy, seconds, images_per_second, lr; got '"
    )
    with pytest.raises(FileFormatError, match=sentence):
        History.from_jsonl(f"{GOOD}\n{line}\n")


def test_nothing_follows_an_interruption() -> None:
    with pytest.raises(FileFormatError, match=r"line 3 must be"):
        History.from_jsonl(f'{GOOD}\n{{"interrupted": true}}\n{GOOD}\n')


@pytest.mark.parametrize("line", [GOOD, '{"best_epoch": 1}'])
def test_only_an_interruption_follows_the_best_epoch(line: str) -> None:
    with pytest.raises(FileFormatError, match=r"line 3 must be"):
        History.from_jsonl(f'{GOOD}\n{{"best_epoch": 1}}\n{line}\n')


def test_in_a_notebook_the_curve_and_the_epochs_that_matter() -> None:
    history = History(best_epoch=2)
    for epoch, loss, validation in ((1, 2.0, 1.0), (2, 1.0, 0.5), (3, 0.0, 1.5), (4, 0.5, 2.0)):
        history.epochs.append(record(epoch=epoch, loss=loss, validation_loss=validation))
    # 320 by 90 pixels, 2 of them a margin: the largest loss, 2.0, stands at the top
    lines = re.findall(r'<polyline points="([^"]*)"', history.curve())
    assert lines == [
        "2.0,2.0 108.7,47.0 215.3,92.0 322.0,69.5",
        "2.0,47.0 108.7,69.5 215.3,24.5 322.0,2.0",
    ]
    text = history._repr_html_()
    assert re.findall(r">(\d(?: \(best\))?)<", text) == ["1", "2 (best)", "4"]
    assert "http" not in text
    assert "interrupted" not in text
    ElementTree.fromstring(history.curve())  # well formed


def test_in_a_notebook_a_history_may_be_short() -> None:
    assert "polyline" not in History(interrupted=True)._repr_html_()
    assert "interrupted" in History(interrupted=True)._repr_html_()
    assert History(epochs=[record(loss=0.0, validation_loss=None)]).curve().count("<polyline") == 1
