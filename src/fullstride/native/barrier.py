"""Where threads meet inside native code: the control block, and the code that waits.

The control block is an array of 8-byte words; words that different threads write stand on cache lines of their own.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from llvmlite import ir

from fullstride.native.emit import I32, I64, POINTER

SPINS = 4000
"""So many looks, some 0.1 ms, before a thread that waits for others goes to sleep; sleeping and waking cost less."""

CROWDED_SPINS = 20
"""The same where there are more threads than cores: those that are waited for need the core."""

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
    SPINS = 34
    SLEEP = 35
    WAKE = 36
    MEETING = 37
    """Two semaphores, for barriers of even and of odd number: who sleeps at one cannot take what wakes another."""
    SLEEPERS = 40
    """How many sleep at a barrier of even number, and eight words on, of odd number."""
    WORKERS = 56
    """Eight words a thread: its state, the last generation that it ran, and its semaphore."""


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


def emit_wait(b: Any, module: Any, control: Any, ready: Any, sleep: Any) -> None:
    """Waits until ready() is true: looks as often as the control block says, then calls sleep() between looks.

    Nobody offers the core (`sched_yield`): beside a busy process that gives it away for milliseconds.

    sleep() says that this thread is about to sleep, looks once more, and sleeps; it may come back too early.
    """
    before, spins = b.block, b.load(word(b, control, Word.SPINS), typ=I64)
    look, busy, spin, doze, done = (
        b.append_basic_block(name) for name in ("look", "busy", "spin", "doze", "done")
    )
    b.branch(look)
    b.position_at_end(look)
    looks = b.phi(I64, "looks")
    looks.add_incoming(ir.Constant(I64, 0), before)
    b.cbranch(ready(), done, busy)
    b.position_at_end(busy)
    following = b.add(looks, ir.Constant(I64, 1))
    b.cbranch(b.icmp_signed("<", looks, spins), spin, doze)
    b.position_at_end(spin)
    emit_pause(b, module)
    looks.add_incoming(following, b.block)
    b.branch(look)
    b.position_at_end(doze)
    sleep()
    looks.add_incoming(following, b.block)
    b.branch(look)
    b.position_at_end(done)


SEMAPHORE_CALL = ir.FunctionType(I32, [POINTER, I64, POINTER])
"""sleep(semaphore, -1, null) and wake(semaphore, 1, null): with these arguments the semaphores of all systems work."""


def sleep_on(b: Any, control: Any, semaphore: Any) -> None:
    _call_semaphore(b, control, Word.SLEEP, semaphore, -1)


def wake_on(b: Any, control: Any, semaphore: Any) -> None:
    _call_semaphore(b, control, Word.WAKE, semaphore, 1)


def _call_semaphore(b: Any, control: Any, call: Word, semaphore: Any, count: int) -> None:
    function = b.load(word(b, control, call), typ=SEMAPHORE_CALL.as_pointer())
    b.call(function, [semaphore, ir.Constant(I64, count), ir.Constant(POINTER, None)])


def _meeting(b: Any, control: Any, parity: Any) -> tuple[Any, Any]:
    """Of the barriers of a parity: the address of the number of sleepers, and the semaphore."""
    line = b.mul(parity, ir.Constant(I64, 8))
    sleepers = word(b, control, b.add(line, ir.Constant(I64, int(Word.SLEEPERS))))
    semaphore = word(b, control, b.add(parity, ir.Constant(I64, int(Word.MEETING))))
    return sleepers, b.load(semaphore, typ=POINTER)


def emit_wake_sleepers(module: Any) -> Any:
    """wake_sleepers(control, parity): wakes all who sleep at a barrier."""
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [POINTER, I64]), "wake_sleepers")
    function.linkage = "internal"
    function.attributes.add("noinline")
    control, parity = function.args
    before, look, body, done = (function.append_basic_block() for _ in range(4))
    b = ir.IRBuilder(before)
    sleepers, semaphore = _meeting(b, control, parity)
    asleep = b.atomic_rmw("xchg", sleepers, ir.Constant(I64, 0), "seq_cst")
    b.branch(look)
    b.position_at_end(look)
    left = b.phi(I64)
    left.add_incoming(asleep, before)
    b.cbranch(b.icmp_signed(">", left, ir.Constant(I64, 0)), body, done)
    b.position_at_end(body)
    wake_on(b, control, semaphore)
    left.add_incoming(b.sub(left, ir.Constant(I64, 1)), b.block)
    b.branch(look)
    b.position_at_end(done)
    b.ret_void()
    return function


def emit_barrier(module: Any) -> Any:
    """barrier(control, target) -> abort: arrives; waits until `target` arrivals are counted or the job is given up.

    The target of barrier number k of a job is k times the number of threads.

    A thread that sleeps here says so first and then looks at the arrivals; the last one to arrive counts itself first
    and then looks who sleeps: one of them sees the other. Waking too often does no harm: who wakes looks again.
    """
    wake_sleepers = emit_wake_sleepers(module)
    function = ir.Function(module, ir.FunctionType(I64, [POINTER, I64]), "barrier")
    function.linkage = "internal"
    function.attributes.add("noinline")
    control, target = function.args
    b = ir.IRBuilder(function.append_basic_block())
    number = b.sdiv(target, b.load(word(b, control, Word.THREADS), typ=I64))
    parity = b.and_(number, ir.Constant(I64, 1))
    before = b.atomic_rmw("add", word(b, control, Word.ARRIVED), ir.Constant(I64, 1), "seq_cst")
    last = b.icmp_signed("==", b.add(before, ir.Constant(I64, 1)), target)
    with b.if_then(last):
        b.call(wake_sleepers, [control, parity])

    def ready() -> Any:
        everyone = b.icmp_signed(">=", read(b, word(b, control, Word.ARRIVED)), target)
        aborted = b.icmp_signed("!=", read(b, word(b, control, Word.ABORT)), ir.Constant(I64, 0))
        return b.or_(everyone, aborted)

    def sleep() -> None:
        sleepers, semaphore = _meeting(b, control, parity)
        add_one(b, sleepers)
        with b.if_then(b.not_(ready())):
            sleep_on(b, control, semaphore)

    emit_wait(b, module, control, ready, sleep)
    b.ret(read(b, word(b, control, Word.ABORT)))
    return function
