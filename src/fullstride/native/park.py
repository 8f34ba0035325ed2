"""The native half of a team: `run` and `park` (`team.py` says what each does)."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.barrier import (
    ASLEEP,
    AWAKE,
    Word,
    add_one,
    emit_pause,
    emit_wait,
    emit_wake_sleepers,
    read,
    sleep_on,
    wake_on,
    word,
    write,
)
from fullstride.native.emit import I64, POINTER
from fullstride.native.job import JOB_TYPE


def emit_team(triple: str) -> Any:
    """The module with both functions."""
    module = ir.Module(name="team")
    module.triple = triple
    emit_wake_sleepers(module)
    _emit_run(module)
    _emit_park(module)
    return module


def _integer(value: int) -> Any:
    return ir.Constant(I64, value)


def _function(module: Any, name: str, arguments: list[Any]) -> tuple[Any, Any]:
    function = ir.Function(module, ir.FunctionType(I64, arguments), name)
    return function, ir.IRBuilder(function.append_basic_block())


def _worker(b: Any, rank: Any, place: int) -> Any:
    """The index of a worker's word: 0 its state, 1 the last generation that it ran, 2 its semaphore."""
    return b.add(b.mul(rank, _integer(8)), _integer(Word.WORKERS + place))


def _run_job(b: Any, control: Any, rank: Any) -> Any:
    job = b.load(word(b, control, Word.JOB), typ=JOB_TYPE.as_pointer())
    args = b.load(word(b, control, Word.ARGS), typ=POINTER)
    n = b.load(word(b, control, Word.THREADS), typ=I64)
    return b.call(job, [args, control, rank, n])


def _give_up(b: Any, module: Any, control: Any, status: Any) -> None:
    """Where a thread has given up its job, nobody may wait for it at a barrier."""
    with b.if_then(b.icmp_signed("!=", status, _integer(0))):
        write(b, 1, word(b, control, Word.ABORT))
        for parity in (0, 1):
            b.call(module.get_global("wake_sleepers"), [control, _integer(parity)])


def _emit_run(module: Any) -> None:
    """run(control, job, args): publish the job, wake who sleeps, work as rank 0, wait; 0, or 1 for a job given up.

    A job is given up as soon as one thread returns something else than 0 from it.
    """
    function, b = _function(module, "run", [POINTER, POINTER, POINTER])
    control, job, args = function.args
    b.store(job, word(b, control, Word.JOB))
    b.store(args, word(b, control, Word.ARGS))
    write(b, 0, word(b, control, Word.ARRIVED))
    write(b, 0, word(b, control, Word.FINISHED))
    add_one(b, word(b, control, Word.GENERATION))
    n = b.load(word(b, control, Word.THREADS), typ=I64)
    before, look, body, following, woken = b.block, *(b.append_basic_block() for _ in range(4))
    b.branch(look)
    b.position_at_end(look)
    rank = b.phi(I64)
    rank.add_incoming(_integer(1), before)
    b.cbranch(b.icmp_signed("<", rank, n), body, woken)
    b.position_at_end(body)
    asleep = b.icmp_signed("==", read(b, word(b, control, _worker(b, rank, 0))), _integer(ASLEEP))
    with b.if_then(asleep):
        semaphore = b.load(word(b, control, _worker(b, rank, 2)), typ=POINTER)
        wake_on(b, control, semaphore)
    b.branch(following)
    b.position_at_end(following)
    rank.add_incoming(b.add(rank, _integer(1)), following)
    b.branch(look)
    b.position_at_end(woken)
    _give_up(b, module, control, _run_job(b, control, _integer(0)))
    workers, state = b.sub(n, _integer(1)), word(b, control, Word.WORKERS)

    def ready() -> Any:
        return b.icmp_signed(">=", read(b, word(b, control, Word.FINISHED)), workers)

    def sleep() -> None:
        write(b, ASLEEP, state)
        with b.if_then(b.not_(ready())):
            sleep_on(b, control, b.load(word(b, control, Word.WORKERS + 2), typ=POINTER))
        write(b, AWAKE, state)

    emit_wait(b, module, control, ready, sleep)
    # Taken away in the same moment: the next job is another one.
    b.ret(b.atomic_rmw("xchg", word(b, control, Word.ABORT), _integer(0), "seq_cst"))


def _emit_park(module: Any) -> None:
    """park(control, rank): runs jobs until the team is closed."""
    function, b = _function(module, "park", [POINTER, I64])
    control, rank = function.args
    state = word(b, control, _worker(b, rank, 0))
    seen = word(b, control, _worker(b, rank, 1))
    semaphore = b.load(word(b, control, _worker(b, rank, 2)), typ=POINTER)
    generation = word(b, control, Word.GENERATION)
    spins = b.load(word(b, control, Word.SPINS), typ=I64)
    names = ("start", "look", "closed", "idle", "spin", "doze", "sleep", "run")
    start, look, closed, idle, spin, doze, sleep, run = (b.append_basic_block(name) for name in names)
    b.branch(start)

    b.position_at_end(start)
    write(b, AWAKE, state)
    last = b.load(seen, typ=I64)
    b.branch(look)

    b.position_at_end(look)
    looks = b.phi(I64)
    looks.add_incoming(_integer(0), start)
    b.cbranch(b.icmp_signed("!=", read(b, generation), last), run, closed)
    b.position_at_end(closed)
    stopped = b.icmp_signed("!=", read(b, word(b, control, Word.STOP)), _integer(0))
    with b.if_then(stopped):
        b.ret(_integer(1))
    b.branch(idle)
    b.position_at_end(idle)
    following = b.add(looks, _integer(1))
    b.cbranch(b.icmp_signed("<", looks, spins), spin, doze)
    b.position_at_end(spin)
    emit_pause(b, module)
    looks.add_incoming(following, spin)
    b.branch(look)

    # Either this thread sees the new generation (or STOP) here, or the other thread sees it asleep and wakes it: both
    # store first and look then. Waking too often does no harm: the worker looks again.
    b.position_at_end(doze)
    write(b, ASLEEP, state)
    moved = b.icmp_signed("!=", read(b, generation), last)
    stopped = b.icmp_signed("!=", read(b, word(b, control, Word.STOP)), _integer(0))
    b.cbranch(b.or_(moved, stopped), start, sleep)
    b.position_at_end(sleep)
    sleep_on(b, control, semaphore)
    b.branch(start)

    b.position_at_end(run)
    b.store(read(b, generation), seen)
    _give_up(b, module, control, _run_job(b, control, rank))
    before = b.atomic_rmw("add", word(b, control, Word.FINISHED), _integer(1), "seq_cst")
    workers = b.sub(b.load(word(b, control, Word.THREADS), typ=I64), _integer(1))
    last = b.icmp_signed("==", b.add(before, _integer(1)), workers)
    waited = b.icmp_signed("==", read(b, word(b, control, Word.WORKERS)), _integer(ASLEEP))
    with b.if_then(b.and_(last, waited)):
        wake_on(b, control, b.load(word(b, control, Word.WORKERS + 2), typ=POINTER))
    b.branch(start)
