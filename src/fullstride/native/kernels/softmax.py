"""Softmax, alone and with cross-entropy.

z_max = max(z);  e[k] = exp(z[k] - z_max);  sum in the order of k;  A[k] = e[k] / sum
loss = log(sum) - (z[y] - z_max);  dZ[k] = (A[k] - (k == y)) / m
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I64, Emitter, Lanes, Term, Value
from fullstride.native.kernels.elementary import emit_exp, emit_log, narrow, wide
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import for_vectors
from fullstride.program.machine import Machine
from fullstride.program.stages import (
    Softmax,
    SoftmaxCrossEntropy,
    SumLosses,
    WeighImages,
    WeightedCrossEntropy,
)


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


def _label(e: Emitter, arguments: dict[str, Any], image: Value) -> Value:
    """The label of an image of the batch."""
    row = e.load_scalar(e.at(arguments["rows"], image, kind=I64), I64)
    return e.load_scalar(e.at(arguments["labels"], row, kind=I64), I64)


def describe_loss(stage: SoftmaxCrossEntropy, _: Machine) -> tuple[str, str, str]:
    return "softmax_cross_entropy", f"{stage.n_C}", ""


@kernel(SoftmaxCrossEntropy, describe_loss)
def emit_loss(e: Emitter, stage: SoftmaxCrossEntropy, arguments: dict[str, Any]) -> None:
    b = e.b
    m = b.sitofp(e.load_scalar(arguments["m"], I64), e.scalar)
    with e.loop(0, arguments["count"]) as image:
        Z = e.at(arguments["Z"], e.times(image, stage.Z_image))
        dZ = e.at(arguments["dZ"], e.times(image, stage.dZ_image))
        label = _label(e, arguments, image)
        z_max, total = emit_exponentials(e, Z, dZ, stage.n_C)
        z_label = b.fsub(e.load_scalar(e.at(Z, label)), z_max)
        b.store(b.fsub(emit_log(e, total), z_label), e.at(arguments["losses"], image))

        def share(k: Term, part: Lanes, dZ: Value = dZ, total: Value = total) -> None:
            place = e.at(dZ, k)
            e.store(e.b.fdiv(e.load(place, part), e.splat(total, part.width)), place, part)

        for_vectors(e, stage.n_C, share)
        hit = e.at(dZ, label)
        b.store(b.fsub(e.load_scalar(hit), ir.Constant(e.scalar, 1.0)), hit)

        _divide(e, dZ, stage.n_C, m)


def describe_weighted(stage: WeightedCrossEntropy, _: Machine) -> tuple[str, str, str]:
    return "weighted_cross_entropy", f"{stage.n_C}", ""


@kernel(WeightedCrossEntropy, describe_weighted)
def emit_weighted(e: Emitter, stage: WeightedCrossEntropy, arguments: dict[str, Any]) -> None:
    """t = shares, and hits[y] more at the label: loss = sum of t[k] (log_sum - z[k]) in the order of k, then y's hit.

    dZ[k] = ((A[k] * (hits[y] + spread) - shares[k]) - (hits[y] at y)) / divisor
    """
    b = e.b
    spread, divisor = (narrow(e, e.load_scalar(arguments[name], F64)) for name in ("spread", "divisor"))
    zero = ir.Constant(e.scalar, 0.0)
    with e.loop(0, arguments["count"]) as image:
        Z = e.at(arguments["Z"], e.times(image, stage.Z_image))
        dZ = e.at(arguments["dZ"], e.times(image, stage.dZ_image))
        label = _label(e, arguments, image)
        hit = e.load_scalar(e.at(arguments["hits"], label))
        z_max, total = emit_exponentials(e, Z, dZ, stage.n_C)
        log_sum = emit_log(e, total)

        def distance(k: Value, Z: Value = Z, z_max: Value = z_max, log_sum: Value = log_sum) -> Value:
            """-log of the probability of class k."""
            return e.b.fsub(log_sum, e.b.fsub(e.load_scalar(e.at(Z, k)), z_max))

        def add(k: Value, sums: list[Value]) -> list[Value]:
            share = e.load_scalar(e.at(arguments["shares"], k))
            term = e.fma(share, distance(k), sums[0])
            # A class without a share adds nothing, however improbable it is: 0 times infinity is NaN.
            return [e.b.select(e.b.fcmp_ordered(">", share, zero), term, sums[0])]

        (spread_loss,) = e.reduce(stage.n_C, [zero], add)
        b.store(e.fma(hit, distance(label), spread_loss), e.at(arguments["losses"], image))
        whole = b.fadd(hit, spread)

        def expected(
            k: Term, part: Lanes, dZ: Value = dZ, total: Value = total, whole: Value = whole
        ) -> None:
            place = e.at(dZ, k)
            A = e.b.fdiv(e.load(place, part), e.splat(total, part.width))
            share = e.load(e.at(arguments["shares"], k), part)
            e.store(e.fma(A, e.splat(whole, part.width), e.b.fneg(share)), place, part)

        for_vectors(e, stage.n_C, expected)
        place = e.at(dZ, label)
        b.store(b.fsub(e.load_scalar(place), hit), place)
        _divide(e, dZ, stage.n_C, divisor)


def _divide(e: Emitter, dZ: Value, n_C: int, divisor: Value) -> None:
    def divide(k: Term, part: Lanes) -> None:
        place = e.at(dZ, k)
        e.store(e.b.fdiv(e.load(place, part), e.splat(divisor, part.width)), place, part)

    for_vectors(e, n_C, divide)


def describe_weigh(stage: WeighImages, _: Machine) -> tuple[str, str, str]:
    return "weigh_images", f"{stage.n_C}", ""


@kernel(WeighImages, describe_weigh)
def emit_weigh(e: Emitter, stage: WeighImages, arguments: dict[str, Any]) -> None:
    """Behind whichever loss: loss = loss * factor; dZ[k] = dZ[k] * factor."""
    with e.loop(0, arguments["count"]) as image:
        dZ = e.at(arguments["dZ"], e.times(image, stage.dZ_image))
        factor = e.load_scalar(e.at(arguments["factors"], image))
        loss = e.at(arguments["losses"], image)
        e.b.store(e.b.fmul(e.load_scalar(loss), factor), loss)

        def weigh(k: Term, part: Lanes, dZ: Value = dZ, factor: Value = factor) -> None:
            place = e.at(dZ, k)
            e.store(e.b.fmul(e.load(place, part), e.splat(factor, part.width)), place, part)

        for_vectors(e, stage.n_C, weigh)


def describe_sum(_: SumLosses, __: Machine) -> tuple[str, str, str]:
    return "sum_losses", "m", ""


@kernel(SumLosses, describe_sum, integers=())
def emit_sum_losses(e: Emitter, stage: SumLosses, arguments: dict[str, Any]) -> None:
    def add(i: Value, sums: list[Value]) -> list[Value]:
        return [e.b.fadd(sums[0], wide(e, e.load_scalar(e.at(arguments["losses"], i))))]

    m = e.load_scalar(arguments["m"], I64)
    (total,) = e.fold(e.whole(0), m, [ir.Constant(F64, 0.0)], add)
    e.b.store(total, arguments["total"])
