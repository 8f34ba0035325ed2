"""Fully connected: forward, dA (with W transposed), and dW with db.

The code of `linear_forward__784_to_10` on 16 lanes, 8 images at once:

    for i in 0, 8, 16 ...:  z[0..7] = b;  for k in 0 .. 783:  for p in 0 .. 7:  z[p] += x[i+p, k] * W[k, 0..9]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from fullstride.native.emit import I64, Emitter, Lanes, Term, Value, exact_lanes, room, split_lanes
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import channel_groups, for_groups
from fullstride.native.kernels.tiles import Tile, choose_tile
from fullstride.native.kernels.transposition import emit_transpose
from fullstride.program.machine import Machine
from fullstride.program.stages import Linear, LinearBatchGradient, LinearWeightGradient, Transpose

IMAGES = 8
"""So many images share a read of W, which may come from afar; a power of two."""


CHUNK = 16 << 10
"""Bytes of W that stay in the nearest cache while all channels go over them."""
WAITING = 128 << 10
"""The most bytes of sums that wait on the stack."""


def _image_groups(e: Emitter, count: Value, body: Callable[[Value, int], None]) -> None:
    """body(first image, how many) for full groups of images, then for the rest in groups of half the size each."""
    start, size = e.whole(0), IMAGES
    while size:
        stop = e.b.and_(count, e.whole(-size))
        with e.loop(start, stop, size) as first:
            body(first, size)
        start, size = stop, size // 2


def _vectors(machine: Machine, parts: list[Lanes]) -> int:
    """Vectors of outputs that a group of images holds in registers, with one of W each and a broadcast number."""
    most = max((machine.registers - 1) // (IMAGES + 1), 1)
    groups = -(-len(parts) // most)
    return -(-len(parts) // groups)


def describe_linear(stage: Linear, _: Machine) -> tuple[str, str, str]:
    endings = [("relu", stage.relu), ("mask", stage.mask), ("add", stage.accumulate)]
    geometry = f"{stage.n_C_prev}_to_{stage.n_C}" + "".join(f"_{word}" for word, on in endings if on)
    return stage.role, geometry, f"i{IMAGES}"


@kernel(Linear, describe_linear)
def emit_linear(e: Emitter, stage: Linear, arguments: dict[str, Any]) -> None:
    """A W that no near cache holds is read once for a group of images, some rows at a time; the sums wait on the stack.

    for i in images, 8 at a time:
      for rows of W:                                       # all of them at once where W is near
        for c in channels, some vectors at a time:
          for k in rows:  for p in 0 .. 7:  z[p, c] += x[i+p, k] * W[k, c]
    """
    parts = split_lanes(stage.n_C, e.lanes)
    groups = channel_groups(parts, _vectors(e.machine, parts))
    rows = _rows_at_once(stage, e.machine, len(groups))
    before = stage.n_C_prev - 1 - (stage.n_C_prev - 1) % rows
    waiting = room(e, IMAGES * _padded(stage.n_C, e.lanes)) if before else None

    def in_groups(body: Callable[[Term, list[Lanes]], None]) -> None:
        for start, count, group in groups:

            def one(c: Term, group: list[Lanes] = group) -> None:
                body(c, group)

            for_groups(e, start, count, group, one)

    def images(first: Value, size: int) -> None:
        x = e.at(arguments["x"], e.times(first, stage.x_image))
        work = _Products(e, stage, arguments, x, size, waiting)

        def outputs(c: Term, group: list[Lanes]) -> None:
            sums = work.waiting_sums(c, group) if before else work.starts(c, group)
            sums = work.add(before, stage.n_C_prev - before, c, group, sums)
            _store_outputs(e, stage, arguments, first, c, size, group, sums)

        if before:
            in_groups(work.begin)
            with e.loop(0, before, rows) as k:
                in_groups(partial(work.go_on, k, rows))
        in_groups(outputs)

    _image_groups(e, arguments["count"], images)


def _rows_at_once(stage: Linear, machine: Machine, groups: int) -> int:
    """Rows of W that all groups of vectors go over before the next rows; all where W is near or read once anyway."""
    row = stage.n_C * machine.vector_bits // 8 // machine.lanes(stage.dtype)
    if groups == 1 or stage.n_C_prev * row <= machine.l2_bytes or IMAGES * row > WAITING:
        return stage.n_C_prev
    return max(CHUNK // row, 8)


def _padded(n: int, lanes: int) -> int:
    return -(-n // lanes) * lanes


def _store_outputs(
    e: Emitter,
    stage: Linear,
    arguments: dict[str, Any],
    first: Value,
    c: Term,
    size: int,
    group: list[Lanes],
    sums: list[Value],
) -> None:
    y = e.at(arguments["y"], e.times(first, stage.y_image))
    mask = e.at(arguments["mask"], e.times(first, stage.mask_image))
    places = [(p, part) for p in range(size) for part in group]
    for (p, part), value in zip(places, sums, strict=True):
        offset = part.offset - group[0].offset
        if stage.relu:
            value = e.relu(value)
        target = e.at(y, c, offset + p * stage.y_image)
        if stage.accumulate:
            value = e.b.fadd(e.load(target, part), value)
        if stage.mask:
            there = e.load(e.at(mask, c, offset + p * stage.mask_image), part)
            value = e.keep_where_positive(value, there)
        e.store(value, target, part)


@dataclass(frozen=True)
class _Products:
    """b[c] + sum over k of x[p, k] * W[k, c] for `size` images, a group of vectors at a time."""

    e: Emitter
    stage: Linear
    arguments: dict[str, Any]
    x: Value
    size: int
    waiting: Value | None

    def starts(self, c: Term, group: list[Lanes]) -> list[Value]:
        e = self.e

        def first(part: Lanes) -> Value:
            bias = e.at(self.arguments["b"], c, part.offset - group[0].offset)
            return e.load(bias, part) if self.stage.bias else e.splat_constant(0.0, part.width)

        return [first(part) for part in group] * self.size

    def add(self, start: Term, count: int, c: Term, group: list[Lanes], sums: list[Value]) -> list[Value]:
        """The products of `count` rows of W from row `start` on."""
        e, stage = self.e, self.stage

        def term(k: Value, sums: list[Value]) -> list[Value]:
            k = e.plus(k, start)
            row = e.at(self.arguments["W"], e.times(k, stage.n_C), c)
            weights = [e.load(e.at(row, part.offset - group[0].offset), part) for part in group]
            following = []
            for p in range(self.size):
                numbers = e.splats(e.load_scalar(e.at(self.x, k, p * stage.x_image)), group)
                for v, number in enumerate(numbers):
                    following.append(e.fma(number, weights[v], sums[p * len(group) + v]))
            return following

        return e.reduce(count, sums, term)

    # --- sums that wait on the stack while other channels have their turn ---------------------------------------------

    def _places(self, c: Term, group: list[Lanes]) -> Iterator[tuple[Value, Lanes]]:
        e = self.e
        for p in range(self.size):
            for part in group:
                offset = p * _padded(self.stage.n_C, e.lanes) + part.offset - group[0].offset
                yield e.at(self.waiting, c, offset), part

    def waiting_sums(self, c: Term, group: list[Lanes]) -> list[Value]:
        return [self.e.load(place, part) for place, part in self._places(c, group)]

    def _wait(self, c: Term, group: list[Lanes], sums: list[Value]) -> None:
        for (place, part), value in zip(self._places(c, group), sums, strict=True):
            self.e.store(value, place, part)

    def begin(self, c: Term, group: list[Lanes]) -> None:
        self._wait(c, group, self.starts(c, group))

    def go_on(self, start: Term, count: int, c: Term, group: list[Lanes]) -> None:
        self._wait(c, group, self.add(start, count, c, group, self.waiting_sums(c, group)))


def describe_weight_gradient(stage: LinearWeightGradient, _: Machine) -> tuple[str, str, str]:
    return "linear_weight_gradient", f"{stage.n_C_prev}_to_{stage.n_C}", f"i{IMAGES}"


@kernel(LinearWeightGradient, describe_weight_gradient)
def emit_weight_gradient(e: Emitter, stage: LinearWeightGradient, arguments: dict[str, Any]) -> None:
    """dW[k, c] += x[i, k] * dZ[i, c] with one rounding, i in index order; db[c] += dZ[i, c]."""
    parts = exact_lanes(stage.n_C, e.lanes)
    groups = channel_groups(parts, _vectors(e.machine, parts))

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
                    numbers = [
                        e.splats(e.load_scalar(e.at(x, k, p * stage.x_image)), group) for p in range(size)
                    ]
                    for v, part, offset in places:
                        dW = e.at(arguments["dW"], e.times(k, stage.n_C), c, offset)
                        total = e.load(dW, part)
                        for number, gradient in zip(numbers, gradients, strict=True):
                            total = e.fma(number[v], gradient[v], total)
                        e.store(total, dW, part)

            for_groups(e, start, count, group, outputs)

    _image_groups(e, arguments["count"], images)


# --- dW and db of a whole batch ---------------------------------------------------------------------------------------


def batch_gradient_tile(stage: LinearBatchGradient, machine: Machine) -> Tile:
    n_vectors = len(split_lanes(stage.n_C, machine.lanes(stage.dtype)))
    return choose_tile(machine, (1, min(stage.n_C_prev, 16)), n_vectors)


def describe_batch_gradient(stage: LinearBatchGradient, machine: Machine) -> tuple[str, str, str]:
    tile = batch_gradient_tile(stage, machine)
    name = f"{stage.n_C_prev}_to_{stage.n_C}_in_{stage.shards}"
    return "linear_batch_gradient", name, f"k{tile.columns}v{tile.vectors}"


@kernel(LinearBatchGradient, describe_batch_gradient, integers=("start", "stop"))
def emit_batch_gradient(e: Emitter, stage: LinearBatchGradient, arguments: dict[str, Any]) -> None:
    """Each number of dW is written once; a shard's sums never leave the registers. Who has row 0 has db.

    for k in start .. stop, some rows at a time:  for c, some vectors at a time:
      for s in shards:  sum[s] = 0;  for i in shard s:  sum[s] += x[i, k] * dZ[i, c]
      dW[k, c] = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]))
    """
    tile = batch_gradient_tile(stage, e.machine)
    groups = channel_groups(split_lanes(stage.n_C, e.lanes), tile.vectors)
    b, start = e.b, arguments["start"]
    memory = room(e, stage.shards * tile.columns * tile.vectors * e.lanes)
    shards = _Shards(e, stage.shards, e.load_scalar(arguments["m"], I64), memory)
    # What is shared out in whole cache lines may end behind the last row.
    within = b.icmp_signed("<", arguments["stop"], e.whole(stage.n_C_prev))
    stop = b.select(within, arguments["stop"], e.whole(stage.n_C_prev))

    def rows(k: Value, n_rows: int) -> None:
        for first, count, group in groups:

            def channels(c: Term, group: list[Lanes] = group) -> None:
                _emit_batch_tile(e, stage, arguments, shards, k, n_rows, c, group)

            for_groups(e, first, count, group, channels)

    left = b.srem(b.sub(stop, start), e.whole(tile.columns))
    full = b.sub(stop, left)
    with e.loop(start, full, tile.columns) as k:
        rows(k, tile.columns)
    if tile.columns > 1:
        with e.loop(full, stop) as k:
            rows(k, 1)
    # With fewer rows than threads several parts begin at row 0; one of them is not empty.
    has_first = b.and_(b.icmp_signed("==", start, e.whole(0)), b.icmp_signed(">", stop, e.whole(0)))
    with b.if_then(has_first):
        for first, count, group in groups:

            def bias(c: Term, group: list[Lanes] = group) -> None:
                _emit_batch_bias(e, stage, arguments, shards, c, group)

            for_groups(e, first, count, group, bias)


@dataclass(frozen=True)
class _Shards:
    """The sums of a tile for one shard after the other; they wait on the stack, so that one loop serves all shards."""

    e: Emitter
    count: int
    m: Value
    room: Value

    def begin(self, shard: Value) -> Value:
        """The first image of a shard: ceil(shard * m / count)."""
        b, e = self.e.b, self.e
        return b.sdiv(b.add(b.mul(shard, self.m), e.whole(self.count - 1)), e.whole(self.count))

    def tree(
        self,
        rows: int,
        zeros: list[Value],
        image: Callable[[Value, list[Value]], list[Value]],
        put: Callable[[Term, int, Value], None],
    ) -> None:
        """put(row, vector, sum) for all sums of the batch, `rows` rows of as many vectors.

        Each shard's begin with zero and go on in the order of its images; then they are added as a tree.
        """
        e, vectors = self.e, len(zeros) // rows
        with e.loop(0, self.count) as shard:
            stop = self.begin(e.b.add(shard, e.whole(1)))
            sums = e.fold(self.begin(shard), stop, zeros, image)
            here = e.at(self.room, e.times(shard, len(zeros) * e.lanes))
            for number, value in enumerate(sums):
                e.store(value, e.at(here, number * e.lanes), _whole_vector(value))
        with e.loop(0, rows) as row:
            here = e.at(self.room, e.times(row, vectors * e.lanes))
            for v, zero in enumerate(zeros[:vectors]):
                places = [(shard * len(zeros) + v) * e.lanes for shard in range(self.count)]
                values = [e.load(e.at(here, place), _whole_vector(zero)) for place in places]
                while len(values) > 1:
                    values = [
                        e.b.fadd(left, right) for left, right in zip(values[::2], values[1::2], strict=True)
                    ]
                put(row, v, values[0])


def _whole_vector(value: Value) -> Lanes:
    return Lanes(0, value.type.count, value.type.count)


def _emit_batch_tile(
    e: Emitter,
    stage: LinearBatchGradient,
    arguments: dict[str, Any],
    shards: _Shards,
    k: Value,
    n_rows: int,
    c: Term,
    group: list[Lanes],
) -> None:
    x, dZ = e.at(arguments["x"], k), e.at(arguments["dZ"], c)
    offsets = [part.offset - group[0].offset for part in group]

    def image(i: Value, sums: list[Value]) -> list[Value]:
        x_here, z_here = e.at(x, e.times(i, stage.x_image)), e.at(dZ, e.times(i, stage.dZ_image))
        dz = [e.load(e.at(z_here, offset), part) for offset, part in zip(offsets, group, strict=True)]
        following = []
        for row in range(n_rows):
            numbers = e.splats(e.load_scalar(e.at(x_here, row)), group)
            for v, number in enumerate(numbers):
                following.append(e.fma(number, dz[v], sums[row * len(group) + v]))
        return following

    zeros = [e.splat_constant(0.0, part.width) for part in group] * n_rows
    dW = e.at(arguments["dW"], e.times(k, stage.n_C), c)

    def put(row: Term, v: int, total: Value) -> None:
        e.store(total, e.at(dW, e.times(row, stage.n_C), offsets[v]), group[v])

    shards.tree(n_rows, zeros, image, put)


def _emit_batch_bias(
    e: Emitter,
    stage: LinearBatchGradient,
    arguments: dict[str, Any],
    shards: _Shards,
    c: Term,
    group: list[Lanes],
) -> None:
    places = [(part.offset - group[0].offset, part) for part in group]

    def image(i: Value, sums: list[Value]) -> list[Value]:
        dZ = e.at(arguments["dZ"], e.times(i, stage.dZ_image), c)
        return [
            e.b.fadd(total, e.load(e.at(dZ, offset), part))
            for total, (offset, part) in zip(sums, places, strict=True)
        ]

    def put(_: Term, v: int, total: Value) -> None:
        offset, part = places[v]
        e.store(total, e.at(arguments["db"], c, offset), part)

    shards.tree(1, [e.splat_constant(0.0, part.width) for part in group], image, put)


# --- W transposed -----------------------------------------------------------------------------------------------------


def describe_transpose(stage: Transpose, _: Machine) -> tuple[str, str, str]:
    return "linear_transpose", f"{stage.rows}x{stage.columns}", ""


@kernel(Transpose, describe_transpose)
def emit_transposed(e: Emitter, stage: Transpose, arguments: dict[str, Any]) -> None:
    emit_transpose(e, arguments["W"], arguments["packed"], stage.rows, stage.columns)
