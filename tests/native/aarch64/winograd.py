"""Winograd's stages as jobs: each with its filters, images that fill no tile, and blocks of several sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullstride.program import stages, winograd
from fullstride.program.convolution_calls import Filters, transform_filters
from fullstride.program.machine import Machine
from fullstride.program.plan import SHARDS, Arena, Call, Operand, Phase, Plan, slots

SIZE = (6, 9)


def conv_plan(
    machine: Machine, dtype: str, role: str, n_C_prev: int, n_C: int, relu: bool, accumulate: bool
) -> Plan:
    """Forward, with a bias; or dA from dZ = x, with a mask and filters W (3, 3, n_C, n_C_prev)."""
    forward = role == "winograd_forward"
    x, y = _view(SIZE, n_C_prev, 2), _view(SIZE, n_C)
    stage = stages.WinogradConv(
        dtype, role, x, y, None if forward else y, n_C_prev, n_C, SIZE, forward, relu, accumulate
    )
    packed, packs = Arena(dtype), list[Call]()
    shape = (n_C_prev, n_C) if forward else (n_C, n_C_prev)
    U = transform_filters(stage, Filters(Operand("W"), *shape, not forward, ""), machine, packed, packs)
    images = (Operand("x", image=x.image), U, Operand("b"), Operand("y", image=y.image))
    operands = (*images, Operand("mask", image=y.image), Operand("arena"))
    phases = (Phase("tasks", tuple(packs)), Phase("images", (Call(stage, operands),)))
    names = ("x", "W", "b", "y", "mask", "packed", "arena")
    size = winograd.conv_work_size(stage, machine)
    return Plan(role, dtype, slots(dtype, names, ("m",), {}), phases, size, packed.size, 4, SHARDS)


def gradient_plan(machine: Machine, dtype: str, n_C_prev: int, n_C: int, bias: bool) -> Plan:
    """dW and db of each shard."""
    x, dZ = _view(SIZE, n_C_prev, 2), _view(SIZE, n_C)
    stage = stages.WinogradWeightGradient(dtype, x, dZ, n_C_prev, n_C, SIZE, bias)
    arena, size = Arena(dtype), winograd.gradient_size(dtype, n_C_prev, n_C, machine)
    M = Operand("arena", arena.take(size))
    work = Operand("arena", arena.take(winograd.gradient_work_size(stage, machine)))
    dW, db = Operand("dW", shard=9 * n_C_prev * n_C), Operand("db", shard=n_C)
    operands = (Operand("x", image=x.image), Operand("dZ", image=dZ.image), M, db, work)
    phase = Phase(
        "shards",
        (Call(stage, operands),),
        prologue=(Call(stages.Zero(dtype, size), (M,)),),
        epilogue=(Call(stages.WinogradGradientOutput(dtype, n_C_prev, n_C), (M, dW)),),
    )
    table = slots(dtype, ("x", "dZ", "dW", "db", "arena"), ("m",), {})
    return Plan("winograd_gradient", dtype, table, (phase,), arena.size, 0, 4, SHARDS)


def conv_arrays(dtype: str, n_C_prev: int, n_C: int, m: int) -> dict[str, Any]:
    """What `conv_plan` reads, and y with something in it."""
    generator = np.random.default_rng(n_C)

    def normal(*shape: int) -> Any:
        return generator.standard_normal(shape).astype(dtype)

    x, y = normal(m, SIZE[0] + 2, SIZE[1] + 2, n_C_prev), normal(m, *SIZE, n_C)
    return {
        "x": x,
        "W": normal(9 * n_C_prev * n_C),
        "b": normal(n_C),
        "y": y,
        "mask": normal(*y.shape),
        "m": m,
    }


def gradient_arrays(dtype: str, n_C_prev: int, n_C: int, m: int) -> dict[str, Any]:
    """What `gradient_plan` reads."""
    given = conv_arrays(dtype, n_C_prev, n_C, m)
    dW, db = np.zeros((SHARDS, 9, n_C_prev, n_C), dtype), np.zeros((SHARDS, n_C), dtype)
    return {"x": given["x"], "dZ": given["y"], "dW": dW, "db": db, "m": m}


def _view(size: tuple[int, int], n_C: int, border: int = 0) -> stages.View:
    n_H, n_W = size[0] + border, size[1] + border
    return stages.View(n_H * n_W * n_C, n_W * n_C, n_C)
