"""How far a share that was counted on some images may be from that of all images."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


def wilson_interval(correct: int, count: int) -> tuple[float, float]:
    """The shares that `correct` of `count` do not contradict, at a level of 95 %.

    Parameters
    ----------
    correct, count : int, 0 <= correct <= count, count >= 1

    Returns
    -------
    (low, high) : floats in 0..1
        (p + z^2 / 2m -+ z sqrt(p (1 - p) / m + z^2 / 4m^2)) / (1 + z^2 / m), with p = correct / m, m = count and
        z = 1.96. Images are taken as drawn by chance, one apart from the other.

    Source
    ------
    E. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).

    Examples
    --------
    >>> low, high = wilson_interval(355, 360)
    >>> round(low, 4), round(high, 4)
    (0.9679, 0.9941)
    """
    p, per_image = correct / count, _Z * _Z / count
    middle = p + per_image / 2
    half = _Z * sqrt(p * (1 - p) / count + per_image / (4 * count))
    low, high = (middle - half) / (1 + per_image), (middle + half) / (1 + per_image)
    # Exact at the ends, where rounding could leave 0 and 1.
    return (low if correct else 0.0), (high if correct < count else 1.0)
