"""The layer of batch normalization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride import checks
from fullstride.layers.base import Layer


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Every channel with mean 0 and deviation 1 over the batch, then scaled by gamma and moved by beta.

    Parameters
    ----------
    epsilon : float > 0
        Added to the variance before its root is taken.
    momentum : float in (0, 1]
        How far the running statistics move towards those of a batch: running + momentum * (batch - running).

    Notes
    -----
    Input and output (n_H, n_W, n_C) or (n_C,). Parameters: gamma, one, and beta, zero; states: running_mean, zero,
    and running_variance, one; each of one number a channel. Training normalizes with the statistics of the batch and
    moves the running ones; a prediction normalizes with the running ones. A bias just before it has no effect: see
    `Conv(..., bias=False)`.
    """

    kind: ClassVar[str] = "batch_norm"
    epsilon: float = 1e-5
    momentum: float = 0.1

    def __post_init__(self) -> None:
        epsilon = checks.positive_number(self.epsilon, "BatchNorm", "epsilon")
        momentum = checks.positive_number(self.momentum, "BatchNorm", "momentum", at_most=1)
        object.__setattr__(self, "epsilon", epsilon)
        object.__setattr__(self, "momentum", momentum)

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "batch_norm", {"epsilon": self.epsilon, "momentum": self.momentum}
