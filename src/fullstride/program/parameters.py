"""The parameters of a program: one flat block, and named views into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from fullstride.program.graph import Program
from fullstride.program.table import Array, ParameterSpec
from fullstride.random import Purpose, Stream

ALIGNMENT = 64
"""Bytes: a cache line, and the widest vector."""
WIDE = 1 << 15
"""Elements of W from which a fully connected layer's gradient is not kept for each shard."""


@dataclass(frozen=True)
class Block:
    """Where each parameter stands in the flat block, in elements; gaps between them hold zeros.

    The gradients of the first `sharded` elements are summed by shards. Those of `wide`, the parameters of fully
    connected layers too large for a copy each shard and those of operations without a kernel, stand behind them and are
    made for the whole batch at once.
    In both parts those that decay come first: in `decaying` elements of the one and of the other.
    """

    offsets: Mapping[str, int]
    size: int
    sharded: int
    wide: frozenset[str]
    decaying: tuple[int, int]

    @staticmethod
    def of(program: Program) -> Block:
        unit = ALIGNMENT // np.dtype(program.dtype).itemsize
        wide = {
            name
            for node in program.nodes
            if not node.row.has_kernel
            or (node.operation == "linear" and prod(program.parameters[f"{node.output}.W"].shape) >= WIDE)
            for name in program.roles(node).values()
        }
        offsets, size, ends = {}, 0, []
        for is_wide, decays in ((False, True), (False, False), (True, True), (True, False)):
            for name, spec in program.parameters.items():
                if (name in wide, spec.decays) == (is_wide, decays):
                    offsets[name] = size
                    size += -(-prod(spec.shape) // unit) * unit
            ends.append(size)
        return Block(offsets, size, ends[1], frozenset(wide), (ends[0], ends[2] - ends[1]))


def aligned_zeros(size: int, dtype: str) -> Array:
    """`size` zeros that start on a cache line."""
    itemsize = np.dtype(dtype).itemsize
    raw = np.zeros(size * itemsize + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size * itemsize].view(dtype)


class ParameterStore:
    """Values and velocities of a program's parameters, states among them (whose velocity stays zero).

    Attributes
    ----------
    values, velocity : dict of str to ndarray
        Writable views into the flat blocks `value_block` and `velocity_block`; what is written into a view is what
        the executors compute with. The velocity is Adam's mean of gradients too.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.block = Block.of(program)
        self.value_block = aligned_zeros(self.block.size, program.dtype)
        self.velocity_block = aligned_zeros(self.block.size, program.dtype)
        self.values = self.views(self.value_block)
        self.velocity = self.views(self.velocity_block)
        self._square_block: Array | None = None

    @property
    def has_squares(self) -> bool:
        """Whether anybody has asked for `square`: only Adam does."""
        return self._square_block is not None

    @property
    def square_block(self) -> Array:
        """Adam's mean of squared gradients, laid out as the values are; it takes memory from the first use on."""
        if self._square_block is None:
            self._square_block = aligned_zeros(self.block.size, self.program.dtype)
        return self._square_block

    @property
    def square(self) -> dict[str, Array]:
        """Writable views into `square_block`."""
        return self.views(self.square_block)

    def reset(self) -> None:
        """Zeros for what an optimizer keeps between steps: velocity and, where there is one, square."""
        self.velocity_block[...] = 0
        if self._square_block is not None:
            self._square_block[...] = 0

    def views(self, block: Array, first: int = 0) -> dict[str, Array]:
        """Named views into a flat block that is laid out as the values are, from element `first` on."""
        views = {}
        for name, spec in self.program.parameters.items():
            start = self.block.offsets[name] - first
            if start >= 0:
                views[name] = block[start : start + prod(spec.shape)].reshape(spec.shape)
        return views

    def initialize(self, seed: int) -> None:
        """Draws the parameters: W uniform in [-limit, limit), limit = sqrt(6 / fan_in); others at their `initial`.

        Source: K. He et al., "Delving deep into rectifiers" (2015). Uniform and not normal, because a uniform number
        needs multiplications alone and so has the same bits on every machine.
        """
        for number, (name, spec) in enumerate(self.program.parameters.items()):
            self.values[name][...] = he_uniform(spec, seed, number)


def he_uniform(spec: ParameterSpec, seed: int, number: int) -> Array:
    """Parameter `number` of a program, in float64."""
    if spec.fan_in == 0:
        return np.full(spec.shape, spec.initial)
    draws = Stream(seed, Purpose.PARAMETERS, number).uniform(prod(spec.shape))
    limit = sqrt(6 / spec.fan_in)
    return ((2 * draws - 1) * limit).reshape(spec.shape)
