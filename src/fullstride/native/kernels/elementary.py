"""exp and log, ours: the same instructions, and so the same bits, on every machine.

exp(x) = 2**n * exp(r), n = round(x / ln 2), r = x - n ln 2 in two pieces, |r| <= 0.347: Taylor's series of exp(r).
log(x) = e ln 2 + log(m), x = m * 2**e, m in [sqrt(1/2), sqrt(2)): log(m) = 2 artanh(s), s = (m - 1) / (m + 1).
Source: J.-M. Muller, "Elementary Functions: Algorithms and Implementation" (2016), chapters 3 and 11.
Largest error: below 3 units in the last place for results that are normal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

from llvmlite import ir

from fullstride.native.emit import F32, F64, I32, I64, Emitter, Value, suffix_of


@dataclass(frozen=True)
class Format:
    """Constants of a floating-point format."""

    integer: Any
    mantissa: int
    bias: int
    ln2_high: float
    ln2_low: float
    lowest: float
    highest: float
    exp_terms: int
    log_terms: int


SINGLE = Format(I32, 23, 127, 0.693359375, -2.12194440054690583e-4, -104.0, 89.0, 7, 6)
DOUBLE = Format(I64, 52, 1023, 6.93147180369123816490e-01, 1.90821492927058770002e-10, -746.0, 710.0, 13, 11)
LN2 = 0.6931471805599453
SQRT_HALF = 0.7071067811865476


def _format(x: Value) -> Format:
    kind = x.type.element if isinstance(x.type, ir.VectorType) else x.type
    return SINGLE if kind == F32 else DOUBLE


class _Numbers:
    """Constants and bit casts in the shape of x."""

    def __init__(self, e: Emitter, x: Value) -> None:
        self.e, self.x, self.format = e, x, _format(x)
        integer = self.format.integer
        self.integer = ir.VectorType(integer, x.type.count) if isinstance(x.type, ir.VectorType) else integer

    def real(self, value: float) -> Value:
        return self.e.constant_like(self.x, value)

    def whole(self, value: int) -> Value:
        if isinstance(self.integer, ir.VectorType):
            element = ir.Constant(self.integer.element, value)
            return ir.Constant(self.integer, [element] * self.integer.count)
        return ir.Constant(self.integer, value)

    def bits(self, value: Value) -> Value:
        return self.e.b.bitcast(value, self.integer)

    def number(self, bits: Value) -> Value:
        return self.e.b.bitcast(bits, self.x.type)


def emit_exp(e: Emitter, x: Value) -> Value:
    """exp of a number or of each lane; NaN stays NaN, results too large are infinite, too small are zero."""
    n, b = _Numbers(e, x), e.b
    f = n.format
    x = b.select(b.fcmp_ordered("<", x, n.real(f.lowest)), n.real(f.lowest), x)
    x = b.select(b.fcmp_ordered(">", x, n.real(f.highest)), n.real(f.highest), x)
    # Adding 1.5 * 2**mantissa rounds to a whole number, which then stands in the lowest bits.
    magic = n.real(1.5 * 2.0**f.mantissa)
    shifted = e.fma(x, n.real(1 / LN2), magic)
    whole = b.fsub(shifted, magic)
    exponent = b.sub(n.bits(shifted), n.bits(magic))
    r = e.fma(whole, n.real(-f.ln2_high), x)
    r = e.fma(whole, n.real(-f.ln2_low), r)
    result = n.real(1 / factorial(f.exp_terms))
    for k in range(f.exp_terms - 1, -1, -1):
        result = e.fma(result, r, n.real(1 / factorial(k)))
    # Twice half of the exponent: neither factor overflows.
    half = b.ashr(exponent, n.whole(1))
    for part in (half, b.sub(exponent, half)):
        power = n.number(b.shl(b.add(part, n.whole(f.bias)), n.whole(f.mantissa)))
        result = b.fmul(result, power)
    return result


def emit_log(e: Emitter, x: Value) -> Value:
    """log of a number or of each lane; log(0) = -inf, of a negative number NaN."""
    n, b = _Numbers(e, x), e.b
    f = n.format
    smallest = 2.0 ** (1 - f.bias)
    subnormal = b.fcmp_ordered("<", x, n.real(smallest))
    scaled = b.select(subnormal, b.fmul(x, n.real(2.0**f.mantissa)), x)
    bits = n.bits(scaled)
    # The exponent counts from sqrt(1/2), so that m stays close to 1 on both sides.
    root = n.bits(n.real(SQRT_HALF))
    above = b.sub(bits, root)
    exponent = b.ashr(above, n.whole(f.mantissa))
    m = n.number(b.sub(bits, b.shl(exponent, n.whole(f.mantissa))))
    # What a subnormal number was scaled up by comes off again.
    whole = b.sitofp(b.sub(exponent, b.select(subnormal, n.whole(f.mantissa), n.whole(0))), x.type)
    s = b.fdiv(b.fsub(m, n.real(1.0)), b.fadd(m, n.real(1.0)))
    square = b.fmul(s, s)
    series = n.real(1 / (2 * f.log_terms + 1))
    for k in range(f.log_terms - 1, 0, -1):
        series = e.fma(series, square, n.real(1 / (2 * k + 1)))
    twice = b.fadd(s, s)
    tail = e.fma(b.fmul(twice, square), series, b.fmul(whole, n.real(f.ln2_low)))
    result = b.fadd(e.fma(whole, n.real(f.ln2_high), twice), tail)
    zero = n.real(0.0)
    result = b.select(b.fcmp_ordered("==", x, zero), n.real(float("-inf")), result)
    result = b.select(b.fcmp_unordered("<", x, zero), n.real(float("nan")), result)
    return b.select(b.fcmp_ordered("==", x, n.real(float("inf"))), x, result)


# --- between the dtypes, and roots ------------------------------------------------------------------------------------


def wide(e: Emitter, value: Value) -> Value:
    """A vector or a number in float64."""
    if e.dtype == "float64":
        return value
    kind = ir.VectorType(F64, value.type.count) if isinstance(value.type, ir.VectorType) else F64
    return e.b.fpext(value, kind)


def narrow(e: Emitter, value: Value) -> Value:
    """A float64 vector or number in the kernel's dtype."""
    if e.dtype == "float64":
        return value
    kind = e.vector_type(value.type.count) if isinstance(value.type, ir.VectorType) else e.scalar
    return e.b.fptrunc(value, kind)


def root(e: Emitter, value: Value) -> Value:
    """The square root of a number or of each lane, correctly rounded."""
    kind = value.type
    vector = isinstance(kind, ir.VectorType)
    suffix = f"v{kind.count}{suffix_of(kind.element)}" if vector else suffix_of(kind)
    return e.b.call(e.intrinsic(f"llvm.sqrt.{suffix}", kind, [kind]), [value])


def is_finite(e: Emitter, value: Value) -> Value:
    """Whether a number is neither NaN nor an infinity: then x - x is 0."""
    return e.b.fcmp_ordered("==", e.b.fsub(value, value), ir.Constant(value.type, 0.0))
