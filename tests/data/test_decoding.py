"""Decoding many files: the readable ones in order, the others with their reasons."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from fullstride.data import Preprocessing, read_image
from fullstride.data.decoding import answer, decode, request
from tests.support.pictures import noise, png_of, saved

COLOUR = Preprocessing((4, 6, 3), 1 / 255)
SERVE = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from fullstride.data.decoding import serve; serve()"


@pytest.fixture
def files(tmp_path):
    """Six files: two sound ones of another size, four that cannot be read."""
    paths = [saved(tmp_path / "0.png", noise(8, 10, 3)), *(tmp_path / f"{k}.png" for k in (1, 2, 3, 4))]
    paths[1].write_bytes(b"")
    paths[2].write_text("no image at all")
    jpeg = saved(tmp_path / "whole.jpg", noise(60, 60, 3)).read_bytes()
    paths[3].write_bytes(jpeg[: len(jpeg) // 2])
    paths[4].write_bytes(png_of(20_000, 20_000))
    paths.append(saved(tmp_path / "5.gif", noise(4, 6)))
    return [str(path) for path in paths]


def test_the_readable_ones_in_order_and_why_the_others_are_not(files):
    found = decode(files, COLOUR, watch_grey=False)
    assert found.X.shape == (2, 4, 6, 3)
    np.testing.assert_array_equal(found.X[0], read_image(files[0], COLOUR))
    np.testing.assert_array_equal(found.X[1], read_image(files[5], COLOUR))
    assert found.sizes == [(8, 10), None, None, None, None, (4, 6)]
    assert [re.split(r": | \(", reason)[0] for reason in found.reasons] == [
        *("", "it is no image in a format that Pillow knows", "it is no image in a format that Pillow knows"),
        *("image file is truncated", "it has too many pixels", ""),
    ]
    assert found.grey
    assert not found.passing


def test_a_refusal_of_the_system_may_pass(tmp_path, files):
    assert decode([str(tmp_path / "nowhere.png"), files[0]], COLOUR, False).passing


def test_colour_is_looked_for_on_request(tmp_path):
    grey = noise(4, 6)
    paths = [
        str(saved(tmp_path / name, pixels))
        for name, pixels in (
            ("a.png", grey),
            ("b.png", np.stack([grey] * 3, axis=-1)),
            ("c.png", noise(4, 6, 3)),
        )
    ]
    one = replace(COLOUR, input_shape=(4, 6, 1))
    assert decode(paths[:2], one, watch_grey=True).grey
    assert not decode(paths, one, watch_grey=True).grey
    assert decode(paths, one, watch_grey=False).grey


def test_another_process_answers_the_same_to_request_after_request(files):
    asked = [request(files, COLOUR, True), request(files[:1], replace(COLOUR, input_shape=(2, 2, 1)), True)]
    done = subprocess.run(
        [sys.executable, "-c", SERVE, json.dumps(sys.path)],
        input=b"".join(asked),
        capture_output=True,
        check=True,
    )
    answers = io.BytesIO(done.stdout)
    for paths, shape in ((files, (4, 6, 3)), (files[:1], (2, 2, 1))):
        found = answer(answers.readline(), answers.read, shape)
        expected = decode(paths, Preprocessing(shape, 1 / 255), True)
        np.testing.assert_array_equal(found.X, expected.X)
        assert (found.sizes, found.reasons, found.passing, found.grey) == (
            *(expected.sizes, expected.reasons, expected.passing, expected.grey),
        )
    assert answers.read() == b""
    assert done.stderr == b""


def test_names_that_are_no_text_are_handed_over(tmp_path):
    if sys.platform != "linux":
        pytest.skip("names of files are not bytes here")
    path = tmp_path / "\udcff.png"
    saved(tmp_path / "a.png", noise(4, 6, 3)).rename(path)
    asked = json.loads(request([str(path)], COLOUR, False))
    assert decode(asked["paths"], COLOUR, False).sizes == [(4, 6)]
