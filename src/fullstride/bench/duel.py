"""One case: all contestants must compute the same thing; then they are measured in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.bench.cases import TOLERANCE, Arrays, Case, to_dict
from fullstride.bench.contestant import Contestant, Sides
from fullstride.bench.summary import summarize

Row = dict[str, Any]
OURS = "ours"


class DifferenceError(Exception):
    """The contestants do not compute the same thing."""


def duel(case: Case, peers: Sequence[str], sides: Sides, rounds: int, seconds: float) -> Row:
    """Measures one case and returns plain data: times in seconds, operations, differences, all rounds.

    Raises
    ------
    ContestantError
        When a worker fails.
    DifferenceError
        When the results differ; nothing is timed then.
    """
    contestants = [sides.get(name) for name in (OURS, *peers)]
    variants = {side.name: side.ask("prepare", case=to_dict(case))["variants"] for side in contestants}
    differences = _compare_all(contestants, variants, case.tolerance)
    times = _rounds(contestants, variants, rounds, seconds)
    summary = summarize(times[OURS], {name: times[name] for name in peers})
    return {
        "name": case.name,
        "label": case.label,
        "kind": case.group,
        "flops": case.flops,
        **asdict(summary),
        "differences": differences,
        "rounds": times,
    }


def memory(case: Case, peers: Sequence[str], sides: Sides, seconds: float, best: dict[str, str]) -> Row:
    """The most bytes that a fresh process has held, which does nothing but this case in its best variant."""
    found = {}
    for name in (OURS, *peers):
        with sides.fresh(name) as fresh:
            reply = fresh.ask("memory", case=to_dict(case), variant=best[name], seconds=seconds)
        found[name] = int(reply["peak"])
    return {"name": f"peak memory, {case.label}", "unit": "bytes", "values": found}


def compare(ours: Arrays, theirs: Arrays, tolerance: float) -> tuple[float, float]:
    """(largest difference, the largest relative to its array's largest number) over arrays of the same names."""
    if set(ours) != set(theirs):
        raise DifferenceError(f"results have other names: {sorted(ours)} and {sorted(theirs)}")
    allowed = {name: min(tolerance, TOLERANCE) if name == "loss" else tolerance for name in ours}
    pairs = [_difference(name, ours[name], theirs[name], allowed[name]) for name in sorted(ours)]
    return max(absolute for absolute, _ in pairs), max(relative for _, relative in pairs)


def _difference(name: str, ours: NDArray[Any], theirs: NDArray[Any], tolerance: float) -> tuple[float, float]:
    if ours.size != theirs.size:
        raise DifferenceError(f"{name}: shapes {ours.shape} and {theirs.shape}")
    absolute = float(np.abs(np.float64(ours) - np.float64(theirs.reshape(ours.shape))).max())
    relative = absolute / max(float(np.abs(theirs).max()), 1e-30)
    if not relative <= tolerance:  # also when it is NaN
        raise DifferenceError(
            f"{name}: results differ by {absolute:.3g}, {relative:.3g} of the largest number"
        )
    return absolute, relative


def _compare_all(
    contestants: list[Contestant], variants: dict[str, list[str]], tolerance: float
) -> dict[str, dict[str, float]]:
    """Our first variant against every other variant of every contestant."""
    worst: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="fullstride-bench-") as folder:
        reference = _results(contestants[0], variants[OURS][0], folder)
        for side in contestants:
            pairs = [(0.0, 0.0)]
            for variant in variants[side.name][side.name == OURS :]:
                try:
                    pairs.append(compare(reference, _results(side, variant, folder), tolerance))
                except DifferenceError as error:
                    raise DifferenceError(f"{side.name}, {variant}: {error}") from None
            absolute, relative = (max(values) for values in zip(*pairs, strict=True))
            worst[side.name] = {"absolute": absolute, "relative": relative}
    return worst


def _results(side: Contestant, variant: str, folder: str) -> Arrays:
    path = Path(folder, f"{side.name}.npz")
    side.ask("results", variant=variant, path=str(path))
    with np.load(path) as file:
        return dict(file)


def _rounds(
    contestants: list[Contestant], variants: dict[str, list[str]], rounds: int, seconds: float
) -> dict[str, dict[str, list[float]]]:
    """A B A B ...: contestant -> variant -> seconds of an iteration, one median a round."""
    times: dict[str, dict[str, list[float]]] = {
        side.name: {variant: [] for variant in variants[side.name]} for side in contestants
    }
    for _ in range(rounds):
        for side in contestants:
            for variant, block in side.ask("measure", seconds=seconds).items():
                times[side.name][variant].append(block["median"])
    return times
