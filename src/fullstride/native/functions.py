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
KEPT_BYTES = 4 << 20
"""Arenas that a function keeps for its next call on images of this size."""


def conv_forward(A_prev: Any, W: Any, b: Any, hparameters: Any) -> tuple[NDArray[Any], Any]:
    """Convolve every image with every filter, natively; `fullstride.steps.conv_forward` is the same in loops.

    More than one image is split over threads; one image runs on one thread. The bits do not depend on it.

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C_prev)
        Activations of the previous layer, float32 or float64; m may be 0.
    W : ndarray of shape (f_H, f_W, n_C_prev, n_C)
        n_C filters, which may be rectangular.
    b : ndarray of shape (1, 1, 1, n_C)
        One bias a filter.
    hparameters : dict
        "stride": int or pair (vertical, horizontal).
        "pad": int, pair, ((top, bottom), (left, right)), "valid" (none), or "same": as much as makes
        n_H = ceil(n_H_prev / stride); the extra row or column of an odd total goes to the bottom or right.

    Returns
    -------
    Z : ndarray of shape (m, n_H, n_W, n_C)
        n_H = floor((n_H_prev + top + bottom - f_H) / stride) + 1, and n_W likewise: a window that does not
        fit at the bottom or right is dropped.
    cache : tuple (A_prev, W, b, hparameters)
        The arguments as they came, for `conv_backward`.

    Raises
    ------
    ShapeError
        A rank is wrong, the channels disagree, or the filter is larger than the padded image.
    DtypeError
        A_prev, W and b do not share float32 or float64. Integers count as float64.
    ArgumentError
        A hyperparameter is missing, unknown or out of range, or so is `FULLSTRIDE_TARGET` or
        `FULLSTRIDE_NUM_THREADS`.
    EngineError
        There is no native engine for this processor.

    Source
    ------
    Z[i, h, w, c] = Σ a_slice_prev * W[:, :, :, c] + b[0, 0, 0, c]: the cross-correlation that deep learning
    calls convolution (the filter is not flipped). An output starts from its bias and adds its terms with fused
    multiply-adds in the order (vertical, horizontal, channel).

    Examples
    --------
    >>> A_prev, W, b = np.ones((2, 5, 7, 3)), np.ones((3, 3, 3, 8)), np.zeros((1, 1, 1, 8))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 2, "pad": 1})
    >>> Z.shape == (2, (5 + 2 * 1 - 3) // 2 + 1, (7 + 2 * 1 - 3) // 2 + 1, 8)
    True
    >>> float(Z[0, 1, 1, 0]), float(Z[0, 0, 0, 0])  # 27 ones; in the corner 15 of them are padding
    (27.0, 12.0)
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
    """The gradients of a convolution, natively; `fullstride.steps.conv_backward` is the same in loops.

    More than one image is split over threads; one image runs on one thread. The bits do not depend on it.

    Parameters
    ----------
    dZ : ndarray of shape (m, n_H, n_W, n_C)
        Gradient of the cost with respect to Z.
    cache : tuple (A_prev, W, b, hparameters)
        What `conv_forward` returned, this one or that of `fullstride.steps`.

    Returns
    -------
    dA_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C_prev)
        Zero where no window ever was.
    dW : ndarray of shape (f_H, f_W, n_C_prev, n_C)
        Summed over the batch; zeros for an empty one.
    db : ndarray of shape (1, 1, 1, n_C)
        Summed over the batch.

    Raises
    ------
    ShapeError, DtypeError
        dZ does not have the shape of Z, or not its dtype.
    ArgumentError
        The cache is not that of a convolution, or `FULLSTRIDE_TARGET` or `FULLSTRIDE_NUM_THREADS` is out of
        range.
    EngineError
        There is no native engine for this processor.

    Source
    ------
    Formulas (1) dA += W * dZ, (2) dW += a_slice * dZ and (3) db += dZ of the course. dW and db are summed in
    row-major order within an image, over images in index order within a shard, over the shards as a binary tree.

    Examples
    --------
    >>> A_prev, W, b = np.full((1, 2, 2, 1), 3.0), np.full((2, 2, 1, 1), 5.0), np.zeros((1, 1, 1, 1))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    >>> dA_prev, dW, db = conv_backward(np.full_like(Z, 2.0), cache)
    >>> float(dA_prev[0, 0, 0, 0]), float(dW[0, 0, 0, 0]), float(db[0, 0, 0, 0])
    (10.0, 6.0, 2.0)
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
    _run(description, plan, m, **arrays, gradients=gradients, reduced=reduced)
    dW = reduced[: prod(given.W.shape)].reshape(given.W.shape)
    return dA_prev, dW, reduced[db_offset : db_offset + n_C].reshape(1, 1, 1, n_C)


def pool_forward(A_prev: Any, hparameters: Any, mode: str = "max") -> tuple[NDArray[Any], Any]:
    """Shrink every channel to one number a window, natively; `fullstride.steps.pool_forward` is the same in loops.

    More than one image is split over threads; one image runs on one thread. The bits do not depend on it.

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C)
        Activations of the previous layer, float32 or float64; m may be 0.
    hparameters : dict
        "f" and "stride": int or pair (vertical, horizontal). A pool is not padded: "pad" may only be 0 or
        "valid".
    mode : "max" or "average"
        A NaN is the maximum of its window.

    Returns
    -------
    A : ndarray of shape (m, n_H, n_W, n_C)
        n_H = floor((n_H_prev - f) / stride) + 1, and n_W likewise: a window that does not fit at the bottom
        or right is dropped.
    cache : tuple (A_prev, hparameters)
        The arguments as they came, for `pool_backward`.

    Raises
    ------
    ShapeError
        A_prev is not four-dimensional, or the window is larger than the image.
    DtypeError
        A_prev is not an array of real numbers. Integers become float64.
    ArgumentError
        The mode is unknown, a hyperparameter missing, unknown or out of range, or `FULLSTRIDE_TARGET` or
        `FULLSTRIDE_NUM_THREADS` is out of range.
    EngineError
        There is no native engine for this processor.

    Source
    ------
    A[i, h, w, c] = max a_slice_prev, or its mean Σ a_slice_prev / (f_H * f_W).

    Examples
    --------
    >>> A_prev = np.arange(20.0).reshape(1, 4, 5, 1)
    >>> A, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    >>> A.shape == (1, (4 - 2) // 2 + 1, (5 - 2) // 2 + 1, 1)
    True
    >>> A[0, :, :, 0]
    array([[ 6.,  8.],
           [16., 18.]])
    >>> pool_forward(A_prev, {"f": 2, "stride": 2}, mode="average")[0][0, :, :, 0]
    array([[ 3.,  5.],
           [13., 15.]])
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
    """The gradient of a pooling, natively; `fullstride.steps.pool_backward` is the same in loops.

    More than one image is split over threads; one image runs on one thread. The bits do not depend on it.

    Parameters
    ----------
    dA : ndarray of shape (m, n_H, n_W, n_C)
        Gradient of the cost with respect to A.
    cache : tuple (A_prev, hparameters)
        What `pool_forward` returned, this one or that of `fullstride.steps`.
    mode : "max" or "average"
        "max": the first maximum of a window in row-major order gets the whole gradient. "average": each
        number of the window gets an equal share. Both conserve the gradient's sum.

    Returns
    -------
    dA_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C)
        Zero where no window ever was.

    Raises
    ------
    ShapeError, DtypeError
        dA does not have the shape of A, or not its dtype.
    ArgumentError
        The mode is unknown, the cache is not that of a pooling, or `FULLSTRIDE_TARGET` or
        `FULLSTRIDE_NUM_THREADS` is out of range.
    EngineError
        There is no native engine for this processor.

    Source
    ------
    The course's mask of a window's maximum, times its dA; or dA / (f_H * f_W) for each number of the window.

    Examples
    --------
    >>> A_prev = np.array([[1.0, 7.0], [7.0, 3.0]]).reshape(1, 2, 2, 1)
    >>> A, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    >>> pool_backward(np.full_like(A, 4.0), cache)[0, :, :, 0]
    array([[0., 4.],
           [0., 0.]])
    >>> pool_backward(np.full_like(A, 4.0), cache, mode="average")[0, :, :, 0]
    array([[1., 1.],
           [1., 1.]])
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


def _run(description: str, plan: Any, m: int, **arrays: NDArray[Any]) -> Runner:
    runner = _runners.get(description, plan)
    held = {slot: np.require(array, requirements=("C", "A")) for slot, array in arrays.items()}
    with runner.lock:
        for slot, array in held.items():
            runner.point(slot, array)
        runner.set("m", m)
        runner.run(team_of(count_threads() if m > 1 else 1))
        runner.forget_large_arenas(KEPT_BYTES)
    return runner
