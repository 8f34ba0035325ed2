"""The names of kernels in words: the grammar of `kernels/registry.py`, read aloud."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from fullstride.native.kernels.registry import KERNELS, KernelName
from fullstride.program.machine import Machine
from fullstride.program.stages import Stage

ENDINGS = {
    "relu": "clipped by ReLU",
    "mask": "zero where ReLU was",
    "add": "added to what stands there",
    "blocked": "filters in blocks",
}
TILES = {"r": "rows", "p": "positions", "k": "taps", "v": "vectors", "i": "images"}
_WORDS = (
    (re.compile(r"f(\d+)x(\d+)"), "window {0}x{1}"),
    (re.compile(r"s(\d+)x(\d+)"), "stride {0}x{1}"),
    (re.compile(r"from(\d+)x(\d+)"), "from tap ({0}, {1})"),
    (re.compile(r"(\d+)x(\d+)x(\d+)"), "{0}x{1} positions of {2} channels"),
    (re.compile(r"(\d+)x(\d+)"), "{0}x{1}"),
    (re.compile(r"(\d+)"), "{0}"),
)


def geometry_words(geometry: str) -> str:
    """The geometry of a kernel's name; what the grammar of words does not know stands as it is.

    >>> geometry_words("f3x3_s1x1_28x28x1_to_8_relu")
    'window 3x3, stride 1x1, 28x28 positions of 1 channels to 8, clipped by ReLU'
    """
    phrases: list[str] = []
    joining = False
    for token in geometry.split("_"):
        if token in ("to", "of", "in"):
            phrases[-1:] = [f"{phrases[-1]} {token}" if phrases else token]
            joining = True
            continue
        word = ENDINGS.get(token) or _token(token)
        if joining:
            phrases[-1] = f"{phrases[-1]} {word}"
        else:
            phrases.append(word)
        joining = False
    return ", ".join(phrases)


def _token(token: str) -> str:
    for pattern, words in _WORDS:
        match = pattern.fullmatch(token)
        if match is not None:
            return words.format(*match.groups())
    return token


def tile_words(tile: str) -> str:
    """The tile of a kernel's name.

    >>> tile_words("r2p14v1")
    '2 rows x 14 positions x 1 vector'
    """
    parts = []
    for letter, number in re.findall(r"([a-z]+)(\d+)", tile):
        word = TILES.get(letter, letter)
        parts.append(f"{number} {word.removesuffix('s') if number == '1' and letter in TILES else word}")
    return " x ".join(parts) or "none"


def machine_words(machine: Machine, dtype: str) -> str:
    """The machine of a kernel's name."""
    return (
        f"{machine.name}, {machine.registers} registers of {machine.vector_bits} bits: "
        f"{machine.lanes(dtype)} lanes of {dtype}"
    )


def kernel_words(name: str, stage: Stage, machine: Machine) -> Iterator[tuple[str, str]]:
    """Pairs of what and how for a kernel: the parts of its name, and the loops that its emitter promises."""
    parsed = KernelName.parse(name)
    yield "operation", f"{parsed.operation}: {_first_line(type(stage).__doc__)}"
    yield "geometry", geometry_words(parsed.geometry)
    yield "dtype", parsed.dtype
    yield "machine", machine_words(machine, parsed.dtype)
    yield "tile", tile_words(parsed.tile)
    if parsed.number > 1:
        yield "number", f"{parsed.number}, as its images stand otherwise than those of number 1"
    for line in loops_of(stage).splitlines():
        yield "", line


def loops_of(stage: Stage) -> str:
    """What stands above the emitter of a stage, or in it, or at the top of its file: the loop nest that it yields."""
    emit: Any = KERNELS[type(stage)].emit
    above = inspect.getcomments(emit) or ""
    own = above.replace("# ", "").strip() or inspect.getdoc(emit)
    module = inspect.getmodule(emit)
    page = inspect.getdoc(module) if module is not None else None
    return own or page or ""


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
