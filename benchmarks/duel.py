"""One case: both contestants must compute the same thing; then they are measured in turn."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.cases import Arrays, Case, TrainingCase, to_dict
from benchmarks.contestant import Contestant
from benchmarks.summary import summarize

TOLERANCE = 1e-4
"""Of the largest difference to the largest number of the same array: float32 sums in another order."""


class DifferenceError(Exception):
    """The contestants do not compute the same thing."""


def duel(
    case: Case, peer: str | None, threads: int, rounds: int, seconds: float, cache: Path
) -> dict[str, Any]:
    """Measures one case and returns plain data: times in seconds, bytes, flops a second.

    Raises
    ------
    ContestantError
        When a worker fails.
    DifferenceError
        When the results differ; nothing is timed then.
    """
    names = ["ours", *([peer] if peer else [])]
    with contestants(names, threads, cache) as sides:
        variants = {side.name: side.ask("prepare", case=to_dict(case))["variants"] for side in sides}
        difference = _compare(sides, variants) if peer else None
        times = _rounds(sides, variants, rounds, seconds)
    (ours,) = times["ours"].values()
    summary = summarize(ours, times.get(peer or ""))
    memory = None
    if isinstance(case, TrainingCase):
        best = {"ours": variants["ours"][0], peer: summary.variant}
        memory = {name: _memory(name, case, best[name], threads, seconds, cache) for name in names}
    return {
        "name": case.name,
        "case": to_dict(case),
        "flops": case.flops,
        **asdict(summary),
        "difference": difference,
        "memory": memory,
        "rounds": times,
    }


@contextlib.contextmanager
def contestants(names: list[str], threads: int, cache: Path) -> Iterator[list[Contestant]]:
    """Workers that are ended whatever happens."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Contestant(name, threads, cache)) for name in names]


def compare(ours: Arrays, theirs: Arrays) -> tuple[float, float]:
    """(largest difference, the largest relative to its array's largest number) over arrays of the same names."""
    if set(ours) != set(theirs):
        raise DifferenceError(f"results have other names: {sorted(ours)} and {sorted(theirs)}")
    pairs = [_difference(name, ours[name], theirs[name]) for name in sorted(ours)]
    return max(absolute for absolute, _ in pairs), max(relative for _, relative in pairs)


def _difference(name: str, ours: NDArray[Any], theirs: NDArray[Any]) -> tuple[float, float]:
    if ours.size != theirs.size:
        raise DifferenceError(f"{name}: shapes {ours.shape} and {theirs.shape}")
    absolute = float(np.abs(np.float64(ours) - np.float64(theirs.reshape(ours.shape))).max())
    relative = absolute / max(float(np.abs(theirs).max()), 1e-30)
    if not relative <= TOLERANCE:  # also when it is NaN
        raise DifferenceError(
            f"{name}: results differ by {absolute:.3g}, {relative:.3g} of the largest number"
        )
    return absolute, relative


def _compare(sides: list[Contestant], variants: dict[str, list[str]]) -> dict[str, float]:
    """Our results against those of every variant of the peer."""
    ours, peer = sides
    worst = (0.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        reference = _results(ours, variants["ours"][0], folder)
        for variant in variants[peer.name]:
            found = compare(reference, _results(peer, variant, folder))
            worst = max(worst[0], found[0]), max(worst[1], found[1])
    return {"absolute": worst[0], "relative": worst[1]}


def _results(side: Contestant, variant: str, folder: str) -> Arrays:
    path = Path(folder, f"{side.name}.npz")
    side.ask("results", variant=variant, path=str(path))
    with np.load(path) as file:
        return dict(file)


def _rounds(
    sides: list[Contestant], variants: dict[str, list[str]], rounds: int, seconds: float
) -> dict[str, dict[str, list[float]]]:
    """A B A B ...: contestant -> variant -> seconds of an iteration, one median a round."""
    times: dict[str, dict[str, list[float]]] = {
        side.name: {variant: [] for variant in variants[side.name]} for side in sides
    }
    for _ in range(rounds):
        for side in sides:
            for variant, middle in side.ask("measure", seconds=seconds)["medians"].items():
                times[side.name][variant].append(middle)
    return times


def _memory(name: str, case: Case, variant: str | None, threads: int, seconds: float, cache: Path) -> int:
    """The peak of a fresh process that does nothing else."""
    with Contestant(name, threads, cache) as fresh:
        return int(fresh.ask("memory", case=to_dict(case), variant=variant, seconds=seconds)["peak"])
