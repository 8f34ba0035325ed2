"""From a Program to a Plan: which stages run, in which order, on which operands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fullstride.errors import ArgumentError
from fullstride.program import stages
from fullstride.program.backward import Backward
from fullstride.program.bands import Banded
from fullstride.program.forward import Forward
from fullstride.program.graph import Program
from fullstride.program.machine import Machine
from fullstride.program.memory import Memory
from fullstride.program.plan import SHARDS, Call, Operand, Phase, Plan, slots

FORWARD = ("X", "rows", "gain", "shift", "values", "packed", "arena", "out")
"""Slots of a forward pass that hold addresses."""


@dataclass(frozen=True)
class Structure:
    """What of a training step is compiled in; everything else is handed to it as numbers and addresses.

    Attributes
    ----------
    augmented : bool, whether images are augmented
    """

    augmented: bool = False


PLAINEST = Structure()
"""The shortest step."""


def plan_training(program: Program, machine: Machine, structure: Structure = PLAINEST) -> Plan:
    """One step of training: pack filters, all images forward and backward, update.

    Raises
    ------
    ArgumentError
        If the program has no parameters.
    EngineError
        If an operation has no kernel.
    """
    if not program.parameters:
        raise ArgumentError(
            "plan_training: there is nothing to train: the program must have parameters, as conv and linear do; "
            f"got only {', '.join(dict.fromkeys(node.operation for node in program.nodes))}"
        )
    memory = Memory(machine, program.dtype)
    _training_plan(program, machine, memory, structure)
    memory.settle()
    return _training_plan(program, machine, memory, structure)


def plan_inference(program: Program, machine: Machine) -> Plan:
    """The output of every image: forward alone, nothing kept for backward.

    Raises
    ------
    EngineError
        If an operation has no kernel.
    """
    memory = Memory(machine, program.dtype)
    _inference_plan(program, machine, memory)
    memory.settle()
    return _inference_plan(program, machine, memory)


@dataclass(frozen=True)
class Prediction:
    """A forward pass in two jobs: filters, made ready once, and images, with the memory of the first as "packed"."""

    prepare: Plan
    forward: Plan


def plan_prediction(program: Program, machine: Machine, bands: int = 0) -> Prediction:
    """What `plan_inference` plans, in two parts; with `bands` for one image, in so many bands of rows.

    Raises
    ------
    EngineError
        If an operation has no kernel.
    """
    memory = Memory(machine, program.dtype, shared=bands > 0)
    _prediction(program, machine, memory, bands)
    memory.settle()
    return _prediction(program, machine, memory, bands)


def _training_plan(program: Program, machine: Machine, memory: Memory, structure: Structure) -> Plan:
    draft = Backward(program, machine, True, memory)
    draft.augmented = structure.augmented
    draft.forward()
    draft.backward()
    dtype, statistics = draft.dtype, draft.sums_offsets[1]
    sums = (("gradients", dtype, draft.block.sharded), ("statistics", "float64", statistics))
    draft.prologues[0][:0] = [
        Call(stages.Zero(kind, size), (Operand(slot, shard=size),)) for slot, kind, size in sums if size
    ]
    total = Call(
        stages.SumLosses(dtype),
        (Operand("losses"), Operand("m", slot_itself=True), Operand("total", slot_itself=True)),
        "loss",
    )
    phases = (
        *_tasks(draft.packs),
        *draft.ordered_phases("shards"),
        *_tasks(draft.normalization_gradients()),
        *_updates(draft),
        *_tasks((total, *draft.running_statistics())),
    )
    pointers = [
        "X",
        "rows",
        "gain",
        "shift",
        "labels",
        "values",
        "velocity",
        "gradients",
        "reduced",
        "packed",
        "losses",
        "arena",
    ]
    pointers += ["batch"] if memory.batch else []
    pointers += ["wide"] if draft.block.wide else []
    pointers += ["statistics"] if statistics else []
    pointers += ["augmentation"] if structure.augmented else []
    numbers = ("m", "kind", "lr", "momentum", "mode", "total")
    return _plan("train_step", draft, phases, tuple(pointers), numbers, statistics)


def _updates(draft: Backward) -> list[Phase]:
    """Of the parameters whose gradients are summed by shards, then of the others."""
    sharded, size = draft.block.sharded, draft.block.size
    phases = []
    for gradients, shards, start, count in (
        ("gradients", SHARDS, 0, sharded),
        ("wide", 1, sharded, size - sharded),
    ):
        if count:
            operands = (
                Operand(gradients),
                Operand("values", start),
                Operand("velocity", start),
                *(Operand(name, slot_itself=True) for name in ("lr", "momentum", "mode")),
                Operand("reduced", start),
            )
            update = Call(stages.Update(draft.dtype, shards, count), operands, "update")
            phases.append(Phase("elements", (update,), elements=count))
    return phases


def _inference_plan(program: Program, machine: Machine, memory: Memory) -> Plan:
    draft = Forward(program, machine, False, memory)
    draft.forward()
    draft.write_output()
    phases = (*_preparing(draft), *draft.ordered_phases("images"))
    return _plan("forward", draft, phases, FORWARD, ("m", "kind"), 0)


def _prediction(program: Program, machine: Machine, memory: Memory, bands: int) -> Prediction:
    draft = Banded(program, machine, bands, memory) if bands else Forward(program, machine, False, memory)
    draft.forward()
    draft.write_output()
    banded = isinstance(draft, Banded)
    phases = tuple(draft.banded_phases() if isinstance(draft, Banded) else draft.ordered_phases("images"))
    pointers = (*FORWARD, "batch") if banded else FORWARD
    prepare = _plan("prepare", draft, _preparing(draft), ("values", "packed"), (), 0)
    name = "forward_bands" if banded else "forward_prepared"
    forward = _plan(name, draft, phases, pointers, ("m", "kind"), 0)
    return Prediction(replace(prepare, arena=0, batch=0), replace(forward, packed=0))


def _preparing(draft: Forward) -> tuple[Phase, ...]:
    return (*_tasks(draft.folds), *_tasks(draft.packs))


def _tasks(calls: list[Call] | tuple[Call, ...]) -> tuple[Phase, ...]:
    return (Phase("tasks", tuple(calls)),) if calls else ()


def _plan(
    name: str,
    draft: Forward,
    phases: tuple[Phase, ...],
    pointers: tuple[str, ...],
    numbers: tuple[str, ...],
    statistics: int,
) -> Plan:
    words = {"rows": 8, "labels": 8, "X": 1, "statistics": 8, "augmentation": 8}
    memory = draft.memory
    return Plan(
        name,
        draft.dtype,
        slots(draft.dtype, pointers, numbers, words),
        phases,
        memory.arena,
        draft.packed.size,
        memory.tile,
        SHARDS,
        memory.batch,
        statistics,
    )
