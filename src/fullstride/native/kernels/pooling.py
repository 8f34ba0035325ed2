"""Max and average pooling, forward and backward.

The code of `max_pool_forward__f2x2_s2x2_28x28x16`:

    for image in count:  for h in n_H:  for w in n_W:  for c in channels, a vector at a time:
        a = x[2h, 2w, c]
        for each further place of the window:  a = x if x > a or x is NaN (and a is not)
        A[h, w, c] = a

Backward reads the window again; the first place that equals A gets the gradient, the others nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fullstride.geometry import Pair, Window
from fullstride.native.emit import Emitter, Lanes, Term, Value
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import for_rows, for_vectors
from fullstride.program.machine import Machine
from fullstride.program.stages import Pool, PoolBackward, View


def _geometry(stage: Pool | PoolBackward) -> str:
    f, s = stage.window.f, stage.window.stride
    return f"f{f[0]}x{f[1]}_s{s[0]}x{s[1]}_{stage.size[0]}x{stage.size[1]}x{stage.n_C}"


def describe_pool(stage: Pool, _: Machine) -> tuple[str, str, str]:
    return f"{stage.mode}_pool_forward", _geometry(stage), ""


def describe_backward(stage: PoolBackward, _: Machine) -> tuple[str, str, str]:
    endings = [("mask", stage.mask), ("add", stage.accumulate)]
    n_prev = f"_of_{stage.size_prev[0]}x{stage.size_prev[1]}"
    geometry = _geometry(stage) + n_prev + "".join(f"_{word}" for word, on in endings if on)
    return f"{stage.mode}_pool_backward", geometry, ""


def _windows(
    e: Emitter,
    size: Pair,
    window: Window,
    n_C: int,
    outputs: list[tuple[Value, View]],
    inputs: list[tuple[Value, View]],
    body: Callable[[list[Value], list[Value], Lanes], None],
) -> None:
    """body(pointers to the outputs, to the windows' corners, lanes) for each output vector, in row-major order."""
    with e.loop(0, size[0]) as h, e.loop(0, size[1]) as w:

        def vector(c: Term, part: Lanes) -> None:
            here = [e.at(base, e.times(h, view.row), e.times(w, view.pixel), c) for base, view in outputs]
            corners = [
                e.at(
                    base,
                    e.times(h, window.stride[0] * view.row),
                    e.times(w, window.stride[1] * view.pixel),
                    c,
                )
                for base, view in inputs
            ]
            body(here, corners, part)

        for_vectors(e, n_C, vector)


def _later(e: Emitter, a: Value, x: Value) -> Value:
    """The maximum so far: x where it is greater, or the first NaN."""
    b = e.b
    greater = b.and_(b.fcmp_unordered(">", x, a), b.fcmp_ordered("ord", a, a))
    return b.select(greater, x, a)


@kernel(Pool, describe_pool)
def emit_pool(e: Emitter, stage: Pool, arguments: dict[str, Any]) -> None:
    f = stage.window.f

    def one(here: list[Value], corners: list[Value], part: Lanes) -> None:
        (A,), (corner,) = here, corners
        first = e.load(corner, part) if stage.mode == "max" else e.splat_constant(0.0, part.width)

        def vertical(v: Value, values: list[Value]) -> list[Value]:
            row = e.at(corner, e.times(v, stage.x.row))

            def horizontal(h: Value, values: list[Value]) -> list[Value]:
                x = e.load(e.at(row, e.times(h, stage.x.pixel)), part)
                return [_later(e, values[0], x) if stage.mode == "max" else e.b.fadd(values[0], x)]

            if f[1] > 4:
                return e.reduce(f[1], values, horizontal)
            for h in range(f[1]):
                values = horizontal(e.whole(h), values)
            return values

        (a,) = e.reduce(f[0], [first], vertical) if f[0] > 4 else _unrolled(e, f[0], [first], vertical)
        if stage.mode == "average":
            a = e.b.fdiv(a, e.constant_like(a, f[0] * f[1]))
        e.store(a, A, part)

    with e.loop(0, arguments["count"]) as image:
        outputs = [(e.at(arguments["A"], e.times(image, stage.A.image)), stage.A)]
        inputs = [(e.at(arguments["x"], e.times(image, stage.x.image)), stage.x)]
        _windows(e, stage.size, stage.window, stage.n_C, outputs, inputs, one)


def _unrolled(e: Emitter, count: int, values: list[Value], body: Any) -> list[Value]:
    for k in range(count):
        values = body(e.whole(k), values)
    return values


@kernel(PoolBackward, describe_backward)
def emit_pool_backward(e: Emitter, stage: PoolBackward, arguments: dict[str, Any]) -> None:
    f, s = stage.window.f, stage.window.stride
    covered = all(
        n == k * step and k_f == step
        for n, k, step, k_f in zip(stage.size_prev, stage.size, s, f, strict=True)
    )
    adds = stage.accumulate or stage.window.overlaps
    if not stage.accumulate and not (covered and not stage.window.overlaps):

        def zero(pointers: list[Value], part: Lanes) -> None:
            e.store(e.splat_constant(0.0, part.width), pointers[0], part)

        places = [(arguments["dx"], stage.dx)]
        for_rows(e, arguments["count"], stage.size_prev, stage.n_C, places, zero)

    def put(value: Value, place: Value, part: Lanes) -> None:
        e.store(e.b.fadd(e.load(place, part), value) if adds else value, place, part)

    def max_window(here: list[Value], corners: list[Value], part: Lanes) -> None:
        a, gradient = e.load(here[0], part), e.load(here[1], part)
        zero = e.splat_constant(0.0, part.width)
        if stage.mask:
            gradient = e.keep_where_positive(gradient, a)

        def place(v: Value, h: Value, left: Value) -> Value:
            x = e.load(e.at(corners[0], e.times(v, stage.x.row), e.times(h, stage.x.pixel)), part)
            # Of a window with a NaN, A is NaN: its first NaN is hit, and not what stands before it.
            hit = e.b.or_(e.b.fcmp_ordered("==", x, a), e.b.fcmp_unordered("uno", x, x))
            target = e.at(corners[1], e.times(v, stage.dx.row), e.times(h, stage.dx.pixel))
            put(e.b.select(hit, left, zero), target, part)
            return e.b.select(hit, zero, left)

        _over_window(e, f, [gradient], lambda v, h, values: [place(v, h, values[0])])

    def average_window(here: list[Value], corners: list[Value], part: Lanes) -> None:
        gradient = e.load(here[1], part)
        share = e.b.fdiv(gradient, e.constant_like(gradient, f[0] * f[1]))

        def place(v: Value, h: Value, _: list[Value]) -> list[Value]:
            value = share
            if stage.mask:
                x = e.load(e.at(corners[0], e.times(v, stage.x.row), e.times(h, stage.x.pixel)), part)
                value = e.keep_where_positive(share, x)
            put(value, e.at(corners[1], e.times(v, stage.dx.row), e.times(h, stage.dx.pixel)), part)
            return []

        _over_window(e, f, [], place)

    with e.loop(0, arguments["count"]) as image:
        outputs = [
            (e.at(arguments["A"], e.times(image, stage.A.image)), stage.A),
            (e.at(arguments["dA"], e.times(image, stage.dA.image)), stage.dA),
        ]
        inputs = [
            (e.at(arguments["x"], e.times(image, stage.x.image)), stage.x),
            (e.at(arguments["dx"], e.times(image, stage.dx.image)), stage.dx),
        ]
        body = max_window if stage.mode == "max" else average_window
        _windows(e, stage.size, stage.window, stage.n_C, outputs, inputs, body)


def _over_window(e: Emitter, f: Pair, values: list[Value], body: Any) -> None:
    """values = body(v, h, values) for each place of a window in row-major order: written out when it is small."""
    if f[0] * f[1] <= 16:
        for v in range(f[0]):
            for h in range(f[1]):
                values = body(e.whole(v), e.whole(h), values)
        return
    e.reduce(f[0], values, lambda v, outer: e.reduce(f[1], outer, lambda h, inner: body(v, h, inner)))
