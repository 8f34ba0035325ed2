"""The fully connected layer's product."""

from __future__ import annotations

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def linear_forward(A_prev: Array, W: Array, b: Array) -> tuple[Array, tuple[Array, Array, Array]]:
    """Connect every input with every output.

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_C_prev)
        Activations of the previous layer, one row an example; m may be 0.
    W : ndarray of shape (n_C_prev, n_C)
        Weights.
    b : ndarray of shape (1, n_C)
        Biases.

    Returns
    -------
    Z : ndarray of shape (m, n_C)
        A_prev W + b.
    cache : tuple (A_prev, W, b)
        The arguments as they came, for `linear_backward`.

    Raises
    ------
    ShapeError, DtypeError
        The shapes disagree, or the arguments do not share float32 or float64. Integers count as float64.

    Examples
    --------
    >>> linear_forward(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[0.5, 0.5]]))[0]
    array([[13.5, 16.5]])
    """
    cache = (A_prev, W, b)
    A_prev, W, b = checks.linear_arguments(A_prev, W, b, "linear_forward")
    Z = A_prev @ W + b
    return Z, cache


@quiet
def linear_backward(dZ: Array, cache: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
    """The gradients of the fully connected product.

    Parameters
    ----------
    dZ : ndarray of shape (m, n_C)
        Gradient of the cost with respect to Z.
    cache : tuple (A_prev, W, b)
        What `linear_forward` returned.

    Returns
    -------
    dA_prev : ndarray of shape (m, n_C_prev)
        dZ Wᵀ.
    dW : ndarray of shape (n_C_prev, n_C)
        A_prevᵀ dZ, summed over the batch; zeros for an empty one.
    db : ndarray of shape (1, n_C)
        dZ summed over the batch.

    Raises
    ------
    ShapeError, DtypeError
        dZ does not have the shape of Z, or not its dtype.
    ArgumentError
        The cache is not that of a fully connected layer.

    Examples
    --------
    >>> Z, cache = linear_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [5.0]]), np.array([[0.5]]))
    >>> linear_backward(np.array([[10.0]]), cache)
    (array([[30., 50.]]), array([[10.],
           [20.]]), array([[10.]]))
    """
    A_prev, W, b = checks.cached(cache, "linear_backward", ("A_prev", "W", "b"))
    A_prev, W, b = checks.linear_arguments(A_prev, W, b, "linear_backward")
    shape = (A_prev.shape[0], W.shape[1])
    dZ = checks.gradient(dZ, "linear_backward", "dZ", ("m", "n_C"), shape, A_prev=A_prev)
    dA_prev = dZ @ W.T
    dW = A_prev.T @ dZ
    db = np.sum(dZ, axis=0, keepdims=True)
    return dA_prev, dW, db
