"""Softmax, alone and with cross-entropy.

z_max = max(z);  e[k] = exp(z[k] - z_max);  sum in the order of k;  A[k] = e[k] / sum
loss = log(sum) - (z[y] - z_max);  dZ[k] = (A[k] - (k == y)) / m
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import I64, Emitter, Lanes, Term, Value
from fullstride.native.kernels.elementary import emit_exp, emit_log
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import for_vectors
from fullstride.program.machine import Machine
from fullstride.program.stages import Softmax, SoftmaxCrossEntropy, SumLosses


def emit_exponentials(e: Emitter, Z: Value, A: Value, n_C: int) -> tuple[Value, Value]:
    """A[k] = exp(z[k] - z_max); returns z_max and the sum of A in the order of k."""

    def greater(k: Value, values: list[Value]) -> list[Value]:
        z = e.load_scalar(e.at(Z, k))
        # A NaN among the logits makes the maximum, and with it everything, NaN.
        larger = e.b.or_(e.b.fcmp_ordered(">", z, values[0]), e.b.fcmp_unordered("!=", z, z))
        return [e.b.select(larger, z, values[0])]

    (z_max,) = e.reduce(n_C, [e.load_scalar(Z)], greater)

    def exponential(k: Term, part: Lanes) -> None:
        z = e.load(e.at(Z, k), part)
        e.store(emit_exp(e, e.b.fsub(z, e.splat(z_max, part.width))), e.at(A, k), part)

    for_vectors(e, n_C, exponential)
    zero = ir.Constant(e.scalar, 0.0)
    (total,) = e.reduce(n_C, [zero], lambda k, sums: [e.b.fadd(sums[0], e.load_scalar(e.at(A, k)))])
    return z_max, total


def describe_softmax(stage: Softmax, _: Machine) -> tuple[str, str, str]:
    return "softmax", f"{stage.n_C}", ""


@kernel(Softmax, describe_softmax)
def emit_softmax(e: Emitter, stage: Softmax, arguments: dict[str, Any]) -> None:
    with e.loop(0, arguments["count"]) as image:
        Z = e.at(arguments["Z"], e.times(image, stage.Z_image))
        A = e.at(arguments["A"], e.times(image, stage.A_image))
        _, total = emit_exponentials(e, Z, A, stage.n_C)

        def share(k: Term, part: Lanes, A: Value = A, total: Value = total) -> None:
            place = e.at(A, k)
            e.store(e.b.fdiv(e.load(place, part), e.splat(total, part.width)), place, part)

        for_vectors(e, stage.n_C, share)


def describe_loss(stage: SoftmaxCrossEntropy, _: Machine) -> tuple[str, str, str]:
    return "softmax_cross_entropy", f"{stage.n_C}", ""


@kernel(SoftmaxCrossEntropy, describe_loss)
def emit_loss(e: Emitter, stage: SoftmaxCrossEntropy, arguments: dict[str, Any]) -> None:
    b = e.b
    m = b.sitofp(e.load_scalar(arguments["m"], I64), e.scalar)
    with e.loop(0, arguments["count"]) as image:
        Z = e.at(arguments["Z"], e.times(image, stage.Z_image))
        dZ = e.at(arguments["dZ"], e.times(image, stage.dZ_image))
        row = e.load_scalar(e.at(arguments["rows"], image, kind=I64), I64)
        label = e.load_scalar(e.at(arguments["labels"], row, kind=I64), I64)
        z_max, total = emit_exponentials(e, Z, dZ, stage.n_C)
        z_label = b.fsub(e.load_scalar(e.at(Z, label)), z_max)
        b.store(b.fsub(emit_log(e, total), z_label), e.at(arguments["losses"], image))

        def share(k: Term, part: Lanes, dZ: Value = dZ, total: Value = total) -> None:
            place = e.at(dZ, k)
            e.store(e.b.fdiv(e.load(place, part), e.splat(total, part.width)), place, part)

        for_vectors(e, stage.n_C, share)
        hit = e.at(dZ, label)
        b.store(b.fsub(e.load_scalar(hit), ir.Constant(e.scalar, 1.0)), hit)

        def mean(k: Term, part: Lanes, dZ: Value = dZ) -> None:
            place = e.at(dZ, k)
            e.store(e.b.fdiv(e.load(place, part), e.splat(m, part.width)), place, part)

        for_vectors(e, stage.n_C, mean)


def describe_sum(_: SumLosses, __: Machine) -> tuple[str, str, str]:
    return "sum_losses", "m", ""


@kernel(SumLosses, describe_sum, integers=())
def emit_sum_losses(e: Emitter, stage: SumLosses, arguments: dict[str, Any]) -> None:
    b = e.b
    double = ir.DoubleType()
    total = arguments["total"]
    b.store(ir.Constant(double, 0.0), total)
    with e.loop(0, e.load_scalar(arguments["m"], I64)) as i:
        loss = e.load_scalar(e.at(arguments["losses"], i))
        loss = b.fpext(loss, double) if stage.dtype == "float32" else loss
        b.store(b.fadd(e.load_scalar(total, double), loss), total)
