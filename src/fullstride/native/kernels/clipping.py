"""Clipping by the norm of all gradients: sums of squares in float64, in an order that is the same everywhere.

A block is `NORM_BLOCK` gradients that follow each other; the code of a block, on 16 lanes of float32:

    c[0:8] = 0                                          # eight chains in float64
    for i in block, 16 at a time:
      g = tree(gradients, i);  gradients[0][i] = g      # the first shard becomes the sum of all
      c = g[0:8] * g[0:8] + c;  c = g[8:16] * g[8:16] + c
    squares[block] = ((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7))

The factor's kernel adds the blocks in index order.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I32, Emitter, Value
from fullstride.native.kernels.elementary import is_finite, root, wide
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.sgd import tree, whole
from fullstride.program.machine import Machine
from fullstride.program.stages import NORM_BLOCK, ClipFactor, SquareSums

CHAINS = 8
"""Square i of a block belongs to chain i mod 8. Every size in a block of gradients is a multiple of it."""


def describe_squares(stage: SquareSums, _: Machine) -> tuple[str, str, str]:
    return "square_sums", f"{stage.block}_in_{stage.shards}", ""


@kernel(SquareSums, describe_squares, integers=("start", "stop"))
def emit_square_sums(e: Emitter, stage: SquareSums, arguments: dict[str, Any]) -> None:
    b, part = e.b, whole(e)
    width, vectors = min(e.lanes, CHAINS), max(CHAINS // e.lanes, 1)
    zero = ir.Constant(ir.VectorType(F64, width), None)

    def squares_from(i: Value, chains: list[Value]) -> list[Value]:
        """The next CHAINS gradients, or a vector of them where it holds more."""
        chains = list(chains)
        for number in range(vectors):
            here = e.plus(i, number * e.lanes)
            g = tree(e, stage, arguments["gradients"], here)
            if stage.shards > 1:
                e.store(g, e.at(arguments["gradients"], here), part)
            for k, x in enumerate(_pieces(e, g, width)):
                x, chain = wide(e, x), (number * e.lanes + k * width) % CHAINS // width
                chains[chain] = e.fma(x, x, chains[chain])
        return chains

    with e.loop(arguments["start"], arguments["stop"], NORM_BLOCK) as first:
        end = b.add(first, e.whole(NORM_BLOCK))
        end = b.select(b.icmp_signed("<", end, arguments["stop"]), end, arguments["stop"])
        step, count = vectors * e.lanes, b.sub(end, first)
        chains = e.reduce(
            count,
            [zero] * (CHAINS // width),
            lambda k, chains: squares_from(b.add(first, k), chains),
            step,
        )
        sums = [b.extract_element(chain, ir.Constant(I32, lane)) for chain in chains for lane in range(width)]
        while len(sums) > 1:
            sums = [b.fadd(left, right) for left, right in zip(sums[::2], sums[1::2], strict=True)]
        b.store(sums[0], e.at(arguments["squares"], b.sdiv(first, e.whole(NORM_BLOCK)), kind=F64))


def _pieces(e: Emitter, vector: Value, width: int) -> list[Value]:
    """A vector in pieces of `width` lanes."""
    if e.lanes == width:
        return [vector]
    return [e.shuffle(vector, vector, range(k, k + width)) for k in range(0, e.lanes, width)]


def describe_factor(stage: ClipFactor, _: Machine) -> tuple[str, str, str]:
    return "clip_factor", f"{stage.blocks}", ""


@kernel(ClipFactor, describe_factor, integers=())
def emit_clip_factor(e: Emitter, stage: ClipFactor, arguments: dict[str, Any]) -> None:
    b = e.b

    def add(k: Value, sums: list[Value]) -> list[Value]:
        return [b.fadd(sums[0], e.load_scalar(e.at(arguments["squares"], k, kind=F64), F64))]

    (total,) = e.reduce(stage.blocks, [ir.Constant(F64, 0.0)], add)
    norm, clip = root(e, total), e.load_scalar(arguments["clip"], F64)
    b.store(norm, arguments["norm"])
    factor = b.select(b.fcmp_ordered(">", norm, clip), b.fdiv(clip, norm), ir.Constant(F64, 1.0))
    loss = e.load_scalar(arguments["total"], F64)
    good = b.and_(is_finite(e, norm), is_finite(e, loss))
    b.store(b.select(good, factor, ir.Constant(F64, float("nan"))), arguments["guard"])
