"""Wide fully connected layers, for the whole batch: the threads share the outputs, and each walks all images.

The code of `linear_batch_forward__9216_to_128` on 16 lanes, 16 images at once:

    y = b;  for rows in 0, 512 ...:  for c in start, start+16 ...:  for i in 0, 16 ... m:
      z[0..15] = y[i.., c..];  for k in rows:  for p in 0 .. 15:  z[p] += x[i+p, k] * W[k, c..];  y[i.., c..] = z

dA has images in its lanes, so that W is read along its rows:

    for k in start, start+16 ...:  for images i .. i+15, whose dZ stands transposed in `work`:
      a[0..15] = 0;  for c in 0 .. 127:  for r in 0 .. 15:  a[r] += W[k+r, c] * dZ[c, i..i+15]
      dA[i..i+15, k..k+15] = a, transposed
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fullstride.native.emit import I64, Emitter, Lanes, Term, Value, split_lanes
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.transposition import turned
from fullstride.program.machine import Machine
from fullstride.program.stages import LinearBatch, LinearBatchInputGradient

ROWS = 512
"""So many rows of W serve all images before the next come."""


def _images(machine: Machine) -> int:
    """So many images share a read of W; their sums are in registers."""
    return 16 if machine.registers >= 32 else 8


def describe_forward(stage: LinearBatch, machine: Machine) -> tuple[str, str, str]:
    geometry = f"{stage.n_C_prev}_to_{stage.n_C}" + ("_relu" if stage.relu else "")
    return "linear_batch_forward", geometry, f"i{_images(machine)}"


@kernel(LinearBatch, describe_forward, integers=("start", "stop"))
def emit_forward(e: Emitter, stage: LinearBatch, arguments: dict[str, Any]) -> None:
    m = e.load_scalar(arguments["m"], I64)
    groups = (_images(e.machine), 4, 1)

    def begin(c: Term, part: Lanes) -> None:
        bias = e.load(e.at(arguments["b"], c), part)
        with e.loop(0, m) as i:
            e.store(bias, e.at(arguments["y"], e.times(i, stage.y_image), c), part)

    def end(c: Term, part: Lanes) -> None:
        with e.loop(0, m) as i:
            place = e.at(arguments["y"], e.times(i, stage.y_image), c)
            e.store(e.relu(e.load(place, part)), place, part)

    def rows(k: Term, n_rows: int) -> None:
        """Rows k to k + n_rows - 1 of W, which stay in the cache while the sums of all images go on."""

        def column(c: Term, part: Lanes) -> None:
            _in_groups(
                e, m, groups, lambda i, size: _go_on(e, stage, arguments, (k, n_rows), i, size, c, part)
            )

        _for_range(e, arguments, stage.n_C, column)

    _for_range(e, arguments, stage.n_C, begin)
    e.tiles(stage.n_C_prev, ROWS, rows)
    if stage.relu:
        _for_range(e, arguments, stage.n_C, end)


def _go_on(
    e: Emitter,
    stage: LinearBatch,
    arguments: dict[str, Any],
    rows: tuple[Term, int],
    image: Value,
    size: int,
    c: Term,
    part: Lanes,
) -> None:
    """The sums of `size` images from `image` on, over some rows of W."""
    x = e.at(arguments["x"], e.times(image, stage.x_image), rows[0])
    y = e.at(arguments["y"], e.times(image, stage.y_image), c)
    W = e.at(arguments["W"], e.times(rows[0], stage.n_C), c)

    def term(k: Value, sums: list[Value]) -> list[Value]:
        weights = e.load(e.at(W, e.times(k, stage.n_C)), part)
        numbers = [e.load_scalar(e.at(x, k, p * stage.x_image)) for p in range(size)]
        return [e.fma(e.splat(x_k, part.width), weights, z) for x_k, z in zip(numbers, sums, strict=True)]

    sums = e.reduce(rows[1], [e.load(e.at(y, p * stage.y_image), part) for p in range(size)], term)
    for p, z in enumerate(sums):
        e.store(z, e.at(y, p * stage.y_image), part)


def describe_input_gradient(stage: LinearBatchInputGradient, _: Machine) -> tuple[str, str, str]:
    endings = [("mask", stage.mask), ("add", stage.accumulate)]
    geometry = f"{stage.n_C}_to_{stage.n_C_prev}" + "".join(f"_{word}" for word, on in endings if on)
    return "linear_batch_input_gradient", geometry, ""


@kernel(LinearBatchInputGradient, describe_input_gradient, integers=("start", "stop"))
def emit_input_gradient(e: Emitter, stage: LinearBatchInputGradient, arguments: dict[str, Any]) -> None:
    b, m = e.b, e.load_scalar(arguments["m"], I64)
    start, stop = arguments["start"], arguments["stop"]
    with e.loop(start, stop, ROWS) as block:
        end = b.add(block, e.whole(ROWS))
        end = b.select(b.icmp_signed("<", end, stop), end, stop)
        with e.loop(0, m, e.lanes) as first:
            left = b.sub(m, first)
            count = b.select(b.icmp_signed("<", left, e.whole(e.lanes)), left, e.whole(e.lanes))
            _transpose_images(e, stage, arguments, first, count)
            rows = {**arguments, "start": block, "stop": end}
            square = partial(_square, e, stage, arguments, first=first, count=count)
            _for_range(e, rows, stage.n_C_prev, square)


def _transpose_images(
    e: Emitter, stage: LinearBatchInputGradient, arguments: dict[str, Any], first: Value, count: Value
) -> None:
    """work[c, j] = dZ[first + j, c]; lanes without an image hold zeros."""
    whole = Lanes(0, e.lanes, e.lanes)
    with e.loop(0, stage.n_C) as c:
        e.store(e.splat_constant(0.0, e.lanes), e.at(arguments["work"], e.times(c, e.lanes)), whole)
    with e.loop(0, count) as j:
        dZ = e.at(arguments["dZ"], e.times(e.b.add(first, j), stage.dZ_image))
        with e.loop(0, stage.n_C) as c:
            place = e.at(arguments["work"], e.times(c, e.lanes), j)
            e.b.store(e.load_scalar(e.at(dZ, c)), place)


def _square(
    e: Emitter,
    stage: LinearBatchInputGradient,
    arguments: dict[str, Any],
    k: Term,
    part: Lanes,
    first: Value,
    count: Value,
) -> None:
    """dA of `count` images from `first` on, columns k to k + part.count - 1."""
    whole = Lanes(0, e.lanes, e.lanes)
    W = e.at(arguments["W"], e.times(k, stage.n_C))
    zero = e.splat_constant(0.0, e.lanes)

    def term(c: Value, sums: list[Value]) -> list[Value]:
        dZ = e.load(e.at(arguments["work"], e.times(c, e.lanes)), whole)
        numbers = [e.load_scalar(e.at(W, c, r * stage.n_C)) for r in range(part.count)]
        return [e.fma(e.splat(w, e.lanes), dZ, a) for w, a in zip(numbers, sums, strict=True)]

    sums = e.reduce(stage.n_C, [zero] * part.count, term)
    square = e.at(arguments["work"], e.lanes * stage.n_C)
    for j, row in enumerate(turned(e, sums + [zero] * (e.lanes - part.count))):
        e.store(row, e.at(square, j * e.lanes), whole)
    with e.loop(0, count) as j:
        image = e.b.add(first, j)
        value = e.load(e.at(square, e.times(j, e.lanes)), part)
        target = e.at(arguments["dA"], e.times(image, stage.dA_image), k)
        if stage.accumulate:
            value = e.b.fadd(e.load(target, part), value)
        if stage.mask:
            there = e.load(e.at(arguments["mask"], e.times(image, stage.mask_image), k), part)
            value = e.keep_where_positive(value, there)
        e.store(value, target, part)


def _in_groups(e: Emitter, m: Value, sizes: tuple[int, ...], body: Callable[[Value, int], None]) -> None:
    """body(first image, how many): full groups of the first size, then of the next ..."""
    done: Value = e.whole(0)
    for size in sizes:
        end = e.b.and_(m, e.whole(-size))
        with e.loop(done, end, size) as first:
            body(first, size)
        done = end


def _for_range(e: Emitter, arguments: dict[str, Any], n: int, body: Callable[[Term, Lanes], None]) -> None:
    """body(first, lanes) for every vector of start..stop, which begins and ends with whole vectors or at n."""
    b = e.b
    start, stop = arguments["start"], arguments["stop"]
    full = e.whole(n - n % e.lanes)
    end = b.select(b.icmp_signed("<", stop, full), stop, full)
    with e.loop(start, end, e.lanes) as first:
        body(first, Lanes(0, e.lanes, e.lanes))
    if n % e.lanes:
        with b.if_then(b.and_(b.icmp_signed("==", stop, e.whole(n)), b.icmp_signed("<", start, stop))):
            for part in split_lanes(n % e.lanes, e.lanes, n - n % e.lanes):
                body(part.offset, part)
