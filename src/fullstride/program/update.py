"""What a training step does with its gradients: the numbers of one step, by the family of the update.

The family is compiled into a step; the numbers are handed to it at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar, TypeAlias


@dataclass(frozen=True)
class Update:
    """Gradient descent with momentum.

    g = gradient + weight_decay * parameter, where the parameter decays (`ParameterSpec.decays`);
    velocity = momentum * velocity + g;
    parameter = parameter - lr * velocity, with `nesterov` parameter - lr * (g + momentum * velocity).

    Attributes
    ----------
    lr : float >= 0
    momentum : float in [0, 1)
    nesterov : bool
    weight_decay : float >= 0
    clip : float > 0, or None
        Where the norm of all gradients is larger, they are multiplied by clip / norm first.
    """

    family: ClassVar[str] = "sgd"
    lr: float
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    clip: float | None = None

    def numbers(self) -> dict[str, int | float]:
        """What the native step is handed: slot -> number."""
        return {
            "lr": float(self.lr),
            "momentum": float(self.momentum),
            "nesterov": int(self.nesterov),
            "decay": float(self.weight_decay),
        }


@dataclass(frozen=True)
class AdamUpdate:
    """Adam, and AdamW with `decoupled`.

    g = gradient + weight_decay * parameter, or with `decoupled` parameter = parameter - lr * weight_decay * parameter,
    where the parameter decays;
    velocity = beta1 * velocity + (1 - beta1) * g;  square = beta2 * square + (1 - beta2) * g * g;
    parameter = parameter - lr / (1 - power1) * velocity / (sqrt(square) / sqrt(1 - power2) + epsilon).

    Attributes
    ----------
    lr : float >= 0
    beta1, beta2 : float in [0, 1)
    epsilon : float > 0
    power1, power2 : float in [0, 1)
        beta1 and beta2 to the power of the number of the step, which is 1 for the first.
    weight_decay : float >= 0
    decoupled : bool
    clip : float > 0, or None
        As of `Update`.
    """

    family: ClassVar[str] = "adam"
    lr: float
    beta1: float
    beta2: float
    epsilon: float
    power1: float
    power2: float
    weight_decay: float = 0.0
    decoupled: bool = False
    clip: float | None = None

    def numbers(self) -> dict[str, int | float]:
        """What the native step is handed: slot -> number."""
        decay = float(self.weight_decay)
        return {
            "lr": self.lr / (1 - self.power1),
            "beta1": float(self.beta1),
            "rest1": 1.0 - self.beta1,
            "beta2": float(self.beta2),
            "rest2": 1.0 - self.beta2,
            "inverse": 1 / sqrt(1 - self.power2),
            "epsilon": float(self.epsilon),
            "decay": 0.0 if self.decoupled else decay,
            "shrink": self.lr * decay if self.decoupled else 0.0,
        }


AnyUpdate: TypeAlias = Update | AdamUpdate
