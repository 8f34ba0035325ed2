"""The update by Adam: the shards' gradients are summed as a binary tree, as in `sgd`.

p = p - shrink * p, g = decay * p + g (where p decays)
v = beta1 * v + rest1 * g;   s = beta2 * s + (rest2 * g) * g;   p = p - lr * (v / (sqrt(s) * inverse + epsilon))

Each product and sum has one rounding, and one together where the product is the first term of a sum (shrink and lr
too); the numbers are rounded to the dtype first.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, Emitter, Value
from fullstride.native.kernels.elementary import root
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.sgd import emit_steps, number, update_geometry, whole
from fullstride.program.machine import Machine
from fullstride.program.stages import AdamUpdate


def describe_adam(stage: AdamUpdate, _: Machine) -> tuple[str, str, str]:
    return "adam_update", update_geometry(stage), ""


@kernel(AdamUpdate, describe_adam, integers=("start", "stop"))
def emit_adam(e: Emitter, stage: AdamUpdate, arguments: dict[str, Any]) -> None:
    b, part = e.b, whole(e)
    names = ("lr", "beta1", "rest1", "beta2", "rest2", "inverse", "epsilon", "decay", "shrink")
    lr, beta1, rest1, beta2, rest2, inverse, epsilon, decay, shrink = (
        number(e, arguments[name]) for name in names
    )

    def step(i: Value, g: Value, decays: bool) -> None:
        value, velocity, square = (e.at(arguments[name], i) for name in ("values", "velocity", "square"))
        p = e.load(value, part)
        if decays:
            g = e.fma(decay, p, g)
            p = e.fma(b.fneg(shrink), p, p)
        v = e.fma(beta1, e.load(velocity, part), b.fmul(rest1, g))
        e.store(v, velocity, part)
        s = e.fma(beta2, e.load(square, part), b.fmul(b.fmul(rest2, g), g))
        e.store(s, square, part)
        share = b.fdiv(v, e.fma(root(e, s), inverse, epsilon))
        e.store(e.fma(b.fneg(lr), share, p), value, part)

    zero = ir.Constant(F64, 0.0)
    decays, shrinks = (
        b.fcmp_ordered(">", e.load_scalar(arguments[name], F64), zero) for name in ("decay", "shrink")
    )
    emit_steps(e, stage, arguments, b.or_(decays, shrinks), step)
