"""The update: the shards' gradients are summed as a binary tree, then SGD with momentum.

g = ((g0 + g1) + (g2 + g3)) + ...;   v = momentum * v + g;   p = p - lr * v      (each with one rounding)
"""

from __future__ import annotations

from typing import Any

from fullstride.native.emit import F64, I64, Emitter, Lanes, Value
from fullstride.native.kernels.registry import kernel
from fullstride.program.machine import Machine
from fullstride.program.stages import Update, Zero


def describe_update(stage: Update, _: Machine) -> tuple[str, str, str]:
    return "sgd_update", f"{stage.block}_in_{stage.shards}", ""


@kernel(Update, describe_update, integers=("start", "stop"))
def emit_update(e: Emitter, stage: Update, arguments: dict[str, Any]) -> None:
    b = e.b
    part = Lanes(0, e.lanes, e.lanes)

    def number(name: str) -> Value:
        value = e.load_scalar(arguments[name], F64)
        return e.splat(value if stage.dtype == "float64" else b.fptrunc(value, e.scalar), e.lanes)

    lr, momentum = number("lr"), number("momentum")
    only_gradients = b.icmp_signed("!=", e.load_scalar(arguments["mode"], I64), e.whole(0))
    with e.loop(arguments["start"], arguments["stop"], e.lanes) as i:
        shards = [e.load(e.at(arguments["gradients"], i, s * stage.block), part) for s in range(stage.shards)]
        while len(shards) > 1:
            shards = [b.fadd(left, right) for left, right in zip(shards[::2], shards[1::2], strict=True)]
        (g,) = shards
        with b.if_else(only_gradients) as (gradients, update):
            with gradients:
                e.store(g, e.at(arguments["reduced"], i), part)
            with update:
                velocity, value = e.at(arguments["velocity"], i), e.at(arguments["values"], i)
                v = e.fma(momentum, e.load(velocity, part), g)
                e.store(v, velocity, part)
                e.store(e.fma(b.fneg(lr), v, e.load(value, part)), value, part)


def describe_zero(stage: Zero, _: Machine) -> tuple[str, str, str]:
    return "zero_gradients", f"{stage.size}", ""


@kernel(Zero, describe_zero)
def emit_zero(e: Emitter, stage: Zero, arguments: dict[str, Any]) -> None:
    part = Lanes(0, e.lanes, e.lanes)
    with e.loop(0, stage.size, e.lanes) as i:
        e.store(e.splat_constant(0.0, e.lanes), e.at(arguments["y"], i), part)
