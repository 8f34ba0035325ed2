"""Schedules of the learning rate: the part of `lr` that each step has.

Only multiplications, divisions and our own cosine: a schedule has the same bits on every machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

from fullstride import checks
from fullstride.angles import cosine, radians
from fullstride.errors import ArgumentError, DtypeError


@dataclass(frozen=True)
class Schedule(ABC):
    """Base of all schedules.

    Parameters
    ----------
    warmup : float >= 0, epochs
        The rate rises to `lr` in a straight line over so many epochs (a part of one will do), from lr / n at the first
        of n steps; then the schedule begins. Source: P. Goyal et al., "Accurate, large minibatch SGD" (2017).
    """

    warmup: float = field(default=0.0, kw_only=True)
    kind: ClassVar[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "warmup", checks.real_number(self.warmup, type(self).__name__, "warmup"))

    def factor(self, step: int, steps_per_epoch: int, epochs: int) -> float:
        """What `lr` is multiplied by in a step.

        Parameters
        ----------
        step : int, 0 <= step < steps_per_epoch * epochs
            Counted over the whole run.
        steps_per_epoch, epochs : int >= 1

        Returns
        -------
        float in [0, 1]
        """
        steps = steps_per_epoch * epochs
        rising = min(round(self.warmup * steps_per_epoch), steps)
        if step < rising:
            return (step + 1) / rising
        return self._after(step - rising, steps - rising, steps_per_epoch, rising)

    @abstractmethod
    def _after(self, step: int, steps: int, steps_per_epoch: int, rising: int) -> float:
        """The factor of step `step` of the `steps` that follow the `rising` ones of the warm-up."""

    def to_dict(self) -> dict[str, Any]:
        """As plain data; `schedule_of` is the way back."""
        values = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}
        return {"kind": self.kind, **values}


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate in every step.

    >>> Constant().factor(5, 10, 2), Constant(warmup=1).factor(4, 10, 2)
    (1.0, 0.5)
    """

    kind = "constant"

    def _after(self, step: int, steps: int, steps_per_epoch: int, rising: int) -> float:
        return 1.0


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The rate is multiplied by `decay` after each of the milestones.

    Parameters
    ----------
    milestones : tuple of float >= 0, ascending
        In epochs since the start of the run, the warm-up included.
    decay : float in (0, 1]

    Source
    ------
    K. He et al., "Deep residual learning for image recognition" (2016), section 4.2: a tenth at 32k and 48k steps.

    Examples
    --------
    >>> [StepDecay(milestones=(1, 2), decay=0.5).factor(step, 10, 3) for step in (9, 10, 20)]
    [1.0, 0.5, 0.25]
    """

    milestones: tuple[float, ...] = ()
    decay: float = 0.1
    kind = "step"

    def __post_init__(self) -> None:
        super().__post_init__()
        where = "StepDecay"
        if not isinstance(self.milestones, (tuple, list)):
            raise DtypeError(
                f"{where}: milestones must be a tuple of numbers, epochs after which the rate falls; "
                f"got {self.milestones!r}"
            )
        milestones = tuple(checks.real_number(m, where, "milestones") for m in self.milestones)
        if list(milestones) != sorted(set(milestones)):
            raise ArgumentError(f"{where}: milestones must rise from each to the next; got {milestones}")
        object.__setattr__(self, "milestones", milestones)
        object.__setattr__(self, "decay", checks.positive_number(self.decay, where, "decay", at_most=1))

    def _after(self, step: int, steps: int, steps_per_epoch: int, rising: int) -> float:
        result = 1.0
        for milestone in self.milestones:
            if step + rising >= round(milestone * steps_per_epoch):
                result *= self.decay
        return result


@dataclass(frozen=True)
class Cosine(Schedule):
    """From 1 to `final` along half a cosine: final + (1 - final) (1 + cos(pi t)) / 2, t = step / steps.

    Parameters
    ----------
    final : float in [0, 1)

    Source
    ------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017), equation 5, one period.

    Examples
    --------
    >>> [round(Cosine().factor(step, 10, 2), 3) for step in (0, 10, 19)]
    [1.0, 0.5, 0.006]
    """

    final: float = 0.0
    kind = "cosine"

    def __post_init__(self) -> None:
        super().__post_init__()
        final = checks.real_number(self.final, type(self).__name__, "final", below=1)
        object.__setattr__(self, "final", final)

    def _after(self, step: int, steps: int, steps_per_epoch: int, rising: int) -> float:
        return _half_cosine(step / steps, self.final)


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up in a straight line, from `start` to 1 in the first part of the run, then down to `final` along half a cosine.

    The momentum stays as it is.

    Parameters
    ----------
    rise : float in (0, 1)
        The part of the steps in which the rate rises. It is the warm-up: `warmup` must be 0.
    start, final : float in [0, 1)

    Source
    ------
    L. Smith, N. Topin, "Super-convergence: very fast training of neural networks using large learning rates" (2018).

    Examples
    --------
    >>> [round(OneCycle(rise=0.25).factor(step, 20, 1), 3) for step in (0, 5, 12, 19)]
    [0.04, 1.0, 0.552, 0.011]
    """

    rise: float = 0.25
    start: float = 0.04
    final: float = 0.0
    kind = "one-cycle"

    def __post_init__(self) -> None:
        super().__post_init__()
        where = "OneCycle"
        if self.warmup:
            raise ArgumentError(f"{where}: warmup must be 0 (rise is its warm-up); got {self.warmup:g}")
        rise = checks.positive_number(self.rise, where, "rise")
        if rise >= 1:
            raise ArgumentError(f"{where}: rise must be a part of the run, 0 < rise < 1; got {rise:g}")
        object.__setattr__(self, "rise", rise)
        for name in ("start", "final"):
            object.__setattr__(self, name, checks.real_number(getattr(self, name), where, name, below=1))

    def _after(self, step: int, steps: int, steps_per_epoch: int, rising: int) -> float:
        peak = self.rise * steps
        if step < peak:
            return self.start + (1 - self.start) * step / peak
        return _half_cosine((step - peak) / (steps - peak), self.final)


def _half_cosine(t: float, final: float) -> float:
    return final + (1 - final) * (1 + cosine(radians(180 * t))) / 2


SCHEDULES: dict[str, type[Schedule]] = {kind.kind: kind for kind in (Constant, StepDecay, Cosine, OneCycle)}


def schedule_of(description: object, where: str) -> Schedule:
    """A schedule from itself, its kind, or what `to_dict` gave.

    Raises
    ------
    ArgumentError, DtypeError
        If there is no such kind, or a value lies outside its range.
    """
    if isinstance(description, Schedule):
        return description
    values = {"kind": description} if isinstance(description, str) else description
    if not isinstance(values, Mapping):
        raise DtypeError(
            f"{where}: schedule must be a Schedule, such as Cosine(), or its kind; got {description!r}"
        )
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in SCHEDULES:
        raise ArgumentError(f"{where}: schedule must be one of {', '.join(SCHEDULES)}; got {kind!r}")
    names = [each.name for each in fields(SCHEDULES[kind])]
    rest: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in values.items() if key != "kind"
    }
    if not rest.keys() <= set(names):
        raise ArgumentError(
            f"{where}: the schedule {kind} takes {', '.join(names)}; got {', '.join(map(str, rest))}"
        )
    return SCHEDULES[kind](**rest)
