"""Window, padding and output-size arithmetic: once, for steps, layers, planning and kernels.

Notation of one axis: n the size of the input, f of the window, p_before and p_after the padding, s the
stride. The output has floor((n + p_before + p_after - f) / s) + 1 positions; a window that does not fit at
the end is dropped.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TypeAlias

from fullstride.errors import ArgumentError, DtypeError, ShapeError

Pair: TypeAlias = tuple[int, int]
Padding: TypeAlias = tuple[Pair, Pair]
"""((top, bottom), (left, right))"""


def whole_number(value: object, where: str, name: str, minimum: int) -> int:
    """`value` as an int; `where` is the function for the message."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]  # what has no index is refused below
    except TypeError:
        raise DtypeError(
            f"{where}: {name} must be a whole number >= {minimum}; "
            f"got {value!r} of type {type(value).__name__}"
        ) from None
    if number < minimum:
        raise ArgumentError(f"{where}: {name} must be a whole number >= {minimum}; got {number}")
    return number


def pair(value: object, where: str, name: str, minimum: int) -> Pair:
    """An int, or a pair (vertical, horizontal), as a pair.

    >>> pair(3, "conv_forward", "stride", 1), pair((2, 1), "conv_forward", "stride", 1)
    ((3, 3), (2, 1))
    """
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ShapeError(
                f"{where}: {name} must be an int or a pair (vertical, horizontal); "
                f"got {len(value)} values: {value!r}"
            )
        return (
            whole_number(value[0], where, f"{name}[0] (vertical)", minimum),
            whole_number(value[1], where, f"{name}[1] (horizontal)", minimum),
        )
    number = whole_number(value, where, name, minimum)
    return number, number


def same_padding(n: int, f: int, s: int) -> Pair:
    """The padding of one axis for ceil(n / s) positions; the extra element of an odd total goes to the end.

    >>> same_padding(5, 2, 1)
    (0, 1)
    """
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return total // 2, total - total // 2


def padding(pad: object, where: str, n: Pair, f: Pair, stride: Pair) -> Padding:
    """`pad` (int, pair, "same", "valid" or ((top, bottom), (left, right))) as ((top, bottom), (left, right)).

    >>> padding("same", "conv_forward", (5, 5), (3, 2), (1, 1))
    ((1, 1), (0, 1))
    """
    if isinstance(pad, str):
        if pad == "valid":
            return (0, 0), (0, 0)
        if pad == "same":
            return same_padding(n[0], f[0], stride[0]), same_padding(n[1], f[1], stride[1])
        raise ArgumentError(f'{where}: pad must be an int, a pair, "same" or "valid"; got {pad!r}')
    pairs = isinstance(pad, (tuple, list)) and all(isinstance(side, (tuple, list)) for side in pad)
    if isinstance(pad, (tuple, list)) and len(pad) == 2 and pairs:
        return pair(pad[0], where, "pad[0] (top, bottom)", 0), pair(pad[1], where, "pad[1] (left, right)", 0)
    vertical, horizontal = pair(pad, where, "pad", 0)
    return (vertical, vertical), (horizontal, horizontal)


def hyperparameter_pad(pad: object, where: str) -> Padding | str:
    """A layer's `pad` before its image is known: "same" stays a word, all else becomes a pair of pairs."""
    return "same" if isinstance(pad, str) and pad == "same" else padding(pad, where, (1, 1), (1, 1), (1, 1))


@dataclass(frozen=True, slots=True)
class Window:
    """A window (a filter's, or a pool's) over an image: everything that index arithmetic needs."""

    f: Pair
    stride: Pair
    pad: Padding

    @staticmethod
    def over(
        n: Pair, f: object, stride: object, pad: object, where: str, what: str = "filter"
    ) -> tuple[Window, Pair]:
        """The window over an image of n = (n_H_prev, n_W_prev), and its output size (n_H, n_W)."""
        f_pair = pair(f, where, "f", 1)
        stride_pair = pair(stride, where, "stride", 1)
        window = Window(f_pair, stride_pair, padding(pad, where, n, f_pair, stride_pair))
        return window, window.output_size(n, where, what)

    def padded(self, n: Pair) -> Pair:
        """The size of the padded image."""
        return n[0] + sum(self.pad[0]), n[1] + sum(self.pad[1])

    def output_size(self, n: Pair, where: str = "Window", what: str = "filter") -> Pair:
        """(n_H, n_W): floor((n + pads - f) / stride) + 1 along each axis.

        >>> Window((3, 3), (2, 2), ((1, 1), (1, 1))).output_size((5, 7))
        (3, 4)
        """
        height, width = self.padded(n)
        if height < self.f[0] or width < self.f[1]:
            image, rule, came = "image", "f <= n_prev", f"got f={self.f} on an image of {n[0]}x{n[1]}"
            if (height, width) != n:
                image, rule = "padded image", "f <= n_prev + pads"
                came += f" that is {height}x{width} with its padding {self.pad}"
            raise ShapeError(f"{where}: the {what} must not be larger than the {image}, {rule}: {came}")
        return (height - self.f[0]) // self.stride[0] + 1, (width - self.f[1]) // self.stride[1] + 1

    def corners(self, h: int, w: int) -> tuple[int, int, int, int]:
        """vert_start, vert_end, horiz_start, horiz_end of the window of output (h, w), in the padded image.

        >>> Window((3, 2), (2, 1), ((0, 0), (0, 0))).corners(1, 4)
        (2, 5, 4, 6)
        """
        vert_start = h * self.stride[0]
        horiz_start = w * self.stride[1]
        return vert_start, vert_start + self.f[0], horiz_start, horiz_start + self.f[1]

    @property
    def overlaps(self) -> bool:
        """Whether an input element can lie in two windows."""
        return self.f[0] > self.stride[0] or self.f[1] > self.stride[1]


@dataclass(frozen=True, slots=True)
class Residue:
    """One residue class of one axis in dA of a strided convolution.

    The inputs i = first + s * q, q = 0 .. count - 1, are those that meet the taps k = tap + s * t,
    t = 0 .. taps - 1; they meet them at the outputs z = start + q - t. `taps` may be 0: then no window ever
    covers these inputs.
    """

    first: int
    count: int
    tap: int
    taps: int
    start: int


def residues(n: int, f: int, s: int, p_before: int) -> tuple[Residue, ...]:
    """The residue classes of one axis of dA: i + p_before = s * z + k with k = (i + p_before) mod s + s * t.

    >>> residues(4, 3, 2, 1)
    (Residue(first=0, count=2, tap=1, taps=1, start=0), Residue(first=1, count=2, tap=0, taps=2, start=1))
    """
    classes = []
    for first in range(min(s, n)):
        tap = (first + p_before) % s
        classes.append(
            Residue(
                first=first,
                count=(n - first + s - 1) // s,
                tap=tap,
                taps=len(range(tap, f, s)),
                start=(first + p_before) // s,
            )
        )
    return tuple(classes)
