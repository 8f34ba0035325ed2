"""All of it, one after the other: what `fullstride bench` does."""

from __future__ import annotations

import importlib.util
import platform
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from fullstride.bench import cases, report, startup
from fullstride.bench.cases import LayerCase, NetworkCase
from fullstride.bench.company import beside_a_busy_process
from fullstride.bench.contestant import ContestantError, Sides
from fullstride.bench.duel import OURS, DifferenceError, Row, duel, memory
from fullstride.bench.load import OtherLoad, is_busy

PEERS = {"torch": ("torch",), "onnxruntime": ("onnxruntime", "onnx"), "numpy": ("numpy",)}
"""Peer -> the packages that it needs."""
COMPANY = ("small", "vgg")
"""Networks that are trained beside a busy process."""
QUICK = ("small", "resnet20")
"""Networks whose memory and start a quick run looks at."""
FRESH_ROUNDS = 3
"""Of what needs a new process each time."""


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes
    ----------
    threads : int
        Of each contestant.
    rounds : int
        Turns of each contestant in a case.
    seconds : float
        Length of a turn.
    only : str
        A regular expression: items in whose name it is found.
    is_quick : bool
        Not all networks are looked at in every way.
    """

    threads: int = 2
    rounds: int = 7
    seconds: float = 0.3
    only: str = ""
    is_quick: bool = False

    @property
    def fresh_rounds(self) -> int:
        return min(self.rounds, FRESH_ROUNDS)

    def quick(self) -> Request:
        """One short round each."""
        return replace(self, rounds=1, seconds=0.02, is_quick=True)


@dataclass
class Run:
    """The state of a run."""

    request: Request
    sides: Sides
    peers: tuple[str, ...]
    say: Callable[[str], None]
    rows: list[Row] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def measure(self, name: str, item: Callable[[Run], list[Row]]) -> None:
        """Runs one item; what fails is kept as a line, and the contestants start anew."""
        try:
            found = item(self)
        except (ContestantError, DifferenceError) as error:
            self.failures.append(f"{name}: {error}")
            self.say(f"{name}: failed: {error}")
            self.sides.end()
        else:
            self.rows += found
            for row in found:
                self.say(report.progress(row))

    def known(self, wanted: Sequence[str]) -> list[str]:
        """Those of the peers that are installed."""
        return [name for name in wanted if name in self.peers]

    def best(self, case: NetworkCase) -> dict[str, str]:
        """Contestant -> its best variant in the row of this case, or the first where it was not measured."""
        names = self.known(["torch"])
        for row in self.rows:
            if row["name"] == case.name:
                return {OURS: row["variant"], **{name: row["peers"][name]["variant"] for name in names}}
        plain = cases.to_dict(case)
        asked = {name: self.sides.get(name).ask("prepare", case=plain) for name in (OURS, *names)}
        return {name: str(reply["variants"][0]) for name, reply in asked.items()}


Item = Callable[[Run], list[Row]]


def items(quick: bool = False) -> dict[str, Item]:
    """All that can be measured, by name, in order; for a quick run less that needs new processes."""
    found: dict[str, Item] = {}
    for network in cases.NETWORKS:
        found[cases.case_name("step", network, cases.BATCH)] = partial(_network, "step", network, cases.BATCH)
    for network in cases.INFERENCE:
        for m in (1, cases.BATCH):
            found[cases.case_name("inference", network, m)] = partial(_network, "inference", network, m)
    for direction in cases.DIRECTIONS:
        for shape in cases.SHAPES:
            case = LayerCase(direction, *shape)
            found[case.name] = partial(_duel, case)
    for network in QUICK if quick else cases.NETWORKS:
        found[f"memory {network}"] = partial(_memory, network)
        found[f"start {network}"] = partial(_start, network)
    for network in COMPANY[:1] if quick else COMPANY:
        found[f"company {network}"] = partial(_company, network)
    for name, command in startup.COMMANDS.items():
        found[name] = partial(_command, command)
    return found


def chosen(request: Request) -> dict[str, Item]:
    """The items in whose name the expression `only` is found."""
    return {name: item for name, item in items(request.is_quick).items() if re.search(request.only, name)}


def bench(request: Request, say: Callable[[str], None]) -> dict[str, Any]:
    """Measures and returns the document: plain data for JSON. `say` is given a line at a time."""
    peers = tuple(name for name, needs in PEERS.items() if all(map(importlib.util.find_spec, needs)))
    for name in PEERS:
        if name not in peers:
            say(f"{name} is not installed (pip install 'fullstride[peers]'): measured without it")
    load = OtherLoad()
    with (
        tempfile.TemporaryDirectory(prefix="fullstride-bench-") as folder,
        Sides(request.threads, Path(folder)) as sides,
    ):
        run = Run(request, sides, peers, say)
        document = _about(run)
        say(report.about(document))
        for name, item in chosen(request).items():
            run.measure(name, item)
        again = _machine_peak(sides)
    machine = document["machine"]
    machine["peak_flops_per_second"] = max(machine["peak_flops_per_second"], again)
    machine["load_of_others"] = load.cores()
    document["quiet"] = not is_busy(machine["load_of_others"])
    return {**document, "failures": run.failures, "rows": run.rows}


def _about(run: Run) -> dict[str, Any]:
    machine, versions = report.machine(), {"Python": platform.python_version()}
    for name in (OURS, *run.peers):
        versions.update(run.sides.get(name).ask("about"))
    machine["target"] = versions.pop("target")
    machine["peak_flops_per_second"] = _machine_peak(run.sides)
    request = run.request
    return {
        "date": report.now(),
        "machine": machine,
        "versions": versions,
        "threads": request.threads,
        "rounds": request.rounds,
        "seconds": request.seconds,
    }


def _machine_peak(sides: Sides) -> float:
    return float(sides.get(OURS).ask("machine_peak", seconds=0.5)["flops_per_second"])


# --- the items --------------------------------------------------------------------------------------------------------


def _case(task: str, network: str, m: int = cases.BATCH) -> NetworkCase:
    from fullstride.bench.networks import NETWORKS, graph_of

    return NetworkCase(task, network, graph_of(NETWORKS[network]().program), m)


def _network(task: str, network: str, m: int, run: Run) -> list[Row]:
    return _duel(_case(task, network, m), run)


def _duel(case: cases.Case, run: Run) -> list[Row]:
    return [duel(case, run.known(case.peers), run.sides, run.request.rounds, run.request.seconds)]


def _memory(network: str, run: Run) -> list[Row]:
    case = _case("step", network)
    return [memory(case, run.known(["torch"]), run.sides, run.request.seconds, run.best(case))]


def _start(network: str, run: Run) -> list[Row]:
    return startup.first_step(
        _case("step", network), run.known(["torch"]), run.sides, run.request.fresh_rounds
    )


def _company(network: str, run: Run) -> list[Row]:
    case = _case("step", network)
    row = beside_a_busy_process(
        case, run.best(case), run.sides, run.request.fresh_rounds, run.request.seconds
    )
    return [row] if row else []


def _command(command: Callable[[Sequence[str], Sides, int], Row], run: Run) -> list[Row]:
    return [command(run.known(["torch"]), run.sides, run.request.fresh_rounds)]
