"""Pooling on the blackboard: the largest number of a window, or its mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def pool_forward(
    A_prev: Array, hparameters: Mapping[str, Any], mode: str = "max"
) -> tuple[Array, tuple[Array, Mapping[str, Any]]]:
    """Shrink every channel of every image to one number a window.

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C)
        Activations of the previous layer; m may be 0.
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
        The mode is unknown, or a hyperparameter missing, unknown or out of range.

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
    cache = (A_prev, hparameters)
    A_prev, window, (n_H, n_W) = checks.pool_arguments(A_prev, hparameters, mode, "pool_forward")
    m, n_C = A_prev.shape[0], A_prev.shape[3]

    A = np.zeros((m, n_H, n_W, n_C), A_prev.dtype)

    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start, vert_end, horiz_start, horiz_end = window.corners(h, w)
                for c in range(n_C):
                    a_slice_prev = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                    if mode == "max":
                        A[i, h, w, c] = np.max(a_slice_prev)
                    else:
                        A[i, h, w, c] = np.mean(a_slice_prev)

    return A, cache


def create_mask_from_window(x: Array) -> NDArray[np.bool_]:
    """Mark the maximum of a window.

    Parameters
    ----------
    x : ndarray of any shape that is not empty, (f_H, f_W) as a rule
        A window.

    Returns
    -------
    mask : ndarray of bool, of the shape of x
        True at one place: the first of several maxima in row-major order; with a NaN, the first NaN.

    Raises
    ------
    ShapeError, DtypeError
        x is empty, a scalar, or not an array of real numbers.

    Examples
    --------
    >>> create_mask_from_window(np.array([[1.0, 7.0], [7.0, 3.0]]))
    array([[False,  True],
           [False, False]])
    """
    return _mask(checks.array(x, "create_mask_from_window", "x", ("...",)))


def _mask(x: Array) -> NDArray[np.bool_]:
    mask = np.zeros(x.shape, np.bool_)
    first = np.argmax(x)  # in row-major order; to argmax a NaN is larger than every number
    mask[np.unravel_index(first, x.shape)] = True
    return mask


def distribute_value(dz: Any, shape: tuple[int, ...]) -> Array:
    """Share a gradient out evenly over a window.

    Parameters
    ----------
    dz : number
        The gradient of one output.
    shape : tuple (n_H, n_W)
        The shape of the window.

    Returns
    -------
    a : ndarray of that shape, of the dtype of dz (float64 for a Python number)
        dz / (n_H * n_W) everywhere.

    Raises
    ------
    DtypeError
        dz is not one real number, or shape not a tuple of whole numbers.
    ArgumentError
        A number of shape is not positive.

    Examples
    --------
    >>> distribute_value(2, (2, 2))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    dz = checks.scalar(dz, "distribute_value", "dz")
    return _share(dz, checks.window_shape(shape, "distribute_value"))


def _share(dz: Any, shape: tuple[int, ...]) -> Array:
    average = dz / np.prod(shape, dtype=dz.dtype)
    return np.full(shape, average, dz.dtype)


@quiet
def pool_backward(dA: Array, cache: tuple[Array, Mapping[str, Any]], mode: str = "max") -> Array:
    """The gradient of a pooling.

    Parameters
    ----------
    dA : ndarray of shape (m, n_H, n_W, n_C)
        Gradient of the cost with respect to A.
    cache : tuple (A_prev, hparameters)
        What `pool_forward` returned.
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
        The mode is unknown, or the cache is not that of a pooling.

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
    dA, (A_prev, window, (n_H, n_W)) = checks.pool_gradient_arguments(dA, cache, mode, "pool_backward")
    m, n_C = A_prev.shape[0], A_prev.shape[3]

    dA_prev = np.zeros(A_prev.shape, A_prev.dtype)

    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start, vert_end, horiz_start, horiz_end = window.corners(h, w)
                for c in range(n_C):
                    a_slice_prev = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                    da_slice_prev = dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                    if mode == "max":
                        # Not mask * dA: 0 * inf would be NaN beside the maximum.
                        da_slice_prev += np.where(_mask(a_slice_prev), dA[i, h, w, c], 0)
                    else:
                        da_slice_prev += _share(dA[i, h, w, c], window.f)

    return dA_prev


@quiet
def global_average_pool_forward(A_prev: Array) -> tuple[Array, tuple[int, ...]]:
    """Shrink every channel of every image to its mean.

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C)
        Activations of the previous layer; m may be 0.

    Returns
    -------
    A : ndarray of shape (m, n_C)
        Sums in row-major order, each divided once.
    cache : tuple of int
        The shape of A_prev, for `global_average_pool_backward`.

    Raises
    ------
    ShapeError, DtypeError
        A_prev is not four-dimensional, or not an array of real numbers. Integers become float64.

    Source
    ------
    M. Lin, Q. Chen, S. Yan, "Network in network" (2014), section 3.2.

    Examples
    --------
    >>> global_average_pool_forward(np.array([1.0, 2.0, 3.0, 6.0]).reshape(1, 2, 2, 1))[0]
    array([[3.]])
    """
    A_prev = checks.array(
        A_prev, "global_average_pool_forward", "A_prev", ("m", "n_H_prev", "n_W_prev", "n_C")
    )
    m, n_H_prev, n_W_prev, n_C = A_prev.shape

    A = np.zeros((m, n_C), A_prev.dtype)

    for i in range(m):
        for h in range(n_H_prev):
            for w in range(n_W_prev):
                A[i] += A_prev[i, h, w]
        A[i] /= n_H_prev * n_W_prev

    return A, A_prev.shape


@quiet
def global_average_pool_backward(dA: Array, cache: tuple[int, ...]) -> Array:
    """The gradient of a global average: an equal share for each number.

    Parameters
    ----------
    dA : ndarray of shape (m, n_C)
        Gradient of the cost with respect to A.
    cache : tuple of int
        The shape of A_prev, what `global_average_pool_forward` returned.

    Returns
    -------
    dA_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C)
        dA / (n_H_prev * n_W_prev) everywhere.

    Raises
    ------
    ShapeError, DtypeError
        dA does not have the shape of A, or is not an array of real numbers.
    ArgumentError
        The cache is not the shape of images.

    Examples
    --------
    >>> A, cache = global_average_pool_forward(np.zeros((1, 2, 2, 1)))
    >>> global_average_pool_backward(np.array([[4.0]]), cache)[0, :, :, 0]
    array([[1., 1.],
           [1., 1.]])
    """
    where = "global_average_pool_backward"
    m, n_H_prev, n_W_prev, n_C = checks.cached_shape(cache, where, least=4)
    dA = checks.gradient(dA, where, "dA", ("m", "n_C"), (m, n_C))

    dA_prev = np.zeros((m, n_H_prev, n_W_prev, n_C), dA.dtype)

    for i in range(m):
        for h in range(n_H_prev):
            for w in range(n_W_prev):
                dA_prev[i, h, w] = dA[i] / (n_H_prev * n_W_prev)

    return dA_prev
