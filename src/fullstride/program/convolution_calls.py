"""The calls of a convolution that programs and single functions share: filters in blocks, and dA.

dA is a convolution of dZ with flipped filters; with a stride, one for each residue class of the positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from fullstride.geometry import Padding, Residue, Window
from fullstride.program import stages, winograd
from fullstride.program.machine import Machine
from fullstride.program.plan import Arena, Call, Layout, Operand


def wide(dtype: str, n_C: int) -> bool:
    """Whether a row of W is so long (256 bytes) that reading it in order pays for the copy in blocks."""
    return n_C * (4 if dtype == "float32" else 8) >= 256


def block_filters(conv: stages.Conv, W: Operand, node: str, packed: Arena, packs: list[Call]) -> Operand:
    """Room for the filters of a convolution in blocks; the call that fills it is appended."""
    blocks = Operand("packed", packed.take(conv.terms * conv.n_C))
    packs.append(Call(stages.BlockFilters(conv.dtype, conv), (W, blocks), node))
    return blocks


@dataclass(frozen=True)
class Filters:
    """W (3, 3, n_C_prev, n_C) of a convolution, and whether it is read for dA: flipped, with channels swapped."""

    W: Operand
    n_C_prev: int
    n_C: int
    flipped: bool
    node: str


def transform_filters(
    conv: stages.WinogradConv, filters: Filters, machine: Machine, packed: Arena, packs: list[Call]
) -> Operand:
    """Room for the transformed filters that `conv` reads; the calls that fill it are appended."""
    start = packed.take(winograd.filters_size(conv, machine))
    for block in winograd.filter_blocks(conv, machine):
        stage = stages.WinogradFilters(
            conv.dtype, filters.n_C_prev, filters.n_C, block.width, filters.flipped
        )
        first = block.first * (filters.n_C if filters.flipped else 1)
        operands = (moved(filters.W, first), Operand("packed", start + block.at))
        packs.append(Call(stage, operands, filters.node))
    return Operand("packed", start)


def gradient_border(
    classes: tuple[tuple[Residue, ...], tuple[Residue, ...]], size: tuple[int, int]
) -> Padding:
    """The border of dZ that dA reads, as a convolution with flipped filters."""

    def axis(one: tuple[Residue, ...], n: int) -> tuple[int, int]:
        before = max((r.taps - 1 - r.start for r in one if r.taps), default=0)
        after = max((r.start + r.count - 1 - (n - 1) for r in one if r.taps), default=0)
        return max(before, 0), max(after, 0)

    return axis(classes[0], size[0]), axis(classes[1], size[1])


@dataclass(frozen=True)
class InputGradient:
    """Everything that dA of one convolution needs; `*_at` are the first elements of the buffers, border included."""

    dtype: str
    window: Window
    residues: tuple[tuple[Residue, ...], tuple[Residue, ...]]
    n_C_prev: int
    n_C: int
    dZ: Layout
    dZ_view: stages.View
    dZ_at: Operand
    dA: Layout
    dA_view: stages.View
    dA_at: Operand
    W: Operand
    node: str = ""
    mask: tuple[Layout, stages.View, Operand] | None = None
    accumulate: bool = False


def moved(operand: Operand, elements: int) -> Operand:
    return Operand(operand.slot, operand.offset + elements, operand.image, operand.shard)


def input_gradient(task: InputGradient, packed: Arena, packs: list[Call]) -> Iterator[Call]:
    """dA as convolutions of dZ with flipped filters, one for each residue class of a stride; packs are appended."""
    stride = task.window.stride
    for vertical, horizontal in product(*task.residues):
        taps = (vertical.taps, horizontal.taps)
        corner = task.dZ.offset(vertical.start - taps[0] + 1, horizontal.start - taps[1] + 1)
        if not taps[0] * taps[1]:
            taps, corner = (0, 0), task.dZ.origin  # no window covers these inputs: their gradient is zero

        def strided(view: stages.View) -> stages.View:
            return stages.View(view.image, stride[0] * view.row, stride[1] * view.pixel)

        stage = stages.Conv(
            task.dtype,
            "conv_input_gradient",
            x=task.dZ_view,
            y=strided(task.dA_view),
            mask=strided(task.mask[1]) if task.mask else None,
            taps=taps,
            step=(task.dZ_view.row, task.dZ_view.pixel),
            n_C_prev=task.n_C,
            n_C=task.n_C_prev,
            size=(vertical.count, horizontal.count),
            bias=False,
            accumulate=task.accumulate,
            blocked=True,
        )
        W = Operand("packed", packed.take(stage.terms * stage.n_C))
        if stage.terms:
            flip = stages.FlipFilters(
                task.dtype, task.window.f, (vertical.tap, horizontal.tap), stride, stage
            )
            packs.append(Call(flip, (task.W, W), task.node))
        first = (vertical.first, horizontal.first)
        x = moved(task.dZ_at, corner)
        mask = moved(task.mask[2], task.mask[0].offset(*first)) if task.mask else x
        yield Call(stage, (x, W, W, moved(task.dA_at, task.dA.offset(*first)), mask), task.node)
