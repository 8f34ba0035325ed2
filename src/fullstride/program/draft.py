"""A plan in the making: calls by phase, and the operands of buffers.

Phases run in the order of their numbers. In an even one each thread takes images through all calls; in an odd one the
threads share the outputs of each call, and each walks the whole batch, or they rest while Python runs a step.
`self.phase` says for which phase operands are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fullstride.program import stages
from fullstride.program.graph import Node, Program
from fullstride.program.machine import Machine
from fullstride.program.memory import Location, Memory, Time
from fullstride.program.placement import Placement, gradient_of, value_behind
from fullstride.program.plan import Arena, Call, Layout, Operand, Phase, StepCall, Whole


def over_images(phase: int) -> int:
    """The phase itself, or the next one, that goes over images."""
    return phase + phase % 2


class Draft(Placement):
    """Calls of all phases, in the order in which they run."""

    def __init__(self, program: Program, machine: Machine, training: bool, memory: Memory) -> None:
        super().__init__(program, machine, training)
        self.memory = memory
        self.exact = program.exact
        self.augmented = False
        """Whether images are augmented where they are loaded."""
        self.from_file = False
        """Whether images are read from a file, one by one, where they are loaded."""
        self.phase = 0
        self.calls: dict[int, list[Call | StepCall]] = defaultdict(list)
        self.openings: dict[int, list[Call]] = defaultdict(list)
        self.prologues: dict[int, list[Call]] = defaultdict(list)
        self.epilogues: dict[int, list[Call]] = defaultdict(list)
        self.folds: list[Call] = []
        self.packs: list[Call] = []
        self.packed = Arena(self.dtype)
        self.touched: dict[str, int] = {}
        """The last phase so far that uses a gradient."""
        self.made: set[str] = set()
        """Recomputed values, by phase, that stand ready."""

    def emit(self, call: Call | StepCall) -> None:
        self.calls[self.phase].append(call)

    # --- operands -----------------------------------------------------------------------------------------------------

    def _key(self, name: str) -> str:
        """A recomputed value is another buffer in each phase."""
        return f"{name}@{self.phase}" if name in self.recomputed else name

    def _location(self, name: str) -> Location:
        if value_behind(name) != name:
            self.touched[name] = max(self.touched.get(name, 0), self.phase)
        return self.memory.locate(self._key(name), self.layouts[name], self.time)

    @property
    def time(self) -> Time:
        """When the next call runs."""
        return self.phase, len(self.calls[self.phase])

    def image(self, name: str) -> int:
        """The distance between the images of a buffer."""
        return self._location(name).image

    def view(self, name: str) -> stages.View:
        return self.layouts[name].view(self.image(name))

    def start(self, name: str) -> Operand:
        """The first element of a buffer, border included, for the images at hand."""
        location = self._location(name)
        image = location.image if location.slot == "batch" and self.phase % 2 == 0 else 0
        return Operand(location.slot, location.offset, image=image)

    def place(self, name: str, h: int = 0, w: int = 0) -> Operand:
        """Pixel (h, w) of the inside of a buffer."""
        start = self.start(name)
        return Operand(start.slot, start.offset + self.layouts[name].offset(h, w), image=start.image)

    def placed(self, name: str) -> tuple[Layout, stages.View, Operand]:
        """A buffer's layout, its view, and where it starts."""
        return self.layouts[name], self.view(name), self.start(name)

    def whole(self, name: str) -> Whole:
        """The inside of a buffer, of all images; in an odd phase."""
        return Whole(self.place(name), self.view(name), self.program.shapes[value_behind(name)])

    def scratch(self, name: str, elements: int, phase: int | None = None) -> Operand:
        """Memory of the thread."""
        return Operand("arena", self.memory.scratch(name, elements, phase))

    def parameter(self, node: Node, role: str) -> Operand:
        return Operand("values", self.block.offsets[f"{node.output}.{role}"])

    def gradient(self, node: Node, role: str) -> Operand:
        """Where a parameter's gradient goes: that of a shard, or of the whole batch."""
        name = f"{node.output}.{role}"
        offset = self.block.offsets[name]
        if name in self.block.wide:
            return Operand("wide", offset - self.block.sharded)
        return Operand("gradients", offset, shard=self.block.sharded)

    def gradient_buffer(self, value: str) -> str:
        """The buffer in which the gradient of a value stands."""
        return gradient_of(self.resolved(value))

    # --- phases -------------------------------------------------------------------------------------------------------

    def ordered_phases(self, kind: str) -> Iterator[Phase]:
        """The phases of images, of this kind, and those of outputs between them."""
        for number in sorted({*self.calls, *self.openings}):
            calls = self.calls[number]
            if number % 2:
                yield from map(_of_the_batch, calls)
            else:
                yield Phase(
                    kind,
                    tuple(call for call in calls if isinstance(call, Call)),
                    opening=tuple(self.openings[number]),
                    prologue=tuple(self.prologues[number]),
                    epilogue=tuple(self.epilogues[number]),
                )


def _of_the_batch(call: Call | StepCall) -> Phase:
    if isinstance(call, StepCall):
        return Phase("step", (), step=call)
    return Phase("elements", (call,), elements=outputs_of(call))


def outputs_of(call: Call) -> int:
    """How many outputs the threads share in a call for the whole batch."""
    assert isinstance(
        call.stage, (stages.LinearBatch, stages.LinearBatchGradient, stages.LinearBatchInputGradient)
    )
    forward = isinstance(call.stage, stages.LinearBatch)
    return call.stage.n_C if forward else call.stage.n_C_prev
