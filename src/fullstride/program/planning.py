"""From a Program to a Plan: which stages run, in which order, on which operands."""

from __future__ import annotations

from collections.abc import Iterator
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
    from_file : bool, whether images are read from a file
    optimizer : "sgd" or "adam", the family of the update
    clipped : bool, whether gradients are clipped by their norm
    weighted : bool, whether labels are smoothed or classes weighted
    image_weights : bool, whether each image has a weight of its own
    """

    augmented: bool = False
    optimizer: str = "sgd"
    clipped: bool = False
    weighted: bool = False
    from_file: bool = False
    image_weights: bool = False


PLAINEST = Structure()
"""The shortest step."""


def plan_training(program: Program, machine: Machine, structure: Structure = PLAINEST) -> Plan:
    """One step of training: pack filters, all images forward and backward, update.

    Raises
    ------
    ArgumentError
        If the program has no parameters.
    """
    if not program.parameters:
        raise ArgumentError(
            "plan_training: there is nothing to train: the program must have parameters, as conv and linear do; "
            f"got only {', '.join(dict.fromkeys(node.operation for node in program.nodes))}"
        )
    return _training_plan(program, machine, training_memory(program, machine, structure), structure)


def plan_inference(program: Program, machine: Machine) -> Plan:
    """The output of every image: forward alone, nothing kept for backward."""
    return _inference_plan(program, machine, inference_memory(program, machine))


def training_memory(program: Program, machine: Machine, structure: Structure = PLAINEST) -> Memory:
    """Where everything stands in one step of training."""
    memory = Memory(machine, program.dtype)
    _training_plan(program, machine, memory, structure)
    memory.settle()
    return memory


def inference_memory(program: Program, machine: Machine) -> Memory:
    """Where everything stands in a prediction."""
    memory = Memory(machine, program.dtype)
    _inference_plan(program, machine, memory)
    memory.settle()
    return memory


@dataclass(frozen=True)
class Prediction:
    """A forward pass in two jobs: filters, made ready once, and images, with the memory of the first as "packed"."""

    prepare: Plan
    forward: Plan


def plan_prediction(program: Program, machine: Machine, bands: int = 0) -> Prediction:
    """What `plan_inference` plans, in two parts; with `bands` for one image, in so many bands of rows."""
    memory = Memory(machine, program.dtype, shared=bands > 0)
    _prediction(program, machine, memory, bands)
    memory.settle()
    return _prediction(program, machine, memory, bands)


def _training_plan(
    program: Program, machine: Machine, memory: Memory, structure: Structure = PLAINEST
) -> Plan:
    draft = Backward(program, machine, True, memory)
    draft.augmented, draft.from_file = structure.augmented, structure.from_file
    draft.weighted, draft.image_weights = structure.weighted, structure.image_weights
    draft.guard = "guard" if structure.clipped else "total"
    draft.forward()
    draft.backward()
    dtype, statistics = draft.dtype, draft.sums_offsets[1]
    sums = (("gradients", dtype, draft.block.sharded), ("statistics", "float64", statistics))
    draft.prologues[0][:0] = [
        Call(stages.Zero(kind, size), (Operand(slot, shard=size),)) for slot, kind, size in sums if size
    ]
    total = Call(stages.SumLosses(dtype), (Operand("losses"), *_words("m", "total")), "loss")
    phases = (
        *_tasks(draft.packs),
        *draft.ordered_phases("shards"),
        *_tasks((*draft.normalization_gradients(), total)),
        *(_clipping(draft) if structure.clipped else ()),
        *_updates(draft, structure),
        *_tasks(draft.running_statistics()),
    )
    pointers = [
        *("X", "rows", "gain", "shift", draft.truth, "values", "velocity"),
        *(["square"] if structure.optimizer == "adam" else []),
    ]
    pointers += ["gradients", "reduced", "packed", "losses", "arena"]
    pointers += ["batch"] if memory.batch else []
    pointers += ["wide"] if draft.block.wide else []
    pointers += ["statistics"] if statistics else []
    pointers += ["augmentation"] if structure.augmented else []
    pointers += ["shares", "hits"] if structure.weighted else []
    pointers += ["factors"] if structure.image_weights else []
    pointers += ["squares"] if structure.clipped else []
    numbers = ["m", "kind", "mode", "total", *_numbers(structure)]
    numbers += ["divisor", "spread"] if structure.weighted else []
    numbers += ["clip", "norm", "guard"] if structure.clipped else []
    return _plan("train_step", draft, phases, tuple(pointers), tuple(numbers), statistics)


UPDATES: dict[str, type[stages.Update] | type[stages.AdamUpdate]] = {
    "sgd": stages.Update,
    "adam": stages.AdamUpdate,
}
"""Family -> its stage."""


def _numbers(structure: Structure) -> tuple[str, ...]:
    """What the update takes beside its arrays, "mode" and "guard"."""
    operands = UPDATES[structure.optimizer].operands
    return operands[operands.index("guard") + 1 :]


def _parts(draft: Backward) -> Iterator[tuple[str, int, int, int, int]]:
    """(slot, shards, first element, elements, those that decay) of gradients summed by shards, and of the others."""
    sharded, size = draft.block.sharded, draft.block.size
    for slot, shards, start, count, decaying in (
        ("gradients", SHARDS, 0, sharded, draft.block.decaying[0]),
        ("wide", 1, sharded, size - sharded, draft.block.decaying[1]),
    ):
        if count:
            yield slot, shards, start, count, decaying


def _updates(draft: Backward, structure: Structure) -> Iterator[Phase]:
    """A phase for each part; where gradients are clipped their shards have been summed before."""
    for gradients, shards, start, count, decaying in _parts(draft):
        here = 1 if structure.clipped else shards
        stage = UPDATES[structure.optimizer](draft.dtype, here, count, decaying, structure.clipped)
        places = {"gradients": Operand(gradients), "guard": Operand(draft.guard, slot_itself=True)}
        places |= {name: Operand(name, start) for name in ("values", "velocity", "square", "reduced")}
        places |= {name: Operand(name, slot_itself=True) for name in ("mode", *_numbers(structure))}
        update = Call(stage, tuple(places[name] for name in stage.operands), "update")
        yield Phase("elements", (update,), elements=count)


def _clipping(draft: Backward) -> Iterator[Phase]:
    """Sums of squares, block by block, of each part; then what the gradients are multiplied by."""
    blocks = 0
    for gradients, shards, _, count, _ in _parts(draft):
        stage = stages.SquareSums(draft.dtype, shards, count)
        call = Call(stage, (Operand(gradients), Operand("squares", blocks)), "update")
        yield Phase("elements", (call,), elements=count, unit=stages.NORM_BLOCK)
        blocks += -(-count // stages.NORM_BLOCK)
    factor = Call(
        stages.ClipFactor(draft.dtype, blocks),
        (Operand("squares"), *_words("total", "clip", "norm", "guard")),
        "update",
    )
    yield from _tasks((factor,))


def _words(*names: str) -> tuple[Operand, ...]:
    """The words of slots themselves."""
    return tuple(Operand(name, slot_itself=True) for name in names)


def _inference_plan(program: Program, machine: Machine, memory: Memory) -> Plan:
    draft = Forward(program, machine, False, memory)
    draft.forward()
    draft.write_output()
    phases = (*_preparing(draft), *draft.ordered_phases("images"))
    return _plan("forward", draft, phases, _forward_slots(memory), ("m", "kind"), 0)


def _prediction(program: Program, machine: Machine, memory: Memory, bands: int) -> Prediction:
    draft = Banded(program, machine, bands, memory) if bands else Forward(program, machine, False, memory)
    draft.forward()
    draft.write_output()
    phases = tuple(draft.banded_phases() if isinstance(draft, Banded) else draft.ordered_phases("images"))
    prepare = _plan("prepare", draft, _preparing(draft), ("values", "packed"), (), 0)
    name = "forward_bands" if bands else "forward_prepared"
    forward = _plan(name, draft, phases, _forward_slots(memory), ("m", "kind"), 0)
    return Prediction(replace(prepare, arena=0, batch=0), replace(forward, packed=0))


def _forward_slots(memory: Memory) -> tuple[str, ...]:
    return (*FORWARD, "batch") if memory.batch else FORWARD


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
    words = {"rows": 8, "labels": 8, "X": 1, "statistics": 8, "augmentation": 8, "squares": 8}
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
