"""Winograd's convolution: forward, and dA, the same with flipped filters.

What `winograd_forward__16x16x64_to_64` becomes, for 16 lanes and 14 tiles by 2 vectors in registers:

    for a block of images, or of rows of tiles:
      for each tile, c:      V[36][tile][c] = B^T x B                 # two rows of six at a time fit the registers
      for c in 0, 32:                                                 # 2 vectors of filters
        for plane in 0 .. 35:
          for tile in 0, 14 ..:
            m[0..13][0..1] = 0                                        # 28 registers
            for k in 0 .. 63:  m[t][:] += V[plane][tile+t][k] * U[c][plane][k][:]
            M[plane][tile..tile+13][:] = m
        for each tile:       y = A^T M A, bias, relu, mask            # each written once
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import channel_groups, for_groups
from fullstride.native.kernels.winograd_transforms import (
    from_sums,
    input_pair,
    output_line,
    two_rows,
)
from fullstride.program.machine import Machine
from fullstride.program.stages import View, WinogradConv
from fullstride.program.winograd import (
    PLANES,
    ROWS,
    SPAN,
    TILE,
    Blocking,
    conv_blocking,
    in_vectors,
    plane,
    plane_size,
    tile_grid,
)


def full_vectors(n_C: int, lanes: int) -> list[Lanes]:
    """n_C channels as vectors of full width; the last may hold fewer."""
    return [Lanes(start, lanes, min(lanes, n_C - start)) for start in range(0, n_C, lanes)]


def for_vectors(e: Emitter, n_C: int, body: Callable[[Term, Lanes], None]) -> None:
    """body(channel, lanes) for each of them: a loop over those that are full, then the rest."""
    for first, count, group in channel_groups(full_vectors(n_C, e.lanes), 1):

        def vector(c: Term, part: Lanes = group[0]) -> None:
            body(c, part)

        for_groups(e, first, count, group, vector)


# --- blocks of tiles --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """Where a kernel stands: images first_image .. first_image + n_images - 1, rows of tiles first .. last - 1."""

    first_image: Value
    n_images: Value
    first: Value
    last: Value
    columns: int

    def tiles(self, e: Emitter) -> Value:
        return e.b.mul(e.b.mul(self.n_images, e.b.sub(self.last, self.first)), e.whole(self.columns))


@dataclass(frozen=True)
class TileAt:
    """One tile: image, row and column of its first position, its number in the block, and its rows and columns."""

    image: Value
    h: Term
    w: Term
    number: Value
    n_rows: int
    n_columns: int


def smaller(e: Emitter, a: Value, b: Value) -> Value:
    return e.b.select(e.b.icmp_signed("<", a, b), a, b)


def for_blocks(
    e: Emitter, count: Value, size: Any, blocking: Blocking, body: Callable[[Block], None]
) -> None:
    """body(block) for all tiles of `count` images."""
    rows, columns = tile_grid(size)
    with e.loop(0, count, blocking.images) as image:
        n_images = smaller(e, e.b.sub(count, image), e.whole(blocking.images))
        with e.loop(0, rows, blocking.rows) as first:
            last = smaller(e, e.plus(first, blocking.rows), e.whole(rows))
            body(Block(image, n_images, first, last, columns))


def for_tiles(e: Emitter, block: Block, size: Any, body: Callable[[TileAt], None]) -> None:
    """body(tile) for each tile of a block in order; tiles at the bottom and right may have fewer rows and columns."""
    n_rows, full = e.b.sub(block.last, block.first), e.whole(size[0] // TILE)
    with e.loop(0, block.n_images) as i:
        image, before = e.plus(block.first_image, i), e.b.mul(i, n_rows)

        def row(r: Value, height: int) -> None:
            number = e.times(e.plus(before, e.b.sub(r, block.first)), block.columns)

            def tile(w: Term, width: int) -> None:
                column = w // TILE if isinstance(w, int) else e.b.lshr(w, e.whole(2))
                body(TileAt(image, e.times(r, TILE), w, e.plus(number, column), height, width))

            e.tiles(size[1], TILE, tile)

        with e.loop(block.first, smaller(e, block.last, full)) as r:
            row(r, TILE)
        if size[0] % TILE:
            with e.b.if_then(e.b.icmp_signed(">", block.last, full)):
                row(full, size[0] % TILE)


def place(e: Emitter, pointer: Value, view: View, tile: TileAt) -> Value:
    """The first channel of a tile's first position."""
    return e.at(
        pointer, e.times(tile.image, view.image), e.times(tile.h, view.row), e.times(tile.w, view.pixel)
    )


def load_tile(
    e: Emitter, pointer: Value, view: View, rows: range, columns: int, n: int, part: Lanes
) -> list[list[Value]]:
    """n x n vectors; those outside of `rows` and `columns` are zero and not read."""
    zero = e.splat_constant(0.0, part.width)
    return [
        [
            e.load(e.at(pointer, i * view.row + j * view.pixel), part) if i in rows and j < columns else zero
            for j in range(n)
        ]
        for i in range(n)
    ]


# --- forward, and dA --------------------------------------------------------------------------------------------------


def describe_conv(stage: WinogradConv, machine: Machine) -> tuple[str, str, str]:
    geometry = f"{stage.size[0]}x{stage.size[1]}x{stage.n_C_prev}_to_{stage.n_C}"
    endings = [("bias", stage.bias), ("relu", stage.relu), ("mask", stage.mask is not None)]
    endings.append(("add", stage.accumulate))
    blocking = conv_blocking(stage, machine)
    tile = f"t{blocking.tiles}p{blocking.positions}v{blocking.vectors}"
    return stage.role, geometry + "".join(f"_{word}" for word, on in endings if on), tile


@kernel(WinogradConv, describe_conv)
def emit_conv(e: Emitter, stage: WinogradConv, arguments: dict[str, Any]) -> None:
    blocking = conv_blocking(stage, e.machine)
    depth = in_vectors(stage.n_C_prev, e.lanes)
    V_plane = plane_size(blocking.tiles, depth, stage.dtype)
    V, M = arguments["work"], e.at(arguments["work"], PLANES * V_plane)
    block_width = blocking.vectors * e.lanes
    block_elements = PLANES * plane_size(stage.n_C_prev, block_width, stage.dtype)

    def block(at: Block) -> None:
        def inputs(tile: TileAt) -> None:
            x = place(e, arguments["x"], stage.x, tile)
            for number in range(len(ROWS)):
                planes = e.at(V, number * 2 * SPAN * V_plane)
                emit_input(e, x, stage.x, stage.n_C_prev, tile, number, planes, V_plane)

        for_tiles(e, at, stage.size, inputs)
        for first, count, group in channel_groups(full_vectors(stage.n_C, e.lanes), blocking.vectors):

            def filters(c: Term, group: list[Lanes] = group) -> None:
                before = (
                    e.b.sdiv(e.value(c), e.whole(block_width)) if not isinstance(c, int) else c // block_width
                )
                U = e.at(arguments["U"], e.times(before, block_elements))
                _emit_products(e, stage, blocking, at.tiles(e), (V, U, M), len(group))
                for_tiles(
                    e, at, stage.size, lambda tile: _emit_outputs(e, stage, arguments, tile, c, M, group)
                )

            for_groups(e, first, count, group, filters)

    for_blocks(e, arguments["count"], stage.size, blocking, block)


def emit_input(
    e: Emitter, x: Value, view: View, n_C: int, tile: TileAt, number: int, planes: Value, plane_step: int
) -> None:
    """Twelve planes of one tile: the rows ROWS[number] of B^T x B."""
    target = e.at(planes, e.times(tile.number, in_vectors(n_C, e.lanes)))

    def vector(c: Term, part: Lanes) -> None:
        d = load_tile(e, e.at(x, c), view, range(tile.n_rows + 2), tile.n_columns + 2, SPAN, part)
        rows = two_rows(e, input_pair, number, d)
        for k, value in enumerate(value for row in rows for value in row):
            e.store(value, e.at(target, c, k * plane_step), Lanes(0, e.lanes, e.lanes))

    for_vectors(e, n_C, vector)


def group_sizes(positions: int, tiles: int) -> list[int]:
    """How many tiles are multiplied together, largest first: any number of tiles is a sum of these."""
    sizes = {positions, 1}
    rest = tiles % positions
    while rest:
        sizes.add(rest)
        rest //= 2
    return sorted(sizes, reverse=True)


def _emit_products(
    e: Emitter,
    stage: WinogradConv,
    blocking: Blocking,
    tiles: Value,
    at: tuple[Value, Value, Value],
    vectors: int,
) -> None:
    """M[plane][tile] = the sum over channels of V[plane][tile][k] * U[plane][k]."""
    V, U, M = at
    depth, width = in_vectors(stage.n_C_prev, e.lanes), vectors * e.lanes
    V_plane = plane_size(blocking.tiles, depth, stage.dtype)
    M_plane = plane_size(blocking.tiles, blocking.vectors * e.lanes, stage.dtype)
    with e.loop(0, PLANES) as number:
        x = e.at(V, e.times(number, V_plane))
        filters = e.at(U, e.times(number, plane_size(stage.n_C_prev, width, stage.dtype)))
        sums = e.at(M, e.times(number, M_plane))
        start: Value = e.whole(0)
        for size in group_sizes(blocking.positions, blocking.tiles):
            n_groups = e.b.sdiv(e.b.sub(tiles, start), e.whole(size))
            stop = e.plus(start, e.times(n_groups, size))
            with e.loop(start, stop, size) as t:
                _emit_sums(
                    e,
                    stage.n_C_prev,
                    e.at(x, e.times(t, depth)),
                    filters,
                    e.at(sums, e.times(t, width)),
                    size,
                    vectors,
                )
            start = stop


def _emit_sums(
    e: Emitter, n_C_prev: int, x: Value, filters: Value, target: Value, positions: int, vectors: int
) -> None:
    depth, part = in_vectors(n_C_prev, e.lanes), Lanes(0, e.lanes, e.lanes)

    def channel(k: Value, sums: list[Value]) -> list[Value]:
        row, numbers = e.at(filters, e.times(k, vectors * e.lanes)), e.at(x, k)
        weights = [e.load(e.at(row, v * e.lanes), part) for v in range(vectors)]
        following = []
        for p in range(positions):
            number = e.broadcast(e.at(numbers, p * depth), e.lanes)
            following += [e.fma(number, weights[v], sums[p * vectors + v]) for v in range(vectors)]
        return following

    zeros = [e.splat_constant(0.0, e.lanes)] * (positions * vectors)
    for index, value in enumerate(e.reduce(n_C_prev, zeros, channel)):
        e.store(value, e.at(target, index * e.lanes), part)


def _emit_outputs(
    e: Emitter,
    stage: WinogradConv,
    arguments: dict[str, Any],
    tile: TileAt,
    c: Term,
    M: Value,
    group: list[Lanes],
) -> None:
    """The positions of one tile that lie on the output, for one block of filters."""
    blocking = conv_blocking(stage, e.machine)
    M_plane = plane_size(blocking.tiles, blocking.vectors * e.lanes, stage.dtype)
    sums = e.at(M, e.times(tile.number, len(group) * e.lanes))
    y = place(e, arguments["y"], stage.y, tile)
    mask = place(e, arguments["mask"], stage.mask, tile) if stage.mask else y
    width = sum(part.count for part in group)

    def vector(offset: Term, part: Lanes) -> None:
        channel = e.plus(c, offset)
        whole = Lanes(0, e.lanes, e.lanes)
        m = [
            [e.load(e.at(sums, offset, plane(i, j) * M_plane), whole) for j in range(SPAN)]
            for i in range(SPAN)
        ]
        values = from_sums(e, output_line, m)
        bias = e.load(e.at(arguments["b"], channel), part) if stage.bias else None
        for i in range(tile.n_rows):
            for j in range(tile.n_columns):
                value = values[i][j] if bias is None else e.b.fadd(values[i][j], bias)
                if stage.relu:
                    value = e.relu(value)
                target = e.at(y, channel, i * stage.y.row + j * stage.y.pixel)
                if stage.accumulate:
                    value = e.b.fadd(e.load(target, part), value)
                if stage.mask is not None:
                    there = e.at(mask, channel, i * stage.mask.row + j * stage.mask.pixel)
                    value = e.keep_where_positive(value, e.load(there, part))
                e.store(value, target, part)

    for_vectors(e, width, vector)
