"""The generator: the published vectors, its keys and counters, and what is made of its words."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride.random import Purpose, Stream, permutation
from tests.support.philox import PUBLISHED, words


@pytest.mark.parametrize(("key", "counter", "published"), PUBLISHED)
def test_the_oracle_gives_the_published_vectors(
    key: tuple[int, int], counter: tuple[int, ...], published: tuple[int, ...]
) -> None:
    assert words(key, counter) == published


def test_counter_0_key_0_gives_the_published_vector() -> None:
    """No purpose has the number 0; the generator itself does not mind."""
    raw = Stream(0, 0).raw(4)  # type: ignore[arg-type]
    assert [f"{word:016x}" for word in raw.tolist()] == [
        "16554d9eca36314c",
        "db20fe9d672d0fdc",
        "d7e772cee186176b",
        "7e68b68aec7ba23b",
    ]


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
@pytest.mark.parametrize("purpose", Purpose)
def test_blocks_count_up_in_the_first_word(seed: int, purpose: Purpose) -> None:
    raw = Stream(seed, purpose, 3, 2**64 - 1, 5).raw(12).tolist()
    key = (seed, int(purpose))
    assert raw == [word for i in range(3) for word in words(key, (i, 3, 2**64 - 1, 5))]


def test_words_do_not_depend_on_how_they_are_asked_for() -> None:
    at_once, bit_by_bit = Stream(1, Purpose.SPLIT), Stream(1, Purpose.SPLIT)
    assert at_once.raw(9).tolist() == [int(bit_by_bit.raw(1)[0]) for _ in range(9)]


def test_streams_of_different_purposes_differ() -> None:
    assert len({Stream(0, purpose).raw(1)[0] for purpose in Purpose}) == len(Purpose)


def test_the_purposes_have_the_numbers_that_were_promised() -> None:
    assert {purpose.name: int(purpose) for purpose in Purpose} == {
        "PARAMETERS": 1,
        "SHUFFLE": 2,
        "SPLIT": 3,
        "AUGMENT": 4,
        "GRADIENT_CHECK": 5,
    }


def test_uniform_is_the_upper_53_bits() -> None:
    raw = Stream(4, Purpose.PARAMETERS, 1).raw(1000)
    uniform = Stream(4, Purpose.PARAMETERS, 1).uniform(1000)
    assert uniform.dtype == np.float64
    assert uniform.tolist() == [int(word >> 11) / 2**53 for word in raw.tolist()]
    assert 0 <= uniform.min() < 0.01
    assert 0.99 < uniform.max() < 1


def test_a_permutation_is_the_order_of_the_words() -> None:
    raw = Stream(3, Purpose.SHUFFLE, 7).raw(50).tolist()
    order = permutation(3, 7, 50)
    assert order.dtype == np.int64
    assert order.tolist() == sorted(range(50), key=raw.__getitem__)
    assert permutation(3, 8, 50).tolist() != order.tolist()
    assert permutation(3, 7, 0).size == 0
