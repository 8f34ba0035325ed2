"""Sine and cosine against the decimal module with 50 digits, and where there is nothing to round."""

from __future__ import annotations

import decimal
import math
from decimal import Decimal

import numpy as np
import pytest

from fullstride.angles import cosine, radians, sine

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")


def exact(x: float, cosine_wanted: bool) -> Decimal:
    """Taylor's series of x less its whole turns, with 50 digits."""
    with decimal.localcontext(decimal.Context(prec=60)):
        rest = Decimal(x).remainder_near(2 * PI)
        power = 0 if cosine_wanted else 1
        term = total = rest**power if power else Decimal(1)
        while abs(term) > Decimal(10) ** -50:
            term = -term * rest * rest / ((power + 1) * (power + 2))
            total, power = total + term, power + 2
        return total


def angles(limit: float) -> list[float]:
    """Random ones, and those next to the places where the pieces meet."""
    meeting = np.arange(-8, 9) * (math.pi / 4)
    near = [meeting, np.nextafter(meeting, 9), np.nextafter(meeting, -9)]
    drawn = np.random.default_rng(0).uniform(-limit, limit, 1500)
    return np.concatenate([*near, drawn, drawn * 1e-8]).tolist()


@pytest.mark.parametrize("limit", [math.pi, 2 * math.pi, 1000.0])
def test_the_error_is_below_2e_16(limit: float) -> None:
    for x in angles(limit):
        assert abs(Decimal(sine(x)) - exact(x, False)) < Decimal("2e-16"), x
        assert abs(Decimal(cosine(x)) - exact(x, True)) < Decimal("2e-16"), x


def test_quarters_of_a_turn() -> None:
    assert (sine(0.0), cosine(0.0)) == (0.0, 1.0)
    quarters = [k * math.pi / 2 for k in range(-4, 5)]
    assert [round(sine(x)) for x in quarters] == [0, 1, 0, -1, 0, 1, 0, -1, 0]
    assert [round(cosine(x)) for x in quarters] == [1, 0, -1, 0, 1, 0, -1, 0, 1]
    assert max(abs(sine(x) - round(sine(x))) for x in quarters) < 3e-16


def test_they_are_odd_and_even_to_the_bit() -> None:
    for x in np.random.default_rng(1).uniform(-7, 7, 500).tolist():
        assert (sine(-x), cosine(-x)) == (-sine(x), cosine(x))


def test_radians() -> None:
    assert [radians(degrees) for degrees in (0.0, 90.0, 180.0)] == [0.0, math.pi / 2, math.pi]
