"""The emitted generator against NumPy's and against the published vectors."""

from __future__ import annotations

import numpy as np
import pytest

from fullstride.program import stages
from fullstride.random import Purpose, Stream
from tests.support.kernels import KernelCase, check_case, every_target, machine_of
from tests.support.philox import PUBLISHED, words

TESTED = (stages.Philox,)


def philox_case(key: tuple[int, int], counter: tuple[int, ...], count: int) -> KernelCase:
    """`counter` without its first word, which counts up from 0."""
    expected = [word for i in range(count) for word in words(key, (i, *counter))]
    operands = {
        "key": np.array(key, np.uint64).view(np.int64),
        "counter": np.array((99, *counter), np.uint64).view(np.int64),
        "words": np.zeros(4 * count, np.int64),
    }
    result = {"words": np.array(expected, np.uint64).view(np.int64)}
    return KernelCase(stages.Philox("float32"), operands, result, count, exact=True)


@pytest.mark.parametrize("count", [1, 2, 7])
@every_target
def test_blocks(target: str, count: int) -> None:
    check_case(philox_case((2**64 - 1, 12345), (7, 2**63, 1), count), machine_of(target))


def test_the_published_vector_of_counter_zero() -> None:
    key, counter, published = PUBLISHED[0]
    case = philox_case(key, counter[1:], 1)
    assert case.expected["words"].view(np.uint64).tolist() == list(published)
    check_case(case, machine_of("128"))


def test_the_words_of_a_stream() -> None:
    case = philox_case((5, int(Purpose.SHUFFLE)), (3, 0, 0), 4)
    stream = Stream(5, Purpose.SHUFFLE, 3)
    assert (stream.raw(16) == case.expected["words"].view(np.uint64)).all()
    check_case(case, machine_of("128"))
