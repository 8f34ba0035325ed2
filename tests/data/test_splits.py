"""The validation split: its size, its proportions, and the same choice on every machine."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fullstride.data import split_validation
from fullstride.data.splits import every_kth_by_class
from fullstride.errors import ArgumentError, DtypeError, ShapeError

M64 = (1 << 64) - 1


def philox_block(counter: int, key: tuple[int, int]) -> list[int]:
    """Philox 4x64 with 10 rounds in plain ints (Salmon and others, 2011), an oracle of its own."""
    words = [(counter >> (64 * i)) & M64 for i in range(4)]
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2E7470EE14C6C93 * words[0], 0xCA5A826395121157 * words[2]
        words = [(p1 >> 64) ^ words[1] ^ k0, p1 & M64, (p0 >> 64) ^ words[3] ^ k1, p0 & M64]
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & M64, (k1 + 0xBB67AE8584CAA73B) & M64
    return words


def test_the_choice_is_the_one_that_philox_and_sorting_give():
    y = np.array([2, 0, 0, 1, 2, 0, 1, 0, 2, 0])
    m, seed, count = 10, 5, 4
    keys = [word for block in range(3) for word in philox_block(block, (seed, 3))][:m]
    order = sorted(range(m), key=lambda i: (y[i], keys[i]))
    chosen = sorted(order[k] for k in range(m) if (k + 1) * count // m > k * count // m)
    train_index, validation_index = split_validation(y, 0.4, seed)
    assert validation_index.tolist() == chosen
    assert train_index.tolist() == [i for i in range(m) if i not in chosen]


@pytest.mark.parametrize("fraction", [0.01, 0.1, 1 / 3, 0.5, 0.95])
@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_size_and_proportions(fraction, seed):
    y = np.random.default_rng(0).integers(0, 7, 1000)
    train_index, validation_index = split_validation(y, fraction, seed)
    assert train_index.dtype == validation_index.dtype == np.int64
    assert len(validation_index) == round(1000 * fraction)
    assert sorted([*train_index, *validation_index]) == list(range(1000))
    assert (np.diff(train_index) > 0).all()
    assert (np.diff(validation_index) > 0).all()
    wanted = np.bincount(y) * len(validation_index) / 1000
    assert (abs(np.bincount(y[validation_index], minlength=7) - wanted) <= 1).all()


def test_a_seed_gives_one_split_and_another_seed_another():
    y = np.repeat(np.arange(10), 100)
    first, again, other = (split_validation(y, 0.1, seed)[1] for seed in (3, 3, 4))
    assert first.tolist() == again.tolist()
    assert len(set(first.tolist()) & set(other.tolist())) < 30  # by chance about 10 of 100


def test_labels_may_be_names():
    y = np.array(["cat", "dog"] * 5)
    assert sorted(y[split_validation(y, 0.4, 0)[1]]) == ["cat", "cat", "dog", "dog"]


@pytest.mark.parametrize(
    ("y", "fraction", "seed", "error", "sentence"),
    [
        (np.zeros((3, 1)), 0.5, 0, ShapeError, "y must have shape (m,); got shape (3, 1)"),
        (np.zeros(9), 0.0, 0, ArgumentError, "fraction must lie between 0 and 1; got 0.0"),
        (np.zeros(9), 1.0, 0, ArgumentError, "fraction must lie between 0 and 1; got 1.0"),
        (np.zeros(9), float("nan"), 0, ArgumentError, "fraction must lie between 0 and 1; got nan"),
        (np.zeros(9), 0.5, -1, ArgumentError, "seed must be a whole number >= 0; got -1"),
        (np.zeros(9), 0.5, 1.5, DtypeError, "seed must be a whole number >= 0; got 1.5 of type float"),
        (np.zeros(9), 0.5, 2**64, ArgumentError, "seed must be less than 2**64; got 18446744073709551616"),
        (
            np.zeros(4),
            0.1,
            0,
            ArgumentError,
            "a fraction of 0.1 of 4 examples leaves a part without examples: 4 to train on, 0 to validate on",
        ),
        (
            np.zeros(0),
            0.5,
            0,
            ArgumentError,
            "a fraction of 0.5 of 0 examples leaves a part without examples: 0 to train on, 0 to validate on",
        ),
    ],
)
def test_refused(y, fraction, seed, error, sentence):
    with pytest.raises(error, match=re.escape(f"split_validation: {sentence}")):
        split_validation(y, fraction, seed)


def test_every_kth_by_class_counts_on_from_class_to_class():
    # Class 0 holds images 1, 4, 5, class 1 holds 0, 2, 3: the list is 1 4 5 0 2 3, every second 1, 5, 2.
    mask = every_kth_by_class(np.array([1, 0, 1, 1, 0, 0]), 2)
    assert np.flatnonzero(mask).tolist() == [1, 2, 5]


@pytest.mark.parametrize("seed", range(5))
def test_a_class_keeps_an_example_to_train_on(seed):
    y = np.array([*range(40), *range(0, 40, 4), 3])  # most classes have one
    train_index, validation_index = split_validation(y, 0.2, seed)
    assert set(y[train_index]) == set(range(40))
    assert len(validation_index) == 10
    assert sorted([*train_index, *validation_index]) == list(range(51))


def test_fewer_to_train_on_than_classes():
    train_index, validation_index = split_validation(np.arange(10), 0.7, seed=0)
    assert (len(train_index), len(validation_index)) == (3, 7)
