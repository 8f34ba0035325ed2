"""One counter-based generator for everything that is drawn: Philox 4x64 with ten rounds.

Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).

Only raw 64-bit words are taken from NumPy (`random_raw` is the published algorithm and cannot change); what is made of
them is written here, with operations that IEEE 754 rounds correctly, so that a seed gives the same bits on every
machine and with every version of NumPy. `native/kernels/philox.py` emits the same generator.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

MASK64 = (1 << 64) - 1


class Purpose(IntEnum):
    """What a stream is for; streams of different purposes never meet. The numbers are part of the promise."""

    PARAMETERS = 1
    SHUFFLE = 2
    SPLIT = 3
    AUGMENT = 4
    GRADIENT_CHECK = 5


class Stream:
    """The words of Philox with key (seed, purpose) and counter (0, *counters), counted up in the first word.

    Parameters
    ----------
    seed : int
        0 to 2**64 - 1.
    purpose : Purpose
    counters : up to three ints
        For example (epoch, image): what is drawn for one image does not depend on the others.
    """

    def __init__(self, seed: int, purpose: Purpose, *counters: int) -> None:
        words = (0, *counters, 0, 0, 0)[:4]
        # NumPy counts up before it makes its first block; starting one below gives block 0 first.
        start = (sum(word << (64 * place) for place, word in enumerate(words)) - 1) % (1 << 256)
        self._bits = np.random.Philox(
            key=np.array([seed & MASK64, int(purpose)], np.uint64),
            counter=np.array([(start >> (64 * place)) & MASK64 for place in range(4)], np.uint64),
        )

    def raw(self, count: int) -> NDArray[np.uint64]:
        """The next `count` words."""
        words: NDArray[np.uint64] = self._bits.random_raw(count)
        return words

    def uniform(self, count: int) -> NDArray[np.float64]:
        """The next `count` numbers in [0, 1): the upper 53 bits of a word times 2**-53."""
        return (self.raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def permutation(seed: int, epoch: int, m: int) -> NDArray[np.int64]:
    """The order in which epoch `epoch` sees m images: the stable order of m random words."""
    return np.argsort(Stream(seed, Purpose.SHUFFLE, epoch).raw(m), kind="stable").astype(np.int64)
