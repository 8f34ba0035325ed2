"""Fully connected: forward, dA (with W transposed), and dW with db.

The code of `linear_forward__784_to_10` on 16 lanes, 8 images at once:

    for i in 0, 8, 16 ...:  z[0..7] = b;  for k in 0 .. 783:  for p in 0 .. 7:  z[p] += x[i+p, k] * W[k, 0..9]
"""

from __future__ import annotations

from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value
from fullstride.native.kernels.convolution import emit_transpose
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import for_vectors
from fullstride.program.machine import Machine
from fullstride.program.stages import Linear, LinearWeightGradient, Transpose

IMAGES = 8
"""So many images share a read of W."""


def describe_linear(stage: Linear, _: Machine) -> tuple[str, str, str]:
    endings = [("relu", stage.relu), ("mask", stage.mask), ("add", stage.accumulate)]
    geometry = f"{stage.n_C_prev}_to_{stage.n_C}" + "".join(f"_{word}" for word, on in endings if on)
    return stage.role, geometry, f"i{IMAGES}"


@kernel(Linear, describe_linear)
def emit_linear(e: Emitter, stage: Linear, arguments: dict[str, Any]) -> None:
    count = arguments["count"]
    # Full groups of images share each read of W; the rest goes one by one. Both sum in the order of k.
    full = e.b.and_(count, e.whole(-IMAGES))
    for start, stop, size in ((0, full, IMAGES), (full, count, 1)):
        with e.loop(start, stop, size) as first:
            x = e.at(arguments["x"], e.times(first, stage.x_image))
            y = e.at(arguments["y"], e.times(first, stage.y_image))
            mask = e.at(arguments["mask"], e.times(first, stage.mask_image)) if stage.mask else None

            def outputs(
                c: Term, part: Lanes, size: int = size, x: Value = x, y: Value = y, mask: Value = mask
            ) -> None:
                zero = e.splat_constant(0.0, part.width)
                start_value = e.load(e.at(arguments["b"], c), part) if stage.bias else zero

                def term(k: Value, sums: list[Value]) -> list[Value]:
                    weights = e.load(e.at(arguments["W"], e.times(k, stage.n_C), c), part)
                    return [
                        e.fma(e.broadcast(e.at(x, k, p * stage.x_image), part.width), weights, sums[p])
                        for p in range(size)
                    ]

                sums = e.reduce(stage.n_C_prev, [start_value] * size, term)
                for p, value in enumerate(sums):
                    if stage.relu:
                        value = e.relu(value)
                    if stage.mask:
                        value = e.keep_where_positive(
                            value, e.load(e.at(mask, c, p * stage.mask_image), part)
                        )
                    target = e.at(y, c, p * stage.y_image)
                    if stage.accumulate:
                        value = e.b.fadd(e.load(target, part), value)
                    e.store(value, target, part)

            for_vectors(e, stage.n_C, outputs)


def describe_weight_gradient(stage: LinearWeightGradient, _: Machine) -> tuple[str, str, str]:
    return "linear_weight_gradient", f"{stage.n_C_prev}_to_{stage.n_C}", f"i{IMAGES}"


@kernel(LinearWeightGradient, describe_weight_gradient)
def emit_weight_gradient(e: Emitter, stage: LinearWeightGradient, arguments: dict[str, Any]) -> None:
    """dW[k, c] += x[i, k] * dZ[i, c] with one rounding, i in index order; db[c] += dZ[i, c]."""
    count = arguments["count"]
    full = e.b.and_(count, e.whole(-IMAGES))
    for start, stop, size in ((0, full, IMAGES), (full, count, 1)):
        with e.loop(start, stop, size) as first:
            x = e.at(arguments["x"], e.times(first, stage.x_image))
            dZ = e.at(arguments["dZ"], e.times(first, stage.dZ_image))

            def outputs(c: Term, part: Lanes, size: int = size, x: Value = x, dZ: Value = dZ) -> None:
                gradients = [e.load(e.at(dZ, c, p * stage.dZ_image), part) for p in range(size)]
                db = e.at(arguments["db"], c)
                total = e.load(db, part)
                for gradient in gradients:
                    total = e.b.fadd(total, gradient)
                e.store(total, db, part)
                with e.loop(0, stage.n_C_prev) as k:
                    dW = e.at(arguments["dW"], e.times(k, stage.n_C), c)
                    total = e.load(dW, part)
                    for p, gradient in enumerate(gradients):
                        number = e.broadcast(e.at(x, k, p * stage.x_image), part.width)
                        total = e.fma(number, gradient, total)
                    e.store(total, dW, part)

            for_vectors(e, stage.n_C, outputs)


def describe_transpose(stage: Transpose, _: Machine) -> tuple[str, str, str]:
    return "linear_transpose", f"{stage.rows}x{stage.columns}", ""


@kernel(Transpose, describe_transpose)
def emit_transposed(e: Emitter, stage: Transpose, arguments: dict[str, Any]) -> None:
    emit_transpose(e, arguments["W"], arguments["packed"], stage.rows, stage.columns)
