"""Stages of batch normalization: geometry alone, as in `stages`.

Its statistics join all images of a batch, so the threads meet twice for each normalization: each shard sums in float64
(`ChannelSums`, `NormalizationSums`), then every thread adds the shards' sums up for itself (`BatchStatistics`,
`GradientStatistics`) and goes on. Sums of a shard are two rows of n_C numbers in float64; `stride` is the distance
between the sums of two shards. Coefficients are rows of `coefficient_row` numbers of the dtype.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fullstride.geometry import Pair
from fullstride.program.stages import Stage, View


def coefficient_row(n_C: int) -> int:
    """Elements of a row of coefficients: a cache line's multiple."""
    return -(-n_C // 16) * 16


@dataclass(frozen=True)
class ChannelSums(Stage):
    """sums[0][c] += the sum of x[..., c], sums[1][c] += the sum of its squares, over positions, image after image."""

    operands: ClassVar[tuple[str, ...]] = ("x", "sums")
    x: View
    size: Pair
    n_C: int


@dataclass(frozen=True)
class BatchStatistics(Stage):
    """From the sums of all shards: rows mean, scale = gamma / sqrt(variance + epsilon), beta, 1 / sqrt(...)."""

    operands: ClassVar[tuple[str, ...]] = ("sums", "gamma", "beta", "m", "coefficients")
    n_C: int
    shards: int
    stride: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class RunningStatistics(Stage):
    """running = running + momentum * (batch - running), for the mean and the unbiased variance.

    Not in mode 1, and not where `guard` is not finite.
    """

    operands: ClassVar[tuple[str, ...]] = ("sums", "mean", "variance", "m", "mode", "guard")
    n_C: int
    shards: int
    stride: int
    positions: int
    momentum: float


@dataclass(frozen=True)
class StoredStatistics(Stage):
    """The rows of `BatchStatistics`, from the running mean and variance."""

    operands: ClassVar[tuple[str, ...]] = ("mean", "variance", "gamma", "beta", "coefficients")
    n_C: int
    epsilon: float


@dataclass(frozen=True)
class FoldFilters(Stage):
    """Filters and bias of a convolution with the normalization behind it folded in.

    folded[..., c] = W[..., c] * scale[c], then (from `terms` * n_C on) (b[c] - mean[c]) * scale[c] + beta[c].
    """

    operands: ClassVar[tuple[str, ...]] = ("W", "b", "mean", "variance", "gamma", "beta", "folded")
    terms: int
    n_C: int
    epsilon: float
    bias: bool


@dataclass(frozen=True)
class Normalize(Stage):
    """y = (x - mean) * scale + beta; with `residual` that is added; with `relu` the result is clipped."""

    operands: ClassVar[tuple[str, ...]] = ("x", "coefficients", "residual", "y")
    x: View
    residual: View | None
    y: View
    size: Pair
    n_C: int
    relu: bool = False


@dataclass(frozen=True)
class NormalizationSums(Stage):
    """sums[0][c] += the sum of dY[..., c], sums[1][c] += the sum of dY * (x - mean)."""

    operands: ClassVar[tuple[str, ...]] = ("dY", "x", "coefficients", "sums")
    dY: View
    x: View
    size: Pair
    n_C: int


@dataclass(frozen=True)
class GradientStatistics(Stage):
    """Two more rows of coefficients: -scale * dbeta / N, and -scale * dgamma / (N * sqrt(variance + epsilon))."""

    operands: ClassVar[tuple[str, ...]] = ("sums", "m", "coefficients")
    n_C: int
    shards: int
    stride: int
    positions: int


@dataclass(frozen=True)
class NormalizeBackward(Stage):
    """dx = scale * (dY - dbeta / N - xhat * dgamma / N); added to what stands there, then 0 where mask <= 0."""

    operands: ClassVar[tuple[str, ...]] = ("dY", "x", "coefficients", "dx", "mask")
    dY: View
    x: View
    dx: View
    mask: View | None
    size: Pair
    n_C: int
    accumulate: bool = False


@dataclass(frozen=True)
class NormalizationGradients(Stage):
    """dbeta = the sum of dY, dgamma = the sum of dY * xhat, over all shards."""

    operands: ClassVar[tuple[str, ...]] = ("sums", "coefficients", "dgamma", "dbeta")
    n_C: int
    shards: int
    stride: int
