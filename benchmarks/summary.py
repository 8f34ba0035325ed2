"""Medians and ratios of what the rounds gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Summary:
    """One case.

    Attributes
    ----------
    ours, peer : float
        Medians over the rounds, in seconds; `peer` is None without one.
    variant : str
        The peer's best, by that median.
    ratio : float
        peer / ours: so many times slower is the peer.
    lowest, highest : float
        Of the ratios of the single rounds.
    """

    ours: float
    peer: float | None = None
    variant: str | None = None
    ratio: float | None = None
    lowest: float | None = None
    highest: float | None = None


def summarize(ours: Sequence[float], peer: Mapping[str, Sequence[float]] | None = None) -> Summary:
    """The summary of our rounds and of the rounds of each of the peer's variants, the best of which counts.

    >>> summarize([1.0, 2.0, 4.0], {"slow": [9.0, 9.0, 9.0], "fast": [3.0, 5.0, 4.0]})
    Summary(ours=2.0, peer=4.0, variant='fast', ratio=2.0, lowest=1.0, highest=3.0)
    """
    middle = median(ours)
    if not peer:
        return Summary(middle)
    variant = min(peer, key=lambda name: median(peer[name]))
    rounds = [theirs / own for own, theirs in zip(ours, peer[variant], strict=True)]
    best = median(peer[variant])
    return Summary(middle, best, variant, best / middle, min(rounds), max(rounds))


def geometric_mean(ratios: Sequence[float]) -> float:
    """The mean that treats twice as fast and twice as slow alike.

    >>> geometric_mean([0.5, 2.0])
    1.0
    """
    product = 1.0
    for ratio in ratios:
        product *= ratio
    return product ** (1 / len(ratios))
