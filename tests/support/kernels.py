"""One kernel at a time: a stage runs alone, every operand stands amid guard bytes, and an oracle says what comes out.

The guards, and the gaps between images, are NaN to a kernel that reads them, and a kernel that writes them is found
out: each operand has NaNs of its own, so that copying one over another is seen too. Operands start one element behind
a cache line, so that a kernel that counts on alignment crashes here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.errors import EngineError
from fullstride.native.files import ImageFile
from fullstride.native.kernels import KernelName
from fullstride.native.kernels.registry import KERNELS
from fullstride.native.machine import detect
from fullstride.native.runner import make_runner
from fullstride.native.team import team_of
from fullstride.program.machine import Machine
from fullstride.program.plan import Call, Operand, Phase, Plan, Slot
from fullstride.program.stages import Stage, View
from tests.support.close import assert_close

GUARD = 256
"""Bytes on each side."""
TARGETS = ("x86-64-v4", "x86-64-v3", "128")
DTYPES = ("float32", "float64")

every_target = pytest.mark.parametrize("target", TARGETS)
every_dtype = pytest.mark.parametrize("dtype", DTYPES)


def machine_of(target: str) -> Machine:
    """The machine of a target; a test for one that this processor cannot run is skipped and says so."""
    try:
        return detect(target)
    except EngineError as error:
        pytest.skip(str(error))


def sizes(machine: Machine, dtype: str) -> list[int]:
    """1, lanes - 1, lanes, lanes + 1 and 2 lanes + 1 elements, each once."""
    lanes = machine.lanes(dtype)
    return sorted({1, lanes - 1, lanes, lanes + 1, 2 * lanes + 1} - {0})


def close_to(dtype: str, terms: int = 1) -> dict[str, float]:
    """A tolerance for sums of `terms` products of numbers of size 1."""
    unit = 2.0**-23 if dtype == "float32" else 2.0**-52
    return {"rtol": 8 * unit, "atol": 4 * unit * (terms + 4)}


@dataclass
class KernelCase:
    """A stage, the flat arrays of its operands, and those of them that it changes, as they are afterwards.

    An operand that is missing in `operands` stands where the stage's first one does (a kernel is handed something even
    where it reads nothing). With `exact` the results must have the bits of `expected`.
    """

    stage: Stage
    operands: Mapping[str, Any]
    expected: Mapping[str, Any]
    count: int = 1
    kind: str = "images"
    elements: int = 0
    unit: int = 0
    exact: bool = False
    tolerance: Mapping[str, float] = field(default_factory=dict)


def nan_of(number: int) -> int:
    """Eight bytes that are NaN as a float64 and as two float32, different for every number."""
    return (0x7FF80000 | number) << 32 | 0x7FF80000 | number


class Guarded:
    """A copy of a flat array amid guard bytes."""

    def __init__(self, array: Any, number: int = 0x1000) -> None:
        itemsize = array.dtype.itemsize
        words = -(-(array.nbytes + 2 * GUARD + 128) // 8)
        self._bytes = np.full(words, nan_of(number), np.uint64).view(np.uint8)
        self._before = self._bytes.copy()
        start = GUARD + (-(self._bytes.ctypes.data + GUARD)) % 64 + itemsize
        self._inside = slice(start, start + array.nbytes)
        self.array = self._bytes[self._inside].view(array.dtype)
        self.array[...] = array

    def assert_guards_untouched(self, name: str) -> None:
        same = self._bytes == self._before
        assert same[: self._inside.start].all(), f"{name}: written in front of its first element"
        assert same[self._inside.stop :].all(), f"{name}: written behind its last element"


@contextmanager
def in_a_file(case: KernelCase, folder: Path) -> Iterator[KernelCase]:
    """The same case, its images in a file, behind 5 bytes of something else."""
    X = case.operands["X"]
    (folder / "images").write_bytes(b"other" + X.tobytes())
    file = ImageFile(os.open(folder / "images", os.O_RDONLY), 5, "images")
    stored = np.full(case.stage.size[0] * case.stage.size[1] * case.stage.n_C, nan_of(78), np.uint64)
    operands = {**case.operands, "X": file.words, "stored": stored}
    yield replace(case, stage=replace(case.stage, from_file=True), operands=operands)
    del file


def run_case(case: KernelCase, machine: Machine, threads: int = 1) -> dict[str, Any]:
    """Runs the stage; the operands' arrays afterwards. Guards must be untouched."""
    stage = case.stage
    memory = {
        name: Guarded(np.asarray(array), 0x1000 + number)
        for number, (name, array) in enumerate(case.operands.items())
    }
    first = next(iter(memory))
    pointers = [Slot(f"operand {name}", guarded.array.dtype.itemsize) for name, guarded in memory.items()]
    slots = (*pointers, Slot("m", 0))
    operands = tuple(Operand(f"operand {name if name in memory else first}") for name in stage.operands)
    phase = Phase(case.kind, (Call(stage, operands),), elements=case.elements, unit=case.unit)
    plan = Plan("kernel", stage.dtype, slots, (phase,), 0, 0, max(case.count, 1), 8)
    runner = make_runner(plan, machine)
    ((_, name),) = runner.kernels
    parsed = KernelName.parse(name)
    assert (parsed.dtype, parsed.machine) == (stage.dtype, machine.name), name
    for operand, guarded in memory.items():
        runner.point(f"operand {operand}", guarded.array)
    runner.set("m", case.count)
    runner.run(team_of(threads))
    for operand, guarded in memory.items():
        guarded.assert_guards_untouched(operand)
    return {operand: guarded.array.copy() for operand, guarded in memory.items()}


def check_case(case: KernelCase, machine: Machine) -> None:
    """Runs the stage and compares every byte of every operand: results, gaps between them, and inputs."""
    assert type(case.stage) in KERNELS, type(case.stage)
    after = run_case(case, machine)
    for name, array in case.operands.items():
        if name not in case.expected:
            assert after[name].tobytes() == np.asarray(array).tobytes(), f"{name}: an input was written"
        elif case.exact:
            assert_same_bits(after[name], case.expected[name])
        else:
            assert_close(after[name], case.expected[name], **case.tolerance)
            assert_gaps_untouched(after[name], np.asarray(array), case.expected[name], name)


def assert_gaps_untouched(after: Any, before: Any, expected: Any, name: str) -> None:
    """Where a NaN of `room` was and is to stay, it has its bits still: another NaN would be close enough otherwise."""
    kind = f"u{before.dtype.itemsize}"
    given, wanted, found = (
        np.ascontiguousarray(array, before.dtype).view(kind) for array in (before, expected, after)
    )
    gaps = np.isnan(before) & (given == wanted)
    assert (found == given)[gaps].all(), f"{name}: a gap between rows or images was written"


def assert_same_bits(actual: Any, expected: Any) -> None:
    """Equal to the last bit; the error names the first place that is not."""
    actual, expected = np.ascontiguousarray(actual), np.ascontiguousarray(expected)
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    if actual.tobytes() != expected.tobytes():
        kind = f"u{actual.dtype.itemsize}"
        (places,) = np.nonzero(actual.reshape(-1).view(kind) != expected.reshape(-1).view(kind))
        place = places[0]
        raise AssertionError(
            f"{len(places)} of {actual.size} differ, the first at flat index {place}: "
            f"{actual.reshape(-1)[place]!r} instead of {expected.reshape(-1)[place]!r}"
        )


def gap_view(size: tuple[int, int], n_C: int, gaps: bool) -> View:
    """A view of images of that size: contiguous, or with room behind each row and image."""
    if not gaps:
        return View(size[0] * size[1] * n_C, size[1] * n_C, n_C)
    row = (size[1] + 2) * n_C
    return View((size[0] + 1) * row + 3, row, n_C)


def room(view: View, count: int, size: tuple[int, int], n_C: int, dtype: str, number: int = 99) -> Any:
    """A flat array of NaN, as long as the images of a view reach and not one element longer."""
    last = (count - 1) * view.image + (size[0] - 1) * view.row + (size[1] - 1) * view.pixel + n_C
    return np.full(last, nan_of(number), np.uint64).view(dtype)[:last].copy()


def inside(flat: Any, view: View, count: int, size: tuple[int, int], n_C: int) -> Any:
    """The images of a flat array, (count, *size, n_C), as a writable view."""
    strides = tuple(flat.itemsize * step for step in (view.image, view.row, view.pixel, 1))
    return np.lib.stride_tricks.as_strided(flat, (count, *size, n_C), strides)


def images(view: View, count: int, size: tuple[int, int], n_C: int, dtype: str, seed: int) -> tuple[Any, Any]:
    """(flat array with random images in it, and the images as a view into it); a few are 0, some of them -0."""
    flat = room(view, count, size, n_C, dtype, 1 + seed)
    within = inside(flat, view, count, size, n_C)
    generator = np.random.default_rng(seed)
    values = generator.standard_normal(within.shape)
    values[generator.random(within.shape) < 0.1] = 0.0
    values[generator.random(within.shape) < 0.05] = -0.0
    within[...] = values
    return flat, within


def replaced(flat: Any, view: View, values: Any) -> Any:
    """A copy of a flat array whose images are `values`; what lies between them is as it was."""
    result = flat.copy()
    count, n_H, n_W, n_C = values.shape
    inside(result, view, count, (n_H, n_W), n_C)[...] = values
    return result


def numbered(cases: Iterator[KernelCase]) -> Iterator[tuple[str, KernelCase]]:
    """(what to call it in an error, case)."""
    for number, case in enumerate(cases):
        yield f"case {number}: {case.stage}, count {case.count}", case
