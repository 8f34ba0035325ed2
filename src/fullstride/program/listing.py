"""Programs and plans as text, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from difflib import get_close_matches
from math import prod
from typing import Any

from fullstride.errors import ArgumentError
from fullstride.program.graph import INPUT, Program
from fullstride.program.machine import Machine
from fullstride.program.plan import Call, Operand, Phase, Plan

PARTS = {
    INPUT: "the images as they come in",
    "loss": "the loss",
    "update": "the update",
    "output": "what goes out",
}
"""A plan's own parts, which are nobody's layer."""
PHASES = {
    "tasks": "each call on one thread",
    "images": "each thread takes its part of the images, a tile at a time, through all calls",
    "shards": "each thread takes its shards of the batch; of each, its images, a tile at a time, through all calls",
    "elements": "each thread takes its part of the elements",
    "step": "in Python, of the whole batch, while the threads rest",
}
MEMORY = {"arena": "a thread", "packed": "for all threads", "batch": "an image of the batch"}
"""The sizes of a plan that count elements, and whose they are."""


def choose_layers(program: Program, layer: str | None, where: str = "dump") -> tuple[str, ...] | None:
    """The nodes (or parts of a plan) that `layer` names: one, or all `layer.*` of a composite one; None: everything.

    Raises
    ------
    ArgumentError
        If there is no such layer: the sentence lists them.
    """
    if layer is None:
        return None
    names = [node.output for node in program.nodes]
    found = tuple(name for name in names if name == layer or name.startswith(f"{layer}."))
    if found or layer in PARTS:
        return found or (layer,)
    composites = dict.fromkeys(name.rpartition(".")[0] for name in names if "." in name)
    known = [*composites, *names, *PARTS]
    near = get_close_matches(str(layer).lower(), known, 1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    raise ArgumentError(f"{where}: layer must be one of {', '.join(known)}; got {layer!r}{meant}")


def kilobytes(elements: int, dtype: str) -> str:
    """Elements as KB of 1,024 bytes.

    >>> kilobytes(9120, "float32")
    '35.6 KB'
    """
    return f"{elements * (4 if dtype == 'float32' else 8) / 1024:,.1f} KB"


# --- a program --------------------------------------------------------------------------------------------------------


def program_lines(program: Program, layers: Sequence[str] | None = None) -> Iterator[str]:
    """One line a node: value = operation(inputs), attributes; its shape; the shapes of its parameters."""
    count = sum(prod(spec.shape) for spec in program.parameters.values())
    yield (
        f"program: {len(program.nodes)} operations, {count:,} parameters, {program.dtype}, "
        f"loss {program.loss or 'none'}"
    )
    yield ""
    rows = [] if layers is not None and INPUT not in layers else [(INPUT, str(program.input_shape), "")]
    for node in program.nodes:
        if layers is None or node.output in layers:
            settings = "".join(f" {name}={_attribute(value)}" for name, value in node.attributes.items())
            parameters = (
                f"{role} {program.parameters[name].shape}" for role, name in program.roles(node).items()
            )
            text = f"{node.output} = {node.operation}({', '.join(node.inputs)}){settings}"
            rows.append((text, str(program.shapes[node.output]), ", ".join(parameters)))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for text, shape, parameters_text in rows:
        yield f"{text:<{widths[0]}}  {shape:<{widths[1]}}  {parameters_text}".rstrip()


def _attribute(value: Any) -> str:
    return str(value).replace(" ", "")


# --- a plan -----------------------------------------------------------------------------------------------------------


def calls_of(phase: Phase) -> Iterator[tuple[str, Call]]:
    """Every call of a phase with the name of the field that holds it, in the order in which they run."""
    order = ("opening", "prologue", "calls")
    for field in sorted(fields(phase), key=lambda field: (*order, field.name).index(field.name)):
        value = getattr(phase, field.name)
        if isinstance(value, tuple):
            yield from ((field.name, call) for call in value if isinstance(call, Call))


def plan_lines(
    plan: Plan,
    program: Program,
    machine: Machine,
    kernels: Sequence[str],
    layers: Sequence[str] | None = None,
) -> Iterator[str]:
    """Phases, calls with their kernels and operands, memory, and what was fused.

    Parameters
    ----------
    kernels : sequence of str
        The name of each call's kernel, in the order of the phases and of `calls_of`.
    """
    yield f"plan: {plan.name}, {plan.dtype}, {machine.name}; offsets are in elements, 1 KB = 1,024 bytes"
    yield from _sizes(plan)
    yield from _slots(plan)
    yield from _fused(plan, program, layers)
    names = iter(kernels)
    for number, phase in enumerate(plan.phases, 1):
        lines = list(_phase(phase, names, layers))
        if lines:
            yield ""
            yield f"phase {number} of {len(plan.phases)}: {_about(phase)}"
            yield from lines


def _sizes(plan: Plan) -> Iterator[str]:
    for field in fields(plan):
        value = getattr(plan, field.name)
        if not isinstance(value, int) or not value:
            continue
        if field.name in MEMORY:
            yield f"  {field.name:<8} {kilobytes(value, plan.dtype)} {MEMORY[field.name]}"
        else:
            yield f"  {field.name:<8} {value:,}{' images' if field.name == 'tile' else ''}"


def _slots(plan: Plan) -> Iterator[str]:
    sizes = dict.fromkeys(slot.itemsize for slot in plan.slots)
    for size in sizes:
        names = ", ".join(slot.name for slot in plan.slots if slot.itemsize == size)
        what = f"pointers to elements of {8 * size} bits" if size else "numbers"
        yield f"  {'slots':<8} {what}: {names}"


def _fused(plan: Plan, program: Program, layers: Sequence[str] | None) -> Iterator[str]:
    operations = {node.output: node.operation for node in program.nodes}
    for name, words in fused_nodes(plan, program).items():
        if layers is None or name in layers:
            yield f"  {'fused':<8} {name} ({operations[name]}): {' '.join(words)}"


KERNEL_OF, NAME_OF, NEIGHBOURS = "done by the kernel of", "another name of", "done with its neighbours"


def fused_nodes(plan: Plan, program: Program) -> dict[str, tuple[str, ...]]:
    """Nodes that no kernel works for by itself: what becomes of each, and of which node if it is one."""
    working = {call.node for phase in plan.phases for _, call in calls_of(phase)}
    working |= {phase.step.node for phase in plan.phases if phase.step}
    clipping = {
        call.node
        for phase in plan.phases
        for _, call in calls_of(phase)
        if getattr(call.stage, "relu", False)
    }
    found: dict[str, tuple[str, ...]] = {}
    for node in program.nodes:
        if node.output in working:
            continue
        source = node.inputs[0]
        if node.operation == "relu" and source in clipping:
            found[node.output] = (KERNEL_OF, source)
        elif node.operation == "flatten":
            found[node.output] = (NAME_OF, source)
        else:
            found[node.output] = (NEIGHBOURS,)
    return found


def _about(phase: Phase) -> str:
    words = [f"{phase.kind}, {PHASES.get(phase.kind, 'as the job has it')}"]
    for field in fields(phase):
        value = getattr(phase, field.name)
        if field.name != "kind" and isinstance(value, (int, str)) and value:
            words.append(f"{field.name} {value:,}" if isinstance(value, int) else f"{field.name} {value}")
    return "; ".join(words)


def _phase(phase: Phase, kernels: Iterator[str], layers: Sequence[str] | None) -> Iterator[str]:
    step = phase.step
    if step and (layers is None or step.node in layers):
        yield f"  {step.node:<10} {'backward' if step.backward else 'forward'}"
        for place in (step.output, *step.inputs):
            if place is not None:
                yield f"             {operand_words(place.start)}, {place.view.image:,} an image: {place.shape}"
    for part, call in calls_of(phase):
        kernel = next(kernels)
        if layers is None or call.node in layers:
            yield f"  {call.node or '-':<10} {kernel}{'' if part == 'calls' else f'   ({part})'}"
            yield from _operands(call)


def _operands(call: Call) -> Iterator[str]:
    width = max((len(name) for name in call.stage.operands), default=0)
    for name, operand in zip(call.stage.operands, call.operands, strict=False):
        yield f"             {name:<{width}}  {operand_words(operand)}"


def operand_words(operand: Operand) -> str:
    """Where an operand begins.

    >>> operand_words(Operand("gradients", 80, shard=9120))
    'gradients + 80, 9,120 a shard'
    >>> operand_words(Operand("lr", slot_itself=True))
    'the word lr itself'
    """
    if operand.slot_itself:
        return f"the word {operand.slot} itself"
    words = [f"{operand.slot} + {operand.offset:,}" if operand.offset else operand.slot]
    for field in fields(operand):
        value = getattr(operand, field.name)
        if field.name in ("slot", "offset", "slot_itself") or value in (0, False, None, ""):
            continue
        words.append(_distance(field.name, value))
    return ", ".join(words)


def _distance(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{name} {value}"
    return f"{value:,} a{'n' if name[0] in 'aeiou' else ''} {name}"


def joined(lines: Iterable[str]) -> str:
    """The lines as a text that ends with a newline."""
    return "".join(f"{line}\n" for line in lines)
