"""Where threads meet inside native code: the control block, and the code that waits.

The control block is an array of 8-byte words; words that different threads write stand on cache lines of their own.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from llvmlite import ir

from fullstride.native.emit import I32, I64, POINTER

SPINS = 4000
"""So many looks before a waiting thread offers its core to others."""

OFFERS = 400
"""So many times a parked worker then offers its core before it goes to sleep."""

AWAKE, ASLEEP = 0, 1
"""States of a worker."""


class Word(IntEnum):
    """Words of the control block."""

    GENERATION = 0
    JOB = 8
    ARGS = 9
    THREADS = 10
    ARRIVED = 16
    FINISHED = 24
    ABORT = 32
    STOP = 33
    YIELD = 34
    SLEEP = 35
    WAKE = 36
    WORKERS = 40
    """Eight words a worker: its state, the last generation that it ran, and its semaphore."""


def word(b: Any, control: Any, index: Any) -> Any:
    """The address of a word."""
    offset = ir.Constant(I64, int(index)) if isinstance(index, int) else index
    return b.gep(control, [offset], source_etype=I64)


def read(b: Any, address: Any) -> Any:
    return b.load_atomic(address, "seq_cst", 8, typ=I64)


def write(b: Any, value: int, address: Any) -> None:
    # An exchange, because llvmlite's store_atomic does not take an opaque pointer.
    b.atomic_rmw("xchg", address, ir.Constant(I64, value), "seq_cst")


def add_one(b: Any, address: Any) -> None:
    b.atomic_rmw("add", address, ir.Constant(I64, 1), "seq_cst")


def emit_pause(b: Any, module: Any) -> None:
    """Tells the core that it waits: PAUSE on x86, YIELD on ARM."""
    if module.triple.startswith(("aarch64", "arm64")):
        name, arguments = "llvm.aarch64.hint", [ir.Constant(I32, 1)]
    else:
        name, arguments = "llvm.x86.sse2.pause", []
    found = module.globals.get(name)
    kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    b.call(found or ir.Function(module, kind, name), arguments)


def emit_wait(b: Any, module: Any, control: Any, ready: Any) -> None:
    """Waits until ready() is true: looks SPINS times, then offers the core between looks."""
    before = b.block
    look, busy, spin, offer, done = (
        b.append_basic_block(name) for name in ("look", "busy", "spin", "offer", "done")
    )
    b.branch(look)
    b.position_at_end(look)
    looks = b.phi(I64, "looks")
    looks.add_incoming(ir.Constant(I64, 0), before)
    b.cbranch(ready(), done, busy)
    b.position_at_end(busy)
    following = b.add(looks, ir.Constant(I64, 1))
    b.cbranch(b.icmp_signed("<", looks, ir.Constant(I64, SPINS)), spin, offer)
    b.position_at_end(spin)
    emit_pause(b, module)
    looks.add_incoming(following, b.block)
    b.branch(look)
    b.position_at_end(offer)
    offer_core(b, control)
    looks.add_incoming(following, b.block)
    b.branch(look)
    b.position_at_end(done)


def offer_core(b: Any, control: Any) -> None:
    """Calls the system's yield, whose address stands in the control block."""
    b.call(b.load(word(b, control, Word.YIELD), typ=ir.FunctionType(I32, []).as_pointer()), [])


SEMAPHORE_CALL = ir.FunctionType(I32, [POINTER, I64, POINTER])
"""sleep(semaphore, -1, null) and wake(semaphore, 1, null): with these arguments the semaphores of all systems work."""


def emit_barrier(module: Any) -> Any:
    """barrier(control, target) -> abort: arrives; waits until `target` arrivals are counted or the job is given up."""
    function = ir.Function(module, ir.FunctionType(I64, [POINTER, I64]), "barrier")
    function.linkage = "internal"
    function.attributes.add("noinline")
    control, target = function.args
    b = ir.IRBuilder(function.append_basic_block())
    add_one(b, word(b, control, Word.ARRIVED))

    def ready() -> Any:
        everyone = b.icmp_signed(">=", read(b, word(b, control, Word.ARRIVED)), target)
        aborted = b.icmp_signed("!=", read(b, word(b, control, Word.ABORT)), ir.Constant(I64, 0))
        return b.or_(everyone, aborted)

    emit_wait(b, module, control, ready)
    b.ret(read(b, word(b, control, Word.ABORT)))
    return function
