"""Winograd's transform of filters, forward and flipped for dA: once a step, a block of filters a task.

for k in n_C_prev:                                     # the channels of x; of dZ, where the filters are flipped
  for c in the block's filters, a vector at a time:
    U[plane][k][c] = S H w[k, c] H^T S                 # 36 planes
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import I32, Emitter, Lanes, Term, Value
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.winograd import for_vectors
from fullstride.native.kernels.winograd_transforms import filter_pair, scaled, two_rows
from fullstride.program.machine import Machine
from fullstride.program.stages import WinogradFilters
from fullstride.program.winograd import ROWS, in_vectors, plane, plane_size


def describe_filters(stage: WinogradFilters, _: Machine) -> tuple[str, str, str]:
    flipped = "_flipped" if stage.flipped else ""
    return "winograd_filters", f"{stage.n_C_prev}_to_{stage.n_C}_block{stage.width}{flipped}", ""


@kernel(WinogradFilters, describe_filters)
def emit_filters(e: Emitter, stage: WinogradFilters, arguments: dict[str, Any]) -> None:
    """U[plane][k][filter] = S H w H^T S, k counting the channels of x (of dZ, where the filters are flipped)."""
    terms = stage.n_C if stage.flipped else stage.n_C_prev
    width = in_vectors(stage.width, e.lanes)
    step, tap = plane_size(terms, width, stage.dtype), stage.n_C_prev * stage.n_C
    with e.loop(0, terms) as k:

        def vector(c: Term, part: Lanes) -> None:
            def load(v: int, h: int) -> Value:
                if not stage.flipped:
                    return e.load(e.at(arguments["W"], e.times(k, stage.n_C), c, (3 * v + h) * tap), part)
                there = e.at(arguments["W"], e.times(c, stage.n_C), k, (3 * (2 - v) + 2 - h) * tap)
                return _gather(e, there, stage.n_C, part)

            w = [[load(v, h) for h in range(3)] for v in range(3)]
            for number, pair in enumerate(ROWS):
                for i, row in zip(pair, two_rows(e, filter_pair, number, w), strict=True):
                    for j, value in enumerate(row):
                        target = e.at(arguments["U"], e.times(k, width), c, plane(i, j) * step)
                        e.store(scaled(e, value, i, j), target, Lanes(0, e.lanes, e.lanes))

        for_vectors(e, stage.width, vector)


def _gather(e: Emitter, pointer: Value, step: int, part: Lanes) -> Value:
    """A vector of numbers that stand `step` elements apart."""
    result = e.splat_constant(0.0, part.width)
    for lane in range(part.count):
        number = e.load_scalar(e.at(pointer, lane * step))
        result = e.b.insert_element(result, number, ir.Constant(I32, lane))
    return result
