"""The native half of a team: launch, finish, wait and park (`team.py` says what each does)."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.barrier import (
    SPINS,
    Word,
    add_one,
    emit_pause,
    emit_wait,
    offer_core,
    read,
    word,
    write,
)
from fullstride.native.emit import I64, POINTER
from fullstride.native.job import JOB_TYPE
from fullstride.native.team import ASLEEP, AWAKE, OFFERS


def emit_team(triple: str) -> Any:
    """The module with the four functions."""
    module = ir.Module(name="team")
    module.triple = triple
    finish = _emit_finish(module, _emit_wait(module))
    _emit_launch(module, finish)
    _emit_park(module)
    return module


def _integer(value: int) -> Any:
    return ir.Constant(I64, value)


def _function(module: Any, name: str, arguments: list[Any]) -> tuple[Any, Any]:
    function = ir.Function(module, ir.FunctionType(I64, arguments), name)
    return function, ir.IRBuilder(function.append_basic_block())


def _run_job(b: Any, control: Any, rank: Any) -> Any:
    job = b.load(word(b, control, Word.JOB), typ=JOB_TYPE.as_pointer())
    args = b.load(word(b, control, Word.ARGS), typ=POINTER)
    n = b.load(word(b, control, Word.THREADS), typ=I64)
    return b.call(job, [args, control, rank, n])


def _emit_finish(module: Any, wait: Any) -> Any:
    """finish(control): rank 0's share, then wait for the workers; 0, or 1 when the job was given up."""
    function, b = _function(module, "finish", [POINTER])
    (control,) = function.args
    status = _run_job(b, control, _integer(0))
    b.call(wait, [control])
    b.ret(status)
    return function


def _emit_wait(module: Any) -> Any:
    """wait(control): until all workers have counted themselves finished."""
    function, b = _function(module, "wait", [POINTER])
    (control,) = function.args
    workers = b.sub(b.load(word(b, control, Word.THREADS), typ=I64), _integer(1))
    emit_wait(
        b, module, control, lambda: b.icmp_signed(">=", read(b, word(b, control, Word.FINISHED)), workers)
    )
    b.ret(_integer(0))
    return function


def _emit_launch(module: Any, finish: Any) -> None:
    """launch(control, job, args): publishes; how many workers sleep, or, when none does, minus finish's result."""
    function, b = _function(module, "launch", [POINTER, POINTER, POINTER])
    control, job, args = function.args
    b.store(job, word(b, control, Word.JOB))
    b.store(args, word(b, control, Word.ARGS))
    write(b, 0, word(b, control, Word.ARRIVED))
    write(b, 0, word(b, control, Word.FINISHED))
    add_one(b, word(b, control, Word.GENERATION))
    n = b.load(word(b, control, Word.THREADS), typ=I64)
    before, look, body, counted = b.block, *(b.append_basic_block() for _ in range(3))
    b.branch(look)
    b.position_at_end(look)
    rank, asleep = b.phi(I64), b.phi(I64)
    rank.add_incoming(_integer(1), before)
    asleep.add_incoming(_integer(0), before)
    b.cbranch(b.icmp_signed("<", rank, n), body, counted)
    b.position_at_end(body)
    state = read(b, word(b, control, _worker(b, rank)))
    asleep.add_incoming(b.add(asleep, state), body)
    rank.add_incoming(b.add(rank, _integer(1)), body)
    b.branch(look)
    b.position_at_end(counted)
    with b.if_then(b.icmp_signed(">", asleep, _integer(0))):
        b.ret(asleep)
    b.ret(b.neg(b.call(finish, [control])))


def _worker(b: Any, rank: Any) -> Any:
    """The index of a worker's first word."""
    return b.add(b.mul(rank, _integer(8)), _integer(Word.WORKERS))


def _emit_park(module: Any) -> None:
    """park(control, rank): runs jobs; 0 when it has waited long and is to sleep, 1 when the team is closed."""
    function, b = _function(module, "park", [POINTER, I64])
    control, rank = function.args
    state = word(b, control, _worker(b, rank))
    seen = word(b, control, b.add(_worker(b, rank), _integer(1)))
    generation = word(b, control, Word.GENERATION)
    names = ("start", "look", "closed", "idle", "spin", "patient", "offer", "doze", "leave", "run")
    start, look, closed, idle, spin, patient, offer, doze, leave, run = (
        b.append_basic_block(name) for name in names
    )
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
    b.cbranch(b.icmp_signed("<", looks, _integer(SPINS)), spin, patient)
    b.position_at_end(spin)
    emit_pause(b, module)
    looks.add_incoming(following, spin)
    b.branch(look)
    b.position_at_end(patient)
    b.cbranch(b.icmp_signed("<", looks, _integer(SPINS + OFFERS)), offer, doze)
    b.position_at_end(offer)
    offer_core(b, control)
    looks.add_incoming(following, offer)
    b.branch(look)

    # Either this thread sees the new generation here, or the launching thread sees it asleep: both stores come first.
    b.position_at_end(doze)
    write(b, ASLEEP, state)
    b.cbranch(b.icmp_signed("!=", read(b, generation), last), run, leave)
    b.position_at_end(leave)
    b.ret(_integer(0))

    b.position_at_end(run)
    write(b, AWAKE, state)
    b.store(read(b, generation), seen)
    _run_job(b, control, rank)
    add_one(b, word(b, control, Word.FINISHED))
    b.branch(start)
