"""Batch normalization replayed in the promised order: float64 chains, a tree of shards, one rounding each."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullstride.program.normalization import coefficient_row
from tests.support.winograd import fused

MEAN, SCALE, BETA, INVERSE, BETA_SHARE, GAMMA_SHARE = range(6)
"""Rows of coefficients."""


def chain_of_products(left: Any, right: Any, total: Any) -> Any:
    """total + the sum of left * right, one row of channels after the other, with fused multiply-adds in float64."""
    exact = left.dtype == right.dtype == np.float32  # products of these are numbers of float64
    left, right = left.astype(np.float64), right.astype(np.float64)
    for one, other in zip(left, right, strict=True):
        total = one * other + total if exact else fused(one, other, total)
    return total


def chain(terms: Any, total: Any) -> Any:
    """total + the sum of the terms, one row of channels after the other, in float64."""
    for term in terms.astype(np.float64):
        total = total + term
    return total


def rows_of(images: Any) -> Any:
    """(positions of all images in row-major order, channels)."""
    return images.reshape(-1, images.shape[-1])


def channel_sums(x: Any, sums: Any) -> Any:
    """Sums (2, n_C) and what the images x add to them."""
    terms = rows_of(x)
    return np.stack([chain(terms, sums[0]), chain_of_products(terms, terms, sums[1])])


def gradient_sums(dY: Any, x: Any, mean: Any, sums: Any) -> Any:
    terms = rows_of(dY)
    return np.stack([chain(terms, sums[0]), chain_of_products(terms, rows_of(x - mean), sums[1])])


def tree(shards: Any) -> Any:
    """The sum over the first axis, as a binary tree."""
    while len(shards) > 1:
        shards = shards[::2] + shards[1::2]
    return shards[0]


def mean_and_variance(sums: Any, N: int) -> tuple[Any, Any]:
    """Of sums (shards, 2, n_C) of N numbers a channel."""
    s, q = tree(sums)
    mean = s / max(N, 1)
    variance = q / max(N, 1) - mean * mean
    return mean, np.where(variance < 0, 0.0, variance)


def coefficients(mean: Any, variance: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    """Rows (6, coefficient_row) of the dtype of gamma; the last two, and what no channel has, are NaN."""
    dtype, n_C = gamma.dtype, gamma.size
    rows = np.full((6, coefficient_row(n_C)), np.nan, dtype)
    inverse = 1.0 / np.sqrt(np.float64(variance) + epsilon)
    rows[MEAN, :n_C], rows[BETA, :n_C], rows[INVERSE, :n_C] = mean, beta, inverse
    rows[SCALE, :n_C] = gamma.astype(np.float64) * inverse
    return rows


def with_shares(rows: Any, sums: Any, N: int) -> Any:
    """The rows with those of the gradient, from sums (shards, 2, n_C)."""
    rows, n_C = rows.copy(), sums.shape[2]
    scale, inverse = (rows[row, :n_C].astype(np.float64) for row in (SCALE, INVERSE))
    dbeta, moment = tree(sums)
    share = -(scale / max(N, 1))
    rows[BETA_SHARE, :n_C] = share * dbeta
    rows[GAMMA_SHARE, :n_C] = share * (moment * inverse) * inverse
    return rows


def normalized(x: Any, rows: Any) -> Any:
    n_C = x.shape[-1]
    return fused(x - rows[MEAN, :n_C], rows[SCALE, :n_C], np.broadcast_to(rows[BETA, :n_C], x.shape))


def input_gradient(dY: Any, x: Any, rows: Any) -> Any:
    n_C = x.shape[-1]
    scale, share, moment = (rows[row, :n_C] for row in (SCALE, BETA_SHARE, GAMMA_SHARE))
    return fused(x - rows[MEAN, :n_C], moment, fused(dY, scale, np.broadcast_to(share, x.shape)))
