"""A numerical check of gradients: float64, a random direction, a random upstream gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class KinkError(Exception):
    """The function is not differentiable where it was to be checked: a tie in a maximum, a ReLU at 0."""


def assert_gradients(
    forward: Callable[..., Any],
    backward: Callable[[Any], Sequence[Any]],
    arguments: Sequence[Any],
    seed: int = 0,
    step: float = 1e-6,
    rtol: float = 1e-6,
) -> None:
    """Compare `backward(dZ)`, one gradient an argument, with differences of `forward(*arguments)`.

    With a random upstream gradient dZ, L = Σ forward(*arguments) * dZ. For each argument x and a random
    direction v of length 1, (L(x + step v) - L(x - step v)) / (2 step) must be Σ gradient * v. A gradient of
    ones would not see a permuted dZ; one direction for all arguments would let errors of two of them cancel.

    Raises
    ------
    AssertionError
        A gradient is wrong; the message names the argument and both numbers.
    KinkError
        The two one-sided differences disagree: there is a kink or a tie within one step.
    """
    generator = np.random.default_rng(seed)
    arguments = [np.asarray(x) for x in arguments]
    for position, x in enumerate(arguments):
        if x.dtype != np.float64:
            raise TypeError(f"gradients are checked in float64; argument {position} is {x.dtype}")
    dZ = generator.standard_normal(np.shape(forward(*arguments)))
    gradients = backward(dZ)
    if len(gradients) != len(arguments):
        raise AssertionError(f"{len(arguments)} arguments, but {len(gradients)} gradients")

    for position, (x, gradient) in enumerate(zip(arguments, gradients, strict=True)):
        if gradient.shape != x.shape:
            raise AssertionError(
                f"argument {position} has shape {x.shape}, its gradient has shape {gradient.shape}"
            )
        direction = generator.standard_normal(x.shape)
        direction /= np.linalg.norm(direction)
        here, ahead, behind = (
            np.sum(forward(*arguments[:position], x + t * direction, *arguments[position + 1 :]) * dZ)
            for t in (0.0, step, -step)
        )
        scale = 1.0 + float(np.linalg.norm(gradient))
        if abs((ahead - here) - (here - behind)) > 1e-3 * step * scale:
            raise KinkError(
                f"argument {position}: the slope is {(here - behind) / step:.6g} on one side "
                f"and {(ahead - here) / step:.6g} on the other"
            )
        numerical = (ahead - behind) / (2 * step)
        analytical = float(np.sum(gradient * direction))
        if not abs(numerical - analytical) <= rtol * scale:
            raise AssertionError(
                f"the gradient of argument {position} is wrong: along a random direction it is "
                f"{analytical:.10g}, the difference quotient is {numerical:.10g}"
            )
