"""Convolution with fewer filters than half of a vector's lanes: here the lanes are positions that lie side by side.

The code that `conv_input_gradient__f3x3_s1x1_28x28x32_to_1` with a tile of 8 rows and 2 vectors of positions becomes:

    for image in count:
      for strip of rows:
        t[i, k, :] = x[i, :, k]                            # the strip with channels outside, on the stack
        for h in strip, 8 at a time:
          z[0..7][0..1] = b                                # 16 registers: 8 rows of 16 + 12 positions
          for i in 0 .. 9:                                 # the rows of t that these 8 rows of windows see
            for j in 0 .. 2:                               # horizontal
              for k in 0 .. 31:                            # channel
                for r with 0 <= i - r < 3:  z[r][:] += t[h+i, k, j..] * W[i-r, j, k]
          y[h..h+7] = z                                    # turned, so that the filters of a position lie side by side

Row i of t is tap i - r of row r: each sum meets its terms in the order (vertical, horizontal, channel).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fullstride.native.emit import Emitter, Lanes, Term, Value, room, split_lanes
from fullstride.native.kernels.transposition import emit_transpose, turned
from fullstride.program.machine import Machine
from fullstride.program.stages import Conv, View

STRIP = 64 << 10
"""Bytes of a strip of rows with channels outside."""


@dataclass(frozen=True)
class PlanarTile:
    """`rows` rows of `vectors` vectors of positions for all filters are held in registers; a strip has `strip` rows."""

    rows: int
    vectors: int
    strip: int


def planar_tile(stage: Conv, machine: Machine) -> PlanarTile | None:
    """The tile, or None where a convolution is better off with filters in its lanes."""
    lanes = machine.lanes(stage.dtype)
    if 2 * stage.n_C > lanes or not stage.terms or stage.x.pixel != stage.n_C_prev:
        return None
    if stage.step[1] != stage.x.pixel or stage.step[0] % stage.x.row:
        return None
    n_vectors = -(-stage.size[1] // lanes)
    vectors = max(v for v in (1, 2) if n_vectors % v == 0)
    # A vector of an image's row for each vector of sums, and a broadcast filter.
    most = (machine.registers - 2 - vectors) // (vectors * stage.n_C)
    if not most:
        return None
    rows = -(-stage.size[0] // -(-stage.size[0] // min(most, 8)))
    row_bytes = stage.n_C_prev * _pitch(stage, lanes) * machine.vector_bits // 8 // lanes
    seen = STRIP // row_bytes - stage.taps[0]
    strip = min(max(seen // _stride(stage), rows), stage.size[0]) // rows * rows
    if stage.n_C_prev > 1 and row_bytes * _rows_seen(stage, rows) > 2 * STRIP:
        return None
    filters_in_lanes = stage.size[1] * (stage.terms / 2 + 1)
    return PlanarTile(rows, vectors, strip) if _cycles(stage, lanes, strip) < filters_in_lanes else None


def _stride(stage: Conv) -> int:
    return stage.step[0] // stage.x.row


def _rows_seen(stage: Conv, rows: int) -> int:
    return (rows - 1) * _stride(stage) + stage.taps[0]


def _columns_seen(stage: Conv) -> int:
    return stage.size[1] + stage.taps[1] - 1


def _pitch(stage: Conv, lanes: int) -> int:
    return -(-_columns_seen(stage) // lanes) * lanes


def planar_cycles(stage: Conv, machine: Machine) -> float | None:
    """Cycles for a row of outputs, turning included; None where it is not done this way."""
    tile = planar_tile(stage, machine)
    return _cycles(stage, machine.lanes(stage.dtype), tile.strip) if tile else None


def _cycles(stage: Conv, lanes: int, strip: int) -> float:
    n_vectors = -(-stage.size[1] // lanes)
    turning = 0.0
    if stage.n_C_prev > 1:
        turning = 0.5 * stage.n_C_prev * _columns_seen(stage) * _rows_seen(stage, strip) / strip * 8 / lanes
    stores = n_vectors * (lanes + 4 * stage.n_C)
    return n_vectors * stage.n_C * stage.terms / 2 + turning + stores


def emit_planar(e: Emitter, stage: Conv, arguments: dict[str, Any], tile: PlanarTile) -> None:
    turns = stage.n_C_prev > 1
    pitch = _pitch(stage, e.lanes)
    # (row, channel, position) -> distance in what the windows are read from
    planes = (stage.n_C_prev * pitch, pitch) if turns else (stage.x.row, 0)
    strip_rows = _rows_seen(stage, tile.strip)
    # One loop over the rows of a tile turns and stores them, where the sums are so long that this costs nothing.
    waits = turns and stage.n_C > 1
    waiting = room(e, tile.rows * tile.vectors * stage.n_C * e.lanes) if waits else None
    strip = _zeros(e, strip_rows * planes[0] + e.lanes) if turns else None
    with e.loop(0, arguments["count"]) as image:
        x = e.at(arguments["x"], e.times(image, stage.x.image))
        y = e.at(arguments["y"], e.times(image, stage.y.image))
        mask = e.at(arguments["mask"], e.times(image, stage.mask.image)) if stage.mask else x

        def rows_of_strip(first: Term, n_rows: int) -> None:
            corner = e.at(x, e.times(first, stage.step[0]))
            if turns:
                with e.loop(0, _rows_seen(stage, n_rows)) as i:
                    source, target = e.at(corner, e.times(i, stage.x.row)), e.at(strip, e.times(i, planes[0]))
                    emit_transpose(e, source, target, _columns_seen(stage), stage.n_C_prev, pitch)
                corner = strip

            def rows(h: Term, count: int) -> None:
                here = e.at(corner, e.times(h, _stride(stage) * planes[0]))
                work = _Planes(e, stage, arguments, (y, mask), planes, e.plus(first, h), count, waiting)
                _over_columns(e, stage, tile, lambda w, parts: work.tile(here, w, parts))

            e.tiles(n_rows, tile.rows, rows)

        e.tiles(stage.size[0], tile.strip, rows_of_strip)


def _zeros(e: Emitter, elements: int) -> Value:
    """Memory on the stack: the last vector of a row reads numbers behind it, which lead to nothing."""
    memory = room(e, elements)
    with e.loop(0, elements, e.lanes) as k:
        e.store(e.splat_constant(0.0, e.lanes), e.at(memory, k), Lanes(0, e.lanes, e.lanes))
    return memory


def _over_columns(e: Emitter, stage: Conv, tile: PlanarTile, body: Any) -> None:
    """body(first position, vectors from there on) for all positions of a row."""
    parts = split_lanes(stage.size[1], e.lanes)
    whole = stage.size[1] // (tile.vectors * e.lanes)
    if whole > 1:
        with e.loop(0, whole * tile.vectors * e.lanes, tile.vectors * e.lanes) as w:
            body(w, parts[: tile.vectors])
        parts = parts[whole * tile.vectors :]
    for start in range(0, len(parts), tile.vectors):
        chosen = parts[start : start + tile.vectors]
        at = chosen[0].offset
        body(at, [Lanes(part.offset - at, part.width, part.count) for part in chosen])


@dataclass(frozen=True)
class _Planes:
    """A tile of `rows` rows of windows from row `h` on; with many terms its sums wait on the stack to be stored."""

    e: Emitter
    stage: Conv
    arguments: dict[str, Any]
    outputs: tuple[Value, Value]
    planes: tuple[int, int]
    h: Term
    rows: int
    waiting: Value | None

    def tile(self, here: Value, w: Term, parts: list[Lanes]) -> None:
        e, stage = self.e, self.stage
        corner = e.at(here, w)
        first = [
            e.broadcast(e.at(self.arguments["b"], c), part.width)
            if stage.bias
            else e.splat_constant(0.0, part.width)
            for part in parts
            for c in range(stage.n_C)
        ]
        sums = first * self.rows
        if self._by_taps():
            sums = self._all_taps(corner, parts, sums)
        else:
            filters = self.arguments["W"]
            for taps in self._by_rows():
                for j in range(stage.taps[1]):
                    tap = e.at(filters, j * stage.n_C_prev * stage.n_C)
                    sums = self._channels(e.at(corner, j), tap, taps, parts, sums)
        row = len(parts) * stage.n_C
        if self.waiting is None or self.rows == 1:
            for r in range(self.rows):
                self._store_row(sums[r * row : (r + 1) * row], r, w, parts)
            return
        widths = [part for part in parts for _ in range(stage.n_C)]
        for number, value in enumerate(sums):
            e.store(value, e.at(self.waiting, number * e.lanes), self._whole(widths[number % row]))
        with e.loop(0, self.rows) as turn:
            here = e.at(self.waiting, e.times(turn, row * e.lanes))
            values = [e.load(e.at(here, k * e.lanes), self._whole(part)) for k, part in enumerate(widths)]
            self._store_row(values, turn, w, parts)

    def _whole(self, part: Lanes) -> Lanes:
        return Lanes(0, part.width, part.width)

    def _store_row(self, sums: list[Value], r: Term, w: Term, parts: list[Lanes]) -> None:
        for p, part in enumerate(parts):
            start = p * self.stage.n_C
            self._store(sums[start : start + self.stage.n_C], r, self.e.plus(w, part.offset), part)

    def _by_taps(self) -> bool:
        """Several filters: a tap for all rows of the tile at once, for its filters are read once.

        One filter: a row of the image for all rows of the tile that see it, for there are few multiply-adds to a
        number that is read.
        """
        return self.stage.n_C > 4

    def _by_rows(self) -> list[list[tuple[int, int, int]]]:
        """(row of the image, row of the tile, vertical tap), the same row of the image together, each sum in order."""
        stage, rows = self.stage, range(self.rows)
        places = [(r * _stride(stage) + v, r, v) for v in range(stage.taps[0]) for r in rows]
        return [
            [place for place in places if place[0] == number]
            for number in sorted({place[0] for place in places})
        ]

    def _all_taps(self, corner: Value, parts: list[Lanes], sums: list[Value]) -> list[Value]:
        """Loops over the taps: the code is short, and soon compiled."""
        e, stage = self.e, self.stage
        filters = stage.n_C_prev * stage.n_C
        tap = [(r * _stride(stage), r, 0) for r in range(self.rows)]

        def vertical(v: Value, sums: list[Value]) -> list[Value]:
            x = e.at(corner, e.times(v, self.planes[0]))
            W = e.at(self.arguments["W"], e.times(v, stage.taps[1] * filters))

            def horizontal(j: Value, sums: list[Value]) -> list[Value]:
                return self._channels(e.at(x, j), e.at(W, e.times(j, filters)), tap, parts, sums)

            return e.reduce(stage.taps[1], sums, horizontal)

        return e.reduce(stage.taps[0], sums, vertical)

    def _channels(
        self, x: Value, W: Value, taps: list[tuple[int, int, int]], parts: list[Lanes], sums: list[Value]
    ) -> list[Value]:
        """All channels of one column of the windows, for the rows and vertical taps of one step; `W` is its filters."""
        e, stage = self.e, self.stage
        seen = sorted({i for i, _, _ in taps})
        unroll = self._unroll(len(sums))

        def channel(k: Term, sums: list[Value]) -> list[Value]:
            sums = list(sums)
            t = e.at(x, e.times(k, self.planes[1]))
            positions = {
                (i, p): e.load(e.at(t, i * self.planes[0] + part.offset), self._read(part))
                for i in seen
                for p, part in enumerate(parts)
            }
            filters = e.at(W, e.times(k, stage.n_C))
            for v in sorted({v for _, _, v in taps}):
                tap = v * stage.taps[1] * stage.n_C_prev * stage.n_C
                for c in range(stage.n_C):
                    number = e.load_scalar(e.at(filters, tap + c))
                    weights = e.splats(number, parts)
                    for i, r, _ in (place for place in taps if place[2] == v):
                        for p in range(len(parts)):
                            here = (r * len(parts) + p) * stage.n_C + c
                            sums[here] = e.fma(weights[p], positions[i, p], sums[here])
            return sums

        def channels(k: Value, sums: list[Value]) -> list[Value]:
            for further in range(unroll):
                sums = channel(e.plus(k, further), sums)
            return sums

        return e.reduce(stage.n_C_prev, sums, channels, unroll)

    def _read(self, part: Lanes) -> Lanes:
        """A strip holds whole vectors; the caller's image may end with its last column."""
        return part if self.stage.n_C_prev == 1 else Lanes(part.offset, part.width, part.width)

    def _unroll(self, sums: int) -> int:
        """Channels in the body of the loop, which is short and leaves often: the processor foresees fewer turns."""
        return next(n for n in (4, 2, 1) if self.stage.n_C_prev % n == 0 and (n * sums <= 64 or n == 1))

    # --- outputs ------------------------------------------------------------------------------------------------------

    def _store(self, sums: list[Value], r: Term, w: Term, part: Lanes) -> None:
        """The filters' sums of the positions of a vector, of row r."""
        e, stage = self.e, self.stage
        if self._side_by_side():
            put_output(e, stage, self.outputs, (self.h, r), w, sums[0], Lanes(0, part.width, part.count))
            return
        side = 1 << (stage.n_C - 1).bit_length()
        width = max(part.width, side)
        sums = [e.widened(value, width) for value in sums]
        zeros = [e.splat_constant(0.0, width)] * (side - len(sums))
        for k, vector in enumerate(turned(e, [*sums, *zeros])):
            for block in range(0, width, side):
                if block + k < part.count:
                    lanes = list(range(block, block + side))
                    one = e.shuffle(vector, vector, lanes)
                    put_output(
                        e,
                        stage,
                        self.outputs,
                        (self.h, r),
                        e.plus(w, block + k),
                        one,
                        Lanes(0, side, stage.n_C),
                    )

    def _side_by_side(self) -> bool:
        views = [self.stage.y, *([self.stage.mask] if self.stage.mask else [])]
        return self.stage.n_C == 1 and all(view.pixel == 1 for view in views)


def put_output(
    e: Emitter,
    stage: Conv,
    outputs: tuple[Value, Value],
    row: tuple[Term, Term],
    w: Term,
    value: Value,
    part: Lanes,
) -> None:
    """Sums to their place (row[0] + row[1], w) in the image of y, with what the stage does along."""
    y, mask = outputs

    def place(image: Value, view: View) -> Value:
        return e.at(image, e.times(row[0], view.row), e.times(w, view.pixel), e.times(row[1], view.row))

    if stage.relu:
        value = e.relu(value)
    target = place(y, stage.y)
    if stage.accumulate:
        value = e.b.fadd(e.load(target, part), value)
    if stage.mask is not None:
        value = e.keep_where_positive(value, e.load(place(mask, stage.mask), part))
    e.store(value, target, part)
