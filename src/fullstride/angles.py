"""Sine and cosine, ours: multiplications, additions and a floor, each rounded by itself, so the same bits everywhere.

x = k * pi/2 + r with |r| <= pi/4; sin(r) and cos(r) are Taylor's series, and k says which of the two, with which sign.
pi/2 is taken off in two pieces, of which the first has 33 digits, so that k times it is exact.
Source: J.-M. Muller, "Elementary Functions: Algorithms and Implementation" (2016), chapters 3 and 11.
`native/kernels/angles.py` emits the same operations in the same order.
"""

from __future__ import annotations

from math import factorial, floor

TWO_OVER_PI = 0.6366197723675814
HALF_PI_HIGH = 1.57079632673412561417e00
HALF_PI_LOW = 6.07710050650619224932e-11
SINE_SERIES = tuple((-1) ** n / factorial(2 * n + 1) for n in range(8))
"""sin(r) = r * (1 - r**2 / 3! + r**4 / 5! - ...), to the term of r**15."""
COSINE_SERIES = tuple((-1) ** n / factorial(2 * n) for n in range(9))
"""cos(r) = 1 - r**2 / 2! + r**4 / 4! - ..., to the term of r**16."""


def radians(degrees: float) -> float:
    """Degrees in radians.

    >>> radians(180.0)
    3.141592653589793
    """
    return degrees * 0.017453292519943295


def sine(x: float) -> float:
    """sin(x) of |x| <= 1000 radians, with an error below 2e-16.

    >>> sine(0.0), sine(1.5707963267948966)
    (0.0, 1.0)
    """
    k, sin_r, cos_r = _reduced(x)
    return (sin_r, cos_r, -sin_r, -cos_r)[k % 4]


def cosine(x: float) -> float:
    """cos(x), as `sine`.

    >>> cosine(0.0), cosine(3.141592653589793)
    (1.0, -1.0)
    """
    k, sin_r, cos_r = _reduced(x)
    return (cos_r, -sin_r, -cos_r, sin_r)[k % 4]


def _reduced(x: float) -> tuple[int, float, float]:
    """k, sin(r) and cos(r)."""
    k = floor(x * TWO_OVER_PI + 0.5)
    r = (x - k * HALF_PI_HIGH) - k * HALF_PI_LOW
    square = r * r
    return k, r * _series(SINE_SERIES, square), _series(COSINE_SERIES, square)


def _series(coefficients: tuple[float, ...], x: float) -> float:
    """coefficients[0] + x * (coefficients[1] + x * (...)), from the inside."""
    total = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = coefficient + x * total
    return total
