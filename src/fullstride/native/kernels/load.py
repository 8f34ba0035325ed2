"""The first kernel: gathers the batch's images into the place where the network reads them, and normalizes them.

The code of `load_images__28x28x1`, on 16 lanes, where the images are uint8:

    for image in count:
      for h in 28:
        for offset in 0, 16, 24:                       # 16, 8 and 4 lanes
          y[h, offset] = fma(X[rows[image], h, offset], gain[offset], shift[offset])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from fullstride.native.emit import I8, I64, Emitter, Lanes, Term, Value, exact_lanes
from fullstride.native.kernels.registry import kernel
from fullstride.program.machine import Machine
from fullstride.program.stages import LoadImages


def describe_load(stage: LoadImages, _: Machine) -> tuple[str, str, str]:
    return "load_images", f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}", ""


def for_exact_vectors(e: Emitter, n: int, body: Callable[[Term, int], None]) -> None:
    """body(offset, width) for a row of n elements: full vectors, then narrower ones; no lane is masked."""
    full = n - n % e.lanes
    if full:
        with e.loop(0, full, e.lanes) as offset:
            body(offset, e.lanes)
    for part in exact_lanes(n % e.lanes, e.lanes):
        body(full + part.offset, part.width)


def load_bytes(e: Emitter, pointer: Value, width: int) -> Value:
    """`width` pixels of uint8."""
    read = e.b.load(pointer, typ=ir.VectorType(I8, width))
    read.align = 1
    return read


def normalized(e: Emitter, pixels: Value, gain: Value, shift: Value) -> Value:
    """pixel * gain + shift with one rounding, of a vector of uint8; gain and shift are places."""
    part = Lanes(0, pixels.type.count, pixels.type.count)
    number = e.b.uitofp(pixels, e.vector_type(part.width))
    return e.fma(number, e.load(gain, part), e.load(shift, part))


@kernel(LoadImages, describe_load)
def emit_load(e: Emitter, stage: LoadImages, arguments: dict[str, Any]) -> None:
    b = e.b
    run = stage.size[1] * stage.n_C
    is_bytes = b.icmp_signed("!=", e.load_scalar(arguments["kind"], I64), e.whole(0))

    def images(read: Callable[[Value, Term, int], Value], kind: Any) -> None:
        with e.loop(0, arguments["count"]) as image:
            row = e.load_scalar(e.at(arguments["rows"], image, kind=I64), I64)
            X = e.at(arguments["X"], e.times(row, stage.size[0] * run), kind=kind)
            y = e.at(arguments["y"], e.times(image, stage.y.image))
            with e.loop(0, stage.size[0]) as h:
                source = e.at(X, e.times(h, run), kind=kind)
                target = e.at(y, e.times(h, stage.y.row))

                def vector(offset: Term, width: int, source: Value = source, target: Value = target) -> None:
                    e.store(read(source, offset, width), e.at(target, offset), Lanes(0, width, width))

                for_exact_vectors(e, run, vector)

    def from_bytes(source: Value, offset: Term, width: int) -> Value:
        pixels = load_bytes(e, e.at(source, offset, kind=I8), width)
        return normalized(e, pixels, e.at(arguments["gain"], offset), e.at(arguments["shift"], offset))

    def from_numbers(source: Value, offset: Term, width: int) -> Value:
        return e.load(e.at(source, offset), Lanes(0, width, width))

    with b.if_else(is_bytes) as (as_bytes, as_numbers):
        with as_bytes:
            images(from_bytes, I8)
        with as_numbers:
            images(from_numbers, e.scalar)
