"""One image for several threads: its calls are cut into bands, and threads meet where one reads what others wrote.

A band is a call of the same kind for fewer rows. Bands begin at rows that are multiples of four: there begin the tiles
of Winograd's convolution, which then are the same tiles. Where its filters are much more than the image it is cut by
filters: then each thread reads its own filters only, which come from afar. No cut changes a result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias, cast

from fullstride.geometry import Pair
from fullstride.program import stages, winograd
from fullstride.program.convolution_calls import Filters, block_filters, moved, transform_filters
from fullstride.program.forward import Forward
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.machine import Machine
from fullstride.program.memory import Memory, Time
from fullstride.program.normalization import Normalize
from fullstride.program.placement import image_shape
from fullstride.program.plan import Call, Operand, Phase, StepCall

ROW_BY_ROW = ("relu", "flatten", "add", "batch_norm")
"""Operations that need nothing but row h of what they read for row h of their output."""


FILTERS = 16
"""Bands of filters begin at multiples of so many: vectors of every width are full."""


Cut: TypeAlias = tuple[str, int]
"""How a value is cut: by "rows" or by "filters", and how many there are."""
WHOLE: Cut = ("rows", 1)


def boundaries(total: int, bands: int, unit: int = winograd.TILE) -> list[tuple[int, int]]:
    """(first, number) of the rows or filters of at most so many bands, as equal as they can be.

    >>> boundaries(28, 2), boundaries(8, 3), boundaries(3, 2)
    ([(0, 12), (12, 16)], [(0, 4), (4, 4)], [(0, 3)])
    """
    units = -(-total // unit)
    parts = min(bands, units)
    firsts = [units * part // parts * unit for part in range(parts)]
    return [(first, stop - first) for first, stop in zip(firsts, [*firsts[1:], total], strict=True)]


def by_filters(n_C_prev: int, n_C: int, size: Pair) -> bool:
    """Whether a Winograd convolution is cut by filters.

    Cut by rows every thread reads all transformed filters; cut by filters it reads and transforms the whole image,
    which makes 36 numbers of 16, and these are written and read once more.
    """
    return winograd.PLANES * n_C_prev * n_C > 4 * size[0] * size[1] * (n_C_prev + n_C)


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
    if isinstance(stage, stages.WinogradConv):
        stage = replace(stage, images=1)
        if by_filters(stage.n_C_prev, stage.n_C, stage.size):
            steps, parts = (0, 1, 1, 1, 1, 0), boundaries(stage.n_C, bands, FILTERS)
            return [_band(call.node, replace(stage, n_C=n), operands, steps, first) for first, n in parts]
    parts, width = boundaries(stage.size[0], bands), stage.size[1]
    return [_band(call.node, replace(stage, size=(n, width)), operands, steps, first) for first, n in parts]


def _band(
    node: str, stage: stages.Stage, operands: tuple[Operand, ...], steps: tuple[int, ...], first: int
) -> Call:
    """A call whose operands have moved by `first` steps."""
    places = (moved(operand, first * step) for operand, step in zip(operands, steps, strict=True))
    return Call(stage, tuple(places), node)


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
        self._written: dict[str, Cut] = {}
        """How the values are cut that this phase writes so far."""
        self._fill: Callable[[Any, Operand], Operand] | None = None

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
        output, as_it_is = self.root(self.program.output), self.program.loss != "softmax_cross_entropy"
        rows = image_shape(self.program.shapes[output])[0] if as_it_is else 1
        self._join([output], ("rows", rows), as_it_is)
        super().write_output()

    def emit(self, call: Call | StepCall) -> None:
        assert isinstance(call, Call), "a step has no bands"
        self.calls[self._number].append(call)
        made: dict[object, Operand] = {}
        for band, part in zip(self._cut[self._number], split(call, self.bands), strict=False):
            band.append(self._with_filters(part, made))
        self._fill = None

    # --- phases -------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        self._join([], WHOLE, False)
        super()._load()
        self._written[INPUT] = WHOLE

    def _make(self, node: Node) -> None:
        inputs = {self.root(name) for name in node.inputs}
        if node.output in self.absorbed:
            inputs.add(self.root(self.producer[self.absorbed[node.output]].inputs[0]))
        cut = self._cut_of(node)
        self._join(inputs, cut, node.operation in ROW_BY_ROW)
        super()._make(node)
        self._written[self.value_of(node)] = cut

    def _join(self, inputs: Iterable[str], cut: Cut, row_by_row: bool) -> None:
        """Chooses the phase of a call: the present one where every thread reads only what it wrote itself."""
        for name in self._written.keys() & set(inputs):
            whole = self._is_whole(cut) and self._is_whole(self._written[name])
            if not whole and not (row_by_row and cut == self._written[name]):
                self._number += 1
                self._written = {}
                break
        self.phase = self._number

    def _is_whole(self, cut: Cut) -> bool:
        return len(boundaries(cut[1], self.bands, FILTERS if cut[0] == "filters" else winograd.TILE)) == 1

    def _cut_of(self, node: Node) -> Cut:
        """How `split` cuts the call of a node."""
        if node.operation == "linear":
            return WHOLE
        shape = image_shape(self.program.shapes[node.output])
        if node.operation == "conv" and self.by_winograd(node):
            n_C_prev = self.program.shapes[node.inputs[0]][2]
            if by_filters(n_C_prev, shape[2], shape[:2]):
                return "filters", shape[2]
        if node.operation in ("relu", "flatten"):  # an image by another name, flat
            return "rows", max(shape[0], image_shape(self.program.shapes[self.root(node.inputs[0])])[0])
        return "rows", shape[0]

    # --- filters ------------------------------------------------------------------------------------------------------

    def blocked(self, stage: stages.Conv, W: Operand, node: str) -> Operand:
        self._fill = lambda band, own: block_filters(band, own, node, self.packed, self.packs)
        return W

    def transformed(self, stage: stages.WinogradConv, filters: Filters) -> Operand:
        def fill(band: stages.WinogradConv, own: Operand) -> Operand:
            return transform_filters(band, replace(filters, W=own), self.machine, self.packed, self.packs)

        self._fill = fill
        return filters.W

    def _with_filters(self, call: Call, made: dict[object, Operand]) -> Call:
        """A band with filters in the form that it reads, made from W, which stands in their place so far.

        Bands that read the same share them.
        """
        stage, operands = cast(Any, call.stage), list(call.operands)
        if self._fill is None:
            return call
        W, form = operands[1], stage
        if isinstance(stage, stages.WinogradConv):
            form = winograd.conv_blocking(stage, self.machine).vectors
            operands[-1] = self.scratch("work", winograd.conv_work_size(stage, self.machine))
        if (W, form) not in made:
            made[W, form] = self._fill(stage, W)
        operands[1] = made[W, form]
        if not stage.bias:
            operands[2] = operands[1]  # never read
        return Call(stage, tuple(operands), call.node)
