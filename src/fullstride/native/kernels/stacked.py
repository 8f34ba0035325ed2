"""Convolution with half as many filters as lanes: a vector holds the filters of two rows of outputs.

The code that `conv_forward__f3x3_s1x1_28x28x1_to_8` with a tile of 14 positions becomes on 16 lanes:

    for image in count:
      for h in 0, 2, 4 ..:
       for w in 0, 14:
        z[0..13] = b, b                                    # 14 registers: lanes 0-7 are row h, lanes 8-15 are row h+1
        for i in 0 .. 3:                                   # the rows of the image that the two rows of windows see
          for k in 0 .. 2:                                 # horizontal and channel
            for p in 0 .. 13:  z[p] += x[h+i, w+p, k] * (W[i, k], W[i-1, k])
        y[h], y[h+1] = z

Row i of the image is tap i of the first row and tap i - 1 of the second: each sum meets its terms in its own order. At
the ends, where it is a tap of one row alone, that row's half of a vector is added to.
"""

from __future__ import annotations

from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value
from fullstride.native.kernels.planar import planar_cycles, put_output
from fullstride.program.machine import Machine
from fullstride.program.stages import Conv

WRITTEN_OUT = 96
"""Up to so many multiply-adds a row of the image stands without a loop."""


def stacked_columns(stage: Conv, machine: Machine) -> int | None:
    """Positions of a tile, or None where a convolution is better off otherwise."""
    lanes = machine.lanes(stage.dtype)
    if not lanes // 4 < stage.n_C <= lanes // 2 or not stage.terms or stage.size[0] < 2:
        return None
    if stage.step[0] % stage.x.row or _stride(stage) >= stage.taps[0]:
        return None
    planar = planar_cycles(stage, machine)
    if _cycles(stage) > (stage.size[1] * (stage.terms / 2 + 1) if planar is None else planar):
        return None
    # One vector of filters, a broadcast number, and the filters of rows to come, which LLVM reads early.
    most = min(16, machine.registers - 4)
    parts = -(-stage.size[1] // most)
    return -(-stage.size[1] // parts)


def _stride(stage: Conv) -> int:
    return stage.step[0] // stage.x.row


def _cycles(stage: Conv) -> float:
    """Of one row of outputs: half of what two rows cost together."""
    seen = _stride(stage) + stage.taps[0]
    return stage.size[1] * (seen * stage.terms / stage.taps[0] / 2 * 1.1 + 2) / 2


def emit_stacked(e: Emitter, stage: Conv, arguments: dict[str, Any], columns: int) -> None:
    with e.loop(0, arguments["count"]) as image:
        x = e.at(arguments["x"], e.times(image, stage.x.image))
        y = e.at(arguments["y"], e.times(image, stage.y.image))
        mask = e.at(arguments["mask"], e.times(image, stage.mask.image)) if stage.mask else x

        def row_pair(h: Term, rows: int) -> None:
            def tile(w: Term, count: int) -> None:
                corner = e.at(x, e.times(h, stage.step[0]), e.times(w, stage.step[1]))
                _emit_tile(e, stage, arguments, corner, (y, mask), (h, w), (rows, count))

            e.tiles(stage.size[1], columns, tile)

        e.tiles(stage.size[0], 2, row_pair)


def _emit_tile(
    e: Emitter,
    stage: Conv,
    arguments: dict[str, Any],
    corner: Value,
    outputs: tuple[Value, Value],
    place: tuple[Term, Term],
    size: tuple[int, int],
) -> None:
    rows, columns = size
    side, apart, f = 1 << (stage.n_C - 1).bit_length(), _stride(stage), stage.taps[0]
    part = Lanes(0, side, stage.n_C)
    start = e.load(arguments["b"], part) if stage.bias else e.splat_constant(0.0, side)

    def add(sums: list[Value], i: int, taps: list[int]) -> list[Value]:
        return _add_row(e, stage, arguments["W"], e.at(corner, i * stage.x.row), taps, part, sums)

    first = [start] * columns
    for i in range(apart if rows == 2 else f):
        first = add(first, i, [i])
    results = [first]
    if rows == 2:
        both = [e.shuffle(value, start, range(2 * side)) for value in first]
        for i in range(apart, f):
            both = add(both, i, [i, i - apart])
        second = [e.shuffle(value, value, range(side, 2 * side)) for value in both]
        for i in range(f, f + apart):
            second = add(second, i, [i - apart])
        results = [[e.shuffle(value, value, range(side)) for value in both], second]
    for r, sums in enumerate(results):
        for p, value in enumerate(sums):
            put_output(e, stage, outputs, (place[0], r), e.plus(place[1], p), value, part)


def _add_row(
    e: Emitter, stage: Conv, W: Value, row: Value, taps: list[int], part: Lanes, sums: list[Value]
) -> list[Value]:
    """A row of the image, which is tap taps[0] of the first row of outputs in a vector and taps[1] of the second."""
    run = stage.taps[1] * stage.n_C_prev

    def term(k: Value, sums: list[Value]) -> list[Value]:
        filters = e.at(W, e.times(k, stage.n_C))
        halves = [e.load(e.at(filters, tap * run * stage.n_C), part) for tap in taps]
        weights = halves[0] if len(taps) == 1 else e.shuffle(halves[0], halves[1], range(2 * part.width))
        numbers = e.at(row, k)
        return [
            e.fma(e.broadcast(e.at(numbers, p * stage.step[1]), weights.type.count), weights, total)
            for p, total in enumerate(sums)
        ]

    if run * len(sums) > WRITTEN_OUT:
        return e.reduce(run, sums, term)
    for k in range(run):
        sums = term(e.whole(k), sums)
    return sums
