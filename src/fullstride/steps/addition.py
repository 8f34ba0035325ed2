"""Where two branches of a network meet: the sum of a residual connection."""

from __future__ import annotations

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def add_forward(A_1: Array, A_2: Array) -> tuple[Array, tuple[int, ...]]:
    """Add two branches, element by element.

    Parameters
    ----------
    A_1, A_2 : ndarray of one shape with at least one axis
        Activations of the branches. Nothing is broadcast.

    Returns
    -------
    Z : ndarray of that shape
        A_1 + A_2.
    cache : tuple of int
        The shape, for `add_backward`.

    Raises
    ------
    ShapeError, DtypeError
        The shapes or the dtypes differ. Integers count as float64.

    Examples
    --------
    >>> import numpy as np
    >>> add_forward(np.array([1.0, 2.0]), np.array([10.0, 20.0]))[0]
    array([11., 22.])
    """
    A_1 = checks.array(A_1, "add_forward", "A_1")
    A_2 = checks.array(A_2, "add_forward", "A_2")
    checks.same_dtype("add_forward", A_1=A_1, A_2=A_2)
    checks.same_shape("add_forward", A_1=A_1, A_2=A_2)
    Z = A_1 + A_2
    return Z, A_1.shape


def add_backward(dZ: Array, cache: tuple[int, ...]) -> tuple[Array, Array]:
    """The gradient goes down both branches, whole.

    Parameters
    ----------
    dZ : ndarray of the shape of Z
        Gradient of the cost with respect to Z.
    cache : tuple of int
        The shape, what `add_forward` returned.

    Returns
    -------
    dA_1, dA_2 : ndarray of the shape of Z
        Two copies of dZ, so that a change of one leaves the other alone.

    Raises
    ------
    ShapeError, DtypeError
        dZ does not have the shape of Z, or is not an array of real numbers.
    ArgumentError
        The cache is not a shape.

    Examples
    --------
    >>> import numpy as np
    >>> Z, cache = add_forward(np.array([1.0, 2.0]), np.array([10.0, 20.0]))
    >>> add_backward(np.array([5.0, 6.0]), cache)
    (array([5., 6.]), array([5., 6.]))
    """
    shape = checks.cached_shape(cache, "add_backward", least=1)
    dZ = checks.gradient(dZ, "add_backward", "dZ", None, shape)
    return dZ.copy(), dZ.copy()
