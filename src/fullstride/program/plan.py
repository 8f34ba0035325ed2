"""The Plan: what a job does with which memory. Stages bound to operands, in phases between which the threads meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from fullstride.geometry import Padding
from fullstride.program.machine import Machine
from fullstride.program.stages import Stage, View

SHARDS = 8
"""A batch is summed as so many shards, image i of m in shard floor(i * SHARDS / m), whatever the number of threads."""
TILE = 8
"""The most images of a shard that go through the stages together."""


@dataclass(frozen=True)
class Slot:
    """An argument of a job: an 8-byte word, a pointer to elements of `itemsize` bytes or a number (itemsize 0)."""

    name: str
    itemsize: int


def slots(
    dtype: str, pointers: tuple[str, ...], numbers: tuple[str, ...], bytes_of: dict[str, int]
) -> tuple[Slot, ...]:
    """Pointers to elements of the dtype, unless `bytes_of` says otherwise, and numbers."""
    itemsize = 4 if dtype == "float32" else 8
    return tuple(Slot(name, bytes_of.get(name, itemsize)) for name in pointers) + tuple(
        Slot(name, 0) for name in numbers
    )


@dataclass(frozen=True)
class Operand:
    """Where an operand of a stage begins: `offset` elements into the memory of a slot.

    `image` and `shard` are the distances between the operands of two images and of two shards; memory of the slot
    "arena" belongs to the thread and holds one tile of images, so both are 0 there. With `slot_itself` the operand is
    the word of the slot.
    """

    slot: str
    offset: int = 0
    image: int = 0
    shard: int = 0
    slot_itself: bool = False


@dataclass(frozen=True)
class Call:
    """A stage and its operands, in the order of `stage.operands`; `node` is the operation that it works for."""

    stage: Stage
    operands: tuple[Operand, ...]
    node: str = ""

    def __post_init__(self) -> None:
        names = self.stage.operands
        assert len(self.operands) == len(names), (
            f"{type(self.stage).__name__} is given {len(self.operands)}: {names}"
        )


@dataclass(frozen=True)
class Whole:
    """A value, or a gradient, of the whole batch: its first element, how it stands, and the shape of an image."""

    start: Operand
    view: View
    shape: tuple[int, ...]


@dataclass(frozen=True)
class StepCall:
    """The step of a node without a kernel, for the whole batch.

    Attributes
    ----------
    node : str
    backward : bool
    inputs : tuple of Whole or None
        Read; backward, where the gradient of each goes: None where nobody wants it.
    output : Whole
        Written; backward, its gradient, read.
    adds : tuple of bool
        Backward: whether the gradient of an input is added to what stands there.
    """

    node: str
    backward: bool
    inputs: tuple[Whole | None, ...]
    output: Whole
    adds: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Phase:
    """Calls between two meetings of all threads.

    kind "tasks": independent calls, call k on thread k mod n.
    kind "images": each thread takes its part of the m images, a tile at a time, through all calls.
    kind "shards": each thread first makes the calls of `opening`, then takes its shards; for each first `prologue`,
    then its images, a tile at a time, then `epilogue`.
    kind "elements": each thread takes its part of `elements` elements, in whole units of `unit` (0: of a cache line),
    through the one call.
    kind "bands": sequences of calls that do not depend on each other, sequence k on thread k mod n.
    kind "step": no call; a node without a kernel runs its step in Python, while the threads rest.
    """

    kind: str
    calls: tuple[Call, ...]
    opening: tuple[Call, ...] = ()
    prologue: tuple[Call, ...] = ()
    epilogue: tuple[Call, ...] = ()
    elements: int = 0
    unit: int = 0
    bands: tuple[tuple[Call, ...], ...] = ()
    step: StepCall | None = None

    @property
    def all_calls(self) -> tuple[Call, ...]:
        """In the order in which a thread makes them."""
        banded = (call for band in self.bands for call in band)
        return (*self.opening, *self.prologue, *self.calls, *self.epilogue, *banded)


@dataclass(frozen=True)
class Plan:
    """A job: its arguments, its phases, and the memory that a thread needs.

    Attributes
    ----------
    arena : int
        Elements of zeroed memory a thread; borders in it stay zero because stages write only inside.
    packed : int
        Elements of memory that all threads share, for filters in the form that dA reads.
    batch : int
        Elements of zeroed memory an image, for what one phase leaves to another.
    statistics : int
        Float64 numbers a shard, for the sums of batch normalization.
    """

    name: str
    dtype: str
    slots: tuple[Slot, ...]
    phases: tuple[Phase, ...]
    arena: int
    packed: int
    tile: int
    shards: int
    batch: int = 0
    statistics: int = 0

    def parts(self) -> Iterator[Plan | StepCall]:
        """Jobs, and the steps between them, in order; most plans are one job."""
        for step, phases in groupby(self.phases, lambda phase: phase.step):
            yield replace(self, phases=tuple(phases)) if step is None else step

    def slot(self, name: str) -> int:
        """The index of a slot."""
        return next(index for index, slot in enumerate(self.slots) if slot.name == name)


@dataclass(frozen=True)
class Layout:
    """An image of (n_H, n_W, n_C) with a border: how its elements stand, and where the inside begins."""

    n_H: int
    n_W: int
    n_C: int
    border: Padding = ((0, 0), (0, 0))

    @property
    def row(self) -> int:
        return (self.n_W + sum(self.border[1])) * self.n_C

    @property
    def size(self) -> int:
        return (self.n_H + sum(self.border[0])) * self.row

    @property
    def origin(self) -> int:
        """The offset of the inside's first element."""
        return self.border[0][0] * self.row + self.border[1][0] * self.n_C

    @property
    def bordered(self) -> bool:
        return self.border != ((0, 0), (0, 0))

    def offset(self, h: int, w: int) -> int:
        """The offset of pixel (h, w) of the inside; negative coordinates lie in the border."""
        return self.origin + h * self.row + w * self.n_C

    def view(self, image: int) -> View:
        return View(image, self.row, self.n_C)


def widest(*borders: Padding) -> Padding:
    """The border that holds each of the borders."""
    sides = [[max(border[axis][end] for border in borders) for end in (0, 1)] for axis in (0, 1)]
    return (sides[0][0], sides[0][1]), (sides[1][0], sides[1][1])


class Arena:
    """Hands out memory of a thread, in elements; each piece starts on a cache line."""

    def __init__(self, dtype: str) -> None:
        self.unit = 64 // (4 if dtype == "float32" else 8)
        self.size = 0

    def take(self, elements: int) -> int:
        start = self.size
        self.size += self.padded(elements)
        return start

    def padded(self, elements: int) -> int:
        return -(-elements // self.unit) * self.unit


def tile_size(machine: Machine, image_bytes: int, most: int = TILE) -> int:
    """How many images go through the stages together: a power of two that leaves them in the second-level cache."""
    tile = 1
    while tile < most and 2 * tile * image_bytes <= machine.l2_bytes:
        tile *= 2
    return tile
