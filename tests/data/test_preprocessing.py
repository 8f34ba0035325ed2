"""The description that a stored model carries: checked, and the same after a trip through JSON."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from fullstride.data import Preprocessing
from fullstride.errors import ArgumentError, DtypeError, FileFormatError

DIGITS = Preprocessing((8, 8, 1), 1 / 16, maximum=16, ink="light", framing="fill", box=(1.0, 0.625))


def test_round_trip_through_json():
    text = json.dumps(DIGITS.to_dict(), sort_keys=True)
    assert text == (
        '{"box": [1.0, 0.625], "framing": "fill", "ink": "light", "input_shape": [8, 8, 1], '
        '"maximum": 16, "scale": 0.0625}'
    )
    assert Preprocessing.from_dict(json.loads(text)) == DIGITS
    odd = Preprocessing((28, 28, 1), 1 / 255, framing="centre", box=(20 / 28, 20 / 28))
    assert Preprocessing.from_dict(json.loads(json.dumps(odd.to_dict()))) == odd


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"input_shape": (8, 8)},
            "input_shape must be (n_H, n_W, n_C) with n_C = 1 (grey) or 3 (RGB); got (8, 8)",
        ),
        (
            {"input_shape": (8, 8, 2)},
            "input_shape must be (n_H, n_W, n_C) with n_C = 1 (grey) or 3 (RGB); got (8, 8, 2)",
        ),
        ({"input_shape": (0, 8, 1)}, "input_shape must be a whole number >= 1; got 0"),
        ({"scale": 0.0}, "scale must be a finite number > 0; got 0.0"),
        ({"scale": float("nan")}, "scale must be a finite number > 0; got nan"),
        ({"scale": float("inf")}, "scale must be a finite number > 0; got inf"),
        ({"scale": "1"}, "scale must be a finite number > 0; got '1'"),
        ({"maximum": 0}, "maximum must be a whole number >= 1; got 0"),
        ({"maximum": 256}, "maximum must be in 1..255; got 256"),
        ({"ink": "dark"}, "ink must be one of as-is, light; got 'dark'"),
        ({"framing": "crop"}, "framing must be one of stretch, fit, centre, fill; got 'crop'"),
        ({"input_shape": (8, 8, 3)}, "framing 'fill' is for grey images (n_C = 1); got n_C = 3"),
        ({"box": (1.0,)}, "box must be two numbers in (0, 1]; got (1.0,)"),
        ({"box": (1.5, 1.0)}, "box must be two numbers in (0, 1]; got (1.5, 1.0)"),
        ({"box": (True, 0.0)}, "box must be two numbers in (0, 1]; got (True, 0.0)"),
        (
            {"mean": (0.5, 0.5)},
            "mean must be empty or hold finite numbers, one for each channel, n_C=1; got (0.5, 0.5)",
        ),
        (
            {"mean": 0.5, "std": 0},
            "std must be empty or hold finite numbers > 0, one for each channel, n_C=1; got 0",
        ),
        (
            {"mean": (float("inf"),)},
            "mean must be empty or hold finite numbers, one for each channel, n_C=1; ",
        ),
        (
            {"mean": ("1",)},
            "mean must be empty or hold finite numbers, one for each channel, n_C=1; got ('1',)",
        ),
        (
            {"std": (0.0,)},
            "std must be empty or hold finite numbers > 0, one for each channel, n_C=1; got (0.0,)",
        ),
        (
            {"std": (1e-60,)},
            "(pixel * scale - mean) / std must be a number that float32 holds, at most 1.7e+38; got std=1e-60 for "
            "channel 0, which makes it 1e+60",
        ),
    ],
)
def test_values_out_of_range(changes, sentence):
    values = {**DIGITS.to_dict(), **changes}
    with pytest.raises(ArgumentError, match=re.escape(f"Preprocessing: {sentence}")):
        Preprocessing(**values)
    with pytest.raises(
        FileFormatError,
        match=re.escape(f"the model's preprocessing cannot be used: Preprocessing: {sentence}"),
    ):
        Preprocessing.from_dict(values)


def test_mean_and_std_through_json():
    colour = Preprocessing((4, 6, 3), 1 / 255, mean=(0.5, 0.25, 0), std=np.array([0.5, 0.25, 2], np.float32))
    assert colour.mean == (0.5, 0.25, 0.0)
    assert colour.std == (0.5, 0.25, 2.0)
    description = json.loads(json.dumps(colour.to_dict()))
    assert description["mean"] == [0.5, 0.25, 0.0]
    assert Preprocessing.from_dict(description) == colour


def test_a_description_of_the_first_version_has_no_mean_and_no_std():
    description = DIGITS.to_dict()
    assert not {"mean", "std"} & description.keys()
    found = Preprocessing.from_dict(description)
    assert (found.mean, found.std) == ((), ())
    assert Preprocessing.from_dict({**description, "mean": [0.5]}).mean == (0.5,)


@pytest.mark.parametrize("changes", [{"input_shape": None}, {"input_shape": 8}, {"box": None}, {"ink": []}])
def test_values_of_another_type_in_a_file(changes):
    with pytest.raises(FileFormatError, match="the model's preprocessing cannot be used: "):
        Preprocessing.from_dict({**DIGITS.to_dict(), **changes})


def test_a_size_must_be_an_int():
    with pytest.raises(DtypeError, match=r"Preprocessing: input_shape must be a whole number >= 1; got 8\.0"):
        Preprocessing((8.0, 8, 1), 1.0)


def test_missing_and_unknown_keys_and_no_object():
    values = DIGITS.to_dict()
    del values["scale"], values["ink"]
    with pytest.raises(FileFormatError, match="the model's preprocessing lacks ink, scale"):
        Preprocessing.from_dict(values)
    with pytest.raises(FileFormatError, match="the model's preprocessing has unknown keys: colour, hue"):
        Preprocessing.from_dict({**DIGITS.to_dict(), "hue": 1, "colour": 0})
    with pytest.raises(FileFormatError, match=r"the model's preprocessing must be a JSON object; got \[\]"):
        Preprocessing.from_dict([])
