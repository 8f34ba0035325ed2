"""Fully connected: forward, dA (with W transposed), and dW with db.

The code of `linear_forward__784_to_10` on 16 lanes, 4 images at once:

    for i in 0, 4, 8 ...:  z[0..3] = b;  for k in 0 .. 783:  for p in 0 .. 3:  z[p] += x[i+p, k] * W[k, 0..9]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value, exact_lanes, split_lanes
from fullstride.native.kernels.convolution import emit_transpose
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import channel_groups, for_groups
from fullstride.native.kernels.tiles import choose_tile
from fullstride.program.machine import Machine
from fullstride.program.stages import Linear, LinearWeightGradient, Transpose

IMAGES = 4
"""So many images share a read of W."""


def _image_groups(e: Emitter, count: Value, body: Callable[[Value, int], None]) -> None:
    """body(first image, how many) for full groups of images, then for the rest one by one; each sum keeps its order."""
    full = e.b.and_(count, e.whole(-IMAGES))
    for start, stop, size in ((0, full, IMAGES), (full, count, 1)):
        with e.loop(start, stop, size) as first:
            body(first, size)


def _vectors(stage: Linear | LinearWeightGradient, machine: Machine, parts: list[Lanes]) -> int:
    return choose_tile(machine, (1, IMAGES), len(parts)).vectors


def describe_linear(stage: Linear, _: Machine) -> tuple[str, str, str]:
    endings = [("relu", stage.relu), ("mask", stage.mask), ("add", stage.accumulate)]
    geometry = f"{stage.n_C_prev}_to_{stage.n_C}" + "".join(f"_{word}" for word, on in endings if on)
    return stage.role, geometry, f"i{IMAGES}"


@kernel(Linear, describe_linear)
def emit_linear(e: Emitter, stage: Linear, arguments: dict[str, Any]) -> None:
    parts = split_lanes(stage.n_C, e.lanes)
    groups = channel_groups(parts, _vectors(stage, e.machine, parts))

    def images(first: Value, size: int) -> None:
        x = e.at(arguments["x"], e.times(first, stage.x_image))
        y = e.at(arguments["y"], e.times(first, stage.y_image))
        mask = e.at(arguments["mask"], e.times(first, stage.mask_image))
        for start, count, group in groups:

            def outputs(c: Term, group: list[Lanes] = group) -> None:
                places = [(p, part) for p in range(size) for part in group]
                sums = _emit_products(e, stage, arguments, x, c, size, group)
                for (p, part), value in zip(places, sums, strict=True):
                    offset = part.offset - group[0].offset
                    if stage.relu:
                        value = e.relu(value)
                    if stage.mask:
                        there = e.load(e.at(mask, c, offset + p * stage.mask_image), part)
                        value = e.keep_where_positive(value, there)
                    target = e.at(y, c, offset + p * stage.y_image)
                    if stage.accumulate:
                        value = e.b.fadd(e.load(target, part), value)
                    e.store(value, target, part)

            for_groups(e, start, count, group, outputs)

    _image_groups(e, arguments["count"], images)


def _emit_products(
    e: Emitter,
    stage: Linear,
    arguments: dict[str, Any],
    x: Value,
    c: Term,
    size: int,
    group: list[Lanes],
) -> list[Value]:
    """b[c] + sum over k of x[p, k] * W[k, c] for `size` images and the vectors of a group."""
    offsets = [part.offset - group[0].offset for part in group]

    def first(part: Lanes, offset: int) -> Value:
        zero = e.splat_constant(0.0, part.width)
        return e.load(e.at(arguments["b"], c, offset), part) if stage.bias else zero

    def term(k: Value, sums: list[Value]) -> list[Value]:
        row = e.at(arguments["W"], e.times(k, stage.n_C), c)
        weights = [e.load(e.at(row, offset), part) for part, offset in zip(group, offsets, strict=True)]
        following = []
        for p in range(size):
            number = e.load_scalar(e.at(x, k, p * stage.x_image))
            for v, part in enumerate(group):
                following.append(e.fma(e.splat(number, part.width), weights[v], sums[p * len(group) + v]))
        return following

    starts = [first(part, offset) for part, offset in zip(group, offsets, strict=True)]
    return e.reduce(stage.n_C_prev, starts * size, term)


def describe_weight_gradient(stage: LinearWeightGradient, _: Machine) -> tuple[str, str, str]:
    return "linear_weight_gradient", f"{stage.n_C_prev}_to_{stage.n_C}", f"i{IMAGES}"


@kernel(LinearWeightGradient, describe_weight_gradient)
def emit_weight_gradient(e: Emitter, stage: LinearWeightGradient, arguments: dict[str, Any]) -> None:
    """dW[k, c] += x[i, k] * dZ[i, c] with one rounding, i in index order; db[c] += dZ[i, c]."""
    parts = exact_lanes(stage.n_C, e.lanes)
    groups = channel_groups(parts, _vectors(stage, e.machine, parts))

    def images(first: Value, size: int) -> None:
        x = e.at(arguments["x"], e.times(first, stage.x_image))
        dZ = e.at(arguments["dZ"], e.times(first, stage.dZ_image))
        for start, count, group in groups:

            def outputs(c: Term, group: list[Lanes] = group) -> None:
                places = [(v, part, part.offset - group[0].offset) for v, part in enumerate(group)]
                gradients = [
                    [e.load(e.at(dZ, c, offset + p * stage.dZ_image), part) for _, part, offset in places]
                    for p in range(size)
                ]
                for v, part, offset in places:
                    db = e.at(arguments["db"], c, offset)
                    total = e.load(db, part)
                    for gradient in gradients:
                        total = e.b.fadd(total, gradient[v])
                    e.store(total, db, part)
                with e.loop(0, stage.n_C_prev) as k:
                    numbers = [e.load_scalar(e.at(x, k, p * stage.x_image)) for p in range(size)]
                    for v, part, offset in places:
                        dW = e.at(arguments["dW"], e.times(k, stage.n_C), c, offset)
                        total = e.load(dW, part)
                        for number, gradient in zip(numbers, gradients, strict=True):
                            total = e.fma(e.splat(number, part.width), gradient[v], total)
                        e.store(total, dW, part)

            for_groups(e, start, count, group, outputs)

    _image_groups(e, arguments["count"], images)


def describe_transpose(stage: Transpose, _: Machine) -> tuple[str, str, str]:
    return "linear_transpose", f"{stage.rows}x{stage.columns}", ""


@kernel(Transpose, describe_transpose)
def emit_transposed(e: Emitter, stage: Transpose, arguments: dict[str, Any]) -> None:
    emit_transpose(e, arguments["W"], arguments["packed"], stage.rows, stage.columns)
