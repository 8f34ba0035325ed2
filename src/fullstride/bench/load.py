"""What other processes took of the machine while the benchmarks ran."""

from __future__ import annotations

import os
from pathlib import Path

STAT = Path("/proc/stat")
BUSY = 0.1
"""Cores that others may take before the numbers mean little."""


class OtherLoad:
    """Counts from its creation on; only on Linux, elsewhere `cores` gives None."""

    def __init__(self) -> None:
        self._start = _now()

    def cores(self) -> float | None:
        """Cores that were busy with others' work, on average; workers that have ended count as ours."""
        start, end = self._start, _now()
        if start is None or end is None:
            return None
        busy, ours, elapsed = (late - early for early, late in zip(start, end, strict=True))
        return others(busy, ours, elapsed)


def others(busy: float, ours: float, elapsed: float) -> float:
    """Seconds of processor time in all, ours among them, and seconds of the clock, to cores.

    >>> others(15.0, 12.0, 10.0), others(11.9, 12.0, 10.0)
    (0.3, 0.0)
    """
    return max(0.0, busy - ours) / elapsed if elapsed > 0 else 0.0


def is_busy(cores: float | None) -> bool:
    """Whether others took so much that the numbers mean little.

    >>> is_busy(0.05), is_busy(0.2), is_busy(None)
    (False, True, False)
    """
    return cores is not None and cores > BUSY


def in_words(cores: float | None) -> str:
    """Cores that `OtherLoad` counted.

    >>> in_words(0.0312), in_words(None)
    ('0.03 cores', 'not measured')
    """
    return "not measured" if cores is None else f"{cores:.2f} cores"


def _now() -> tuple[float, float, float] | None:
    """(busy processor time, that of this process and its ended children, the clock), in seconds."""
    try:
        first = STAT.read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal, *_ = (int(word) for word in first.split()[1:])
    busy = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    times = os.times()
    return busy, times.user + times.system + times.children_user + times.children_system, times.elapsed
