"""The mean squared error: the cost of numbers that are to be as some other numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def mean_squared_error_forward(Z: Array, T: Array) -> tuple[Any, tuple[Array, Array]]:
    """The mean over the batch and the outputs of (Z - T)^2.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Outputs; m may be 0.
    T : ndarray of shape (m, n_C)
        Targets: what the outputs ought to be.

    Returns
    -------
    cost : NumPy scalar of the dtype of Z
        0.0 for an empty batch.
    cache : tuple (Z, T)
        The arguments as they came, for `mean_squared_error_backward`.

    Raises
    ------
    ShapeError, DtypeError
        Z is not (m, n_C), or T does not have its shape and dtype.

    Source
    ------
    As torch.nn.MSELoss.

    Examples
    --------
    >>> cost, cache = mean_squared_error_forward(np.array([[1.0, 2.0]]), np.array([[4.0, 2.0]]))
    >>> float(cost)  # (9 + 0) / 2
    4.5
    """
    cache = (Z, T)
    Z, T = checks.squared_error_arguments(Z, T, "mean_squared_error_forward")
    m, n_C = Z.shape

    cost = Z.dtype.type(0)
    for i in range(m):
        for c in range(n_C):
            cost += (Z[i, c] - T[i, c]) ** 2 / (m * n_C)
    return cost, cache


@quiet
def mean_squared_error_backward(cache: tuple[Array, Array]) -> Array:
    """The gradient of the mean squared error with respect to the outputs.

    Parameters
    ----------
    cache : tuple (Z, T)
        What `mean_squared_error_forward` returned.

    Returns
    -------
    dZ : ndarray of shape (m, n_C)
        2 (Z - T) / (m n_C).

    Raises
    ------
    ArgumentError
        The cache is not that of a mean squared error.

    Examples
    --------
    >>> cost, cache = mean_squared_error_forward(np.array([[1.0, 2.0]]), np.array([[4.0, 2.0]]))
    >>> mean_squared_error_backward(cache)
    array([[-3.,  0.]])
    """
    where = "mean_squared_error_backward"
    Z, T = checks.cached(cache, where, ("Z", "T"))
    Z, T = checks.squared_error_arguments(Z, T, where)
    m, n_C = Z.shape

    dZ = np.empty_like(Z)
    for i in range(m):
        for c in range(n_C):
            dZ[i, c] = 2 * (Z[i, c] - T[i, c]) / (m * n_C)
    return dZ
