"""Threads: how many, that they work together, that they sleep, and what happens after a fork."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride.errors import ArgumentError, EngineError
from fullstride.native import team as team_module
from fullstride.native.barrier import ASLEEP, Word
from fullstride.native.executor import NativeExecutor
from fullstride.native.team import Team, count_threads, team_of
from fullstride.program.update import Update
from tests.support.kernels import assert_same_bits
from tests.support.programs import PROGRAMS, batch, store_of, typed

PROGRAM = typed(PROGRAMS["stride 2"], "float32")


# How many


def test_the_argument_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "5")
    assert count_threads(3) == 3
    assert count_threads(np.int64(4)) == 4


def test_the_environment_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "6,2")
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "5")
    assert count_threads() == 5
    monkeypatch.setenv("FULLSTRIDE_NUM_THREADS", "")
    assert count_threads() == 6  # OpenMP gives a number for each level of nesting; the first is ours


def without_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FULLSTRIDE_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no CPU affinity")
def test_the_affinity_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    without_environment(monkeypatch)
    monkeypatch.setattr(team_module, "_quota", lambda: 1 << 30)
    allowed = os.sched_getaffinity(0)
    assert count_threads() == len(allowed)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert count_threads() == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize(("quota", "expected"), [(1, 1), (3, 3), (1 << 30, 8)])
def test_the_smaller_of_affinity_and_quota(
    monkeypatch: pytest.MonkeyPatch, quota: int, expected: int
) -> None:
    without_environment(monkeypatch)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(team_module, "_quota", lambda: quota)
    assert count_threads() == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("max 100000", 1 << 30), ("150000 100000", 2), ("20000 100000", 1), ("", 1 << 30)]
)
def test_the_control_groups_quota(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, text: str, expected: int
) -> None:
    (tmp_path / "cpu.max").write_text(text)

    def redirected(path: str, *given: Any) -> Any:
        return open(tmp_path / "cpu.max" if path.endswith("/cpu.max") else tmp_path / "missing", *given)

    monkeypatch.setattr(team_module, "open", redirected, raising=False)
    assert team_module._quota() == expected


@pytest.mark.parametrize("asked", [0, -1, 257, 1.5, "2", True])
def test_a_bad_argument_is_refused(asked: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^threads: must be a whole number from 1 to 256; got "):
        count_threads(asked)


@pytest.mark.parametrize("name", ["FULLSTRIDE_NUM_THREADS", "OMP_NUM_THREADS"])
@pytest.mark.parametrize("value", ["0", "-2", "257", "two", "1.5"])
def test_a_bad_environment_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    without_environment(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(
        ArgumentError, match=rf"^{name}: must be a whole number from 1 to 256; got '{value}'$"
    ):
        count_threads()


# Working together


def train(threads: int, steps: int, m: int = 16) -> tuple[Any, Any]:
    store = store_of(PROGRAM)
    native = NativeExecutor(PROGRAM, store, threads)
    X, y, rows = batch(PROGRAM, m)
    losses = [native.train_step(X, y, rows, Update(0.01, 0.9)) for _ in range(steps)]
    return np.array(losses), store.value_block


def test_many_runs_in_a_row() -> None:
    losses, values = train(2, 300)
    expected_losses, expected = train(1, 300)
    assert_same_bits(losses, expected_losses)
    assert_same_bits(values, expected)


def test_runs_with_pauses_between_them() -> None:
    """Workers that sleep, workers that are just falling asleep, and workers that spin."""
    store = store_of(PROGRAM)
    native = NativeExecutor(PROGRAM, store, 3)
    X, y, rows = batch(PROGRAM, 16)
    losses = []
    for step in range(60):
        losses.append(native.train_step(X, y, rows, Update(0.01, 0.9)))
        time.sleep(0.0002 * (step % 12))
    assert_same_bits(np.array(losses), train(1, 60)[0])


@pytest.mark.parametrize("threads", [5, 16])
def test_more_threads_than_cores(threads: int) -> None:
    losses, values = train(threads, 10)
    expected_losses, expected = train(1, 10)
    assert_same_bits(losses, expected_losses)
    assert_same_bits(values, expected)


def test_two_python_threads_at_once() -> None:
    """Each with a network of its own, on one team; and the functions between them."""
    expected = train(2, 40)[1]
    results: list[Any] = []

    def work() -> None:
        for _ in range(3):
            results.append(train(2, 40)[1])
            A, _ = fullstride.pool_forward(np.arange(16.0).reshape(1, 4, 4, 1), {"f": 2, "stride": 2})
            results.append(A.ravel())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert len(results) == 12
    for result in results:
        if result.size == 4:
            assert result.tolist() == [5, 7, 13, 15]
        else:
            assert_same_bits(result, expected)


def test_two_python_threads_with_one_executor() -> None:
    """Predictions of one network from two threads: its memory is used by one after the other."""
    native = NativeExecutor(PROGRAM, store_of(PROGRAM), 2)
    X, _, _ = batch(PROGRAM, 40)
    expected = native.forward(X)
    wrong = []

    def work(size: int) -> None:
        for _ in range(30):
            wrong.append((native.forward(X[:size]) != expected[:size]).any())

    threads = [threading.Thread(target=work, args=(size,)) for size in (7, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(wrong) == 60
    assert not any(wrong)


def test_idle_workers_sleep() -> None:
    """After a second of rest the process has used next to no processor time."""
    train(3, 3)
    time.sleep(0.3)
    before = time.process_time()
    time.sleep(1.0)
    assert time.process_time() - before < 0.1


def test_a_team_is_made_once() -> None:
    assert team_of(2) is team_of(2)
    assert team_of(2) is not team_of(3)
    assert team_of(3).size == 3


def test_a_closed_team_has_no_threads_left() -> None:
    team = Team(3)
    workers = team._threads
    assert [worker.is_alive() for worker in workers] == [True, True]
    team.close()
    assert not any(worker.is_alive() for worker in workers)


def test_a_job_that_is_given_up_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team(1)
    monkeypatch.setattr(team, "_run", lambda *_: 1)
    with pytest.raises(EngineError, match=r"^a native job was given up before its end$"):
        team.run(0, 0)
    team.close()


def test_the_abort_word_ends_a_job_at_its_next_barrier() -> None:
    """One thread of two is at the barrier and would wait for ever: the other never comes."""
    native = NativeExecutor(PROGRAM, store_of(PROGRAM), 2)
    X, y, rows = batch(PROGRAM, 16)
    native.gradients(X, y, rows)
    runner = native._latest().runner
    team = Team(1)
    team._set(Word.THREADS, 2)  # a worker that does not exist
    team._set(Word.FINISHED, 1)
    team._set(Word.ABORT, 1)
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_void_p] * 2, *[ctypes.c_int64] * 2)
    assert kind(runner._jobs[0])(runner._words.ctypes.data, team._address, 1, 2) == 1
    team.close()


def until_asleep(team: Team, rank: int) -> None:
    """Waits until a worker sleeps on its semaphore; at most ten seconds."""
    state = team._start + Word.WORKERS + 8 * rank
    limit = time.monotonic() + 10
    while team._control[state] != ASLEEP:
        assert time.monotonic() < limit, "the worker does not go to sleep"
        time.sleep(0.01)


def test_roused_workers_find_no_job_and_sleep_again() -> None:
    expected = train(3, 3)[1]
    team = team_of(3)
    for _ in range(3):
        for rank in (1, 2):
            until_asleep(team, rank)
        assert not team.awake()
        team.rouse()
    assert_same_bits(train(3, 3)[1], expected)


def test_sleeping_workers_are_woken() -> None:
    expected = train(1, 3)[1]
    program, store = PROGRAM, store_of(PROGRAM)
    native = NativeExecutor(program, store, 3)
    X, y, rows = batch(program, 16)
    for _ in range(3):
        native.train_step(X, y, rows, Update(0.01, 0.9))
        for rank in (1, 2):
            until_asleep(team_of(3), rank)
    assert_same_bits(store.value_block, expected)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_a_storm_of_ctrl_c_leaves_a_team_that_works() -> None:
    """Signals every two milliseconds for a second, wherever they hit; then the same result as before."""
    native = NativeExecutor(PROGRAM, store_of(PROGRAM), 3)
    X, y, rows = batch(PROGRAM, 16)
    expected = native.gradients(X, y, rows)[0]
    hits, limit = 0, time.monotonic() + 1
    armed: list[bool] = []

    def strike(*_: object) -> None:
        """Once each time that it is armed, so that none hits what cannot catch it."""
        if armed:
            armed.clear()
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    while time.monotonic() < limit:
        try:
            armed.append(True)
            while time.monotonic() < limit:
                native.gradients(X, y, rows)
            armed.clear()
        except KeyboardInterrupt:
            hits += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    assert hits > 0
    assert native.gradients(X, y, rows)[0] == expected


def test_one_executor_shared_by_python_threads_makes_its_plan_once() -> None:
    native = NativeExecutor(PROGRAM, store_of(PROGRAM), 2)
    X, y, rows = batch(PROGRAM, 16)
    found: list[float] = []
    threads = [
        threading.Thread(target=lambda: found.append(native.gradients(X, y, rows)[0])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_another_thread_computes() -> None:
    """The child finds no lock held, whatever the other thread held at that moment."""
    A, hparameters = np.ones((8, 16, 16, 4), np.float32), {"f": 2, "stride": 2}
    fullstride.pool_forward(A, hparameters)
    going = True

    def compute() -> None:
        while going:
            fullstride.pool_forward(A, hparameters)

    other = threading.Thread(target=compute)
    other.start()
    statuses = []
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                signal.alarm(20)  # a child that hangs is ended, and that is seen below
                pooled, _ = fullstride.pool_forward(A, hparameters)
                os._exit(0 if pooled.sum() == 8 * 8 * 8 * 4 else 1)
            statuses.append(os.waitpid(child, 0)[1])
    finally:
        going = False
        other.join()
    assert statuses == [0] * 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_child_of_a_fork_can_train() -> None:
    """Its parent's workers stayed behind; it makes a team of its own, and ends."""
    expected = train(2, 5)[1].tobytes()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            result = train(2, 5)[1].tobytes()
            os.write(writer, b"same" if result == expected else b"different")
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    deadline = time.monotonic() + 60
    done, status = os.waitpid(child, os.WNOHANG)
    while not done and time.monotonic() < deadline:
        time.sleep(0.02)
        done, status = os.waitpid(child, os.WNOHANG)
    if not done:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as file:
        answer = file.read()
    assert done, "the child hangs"
    assert status == 0
    assert answer == b"same"
    assert train(2, 5)[1].tobytes() == expected, "and the parent goes on"
