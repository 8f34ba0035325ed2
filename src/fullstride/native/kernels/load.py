"""The first kernel: gathers the batch's images into the place where the network reads them, and converts them."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I8, I64, Emitter, Lanes, Value, exact_lanes
from fullstride.native.kernels.registry import kernel
from fullstride.program.machine import Machine
from fullstride.program.stages import LoadImages


def describe_load(stage: LoadImages, _: Machine) -> tuple[str, str, str]:
    return "load_images", f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}", ""


@kernel(LoadImages, describe_load)
def emit_load(e: Emitter, stage: LoadImages, arguments: dict[str, Any]) -> None:
    b = e.b
    run = stage.size[1] * stage.n_C
    scale = e.load_scalar(arguments["scale"], F64)
    scale = scale if stage.dtype == "float64" else b.fptrunc(scale, e.scalar)
    is_bytes = b.icmp_signed("!=", e.load_scalar(arguments["kind"], I64), e.whole(0))

    def images(convert: Any, kind: Any) -> None:
        with e.loop(0, arguments["count"]) as image:
            row = e.load_scalar(e.at(arguments["rows"], image, kind=I64), I64)
            X = e.at(arguments["X"], e.times(row, stage.size[0] * run), kind=kind)
            y = e.at(arguments["y"], e.times(image, stage.y.image))
            with e.loop(0, stage.size[0]) as h:
                source = e.at(X, e.times(h, run), kind=kind)
                target = e.at(y, e.times(h, stage.y.row))

                def vector(offset: Any, width: int, source: Value = source, target: Value = target) -> None:
                    part = Lanes(0, width, width)
                    e.store(convert(e.at(source, offset, kind=kind), part), e.at(target, offset), part)

                full = run - run % e.lanes
                if full:
                    with e.loop(0, full, e.lanes) as offset:
                        vector(offset, e.lanes)
                for part in exact_lanes(run % e.lanes, e.lanes):
                    vector(full + part.offset, part.width)

    def from_bytes(pointer: Value, part: Lanes) -> Value:
        read = b.load(pointer, typ=ir.VectorType(I8, part.width))
        read.align = 1
        return b.fmul(b.uitofp(read, e.vector_type(part.width)), e.splat(scale, part.width))

    with b.if_else(is_bytes) as (as_bytes, as_numbers):
        with as_bytes:
            images(from_bytes, I8)
        with as_numbers:
            images(e.load, e.scalar)
