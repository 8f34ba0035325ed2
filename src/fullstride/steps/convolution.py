"""Convolution on the blackboard: one window, one filter, one number at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.errors import ArgumentError
from fullstride.geometry import padding
from fullstride.steps._quiet import quiet


def zero_pad(X: Array, pad: object) -> Array:
    """Surround every image of X with zeros.

    Parameters
    ----------
    X : ndarray of shape (m, n_H, n_W, n_C)
        Images.
    pad : int, pair (vertical, horizontal), or ((top, bottom), (left, right))
        Rows and columns of zeros on each side; "valid" is 0.

    Returns
    -------
    X_pad : ndarray of shape (m, n_H + top + bottom, n_W + left + right, n_C)
        A new array, also where pad is 0.

    Raises
    ------
    ShapeError, DtypeError
        X is not four-dimensional, or not an array of real numbers.
    ArgumentError
        pad is negative, or "same", which depends on a filter.

    Examples
    --------
    >>> zero_pad(np.ones((1, 1, 2, 1)), 1)[0, :, :, 0]
    array([[0., 0., 0., 0.],
           [0., 1., 1., 0.],
           [0., 0., 0., 0.]])
    """
    X = checks.array(X, "zero_pad", "X", ("m", "n_H", "n_W", "n_C"))
    if isinstance(pad, str) and pad == "same":
        raise ArgumentError(
            'zero_pad: pad must be an int, a pair or ((top, bottom), (left, right)); got "same", '
            "which depends on a filter's f and stride: it is for conv_forward"
        )
    vertical, horizontal = padding(pad, "zero_pad", (1, 1), (1, 1), (1, 1))
    return np.pad(X, ((0, 0), vertical, horizontal, (0, 0)))


@quiet
def conv_single_step(a_slice_prev: Array, W: Array, b: Array) -> Any:
    """Apply one filter to one slice of the previous activations.

    Parameters
    ----------
    a_slice_prev : ndarray of shape (f_H, f_W, n_C_prev)
        The slice under the filter.
    W : ndarray of shape (f_H, f_W, n_C_prev)
        The weights of one filter.
    b : ndarray of shape (1, 1, 1)
        Its bias.

    Returns
    -------
    Z : NumPy scalar of the dtype of the arguments
        Σ a_slice_prev * W + b. The bias is added once, not once a product.

    Raises
    ------
    ShapeError
        W does not have the shape of the slice, or b is not (1, 1, 1).
    DtypeError
        The arguments do not share one dtype.

    Examples
    --------
    >>> float(conv_single_step(np.full((2, 2, 1), 3.0), np.full((2, 2, 1), 0.5), np.full((1, 1, 1), 10.0)))
    16.0
    """
    where = "conv_single_step"
    axes = ("f_H", "f_W", "n_C_prev")
    a_slice_prev = checks.array(a_slice_prev, where, "a_slice_prev", axes)
    W = checks.array(W, where, "W", axes)
    b = checks.array(b, where, "b", ("1", "1", "1"))
    checks.same_dtype(where, a_slice_prev=a_slice_prev, W=W, b=b)
    checks.of_shape(W, where, "W", axes, a_slice_prev.shape, "the shape of a_slice_prev")
    checks.of_shape(b, where, "b", ("1", "1", "1"), (1, 1, 1), "one bias a filter")
    return _single_step(a_slice_prev, W, b[0, 0, 0])


def _single_step(a_slice_prev: Array, W: Array, bias: Any) -> Any:
    return np.sum(a_slice_prev * W) + bias


@quiet
def conv_forward(
    A_prev: Array, W: Array, b: Array, hparameters: Mapping[str, Any]
) -> tuple[Array, tuple[Array, Array, Array, Mapping[str, Any]]]:
    """Convolve every image with every filter.

    Parameters
    ----------
    A_prev : ndarray of shape (m, n_H_prev, n_W_prev, n_C_prev)
        Activations of the previous layer; m may be 0.
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
        A hyperparameter is missing, unknown or out of range.

    Source
    ------
    Z[i, h, w, c] = Σ a_slice_prev * W[:, :, :, c] + b[0, 0, 0, c]: the cross-correlation that deep learning
    calls convolution (the filter is not flipped).

    Examples
    --------
    >>> A_prev, W, b = np.ones((2, 5, 7, 3)), np.ones((3, 3, 3, 8)), np.zeros((1, 1, 1, 8))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 2, "pad": 1})
    >>> Z.shape == (2, (5 + 2 * 1 - 3) // 2 + 1, (7 + 2 * 1 - 3) // 2 + 1, 8)
    True
    >>> float(Z[0, 1, 1, 0]), float(Z[0, 0, 0, 0])  # 27 ones; in the corner 15 of them are padding
    (27.0, 12.0)
    """
    cache = (A_prev, W, b, hparameters)
    A_prev, W, b, window, (n_H, n_W) = checks.conv_arguments(A_prev, W, b, hparameters, "conv_forward")
    m, n_C = A_prev.shape[0], W.shape[3]

    A_prev_pad = zero_pad(A_prev, window.pad)
    Z = np.zeros((m, n_H, n_W, n_C), A_prev.dtype)

    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start, vert_end, horiz_start, horiz_end = window.corners(h, w)
                a_slice_prev = A_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]
                for c in range(n_C):
                    Z[i, h, w, c] = _single_step(a_slice_prev, W[:, :, :, c], b[0, 0, 0, c])

    return Z, cache


@quiet
def conv_backward(
    dZ: Array, cache: tuple[Array, Array, Array, Mapping[str, Any]]
) -> tuple[Array, Array, Array]:
    """The gradients of a convolution.

    Parameters
    ----------
    dZ : ndarray of shape (m, n_H, n_W, n_C)
        Gradient of the cost with respect to Z.
    cache : tuple (A_prev, W, b, hparameters)
        What `conv_forward` returned.

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
        The cache is not that of a convolution.

    Source
    ------
    Formulas (1), (2) and (3) of the course, beside their lines.

    Examples
    --------
    >>> A_prev, W, b = np.full((1, 2, 2, 1), 3.0), np.full((2, 2, 1, 1), 5.0), np.zeros((1, 1, 1, 1))
    >>> Z, cache = conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    >>> dA_prev, dW, db = conv_backward(np.full_like(Z, 2.0), cache)
    >>> float(dA_prev[0, 0, 0, 0]), float(dW[0, 0, 0, 0]), float(db[0, 0, 0, 0])
    (10.0, 6.0, 2.0)
    """
    dZ, (A_prev, W, b, window, (n_H, n_W)) = checks.conv_gradient_arguments(dZ, cache, "conv_backward")
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    n_C = W.shape[3]

    A_prev_pad = zero_pad(A_prev, window.pad)
    dA_prev_pad = np.zeros_like(A_prev_pad)
    dW = np.zeros(W.shape, W.dtype)
    db = np.zeros(b.shape, b.dtype)

    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                vert_start, vert_end, horiz_start, horiz_end = window.corners(h, w)
                a_slice_prev = A_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]
                da_slice_prev = dA_prev_pad[i, vert_start:vert_end, horiz_start:horiz_end, :]
                for c in range(n_C):
                    da_slice_prev += W[:, :, :, c] * dZ[i, h, w, c]  # (1) dA += W * dZ
                    dW[:, :, :, c] += a_slice_prev * dZ[i, h, w, c]  # (2) dW += a_slice * dZ
                    db[0, 0, 0, c] += dZ[i, h, w, c]  # (3) db += dZ

    # Cut by start and length: [pad:-pad] would be empty where pad is 0.
    (top, _), (left, _) = window.pad
    dA_prev = dA_prev_pad[:, top : top + n_H_prev, left : left + n_W_prev, :].copy()
    return dA_prev, dW, db
