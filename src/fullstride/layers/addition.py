"""The layers that are made of branches: what they make of one input is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers.base import Layer

Branch = tuple[Layer, ...]

DEEPEST = 32
"""How deep branches may be nested: a model file must not exhaust the stack of whoever walks its layers."""


class Sum(Layer):
    """Base of the layers that add branches."""

    @property
    def parts(self) -> tuple[Branch, ...]:
        """The branches, at least two, in the order in which they are added."""
        raise NotImplementedError

    def operation(self) -> tuple[str, dict[str, Any]]:
        return "add", {}


@dataclass(frozen=True, init=False, repr=False)
class Add(Sum):
    """The sum of what each branch makes of one input.

    Parameters
    ----------
    *branches : sequences of Layer
        At least two; an empty one hands its input on.

    Notes
    -----
    All branches give one shape, which is the output's. Three branches are added as (first + second) + third.

    Examples
    --------
    >>> from fullstride import Add, Conv, Dense, Flatten, Network
    >>> network = Network(Add([Conv(2, 3, pad=1)], [Conv(2, 1)]), Flatten(), Dense(3), input_shape=(4, 4, 1))
    >>> network.program.nodes[2].inputs
    ('conv1', 'conv2')
    """

    kind: ClassVar[str] = "add"
    branches: tuple[Branch, ...]

    def __init__(self, *branches: Sequence[Layer]) -> None:
        if len(branches) < 2:
            raise ArgumentError(
                f"Add: there must be at least two branches, each a sequence of layers; got {len(branches)}"
            )
        checked = tuple(_branch(branch, f"Add: branch {number}") for number, branch in enumerate(branches, 1))
        object.__setattr__(self, "branches", checked)
        _check_depth(self)

    @property
    def parts(self) -> tuple[Branch, ...]:
        return self.branches

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "branches": [_plain(branch) for branch in self.branches]}

    @classmethod
    def of(cls, **hyperparameters: Any) -> Add:
        return cls(*hyperparameters.pop("branches"), **hyperparameters)

    def __repr__(self) -> str:
        return f"Add({', '.join(map(repr, self.branches))})"


@dataclass(frozen=True, init=False, repr=False)
class Residual(Sum):
    """What the layers make of the input, plus the input itself or what a shortcut makes of it.

    Parameters
    ----------
    *layers : Layer
        At least one.
    shortcut : sequence of Layer
        Empty: the input itself. Where the layers change the shape the shortcut must make the same change, as
        `[Conv(n_C, 1, stride=2, bias=False), BatchNorm()]` does.

    Source
    ------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition" (2015), formulas (1) and (2).

    Examples
    --------
    >>> from fullstride import Conv, Dense, Flatten, Network, ReLU, Residual
    >>> block = Residual(Conv(1, 3, pad=1), ReLU(), Conv(1, 3, pad=1))
    >>> network = Network(block, Flatten(), Dense(3), input_shape=(4, 4, 1))
    >>> network.program.nodes[3].inputs
    ('conv2', 'X')
    """

    kind: ClassVar[str] = "residual"
    layers: Branch
    shortcut: Branch

    def __init__(self, *layers: Layer, shortcut: Sequence[Layer] = ()) -> None:
        if not layers:
            raise ArgumentError("Residual: there must be at least one layer beside the shortcut; got none")
        object.__setattr__(self, "layers", _branch(layers, "Residual: the main branch"))
        object.__setattr__(self, "shortcut", _branch(shortcut, "Residual: the shortcut"))
        _check_depth(self)

    @property
    def parts(self) -> tuple[Branch, ...]:
        return self.layers, self.shortcut

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "layers": _plain(self.layers), "shortcut": _plain(self.shortcut)}

    @classmethod
    def of(cls, **hyperparameters: Any) -> Residual:
        return cls(*hyperparameters.pop("layers"), **hyperparameters)

    def __repr__(self) -> str:
        arguments = [repr(layer) for layer in self.layers]
        return f"Residual({', '.join([*arguments, f'shortcut={self.shortcut!r}'] if self.shortcut else arguments)})"


def _branch(value: object, what: str) -> Branch:
    rule = f"{what} must be a sequence of layers such as (Conv(8, 3), ReLU()), or () for the input itself"
    if not isinstance(value, (tuple, list)):
        raise DtypeError(f"{rule}; got {value!r:.80}")
    for layer in value:
        if not isinstance(layer, Layer):
            raise DtypeError(f"{rule}; got one with {layer!r:.80}")
    return tuple(value)


def _plain(branch: Branch) -> list[dict[str, Any]]:
    return [layer.to_dict() for layer in branch]


def _depth(layer: Sum) -> int:
    """How many sums are nested in one another, this one included; its parts are no deeper than allowed."""
    inner = [_depth(each) for part in layer.parts for each in part if isinstance(each, Sum)]
    return 1 + max(inner, default=0)


def _check_depth(layer: Sum) -> None:
    if _depth(layer) > DEEPEST:
        raise ArgumentError(
            f"{type(layer).__name__}: branches may be nested {DEEPEST} deep; got {_depth(layer)}"
        )
