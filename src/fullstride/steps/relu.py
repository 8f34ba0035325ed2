"""The rectified linear unit."""

from __future__ import annotations

import numpy as np

from fullstride import checks
from fullstride.checks import Array


def relu_forward(Z: Array) -> tuple[Array, Array]:
    """Negative numbers become 0, the others stay.

    Parameters
    ----------
    Z : ndarray of any shape with at least one axis
        A layer's linear output.

    Returns
    -------
    A : ndarray of the shape of Z
        max(Z, 0); a NaN stays NaN, and -0.0 becomes 0.0.
    cache : ndarray
        Z as it came, for `relu_backward`.

    Raises
    ------
    DtypeError
        Z is not an array of real numbers. Integers become float64.

    Examples
    --------
    >>> relu_forward(np.array([-2.0, 0.0, 3.0]))[0]
    array([0., 0., 3.])
    """
    cache = Z
    Z = checks.array(Z, "relu_forward", "Z")
    A = np.where(Z <= 0, 0, Z)  # not Z > 0, which would turn a NaN into 0
    return A, cache


def relu_backward(dA: Array, cache: Array) -> Array:
    """The gradient passes where Z was positive.

    Parameters
    ----------
    dA : ndarray of the shape of Z
        Gradient of the cost with respect to A.
    cache : ndarray
        Z, what `relu_forward` returned.

    Returns
    -------
    dZ : ndarray of the shape of Z
        dA where Z > 0, and 0 elsewhere: the gradient at Z = 0 is 0. Where Z is NaN, dA passes.

    Raises
    ------
    ShapeError, DtypeError
        dA does not have the shape of Z, or not its dtype.

    Examples
    --------
    >>> A, cache = relu_forward(np.array([-2.0, 0.0, 3.0]))
    >>> relu_backward(np.array([5.0, 6.0, 7.0]), cache)
    array([0., 0., 7.])
    """
    Z = checks.array(cache, "relu_backward", "cache (the Z of relu_forward)")
    dA = checks.gradient(dA, "relu_backward", "dA", None, Z.shape, Z=Z)
    dZ = np.where(Z <= 0, 0, dA)
    return dZ
