"""Convolution: forward, dA (a convolution of dZ with flipped filters), and dW with db.

The code that `conv_forward__f3x3_s1x1_28x28x32_to_64` with a tile of 14 positions and 2 vectors of 16 lanes becomes:

    for c in 0, 32:                                        # 2 vectors of filters
      for image in count:
        for h in 0 .. 27:
          for w in 0, 14:                                  # 14 positions
            z[0..13][0..1] = b[c..c+31]                    # 28 registers
            for v in 0 .. 2:                               # vertical
              for k in 0 .. 95:                            # horizontal and channel: one contiguous run of the image
                for p in 0 .. 13:  z[p][:] += x[h+v, w+p, k] * W[v, k, c..c+31]
            y[h, w..w+13, c..c+31] = z
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value, split_lanes
from fullstride.native.kernels.planar import emit_planar, planar_tile
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import channel_groups, describe_rows, emit_rows, for_groups
from fullstride.native.kernels.stacked import emit_stacked, stacked_columns
from fullstride.native.kernels.tiles import Tile, choose_tile
from fullstride.native.kernels.transposition import emit_transpose
from fullstride.program.machine import Machine
from fullstride.program.stages import BlockFilters, Conv, ConvWeightGradient, FlipFilters, ZeroPad

kernel(ZeroPad, describe_rows("zero_pad"))(emit_rows)

UNROLLED = 192
"""Up to so many multiply-adds a tile is written without loops over the terms."""


# --- forward, and dA --------------------------------------------------------------------------------------------------


def conv_tile(stage: Conv, machine: Machine) -> Tile:
    # With 1x1 filters each number of the image is used once for each group of vectors, and comes from afar each time.
    fetch = 0.25 if stage.taps == (1, 1) else 0.0
    n_vectors = len(split_lanes(stage.n_C, machine.lanes(stage.dtype)))
    return choose_tile(machine, stage.size, n_vectors, fetch=fetch)


def describe_conv(stage: Conv, machine: Machine) -> tuple[str, str, str]:
    tile = conv_tile(stage, machine)
    step = (stage.step[0] // max(stage.x.row, 1), stage.step[1] // max(stage.x.pixel, 1))
    geometry = (
        f"f{stage.taps[0]}x{stage.taps[1]}_s{step[0]}x{step[1]}_"
        f"{stage.size[0]}x{stage.size[1]}x{stage.n_C_prev}_to_{stage.n_C}"
    )
    endings = [("relu", stage.relu), ("mask", stage.mask is not None), ("add", stage.accumulate)]
    endings.append(("blocked", stage.blocked))
    geometry += "".join(f"_{word}" for word, on in endings if on)
    stacked, planar = stacked_columns(stage, machine), planar_tile(stage, machine)
    if stacked:
        return stage.role, geometry, f"s2p{stacked}"
    if planar:
        return stage.role, geometry, f"r{planar.rows}w{planar.vectors}"
    rows = f"r{tile.rows}" if tile.rows > 1 else ""
    return stage.role, geometry, f"{rows}p{tile.columns}v{tile.vectors}"


@kernel(Conv, describe_conv)
def emit_conv(e: Emitter, stage: Conv, arguments: dict[str, Any]) -> None:
    stacked, planar = stacked_columns(stage, e.machine), planar_tile(stage, e.machine)
    if stacked:
        emit_stacked(e, stage, arguments, stacked)
        return
    if planar:
        emit_planar(e, stage, arguments, planar)
        return
    # Filters outside, images inside: a block of filters serves all images while it is in the cache.
    tile = conv_tile(stage, e.machine)
    for first, count, group in channel_groups(split_lanes(stage.n_C, e.lanes), tile.vectors):

        def channels(c: Term, group: list[Lanes] = group) -> None:
            with e.loop(0, arguments["count"]) as image:
                x = e.at(arguments["x"], e.times(image, stage.x.image))
                y = e.at(arguments["y"], e.times(image, stage.y.image))
                mask = e.at(arguments["mask"], e.times(image, stage.mask.image)) if stage.mask else x

                def rows(h: Term, n_rows: int) -> None:
                    def columns(w: Term, n_columns: int) -> None:
                        places = [(r, p) for r in range(n_rows) for p in range(n_columns)]
                        _emit_conv_tile(e, stage, arguments, (x, y, mask), h, w, c, places, group)

                    e.tiles(stage.size[1], tile.columns, columns)

                e.tiles(stage.size[0], tile.rows, rows)

        for_groups(e, first, count, group, channels)


def _emit_conv_tile(
    e: Emitter,
    stage: Conv,
    arguments: dict[str, Any],
    at: tuple[Value, Value, Value],
    h: Term,
    w: Term,
    c: Term,
    places: list[tuple[int, int]],
    group: list[Lanes],
) -> None:
    x_image, y_image, m_image = at
    run = stage.taps[1] * stage.n_C_prev
    base = group[0].offset
    corner = e.at(x_image, e.times(h, stage.step[0]), e.times(w, stage.step[1]))
    starts = [r * stage.step[0] + p * stage.step[1] for r, p in places]
    filters = e.at(arguments["W"], e.times(c, stage.terms) if stage.blocked else c)
    row_of_filters = sum(part.count for part in group) if stage.blocked else stage.n_C

    def start_value(part: Lanes) -> Value:
        if not stage.bias:
            return e.splat_constant(0.0, part.width)
        return e.load(e.at(arguments["b"], c, part.offset - base), part)

    first = [start_value(part) for part in group]
    sums = [value for _ in places for value in first]

    def terms(x_row: Value, w_row: Value, sums: list[Value], count: int) -> list[Value]:
        for k in range(count):
            weights = [e.load(e.at(w_row, k * row_of_filters + part.offset - base), part) for part in group]
            following = []
            for place, start in enumerate(starts):
                numbers = e.splats(e.load_scalar(e.at(x_row, start + k)), group)
                for v, number in enumerate(numbers):
                    following.append(e.fma(number, weights[v], sums[place * len(group) + v]))
            sums = following
        return sums

    def vertical(v: Value, sums: list[Value]) -> list[Value]:
        x_row = e.at(corner, e.times(v, stage.x.row))
        w_row = e.at(filters, e.times(v, run * row_of_filters))
        unroll = _unroll(run, len(sums), len(group), e.machine)

        def horizontal(k: Value, sums: list[Value]) -> list[Value]:
            return terms(e.at(x_row, k), e.at(w_row, e.times(k, row_of_filters)), sums, unroll)

        return e.reduce(run, sums, horizontal, unroll)

    if stage.taps[0] * run * len(sums) <= UNROLLED:
        for v in range(stage.taps[0]):
            sums = terms(e.at(corner, v * stage.x.row), e.at(filters, v * run * row_of_filters), sums, run)
    elif stage.taps[0] * run:
        sums = e.reduce(stage.taps[0], sums, vertical)

    for place, (r, p) in enumerate(places):
        for v, part in enumerate(group):
            value = sums[place * len(group) + v]
            offset = (part.offset - base, r, p)
            if stage.relu:
                value = e.relu(value)
            target = _place(e, stage.y, y_image, h, w, c, offset)
            if stage.accumulate:
                value = e.b.fadd(e.load(target, part), value)
            if stage.mask is not None:
                there = _place(e, stage.mask, m_image, h, w, c, offset)
                value = e.keep_where_positive(value, e.load(there, part))
            e.store(value, target, part)


def _place(
    e: Emitter, view: Any, image: Value, h: Term, w: Term, c: Term, offset: tuple[int, int, int]
) -> Value:
    channel, r, p = offset
    constant = r * view.row + p * view.pixel + channel
    return e.at(image, e.times(h, view.row), e.times(w, view.pixel), c, constant)


def _unroll(run: int, sums: int, vectors: int, machine: Machine) -> int:
    """How many terms stand in the body of the innermost loop: more where a term is little work.

    LLVM reads the filters of all these terms early; together with the sums they must fit into the registers.
    """
    for factor in (4, 3, 2):
        if run % factor == 0 and factor * sums <= 64 and sums + factor * vectors + 2 <= machine.registers:
            return factor
    return 1


# --- dW and db --------------------------------------------------------------------------------------------------------


def weight_gradient_tile(stage: ConvWeightGradient, machine: Machine) -> Tile:
    n_vectors = len(split_lanes(stage.n_C, machine.lanes(stage.dtype)))
    run = stage.f[1] * stage.n_C_prev
    tile = choose_tile(machine, (stage.f[0], run), n_vectors, extra=1)
    # Several filter rows in one tile only where each is there whole.
    return tile if tile.columns == run else Tile(1, _even(run, tile.rows * tile.columns), tile.vectors)


def _even(run: int, most: int) -> int:
    """The run in equal parts of at most `most`."""
    parts = -(-run // most)
    return -(-run // parts)


def describe_weight_gradient(stage: ConvWeightGradient, machine: Machine) -> tuple[str, str, str]:
    tile = weight_gradient_tile(stage, machine)
    geometry = (
        f"f{stage.f[0]}x{stage.f[1]}_s{stage.stride[0]}x{stage.stride[1]}_"
        f"{stage.size[0]}x{stage.size[1]}x{stage.n_C_prev}_to_{stage.n_C}"
    )
    rows = f"r{tile.rows}" if tile.rows > 1 else ""
    return "conv_weight_gradient", geometry, f"{rows}k{tile.columns}v{tile.vectors}"


@kernel(ConvWeightGradient, describe_weight_gradient)
def emit_weight_gradient(e: Emitter, stage: ConvWeightGradient, arguments: dict[str, Any]) -> None:
    """For each tile of taps and channels: walk the positions in row-major order, then add to what the shard holds.

    for v, k, c in tiles:                                       # vertical, (horizontal and channel), filters
      for image in count:                                       # outside of v and k where dW is small
        sum = 0
        for h in n_H:  for w in n_W:
          for each tap of the tile:  sum[v, k, c] += x[h*s + v, w*s + k] * dZ[h, w, c]
        dW[v, k, c] += sum
    """
    tile = weight_gradient_tile(stage, e.machine)
    run = stage.f[1] * stage.n_C_prev
    width = tile.vectors * e.lanes * e.scalar_bytes
    # Where dW of the group stays near, an image serves all tiles while it is near too; else dW is fetched once a tile.
    image_by_image = stage.f[0] * run * width <= e.machine.l2_bytes // 4
    for first, count, group in channel_groups(split_lanes(stage.n_C, e.lanes), tile.vectors):

        def channels(c: Term, group: list[Lanes] = group) -> None:
            def tiles(start: Value, images: Term) -> None:
                def one(v: Term, n_rows: int, k: Term, n_columns: int, with_db: bool = False) -> None:
                    taps = [(r, t) for r in range(n_rows) for t in range(n_columns)]
                    with e.loop(0, images) as number:
                        image = e.b.add(start, number)
                        _emit_weight_tile(e, stage, arguments, image, v, k, c, taps, group, with_db)

                _over_taps(e, stage, tile, one)

            if image_by_image:
                with e.loop(0, arguments["count"]) as image:
                    tiles(image, 1)
            else:
                tiles(e.whole(0), arguments["count"])

        for_groups(e, first, count, group, channels)


def _over_taps(e: Emitter, stage: ConvWeightGradient, tile: Tile, one: Callable[..., None]) -> None:
    """one(v, rows, k, columns, with_db) for every tile of taps."""
    run = stage.f[1] * stage.n_C_prev

    def row_of_tiles(v: Term, n_rows: int, start: int) -> None:
        if run > start:
            e.tiles(run - start, tile.columns, lambda k, n: one(v, n_rows, e.plus(k, start), n))

    # The very first tile sums db along; it stands alone, the others are loops.
    one(0, tile.rows, 0, tile.columns, with_db=stage.bias)
    row_of_tiles(0, tile.rows, tile.columns)
    left = stage.f[0] - tile.rows
    if left:
        e.tiles(left, tile.rows, lambda v, n: row_of_tiles(e.plus(v, tile.rows), n, 0))


def _emit_weight_tile(
    e: Emitter,
    stage: ConvWeightGradient,
    arguments: dict[str, Any],
    image: Value,
    v: Term,
    k: Term,
    c: Term,
    taps: list[tuple[int, int]],
    group: list[Lanes],
    with_db: bool,
) -> None:
    run = stage.f[1] * stage.n_C_prev
    base = group[0].offset
    corner = e.at(arguments["x"], e.times(image, stage.x.image), e.times(v, stage.x.row), k)
    gradients = e.at(arguments["dZ"], e.times(image, stage.dZ.image), c)
    zeros = [e.splat_constant(0.0, part.width) for part in group]
    sums = [zero for _ in taps for zero in zeros] + (zeros if with_db else [])

    def row(h: Value, sums: list[Value]) -> list[Value]:
        x_row = e.at(corner, e.times(h, stage.stride[0] * stage.x.row))
        z_row = e.at(gradients, e.times(h, stage.dZ.row))

        def position(w: Value, sums: list[Value]) -> list[Value]:
            x_here = e.at(x_row, e.times(w, stage.stride[1] * stage.x.pixel))
            z_here = e.at(z_row, e.times(w, stage.dZ.pixel))
            dz = [e.load(e.at(z_here, part.offset - base), part) for part in group]
            following = []
            for number, (r, t) in enumerate(taps):
                scalars = e.splats(e.load_scalar(e.at(x_here, r * stage.x.row + t)), group)
                for i, scalar in enumerate(scalars):
                    following.append(e.fma(scalar, dz[i], sums[number * len(group) + i]))
            if with_db:
                following += [e.b.fadd(old, z) for old, z in zip(sums[-len(group) :], dz, strict=True)]
            return following

        return e.reduce(stage.size[1], sums, position)

    sums = e.reduce(stage.size[0], sums, row)

    def add_to(target: Value, part: Lanes, value: Value) -> None:
        e.store(e.b.fadd(e.load(target, part), value), target, part)

    filters = e.at(arguments["dW"], e.times(v, run * stage.n_C), e.times(k, stage.n_C), c)
    for number, (r, t) in enumerate(taps):
        for i, part in enumerate(group):
            offset = (r * run + t) * stage.n_C + part.offset - base
            add_to(e.at(filters, offset), part, sums[number * len(group) + i])
    if with_db:
        for i, part in enumerate(group):
            target = e.at(arguments["db"], c, part.offset - base)
            add_to(target, part, sums[len(taps) * len(group) + i])


# --- filters in blocks ------------------------------------------------------------------------------------------------


def _filter_blocks(e: Emitter, conv: Conv) -> list[tuple[int, int]]:
    """(first filter, number of filters) of each block that the kernel of `conv` reads."""
    tile = conv_tile(conv, e.machine)
    blocks = []
    for first, count, group in channel_groups(split_lanes(conv.n_C, e.lanes), tile.vectors):
        width = sum(part.count for part in group)
        blocks += [(first + number * width, width) for number in range(count)]
    return blocks


def describe_blocks(stage: BlockFilters, _: Machine) -> tuple[str, str, str]:
    taps = stage.conv.taps
    return "conv_block_filters", f"f{taps[0]}x{taps[1]}_{stage.conv.n_C_prev}_to_{stage.conv.n_C}", ""


@kernel(BlockFilters, describe_blocks)
def emit_blocks(e: Emitter, stage: BlockFilters, arguments: dict[str, Any]) -> None:
    """packed[block][k, c] = W[k, first + c], k counting (vertical, horizontal, channel)."""
    conv = stage.conv
    for first, width in _filter_blocks(e, conv):
        with e.loop(0, conv.terms) as k:
            source = e.at(arguments["W"], e.times(k, conv.n_C), first)
            target = e.at(arguments["packed"], e.times(k, width), first * conv.terms)
            for part in split_lanes(width, e.lanes):
                e.store(e.load(e.at(source, part.offset), part), e.at(target, part.offset), part)


def describe_flip(stage: FlipFilters, _: Machine) -> tuple[str, str, str]:
    geometry = (
        f"f{stage.f[0]}x{stage.f[1]}_s{stage.stride[0]}x{stage.stride[1]}_from{stage.tap[0]}x{stage.tap[1]}_"
        f"{stage.conv.n_C}_to_{stage.conv.n_C_prev}"
    )
    return "conv_flip_filters", geometry, ""


@kernel(FlipFilters, describe_flip)
def emit_flip(e: Emitter, stage: FlipFilters, arguments: dict[str, Any]) -> None:
    """packed[block][t_v, t_h, c, c_prev] = W[tap_v + s*(T_v-1-t_v), tap_h + s*(T_h-1-t_h), c_prev, c].

    The convolution for dA goes from n_C channels of dZ (its n_C_prev) to n_C_prev channels of dA (its n_C).
    """
    conv = stage.conv
    n_C, n_C_prev = conv.n_C_prev, conv.n_C
    last = [tap + s * (taps - 1) for tap, s, taps in zip(stage.tap, stage.stride, conv.taps, strict=True)]
    for first, width in _filter_blocks(e, conv):
        with e.loop(0, conv.taps[0]) as t_v, e.loop(0, conv.taps[1]) as t_h:
            # The tap is last - s * t along both axes.
            v, h = (
                e.plus(e.times(t, -s), end) for t, s, end in zip((t_v, t_h), stage.stride, last, strict=True)
            )
            tap = e.plus(e.times(v, stage.f[1]), h)
            source = e.at(arguments["W"], e.times(tap, n_C_prev * n_C), first * n_C)
            place = e.times(e.plus(e.times(t_v, conv.taps[1]), t_h), n_C * width)
            target = e.at(arguments["packed"], place, first * conv.terms)
            emit_transpose(e, source, target, width, n_C)
