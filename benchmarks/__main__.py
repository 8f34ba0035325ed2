"""`python -m benchmarks`: measure, print the tables, write the JSON."""

from __future__ import annotations

import argparse
import importlib.util
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import report
from benchmarks.cases import CASES
from benchmarks.contestant import Contestant, ContestantError
from benchmarks.duel import DifferenceError, duel
from benchmarks.load import BUSY, OtherLoad, in_words
from benchmarks.startup import STARTUP

RESULTS = Path(__file__).with_name("results.json")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="fullstride beside PyTorch.")
    parser.add_argument("--threads", type=int, default=2, help="of each side (default 2)")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each side in a case (default 7)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of a turn (default 0.3)")
    parser.add_argument("--only", metavar="REGEX", default="", help="cases whose name it finds")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 0.05 s: does it work at all?")
    parser.add_argument("--list", action="store_true", help="the names of the cases, nothing else")
    parser.add_argument(
        "--json",
        type=Path,
        metavar="PATH",
        help="where results go (default: benchmarks/results.json for a whole run on a quiet machine; a quick, partial "
        "or disturbed one is not kept)",
    )
    options = parser.parse_args(arguments)
    if options.threads < 1 or options.rounds < 1 or options.seconds <= 0:
        parser.error("--threads and --rounds must be at least 1, --seconds more than 0")
    try:
        re.compile(options.only)
    except re.error as error:
        parser.error(f"--only: {error}")
    options.asked = options.json is not None
    if options.json is None and not options.quick and not options.only:
        options.json = RESULTS
    if options.quick:
        options.rounds, options.seconds = 2, 0.05
    return options


def main(arguments: list[str] | None = None) -> int:
    """Runs the benchmarks; 1 when a case failed."""
    options = parse(arguments)
    cases = [case for case in CASES if re.search(options.only, case.name)]
    startup = [name for name in STARTUP if re.search(options.only, name)]
    if options.list:
        print("\n".join([*(case.name for case in cases), *startup]))
        return 0
    if not cases and not startup:
        print(f"no case matches {options.only!r}", file=sys.stderr)
        return 2
    console = report.new_console()
    peer = "peer_torch" if importlib.util.find_spec("torch") else None
    if peer is None:
        console.print(
            "torch is not installed (pip install 'fullstride[peers]'): fullstride is measured alone",
            markup=False,
        )
    load = OtherLoad()
    with tempfile.TemporaryDirectory(prefix="fullstride-benchmarks-") as folder:
        about = _about(peer, options, Path(folder))
        _print_about(console, about)
        rows, failures = _run(console, cases, startup, peer, options, Path(folder))
    measured = [row for row in rows if "flops" in row]
    started = [row for row in rows if "flops" not in row]
    report.print_tables(console, measured, started, "torch" if peer else "")
    about["machine"]["load_of_others"] = load.cores()
    busy = _is_busy(about["machine"]["load_of_others"])
    if busy:
        taken = in_words(about["machine"]["load_of_others"])
        console.print(f"other processes kept {taken} busy: these numbers are not to be trusted")
    for failure in failures:
        console.print(f"failed: {failure}", markup=False)
    if options.json is not None and busy and not options.asked:
        console.print(
            f"not written to {options.json}: the machine was not quiet (--json PATH writes)", markup=False
        )
    elif options.json is not None:
        report.write_json(options.json, {**about, "failures": failures}, measured, started)
        console.print(f"written to {options.json}", markup=False)
    return 1 if failures else 0


def _about(peer: str | None, options: argparse.Namespace, cache: Path) -> dict[str, Any]:
    machine, versions = report.machine(), {"Python": platform.python_version()}
    for name in ("ours", *([peer] if peer else [])):
        with Contestant(name, options.threads, cache) as side:
            versions.update(side.ask("about"))
    machine["target"] = versions.pop("target")
    versions.pop("threads", None)
    chosen = {"threads": options.threads, "rounds": options.rounds, "seconds": options.seconds}
    return {"date": report.now(), "machine": machine, "versions": versions, **chosen}


def _print_about(console: Console, about: dict[str, Any]) -> None:
    machine = about["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    console.print(
        f"{machine['processor']}, {machine['cores']} cores; target {machine['target']}", markup=False
    )
    console.print(f"{versions}; {about['threads']} threads, {about['rounds']} rounds of {about['seconds']} s")


def _is_busy(cores: float | None) -> bool:
    return cores is not None and cores > BUSY


def _run(
    console: Console,
    cases: list[Any],
    startup: list[str],
    peer: str | None,
    options: argparse.Namespace,
    cache: Path,
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows, and a line for each case that failed."""
    rows, failures = [], []
    threads, rounds, seconds = options.threads, options.rounds, options.seconds
    work: list[tuple[str, Callable[[], dict[str, Any]]]] = [
        *((case.name, partial(duel, case, peer, threads, rounds, seconds, cache)) for case in cases),
        *((name, partial(STARTUP[name], peer, threads, min(rounds, 5), cache)) for name in startup),
    ]
    for name, measure in work:
        try:
            row = measure()
        except (ContestantError, DifferenceError) as error:
            failures.append(f"{name}: {error}")
            console.print(f"{name}: failed", markup=False)
            continue
        rows.append(row)
        console.print(_progress(row), markup=False, soft_wrap=True)
    return rows, failures


def _progress(row: dict[str, Any]) -> str:
    """One line when a case is done: that both sides agree, and the ratio."""
    line = f"{row['name']}: {report.milliseconds(row['ours'])} ms"
    if row.get("difference"):
        difference = row["difference"]
        line += (
            f", {row['ratio']:.2f} times torch; same results: largest difference {difference['absolute']:.1e}, "
            f"{difference['relative']:.0e} of the largest number"
        )
    return line


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted; nothing is kept")
