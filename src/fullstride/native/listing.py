"""What runs, as text: a program, its plan, the instructions in LLVM's language, and the processor's own.

`fullstride dump` and `Network.dump` print it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fullstride.errors import ArgumentError
from fullstride.lazy import cached_property
from fullstride.native.assembly import functions, innermost_loops, loop_words
from fullstride.native.compile import compile_assembly
from fullstride.native.job import emit_job
from fullstride.native.kernels import KERNELS, KernelName
from fullstride.native.machine import detect
from fullstride.native.words import kernel_words
from fullstride.program.graph import Program
from fullstride.program.listing import calls_of, choose_layers, joined, plan_lines, program_lines
from fullstride.program.machine import Machine
from fullstride.program.plan import Call, Plan
from fullstride.program.planning import plan_inference, plan_training
from fullstride.program.stages import Stage

STAGES = ("program", "plan", "ir", "asm")
PURPOSES = ("training", "inference")


def dump(
    program: Program,
    stage: str,
    layer: str | None = None,
    purpose: str = "training",
    machine: Machine | None = None,
) -> str:
    """What runs, at one stage of its way to the processor.

    Parameters
    ----------
    stage : "program", "plan", "ir" or "asm"
        The graph; phases, calls and memory; LLVM's instructions before they are optimized; the processor's
        instructions, annotated.
    layer : str, optional
        A node such as "conv1", a composite layer, or a part of the plan: "X", "loss", "update", "output".
    purpose : "training" or "inference"
    machine : Machine, optional
        Without it the one that `FULLSTRIDE_TARGET` names.

    Raises
    ------
    ArgumentError
        For a stage, purpose or layer that does not exist.
    EngineError
        Where there is no native code for this.
    """
    if stage not in STAGES:
        raise ArgumentError(f"dump: stage must be one of {', '.join(STAGES)}; got {stage!r}")
    if purpose not in PURPOSES:
        raise ArgumentError(f"dump: the purpose must be {' or '.join(PURPOSES)}; got {purpose!r}")
    layers = choose_layers(program, layer)
    if stage == "program":
        return joined(program_lines(program, layers))
    listing = Listing(program, purpose, machine or detect())
    lines: dict[str, Callable[[Sequence[str] | None], Iterator[str]]] = {
        "plan": listing.plan_lines,
        "ir": listing.ir_lines,
        "asm": listing.assembly_lines,
    }
    return joined(lines[stage](layers))


@dataclass(frozen=True)
class Used:
    """A call with the name of its kernel."""

    call: Call
    kernel: str


class Listing:
    """The plan of a program and its module."""

    def __init__(self, program: Program, purpose: str, machine: Machine) -> None:
        self.program = program
        self.machine = machine
        make_plan = plan_training if purpose == "training" else plan_inference
        self.plan: Plan = make_plan(program, machine)
        self._module, self._names = emit_job(self.plan, machine)

    @cached_property
    def used(self) -> tuple[Used, ...]:
        """Every call of the plan; stages of one name are told apart by the order in which the job emitted them."""
        waiting: dict[tuple[Any, ...], deque[str]] = {}
        for node, name in self._names:
            parsed = KernelName.parse(name)
            key = (node, parsed.operation, parsed.geometry, parsed.tile, parsed.dtype)
            waiting.setdefault(key, deque()).append(name)
        found = []
        for phase in self.plan.phases:
            for _, call in calls_of(phase):
                described = KERNELS[type(call.stage)].describe(call.stage, self.machine)
                key = (call.node, *described, call.stage.dtype)
                found.append(Used(call, waiting[key].popleft()))
        return tuple(found)

    def kernels(self, layers: Sequence[str] | None) -> dict[str, tuple[str, Stage]]:
        """The kernels of some layers: name -> (the nodes that it works for, its stage)."""
        nodes: dict[str, list[str]] = {}
        stages: dict[str, Stage] = {}
        for one in self.used:
            nodes.setdefault(one.kernel, []).append(one.call.node or "the job")
            stages[one.kernel] = one.call.stage
        return {
            name: (", ".join(dict.fromkeys(nodes[name])), stages[name])
            for name in nodes
            if layers is None or set(layers) & set(nodes[name])
        }

    def plan_lines(self, layers: Sequence[str] | None) -> Iterator[str]:
        names = [one.kernel for one in self.used]
        return plan_lines(self.plan, self.program, self.machine, names, layers)

    def ir_lines(self, layers: Sequence[str] | None) -> Iterator[str]:
        """The module before optimization; of layers, the functions of their kernels."""
        text = str(self._module)
        if layers is None:
            yield from text.splitlines()
            return
        chosen = self.kernels(layers)
        yield from self._nothing(chosen, layers, ";")
        for match in re.finditer(r'^define [^\n]*?@"?([\w.$]+)"?\(.*?^}$', text, re.MULTILINE | re.DOTALL):
            if match[1] in chosen:
                yield f"; {chosen[match[1]][0]}: {match[1]}"
                yield from match[0].splitlines()
                yield ""

    def assembly_lines(self, layers: Sequence[str] | None) -> Iterator[str]:
        """The assembly; kernels have their names in words above them, innermost loops what they could reach."""
        text = compile_assembly(str(self._module), self.machine)
        chosen, mark = self.kernels(layers), self._mark
        if layers is not None:
            yield from self._nothing(chosen, layers, mark)
            for name, lines in functions(text).items():
                if name in chosen:
                    yield from self._annotated(name, lines, chosen[name])
                    yield ""
            return
        starts = {lines[0]: (name, lines) for name, lines in functions(text).items() if name in chosen}
        skip = 0
        for line in text.splitlines():
            if line in starts:
                name, lines = starts[line]
                yield from self._annotated(name, lines, chosen[name])
                skip = len(lines)
            if skip:
                skip -= 1
            else:
                yield line

    @property
    def _mark(self) -> str:
        """How a comment begins in this assembly."""
        return "//" if self.machine.triple.startswith(("aarch64", "arm64")) else "#"

    def _nothing(self, chosen: Any, layers: Sequence[str], mark: str) -> Iterator[str]:
        if not chosen:
            yield f"{mark} {', '.join(layers)}: with its neighbours: no work of its own"

    def _annotated(self, name: str, lines: list[str], about: tuple[str, Stage]) -> Iterator[str]:
        nodes, stage = about
        mark = self._mark
        yield f"{mark} {nodes}: {name}"
        for what, how in kernel_words(name, stage, self.machine):
            yield f"{mark}   {what:<10} {how}".rstrip()
        loops = {loop.first: loop for loop in innermost_loops(lines, self.machine)}
        for number, line in enumerate(lines):
            if number in loops:
                yield from (
                    f"{mark} {words}" for words in loop_words(loops[number], self.machine, stage.dtype)
                )
            yield line
