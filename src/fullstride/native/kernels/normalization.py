"""Batch normalization: sums in float64, coefficients, and the passes that apply them.

The code of `batch_norm_sums__32x32x16`, on 16 lanes:

    for image in count:
      s, q = sums[0][:], sums[1][:]                 # float64
      for h in n_H:  for w in n_W:
        s += x[h, w, :];  q = x * x + q             # one chain a channel, positions in row-major order
      sums = s, q

Statistics: the shards' sums are added as a binary tree; mean = s / N, variance = q / N - mean * mean (at least 0), all
in float64, then rounded once to the dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I64, Emitter, Lanes, Term, Value, split_lanes
from fullstride.native.kernels.elementary import is_finite, narrow, root, wide
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import channel_groups, for_groups, for_vectors, whole_rows
from fullstride.program.machine import Machine
from fullstride.program.normalization import (
    BatchStatistics,
    ChannelSums,
    FoldFilters,
    GradientStatistics,
    NormalizationGradients,
    NormalizationSums,
    Normalize,
    NormalizeBackward,
    RunningStatistics,
    StoredStatistics,
    coefficient_row,
)
from fullstride.program.stages import View

MEAN, SCALE, BETA, INVERSE, BETA_SHARE, GAMMA_SHARE = range(6)
"""Rows of coefficients."""

CHAINS = 2
"""Vectors of channels that are summed side by side."""


def row_of(e: Emitter, coefficients: Value, row: int, n_C: int, channel: Term = 0) -> Value:
    """The address of a channel's coefficient."""
    return e.at(coefficients, row * coefficient_row(n_C), channel)


# --- sums over a shard ------------------------------------------------------------------------------------------------


def describe_sums(stage: ChannelSums | NormalizationSums, _: Machine) -> tuple[str, str, str]:
    name = "batch_norm_sums" if isinstance(stage, ChannelSums) else "batch_norm_gradient_sums"
    return name, f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}", ""


def _emit_sums(
    e: Emitter,
    stage: ChannelSums | NormalizationSums,
    arguments: dict[str, Any],
    places: list[tuple[Value, View]],
    add: Callable[[list[Value], list[Lanes], Term, list[Value]], list[Value]],
) -> None:
    """sums = add(pointers to a position, lanes, channel, sums) for each position; two float64 sums a vector."""
    (n_rows, n_columns), run = whole_rows(stage.size, stage.n_C, *(view for _, view in places))
    positions = run // stage.n_C
    parts = split_lanes(stage.n_C, e.lanes)

    def group_sums(c: Term, group: list[Lanes]) -> None:
        offsets = [part.offset - group[0].offset for part in group]
        with e.loop(0, arguments["count"]) as image:
            homes = [
                (e.at(arguments["sums"], c, row * stage.n_C + offset, kind=F64), part)
                for part, offset in zip(group, offsets, strict=True)
                for row in (0, 1)
            ]
            sums = [e.load(place, part, F64) for place, part in homes]

            def over_rows(h: Value, sums: list[Value]) -> list[Value]:
                def over_columns(w: Value, sums: list[Value]) -> list[Value]:
                    corners = [
                        e.at(
                            base, e.times(image, view.image), e.times(h, view.row), e.times(w, view.pixel), c
                        )
                        for base, view in places
                    ]

                    def one(p: Value, sums: list[Value]) -> list[Value]:
                        here = [e.at(corner, e.times(p, stage.n_C)) for corner in corners]
                        return add(here, group, c, sums)

                    return e.reduce(positions, sums, one)

                return e.reduce(n_columns, sums, over_columns)

            sums = e.reduce(n_rows, sums, over_rows)
            for (place, part), value in zip(homes, sums, strict=True):
                e.store(value, place, part)

    for first, count, group in channel_groups(parts, CHAINS):
        for_groups(e, first, count, group, partial(group_sums, group=group))


@kernel(ChannelSums, describe_sums)
def emit_channel_sums(e: Emitter, stage: ChannelSums, arguments: dict[str, Any]) -> None:
    def add(here: list[Value], group: list[Lanes], _: Term, sums: list[Value]) -> list[Value]:
        following = []
        for number, part in enumerate(group):
            x = wide(e, e.load(e.at(here[0], part.offset - group[0].offset), part))
            following += [e.b.fadd(sums[2 * number], x), e.fma(x, x, sums[2 * number + 1])]
        return following

    _emit_sums(e, stage, arguments, [(arguments["x"], stage.x)], add)


@kernel(NormalizationSums, describe_sums)
def emit_gradient_sums(e: Emitter, stage: NormalizationSums, arguments: dict[str, Any]) -> None:
    def add(here: list[Value], group: list[Lanes], c: Term, sums: list[Value]) -> list[Value]:
        following = []
        for number, part in enumerate(group):
            offset = part.offset - group[0].offset
            dY = wide(e, e.load(e.at(here[0], offset), part))
            place = e.at(row_of(e, arguments["coefficients"], MEAN, stage.n_C, c), offset)
            x = wide(e, e.b.fsub(e.load(e.at(here[1], offset), part), e.load(place, part)))
            following += [e.b.fadd(sums[2 * number], dY), e.fma(dY, x, sums[2 * number + 1])]
        return following

    _emit_sums(e, stage, arguments, [(arguments["dY"], stage.dY), (arguments["x"], stage.x)], add)


# --- coefficients, a channel at a time --------------------------------------------------------------------------------


def _tree(e: Emitter, sums: Value, stage: Any, c: Value, row: int) -> Value:
    """One channel's sum over all shards, in float64."""
    values = [
        e.load_scalar(e.at(sums, c, shard * stage.stride + row * stage.n_C, kind=F64), F64)
        for shard in range(stage.shards)
    ]
    while len(values) > 1:
        values = [e.b.fadd(left, right) for left, right in zip(values[::2], values[1::2], strict=True)]
    return values[0]


def _positions(e: Emitter, m: Value, positions: int) -> Value:
    """N = m * positions, in float64; 1 for an empty batch, whose sums are 0."""
    N = e.times(e.load_scalar(m, I64), positions)
    return e.b.sitofp(e.b.select(e.b.icmp_signed(">", N, e.whole(0)), N, e.whole(1)), F64)


def _mean_and_variance(e: Emitter, stage: Any, sums: Value, c: Value, N: Value) -> tuple[Value, Value]:
    b = e.b
    mean = b.fdiv(_tree(e, sums, stage, c, 0), N)
    variance = b.fsub(b.fdiv(_tree(e, sums, stage, c, 1), N), b.fmul(mean, mean))
    below = b.fcmp_ordered("<", variance, ir.Constant(F64, 0.0))
    return mean, b.select(below, ir.Constant(F64, 0.0), variance)


def _inverse(e: Emitter, variance: Value, epsilon: float) -> Value:
    """1 / sqrt(variance + epsilon)."""
    deviation = root(e, e.b.fadd(variance, e.constant_like(variance, epsilon)))
    return e.b.fdiv(e.constant_like(variance, 1.0), deviation)


def _put_coefficients(
    e: Emitter, arguments: dict[str, Any], n_C: int, c: Value, mean: Value, inverse: Value
) -> None:
    gamma, beta = (e.load_scalar(e.at(arguments[name], c)) for name in ("gamma", "beta"))
    scale = e.b.fmul(wide(e, gamma), inverse)
    rows = {MEAN: narrow(e, mean), SCALE: narrow(e, scale), BETA: beta, INVERSE: narrow(e, inverse)}
    for row, value in rows.items():
        e.b.store(value, row_of(e, arguments["coefficients"], row, n_C, c))


def _describe(name: str) -> Callable[[Any, Machine], tuple[str, str, str]]:
    return lambda stage, _: (name, f"{stage.n_C}", "")


@kernel(BatchStatistics, _describe("batch_norm_statistics"), integers=())
def emit_batch_statistics(e: Emitter, stage: BatchStatistics, arguments: dict[str, Any]) -> None:
    N = _positions(e, arguments["m"], stage.positions)
    with e.loop(0, stage.n_C) as c:
        mean, variance = _mean_and_variance(e, stage, arguments["sums"], c, N)
        _put_coefficients(e, arguments, stage.n_C, c, mean, _inverse(e, variance, stage.epsilon))


@kernel(StoredStatistics, _describe("batch_norm_stored_statistics"), integers=())
def emit_stored_statistics(e: Emitter, stage: StoredStatistics, arguments: dict[str, Any]) -> None:
    with e.loop(0, stage.n_C) as c:
        mean, variance = (wide(e, e.load_scalar(e.at(arguments[name], c))) for name in ("mean", "variance"))
        _put_coefficients(e, arguments, stage.n_C, c, mean, _inverse(e, variance, stage.epsilon))


@kernel(RunningStatistics, _describe("batch_norm_running"), integers=())
def emit_running_statistics(e: Emitter, stage: RunningStatistics, arguments: dict[str, Any]) -> None:
    """The unbiased variance is variance * N / (N - 1), where N > 1."""
    b = e.b
    N = _positions(e, arguments["m"], stage.positions)
    one = ir.Constant(F64, 1.0)
    training = b.icmp_signed("==", e.load_scalar(arguments["mode"], I64), e.whole(0))
    present = b.icmp_signed(">", e.load_scalar(arguments["m"], I64), e.whole(0))
    several = b.fcmp_ordered(">", N, one)
    unbiased = b.select(several, b.fdiv(N, b.fsub(b.select(several, N, ir.Constant(F64, 2.0)), one)), one)
    momentum = ir.Constant(e.scalar, stage.momentum)
    good = is_finite(e, e.load_scalar(arguments["guard"], F64))
    with b.if_then(b.and_(training, b.and_(present, good))), e.loop(0, stage.n_C) as c:
        mean, variance = _mean_and_variance(e, stage, arguments["sums"], c, N)
        for name, value in (("mean", mean), ("variance", b.fmul(variance, unbiased))):
            place = e.at(arguments[name], c)
            old = e.load_scalar(place)
            b.store(e.fma(momentum, b.fsub(narrow(e, value), old), old), place)


@kernel(GradientStatistics, _describe("batch_norm_gradient_statistics"), integers=())
def emit_gradient_statistics(e: Emitter, stage: GradientStatistics, arguments: dict[str, Any]) -> None:
    b = e.b
    N = _positions(e, arguments["m"], stage.positions)
    coefficients = arguments["coefficients"]
    with e.loop(0, stage.n_C) as c:
        scale, inverse = (
            wide(e, e.load_scalar(row_of(e, coefficients, row, stage.n_C, c))) for row in (SCALE, INVERSE)
        )
        share = b.fneg(b.fdiv(scale, N))
        dbeta, moment = (_tree(e, arguments["sums"], stage, c, row) for row in (0, 1))
        dgamma = b.fmul(moment, inverse)
        values = {BETA_SHARE: b.fmul(share, dbeta), GAMMA_SHARE: b.fmul(b.fmul(share, dgamma), inverse)}
        for row, value in values.items():
            b.store(narrow(e, value), row_of(e, coefficients, row, stage.n_C, c))


@kernel(NormalizationGradients, _describe("batch_norm_gradients"), integers=())
def emit_gradients(e: Emitter, stage: NormalizationGradients, arguments: dict[str, Any]) -> None:
    with e.loop(0, stage.n_C) as c:
        place = row_of(e, arguments["coefficients"], INVERSE, stage.n_C, c)
        dbeta, moment = (_tree(e, arguments["sums"], stage, c, row) for row in (0, 1))
        dgamma = e.b.fmul(moment, wide(e, e.load_scalar(place)))
        e.b.store(narrow(e, dgamma), e.at(arguments["dgamma"], c))
        e.b.store(narrow(e, dbeta), e.at(arguments["dbeta"], c))


def describe_fold(stage: FoldFilters, _: Machine) -> tuple[str, str, str]:
    return "batch_norm_fold_filters", f"{stage.terms}_to_{stage.n_C}", ""


@kernel(FoldFilters, describe_fold, integers=())
def emit_fold(e: Emitter, stage: FoldFilters, arguments: dict[str, Any]) -> None:
    def channels(c: Term, part: Lanes) -> None:
        names = ("mean", "variance", "gamma", "beta")
        mean, variance, gamma, beta = (e.load(e.at(arguments[name], c), part) for name in names)
        scale = narrow(e, e.b.fmul(wide(e, gamma), _inverse(e, wide(e, variance), stage.epsilon)))
        zero = e.splat_constant(0.0, part.width)
        b = e.load(e.at(arguments["b"], c), part) if stage.bias else zero
        bias = e.fma(e.b.fsub(b, mean), scale, beta)
        e.store(bias, e.at(arguments["folded"], c, stage.terms * stage.n_C), part)
        with e.loop(0, stage.terms) as k:
            offset = e.plus(e.times(k, stage.n_C), c)
            W = e.load(e.at(arguments["W"], offset), part)
            e.store(e.b.fmul(W, scale), e.at(arguments["folded"], offset), part)

    for_vectors(e, stage.n_C, channels)


# --- passes over images -----------------------------------------------------------------------------------------------


def _for_positions(
    e: Emitter,
    stage: Normalize | NormalizeBackward,
    arguments: dict[str, Any],
    rows: tuple[int, ...],
    places: list[tuple[Value, View]],
    body: Callable[[list[Value], list[Value], Lanes], None],
) -> None:
    """body(pointers, coefficients, lanes): the coefficients of a vector of channels are read once for each image."""
    (n_rows, n_columns), run = whole_rows(stage.size, stage.n_C, *(view for _, view in places))

    def channels(c: Term, part: Lanes) -> None:
        values = [e.load(row_of(e, arguments["coefficients"], row, stage.n_C, c), part) for row in rows]
        with e.loop(0, arguments["count"]) as image, e.loop(0, n_rows) as h, e.loop(0, n_columns) as w:
            corners = [
                e.at(base, e.times(image, view.image), e.times(h, view.row), e.times(w, view.pixel), c)
                for base, view in places
            ]

            def position(p: Term, count: int) -> None:
                for number in range(count):
                    step = (e.times(p, stage.n_C), number * stage.n_C)
                    body([e.at(corner, *step) for corner in corners], values, part)

            e.tiles(run // stage.n_C, 4, position)

    for_vectors(e, stage.n_C, channels)


def describe_normalize(stage: Normalize, _: Machine) -> tuple[str, str, str]:
    endings = [("residual", stage.residual is not None), ("relu", stage.relu)]
    geometry = f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}" + "".join(f"_{w}" for w, on in endings if on)
    return "batch_norm_forward", geometry, ""


@kernel(Normalize, describe_normalize)
def emit_normalize(e: Emitter, stage: Normalize, arguments: dict[str, Any]) -> None:
    places = [(arguments["x"], stage.x), (arguments["y"], stage.y)]
    if stage.residual is not None:
        places.append((arguments["residual"], stage.residual))

    def position(pointers: list[Value], values: list[Value], part: Lanes) -> None:
        mean, scale, beta = values
        y = e.fma(e.b.fsub(e.load(pointers[0], part), mean), scale, beta)
        if stage.residual is not None:
            y = e.b.fadd(y, e.load(pointers[2], part))
        e.store(e.relu(y) if stage.relu else y, pointers[1], part)

    _for_positions(e, stage, arguments, (MEAN, SCALE, BETA), places, position)


def describe_backward(stage: NormalizeBackward, _: Machine) -> tuple[str, str, str]:
    endings = [("mask", stage.mask is not None), ("add", stage.accumulate)]
    geometry = f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}" + "".join(f"_{w}" for w, on in endings if on)
    return "batch_norm_backward", geometry, ""


@kernel(NormalizeBackward, describe_backward)
def emit_normalize_backward(e: Emitter, stage: NormalizeBackward, arguments: dict[str, Any]) -> None:
    places = [(arguments["dY"], stage.dY), (arguments["x"], stage.x), (arguments["dx"], stage.dx)]
    if stage.mask is not None:
        places.append((arguments["mask"], stage.mask))

    def position(pointers: list[Value], values: list[Value], part: Lanes) -> None:
        mean, scale, beta_share, gamma_share = values
        x = e.b.fsub(e.load(pointers[1], part), mean)
        dx = e.fma(x, gamma_share, e.fma(e.load(pointers[0], part), scale, beta_share))
        if stage.accumulate:
            dx = e.b.fadd(e.load(pointers[2], part), dx)
        if stage.mask is not None:
            dx = e.keep_where_positive(dx, e.load(pointers[3], part))
        e.store(dx, pointers[2], part)

    rows = (MEAN, SCALE, BETA_SHARE, GAMMA_SHARE)
    _for_positions(e, stage, arguments, rows, places, position)
