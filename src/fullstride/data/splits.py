"""Dividing a training set into a part to learn from and a part to validate on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, ShapeError
from fullstride.geometry import whole_number
from fullstride.random import Purpose, Stream


def every_kth_by_class(y: NDArray[Any], k: int) -> NDArray[np.bool_]:
    """A mask of every k-th image of each class; the count runs on from class to class.

    The images are ordered by class and, within a class, as they came; positions 0, k, 2k ... of that order
    are chosen, ceil(m / k) in all. There is no randomness: it serves fixed splits.

    >>> every_kth_by_class(np.array([1, 0, 0, 1, 1, 0]), 3).nonzero()[0]
    array([0, 1])
    """
    mask = np.zeros(len(y), np.bool_)
    mask[np.argsort(y, kind="stable")[::k]] = True
    return mask


def split_validation(
    y: NDArray[Any], fraction: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose `fraction` of the examples for validation, at random, with the classes in their proportions.

    A class keeps at least one example to train on as long as there is one for each.

    Parameters
    ----------
    y : ndarray of shape (m,), labels of any sortable dtype
    fraction : float in (0, 1); round(fraction * m) examples go to validation
    seed : int in 0..2**64 - 1; the same seed gives the same split, on every machine and version of NumPy

    Returns
    -------
    train_index, validation_index : ndarrays of int64, each ascending; together every index once

    Raises
    ------
    ShapeError
        If y is not of rank 1.
    ArgumentError
        If fraction or seed lie outside their range, or one of the parts would be empty.

    Examples
    --------
    >>> train_index, validation_index = split_validation(np.array([0, 0, 0, 0, 1, 1]), 0.5, seed=0)
    >>> len(train_index), len(validation_index)
    (3, 3)
    """
    y = np.asarray(y)
    if y.ndim != 1:
        raise ShapeError(f"split_validation: y must have shape (m,); got shape {y.shape}")
    if not 0 < fraction < 1:
        raise ArgumentError(f"split_validation: fraction must lie between 0 and 1; got {fraction}")
    if whole_number(seed, "split_validation", "seed", 0) >= 2**64:
        raise ArgumentError(f"split_validation: seed must be less than 2**64; got {seed}")
    m = len(y)
    count = round(fraction * m)
    if not 0 < count < m:
        raise ArgumentError(
            f"split_validation: a fraction of {fraction} of {m} examples leaves a part without examples: "
            f"{m - count} to train on, {count} to validate on"
        )
    keys = Stream(seed, Purpose.SPLIT).raw(m)
    order = np.lexsort((keys, y))  # by class, at random within a class; lexsort is stable
    # Of m positions in that order, `count` at even distances: each class gets its share, give or take one.
    steps = np.arange(m + 1, dtype=np.int64) * count // m
    chosen = np.zeros(m, np.bool_)
    chosen[order[steps[1:] > steps[:-1]]] = True
    for label in np.setdiff1d(y, y[~chosen]):  # small classes of which nothing would be left to train on
        left, counts = np.unique(y[~chosen], return_counts=True)
        if not (counts > 1).any():
            break  # there are fewer to train on than classes
        mine, other = (order[y[order] == name] for name in (label, left[np.argmax(counts)]))
        chosen[mine[0]] = False
        chosen[other[~chosen[other]][0]] = True
    return np.flatnonzero(~chosen).astype(np.int64), np.flatnonzero(chosen).astype(np.int64)
