"""Plans of single functions on the caller's own arrays: the course's conv_forward, conv_backward and pools."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from fullstride.geometry import Pair, Window, residues
from fullstride.program import stages
from fullstride.program.convolution_calls import (
    InputGradient,
    block_filters,
    gradient_border,
    input_gradient,
    wide,
)
from fullstride.program.machine import Machine
from fullstride.program.plan import SHARDS, Arena, Call, Layout, Operand, Phase, Plan, slots, tile_size


class _Memory:
    """Images of a function: the caller's (`slot`), and copies with a border in the arena."""

    def __init__(self, dtype: str, machine: Machine, layouts: Iterable[Layout]) -> None:
        self.arena = Arena(dtype)
        image = sum(self.arena.padded(layout.size) for layout in layouts)
        self.tile = tile_size(machine, image * (4 if dtype == "float32" else 8))
        self.dtype = dtype

    def take(self, layout: Layout) -> tuple[Operand, stages.View]:
        """Room for a tile of bordered images."""
        image = self.arena.padded(layout.size)
        return Operand("arena", self.arena.take(image * self.tile)), layout.view(image)

    def padded(self, slot: str, tight: Layout, layout: Layout) -> tuple[Operand, stages.View, list[Call]]:
        """Images of a slot with the border of `layout`: the caller's own where there is none, else copies."""
        image = tight.size
        if not layout.bordered:
            return Operand(slot, image=image), tight.view(image), []
        place, view = self.take(layout)
        inside = Operand("arena", place.offset + layout.origin)
        source = Operand(slot, image=image)
        size, n_C = (tight.n_H, tight.n_W), tight.n_C
        stage = stages.ZeroPad(self.dtype, tight.view(image), view, None, size, n_C)
        return place, view, [Call(stage, (source, inside, source))]


def plan_conv_forward(
    machine: Machine, dtype: str, n_prev: Pair, n_C_prev: int, n_C: int, window: Window
) -> Plan:
    """conv_forward of m images."""
    tight = Layout(*n_prev, n_C_prev)
    bordered = Layout(*n_prev, n_C_prev, window.pad)
    memory = _Memory(dtype, machine, [bordered])
    x, view, copies = memory.padded("A_prev", tight, bordered)
    size = window.output_size(n_prev)
    out = Layout(*size, n_C)
    conv = stages.Conv(
        dtype,
        "conv_forward",
        x=view,
        y=out.view(out.size),
        mask=None,
        taps=window.f,
        step=(window.stride[0] * view.row, window.stride[1] * view.pixel),
        n_C_prev=n_C_prev,
        n_C=n_C,
        size=size,
        bias=True,
        blocked=wide(dtype, n_C),
    )
    packed, packs, W = Arena(dtype), list[Call](), Operand("W")
    if conv.blocked:
        W = block_filters(conv, W, "conv_forward", packed, packs)
    call = Call(conv, (x, W, Operand("b"), Operand("Z", image=out.size), x), "conv_forward")
    phases = (*([Phase("tasks", tuple(packs))] if packs else []), Phase("images", (*copies, call)))
    table = slots(dtype, ("A_prev", "W", "b", "Z", "packed", "arena"), ("m",), {})
    return Plan("conv_forward", dtype, table, phases, memory.arena.size, packed.size, memory.tile, SHARDS)


def plan_conv_backward(
    machine: Machine, dtype: str, n_prev: Pair, n_C_prev: int, n_C: int, window: Window
) -> Plan:
    """conv_backward of m images: dA_prev, and dW and db one behind the other in `reduced`."""
    size = window.output_size(n_prev)
    classes = (
        residues(n_prev[0], window.f[0], window.stride[0], window.pad[0][0]),
        residues(n_prev[1], window.f[1], window.stride[1], window.pad[1][0]),
    )
    tight_x, tight_z = Layout(*n_prev, n_C_prev), Layout(*size, n_C)
    bordered_x = Layout(*n_prev, n_C_prev, window.pad)
    bordered_z = Layout(*size, n_C, gradient_border(classes, size))
    memory = _Memory(dtype, machine, [bordered_x, bordered_z])
    x, x_view, x_copies = memory.padded("A_prev", tight_x, bordered_x)
    z, z_view, z_copies = memory.padded("dZ", tight_z, bordered_z)
    db_offset, block = gradient_block(dtype, window.f, n_C_prev, n_C)
    weights = stages.ConvWeightGradient(dtype, x_view, z_view, window.f, window.stride, n_C_prev, n_C, size)
    z_inside = Operand(z.slot, z.offset + bordered_z.origin, z.image) if z_copies else z
    into = (Operand("gradients", shard=block), Operand("gradients", db_offset, shard=block))
    packed, packs = Arena(dtype), list[Call]()
    task = InputGradient(
        dtype,
        window,
        classes,
        n_C_prev,
        n_C,
        dZ=bordered_z,
        dZ_view=z_view,
        dZ_at=z,
        dA=tight_x,
        dA_view=tight_x.view(tight_x.size),
        dA_at=Operand("dA_prev", image=tight_x.size),
        W=Operand("W"),
        node="conv_backward",
    )
    calls = [*x_copies, *z_copies, Call(weights, (x, z_inside, *into), "conv_backward")]
    calls += input_gradient(task, packed, packs)
    zero = Call(stages.Zero(dtype, block), (Operand("gradients", shard=block),))
    reduce = Call(stages.ShardSum(dtype, SHARDS, block), (Operand("gradients"), Operand("reduced")))
    phases = (
        *([Phase("tasks", tuple(packs))] if packs else []),
        Phase("shards", tuple(calls), prologue=(zero,)),
        Phase("elements", (reduce,), elements=block),
    )
    pointers = ("A_prev", "W", "dZ", "dA_prev", "gradients", "reduced", "packed", "arena")
    table = slots(dtype, pointers, ("m",), {})
    arena, tile = memory.arena.size, memory.tile
    return Plan("conv_backward", dtype, table, phases, arena, packed.size, tile, SHARDS)


def gradient_block(dtype: str, f: Pair, n_C_prev: int, n_C: int) -> tuple[int, int]:
    """(offset of db, size) of a block that holds dW and db."""
    arena = Arena(dtype)
    arena.take(prod(f) * n_C_prev * n_C)
    return arena.take(n_C), arena.size


def plan_pool_forward(
    machine: Machine, dtype: str, mode: str, n_prev: Pair, n_C: int, window: Window
) -> Plan:
    """pool_forward of m images."""
    source, target = Layout(*n_prev, n_C), Layout(*window.output_size(n_prev), n_C)
    stage = _pool(dtype, mode, window, source, target)
    operands = (Operand("A_prev", image=source.size), Operand("A", image=target.size))
    phases = (Phase("images", (Call(stage, operands, "pool_forward"),)),)
    table = slots(dtype, ("A_prev", "A"), ("m",), {})
    return Plan("pool_forward", dtype, table, phases, 0, 0, 1, SHARDS)


def plan_pool_backward(
    machine: Machine, dtype: str, mode: str, n_prev: Pair, n_C: int, window: Window
) -> Plan:
    """pool_backward of m images; the pooled A is computed again, for its places are where the maxima stood."""
    source, target = Layout(*n_prev, n_C), Layout(*window.output_size(n_prev), n_C)
    memory = _Memory(dtype, machine, [target])
    A, A_view = memory.take(target)
    x = Operand("A_prev", image=source.size)
    forward = stages.Pool(
        dtype, mode, source.view(source.size), A_view, window, (target.n_H, target.n_W), n_C
    )
    backward = stages.PoolBackward(
        dtype,
        mode,
        x=source.view(source.size),
        A=A_view,
        dA=target.view(target.size),
        dx=source.view(source.size),
        window=window,
        size_prev=n_prev,
        size=(target.n_H, target.n_W),
        n_C=n_C,
        mask=False,
        accumulate=False,
    )
    operands = (x, A, Operand("dA", image=target.size), Operand("dA_prev", image=source.size))
    calls = [Call(forward, (x, A), "pool_backward"), Call(backward, operands, "pool_backward")]
    table = slots(dtype, ("A_prev", "dA", "dA_prev", "arena"), ("m",), {})
    phases = (Phase("images", tuple(calls)),)
    return Plan("pool_backward", dtype, table, phases, memory.arena.size, 0, memory.tile, SHARDS)


def _pool(dtype: str, mode: str, window: Window, source: Layout, target: Layout) -> stages.Pool:
    x, A = source.view(source.size), target.view(target.size)
    return stages.Pool(dtype, mode, x, A, window, (target.n_H, target.n_W), target.n_C)
