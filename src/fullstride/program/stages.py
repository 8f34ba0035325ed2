"""Stages: what a plan is made of. Geometry alone, in elements of the dtype; equal stages share one kernel.

A stage works through `count` images that stand one `View.image` apart. Its operands (pointers to the first image) are
named in the order of `operands`; a kernel takes them in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from fullstride.geometry import Pair, Window

NORM_BLOCK = 1 << 10
"""Gradients whose squares are summed as one block, whatever the threads and the width of a vector."""


@dataclass(frozen=True)
class View:
    """How an image stands in memory: the distances between images, rows and pixels. Channels are contiguous."""

    image: int
    row: int
    pixel: int


@dataclass(frozen=True)
class Stage:
    """Base of all stages."""

    operands: ClassVar[tuple[str, ...]]
    dtype: str


@dataclass(frozen=True)
class Conv(Stage):
    """y[h, w, :] = bias + sum over (vertical, horizontal, channel) of x[h*step + v, w*step + h, c] * W[v, h, c, :].

    Serves conv_forward, and dA as a convolution of dZ with flipped filters (no bias). With `relu` the result is
    clipped; with `accumulate` it is added to what stands there; with `mask` the sum is 0 where mask <= 0 (ReLU's
    backward). With `blocked` the filters that the kernel holds in registers together stand together in memory,
    (blocks, vertical, horizontal, channel, filters of a block): a wide W is read in order, not in strides.
    """

    operands: ClassVar[tuple[str, ...]] = ("x", "W", "b", "y", "mask")
    role: str
    x: View
    y: View
    mask: View | None
    taps: Pair
    step: Pair
    n_C_prev: int
    n_C: int
    size: Pair
    bias: bool
    relu: bool = False
    accumulate: bool = False
    blocked: bool = False

    @property
    def terms(self) -> int:
        """Terms of one sum."""
        return self.taps[0] * self.taps[1] * self.n_C_prev


@dataclass(frozen=True)
class ConvWeightGradient(Stage):
    """dW += sum over positions of x * dZ, and with `bias` db += sum of dZ, image by image."""

    operands: ClassVar[tuple[str, ...]] = ("x", "dZ", "dW", "db")
    x: View
    dZ: View
    f: Pair
    stride: Pair
    n_C_prev: int
    n_C: int
    size: Pair
    bias: bool = True


@dataclass(frozen=True)
class BlockFilters(Stage):
    """W as the blocks that `conv` reads."""

    operands: ClassVar[tuple[str, ...]] = ("W", "packed")
    conv: Conv


@dataclass(frozen=True)
class FlipFilters(Stage):
    """The taps (tap + s*t) of W, flipped and with channels swapped, as the blocks that `conv` reads for dA."""

    operands: ClassVar[tuple[str, ...]] = ("W", "packed")
    f: Pair
    tap: Pair
    stride: Pair
    conv: Conv


@dataclass(frozen=True)
class Transpose(Stage):
    """W (rows, columns) to (columns, rows)."""

    operands: ClassVar[tuple[str, ...]] = ("W", "packed")
    rows: int
    columns: int


@dataclass(frozen=True)
class Pool(Stage):
    """A = the maximum or mean of each window of x."""

    operands: ClassVar[tuple[str, ...]] = ("x", "A")
    mode: str
    x: View
    A: View
    window: Window
    size: Pair
    n_C: int


@dataclass(frozen=True)
class PoolBackward(Stage):
    """dx from dA; max needs x and A again. `mask` is x's ReLU: where x <= 0 nothing passes."""

    operands: ClassVar[tuple[str, ...]] = ("x", "A", "dA", "dx")
    mode: str
    x: View
    A: View
    dA: View
    dx: View
    window: Window
    size_prev: Pair
    size: Pair
    n_C: int
    mask: bool
    accumulate: bool


@dataclass(frozen=True)
class Rows(Stage):
    """y = x, row by row; with `relu` clipped, with `mask` 0 where mask <= 0, with `accumulate` added."""

    operands: ClassVar[tuple[str, ...]] = ("x", "y", "mask")
    x: View
    y: View
    mask: View | None
    size: Pair
    n_C: int
    relu: bool = False
    accumulate: bool = False


class Relu(Rows):
    """ReLU by itself, forward (`relu`) or backward (`mask`), where it could not be done along with a neighbour."""


class Flatten(Rows):
    """Between an image with a border and a flat one; where there is no border, flattening costs nothing."""


class ZeroPad(Rows):
    """An image from the caller's memory into a place with a border of zeros."""


class AddBackward(Rows):
    """The gradient of a sum, handed to one of its terms."""


@dataclass(frozen=True)
class Add(Stage):
    """y = x_1 + x_2; with `relu` clipped."""

    operands: ClassVar[tuple[str, ...]] = ("x_1", "x_2", "y")
    x_1: View
    x_2: View
    y: View
    size: Pair
    n_C: int
    relu: bool = False


@dataclass(frozen=True)
class Linear(Stage):
    """y = b + x W for each image, summed in the order of x; serves linear_forward, and dA with W transposed.

    With `accumulate` it is added to what stands there; with `mask` the sum is 0 where mask <= 0.
    """

    operands: ClassVar[tuple[str, ...]] = ("x", "W", "b", "y", "mask")
    role: str
    x_image: int
    y_image: int
    mask_image: int
    n_C_prev: int
    n_C: int
    bias: bool
    mask: bool
    relu: bool = False
    accumulate: bool = False


@dataclass(frozen=True)
class LinearWeightGradient(Stage):
    """dW += x dZ and db += dZ, image after image."""

    operands: ClassVar[tuple[str, ...]] = ("x", "dZ", "dW", "db")
    x_image: int
    dZ_image: int
    n_C_prev: int
    n_C: int


@dataclass(frozen=True)
class LinearBatchGradient(Stage):
    """Rows start..stop of dW, and db with row 0, of all m images: the tree sum of the shards' LinearWeightGradient."""

    operands: ClassVar[tuple[str, ...]] = ("x", "dZ", "dW", "db", "m")
    x_image: int
    dZ_image: int
    n_C_prev: int
    n_C: int
    shards: int


@dataclass(frozen=True)
class LinearBatch(Stage):
    """Columns start..stop of `Linear`'s result, for a whole batch of m images: W is read once for many images."""

    operands: ClassVar[tuple[str, ...]] = ("x", "W", "b", "y", "m")
    x_image: int
    y_image: int
    n_C_prev: int
    n_C: int
    relu: bool = False


@dataclass(frozen=True)
class LinearBatchInputGradient(Stage):
    """Columns start..stop of dA = dZ W^T, for a whole batch of m images: as `Linear`, but with W as it stands.

    `work` is memory of the thread: `work_size` elements.
    """

    operands: ClassVar[tuple[str, ...]] = ("dZ", "W", "dA", "mask", "work", "m")
    dZ_image: int
    dA_image: int
    mask_image: int
    n_C_prev: int
    n_C: int
    mask: bool
    accumulate: bool = False

    @staticmethod
    def work_size(n_C: int, lanes: int) -> int:
        """dZ of as many images as a vector has lanes, and a square of results."""
        return lanes * (n_C + lanes)


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Stage):
    """loss = -log softmax(Z)[y]; dZ = (softmax(Z) - onehot(y)) / m."""

    operands: ClassVar[tuple[str, ...]] = ("Z", "dZ", "losses", "labels", "rows", "m")
    Z_image: int
    dZ_image: int
    n_C: int


@dataclass(frozen=True)
class WeightedCrossEntropy(Stage):
    """loss = -Σ t[k] log softmax(Z)[k], t = shares + hits[y] at y; dZ = (softmax(Z) * Σ t - t) / divisor.

    `spread` is the sum of the shares.
    """

    operands: ClassVar[tuple[str, ...]] = (
        *("Z", "dZ", "losses", "labels", "rows", "shares", "hits", "spread", "divisor"),
    )
    Z_image: int
    dZ_image: int
    n_C: int


@dataclass(frozen=True)
class MeanSquaredError(Stage):
    """loss = Σ (Z - targets)^2 / n_C; dZ = (Z - targets) * 2 / (n_C * m)."""

    operands: ClassVar[tuple[str, ...]] = ("Z", "dZ", "losses", "targets", "rows", "m")
    Z_image: int
    dZ_image: int
    n_C: int


@dataclass(frozen=True)
class WeighImages(Stage):
    """loss = loss * factor and dZ = dZ * factor, each image's by its own."""

    operands: ClassVar[tuple[str, ...]] = ("dZ", "losses", "factors")
    dZ_image: int
    n_C: int


@dataclass(frozen=True)
class Softmax(Stage):
    """A = softmax(Z)."""

    operands: ClassVar[tuple[str, ...]] = ("Z", "A")
    Z_image: int
    A_image: int
    n_C: int


class FileWord(IntEnum):
    """The words behind the slot "X" of images that are read from a file."""

    DESCRIPTOR = 0
    START = 1
    """Where image 0 begins, in bytes."""
    READ = 2
    """The address of the system's `pread`."""
    FAILED = 3
    """Becomes 1 where an image could not be read."""


@dataclass(frozen=True)
class LoadImages(Stage):
    """y = X[rows]; uint8 becomes x * gain + shift, the dtype is taken as it is.

    gain and shift hold a number for each element of an image's row: those of the channels, over and over. With
    `from_file` the images stand in a file: X points to the words of `FileWord`, and each image is first read into
    `stored`, memory of the thread for the elements of an image; otherwise `stored` is not touched.
    """

    operands: ClassVar[tuple[str, ...]] = ("X", "rows", "kind", "gain", "shift", "y", "stored")
    y: View
    size: Pair
    n_C: int
    from_file: bool = False


@dataclass(frozen=True)
class Zero(Stage):
    """`size` zeros."""

    operands: ClassVar[tuple[str, ...]] = ("y",)
    size: int


@dataclass(frozen=True)
class Update(Stage):
    """The tree sum of the shards' gradients, elements start..stop; then SGD with momentum, or the gradients alone.

    Weight decay acts on the first `decaying` elements. Nothing is updated where `guard` is not finite; with `clipped`
    gradients are multiplied by it.
    """

    operands: ClassVar[tuple[str, ...]] = (
        *("gradients", "values", "velocity", "reduced", "mode", "guard"),
        *("lr", "momentum", "nesterov", "decay"),
    )
    shards: int
    block: int
    decaying: int = 0
    clipped: bool = False


@dataclass(frozen=True)
class AdamUpdate(Stage):
    """As `Update`, by Adam: `square` is the running mean of squared gradients."""

    operands: ClassVar[tuple[str, ...]] = (
        *("gradients", "values", "velocity", "square", "reduced", "mode", "guard"),
        *("lr", "beta1", "rest1", "beta2", "rest2", "inverse", "epsilon", "decay", "shrink"),
    )
    shards: int
    block: int
    decaying: int = 0
    clipped: bool = False


@dataclass(frozen=True)
class ShardSum(Stage):
    """reduced = the tree sum of the shards' gradients, elements start..stop."""

    operands: ClassVar[tuple[str, ...]] = ("gradients", "reduced")
    shards: int
    block: int


@dataclass(frozen=True)
class SquareSums(Stage):
    """The tree sum of the shards' gradients, left in the place of the first, and the sum of squares of each block.

    A block has `NORM_BLOCK` elements; `start` is the first of one. `squares` are float64.
    """

    operands: ClassVar[tuple[str, ...]] = ("gradients", "squares")
    shards: int
    block: int


@dataclass(frozen=True)
class ClipFactor(Stage):
    """norm = the root of the sum of `blocks` squares; guard = min(1, clip / norm), NaN if norm or total is infinite."""

    operands: ClassVar[tuple[str, ...]] = ("squares", "total", "clip", "norm", "guard")
    blocks: int


@dataclass(frozen=True)
class SumLosses(Stage):
    """total = the sum of m losses in index order, in float64."""

    operands: ClassVar[tuple[str, ...]] = ("losses", "m", "total")


@dataclass(frozen=True)
class Philox(Stage):
    """words = the blocks (0 .. count-1, *counter[1:4]) of the generator with a key: `random.Stream(*key, *counter)`."""

    operands: ClassVar[tuple[str, ...]] = ("key", "counter", "words")


@dataclass(frozen=True)
class WinogradConv(Stage):
    """What `Conv` with 3x3 taps and a step of one pixel computes, by F(4x4, 3x3): see `program/winograd.py`.

    x points at the corner of the first window, so an image has two rows and two columns more than `size`; nothing
    behind them is read. U holds the filters as `WinogradFilters` leaves them. `work` is memory of the thread, of
    `winograd.conv_work_size` elements. A call has at most `images` images.
    """

    operands: ClassVar[tuple[str, ...]] = ("x", "U", "b", "y", "mask", "work")
    role: str
    x: View
    y: View
    mask: View | None
    n_C_prev: int
    n_C: int
    size: Pair
    bias: bool
    relu: bool = False
    accumulate: bool = False
    images: int = 8


@dataclass(frozen=True)
class WinogradFilters(Stage):
    """One block of filters for `WinogradConv`: U = G W G^T for `width` filters, from the first that W points at.

    W has the shape (3, 3, n_C_prev, n_C). With `flipped` the filters are those of dA: taps flipped, channels swapped. A
    block may be a task of its own: `winograd.filter_blocks` says where in W and U it begins.
    """

    operands: ClassVar[tuple[str, ...]] = ("W", "U")
    n_C_prev: int
    n_C: int
    width: int
    flipped: bool = False


@dataclass(frozen=True)
class WinogradWeightGradient(Stage):
    """M += the sum over images and tiles of transformed x times transformed dZ; with `bias` db += sum of dZ.

    M belongs to the thread: zeros at the beginning of a shard, handed to `WinogradGradientOutput` at its end; it has
    `winograd.gradient_size` elements, `work` has `winograd.gradient_work_size`.
    """

    operands: ClassVar[tuple[str, ...]] = ("x", "dZ", "M", "db", "work")
    x: View
    dZ: View
    n_C_prev: int
    n_C: int
    size: Pair
    bias: bool = True


@dataclass(frozen=True)
class WinogradGradientOutput(Stage):
    """dW (3, 3, n_C_prev, n_C) = what the sums in M stand for; stored, not added."""

    operands: ClassVar[tuple[str, ...]] = ("M", "dW")
    n_C_prev: int
    n_C: int
