"""Optimizers: which update the steps of a training make, and what they keep from one step to the next.

An optimizer is a setting and holds no state. Arrays between steps stand in the `ParameterStore`, numbers in an
`OptimizerState`: both together are what a checkpoint must keep.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from fullstride import checks
from fullstride.errors import ArgumentError, DtypeError
from fullstride.geometry import whole_number
from fullstride.program.described import nearest, rebuilt
from fullstride.program.update import AdamUpdate, AnyUpdate, Update


@dataclass(frozen=True)
class OptimizerState:
    """The numbers between two steps.

    Attributes
    ----------
    steps : int >= 0
        Steps that were made.
    power1, power2 : float in [0, 1]
        Adam's beta1 and beta2 to that power: products made step by step, which have the same bits everywhere.
    """

    steps: int = 0
    power1: float = 1.0
    power2: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", whole_number(self.steps, "OptimizerState", "steps", 0))
        for name in ("power1", "power2"):
            value = checks.real_number(getattr(self, name), "OptimizerState", name)
            if value > 1:
                raise ArgumentError(f"OptimizerState: {name} must be a number, 0 <= {name} <= 1; got {value}")
            object.__setattr__(self, name, value)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it, to the bit; `from_dict` is the way back."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> OptimizerState:
        """The state that `to_dict` described.

        Raises
        ------
        ArgumentError, DtypeError
            If a key is unknown, or a value out of range.
        """
        return rebuilt(OptimizerState, data, "OptimizerState.from_dict")


START = OptimizerState()
"""Before the first step."""


@dataclass(frozen=True)
class Optimizer:
    """Base of all optimizers."""

    kind: ClassVar[str]

    def update(self, lr: float, state: OptimizerState = START, clip: float | None = None) -> AnyUpdate:
        """The update of the step after `state`; `advance` says what the state is behind it.

        Parameters
        ----------
        lr : float >= 0
            The learning rate of this step.
        state : OptimizerState
        clip : float > 0, or None
            The largest norm of all gradients together.
        """
        raise NotImplementedError

    def advance(self, state: OptimizerState) -> OptimizerState:
        """The state after one step more. A step that changed nothing (its loss was not finite) does not count."""
        return OptimizerState(state.steps + 1)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it: the kind and every field; `optimizers.from_dict` is the way back."""
        return {"kind": self.kind, **asdict(self)}

    def _check(self, name: str, below: float = math.inf) -> None:
        number = checks.real_number(getattr(self, name), type(self).__name__, name, below)
        object.__setattr__(self, name, number)


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

    velocity = momentum * velocity + g; parameter = parameter - lr * velocity, with g the gradient, plus
    weight_decay * parameter for weights.

    Parameters
    ----------
    momentum : float in [0, 1)
        The part of the velocity that is kept.
    nesterov : bool
        Look ahead: parameter = parameter - lr * (g + momentum * velocity).
    weight_decay : float >= 0
        Pulls weights towards 0: not biases, and not gamma and beta of a normalization.

    Source
    ------
    I. Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013); formulas as
    torch.optim.SGD has them.

    Examples
    --------
    >>> SGD(nesterov=True).update(lr=0.1)
    Update(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.0, clip=None)
    """

    kind: ClassVar[str] = "sgd"
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        self._check("momentum", below=1)
        self._check("weight_decay")
        object.__setattr__(self, "nesterov", checks.flag(self.nesterov, "SGD", "nesterov"))
        if self.nesterov and self.momentum == 0:
            raise ArgumentError(
                "SGD: nesterov needs a momentum, 0 < momentum < 1, to look ahead with; got momentum=0.0"
            )

    def update(self, lr: float, state: OptimizerState = START, clip: float | None = None) -> Update:
        return Update(lr, self.momentum, self.nesterov, self.weight_decay, clip)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Steps of each parameter measured by the running mean of its squared gradients.

    velocity = beta1 * velocity + (1 - beta1) * g; square = beta2 * square + (1 - beta2) * g * g; after t steps
    parameter = parameter - lr * (velocity / (1 - beta1^t)) / (sqrt(square / (1 - beta2^t)) + epsilon).

    Parameters
    ----------
    beta1, beta2 : float in [0, 1)
        The parts of velocity and square that are kept.
    epsilon : float > 0
        Keeps the step finite where gradients vanish.
    weight_decay : float >= 0
        Adds weight_decay * parameter to the gradient of weights: not of biases, and not of gamma and beta of a
        normalization. `AdamW` decays without a detour over the gradient, which is better known to work.

    Source
    ------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015); epsilon outside the root, as
    torch.optim.Adam has it.

    Examples
    --------
    >>> optimizer, state = Adam(beta1=0.5), START
    >>> optimizer.update(0.001, state).power1
    0.5
    >>> optimizer.update(0.001, optimizer.advance(state)).power1
    0.25
    """

    kind: ClassVar[str] = "adam"
    decoupled: ClassVar[bool] = False
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        self._check("beta1", below=1)
        self._check("beta2", below=1)
        epsilon = checks.positive_number(self.epsilon, type(self).__name__, "epsilon")
        object.__setattr__(self, "epsilon", epsilon)
        self._check("weight_decay")

    def update(self, lr: float, state: OptimizerState = START, clip: float | None = None) -> AdamUpdate:
        following = self.advance(state)
        powers = following.power1, following.power2
        return AdamUpdate(
            lr, self.beta1, self.beta2, self.epsilon, *powers, self.weight_decay, self.decoupled, clip
        )

    def advance(self, state: OptimizerState) -> OptimizerState:
        return OptimizerState(state.steps + 1, state.power1 * self.beta1, state.power2 * self.beta2)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weights that decay by themselves: parameter = parameter - lr * weight_decay * parameter before a step.

    Parameters
    ----------
    beta1, beta2, epsilon
        As of `Adam`.
    weight_decay : float >= 0
        Pulls weights towards 0: not biases, and not gamma and beta of a normalization.

    Source
    ------
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization" (2019); formulas as torch.optim.AdamW has them.
    """

    kind: ClassVar[str] = "adamw"
    decoupled: ClassVar[bool] = True
    weight_decay: float = 0.01


KINDS: dict[str, type[Optimizer]] = {optimizer.kind: optimizer for optimizer in (SGD, Adam, AdamW)}


def from_dict(data: Mapping[str, Any]) -> Optimizer:
    """The optimizer that `Optimizer.to_dict` described; a field that is left out has its default.

    Raises
    ------
    ArgumentError, DtypeError
        If the kind or a key is unknown (the sentence proposes the nearest), or a value out of range.

    Examples
    --------
    >>> from_dict({"kind": "sgd", "momentum": 0.5})
    SGD(momentum=0.5, nesterov=False, weight_decay=0.0)
    """
    where = "optimizers.from_dict"
    if not isinstance(data, Mapping) or "kind" not in data:
        raise DtypeError(
            f"{where}: an optimizer must be a dict with a kind of {sorted(KINDS)}; got {data!r:.80}"
        )
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise ArgumentError(
            f"{where}: kind must be one of {sorted(KINDS)}; got {kind!r}{nearest(kind, KINDS)}"
        )
    return rebuilt(KINDS[kind], {key: value for key, value in data.items() if key != "kind"}, where)
