"""What comes before the first step: imports, compilation, and the command on the digits, from the shell."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from fullstride.bench.cases import NetworkCase, to_dict
from fullstride.bench.contestant import ContestantError, Sides, environment

Row = dict[str, Any]
OURS = "ours"


def imports(peers: Sequence[str], sides: Sides, rounds: int) -> Row:
    """`import fullstride` (and torch) in a fresh process, less a Python that imports nothing.

    The package loads its parts when they are first used; `function_in_hand` is what a computation has to wait for.
    """
    return _import("import", "import fullstride", peers, sides, rounds)


def function_in_hand(peers: Sequence[str], sides: Sides, rounds: int) -> Row:
    """The same, with everything loaded that a native function needs: NumPy and LLVM."""
    return _import("import conv_forward", "from fullstride import conv_forward", peers, sides, rounds)


def _import(name: str, ours: str, peers: Sequence[str], sides: Sides, rounds: int) -> Row:
    statements = {"python": "pass", OURS: ours, **{peer: f"import {peer}" for peer in peers}}
    times: dict[str, list[float]] = {side: [] for side in statements}
    for number in range(rounds + 1):
        for side, statement in statements.items():
            start = time.perf_counter()
            _python(["-c", statement], environment(sides.threads, sides.cache), sides.cache)
            if number:  # the first fills the caches of bytecode and disk
                times[side].append(time.perf_counter() - start)
    bare = median(times.pop("python"))
    return _row(name, {side: [spent - bare for spent in values] for side, values in times.items()})


def first_step(case: NetworkCase, peers: Sequence[str], sides: Sides, rounds: int) -> list[Row]:
    """From a network's creation to the end of its first step, less a step: object cache empty, and full."""
    cold, cached = [], []
    for _ in range(rounds):
        folder = _new_folder(sides.cache)
        cold.append(_first_step(OURS, case, sides, folder))
        cached.append(_first_step(OURS, case, sides, folder))
    theirs = {peer: [_first_step(peer, case, sides, sides.cache) for _ in range(rounds)] for peer in peers}
    return [
        _row(f"first step, cold, {case.network}", {OURS: cold, **theirs}),
        _row(f"first step, compiled before, {case.network}", {OURS: cached}),
    ]


def _first_step(name: str, case: NetworkCase, sides: Sides, cache: Path) -> float:
    with sides.fresh(name, cache) as fresh:
        reply = fresh.ask("first_step", case=to_dict(case))
    return float(reply["first"] - reply["later"])


def digits(peers: Sequence[str], sides: Sides, rounds: int) -> Row:
    """`fullstride train` from the shell with an empty object cache: wall time of the process and its last line."""
    times, lines = [], []
    for _ in range(min(rounds, 3)):
        empty = _new_folder(sides.cache)
        command = ["-m", "fullstride", "train", "--threads", str(sides.threads), "--out", str(empty / "run")]
        start = time.perf_counter()
        output = _python(command, environment(sides.threads, _new_folder(sides.cache)), empty)
        times.append(time.perf_counter() - start)
        lines.append(output.rstrip().splitlines()[-1])
    return {**_row("fullstride train", {OURS: times}), "says": lines[-1]}


COMMANDS: dict[str, Callable[[Sequence[str], Sides, int], Row]] = {
    "import": imports,
    "import conv_forward": function_in_hand,
    "fullstride train": digits,
}


def _row(name: str, rounds: dict[str, list[float]]) -> Row:
    values = {side: median(times) for side, times in rounds.items()}
    return {"name": name, "unit": "seconds", "values": values, "rounds": rounds}


def _new_folder(parent: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=parent))


def _python(arguments: list[str], variables: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=variables, cwd=folder, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
        raise ContestantError(f"{' '.join(arguments)}: {reason[0]}")
    return done.stdout
