"""What comes before the first step: imports, compilation, and the command on the digits, from the shell."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cases import TrainingCase, to_dict
from benchmarks.contestant import Contestant, ContestantError, environment

Row = dict[str, Any]


def imports(peer: str | None, threads: int, rounds: int, cache: Path) -> Row:
    """`import fullstride` (and the peer) in a fresh process, less a Python that imports nothing.

    The package loads its parts when they are first used; `function_in_hand` is what a computation has to wait for.
    """
    return _import("import", "import fullstride", peer, threads, rounds, cache)


def function_in_hand(peer: str | None, threads: int, rounds: int, cache: Path) -> Row:
    """The same, with everything loaded that a native function needs: NumPy and LLVM."""
    return _import("import conv_forward", "from fullstride import conv_forward", peer, threads, rounds, cache)


def _import(name: str, ours: str, peer: str | None, threads: int, rounds: int, cache: Path) -> Row:
    statements = {"python": "pass", "ours": ours, **({"peer": "import torch"} if peer else {})}
    times: dict[str, list[float]] = {side: [] for side in statements}
    for number in range(rounds + 1):
        for side, statement in statements.items():
            start = time.perf_counter()
            _python(["-c", statement], environment(threads, cache), cache)
            if number:  # the first fills the caches of bytecode and disk
                times[side].append(time.perf_counter() - start)
    bare = median(times["python"])
    found = {side: median(values) - bare for side, values in times.items() if side != "python"}
    return {"name": name, **found, "rounds": times}


def cold_compilation(peer: str | None, threads: int, rounds: int, cache: Path) -> Row:
    """From an executor's creation to the end of its first step, less a step, with an empty object cache."""
    found = {"ours": [_first_step("ours", threads, _new_folder(cache)) for _ in range(rounds)]}
    if peer:
        found["peer"] = [_first_step(peer, threads, cache) for _ in range(rounds)]
    return {"name": "first step, cold", **_medians(found), "rounds": found}


def warm_start(peer: str | None, threads: int, rounds: int, cache: Path) -> Row:
    """The same, with the object cache filled by the first of these processes."""
    folder = _new_folder(cache)
    found = {"ours": [_first_step("ours", threads, folder) for _ in range(rounds + 1)][1:]}
    return {"name": "first step, objects cached", **_medians(found), "rounds": found}


def digits(peer: str | None, threads: int, rounds: int, cache: Path) -> Row:
    """`fullstride train` from the shell with an empty object cache: wall time of the process and its last line."""
    times, lines = [], []
    for _ in range(min(rounds, 3)):
        empty = _new_folder(cache)
        command = ["-m", "fullstride", "train", "--threads", str(threads), "--out", str(empty / "run")]
        start = time.perf_counter()
        output = _python(command, environment(threads, _new_folder(cache)), empty)
        times.append(time.perf_counter() - start)
        lines.append(output.rstrip().splitlines()[-1])
    return {"name": "fullstride train", "ours": median(times), "says": lines[-1], "rounds": {"ours": times}}


STARTUP: dict[str, Callable[[str | None, int, int, Path], Row]] = {
    "import": imports,
    "import conv_forward": function_in_hand,
    "first step, cold": cold_compilation,
    "first step, objects cached": warm_start,
    "fullstride train": digits,
}


def _medians(found: dict[str, list[float]]) -> dict[str, float]:
    return {name: median(values) for name, values in found.items()}


def _first_step(name: str, threads: int, cache: Path) -> float:
    with Contestant(name, threads, cache) as fresh:
        reply = fresh.ask("first_step", case=to_dict(TrainingCase()))
    return float(reply["first"] - reply["later"])


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
