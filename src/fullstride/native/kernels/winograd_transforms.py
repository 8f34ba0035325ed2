"""Winograd's transforms of lines of vectors, and of tiles: columns first (vertical), then rows (horizontal).

The order is the promise of equal bits. `fma(a, b, c)` has one rounding, and so has each + and -. A line of

    x   (6 to 6)   a = fma(-4, d2, d4)   b = fma(-4, d1, d3)            t1 = a + b              t2 = a - b
                   a = d4 - d2           b = d3 - d1                    t3 = fma(2, b, a)       t4 = fma(-2, b, a)
                   t0 = fma(4, d0, fma(-5, d2, d4))                     t5 = fma(4, d1, fma(-5, d3, d5))
    W   (3 to 6)   a = w0 + w2           t0 = w0        t1 = a + w1     t2 = a - w1
                   a = fma(4, w2, w0)    t5 = w2        t3 = fma(2, w1, a)      t4 = fma(-2, w1, a)
    dZ  (4 to 6)   a = d0 + d2           b = d1 + d3                    t1 = a + b              t2 = a - b
                   a = fma(4, d2, d0)    b = fma(4, d3, d1)             t3 = fma(2, b, a)       t4 = fma(-2, b, a)
                   t0 = d0               t5 = d3
    y   (6 to 4)   a = m1 + m2    b = m1 - m2    c = m3 + m4    d = m3 - m4
                   y0 = (m0 + a) + c     y1 = fma(2, d, b)     y2 = fma(4, c, a)     y3 = fma(8, d, b) + m5
    dW  (6 to 3)   y0, y1 as above, y2 = fma(4, c, a) + m5

Transformed W are multiplied by their factor, S[i] * S[j] rounded to the dtype, after both passes; the sums for dW
before them. What lies outside of the image, or of the output, is +0 and is computed with like any number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from fullstride.native.emit import Emitter, Value
from fullstride.program.winograd import ROWS, SPAN, scale

Line: TypeAlias = Sequence[Value]
Pair: TypeAlias = Callable[[Emitter, int, Line], tuple[Value, Value]]


def _times(e: Emitter, factor: float, value: Value, addend: Value) -> Value:
    return e.fma(e.constant_like(value, factor), value, addend)


def input_pair(e: Emitter, number: int, d: Line) -> tuple[Value, Value]:
    """The elements ROWS[number] of a transformed line of x."""
    if number == 0:
        a, b = _times(e, -4.0, d[2], d[4]), _times(e, -4.0, d[1], d[3])
        return e.b.fadd(a, b), e.b.fsub(a, b)
    if number == 1:
        a, b = e.b.fsub(d[4], d[2]), e.b.fsub(d[3], d[1])
        return _times(e, 2.0, b, a), _times(e, -2.0, b, a)
    even, odd = _times(e, -5.0, d[2], d[4]), _times(e, -5.0, d[3], d[5])
    return _times(e, 4.0, d[0], even), _times(e, 4.0, d[1], odd)


def filter_pair(e: Emitter, number: int, w: Line) -> tuple[Value, Value]:
    """The elements ROWS[number] of a transformed line of W, not yet multiplied by their factor."""
    if number == 0:
        a = e.b.fadd(w[0], w[2])
        return e.b.fadd(a, w[1]), e.b.fsub(a, w[1])
    if number == 1:
        a = _times(e, 4.0, w[2], w[0])
        return _times(e, 2.0, w[1], a), _times(e, -2.0, w[1], a)
    return w[0], w[2]


def gradient_pair(e: Emitter, number: int, d: Line) -> tuple[Value, Value]:
    """The elements ROWS[number] of a transformed line of dZ, without their factor."""
    if number == 0:
        a, b = e.b.fadd(d[0], d[2]), e.b.fadd(d[1], d[3])
        return e.b.fadd(a, b), e.b.fsub(a, b)
    if number == 1:
        a, b = _times(e, 4.0, d[2], d[0]), _times(e, 4.0, d[3], d[1])
        return _times(e, 2.0, b, a), _times(e, -2.0, b, a)
    return d[0], d[3]


def output_line(e: Emitter, m: Line) -> list[Value]:
    """Four elements of the output from six sums."""
    b = e.b
    plus, minus, plus_2, minus_2 = (
        b.fadd(m[1], m[2]),
        b.fsub(m[1], m[2]),
        b.fadd(m[3], m[4]),
        b.fsub(m[3], m[4]),
    )
    return [
        b.fadd(b.fadd(m[0], plus), plus_2),
        _times(e, 2.0, minus_2, minus),
        _times(e, 4.0, plus_2, plus),
        b.fadd(_times(e, 8.0, minus_2, minus), m[5]),
    ]


def gradient_line(e: Emitter, m: Line) -> list[Value]:
    """Three elements of dW from six sums."""
    b = e.b
    plus, minus, plus_2, minus_2 = (
        b.fadd(m[1], m[2]),
        b.fsub(m[1], m[2]),
        b.fadd(m[3], m[4]),
        b.fsub(m[3], m[4]),
    )
    return [
        b.fadd(b.fadd(m[0], plus), plus_2),
        _times(e, 2.0, minus_2, minus),
        b.fadd(_times(e, 4.0, plus_2, plus), m[5]),
    ]


def whole_line(e: Emitter, pair: Pair, line: Line) -> list[Value]:
    """All six elements of a transformed line, in order."""
    found: dict[int, Value] = {}
    for number, places in enumerate(ROWS):
        found.update(zip(places, pair(e, number, line), strict=True))
    return [found[i] for i in range(SPAN)]


def two_rows(e: Emitter, pair: Pair, number: int, d: Sequence[Line]) -> list[list[Value]]:
    """The rows ROWS[number] of a transformed tile d, columns first."""
    columns = [pair(e, number, [row[j] for row in d]) for j in range(len(d[0]))]
    return [whole_line(e, pair, [column[k] for column in columns]) for k in range(2)]


def from_sums(
    e: Emitter, line: Callable[[Emitter, Line], list[Value]], m: Sequence[Line]
) -> list[list[Value]]:
    """What 6x6 sums stand for, columns first."""
    columns = [line(e, [m[i][j] for i in range(SPAN)]) for j in range(SPAN)]
    return [line(e, [column[k] for column in columns]) for k in range(len(columns[0]))]


def scaled(e: Emitter, value: Value, i: int, j: int) -> Value:
    """Times the factor of element (i, j)."""
    factor = scale(i, j)
    return value if factor == 1 else e.b.fmul(value, e.constant_like(value, float(factor)))
