"""Register tiles: how many independent sums are held in registers at once.

A tile of `rows` x `columns` sums times V vectors of channels does rows * columns * V multiply-adds a term, for which it
reads V vectors (of one operand) and broadcasts rows * columns numbers (of the other). The model counts the cycles of a
core that starts two multiply-adds and two reads a cycle and waits four cycles for the result of a multiply-add. Which
tile is chosen never changes a result: each sum keeps its own order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fullstride.geometry import Pair
from fullstride.program.machine import Machine

LATENCY = 4.0
OVERHEAD = 1.0


@dataclass(frozen=True)
class Tile:
    """rows x columns sums (of positions, or of filter taps) times `vectors` vectors of channels."""

    rows: int
    columns: int
    vectors: int


def _cycles(sums: int, vectors: int, fetch: float) -> float:
    return max(sums * vectors / 2, (sums + vectors) / 2, LATENCY) + OVERHEAD + sums * fetch


def _splits(total: int, size: int) -> list[tuple[int, int]]:
    """(how many, of which size): the full tiles of an axis, and the rest."""
    parts = [(total // size, size), (1, total % size)]
    return [(count, part) for count, part in parts if count and part]


@cache
def choose_tile(machine: Machine, size: Pair, n_vectors: int, extra: int = 0, fetch: float = 0.0) -> Tile:
    """The tile that covers size[0] x size[1] sums of n_vectors vectors in the fewest cycles.

    Parameters
    ----------
    size : (int, int)
        Output positions of a convolution; filter rows and (horizontal, channel) taps of a weight gradient.
    n_vectors : int
        Vectors of channels.
    extra : int
        Vectors more that each vector of channels needs in registers (1 where db is summed along with dW).
    fetch : float
        Cycles that a number of the broadcast operand costs because it is not in the nearest cache.
    """
    best, best_cycles = Tile(1, 1, 1), float("inf")
    for vectors in range(1, min(4, n_vectors) + 1):
        # One register a vector for the other operand, and one for the broadcast number where it serves several.
        spare = (
            machine.registers - vectors * (1 + extra) - (1 if vectors > 1 or machine.name != "avx512" else 0)
        )
        most = spare // vectors
        for rows in range(1, min(size[0], most) + 1):
            for columns in range(1, min(size[1], most // rows) + 1):
                cycles = sum(
                    nv * nr * nc * _cycles(r * c, v, fetch)
                    for nv, v in _splits(n_vectors, vectors)
                    for nr, r in _splits(size[0], rows)
                    for nc, c in _splits(size[1], columns)
                )
                # Equal but for the size of the code: prefer fewer rows, then fewer vectors.
                if cycles < best_cycles * 0.999:
                    best, best_cycles = Tile(rows, columns, vectors), cycles
    return best
