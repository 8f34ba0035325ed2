"""What a network consists of, layer by layer, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from fullstride.geometry import Pair
from fullstride.program import Program
from fullstride.program.graph import INPUT, Node
from fullstride.program.table import Shape
from fullstride.program.tables import html_table, text_table


@dataclass(frozen=True)
class SummaryRow:
    """One layer.

    Attributes
    ----------
    layer : str, for example "conv1"; its parameters are "conv1.W" and "conv1.b"
    output_shape : tuple of int, of one image
    parameters : int, how many numbers it learns
    multiply_adds : int, of the forward pass of one image
    receptive_field : (vertical, horizontal), the input pixels that one output depends on; padding counts
    states : int, how many numbers training keeps without a gradient: running statistics
    source : tuple of str, the values that it reads where they are not just that of the row above
    has_kernel : bool, whether it is machine code where the network is; else it runs in Python
    """

    layer: str
    output_shape: Shape
    parameters: int
    multiply_adds: int
    receptive_field: Pair
    states: int = 0
    source: tuple[str, ...] = ()
    has_kernel: bool = True


@dataclass(frozen=True)
class Summary:
    """A table of the layers; `str` draws it.

    Where the layers are no chain a column says what a layer reads, unless that is the line above; where there are
    states a line counts them, and where layers have no kernel a last one names them.

    Attributes
    ----------
    input_shape : tuple of int
    rows : tuple of SummaryRow

    Examples
    --------
    >>> from fullstride import Conv, Dense, Flatten, MaxPool, Network, ReLU
    >>> network = Network(Conv(8, 3), ReLU(), MaxPool(2), Flatten(), Dense(10), input_shape=(8, 8, 1))
    >>> print(network.summary())
    layer      output shape  parameters  multiply-adds  receptive field
    X          (8, 8, 1)
    conv1      (6, 6, 8)             80          2,592            3 x 3
    relu1      (6, 6, 8)              0              0            3 x 3
    max_pool1  (3, 3, 8)              0              0            4 x 4
    flatten1   (72,)                  0              0            4 x 4
    dense1     (10,)                730            720            8 x 8
    total                           810          3,312
    """

    input_shape: Shape
    rows: tuple[SummaryRow, ...]

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Of the forward pass of one image."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def states(self) -> int:
        """How many numbers training keeps without a gradient: running statistics."""
        return sum(row.states for row in self.rows)

    def __str__(self) -> str:
        return "\n".join([text_table(*self._table()), *self._notes()])

    def _repr_html_(self) -> str:
        return self.html()

    def html(self, notes: Sequence[str] = ()) -> str:
        """The table for a notebook, with notes below it."""
        return html_table(*self._table(), [*self._notes(), *notes])

    def _notes(self) -> list[str]:
        own = [row.layer for row in self.rows if not row.has_kernel]
        return [f"in Python, whatever the engine: {', '.join(own)}"] if own else []

    def _table(self) -> tuple[list[tuple[str, ...]], int]:
        """The lines, and how many of their columns hold words."""
        lines = [
            ("layer", "reads", "output shape", "parameters", "multiply-adds", "receptive field"),
            (INPUT, "", str(self.input_shape), "", "", ""),
            *(_cells(row) for row in self.rows),
            ("total", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}", ""),
        ]
        if self.states:
            lines.append(("running statistics", "", "", f"{self.states:,}", "", ""))
        if any(row.source for row in self.rows):
            return lines, 3
        return [(line[0], *line[2:]) for line in lines], 2


def _cells(row: SummaryRow) -> tuple[str, ...]:
    return (
        row.layer,
        " + ".join(row.source),
        str(row.output_shape),
        f"{row.parameters:,}",
        f"{row.multiply_adds:,}",
        "{} x {}".format(*row.receptive_field),
    )


@dataclass(frozen=True)
class _View:
    """What the elements of a value see of the input, along each axis."""

    field: Pair  # input pixels that one element depends on
    jump: Pair  # input pixels between two neighbouring elements
    size: Pair  # elements along the axis, also after they have been flattened


def summarize(program: Program) -> Summary:
    """The summary of a program: a row a node.

    Notes
    -----
    receptive_field = receptive_field_prev + (f - 1) * jump_prev and jump = jump_prev * stride, from 1 and 1
    at the input. A fully connected layer, or a global pool, is a filter as large as its input: it sees at most the
    whole image. Of several inputs the largest counts.
    """
    height, width, *_ = (*program.input_shape, 1, 1)
    image = height, width
    views = {INPUT: _View((1, 1), (1, 1), image)}
    rows: list[SummaryRow] = []
    for node in program.nodes:
        shapes = program.input_shapes(node)
        above = rows[-1].layer if rows else INPUT
        view = _largest([views[name] for name in node.inputs])
        if node.operation in ("linear", "global_average_pool"):
            seen = _add(view.field, view.jump, view.size)
            view = _View((min(seen[0], image[0]), min(seen[1], image[1])), view.jump, (1, 1))
        else:
            f, stride = node.row.window(node.attributes, shapes[0])
            shape = program.shapes[node.output]
            jump = (view.jump[0] * stride[0], view.jump[1] * stride[1])
            size = (shape[0], shape[1]) if len(shape) == 3 else view.size
            view = _View(_add(view.field, view.jump, f), jump, size)
        views[node.output] = view
        rows.append(
            SummaryRow(
                layer=node.output,
                output_shape=program.shapes[node.output],
                parameters=_numbers(program, node, trained=True),
                multiply_adds=node.row.multiply_adds(node.attributes, shapes),
                receptive_field=view.field,
                states=_numbers(program, node, trained=False),
                source=() if node.inputs == (above,) else node.inputs,
                has_kernel=node.row.has_kernel,
            )
        )
    return Summary(tuple(program.input_shape), tuple(rows))


def _numbers(program: Program, node: Node, trained: bool) -> int:
    specs = [program.parameters[name] for name in program.roles(node).values()]
    return sum(prod(spec.shape) for spec in specs if spec.trained == trained)


def _add(field: Pair, jump: Pair, f: Pair) -> Pair:
    return field[0] + (f[0] - 1) * jump[0], field[1] + (f[1] - 1) * jump[1]


def _largest(views: list[_View]) -> _View:
    vertical = max(view.field[0] for view in views)
    horizontal = max(view.field[1] for view in views)
    return _View((vertical, horizontal), views[0].jump, views[0].size)
