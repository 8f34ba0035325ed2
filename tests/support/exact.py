"""A true fused multiply-add, by exact rational arithmetic: the oracle of everything that promises equal bits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

DIGITS = {"float32": (24, -149), "float64": (53, -1074)}
"""Binary digits of a number, and the exponent of the smallest subnormal one."""


def rounded(exact: Fraction, dtype: str) -> Any:
    """The number of the dtype that is nearest to `exact`; of two equally near ones that with an even last digit."""
    digits, lowest = DIGITS[dtype]
    if exact == 0:
        return np.dtype(dtype).type(0)
    # 2**exponent <= |exact| < 2**(exponent + 1); the last digit is worth 2**unit.
    exponent = abs(exact.numerator).bit_length() - exact.denominator.bit_length()
    if Fraction(2) ** exponent > abs(exact):
        exponent -= 1
    unit = max(exponent - digits + 1, lowest)
    multiple = round(exact / Fraction(2) ** unit)  # a Fraction is rounded to even
    result = np.ldexp(np.dtype(dtype).type(multiple), unit)
    assert Fraction(float(result)) == multiple * Fraction(2) ** unit, "out of range"
    return result


def fma(a: Any, b: Any, c: Any) -> Any:
    """a * b + c with one rounding, in the dtype of the arguments (NumPy scalars of one dtype)."""
    assert a.dtype == b.dtype == c.dtype, (a.dtype, b.dtype, c.dtype)
    return rounded(Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c)), a.dtype.name)
