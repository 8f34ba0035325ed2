"""Which executor runs, and that it is never another than the one that was asked for."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from fullstride.errors import EngineError
from fullstride.layers import Dense, Flatten
from fullstride.network import Network
from fullstride.network.engines import Executors
from fullstride.program import Interpreter, ParameterStore, lower


class Native:
    """Stands for the native executor; keeps what it was made with."""

    def __init__(self, program: Any, store: Any, threads: int | None = None) -> None:
        self.program, self.store, self.threads = program, store, threads


@pytest.fixture
def executors(monkeypatch: pytest.MonkeyPatch) -> Executors:
    monkeypatch.setattr("fullstride.network.engines.native_part", lambda *_: Native)
    return Executors(ParameterStore(lower([Flatten(), Dense(2)], (1, 1, 1))))


def test_an_executor_is_made_once_for_an_engine_and_its_threads(executors: Executors) -> None:
    made = [executors.get("native", threads, "test") for threads in (None, 1, 2)]
    assert [executor.threads for executor in made] == [None, 1, 2]  # type: ignore[attr-defined]
    assert [executors.get("native", threads, "test") for threads in (None, 1, 2)] == made
    assert all(isinstance(executor, Native) for executor in made)


def test_all_compute_with_one_store(executors: Executors) -> None:
    native, steps = executors.get("native", None, "test"), executors.get("steps", None, "test")
    assert isinstance(native, Native)
    assert isinstance(steps, Interpreter)
    assert native.store is steps.store
    assert native.program is steps.program


def test_the_steps_run_on_one_thread(executors: Executors) -> None:
    steps = executors.get("steps", None, "test")
    assert type(steps) is Interpreter
    assert executors.get("steps", 3, "test") is steps


def test_an_engine_that_cannot_run_is_an_error_and_not_another_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "fullstride.native.executor", None)  # as if it could not be imported
    network = Network(Flatten(), Dense(2), input_shape=(1, 1, 1))
    sentence = r'^Network.implementation: engine="native" cannot run here: .*; engine="steps" walks the'
    with pytest.raises(EngineError, match=sentence):
        network.implementation()
    assert network.implementation(engine="steps") == (
        ("flatten1", "steps/flatten.py"),
        ("dense1", "steps/linear.py"),
    )
