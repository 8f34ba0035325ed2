"""Stochastic gradient descent with momentum."""

from __future__ import annotations

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def sgd_update(
    parameter: Array,
    gradient: Array,
    velocity: Array,
    lr: float,
    momentum: float,
    nesterov: bool = False,
    weight_decay: float = 0.0,
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
    nesterov : bool
        Whether the step looks ahead to where the velocity will have carried the parameter.
    weight_decay : float, 0 <= weight_decay
        How hard the parameter is pulled towards 0.

    Returns
    -------
    new_parameter, new_velocity : ndarray of that shape
        New arrays; the arguments stay as they are.

    Raises
    ------
    ShapeError, DtypeError
        The three arrays do not share one shape and one dtype, or a number is none.
    ArgumentError
        A number is out of range.

    Source
    ------
    As PyTorch: g = gradient + weight_decay * parameter; v = momentum * v + g; parameter = parameter - lr * v, or with
    nesterov parameter - lr * (g + momentum * v). (Sutskever et al. 2013 put lr into v.)

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
    nesterov = checks.flag(nesterov, where, "nesterov")
    weight_decay = checks.real_number(weight_decay, where, "weight_decay")

    g = gradient + weight_decay * parameter
    new_velocity = momentum * velocity + g
    if nesterov:
        new_parameter = parameter - lr * (g + momentum * new_velocity)
    else:
        new_parameter = parameter - lr * new_velocity
    return new_parameter, new_velocity
