"""From images to rows."""

from __future__ import annotations

import math

from fullstride import checks
from fullstride.checks import Array


def flatten_forward(A_prev: Array) -> tuple[Array, tuple[int, ...]]:
    """Lay every example out as one row, in row-major order (vertical, horizontal, channel).

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_H, n_W, n_C), or of any two or more axes
        Activations of the previous layer; m may be 0.

    Returns
    -------
    A : ndarray of shape (m, n_H * n_W * n_C)
        A new array.
    cache : tuple of int
        The shape of A_prev, for `flatten_backward`.

    Raises
    ------
    ShapeError, DtypeError
        A_prev has fewer than two axes, or is not an array of real numbers. Integers become float64.

    Examples
    --------
    >>> import numpy as np
    >>> flatten_forward(np.zeros((10, 4, 4, 3)))[0].shape
    (10, 48)
    """
    A_prev = checks.array(A_prev, "flatten_forward", "A_prev", ("m", "..."))
    m = A_prev.shape[0]
    A = A_prev.reshape(m, math.prod(A_prev.shape[1:])).copy()  # not -1, which cannot be inferred for m = 0
    return A, A_prev.shape


def flatten_backward(dA: Array, cache: tuple[int, ...]) -> Array:
    """Fold every row back into an image.

    Parameters
    ----------
    dA : ndarray of shape (m, n_H * n_W * n_C)
        Gradient of the cost with respect to the rows.
    cache : tuple of int
        The shape, what `flatten_forward` returned.

    Returns
    -------
    dA_prev : ndarray of shape (m, n_H, n_W, n_C)
        A new array.

    Raises
    ------
    ShapeError, DtypeError
        dA does not have the shape of the rows, or is not an array of real numbers.
    ArgumentError
        The cache is not a shape.

    Examples
    --------
    >>> import numpy as np
    >>> A, cache = flatten_forward(np.zeros((10, 4, 4, 3)))
    >>> flatten_backward(A, cache).shape
    (10, 4, 4, 3)
    """
    shape = checks.cached_shape(cache, "flatten_backward", least=2)
    rows = (shape[0], math.prod(shape[1:]))
    dA = checks.gradient(dA, "flatten_backward", "dA", ("m", "n"), rows)
    return dA.reshape(shape).copy()
