"""Stochastic gradient descent with momentum."""

from __future__ import annotations

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def sgd_update(
    parameter: Array, gradient: Array, velocity: Array, lr: float, momentum: float
) -> tuple[Array, Array]:
    """One step downhill.

    Parameters
    ----------
    parameter, gradient, velocity : ndarray of one shape with at least one axis
        A parameter, the cost's gradient with respect to it, and its velocity (zeros before the first step).
    lr : float, 0 <= lr
        The learning rate.
    momentum : float, 0 <= momentum < 1
        The part of the velocity that is kept.

    Returns
    -------
    new_parameter, new_velocity : ndarray of that shape
        New arrays; the arguments stay as they are.

    Raises
    ------
    ShapeError, DtypeError
        The three arrays do not share one shape and one dtype, or lr or momentum is not a number.
    ArgumentError
        lr or momentum is out of range.

    Source
    ------
    As PyTorch: v = momentum * v + gradient; parameter = parameter - lr * v. (Sutskever et al. 2013 put lr
    into v.)

    Examples
    --------
    >>> import numpy as np
    >>> sgd_update(np.array([1.0]), np.array([2.0]), np.array([4.0]), lr=0.1, momentum=0.5)
    (array([0.6]), array([4.]))
    """
    where = "sgd_update"
    parameter = checks.array(parameter, where, "parameter")
    gradient = checks.array(gradient, where, "gradient")
    velocity = checks.array(velocity, where, "velocity")
    checks.same_dtype(where, parameter=parameter, gradient=gradient, velocity=velocity)
    checks.same_shape(where, parameter=parameter, gradient=gradient, velocity=velocity)
    lr = checks.real_number(lr, where, "lr")
    momentum = checks.real_number(momentum, where, "momentum", below=1.0)

    new_velocity = momentum * velocity + gradient
    new_parameter = parameter - lr * new_velocity
    return new_parameter, new_velocity
