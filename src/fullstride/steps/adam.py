"""Adam: steps measured by the running mean of squared gradients."""

from __future__ import annotations

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.steps._quiet import quiet


@quiet
def adam_update(
    parameter: Array,
    gradient: Array,
    velocity: Array,
    square: Array,
    lr: float,
    powers: tuple[float, float],
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled: bool = False,
) -> tuple[Array, Array, Array]:
    """One step downhill, as long in every direction as its gradients are like each other.

    Parameters
    ----------
    parameter, gradient, velocity, square : ndarray of one shape with at least one axis
        A parameter, the cost's gradient with respect to it, and the running means of gradients and of their squares
        (zeros before the first step).
    lr : float, 0 <= lr
        The learning rate: about how far a parameter moves at most.
    powers : (float, float), each 0 <= power < 1
        beta1^t and beta2^t at step t: beta1 and beta2 themselves at the first step, t = 1.
    beta1, beta2 : float, 0 <= beta < 1
        The parts of velocity and square that are kept.
    epsilon : float, 0 < epsilon
        Keeps the step finite where all gradients were 0.
    weight_decay : float, 0 <= weight_decay
        How hard the parameter is pulled towards 0.
    decoupled : bool
        Whether weight decay acts on the parameter itself (AdamW) and not by way of the gradient.

    Returns
    -------
    new_parameter, new_velocity, new_square : ndarray of that shape
        New arrays; the arguments stay as they are.

    Raises
    ------
    ShapeError, DtypeError
        The four arrays do not share one shape and one dtype, or a number is none.
    ArgumentError
        A number is out of range.

    Source
    ------
    Kingma and Ba 2015, algorithm 1, with epsilon outside the root as PyTorch has it; decoupled: Loshchilov and
    Hutter 2019, algorithm 2. Zeros before the first step draw the means towards 0: 1 - beta^t takes that out.

    Examples
    --------
    The first step is lr long, whatever the gradient:

    >>> zero = np.zeros(1)
    >>> adam_update(np.array([1.0]), np.array([-1e6]), zero, zero, lr=0.25, powers=(0.9, 0.999))[0]
    array([1.25])
    """
    where = "adam_update"
    parameter = checks.array(parameter, where, "parameter")
    gradient = checks.array(gradient, where, "gradient")
    velocity = checks.array(velocity, where, "velocity")
    square = checks.array(square, where, "square")
    given = {"parameter": parameter, "gradient": gradient, "velocity": velocity, "square": square}
    checks.same_dtype(where, **given)
    checks.same_shape(where, **given)
    lr = checks.real_number(lr, where, "lr")
    power1, power2 = (checks.real_number(power, where, "powers", below=1.0) for power in powers)
    beta1 = checks.real_number(beta1, where, "beta1", below=1.0)
    beta2 = checks.real_number(beta2, where, "beta2", below=1.0)
    epsilon = checks.positive_number(epsilon, where, "epsilon")
    weight_decay = checks.real_number(weight_decay, where, "weight_decay")

    g = gradient
    if checks.flag(decoupled, where, "decoupled"):
        parameter = parameter - lr * weight_decay * parameter
    else:
        g = gradient + weight_decay * parameter
    new_velocity = beta1 * velocity + (1 - beta1) * g
    new_square = beta2 * square + (1 - beta2) * g * g
    mean = new_velocity / (1 - power1)
    deviation = np.sqrt(new_square / (1 - power2))
    new_parameter = parameter - lr * mean / (deviation + epsilon)
    return new_parameter, new_velocity, new_square
