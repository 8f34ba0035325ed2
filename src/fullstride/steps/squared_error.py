"""The mean squared error: the cost of numbers that are to be as some other numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def mean_squared_error_forward(
    Z: Array, T: Array, image_weights: Array | None = None
) -> tuple[Any, tuple[Array, Array, Array | None]]:
    """The mean over the batch and the outputs of (Z - T)^2.

    Parameters
    ----------
    Z : ndarray of shape (m, n_C)
        Outputs; m may be 0.
    T : ndarray of shape (m, n_C)
        Targets: what the outputs ought to be.
    image_weights : ndarray of shape (m,), each > 0, or None
        How much each example counts in the mean; None: all the same.

    Returns
    -------
    cost : NumPy scalar of the dtype of Z
        0.0 for an empty batch.
    cache : tuple (Z, T, image_weights)
        The arguments as they came, for `mean_squared_error_backward`.

    Raises
    ------
    ShapeError, DtypeError
        Z is not (m, n_C), T does not have its shape and dtype, or image_weights is not (m,).
    ArgumentError
        A weight is not positive.

    Source
    ------
    As torch.nn.MSELoss; with weights Σ weight[i] * (the mean of (Z[i] - T[i])^2) / Σ weight[i].

    Examples
    --------
    >>> cost, cache = mean_squared_error_forward(np.array([[1.0, 2.0]]), np.array([[4.0, 2.0]]))
    >>> float(cost)  # (9 + 0) / 2
    4.5
    """
    cache = (Z, T, image_weights)
    Z, T, weights, total = _arguments(*cache, "mean_squared_error_forward")
    m, n_C = Z.shape

    cost = Z.dtype.type(0)
    for i in range(m):
        for c in range(n_C):
            cost += weights[i] * (Z[i, c] - T[i, c]) ** 2 / (total * n_C)
    return cost, cache


@quiet
def mean_squared_error_backward(cache: tuple[Array, Array, Array | None]) -> Array:
    """The gradient of the mean squared error with respect to the outputs.

    Parameters
    ----------
    cache : tuple (Z, T, image_weights)
        What `mean_squared_error_forward` returned.

    Returns
    -------
    dZ : ndarray of shape (m, n_C)
        2 (Z - T) / (m n_C); with weights 2 weight[i] (Z[i] - T[i]) / (n_C Σ weight).

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
    Z, T, image_weights = checks.cached(cache, where, ("Z", "T", "image_weights"))
    Z, T, weights, total = _arguments(Z, T, image_weights, where)
    m, n_C = Z.shape

    dZ = np.empty_like(Z)
    for i in range(m):
        for c in range(n_C):
            dZ[i, c] = 2 * weights[i] * (Z[i, c] - T[i, c]) / (total * n_C)
    return dZ


def _arguments(Z: object, T: object, image_weights: object, where: str) -> tuple[Array, Array, Array, float]:
    """Outputs, targets, the weight of each example, and the sum of these."""
    outputs, targets = checks.squared_error_arguments(Z, T, where)
    weights = checks.image_weights(image_weights, where, len(outputs))
    return outputs, targets, weights.astype(outputs.dtype), float(np.sum(weights))
