"""One gradient of one convolution as a network computes it: dA_prev, or dW and db.

The images are copied into places with borders first, which in a network their producers do without a copy; dA_prev
stays where a network would leave it.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from fullstride.bench.cases import Arrays
from fullstride.lazy import cached_property
from fullstride.native.machine import detect
from fullstride.native.runner import Runner, make_runner
from fullstride.native.team import team_of
from fullstride.program import Node, ParameterStore, Program, stages
from fullstride.program.backward import Backward
from fullstride.program.graph import INPUT
from fullstride.program.machine import Machine
from fullstride.program.memory import Location, Memory
from fullstride.program.parameters import aligned_zeros
from fullstride.program.placement import Home, gradient_of
from fullstride.program.plan import SHARDS, Call, Layout, Operand, Phase, Plan, slots

NODE = "conv1"
_POINTERS = (
    *("X", "dZ", "rows", "gain", "shift", "values", "gradients"),
    *("reduced", "packed", "arena", "batch"),
)
_NUMBERS = ("m", "kind")


class _Alone(Backward):
    """The backward pass of one convolution, whose input wants its gradient too."""

    @cached_property
    def needs_gradient(self) -> set[str]:
        return {INPUT, NODE}

    def gradient_layout(self, value: str) -> Layout:
        return self._images_layout(value) if value == INPUT else super().gradient_layout(value)

    def _images_layout(self, value: str) -> Layout:
        n_H, n_W, n_C = self.program.shapes[value]
        return Layout(n_H, n_W, n_C)

    def home(self, value: str) -> Home:
        return Home(value, None)

    def write(self, direction: str) -> None:
        """Emits the calls; what dA leaves is wanted later, so it stays in the memory of the batch."""
        self.written = set()
        node, dZ = self.producer[NODE], gradient_of(NODE)
        self._load_gradient(dZ)
        if direction == "dW" and self.by_winograd(node):
            self._winograd_weight_gradient(node, self.need(INPUT), dZ)
        elif direction == "dW":
            self._weight_gradient(node, self.need(INPUT), dZ)
        else:
            self._input_gradient(node, dZ)
            self.phase = 2
            self.place(gradient_of(INPUT))

    def _load_gradient(self, dZ: str) -> None:
        n_H, n_W, n_C = self.program.shapes[NODE]
        stage = stages.LoadImages(self.dtype, self.view(dZ), (n_H, n_W), n_C)
        given = (Operand("kind", slot_itself=True), Operand("gain"), Operand("shift"))
        place = self.place(dZ)
        self.emit(Call(stage, (Operand("dZ"), Operand("rows", image=1), *given, place, place), NODE))


def _plan(program: Program, machine: Machine, direction: str, memory: Memory) -> Plan:
    draft = _Alone(program, machine, True, memory)
    draft.write(direction)
    size = draft.block.sharded
    draft.prologues[0][:0] = [Call(stages.Zero(draft.dtype, size), (Operand("gradients", shard=size),))]
    total = Call(stages.ShardSum(draft.dtype, SHARDS, size), (Operand("gradients"), Operand("reduced")))
    phases = (
        *([Phase("tasks", tuple(draft.packs))] if draft.packs else []),
        *(phase for phase in draft.ordered_phases("shards") if phase.calls),
        *([Phase("elements", (total,), elements=size)] if direction == "dW" else []),
    )
    table = slots(draft.dtype, _POINTERS, _NUMBERS, {"rows": 8, "X": 1, "dZ": 1})
    return Plan(
        f"layer_{direction}",
        draft.dtype,
        table,
        phases,
        memory.arena,
        draft.packed.size,
        memory.tile,
        SHARDS,
        memory.batch,
    )


class LayerGradient:
    """Runs one direction of a convolution; `hparameters` are its stride and pad."""

    def __init__(self, arrays: Arrays, hparameters: dict[str, Any], direction: str, threads: int) -> None:
        W, A_prev = arrays["W"], np.ascontiguousarray(arrays["A_prev"])
        attributes = {"n_C": W.shape[3], "f": W.shape[:2], **hparameters}
        self.program = Program(A_prev.shape[1:], (Node("conv", (INPUT,), NODE, attributes),), loss=None)
        self.store = ParameterStore(self.program)
        self.store.values[f"{NODE}.W"][...] = W
        self.direction, self.team = direction, team_of(threads)
        machine = detect()
        memory = Memory(machine, self.program.dtype)
        _plan(self.program, machine, direction, memory)
        memory.settle()
        self.runner = make_runner(_plan(self.program, machine, direction, memory), machine)
        layout = Layout(*A_prev.shape[1:])
        self._where = memory.locate(gradient_of(INPUT), layout, (2, 0)) if direction == "dA" else None
        self._arrays = self._point(self.runner, A_prev, arrays["dZ"])

    def _point(self, runner: Runner, A_prev: Any, dZ: Any) -> Arrays:
        """Lets the slots point to arrays, which are kept."""
        m, block, dtype = len(A_prev), self.store.block, self.program.dtype
        arrays = {
            "X": A_prev,
            "dZ": np.ascontiguousarray(dZ),
            "rows": np.arange(m, dtype=np.int64),
            "gain": np.ones(0, dtype),  # nothing here is uint8, so neither is read
            "shift": np.ones(0, dtype),
            "values": self.store.value_block,
            "gradients": aligned_zeros(SHARDS * block.sharded, dtype),
            "reduced": aligned_zeros(block.size, dtype),
            "batch": aligned_zeros(m * runner.plan.batch, dtype),
        }
        for name, array in arrays.items():
            runner.point(name, array)
        runner.set("m", m)
        runner.set("kind", 0)
        return arrays

    def run(self) -> None:
        """Computes the gradient once."""
        self.runner.run(self.team)

    def results(self) -> Arrays:
        """dA_prev, or dW and db."""
        self.run()
        if self.direction == "dW":
            views = self.store.views(self._arrays["reduced"])
            return {"dW": views[f"{NODE}.W"], "db": views[f"{NODE}.b"]}
        return {"dA_prev": self._images(self._where)}

    def _images(self, where: Location | None) -> Any:
        assert where is not None
        shape = self._arrays["X"].shape
        flat = self._arrays["batch"].reshape(shape[0], -1)
        return flat[:, where.offset : where.offset + prod(shape[1:])].reshape(shape)
