"""One image for several threads: calls are cut into bands of rows, and threads meet where one reads what others wrote.

A band is a call of the same kind with fewer rows. Bands begin at rows that are multiples of four: there begin the tiles
of Winograd's convolution, which then are the same tiles. So a cut changes no result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from fullstride.program import stages, winograd
from fullstride.program.convolution_calls import Filters, block_filters, moved, transform_filters
from fullstride.program.forward import Forward
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.machine import Machine
from fullstride.program.memory import Memory, Time
from fullstride.program.normalization import Normalize
from fullstride.program.placement import image_shape
from fullstride.program.plan import Call, Operand, Phase

ROW_BY_ROW = ("relu", "flatten", "add", "batch_norm")
"""Operations that need nothing but row h of what they read for row h of their output."""


def boundaries(n_rows: int, bands: int) -> list[tuple[int, int]]:
    """(first row, number of rows) of at most so many bands, as equal as they can be.

    >>> boundaries(28, 2), boundaries(8, 3), boundaries(3, 2)
    ([(0, 12), (12, 16)], [(0, 4), (4, 4)], [(0, 3)])
    """
    units = -(-n_rows // winograd.TILE)
    parts = min(bands, units)
    firsts = [units * part // parts * winograd.TILE for part in range(parts)]
    return [(first, stop - first) for first, stop in zip(firsts, [*firsts[1:], n_rows], strict=True)]


def row_steps(stage: stages.Stage) -> tuple[int, ...] | None:
    """How far each operand moves for one row of the output; None for stages that are not cut."""
    match stage:
        case stages.Conv():
            return stage.step[0], 0, 0, stage.y.row, _row(stage.mask)
        case stages.WinogradConv():
            return stage.x.row, 0, 0, stage.y.row, _row(stage.mask), 0
        case stages.Pool():
            return stage.window.stride[0] * stage.x.row, stage.A.row
        case stages.Rows():
            return stage.x.row, stage.y.row, _row(stage.mask)
        case stages.Add():
            return stage.x_1.row, stage.x_2.row, stage.y.row
        case Normalize():
            return stage.x.row, 0, _row(stage.residual), stage.y.row
    return None


def _row(view: stages.View | None) -> int:
    return view.row if view is not None else 0


def split(call: Call, bands: int) -> list[Call]:
    """The call for one image as at most so many calls that can run at the same time."""
    operands = tuple(replace(operand, image=0) for operand in call.operands)
    steps, stage = row_steps(call.stage), cast(Any, call.stage)
    if steps is None:
        return [replace(call, operands=operands)]
    changes = {"images": 1} if isinstance(stage, stages.WinogradConv) else {}
    return [
        Call(
            replace(stage, size=(count, stage.size[1]), **changes),
            tuple(moved(operand, first * step) for operand, step in zip(operands, steps, strict=True)),
            call.node,
        )
        for first, count in boundaries(stage.size[0], bands)
    ]


class Banded(Forward):
    """The forward pass of one image in phases of bands.

    A call joins the phase of those before it unless it reads what another thread writes in it. Values stand in memory
    that all threads share; two share a place where a meeting of the threads lies between them.
    """

    def __init__(self, program: Program, machine: Machine, bands: int, memory: Memory) -> None:
        super().__init__(program, machine, False, memory)
        self.bands = bands
        self._number = 0
        self._cut: dict[int, list[list[Call]]] = defaultdict(lambda: [[] for _ in range(bands)])
        self._written: dict[str, int] = {}
        """Rows of the values that this phase writes so far; 1 for what one thread writes as a whole."""
        self._fill: Callable[[Any], Operand] | None = None

    @property
    def time(self) -> Time:
        """Within a phase only one thread's calls follow each other."""
        return self._number, len(self.calls[self._number]) if self.bands == 1 else 0

    def start(self, name: str) -> Operand:
        return replace(super().start(name), image=0)

    def banded_phases(self) -> Iterator[Phase]:
        for number in sorted(self._cut):
            yield Phase("bands", (), bands=tuple(tuple(band) for band in self._cut[number] if band))

    def write_output(self) -> None:
        output, loss = self.root(self.program.output), self.program.loss
        rows = image_shape(self.program.shapes[output])[0] if loss is None else 1
        self._join([output], rows, loss is None)
        super().write_output()

    def emit(self, call: Call) -> None:
        self.calls[self._number].append(call)
        made: dict[object, Operand] = {}
        for band, part in zip(self._cut[self._number], split(call, self.bands), strict=False):
            band.append(self._with_filters(part, made))
        self._fill = None

    # --- phases -------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        self._join([], 1, False)
        super()._load()
        self._written[INPUT] = 1

    def _make(self, node: Node) -> None:
        inputs = {self.root(name) for name in node.inputs}
        if node.output in self.absorbed:
            inputs.add(self.root(self.producer[self.absorbed[node.output]].inputs[0]))
        rows = self._rows(node)
        self._join(inputs, rows, node.operation in ROW_BY_ROW)
        super()._make(node)
        self._written[self.value_of(node)] = rows

    def _join(self, inputs: Iterable[str], rows: int, row_by_row: bool) -> None:
        """Chooses the phase of a call with so many rows: the present one where a thread reads what it wrote itself."""
        for name in self._written.keys() & set(inputs):
            whole = len(boundaries(rows, self.bands)) == len(boundaries(self._written[name], self.bands)) == 1
            if not whole and not (row_by_row and rows == self._written[name]):
                self._number += 1
                self._written = {}
                break
        self.phase = self._number

    def _rows(self, node: Node) -> int:
        """The rows that the calls of a node go over."""
        if node.operation == "linear":
            return 1
        names = [node.output]
        if node.operation in ("relu", "flatten"):  # an image by another name, flat
            names.append(self.root(node.inputs[0]))
        shapes = [image_shape(self.program.shapes[name]) for name in names]
        return max(shape[0] for shape in shapes)

    # --- filters ------------------------------------------------------------------------------------------------------

    def blocked(self, stage: stages.Conv, W: Operand, node: str) -> Operand:
        self._fill = lambda band: block_filters(band, W, node, self.packed, self.packs)
        return W

    def transformed(self, stage: stages.WinogradConv, filters: Filters) -> Operand:
        self._fill = lambda band: transform_filters(band, filters, self.machine, self.packed, self.packs)
        return filters.W

    def _with_filters(self, call: Call, made: dict[object, Operand]) -> Call:
        """A band with filters in the form that it reads; bands that read the same form share them."""
        stage, operands = call.stage, list(call.operands)
        if self._fill is None:
            return call
        form: object = stage
        if isinstance(stage, stages.WinogradConv):
            form = winograd.conv_blocking(stage, self.machine).vectors
            operands[-1] = self.scratch("work", winograd.conv_work_size(stage, self.machine))
        if form not in made:
            made[form] = self._fill(stage)
        if operands[2] == operands[1]:  # no bias: the filters stand in its place
            operands[2] = made[form]
        operands[1] = made[form]
        return Call(stage, tuple(operands), call.node)
