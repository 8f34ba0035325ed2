"""What each layer of a program costs: memory, and time as it was measured; as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod

from fullstride.program import stages
from fullstride.program.graph import Program
from fullstride.program.listing import KERNEL_OF, NAME_OF, NEIGHBOURS, fused_nodes
from fullstride.program.memory import Memory
from fullstride.program.placement import value_behind
from fullstride.program.plan import Plan
from fullstride.program.tables import html_table, text_table

_ALGORITHMS: dict[type[stages.Stage], str] = {
    stages.WinogradConv: "Winograd",
    stages.Conv: "direct",
    stages.Linear: "per image",
    stages.LinearBatch: "per batch",
}
_FUSED = {KERNEL_OF: "in", NAME_OF: "is", NEIGHBOURS: "with neighbours"}


@dataclass(frozen=True)
class Timing:
    """How long a job took, in seconds: means over the faster half of its runs.

    Attributes
    ----------
    nodes : mapping of str to float
        The calls of each node (and part: "X", "loss", "update", "output"): mean over the threads.
    waiting : float, what threads waited for each other, likewise
    whole : float, from its call in Python until its return, with a clock around each call in it
    unclocked : float, the same without clocks, measured in turn with the other
    runs : int, of each of the two
    """

    nodes: Mapping[str, float]
    waiting: float
    whole: float
    unclocked: float
    runs: int

    @property
    def rest(self) -> float:
        """What is neither a call nor waiting: the way from Python and back, and what lies between the calls."""
        return self.whole - self.waiting - sum(self.nodes.values())


@dataclass(frozen=True)
class Costs:
    """Of a prediction, or of a training step.

    Attributes
    ----------
    image_bytes : mapping of str to int
        Activations (and in training their gradients) of one image, by node; what is done along with a neighbour
        has none of its own.
    total_bytes : int
        All that the job has in memory: parameters, gradients, activations and scratch of every thread; not the images.
    timing : Timing
    """

    image_bytes: Mapping[str, int]
    total_bytes: int
    timing: Timing


@dataclass(frozen=True)
class Profile:
    """What `Network.profile` measured; `str` draws it.

    Attributes
    ----------
    layers : tuple of str
    runs : mapping of str to str
        How each layer is computed: "Winograd + ReLU", "direct", "in conv1" (by its kernel), "is relu2" (another name
        of the same numbers), "by itself" ...
    parameter_bytes : mapping of str to int
    batch_size, threads : int
    machine : str, the target that the code was made for
    prediction : Costs
    training : Costs or None, where the network has no parameters
    """

    layers: tuple[str, ...]
    runs: Mapping[str, str]
    parameter_bytes: Mapping[str, int]
    batch_size: int
    threads: int
    machine: str
    prediction: Costs
    training: Costs | None

    def __str__(self) -> str:
        return "\n".join([text_table(self._lines(), 2), *self._notes()])

    def _repr_html_(self) -> str:
        return html_table(self._lines(), 2, list(self._notes()))

    def _lines(self) -> list[tuple[str, ...]]:
        both = [costs for costs in (self.prediction, self.training) if costs is not None]
        head = ["layer", "runs", "parameters KB"]
        for name, _ in zip(("predict", "train"), both, strict=False):
            head += [f"{name} KB", f"{name} ms", "%"]
        lines = [tuple(head)]
        for name in self._rows(both):
            cells = [
                name or "zeroing",
                self.runs.get(name, ""),
                _kilobytes(self.parameter_bytes.get(name, 0)),
            ]
            for costs in both:
                cells += [_kilobytes(costs.image_bytes.get(name, 0))]
                cells += _time(costs.timing.nodes.get(name, 0.0), costs.timing.whole)
            lines.append(tuple(cells))
        ends: tuple[tuple[str, Callable[[Timing], float]], ...] = (
            ("waiting", lambda timing: timing.waiting),
            ("rest", lambda timing: timing.rest),
            ("whole", lambda timing: timing.whole),
        )
        for name, seconds in ends:
            cells = [name, "", _kilobytes(sum(self.parameter_bytes.values())) if name == "whole" else ""]
            for costs in both:
                cells += ["", *_time(seconds(costs.timing), costs.timing.whole)]
            lines.append(tuple(cells))
        return lines

    def _rows(self, both: list[Costs]) -> list[str]:
        timed = dict.fromkeys(name for costs in both for name in costs.timing.nodes)
        return ["X", *self.layers, *(name for name in timed if name not in ("X", *self.layers))]

    def _notes(self) -> Iterator[str]:
        yield (
            f"{self.batch_size:,} images, {self.threads} thread{'s' if self.threads > 1 else ''}, {self.machine}; "
            "KB: parameters, and activations of one image"
        )
        yield "waiting: of threads for each other; rest: the way from Python and back, and between the calls"
        for name, costs in (("prediction", self.prediction), ("training step", self.training)):
            if costs is not None:
                timing = costs.timing
                layers = sum(timing.nodes.values())
                yield (
                    f"{name}: calls {1e3 * layers:.3f} + waiting {1e3 * timing.waiting:.3f} + rest "
                    f"{1e3 * timing.rest:.3f} = {1e3 * timing.whole:.3f} ms; without clocks "
                    f"{1e3 * timing.unclocked:.3f} ms, {self.batch_size / timing.unclocked:,.0f} images/s; "
                    f"{costs.total_bytes / 1e6:,.1f} MB of memory"
                )


def _kilobytes(count: int) -> str:
    return f"{count / 1024:,.1f}" if count else ""


def _time(seconds: float, whole: float) -> list[str]:
    return [f"{1e3 * seconds:.3f}", f"{100 * seconds / whole:.1f}"] if seconds else ["", ""]


def algorithms(program: Program, plan: Plan) -> dict[str, str]:
    """How a plan computes each node, in words."""
    words = dict.fromkeys((node.output for node in program.nodes), "by itself")
    for name, (how, *source) in fused_nodes(plan, program).items():
        words[name] = " ".join([_FUSED[how], *source])
    words |= {phase.step.node: "in Python" for phase in plan.phases if phase.step}
    for node in program.nodes:
        # The first is the forward one: that of dA comes behind it.
        stage = next(
            (
                call.stage
                for phase in plan.phases
                for call in phase.all_calls
                if call.node == node.output and type(call.stage) in _ALGORITHMS
            ),
            None,
        )
        if stage is not None:
            clipped = " + ReLU" if getattr(stage, "relu", False) else ""
            words[node.output] = f"{_ALGORITHMS[type(stage)]}{clipped}"
    return words


def parameter_bytes(program: Program) -> dict[str, int]:
    """Of each node's parameters, states among them."""
    itemsize = 4 if program.dtype == "float32" else 8
    return {
        node.output: itemsize
        * sum(prod(program.parameters[name].shape) for name in program.roles(node).values())
        for node in program.nodes
    }


def image_bytes(memory: Memory) -> dict[str, int]:
    """What a plan keeps of one image, by the node whose value, or gradient, it is; with its border."""
    found: dict[str, int] = {}
    for buffer, use in memory.uses.items():
        node = value_behind(buffer.partition("@")[0])
        found[node] = found.get(node, 0) + memory.room(use.layout) * memory.itemsize
    return found
