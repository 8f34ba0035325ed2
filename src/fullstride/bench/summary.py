"""Medians and ratios of what the rounds gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

BASELINES = ("numpy",)
"""Peers to look at, not to be measured against."""

Variants = Mapping[str, Sequence[float]]
"""Variant -> seconds of an iteration, one number a round."""


@dataclass(frozen=True)
class Rival:
    """A peer's best variant.

    Attributes
    ----------
    seconds : float
        The median over the rounds.
    variant : str
        The best, by that median.
    ratio : float
        Its median divided by ours: so many times slower is the peer.
    lowest, highest : float
        Of the ratios of the single rounds.
    """

    seconds: float
    variant: str
    ratio: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Summary:
    """One case.

    Attributes
    ----------
    ours : float
        The median of our best variant over the rounds, in seconds.
    variant : str
    variants : dict of str to float
        The medians of all our variants.
    peers : dict of str to Rival
    best : str or None
        The fastest peer, baselines left out.
    """

    ours: float
    variant: str
    variants: dict[str, float] = field(default_factory=dict)
    peers: dict[str, Rival] = field(default_factory=dict)
    best: str | None = None


def summarize(ours: Variants, peers: Mapping[str, Variants]) -> Summary:
    """The summary of our rounds and those of each peer; of the variants of a contestant the best counts.

    >>> found = summarize({"a": [1.0, 2.0, 4.0]}, {"peer": {"slow": [9.0, 9.0, 9.0], "fast": [3.0, 5.0, 4.0]}})
    >>> found.best, found.peers["peer"]
    ('peer', Rival(seconds=4.0, variant='fast', ratio=2.0, lowest=1.0, highest=3.0))
    """
    variant = _best(ours)
    own, middle = ours[variant], median(ours[variant])
    rivals = {}
    for name, variants in peers.items():
        chosen = _best(variants)
        rounds = [theirs / mine for mine, theirs in zip(own, variants[chosen], strict=True)]
        seconds = median(variants[chosen])
        rivals[name] = Rival(seconds, chosen, seconds / middle, min(rounds), max(rounds))
    counted = [name for name in rivals if name not in BASELINES]
    best = min(counted, key=lambda name: rivals[name].seconds) if counted else None
    return Summary(middle, variant, {name: median(ours[name]) for name in ours}, rivals, best)


def _best(variants: Variants) -> str:
    return min(variants, key=lambda name: median(variants[name]))


def geometric_mean(ratios: Sequence[float]) -> float:
    """The mean that treats twice as fast and twice as slow alike.

    >>> geometric_mean([0.5, 2.0])
    1.0
    """
    product = 1.0
    for ratio in ratios:
        product *= ratio
    return float(product ** (1 / len(ratios)))
