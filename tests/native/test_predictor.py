"""Predictions from filters that were made ready once: the bits of the executor, however many threads share an image."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest

from fullstride.errors import EngineError
from fullstride.native import predictor as predictor_module
from fullstride.native.executor import NativeExecutor
from fullstride.native.machine import TARGETS, detect
from fullstride.native.predictor import NativePredictor
from fullstride.native.team import Team, team_of
from fullstride.program import Inputs, ParameterStore, Program
from tests.support.kernels import assert_same_bits
from tests.support.programs import BANDED, PROGRAMS, batch, store_of, typed, without_loss

EVERY = {**PROGRAMS, **BANDED}
every_program = pytest.mark.parametrize("program", EVERY.values(), ids=EVERY)


@pytest.fixture(autouse=True)
def _small_images_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictor_module, "ENOUGH_FOR_BANDS", 0)
    monkeypatch.setattr(predictor_module, "ENOUGH_FOR_A_THREAD", 1)


def images(program: Program, m: int) -> Any:
    return batch(program, m)[0][:m]


def check(program: Program, store: ParameterStore, threads: int, m: int = 3) -> None:
    """One image at a time and together: what the executor says."""
    X = images(program, m)
    expected = NativeExecutor(program, store, threads=1).forward(X)
    predictor = NativePredictor(program, store, threads=threads)
    assert_same_bits(predictor.many(X), expected)
    for i in range(m):
        assert_same_bits(predictor.one(X[i : i + 1]), expected[i : i + 1])
        assert_same_bits(predictor.many(X[i : i + 1]), expected[i : i + 1])


@every_program
def test_the_bits_of_the_executor(program: Program) -> None:
    check(program, store_of(program), 2)


@pytest.mark.parametrize(("threads", "dtype"), [(1, "float32"), (3, "float64"), (4, "float32")])
@pytest.mark.parametrize("name", BANDED)
def test_threads_do_not_change_a_bit(name: str, threads: int, dtype: str) -> None:
    program = typed(BANDED[name], dtype)
    check(program, store_of(program), threads)


@pytest.mark.parametrize("name", ["stride 2", "read by a convolution and a flatten", "two inputs"])
def test_without_a_loss(name: str) -> None:
    program = without_loss(PROGRAMS[name])
    check(program, store_of(program), 2)


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "128"])
@pytest.mark.parametrize(
    ("name", "dtype"), [*((name, "float32") for name in BANDED), ("many filters", "float64")]
)
def test_machines_do_not_change_a_bit(
    name: str, dtype: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = typed(BANDED[name], dtype)
    store, X = store_of(program), images(program, 1)
    monkeypatch.setenv("FULLSTRIDE_TARGET", "128")
    expected = NativeExecutor(program, store).forward(X)
    assert_same_bits(NativePredictor(program, store, threads=2).one(X), expected)
    monkeypatch.setenv("FULLSTRIDE_TARGET", target)
    try:
        detect()
    except EngineError as error:
        pytest.skip(str(error))
    assert_same_bits(NativePredictor(program, store, threads=2).one(X), expected)


@pytest.mark.parametrize("m", [0, 1, 2, 9, 25])
def test_batches_and_their_parts(m: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictor_module, "MOST_IMAGES", 8)
    program = typed(BANDED["winograd"], "float32")
    store, X = store_of(program), images(program, m)
    expected = NativeExecutor(program, store).forward(X)
    assert_same_bits(NativePredictor(program, store, threads=2).many(X), expected)


def test_bytes_and_numbers_in_turn() -> None:
    program = typed(BANDED["winograd"], "float32")
    store = store_of(program)
    predictor, executor = NativePredictor(program, store, Inputs(1 / 255), 2), NativeExecutor(program, store)
    numbers = images(program, 2)
    pixels = np.random.default_rng(0).integers(0, 256, numbers.shape).astype(np.uint8)
    for X in (numbers, pixels, numbers, pixels):
        expected = executor.forward(X, Inputs(1 / 255))
        assert_same_bits(predictor.many(X), expected)
        assert_same_bits(predictor.one(X[1:]), expected[1:])


def test_an_image_that_stands_apart_in_memory() -> None:
    program = typed(PROGRAMS["stride 2"], "float64")
    store, X = store_of(program), images(program, 1)
    spread = np.zeros((*X.shape, 2), X.dtype)
    spread[..., 0] = X
    predictor = NativePredictor(program, store)
    assert_same_bits(predictor.one(spread[..., 0]), predictor.one(X))


def test_it_is_a_snapshot() -> None:
    program = typed(PROGRAMS["residual"], "float32")
    store, X = store_of(program), images(program, 4)
    predictor = NativePredictor(program, store)
    before = predictor.many(X)
    store.value_block[...] = 0
    assert_same_bits(predictor.many(X), before)
    assert_same_bits(predictor.one(X[2:3]), before[2:3])
    assert not np.array_equal(NativePredictor(program, store).many(X), before)


def test_a_result_is_the_callers_own() -> None:
    program = typed(PROGRAMS["stride 2"], "float32")
    X = images(program, 2)
    predictor = NativePredictor(program, store_of(program))
    first = predictor.one(X[:1])
    kept = first.copy()
    predictor.one(X[1:])
    assert_same_bits(first, kept)


def test_how_many_threads_work(monkeypatch: pytest.MonkeyPatch) -> None:
    teams = []
    team_of = predictor_module.team_of

    def noted(size: int) -> Any:
        teams.append(size)
        return team_of(size)

    program = typed(PROGRAMS["stride 2"], "float32")
    X = images(program, 7)
    monkeypatch.setattr(predictor_module, "team_of", noted)
    predictor = NativePredictor(program, store_of(program), threads=3)
    for enough, m, expected in ((1, 7, 3), (1, 2, 2), (1 << 40, 7, 1), (3 * program.multiply_adds, 7, 2)):
        monkeypatch.setattr(predictor_module, "ENOUGH_FOR_A_THREAD", enough)
        teams.clear()
        predictor.many(X[:m])
        assert teams == [expected]
    for enough, expected in ((0, 3), (program.multiply_adds, 3), (program.multiply_adds + 1, 1)):
        monkeypatch.setattr(predictor_module, "ENOUGH_FOR_BANDS", enough)
        predictor = NativePredictor(program, store_of(program), threads=3)
        predictor.one(X[:1])
        teams.clear()
        predictor.one(X[:1])
        assert teams[0] == expected


def test_several_python_threads_at_once() -> None:
    program = typed(BANDED["winograd"], "float32")
    store, X = store_of(program), images(program, 6)
    expected = NativeExecutor(program, store).forward(X)
    predictor = NativePredictor(program, store, threads=2)
    wrong: list[int] = []

    def work(i: int) -> None:
        for _ in range(50):
            if not np.array_equal(predictor.one(X[i : i + 1]), expected[i : i + 1]):
                wrong.append(i)
            if not np.array_equal(predictor.many(X[i:]), expected[i:]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_child_of_a_fork_predicts() -> None:
    program = typed(BANDED["winograd"], "float32")
    X = images(program, 2)
    predictor = NativePredictor(program, store_of(program), threads=2)
    expected = predictor.many(X)
    with predictor.lock:  # as if another thread was predicting at that moment
        child = os.fork()
        if child == 0:
            signal.alarm(20)  # a child that hangs is ended, and that is seen below
            same = np.array_equal(predictor.many(X), expected)
            os._exit(0 if same and np.array_equal(predictor.one(X[:1]), expected[:1]) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert_same_bits(predictor.many(X), expected)


def test_a_closed_predictor_says_so() -> None:
    program = typed(PROGRAMS["stride 2"], "float32")
    X = images(program, 2)
    predictor = NativePredictor(program, store_of(program))
    predictor.close()
    predictor.close()
    for some in (X, X[:1]):
        with pytest.raises(EngineError, match=r"^Predictor: it was closed, and predicts no more$"):
            predictor.many(some)


def until_asleep(team: Any) -> None:
    """Waits until a worker sleeps; at most ten seconds."""
    limit = time.monotonic() + 10
    while team.awake():
        assert time.monotonic() < limit, "the workers do not go to sleep"
        time.sleep(0.01)


@pytest.mark.parametrize(("soon", "size"), [(1e9, 2), (0.0, 1)])
def test_sleeping_workers_are_woken_only_for_calls_that_follow_closely(
    soon: float, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = typed(BANDED["winograd"], "float32")
    store, X = store_of(program), images(program, 1)
    expected = NativeExecutor(program, store).forward(X)
    predictor = NativePredictor(program, store, threads=2)
    predictor.one(X)
    monkeypatch.setattr(predictor_module, "SOON", soon)
    run, sizes = Team.run, list[int]()

    def noted(team: Team, *arguments: int) -> None:
        sizes.append(team.size)
        run(team, *arguments)

    monkeypatch.setattr(Team, "run", noted)
    for _ in range(2):
        until_asleep(team_of(2))
        assert_same_bits(predictor.one(X), expected)
    assert sizes == [size, size]
