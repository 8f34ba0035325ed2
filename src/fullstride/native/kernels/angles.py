"""The sine and cosine of `fullstride.angles`: the same operations in the same order, so the same bits."""

from __future__ import annotations

from llvmlite import ir

from fullstride.angles import COSINE_SERIES, HALF_PI_HIGH, HALF_PI_LOW, SINE_SERIES, TWO_OVER_PI
from fullstride.native.emit import F64, I64, Emitter, Value


def emit_floor(e: Emitter, x: Value) -> Value:
    """The largest whole number <= x, of a float64 or of each lane, as a float64."""
    kind = x.type
    name = f"llvm.floor.v{kind.count}f64" if isinstance(kind, ir.VectorType) else "llvm.floor.f64"
    return e.b.call(e.intrinsic(name, kind, [kind]), [x])


def emit_sine_and_cosine(e: Emitter, x: Value) -> tuple[Value, Value]:
    """sin(x) and cos(x) of a float64."""
    b = e.b

    def number(value: float) -> Value:
        return ir.Constant(F64, value)

    def series(coefficients: tuple[float, ...], square: Value) -> Value:
        total = number(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = b.fadd(number(coefficient), b.fmul(square, total))
        return total

    whole = emit_floor(e, b.fadd(b.fmul(x, number(TWO_OVER_PI)), number(0.5)))
    high, low = (b.fmul(whole, number(part)) for part in (HALF_PI_HIGH, HALF_PI_LOW))
    r = b.fsub(b.fsub(x, high), low)
    square = b.fmul(r, r)
    sin_r, cos_r = b.fmul(r, series(SINE_SERIES, square)), series(COSINE_SERIES, square)
    k = b.fptosi(whole, I64)
    odd, upper = (b.icmp_signed("!=", b.and_(k, e.whole(bit)), e.whole(0)) for bit in (1, 2))
    # k % 4 = 0, 1, 2, 3: sin is sin_r, cos_r, -sin_r, -cos_r; cos is cos_r, -sin_r, -cos_r, sin_r.
    sine, cosine = b.select(odd, cos_r, sin_r), b.select(odd, sin_r, cos_r)
    turned = b.xor(odd, upper)
    return b.select(upper, b.fneg(sine), sine), b.select(turned, b.fneg(cosine), cosine)
