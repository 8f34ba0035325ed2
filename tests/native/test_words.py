"""Kernels' names in words."""

from __future__ import annotations

import pytest

from fullstride.native.kernels import KERNELS
from fullstride.native.machine import AARCH64
from fullstride.native.words import geometry_words, kernel_words, loops_of, machine_words, tile_words
from fullstride.program import stages
from fullstride.program.stages import View


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ("f2x3_s1x2_7x7x16_of_14x14_mask", "window 2x3, stride 1x2, 7x7 positions of 16 channels of 14x14, zero where "
        "ReLU was"),
        ("f3x3_s1x1_from0x1_8_to_16", "window 3x3, stride 1x1, from tap (0, 1), 8 to 16"),
        ("9120_in_8", "9120 in 8"),
        ("28x28x1", "28x28 positions of 1 channels"),
        ("m", "m"),
        ("f3x3_tomorrow", "window 3x3, tomorrow"),
    ],
)  # fmt: skip
def test_geometry(geometry: str, words: str) -> None:
    assert geometry_words(geometry) == words


@pytest.mark.parametrize(
    ("tile", "words"),
    [("r3k3v1", "3 rows x 3 taps x 1 vector"), ("i4", "4 images"), ("", "none"), ("q7", "7 q")],
)
def test_tiles(tile: str, words: str) -> None:
    assert tile_words(tile) == words


def test_the_machine() -> None:
    assert machine_words(AARCH64, "float64") == "neon, 32 registers of 128 bits: 2 lanes of float64"


def test_a_kernel() -> None:
    zero = stages.Zero("float32", 640)
    found = dict(kernel_words("zero_gradients__640__f32__neon__2", zero, AARCH64))
    assert found["operation"] == "zero_gradients: `size` zeros."
    assert found["geometry"] == "640"
    assert found["tile"] == "none"
    assert found["number"].startswith("2, ")


def test_the_loop_nest_of_an_emitter() -> None:
    view = View(64, 8, 2)
    conv = stages.Conv("float32", "conv_forward", view, view, None, (3, 3), (8, 2), 2, 2, (2, 2), True)
    assert "    for c in 0, 32:" in loops_of(conv)  # at the top of the file
    gradient = stages.ConvWeightGradient("float32", view, view, (3, 3), (1, 1), 2, 2, (2, 2))
    assert loops_of(gradient).startswith("For each tile of taps and channels: ")  # in the emitter
    assert "sum[v, k, c] += x[h*s + v, w*s + k] * dZ[h, w, c]" in loops_of(gradient)


@pytest.mark.parametrize("kind", KERNELS, ids=lambda kind: kind.__name__)
def test_every_stage_says_what_it_computes(kind: type[stages.Stage]) -> None:
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")  # what a dataclass without a docstring says
