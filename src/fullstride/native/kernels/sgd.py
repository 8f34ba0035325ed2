"""The update: the shards' gradients are summed as a binary tree, then SGD with momentum.

g = ((g0 + g1) + (g2 + g3)) + ...;   g = guard * g (clipped);   g = decay * p + g (where p decays)
v = momentum * v + g;   p = p - lr * v, or with Nesterov's look ahead p - lr * (momentum * v + g)

Each line has one rounding for each product and sum that stands alone, and one for a product with its sum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I64, Emitter, Lanes, Value
from fullstride.native.kernels.elementary import is_finite, narrow
from fullstride.native.kernels.registry import kernel
from fullstride.program.machine import Machine
from fullstride.program.stages import AdamUpdate, ShardSum, Update, Zero


def describe_update(stage: Update, _: Machine) -> tuple[str, str, str]:
    return "sgd_update", update_geometry(stage), ""


def update_geometry(stage: Update | AdamUpdate) -> str:
    """For the name of an update's kernel."""
    decay = f"_decay_{stage.decaying}" if stage.decaying else ""
    return f"{stage.block}_in_{stage.shards}{decay}{'_clipped' if stage.clipped else ''}"


@kernel(Update, describe_update, integers=("start", "stop"))
def emit_update(e: Emitter, stage: Update, arguments: dict[str, Any]) -> None:
    b, part = e.b, whole(e)
    lr, momentum, decay = (number(e, arguments[name]) for name in ("lr", "momentum", "decay"))
    ahead = b.icmp_signed("!=", e.load_scalar(arguments["nesterov"], I64), e.whole(0))

    def step(i: Value, g: Value, decays: bool) -> None:
        velocity, value = e.at(arguments["velocity"], i), e.at(arguments["values"], i)
        p = e.load(value, part)
        g = e.fma(decay, p, g) if decays else g
        v = e.fma(momentum, e.load(velocity, part), g)
        e.store(v, velocity, part)
        v = b.select(ahead, e.fma(momentum, v, g), v)
        e.store(e.fma(b.fneg(lr), v, p), value, part)

    any_decay = b.fcmp_ordered(">", e.load_scalar(arguments["decay"], F64), ir.Constant(F64, 0.0))
    emit_steps(e, stage, arguments, any_decay, step)


# if mode is not 0:
#   for i in start..stop: reduced[i] = tree(gradients, i)
# else if guard is finite:
#   for i in start..min(stop, decaying): step(i, tree(gradients, i), decays)
#   for i in max(start, decaying)..stop: step(i, tree(gradients, i))
def emit_steps(
    e: Emitter,
    stage: Update | AdamUpdate,
    arguments: dict[str, Any],
    any_decay: Value,
    step: Callable[[Value, Value, bool], None],
) -> None:
    """step(i, gradients, whether they decay) for each vector of elements; `any_decay` is known when it runs."""
    b, part = e.b, whole(e)
    start, stop = arguments["start"], arguments["stop"]
    guard = e.load_scalar(arguments["guard"], F64)
    factor = e.splat(narrow(e, guard), e.lanes) if stage.clipped else None

    def steps(start: Value, stop: Value, decays: bool) -> None:
        with e.loop(start, stop, e.lanes) as i:
            g = tree(e, stage, arguments["gradients"], i)
            step(i, g if factor is None else b.fmul(factor, g), decays)

    only_gradients = b.icmp_signed("!=", e.load_scalar(arguments["mode"], I64), e.whole(0))
    with b.if_else(only_gradients) as (gradients, update):
        with gradients, e.loop(start, stop, e.lanes) as i:
            e.store(tree(e, stage, arguments["gradients"], i), e.at(arguments["reduced"], i), part)
        with update, b.if_then(is_finite(e, guard)):
            if stage.decaying:
                bound = b.select(any_decay, e.whole(stage.decaying), e.whole(0))
                above, below = b.icmp_signed(">", bound, start), b.icmp_signed("<", bound, stop)
                steps(start, b.select(below, bound, stop), True)
                start = b.select(above, bound, start)
            steps(start, stop, False)


def describe_sum(stage: ShardSum, _: Machine) -> tuple[str, str, str]:
    return "shard_sum", f"{stage.block}_in_{stage.shards}", ""


@kernel(ShardSum, describe_sum, integers=("start", "stop"))
def emit_shard_sum(e: Emitter, stage: ShardSum, arguments: dict[str, Any]) -> None:
    with e.loop(arguments["start"], arguments["stop"], e.lanes) as i:
        e.store(tree(e, stage, arguments["gradients"], i), e.at(arguments["reduced"], i), whole(e))


def tree(e: Emitter, stage: Any, gradients: Value, i: Value) -> Value:
    """The sum over the shards of a vector of gradients."""
    shards = [e.load(e.at(gradients, i, s * stage.block), whole(e)) for s in range(stage.shards)]
    while len(shards) > 1:
        shards = [e.b.fadd(left, right) for left, right in zip(shards[::2], shards[1::2], strict=True)]
    return shards[0]


def number(e: Emitter, place: Value) -> Value:
    """A float64 number in all lanes of the dtype."""
    return e.splat(narrow(e, e.load_scalar(place, F64)), e.lanes)


def whole(e: Emitter) -> Lanes:
    """A vector with all its lanes."""
    return Lanes(0, e.lanes, e.lanes)


def describe_zero(stage: Zero, _: Machine) -> tuple[str, str, str]:
    return "zero_gradients", f"{stage.size}", ""


@kernel(Zero, describe_zero)
def emit_zero(e: Emitter, stage: Zero, arguments: dict[str, Any]) -> None:
    part = Lanes(0, e.lanes, e.lanes)
    with e.loop(0, stage.size, e.lanes) as i:
        e.store(e.splat_constant(0.0, e.lanes), e.at(arguments["y"], i), part)
