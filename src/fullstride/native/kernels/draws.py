"""What is drawn for an image that is augmented: `steps.draw_augmentation` as instructions, operation by operation."""

from __future__ import annotations

from dataclasses import dataclass

from llvmlite import ir

from fullstride.native.emit import F64, I64, Emitter, Value
from fullstride.native.kernels.angles import emit_sine_and_cosine
from fullstride.native.kernels.philox import emit_block
from fullstride.program.augmentation import LoadAugmented, Word
from fullstride.random import Purpose


@dataclass(frozen=True)
class Draw:
    """`steps.Drawn` as values; the centre is that of the window, along and across the two numbers of the turn."""

    flip: Value
    flip_vertical: Value
    vert_shift: Value
    horiz_shift: Value
    resampled: Value
    along: Value
    across: Value
    vert_centre: Value
    horiz_centre: Value
    cutout: tuple[Value, Value, Value, Value]
    reflect: Value


def f64(value: float) -> Value:
    """A float64."""
    return ir.Constant(F64, value)


def emit_draw(e: Emitter, stage: LoadAugmented, words: Value, image: Value) -> Draw:
    """What `steps.draw_augmentation` draws for image `image` of the data set."""
    b, (n_H, n_W) = e.b, stage.size

    def given(word: Word) -> Value:
        kind = F64 if word >= Word.LOST_AREA else I64
        return e.load_scalar(e.at(words, int(word), kind=I64), kind)

    key = (given(Word.SEED), e.whole(int(Purpose.AUGMENT)))
    counters = [given(Word.EPOCH), image, e.whole(0)]
    raw = [word for block in range(3) for word in emit_block(b, key, [e.whole(block), *counters])]

    def u(place: int) -> Value:
        upper = b.lshr(raw[place], e.whole(11))
        return b.fmul(b.sitofp(upper, F64), f64(2.0**-53))

    def whole_below(place: int, n: Value) -> Value:
        return b.fptosi(b.fmul(u(place), n), I64)  # not negative, so this is the floor

    def flips(place: int, word: Word) -> Value:
        below_half = b.icmp_signed(">=", raw[place], e.whole(0))
        return b.and_(b.icmp_signed("!=", given(word), e.whole(0)), below_half)

    shift, side_of_cutout = given(Word.SHIFT), given(Word.CUTOUT)
    places = b.sitofp(b.add(b.shl(shift, e.whole(1)), e.whole(1)), F64)
    one = f64(1.0)
    angle = b.fmul(b.fsub(b.fmul(f64(2.0), u(6)), one), given(Word.ROTATION))
    zoom = b.fadd(given(Word.LEAST_SCALE), b.fmul(u(7), given(Word.SCALES)))
    area = b.fsub(one, b.fmul(u(8), given(Word.LOST_AREA)))
    side = b.call(e.intrinsic("llvm.sqrt.f64", F64, [F64]), [area])
    lost = b.fsub(one, side)
    sine, cosine = emit_sine_and_cosine(e, angle)
    factor = b.fdiv(side, zoom)

    def centre(place: int, n: int) -> Value:
        half = b.fdiv(b.fsub(b.fmul(side, f64(n)), one), f64(2.0))
        return b.fadd(b.fmul(b.fmul(u(place), lost), f64(n)), half)

    def around(place: int, n: int) -> tuple[Value, Value]:
        start = b.sub(whole_below(place, f64(n)), b.ashr(side_of_cutout, e.whole(1)))
        return most(e, start, e.whole(0)), least(e, b.add(start, side_of_cutout), e.whole(n))

    changed = (
        b.fcmp_unordered("!=", value, f64(still)) for value, still in ((angle, 0.0), (zoom, 1.0), (side, 1.0))
    )
    turned, zoomed, cropped = changed
    return Draw(
        flip=flips(0, Word.FLIP),
        flip_vertical=flips(1, Word.FLIP_VERTICAL),
        vert_shift=b.sub(whole_below(2, places), shift),
        horiz_shift=b.sub(whole_below(3, places), shift),
        resampled=b.or_(turned, b.or_(zoomed, cropped)),
        along=b.fmul(factor, cosine),
        across=b.fmul(factor, sine),
        vert_centre=centre(9, n_H),
        horiz_centre=centre(10, n_W),
        cutout=(*around(4, n_H), *around(5, n_W)),
        reflect=b.icmp_signed("!=", given(Word.REFLECT), e.whole(0)),
    )


def most(e: Emitter, left: Value, right: Value) -> Value:
    """The larger of two whole numbers."""
    return e.b.select(e.b.icmp_signed(">", left, right), left, right)


def least(e: Emitter, left: Value, right: Value) -> Value:
    """The smaller of two whole numbers."""
    return e.b.select(e.b.icmp_signed("<", left, right), left, right)
