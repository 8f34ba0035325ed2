"""What a training step does with its gradients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Update:
    """The numbers of one step: v = momentum * v + gradient, parameter = parameter - lr * v.

    Attributes
    ----------
    lr : float >= 0
    momentum : float in [0, 1)
    """

    lr: float
    momentum: float = 0.0
