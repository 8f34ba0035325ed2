"""From a Plan to LLVM: one function that every thread of a team enters once a job.

    job(args, control, rank, n) -> 0, or 1 when the job was given up

`args` are the words of the plan's slots. Between two phases the threads meet at a barrier.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from fullstride.native.barrier import emit_barrier
from fullstride.native.clocks import SLOT, calls_in, emit_now, row_size
from fullstride.native.emit import I8, I64, POINTER, Emitter, Value
from fullstride.native.kernels import KERNELS, KernelSet
from fullstride.program.machine import Machine
from fullstride.program.plan import Call, Operand, Phase, Plan

SYMBOL = "job"
JOB_TYPE = ir.FunctionType(I64, [POINTER, POINTER, I64, I64])


def emit_job(plan: Plan, machine: Machine) -> tuple[Any, list[tuple[str, str]]]:
    """The module of a plan, and which kernel works for which node: pairs (node, kernel)."""
    module = ir.Module(name=plan.name)
    module.triple = machine.triple
    kernels = KernelSet(module, machine)
    writer = _JobWriter(plan, machine, module, kernels)
    writer.write()
    used = [(call.node, kernels.name(call.stage)) for phase in plan.phases for call in phase.all_calls]
    return module, used


class _JobWriter:
    def __init__(self, plan: Plan, machine: Machine, module: Any, kernels: KernelSet) -> None:
        self.plan = plan
        self.kernels = kernels
        self.barrier = emit_barrier(module)
        self.function = ir.Function(module, JOB_TYPE, SYMBOL)
        self.args, self.control, self.rank, self.n = self.function.args
        self.e = Emitter(module, self.function, machine, plan.dtype)
        self.words = {slot.name: self._word(index) for index, slot in enumerate(plan.slots)}
        self.clocks = self._own_clocks() if SLOT in self.words else None
        self.calls = 0
        """Calls written so far, in the order of `Phase.all_calls`."""

    def write(self) -> None:
        b = self.e.b
        given_up = b.append_basic_block("given_up")
        for number, phase in enumerate(self.plan.phases):
            if number:
                everyone = self.e.times(self.n, number)
                with self._timed(calls_in(self.plan)):
                    aborted = b.call(self.barrier, [self.control, everyone])
                go_on = b.append_basic_block(f"phase{number}")
                b.cbranch(b.icmp_signed("!=", aborted, self.e.whole(0)), given_up, go_on)
                b.position_at_end(go_on)
            getattr(self, f"_{phase.kind}")(phase)
        if self.clocks is not None:
            word = self.e.at(self.clocks, calls_in(self.plan) + 1, kind=I64)
            b.store(emit_now(b, self.e.module), word)
        b.ret(self.e.whole(0))
        b.position_at_end(given_up)
        b.ret(self.e.whole(1))

    # --- the kinds of phases ------------------------------------------------------------------------------------------

    def _step(self, phase: Phase) -> None:
        """Nothing: a runner makes a job of what stands before it, and of what follows."""

    def _tasks(self, phase: Phase) -> None:
        b = self.e.b
        for k, call in enumerate(phase.calls):
            mine = b.icmp_signed("==", b.srem(self.e.whole(k), self.n), self.rank)
            with b.if_then(mine):
                self._call_once(call, None)

    def _bands(self, phase: Phase) -> None:
        b = self.e.b
        for k, band in enumerate(phase.bands):
            mine = b.icmp_signed("==", b.srem(self.e.whole(k), self.n), self.rank)
            with b.if_then(mine):
                for call in band:
                    self._call_once(call, None)

    def _images(self, phase: Phase) -> None:
        m = self._number("m")
        self._tiles(
            phase, self._part(m, self.rank), self._part(m, self.e.b.add(self.rank, self.e.whole(1))), None
        )

    def _shards(self, phase: Phase) -> None:
        b, e, shards = self.e.b, self.e, self.plan.shards
        m = self._number("m")
        first = self._part(e.whole(shards), self.rank)
        last = self._part(e.whole(shards), b.add(self.rank, e.whole(1)))

        def begin(shard: Value) -> Value:
            """The first image i with floor(i * shards / m) = shard: ceil(shard * m / shards)."""
            return b.sdiv(b.add(b.mul(shard, m), e.whole(shards - 1)), e.whole(shards))

        for call in phase.opening:
            self._call_once(call, None)
        with e.loop(first, last) as shard:
            for call in phase.prologue:
                self._call_once(call, shard)
            self._tiles(phase, begin(shard), begin(b.add(shard, e.whole(1))), shard)
            for call in phase.epilogue:
                self._call_once(call, shard)

    def _elements(self, phase: Phase) -> None:
        b, e = self.e.b, self.e
        unit = phase.unit or 64 // e.scalar_bytes
        blocks, end = e.whole(-(-phase.elements // unit)), e.whole(phase.elements)
        start = b.mul(self._part(blocks, self.rank), e.whole(unit))
        stop = b.mul(self._part(blocks, b.add(self.rank, e.whole(1))), e.whole(unit))
        stop = b.select(b.icmp_signed("<", stop, end), stop, end)
        (call,) = phase.calls
        self._call(call, [start, stop], None, None)

    def _tiles(self, phase: Phase, start: Value, stop: Value, shard: Value | None) -> None:
        b, e = self.e.b, self.e
        with e.loop(start, stop, self.plan.tile) as image:
            left = b.sub(stop, image)
            tile = e.whole(self.plan.tile)
            count = b.select(b.icmp_signed("<", left, tile), left, tile)
            for call in phase.calls:
                self._call(call, [count], image, shard)

    # --- addresses ----------------------------------------------------------------------------------------------------

    def _part(self, total: Value, rank: Value) -> Value:
        """Where the part of a thread begins: total * rank / n."""
        return self.e.b.sdiv(self.e.b.mul(total, rank), self.n)

    def _word(self, index: int) -> Value:
        return self.e.at(self.args, index, kind=I64)

    def _number(self, slot: str) -> Value:
        return self.e.load_scalar(self.words[slot], I64)

    def _pointer(self, operand: Operand, image: Value | None, shard: Value | None) -> Value:
        e = self.e
        if operand.slot_itself:
            return self.words[operand.slot]
        itemsize = self.plan.slots[self.plan.slot(operand.slot)].itemsize
        base = e.load_scalar(self.words[operand.slot], POINTER)
        terms: list[Any] = [operand.offset * itemsize]
        if operand.slot == "arena":
            terms.append(e.times(self.rank, self.plan.arena * itemsize))
        if operand.image:
            assert image is not None
            terms.append(e.times(image, operand.image * itemsize))
        if operand.shard and shard is not None:
            terms.append(e.times(shard, operand.shard * itemsize))
        return e.at(base, *terms, kind=I8)

    def _call_once(self, call: Call, shard: Value | None) -> None:
        """A call that goes over no images."""
        integers = KERNELS[type(call.stage)].integers
        self._call(call, [self.e.whole(1)] * len(integers), None, shard)

    def _call(self, call: Call, integers: list[Value], image: Value | None, shard: Value | None) -> None:
        pointers = [self._pointer(operand, image, shard) for operand in call.operands]
        with self._timed(self.calls):
            self.e.b.call(self.kernels.function(call.stage), [*integers, *pointers])
        self.calls += 1

    # --- clocks, where the plan has a slot for them -------------------------------------------------------------------

    def _own_clocks(self) -> Value:
        """The thread's row."""
        base = self.e.load_scalar(self.words[SLOT], POINTER)
        return self.e.at(base, self.e.times(self.rank, row_size(self.plan)), kind=I64)

    @contextmanager
    def _timed(self, number: int) -> Iterator[None]:
        """Adds the ticks that go by inside to word `number` of the thread's row."""
        if self.clocks is None:
            yield
            return
        b = self.e.b
        begin = emit_now(b, self.e.module)
        yield
        word = self.e.at(self.clocks, number, kind=I64)
        b.store(b.add(b.load(word, typ=I64), b.sub(emit_now(b, self.e.module), begin)), word)
