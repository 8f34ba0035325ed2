"""The course's functions at hardware speed: signatures, results and refusals of `fullstride.steps`."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.native.runner import Runner, RunnerCache
from fullstride.native.team import count_threads, team_of
from fullstride.program import function_plans as plans
from fullstride.program.machine import Machine
from fullstride.program.parameters import aligned_zeros
from fullstride.program.plan import SHARDS, Plan

__all__ = ["conv_backward", "conv_forward", "pool_backward", "pool_forward"]

_runners = RunnerCache()


def conv_forward(A_prev: Any, W: Any, b: Any, hparameters: Any) -> tuple[NDArray[Any], Any]:
    """Z[i, h, w, c] = sum(a_slice_prev * W[:, :, :, c]) + b[0, 0, 0, c], natively.

    Signature, results and errors are those of `fullstride.steps.conv_forward`. An output starts from its bias and adds
    its terms with fused multiply-adds in the order (vertical, horizontal, channel).

    Examples
    --------
    >>> A_prev, W, b = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    >>> Z[0, :, :, 0].tolist()
    [[4.0, 4.0], [4.0, 4.0]]
    """
    given = checks.conv_arguments(A_prev, W, b, hparameters, "conv_forward")
    m, *n_prev, n_C_prev = given.A_prev.shape
    n_C, dtype = given.W.shape[3], given.A_prev.dtype.name
    Z = np.empty((m, *given.size, n_C), dtype)

    def plan(machine: Machine) -> Plan:
        return plans.plan_conv_forward(machine, dtype, (n_prev[0], n_prev[1]), n_C_prev, n_C, given.window)

    description = f"conv_forward {dtype} {n_prev} {n_C_prev} {n_C} {given.window}"
    _run(description, plan, m, A_prev=given.A_prev, W=given.W, b=given.b, Z=Z)
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ: Any, cache: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """dA_prev, dW and db of a convolution, natively.

    Signature, results and errors are those of `fullstride.steps.conv_backward`. dW and db are summed in row-major order
    within an image, over images in index order within a shard, over the shards as a binary tree.
    """
    dZ, given = checks.conv_gradient_arguments(dZ, cache, "conv_backward")
    m, *n_prev, n_C_prev = given.A_prev.shape
    f, n_C, dtype = given.window.f, given.W.shape[3], given.A_prev.dtype.name
    dA_prev = np.empty(given.A_prev.shape, dtype)
    db_offset, block = plans.gradient_block(dtype, f, n_C_prev, n_C)
    reduced, gradients = aligned_zeros(block, dtype), aligned_zeros(SHARDS * block, dtype)

    def plan(machine: Machine) -> Plan:
        return plans.plan_conv_backward(machine, dtype, (n_prev[0], n_prev[1]), n_C_prev, n_C, given.window)

    description = f"conv_backward {dtype} {n_prev} {n_C_prev} {n_C} {given.window}"
    arrays = {"A_prev": given.A_prev, "W": given.W, "dZ": dZ, "dA_prev": dA_prev}
    _run(description, plan, m, **arrays, gradients=gradients, reduced=reduced, mode=1)
    dW = reduced[: prod(given.W.shape)].reshape(given.W.shape)
    return dA_prev, dW, reduced[db_offset : db_offset + n_C].reshape(1, 1, 1, n_C)


def pool_forward(A_prev: Any, hparameters: Any, mode: str = "max") -> tuple[NDArray[Any], Any]:
    """A = the maximum or the mean of each window, natively.

    Signature, results and errors are those of `fullstride.steps.pool_forward`.
    """
    given = checks.pool_arguments(A_prev, hparameters, mode, "pool_forward")
    m, *n_prev, n_C = given.A_prev.shape
    dtype = given.A_prev.dtype.name
    A = np.empty((m, *given.size, n_C), dtype)

    def plan(machine: Machine) -> Plan:
        return plans.plan_pool_forward(machine, dtype, mode, (n_prev[0], n_prev[1]), n_C, given.window)

    _run(f"pool_forward {mode} {dtype} {n_prev} {n_C} {given.window}", plan, m, A_prev=given.A_prev, A=A)
    return A, (A_prev, hparameters)


def pool_backward(dA: Any, cache: Any, mode: str = "max") -> NDArray[Any]:
    """dA_prev of a pooling, natively: to the first maximum in row-major order, or shared out evenly.

    Signature, results and errors are those of `fullstride.steps.pool_backward`.
    """
    dA, given = checks.pool_gradient_arguments(dA, cache, mode, "pool_backward")
    m, *n_prev, n_C = given.A_prev.shape
    dtype = given.A_prev.dtype.name
    dA_prev = np.empty(given.A_prev.shape, dtype)

    def plan(machine: Machine) -> Plan:
        return plans.plan_pool_backward(machine, dtype, mode, (n_prev[0], n_prev[1]), n_C, given.window)

    description = f"pool_backward {mode} {dtype} {n_prev} {n_C} {given.window}"
    _run(description, plan, m, A_prev=given.A_prev, dA=dA, dA_prev=dA_prev)
    return dA_prev


def _run(description: str, plan: Any, m: int, mode: int = 0, **arrays: NDArray[Any]) -> Runner:
    runner = _runners.get(description, plan)
    held = {slot: np.ascontiguousarray(array) for slot, array in arrays.items()}
    with runner.lock:
        for slot, array in held.items():
            runner.point(slot, array)
        runner.set("m", m)
        if mode:
            runner.set("mode", mode)
        runner.run(team_of(count_threads() if m > 1 else 1))
    return runner
