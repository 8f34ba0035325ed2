"""The first kernel of a training with augmentation: draws what becomes of each image, and writes it so.

`steps/augmentation.py` says what is drawn and computed; here the operations are the same, in the same order. An image
whose pixels only move is copied; one that is resampled is first normalized into memory of the thread, with a border of
fill, so that every place that is read between pixels has four neighbours:

    for image in count:
      draw
      if resampled:
        work = X[rows[image]] normalized
        for h in n_H:  for w in n_W:
          vert, horiz = place of (h, w), reflected, or at least -1, at most n_H and n_W   # behind it all is fill
          y[h, w] = bilinear(work, vert, horiz)
      else:
        for h in n_H:
          y[h, :start], y[h, stop:] = fill, or the pixels reflected there   # where no pixel moves to
          y[h, start:stop] = X[rows[image], h - vert_shift], moved by horiz_shift and mirrored
      y[cutout] = 0
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I32, I64, Emitter, Lanes, Term, Value, exact_lanes
from fullstride.native.kernels.angles import emit_floor
from fullstride.native.kernels.draws import Draw, emit_draw, f64, least, most
from fullstride.native.kernels.load import Pixels, for_either_kind, for_exact_vectors, is_bytes, whole
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import for_vectors
from fullstride.program.augmentation import LoadAugmented
from fullstride.program.machine import Machine

MOST_VECTORS = 8
"""Of pixels that are moved together; what takes more is moved pixel by pixel."""


def describe_augmented(stage: LoadAugmented, _: Machine) -> tuple[str, str, str]:
    return (
        "read_augmented" if stage.from_file else "load_augmented",
        f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}",
        "",
    )


# --- what lies outside ------------------------------------------------------------------------------------------------


def _fill(e: Emitter, stage: LoadAugmented, arguments: dict[str, Any], outside: Value) -> Callable[..., None]:
    """fill(row, start, stop): pixels start..stop of a row become what a pixel that is stored as 0 becomes."""

    def fill(row: Value, start: Term, stop: Term) -> None:
        with e.loop(start, stop) as w:
            target = e.at(row, e.times(w, stage.n_C))

            def vector(offset: Term, width: int, target: Value = target) -> None:
                normalized = e.load(e.at(arguments["shift"], offset), whole(width))
                nothing = e.splat_constant(0.0, width)
                e.store(e.b.select(outside, normalized, nothing), e.at(target, offset), whole(width))

            for_exact_vectors(e, stage.n_C, vector)

    return fill


def _clear(e: Emitter, stage: LoadAugmented, target: Value, cutout: tuple[Value, ...]) -> None:
    """Pixels of a rectangle become 0."""
    vert_start, vert_end, horiz_start, horiz_end = cutout
    first, last = (e.times(place, stage.n_C) for place in (horiz_start, horiz_end))
    full = e.b.sub(last, e.b.and_(e.b.sub(last, first), e.whole(e.lanes - 1)))
    with e.loop(vert_start, vert_end) as h:
        row = e.at(target, e.times(h, stage.y.row))
        with e.loop(first, full, e.lanes) as offset:
            e.store(e.splat_constant(0.0, e.lanes), e.at(row, offset), whole(e.lanes))
        with e.loop(full, last) as offset:
            e.store(e.splat_constant(0.0, 1), e.at(row, offset), whole(1))


def _reflected_index(e: Emitter, index: Value, n: int) -> Value:
    """`steps.augmentation._reflect` of a whole number."""
    b = e.b
    if n == 1:
        return e.whole(0)
    there_and_back = e.whole(2 * (n - 1))
    index = b.urem(b.select(b.icmp_signed("<", index, e.whole(0)), b.neg(index), index), there_and_back)
    return least(e, index, b.sub(there_and_back, index))


def _reflected_place(e: Emitter, place: Value, n: int) -> Value:
    """`steps.augmentation._reflect` of some places."""
    b = e.b
    nothing, last = e.constant_like(place, 0.0), e.constant_like(place, float(n - 1))
    if n == 1:
        return nothing
    there_and_back = e.constant_like(place, 2.0 * (n - 1))
    place = b.select(b.fcmp_ordered("<", place, nothing), b.fneg(place), place)
    turns = emit_floor(e, b.fmul(place, e.constant_like(place, 1 / (2.0 * (n - 1)))))
    place = b.fsub(place, b.fmul(turns, there_and_back))
    place = b.select(b.fcmp_ordered("<", place, nothing), nothing, place)
    return b.select(b.fcmp_ordered(">", place, last), b.fsub(there_and_back, place), place)


# --- pixels that move -------------------------------------------------------------------------------------------------


def pixels_together(n_C: int, lanes: int) -> int:
    """How many pixels fill vectors without a rest; 1 where that takes too many."""
    together = lanes // gcd(lanes, n_C)
    return together if together * n_C <= MOST_VECTORS * lanes else 1


def _move(
    e: Emitter,
    stage: LoadAugmented,
    pixels: Pixels,
    draw: Draw,
    places: tuple[Value, Value],
    fill: Callable[..., None],
) -> None:
    """An image whose pixels only move; `places` are X and y."""
    b, (n_H, n_W) = e.b, stage.size
    source, target = places
    begin = least(e, most(e, draw.horiz_shift, e.whole(0)), e.whole(n_W))
    end = most(e, least(e, b.add(draw.horiz_shift, e.whole(n_W)), e.whole(n_W)), e.whole(0))

    def rows(flip: bool) -> None:
        with e.loop(0, n_H) as h:
            there = b.sub(h, draw.vert_shift)
            there = b.select(draw.reflect, _reflected_index(e, there, n_H), there)
            inside = b.icmp_unsigned("<", there, e.whole(n_H))
            there = b.select(draw.flip_vertical, b.sub(e.whole(n_H - 1), there), there)
            start, stop = (b.select(inside, value, e.whole(0)) for value in (begin, end))
            row = e.at(target, e.times(h, stage.y.row))
            stored = pixels.at(source, e.times(there, n_W * stage.n_C))
            moved = MovedRow(stored, row, draw.horiz_shift, start, stop, flip)
            with b.if_else(draw.reflect) as (reflected, filled):
                with reflected:
                    _move_outside(e, stage, pixels, moved)
                with filled:
                    fill(row, 0, start)
                    fill(row, stop, n_W)
            _move_row(e, stage, pixels, moved)

    with b.if_else(draw.flip) as (mirrored, straight):
        with mirrored:
            rows(True)
        with straight:
            rows(False)


@dataclass(frozen=True)
class MovedRow:
    """Pixels start..stop of a row of y show a row of X, mirrored where `flip` says so, then moved by `horiz_shift`."""

    stored: Value
    row: Value
    horiz_shift: Value
    start: Value
    stop: Value
    flip: bool


def _move_outside(e: Emitter, stage: LoadAugmented, pixels: Pixels, moved: MovedRow) -> None:
    """The pixels in front of start and from stop on, where y shows what lies outside of X: reflected."""
    b, n_W = e.b, stage.size[1]
    for start, stop in ((e.whole(0), moved.start), (moved.stop, e.whole(n_W))):
        with e.loop(start, stop) as w:
            there = _reflected_index(e, b.sub(w, moved.horiz_shift), n_W)
            there = b.sub(e.whole(n_W - 1), there) if moved.flip else there
            _move_pixel(e, stage, pixels, (moved.stored, there), (moved.row, w))


def _move_pixel(
    e: Emitter, stage: LoadAugmented, pixels: Pixels, source: tuple[Value, Value], target: tuple[Value, Value]
) -> None:
    """A pixel of a row of y, from one of a row of X: each the row and the pixel's index."""
    (stored, there), (row, here) = source, target
    there, here = e.times(there, stage.n_C), e.times(here, stage.n_C)
    for part in exact_lanes(stage.n_C, e.lanes):
        value = pixels.read(pixels.at(stored, there, part.offset), e.plus(here, part.offset), part.width)
        e.store(value, e.at(row, here, part.offset), whole(part.width))


def _move_row(e: Emitter, stage: LoadAugmented, pixels: Pixels, moved: MovedRow) -> None:
    """The pixels start..stop."""
    b, n_W, n_C = e.b, stage.size[1], stage.n_C
    stored, row, start, stop, flip = moved.stored, moved.row, moved.start, moved.stop, moved.flip

    def some(w: Value, count: int) -> None:
        """`count` pixels from w on."""
        first = b.sub(w, moved.horiz_shift)
        if flip:
            first = b.sub(e.whole(n_W - count), first)
        if count == 1:
            _move_pixel(e, stage, pixels, (stored, first), (row, w))
            return
        here, there = e.times(w, n_C), e.times(first, n_C)
        order = [(count - 1 - p) * n_C + c for p in range(count) for c in range(n_C)] if flip else ()
        value = pixels.read(pixels.at(stored, there), here, count * n_C, order)
        e.store(value, e.at(row, here), whole(count * n_C))

    def one_by_one() -> None:
        with e.loop(start, stop) as w:
            some(w, 1)

    together = pixels_together(n_C, e.lanes)
    if not 1 < together <= n_W:
        one_by_one()
        return
    last = b.sub(stop, e.whole(together))
    with b.if_else(b.icmp_signed(">=", last, start)) as (enough, few):
        with enough:
            with e.loop(start, last, together) as w:
                some(w, together)
            some(last, together)  # the last ones, some of them a second time
        with few:
            one_by_one()


# --- pixels between pixels --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corners:
    """Of some pixels: where in `work` the upper left of their four neighbours stand, and how far behind it they are."""

    offsets: Value
    below: Value
    behind: Value


def _resample(e: Emitter, stage: LoadAugmented, draw: Draw, work: Value, target: Value) -> None:
    """An image that is read between its pixels, which stand in `work`, inside their border."""
    b, (n_H, n_W) = e.b, stage.size
    write = _side_by_side if stage.n_C == 1 else _one_by_one
    with e.loop(0, n_H) as h:
        down = _from_centre(e, b.sub(h, draw.vert_shift), n_H, draw.flip_vertical)
        along_down, across_down = b.fmul(draw.along, down), b.fmul(draw.across, down)
        row = e.at(target, e.times(h, stage.y.row))

        def some(
            w: Term,
            width: int,
            row: Value = row,
            along_down: Value = along_down,
            across_down: Value = across_down,
        ) -> None:
            """`width` pixels from w on."""
            right = _from_centre(e, b.sub(e.value(w), draw.horiz_shift), n_W, draw.flip, width)
            along, across, along_down, across_down, vert_centre, horiz_centre = (
                e.splat(value, width)
                for value in (
                    draw.along,
                    draw.across,
                    along_down,
                    across_down,
                    draw.vert_centre,
                    draw.horiz_centre,
                )
            )
            vert = b.fadd(b.fadd(along_down, b.fmul(across, right)), vert_centre)
            horiz = b.fadd(b.fsub(b.fmul(along, right), across_down), horiz_centre)
            vert, horiz = (
                b.select(draw.reflect, _reflected_place(e, place, n), place)
                for place, n in ((vert, n_H), (horiz, n_W))
            )
            corners = _corners(e, stage, vert, horiz)
            write(e, stage, work, corners, e.at(row, e.times(w, stage.n_C)))

        for_exact_vectors(e, n_W, some)


def _from_centre(e: Emitter, index: Value, n: int, flip: Value, width: int = 0) -> Value:
    """How far a pixel, or each of `width` pixels from it on, lies behind the centre, before it was mirrored."""
    b = e.b
    place = b.sitofp(index, F64)
    if width:
        steps = ir.Constant(ir.VectorType(F64, width), [f64(k) for k in range(width)])
        place = b.fadd(e.splat(place, width), steps)
    place = b.fsub(place, e.constant_like(place, (n - 1) / 2))
    return b.select(flip, b.fneg(place), place)


def _corners(e: Emitter, stage: LoadAugmented, vert: Value, horiz: Value) -> Corners:
    b, width = e.b, vert.type.count

    def front_and_weight(place: Value, n: int) -> tuple[Value, Value]:
        """The pixel in front of a place, counted from the border, and how far behind it the place is."""
        first, last = e.constant_like(place, -1.0), e.constant_like(place, float(n))
        place = b.select(b.fcmp_ordered("<", place, first), first, place)
        place = b.select(b.fcmp_ordered(">", place, last), last, place)
        front = emit_floor(e, place)
        weight = b.fsub(place, front)
        weight = weight if stage.dtype == "float64" else b.fptrunc(weight, e.vector_type(width))
        whole_number = b.fptosi(front, ir.VectorType(I32, width))
        return b.add(whole_number, _all(width, 1)), weight

    h_0, below = front_and_weight(vert, stage.size[0])
    w_0, behind = front_and_weight(horiz, stage.size[1])
    offsets = b.add(b.mul(h_0, _all(width, stage.work_row)), b.mul(w_0, _all(width, stage.n_C)))
    return Corners(offsets, below, behind)


def _all(width: int, value: int) -> Value:
    return ir.Constant(ir.VectorType(I32, width), [ir.Constant(I32, value)] * width)


def _between(e: Emitter, left: Value, right: Value, weight: Value) -> Value:
    return e.b.fadd(left, e.b.fmul(weight, e.b.fsub(right, left)))


def _side_by_side(e: Emitter, stage: LoadAugmented, work: Value, corners: Corners, target: Value) -> None:
    """Pixels of one channel, each in a lane."""
    b, width = e.b, corners.offsets.type.count
    places = [
        e.at(work, b.sext(b.extract_element(corners.offsets, ir.Constant(I32, lane)), I64))
        for lane in range(width)
    ]

    def neighbours(offset: int) -> Value:
        gathered = ir.Constant(e.vector_type(width), ir.Undefined)
        for lane, place in enumerate(places):
            number = e.load_scalar(e.at(place, offset))
            gathered = b.insert_element(gathered, number, ir.Constant(I32, lane))
        return gathered

    upper, lower = (
        _between(e, neighbours(row), neighbours(row + 1), corners.behind) for row in (0, stage.work_row)
    )
    e.store(_between(e, upper, lower, corners.below), target, whole(width))


def _one_by_one(e: Emitter, stage: LoadAugmented, work: Value, corners: Corners, target: Value) -> None:
    """Pixels one after the other, channels in lanes. Lanes behind the last channel hold what happens to stand there."""
    b, n_C = e.b, stage.n_C
    for which in range(corners.offsets.type.count):
        lane = ir.Constant(I32, which)
        corner = e.at(work, b.sext(b.extract_element(corners.offsets, lane), I64))
        weights = [b.extract_element(weight, lane) for weight in (corners.behind, corners.below)]
        pixel = e.at(target, which * n_C)

        def channels(
            offset: Term,
            part: Lanes,
            corner: Value = corner,
            weights: list[Value] = weights,
            pixel: Value = pixel,
        ) -> None:
            behind, below = (e.splat(weight, part.width) for weight in weights)

            def row(place: int) -> Value:
                left, right = (
                    e.load(e.at(corner, offset, place + column), whole(part.width)) for column in (0, n_C)
                )
                return _between(e, left, right, behind)

            value = _between(e, row(0), row(stage.work_row), below)
            for some in exact_lanes(part.count, e.lanes):
                lanes = range(some.offset, some.offset + some.width)
                taken = value if some.width == part.width else e.shuffle(value, value, lanes)
                e.store(taken, e.at(pixel, offset, some.offset), whole(some.width))

        for_vectors(e, n_C, channels)


# --- the kernel -------------------------------------------------------------------------------------------------------


@kernel(LoadAugmented, describe_augmented)
def emit_augmented(e: Emitter, stage: LoadAugmented, arguments: dict[str, Any]) -> None:
    b, (n_H, n_W), n_C = e.b, stage.size, stage.n_C
    work, run = arguments["work"], n_W * n_C
    fill = _fill(e, stage, arguments, is_bytes(e, arguments))
    for row in (0, n_H + 1, n_H + 2):
        fill(e.at(work, row * stage.work_row), 0, n_W + 3)
    with e.loop(1, n_H + 1) as h:
        row = e.at(work, e.times(h, stage.work_row))
        fill(row, 0, 1)
        fill(row, n_W + 1, n_W + 3)

    with e.loop(0, arguments["count"]) as image:
        number = e.load_scalar(e.at(arguments["rows"], image, kind=I64), I64)
        draw = emit_draw(e, stage, arguments["augmentation"], number)
        target = e.at(arguments["y"], e.times(image, stage.y.image))

        def resampled(pixels: Pixels, image: Value = image) -> None:
            inside = e.at(work, stage.work_row + n_C)
            pixels.copy(pixels.image(image, n_H * run), inside, n_H, run, stage.work_row)

        def moved(pixels: Pixels, image: Value = image, draw: Draw = draw, target: Value = target) -> None:
            _move(e, stage, pixels, draw, (pixels.image(image, n_H * run), target), fill)

        with b.if_else(draw.resampled) as (between, whole_pixels):
            with between:
                for_either_kind(e, stage, arguments, resampled)
                _resample(e, stage, draw, work, target)
            with whole_pixels:
                for_either_kind(e, stage, arguments, moved)
        _clear(e, stage, target, draw.cutout)
