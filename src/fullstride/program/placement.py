"""Where the values of a program stand: names, borders, gradients, and memory.

* A value that convolutions read has a border of zeros as wide as their padding; producers write into its inside.
* ReLU is done by the operation before it, and its backward by the operation behind it, wherever that is its only use.
* Flattening is a matter of names, unless the image has a border.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

from fullstride.geometry import Padding, Residue, Window, residues
from fullstride.program import stages
from fullstride.program.convolution_calls import gradient_border
from fullstride.program.graph import Node, Program
from fullstride.program.machine import Machine
from fullstride.program.parameters import Block
from fullstride.program.plan import Arena, Layout, Operand, tile_size, widest
from fullstride.program.table import Shape, window_of

CLIPS = ("conv", "linear", "add")
"""Operations whose kernels can clip their result (ReLU) before they store it."""

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
    """Names, layouts and addresses of all values of a program, for training or for inference."""

    def __init__(self, program: Program, machine: Machine, training: bool) -> None:
        self.program = program
        self.machine = machine
        self.training = training
        self.dtype = program.dtype
        self.producer = {node.output: node for node in program.nodes}
        self.block = Block.of(program)

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
        return clipped or self._gradient_layout(value).bordered

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

    @cached_property
    def clipped(self) -> dict[str, str]:
        """Values that are never stored because their producer applies the ReLU behind them: value -> ReLU's output."""
        return {
            node.inputs[0]: node.output
            for node in self.program.nodes
            if node.operation == "relu"
            and node.inputs[0] in self.producer
            and self.producer[node.inputs[0]].operation in CLIPS
            and len(self.program.consumers(node.inputs[0])) == 1
        }

    @cached_property
    def needs_gradient(self) -> set[str]:
        """Values that depend on parameters."""
        needing: set[str] = set()
        for node in self.program.nodes:
            if self.program.roles(node) or needing.intersection(node.inputs):
                needing.add(node.output)
        return needing

    def home(self, value: str) -> Home:
        """Where the consumers of a value write its gradient."""
        value = self.root(value)
        node = self.producer[value]
        if node.operation == "relu" and len(self.uses(value)) == 1 and node.inputs[0] in self.needs_gradient:
            # A ReLU of a ReLU is masked once, by the last: it is 0 where one of them is.
            return Home(self.home(node.inputs[0]).value, value)
        return Home(value, None)

    def window(self, node: Node) -> Window:
        return window_of(node.attributes, self.program.shapes[node.inputs[0]], node.operation)[0]

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
            if value in self.alias or value in self.clipped:
                continue
            border: Padding = ((0, 0), (0, 0))
            for node in self.program.consumers(value):
                if node.operation == "conv":
                    border = widest(border, self.window(node).pad)
            layouts[value] = _layout(shape, border)
        if self.training:
            for value in self.program.shapes:
                if value in self.needs_gradient and value not in self.alias:
                    layouts[gradient_of(value)] = self._gradient_layout(value)
        return layouts

    def _gradient_layout(self, value: str) -> Layout:
        node, shape = self.producer[value], self.program.shapes[value]
        border: Padding = ((0, 0), (0, 0))
        if node.operation == "conv" and node.inputs[0] in self.needs_gradient:
            border = gradient_border(self.residues(node), (shape[0], shape[1]))
        return _layout(shape, border)

    @cached_property
    def stored(self) -> dict[str, Layout]:
        """The layouts that are really used: the gradient of a ReLU that is masked elsewhere is not."""
        used = dict(self.layouts)
        for value in self.program.shapes:
            gradient = gradient_of(value)
            if gradient in used and value not in self.alias and self.home(value).value != value:
                del used[gradient]
        return used

    @cached_property
    def tile(self) -> int:
        arena = Arena(self.dtype)
        image = sum(arena.padded(layout.size) for layout in self.stored.values())
        return tile_size(self.machine, image * (4 if self.dtype == "float32" else 8))

    @cached_property
    def arena(self) -> tuple[dict[str, int], int]:
        """Offsets of the buffers of a tile, and their total."""
        arena = Arena(self.dtype)
        offsets = {
            name: arena.take(arena.padded(layout.size) * self.tile) for name, layout in self.stored.items()
        }
        return offsets, arena.size

    def image(self, name: str) -> int:
        """The distance between the images of a buffer."""
        return Arena(self.dtype).padded(self.stored[name].size)

    def view(self, name: str) -> stages.View:
        return self.stored[name].view(self.image(name))

    def place(self, name: str, h: int = 0, w: int = 0) -> Operand:
        """Pixel (h, w) of the inside of a buffer's first image."""
        return Operand("arena", self.arena[0][name] + self.stored[name].offset(h, w))

    def value_of(self, node: Node) -> str:
        """The stored value that a node's kernel writes: its own, or the ReLU behind it."""
        return self.clipped.get(node.output, node.output)

    def parameter(self, node: Node, role: str) -> Operand:
        return Operand("values", self.block.offsets[f"{node.output}.{role}"])

    def gradient(self, node: Node, role: str) -> Operand:
        return Operand("gradients", self.block.offsets[f"{node.output}.{role}"], shard=self.block.size)


def image_shape(shape: Shape) -> tuple[int, int, int]:
    """A shape as that of an image; a flat one is a single pixel."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, prod(shape))


def _layout(shape: Shape, border: Padding) -> Layout:
    return Layout(*image_shape(shape), border)
