"""Philox 4x64 with ten rounds, emitted: the words of `fullstride.random.Stream`, made where they are used.

    round: (c0, c1, c2, c3) = (high(M1*c2) ^ c1 ^ k0, low(M1*c2), high(M0*c0) ^ c3 ^ k1, low(M0*c0));  k += (W0, W1)

Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), table 2.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import I64, Emitter, Value
from fullstride.native.kernels.registry import kernel
from fullstride.program.machine import Machine
from fullstride.program.stages import Philox

MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
ROUNDS = 10
I128 = ir.IntType(128)


def emit_block(b: Any, key: tuple[Value, Value], counter: list[Value]) -> list[Value]:
    """The four words of one counter."""
    keys = list(key)
    words = list(counter)
    for _ in range(ROUNDS):
        products = [
            b.mul(b.zext(word, I128), ir.Constant(I128, multiplier))
            for word, multiplier in zip((words[0], words[2]), MULTIPLIERS, strict=True)
        ]
        (high0, low0), (high1, low1) = (
            (b.trunc(b.lshr(product, ir.Constant(I128, 64)), I64), b.trunc(product, I64))
            for product in products
        )
        words = [b.xor(b.xor(high1, words[1]), keys[0]), low1, b.xor(b.xor(high0, words[3]), keys[1]), low0]
        keys = [b.add(k, ir.Constant(I64, w)) for k, w in zip(keys, WEYL, strict=True)]
    return words


def describe_philox(_: Philox, __: Machine) -> tuple[str, str, str]:
    return "philox", "4x64", ""


@kernel(Philox, describe_philox)
def emit_philox(e: Emitter, stage: Philox, arguments: dict[str, Any]) -> None:
    """words[4i .. 4i+3] = the block of counter (i, counter[1], counter[2], counter[3]), for i in count."""

    def word(name: str, index: int) -> Value:
        return e.load_scalar(e.at(arguments[name], index, kind=I64), I64)

    key = (word("key", 0), word("key", 1))
    high = [word("counter", index) for index in (1, 2, 3)]
    with e.loop(0, arguments["count"]) as i:
        for place, value in enumerate(emit_block(e.b, key, [i, *high])):
            e.b.store(value, e.at(arguments["words"], e.times(i, 4), place, kind=I64))
