"""Matrices transposed in registers, square by square."""

from __future__ import annotations

from collections.abc import Callable

from fullstride.native.emit import Emitter, Lanes, Term, Value


def emit_transpose(
    e: Emitter, source: Value, target: Value, rows: int, columns: int, pitch: int | None = None
) -> None:
    """target[j, i] = source[i, j]; the rows of `target` stand `pitch` apart, `rows` where nothing is said."""
    apart = pitch or rows
    side = min(e.lanes, 1 << (min(rows, columns).bit_length() - 1))
    part = Lanes(0, side, side)

    def square(i: Term, j: Term) -> None:
        here, there = e.at(source, e.times(i, columns), j), e.at(target, e.times(j, apart), i)
        vectors = turned(e, [e.load(e.at(here, k * columns), part) for k in range(side)])
        for k, vector in enumerate(vectors):
            e.store(vector, e.at(there, k * apart), part)

    _cover(e, rows, side, lambda i: _cover(e, columns, side, lambda j: square(i, j)))


def _cover(e: Emitter, total: int, side: int, body: Callable[[Term], None]) -> None:
    """body(start) for squares over range(total); the last writes some numbers again where it would end behind it."""
    if total == side:
        body(0)
        return
    with e.loop(0, total, side) as start:
        last = e.whole(total - side)
        body(e.b.select(e.b.icmp_signed("<", start, last), start, last) if total % side else start)


def turned(e: Emitter, vectors: list[Value]) -> list[Value]:
    """Lane l of vector k changes places with lane k of vector l; of longer vectors each piece is a square by itself.

    Blocks of half the side change places across the diagonal, then their halves, down to single numbers.
    """
    vectors, side = list(vectors), len(vectors)
    width = vectors[0].type.count
    half = side // 2
    while half:
        for k in range(side):
            if not k & half:
                upper, lower = vectors[k], vectors[k + half]
                lanes = [lane + (width - half if lane & half else 0) for lane in range(width)]
                vectors[k] = e.shuffle(upper, lower, lanes)
                lanes = [lane + (width if lane & half else half) for lane in range(width)]
                vectors[k + half] = e.shuffle(upper, lower, lanes)
        half //= 2
    return vectors
