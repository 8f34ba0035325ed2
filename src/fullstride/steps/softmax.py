"""Softmax, and the cross-entropy cost that follows it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def softmax(Z: Array) -> Array:
    """Turn every row of scores into probabilities.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Scores (logits), one row an example; m may be 0.

    Returns
    -------
    A : ndarray of shape (m, n_C)
        exp(Z) / Σ exp(Z) along a row; every row sums to 1. A row with a NaN or +inf is NaN.

    Raises
    ------
    ShapeError, DtypeError
        Z is not two-dimensional, or not an array of real numbers. Integers become float64.

    Source
    ------
    The row's maximum is subtracted first, which cancels in the fraction and keeps exp from overflowing.

    Examples
    --------
    >>> softmax(np.array([[1000.0, 1000.0], [0.0, np.log(3.0)]]))
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    return _softmax(checks.array(Z, "softmax", "Z", ("m", "n_C")))


def _softmax(Z: Array) -> Array:
    exponentials = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    A: Array = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    return A


@quiet
def cross_entropy_forward(Z: Array, Y: NDArray[Any]) -> tuple[Any, tuple[Array, NDArray[Any]]]:
    """The mean over the batch of -log softmax(Z) at the true class.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Scores (logits), before softmax; m may be 0.
    Y : ndarray of integers of shape (m,)
        The true class of each example, 0 .. n_C - 1.

    Returns
    -------
    cost : NumPy scalar of the dtype of Z
        In nats; 0.0 for an empty batch.
    cache : tuple (Z, Y)
        The arguments as they came, for `cross_entropy_backward`.

    Raises
    ------
    ShapeError, DtypeError
        Z is not (m, n_C), or Y is not m integers.
    DataError
        A label is out of range; the message names the first.

    Source
    ------
    -log softmax(Z)[y] = log Σ exp(Z - max Z) + max Z - Z[y], finite where softmax(Z)[y] itself rounds to 0.

    Examples
    --------
    >>> cost, cache = cross_entropy_forward(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    >>> bool(np.isclose(cost, np.log(4.0)))
    True
    """
    cache = (Z, Y)
    Z, Y = checks.cross_entropy_arguments(Z, Y, "cross_entropy_forward")
    m = Z.shape[0]

    cost = Z.dtype.type(0)
    for i in range(m):
        largest = np.max(Z[i])
        log_sum_exp = np.log(np.sum(np.exp(Z[i] - largest)))
        cost += (log_sum_exp + (largest - Z[i, Y[i]])) / m
    return cost, cache


@quiet
def cross_entropy_backward(cache: tuple[Array, NDArray[Any]]) -> Array:
    """The gradient of the cross-entropy cost with respect to the scores.

    Parameters
    ----------
    cache : tuple (Z, Y)
        What `cross_entropy_forward` returned.

    Returns
    -------
    dZ : ndarray of shape (m, n_C)
        (softmax(Z) - Y one-hot) / m; every row sums to 0.

    Raises
    ------
    ArgumentError
        The cache is not that of a cross-entropy.

    Examples
    --------
    >>> cost, cache = cross_entropy_forward(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    >>> cross_entropy_backward(cache)
    array([[-0.75,  0.75]])
    """
    Z, Y = checks.cached(cache, "cross_entropy_backward", ("Z", "Y"))
    Z, Y = checks.cross_entropy_arguments(Z, Y, "cross_entropy_backward")
    m = Z.shape[0]

    dZ = _softmax(Z)
    for i in range(m):
        dZ[i, Y[i]] -= 1
    dZ /= m
    return dZ
