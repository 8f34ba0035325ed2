"""Where the values of a program stand: names, borders, gradients.

* A value that convolutions read has a border of zeros as wide as their padding; producers write into its inside.
* ReLU is done by the operation before it, and its backward by the operation behind it, wherever that is its only use.
* Flattening is a matter of names, unless the image has a border.
* A sum hands its gradient on in place where nobody needs it as it was.
* In training, a normalized value is not kept for backward but made again from what was normalized.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fullstride.geometry import Padding, Residue, Window, residues
from fullstride.lazy import cached_property
from fullstride.program.convolution_calls import gradient_border
from fullstride.program.graph import INPUT, Node, Program
from fullstride.program.machine import Machine
from fullstride.program.parameters import Block
from fullstride.program.plan import Layout, widest
from fullstride.program.table import Shape, window_of

CLIPS = ("conv", "linear", "add", "batch_norm")
"""Operations whose kernels can clip their result (ReLU) before they store it."""

HUGE = 1 << 19
"""Elements of W that no second-level cache holds beside anything else."""

_GRADIENT = "d:"
"""Begins the name of a gradient's buffer. No value begins so, because a Program refuses names with a colon."""


def gradient_of(value: str) -> str:
    """The buffer of a value's gradient."""
    return _GRADIENT + value


def value_behind(buffer: str) -> str:
    """The value that a buffer holds, or holds the gradient of."""
    return buffer.removeprefix(_GRADIENT)


@dataclass(frozen=True)
class Home:
    """Where the gradient of a value goes: a gradient buffer, and the value whose ReLU has yet to be applied."""

    value: str
    mask: str | None


class Placement:
    """Names and layouts of all values of a program, for training or for inference."""

    def __init__(self, program: Program, machine: Machine, training: bool) -> None:
        self.program = program
        self.machine = machine
        self.training = training
        self.dtype = program.dtype
        self.producer = {node.output: node for node in program.nodes}
        self.index = {node.output: number for number, node in enumerate(program.nodes)}
        self.block = Block.of(program)

    # --- names --------------------------------------------------------------------------------------------------------

    @cached_property
    def alias(self) -> dict[str, str]:
        """Flattened values that are their input by another name: where neither it nor its gradient has a border."""
        return {
            node.output: node.inputs[0]
            for node in self.program.nodes
            if node.operation == "flatten"
            and len(self.program.consumers(node.inputs[0])) == 1
            and not self._gradient_bordered(node.inputs[0])
        }

    def _gradient_bordered(self, value: str) -> bool:
        """Whether the gradient of a value, or of the value that its ReLU clips, has a border."""
        if not self.training or value not in self.producer:
            return False
        node = self.producer[value]
        clipped = node.operation == "relu" and self._gradient_bordered(node.inputs[0])
        return clipped or self.gradient_layout(value).bordered

    def root(self, value: str) -> str:
        while value in self.alias:
            value = self.alias[value]
        return value

    def uses(self, value: str) -> list[Node]:
        """The operations that read a value, under this or another name."""
        nodes = []
        for node in self.program.consumers(value):
            nodes += (
                self.uses(node.output) if node.output in self.alias else [node] * node.inputs.count(value)
            )
        return nodes

    def only_consumer(self, value: str) -> Node | None:
        consumers = self.program.consumers(value)
        return consumers[0] if len(consumers) == 1 else None

    @cached_property
    def folded(self) -> dict[str, str]:
        """In inference: convolutions whose filters take the normalization behind them in, and its output."""
        if self.training:
            return {}
        return {
            node.inputs[0]: node.output
            for node in self.program.nodes
            if node.operation == "batch_norm"
            and node.inputs[0] in self.producer
            and self.producer[node.inputs[0]].operation == "conv"
            and self.only_consumer(node.inputs[0]) is node
        }

    @cached_property
    def absorbed(self) -> dict[str, str]:
        """Normalizations done by the sum behind them, in the same pass: the sum's output, and theirs."""
        found = {}
        for node in self.program.nodes:
            if node.operation != "add" or node.inputs[0] == node.inputs[1]:
                continue
            for name in node.inputs:
                made_by = self.producer.get(name)
                if (
                    made_by
                    and made_by.operation == "batch_norm"
                    and name not in self.folded.values()
                    and self.only_consumer(name) is node
                ):
                    found[node.output] = name
                    break
        return found

    @cached_property
    def clipped(self) -> dict[str, str]:
        """Values that are never stored because their producer applies the ReLU behind them: value -> ReLU's output."""
        return {
            node.inputs[0]: node.output
            for node in self.program.nodes
            if node.operation == "relu"
            and node.inputs[0] in self.producer
            and self.producer[node.inputs[0]].operation in CLIPS
            and self.only_consumer(node.inputs[0]) is node
        }

    def value_of(self, node: Node) -> str:
        """The stored value that a node's kernel writes: its own, or that of the operations done along with it."""
        value = self.folded.get(node.output, node.output)
        return self.clipped.get(value, value)

    @cached_property
    def unstored(self) -> set[str]:
        """Values that nobody writes down."""
        return {*self.alias, *self.clipped, *self.folded, *self.absorbed.values()}

    @cached_property
    def needs_gradient(self) -> set[str]:
        """Values that depend on parameters."""
        needing: set[str] = set()
        for node in self.program.nodes:
            if self.program.roles(node) or needing.intersection(node.inputs):
                needing.add(node.output)
        return needing

    # --- gradients ----------------------------------------------------------------------------------------------------

    def home(self, value: str) -> Home:
        """Where the consumers of a value write its gradient."""
        own = self._own_home(value)
        return Home(self.resolved(own.value), own.mask)

    def resolved(self, value: str) -> str:
        """The value in whose gradient buffer the gradient of a value stands."""
        while value in self.shared:
            value = self.shared[value]
        return value

    def _own_home(self, value: str) -> Home:
        value = self.root(value)
        node = self.producer[value]
        if node.operation == "relu" and self._masked_along(value, node):
            # A ReLU of a ReLU is masked once, by the last: it is 0 where one of them is.
            return Home(self._own_home(node.inputs[0]).value, value)
        clips = value in self.clipped.values() and node.inputs[0] in self.needs_gradient
        if clips and self._several_can_mask(value):
            return Home(node.inputs[0], value)
        return Home(value, None)

    def _masked_along(self, value: str, node: Node) -> bool:
        """Whether a ReLU's one consumer writes the gradient of its input, masked; nobody else may add to that."""
        uses = self.uses(value)
        alone = len(uses) == len(self.uses(node.inputs[0])) == 1
        return alone and uses[0].row.has_kernel and node.inputs[0] in self.needs_gradient

    def _several_can_mask(self, value: str) -> bool:
        """Whether all operations that read a value mask what they add to its gradient, or hand a sum's gradient on."""
        uses = self.uses(value)
        return bool(uses) and all(node.operation in ("conv", "add") for node in uses)

    @cached_property
    def shared(self) -> dict[str, str]:
        """Values whose gradient stands in the buffer of the sum that they are a term of.

        Everybody who reads a gradient as it was must come, going backward, before those who add to it in place.
        """
        if not self.training:
            return {}
        shared: dict[str, str] = {}
        first_read, last_add = dict(self.index), dict.fromkeys(self.index, -1)
        for node in self.program.nodes:
            here: list[str] = []
            for term, adding in self._terms_to_share(node):
                last = max([last_add[term], *(self.index[user.output] for user in adding)])
                if last < self.index[node.output] and all(
                    last < first_read[other] and last_add[other] < first_read[term] for other in here
                ):
                    shared[term], last_add[term] = node.output, last
                    here.append(term)
            first_read[node.output] = min([self.index[node.output], *(first_read[term] for term in here)])
            last_add[node.output] = max([-1, *(last_add[term] for term in here)])
        return shared

    def _terms_to_share(self, node: Node) -> list[tuple[str, list[Node]]]:
        """Values whose gradient is that of a sum but for what some operations add to it, and those operations."""
        if node.operation != "add" or node.inputs[0] == node.inputs[1]:
            return []
        used_up = [name for name in node.inputs if self._used_up_by(name, node)]
        going_on = [name for name in node.inputs if self._goes_on_in(name, node)][:1]
        return [(name, []) for name in used_up] + [
            (self._own_home(name).value, [user for user in self.uses(name) if user is not node])
            for name in going_on
        ]

    def _alike(self, value: str, node: Node) -> bool:
        return self.gradient_layout(value) == self.gradient_layout(node.output)

    def _used_up_by(self, name: str, node: Node) -> bool:
        """Whether a sum is all that reads a value, so that the sum's gradient is the value's."""
        if name not in self.needs_gradient or self.uses(name) != [node]:
            return False
        return self._own_home(name) == Home(name, None) and self._alike(name, node)

    def _goes_on_in(self, name: str, node: Node) -> bool:
        """Whether what convolutions add to a term's gradient may be added to the sum's, in place."""
        if name not in self.needs_gradient or name in self.alias:
            return False
        uses = self.uses(name)
        others = [user for user in uses if user is not node]
        return (
            bool(others)
            and len(uses) == len(others) + 1
            and all(user.operation == "conv" for user in others)
            and self._alike(self._own_home(name).value, node)
        )

    # --- layouts ------------------------------------------------------------------------------------------------------

    def window(self, node: Node) -> Window:
        shape = self.program.shapes[node.inputs[0]]
        if node.operation == "global_average_pool":
            size = (shape[0], shape[1])
            return Window(size, size, ((0, 0), (0, 0)))
        return window_of(node.attributes, shape, node.operation)[0]

    def residues(self, node: Node) -> tuple[tuple[Residue, ...], tuple[Residue, ...]]:
        """The residue classes of dA, vertical and horizontal."""
        window, shape = self.window(node), self.program.shapes[node.inputs[0]]
        return (
            residues(shape[0], window.f[0], window.stride[0], window.pad[0][0]),
            residues(shape[1], window.f[1], window.stride[1], window.pad[1][0]),
        )

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """The layout of every stored value, and of every gradient, under its name (`gradient_of`)."""
        layouts = {}
        for value, shape in self.program.shapes.items():
            if value in self.unstored:
                continue
            border: Padding = ((0, 0), (0, 0))
            for node in self.program.consumers(value):
                if node.operation == "conv":
                    border = widest(border, self.window(node).pad)
            layouts[value] = _layout(shape, border)
        if self.training:
            for value in self.program.shapes:
                if value in self.needs_gradient and value not in self.alias:
                    layouts[gradient_of(value)] = self.gradient_layout(value)
        return layouts

    def gradient_layout(self, value: str) -> Layout:
        node, shape = self.producer[value], self.program.shapes[value]
        border: Padding = ((0, 0), (0, 0))
        if node.operation == "conv" and node.inputs[0] in self.needs_gradient:
            border = gradient_border(self.residues(node), (shape[0], shape[1]))
        return _layout(shape, border)

    # --- what is made again -------------------------------------------------------------------------------------------

    @cached_property
    def recomputed(self) -> set[str]:
        """In training: stored values that each phase makes for itself, because that moves less than to keep them."""
        if not self.training:
            return set()
        normalized = {
            self.value_of(node)
            for node in self.program.nodes
            if node.operation == "batch_norm" and node.output not in self.absorbed.values()
        }
        kept = {
            self.root(name)
            for node in self.program.nodes
            if self.is_wide(node) or not node.row.has_kernel
            for name in node.inputs
        }
        return ({INPUT} | normalized) - kept

    def is_wide(self, node: Node) -> bool:
        """Whether the gradient of a node's parameters is made for the whole batch at once."""
        return any(name in self.block.wide for name in self.program.roles(node).values())

    def is_huge(self, node: Node) -> bool:
        """Whether W is too large to be read by each tile of images: forward and dA take the whole batch too."""
        if node.operation != "linear" or not self.is_wide(node):
            return False
        return prod(self.program.parameters[f"{node.output}.W"].shape) >= HUGE


def image_shape(shape: Shape) -> tuple[int, int, int]:
    """A shape as that of an image; a flat one is a single pixel."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, prod(shape))


def _layout(shape: Shape, border: Padding) -> Layout:
    return Layout(*image_shape(shape), border)
