"""Winograd's weight gradient: sums over tiles in 36 planes, from which dW is made once a shard.

What `winograd_weight_gradient__16x16x64_to_64` becomes, for 16 lanes and 14 channels by 2 vectors in registers:

    for a block of images, or of rows of tiles:
      for a third of the planes:                                      # so that a block has many tiles
        for each tile, c:    V[12][tile][c] = B^T x B
        for each tile, c:    D[12][tile][c] = H' dZ H'^T
        for plane in 0 .. 11:
          for c in 0, 32:                                             # 2 vectors of filters
            for k in 0, 14 ..:                                        # 14 channels of x
              m[0..13][0..1] = M[plane][c][k..k+13]                   # 28 registers
              for tile:  m[p][:] += V[plane][tile][k+p] * D[plane][tile][c..c+31]
              M[plane][c][k..k+13] = m

Each number in M is one chain of fused multiply-adds over images in index order and tiles in row-major order.
"""

from __future__ import annotations

from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import channel_groups, for_groups
from fullstride.native.kernels.winograd import (
    Block,
    TileAt,
    emit_input,
    for_blocks,
    for_tiles,
    for_vectors,
    full_vectors,
    load_tile,
    place,
)
from fullstride.native.kernels.winograd_transforms import (
    from_sums,
    gradient_line,
    gradient_pair,
    scaled,
    two_rows,
)
from fullstride.program.machine import Machine
from fullstride.program.stages import WinogradGradientOutput, WinogradWeightGradient
from fullstride.program.winograd import (
    PLANES,
    ROWS,
    SPAN,
    TILE,
    gradient_blocking,
    gradient_registers,
    in_vectors,
    plane,
    plane_size,
)

THIRD = PLANES // len(ROWS)


def describe_gradient(stage: WinogradWeightGradient, machine: Machine) -> tuple[str, str, str]:
    geometry = f"{stage.size[0]}x{stage.size[1]}x{stage.n_C_prev}_to_{stage.n_C}"
    blocking = gradient_blocking(stage, machine)
    tile = f"t{blocking.tiles}k{blocking.positions}v{blocking.vectors}"
    return "winograd_weight_gradient", geometry, tile


@kernel(WinogradWeightGradient, describe_gradient)
def emit_gradient(e: Emitter, stage: WinogradWeightGradient, arguments: dict[str, Any]) -> None:
    blocking = gradient_blocking(stage, e.machine)
    depth, width = in_vectors(stage.n_C_prev, e.lanes), in_vectors(stage.n_C, e.lanes)
    V_plane, D_plane = (plane_size(blocking.tiles, n, stage.dtype) for n in (depth, width))
    M_plane = plane_size(stage.n_C_prev, width, stage.dtype)
    V, D = arguments["work"], e.at(arguments["work"], THIRD * V_plane)

    def block(at: Block) -> None:
        if stage.bias:
            with e.b.if_then(e.b.icmp_signed("==", at.first, e.whole(0))):
                _emit_bias_gradient(e, stage, arguments, at)
        with e.loop(0, len(ROWS)) as third:
            for number in range(len(ROWS)):

                def transforms(tile: TileAt, number: int = number) -> None:
                    x = place(e, arguments["x"], stage.x, tile)
                    emit_input(e, x, stage.x, stage.n_C_prev, tile, number, V, V_plane)

                def gradients(tile: TileAt, number: int = number) -> None:
                    _emit_gradients(e, stage, arguments["dZ"], tile, number, D, D_plane)

                with e.b.if_then(e.b.icmp_signed("==", third, e.whole(number))):
                    for_tiles(e, at, stage.size, transforms)
                    for_tiles(e, at, stage.size, gradients)
            with e.loop(0, THIRD) as q:
                sums = e.at(arguments["M"], e.times(e.plus(q, e.times(third, THIRD)), M_plane))
                x, dZ = e.at(V, e.times(q, V_plane)), e.at(D, e.times(q, D_plane))
                _emit_products(e, stage, at.tiles(e), (x, dZ, sums))

    for_blocks(e, arguments["count"], stage.size, blocking, block)


def _emit_gradients(
    e: Emitter, stage: WinogradWeightGradient, dZ: Value, tile: TileAt, number: int, planes: Value, step: int
) -> None:
    """Twelve planes of one tile: the rows ROWS[number] of H' dZ H'^T."""
    first = place(e, dZ, stage.dZ, tile)
    target = e.at(planes, e.times(tile.number, in_vectors(stage.n_C, e.lanes)))

    def vector(c: Term, part: Lanes) -> None:
        d = load_tile(e, e.at(first, c), stage.dZ, range(tile.n_rows), tile.n_columns, TILE, part)
        rows = two_rows(e, gradient_pair, number, d)
        for k, value in enumerate(value for row in rows for value in row):
            e.store(value, e.at(target, c, k * step), Lanes(0, e.lanes, e.lanes))

    for_vectors(e, stage.n_C, vector)


def _emit_products(
    e: Emitter, stage: WinogradWeightGradient, tiles: Value, at: tuple[Value, Value, Value]
) -> None:
    """M[k][c] += the sum over tiles of V[tile][k] * D[tile][c], for one plane."""
    x, dZ, M = at
    blocking = gradient_blocking(stage, e.machine)
    for first, count, group in channel_groups(full_vectors(stage.n_C, e.lanes), blocking.vectors):

        def filters(c: Term, group: list[Lanes] = group) -> None:
            sums = e.at(M, e.times(c, stage.n_C_prev))

            def channels(k: Term, positions: int) -> None:
                target = e.at(sums, e.times(k, len(group) * e.lanes))
                _emit_sums(e, stage, tiles, (e.at(x, k), e.at(dZ, c), target), positions, len(group))

            e.tiles(stage.n_C_prev, blocking.positions, channels)

        for_groups(e, first, count, group, filters)


def _emit_sums(
    e: Emitter,
    stage: WinogradWeightGradient,
    tiles: Value,
    at: tuple[Value, Value, Value],
    positions: int,
    vectors: int,
) -> None:
    x, dZ, target = at
    depth, width = in_vectors(stage.n_C_prev, e.lanes), in_vectors(stage.n_C, e.lanes)
    part = Lanes(0, e.lanes, e.lanes)
    places = [e.at(target, index * e.lanes) for index in range(positions * vectors)]

    def tile(t: Value, sums: list[Value]) -> list[Value]:
        numbers, row = e.at(x, e.times(t, depth)), e.at(dZ, e.times(t, width))
        dz = [e.load(e.at(row, v * e.lanes), part) for v in range(vectors)]
        following = []
        for p in range(positions):
            number = e.broadcast(e.at(numbers, p), e.lanes)
            following += [e.fma(number, dz[v], sums[p * vectors + v]) for v in range(vectors)]
        return following

    sums = e.reduce(tiles, [e.load(there, part) for there in places], tile)
    for there, value in zip(places, sums, strict=True):
        e.store(value, there, part)


def _emit_bias_gradient(
    e: Emitter, stage: WinogradWeightGradient, arguments: dict[str, Any], block: Block
) -> None:
    """db += the sum of an image's dZ in row-major order, image by image."""
    for first, count, group in channel_groups(full_vectors(stage.n_C, e.lanes), 8):

        def channels(c: Term, group: list[Lanes] = group) -> None:
            with e.loop(0, block.n_images) as i:
                image = e.plus(block.first_image, i)
                corner = e.at(arguments["dZ"], e.times(image, stage.dZ.image), c)

                def row(h: Value, sums: list[Value]) -> list[Value]:
                    def position(w: Value, sums: list[Value]) -> list[Value]:
                        here = e.at(corner, e.times(h, stage.dZ.row), e.times(w, stage.dZ.pixel))
                        return [
                            e.b.fadd(old, e.load(e.at(here, v * e.lanes), part))
                            for v, (old, part) in enumerate(zip(sums, group, strict=True))
                        ]

                    return e.reduce(stage.size[1], sums, position)

                sums = e.reduce(stage.size[0], [e.splat_constant(0.0, e.lanes) for _ in group], row)
                for v, (value, part) in enumerate(zip(sums, group, strict=True)):
                    there = e.at(arguments["db"], c, v * e.lanes)
                    e.store(e.b.fadd(e.load(there, part), value), there, part)

        for_groups(e, first, count, group, channels)


# --- from sums to dW --------------------------------------------------------------------------------------------------


def describe_output(stage: WinogradGradientOutput, machine: Machine) -> tuple[str, str, str]:
    _, vectors = gradient_registers(stage.dtype, stage.n_C_prev, stage.n_C, machine)
    return "winograd_gradient_output", f"{stage.n_C_prev}_to_{stage.n_C}", f"v{vectors}"


@kernel(WinogradGradientOutput, describe_output)
def emit_output(e: Emitter, stage: WinogradGradientOutput, arguments: dict[str, Any]) -> None:
    """dW = A'^T S M S A' for each pair of channels."""
    _, vectors = gradient_registers(stage.dtype, stage.n_C_prev, stage.n_C, e.machine)
    step = plane_size(stage.n_C_prev, in_vectors(stage.n_C, e.lanes), stage.dtype)
    for first, count, group in channel_groups(full_vectors(stage.n_C, e.lanes), vectors):

        def filters(c: Term, group: list[Lanes] = group) -> None:
            with e.loop(0, stage.n_C_prev) as k:
                sums = e.at(arguments["M"], e.times(c, stage.n_C_prev), e.times(k, len(group) * e.lanes))
                width = sum(part.count for part in group)
                for_vectors(
                    e,
                    width,
                    lambda v, part: _emit_output(e, stage, e.at(sums, v), step, part, at(k, e.plus(c, v))),
                )

        def at(k: Value, c: Term) -> Value:
            return e.at(arguments["dW"], e.times(k, stage.n_C), c)

        for_groups(e, first, count, group, filters)


def _emit_output(
    e: Emitter, stage: WinogradGradientOutput, sums: Value, step: int, part: Lanes, target: Value
) -> None:
    whole = Lanes(0, e.lanes, e.lanes)
    m = [
        [scaled(e, e.load(e.at(sums, plane(i, j) * step), whole), i, j) for j in range(SPAN)]
        for i in range(SPAN)
    ]
    for tap, value in enumerate(value for row in from_sums(e, gradient_line, m) for value in row):
        e.store(value, e.at(target, tap * stage.n_C_prev * stage.n_C), part)
