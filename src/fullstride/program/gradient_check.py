"""Whether a backward gives the derivatives of its forward: against difference quotients, in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from fullstride.errors import ArgumentError, GradientError
from fullstride.geometry import whole_number
from fullstride.layers import Layer
from fullstride.program.graph import INPUT
from fullstride.program.interpreter import Interpreter
from fullstride.program.lowering import lower
from fullstride.program.parameters import ParameterStore
from fullstride.program.table import Array, Shape
from fullstride.random import Purpose, Stream

WHERE = "check_gradients"
EPSILON = 1e-6
"""Distance of a difference quotient: its errors, of the order of epsilon^2 and 1e-16 / epsilon, are both small."""
TOLERANCE = 1e-6
MOST = 200
"""Numbers of an array that are looked at."""


@dataclass(frozen=True)
class GradientRow:
    """One array.

    Attributes
    ----------
    name : str, "dA_prev", or that of a parameter with a d before it
    shape : tuple of int
    checked : int, how many of its numbers were looked at
    difference : float, |backward - quotients| / (|backward| + |quotients|), Euclidean norms; 0 where both are 0
    place : tuple of int, where the two lie furthest apart
    backward, quotient : float, what they say there
    """

    name: str
    shape: Shape
    checked: int
    difference: float
    place: tuple[int, ...]
    backward: float
    quotient: float


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradients` found; `str` is a table."""

    rows: tuple[GradientRow, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every array's difference is within the tolerance."""
        return all(row.difference <= self.tolerance for row in self.rows)

    def __str__(self) -> str:
        lines = [("gradient", "shape", "checked", "difference", "")]
        for row in self.rows:
            said = f"at {row.place}: backward {row.backward:.6g}, quotient {row.quotient:.6g}"
            wrong = "" if row.difference <= self.tolerance else f"WRONG {said}"
            lines.append((row.name, str(row.shape), f"{row.checked:,}", f"{row.difference:.1e}", wrong))
        widths = [max(len(line[column]) for line in lines) for column in range(5)]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if column in (2, 3) else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )


def check_gradients(
    layers: Layer | Sequence[Layer],
    input_shape: Shape,
    *,
    m: int = 3,
    seed: int = 0,
    tolerance: float = TOLERANCE,
) -> GradientCheck:
    """Compare backward with difference quotients, for a layer or several in a row, on random numbers in float64.

    With a random dA of the output's shape, L = sum(dA * A) is one number, and backward must give its derivatives by the
    input and by each trained parameter, here (L(v + epsilon) - L(v - epsilon)) / (2 epsilon), epsilon = 1e-6. Of an
    array of more than 200 numbers 200 are looked at, drawn with the seed.

    Parameters
    ----------
    layers : Layer, or a sequence of them
        Of one's own or fullstride's.
    input_shape : (n_H, n_W, n_C) or (n_C,)
    m : int >= 1, images of the batch
    seed : int, of the numbers: input and dA uniform in [-1, 1), parameters He-uniform, biases and the like at where
        they start, plus uniform in [-0.1, 0.1)
    tolerance : float > 0, of `GradientRow.difference`; where a number lies within epsilon of a kink (ReLU at 0, equal
        maxima) the quotient is no derivative: take another seed

    Returns
    -------
    GradientCheck

    Raises
    ------
    GradientError
        Where backward is wrong, with the table; where forward gives other numbers for the same input; or where either
        is not finite.
    ArgumentError, ShapeError, DtypeError
        If the arguments, or what the layer returns, do not fit.

    Source
    ------
    The course *Improving Deep Neural Networks*, gradient checking; M. Abadi et al., "TensorFlow" (2015), has the like.

    Examples
    --------
    >>> from fullstride import Conv, check_gradients
    >>> print(check_gradients(Conv(2, f=3, pad=1), (4, 4, 1)))  # doctest: +SKIP
    gradient  shape         checked  difference
    dA_prev   (3, 4, 4, 1)       48     1.3e-10
    dconv1.W  (3, 3, 1, 2)       18     6.2e-11
    dconv1.b  (1, 1, 1, 2)        2     4.0e-11
    """
    whole_number(m, WHERE, "m", 1)
    whole_number(seed, WHERE, "seed", 0)
    if not isinstance(tolerance, (int, float)) or not tolerance > 0:
        raise ArgumentError(f"{WHERE}: tolerance must be a number > 0; got {tolerance!r}")
    chain = (layers,) if isinstance(layers, Layer) else tuple(layers)
    program = lower(chain, input_shape, "float64", loss=None)
    store = ParameterStore(program)
    store.initialize(seed)
    draw = _Draw(seed)
    for name, spec in program.parameters.items():
        if spec.fan_in == 0 and spec.trained:
            store.values[name][...] += 0.1 * draw(spec.shape)
    A_prev = draw((m, *program.input_shape))
    walk = Interpreter(program, store)

    def forward() -> Array:
        return walk.walk_forward(A_prev)[0][program.output]

    values, caches = walk.walk_forward(A_prev)
    dA = draw(values[program.output].shape)
    d_values, d_parameters = walk.walk_backward(dA, caches)
    if not np.array_equal(values[program.output], forward()):
        raise GradientError(f"{WHERE}: forward must give the same numbers for the same input; got others")
    arrays = {"dA_prev": (A_prev, d_values[INPUT])}
    arrays |= {f"d{name}": (store.values[name], d_parameters[name]) for name in program.trained}
    rows = tuple(
        _compare(name, array, gradient, lambda: float((dA * forward()).sum()), draw)
        for name, (array, gradient) in arrays.items()
    )
    found = GradientCheck(rows, float(tolerance))
    if not found.ok:
        raise GradientError(f"{WHERE}: backward does not give the derivatives of forward\n{found}")
    return found


class _Draw:
    """Numbers of one seed, one stream a call."""

    def __init__(self, seed: int) -> None:
        self.seed, self.calls = seed, 0

    def _stream(self) -> Stream:
        self.calls += 1
        return Stream(self.seed, Purpose.GRADIENT_CHECK, self.calls)

    def __call__(self, shape: Shape) -> Array:
        """Uniform in [-1, 1)."""
        return (2 * self._stream().uniform(prod(shape)) - 1).reshape(shape)

    def some(self, size: int) -> list[int]:
        """At most MOST of the places of an array, in order."""
        if size <= MOST:
            return list(range(size))
        return sorted(np.argsort(self._stream().raw(size), kind="stable")[:MOST].tolist())


def _compare(name: str, array: Array, gradient: Array, L: Callable[[], float], draw: _Draw) -> GradientRow:
    """One array: what backward says of it, and the quotients."""
    flat, places = array.reshape(-1), draw.some(array.size)
    quotients = np.empty(len(places))
    for number, place in enumerate(places):
        kept = flat[place]
        flat[place] = kept + EPSILON
        above = L()
        flat[place] = kept - EPSILON
        quotients[number] = (above - L()) / (2 * EPSILON)
        flat[place] = kept
    said = gradient.reshape(-1)[places]
    apart = np.abs(said - quotients)
    if not np.isfinite(apart).all():
        raise GradientError(f"{WHERE}: {name}: backward and forward must give finite numbers; got others")
    size = float(np.linalg.norm(said) + np.linalg.norm(quotients))
    worst = int(apart.argmax())
    worst_place = tuple(int(index) for index in np.unravel_index(places[worst], array.shape))
    return GradientRow(
        name,
        array.shape,
        len(places),
        float(np.linalg.norm(apart)) / size if size else 0.0,
        worst_place,
        float(said[worst]),
        float(quotients[worst]),
    )
