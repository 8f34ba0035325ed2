"""A training loop with an executor of the test's own: its losses, updates and accidents are prescribed."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import numpy as np

from fullstride.errors import EngineError
from fullstride.layers import Dense, Flatten
from fullstride.program import (
    AS_STORED,
    PLAIN,
    Cost,
    Inputs,
    ParameterStore,
    lower,
)
from fullstride.training import (
    Callback,
    EpochRecord,
    History,
    Part,
    Run,
    Settings,
    State,
    train,
)

W, B = "dense1.W", "dense1.b"


class Clock:
    """Seconds that pass only when they are spent."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Scripted:
    """An executor: every step adds 1 to all parameters, takes a second, and has the next of `losses`."""

    def __init__(
        self, losses: list[float] | None = None, between: Callable[[int], None] | None = None
    ) -> None:
        self.store = ParameterStore(lower([Flatten(), Dense(2)], (1, 1, 1), "float64"))
        self.losses = losses
        self.between = between
        self.rows: list[Any] = []
        self.updates: list[Any] = []
        self.inputs: list[Inputs] = []
        self.costs: list[Cost] = []
        self.last_norm: float | None = None
        self.norms: list[float] | None = None
        self.velocity_at_start: Any = None
        self.clock = Clock()
        self.probabilities = [np.array([0.25, 0.75])]
        self.evaluations = 0
        self.on_forward: Callable[[], None] = lambda: None

    def train_step(
        self,
        X: Any,
        y: Any,
        rows: Any,
        update: Any,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Any = None,
    ) -> float:
        if not self.rows:
            self.velocity_at_start = self.store.velocity_block.copy()
        self.rows.append(rows)
        self.updates.append(update)
        self.inputs.append(inputs)
        self.costs.append(cost)
        self.last_norm = None if self.norms is None else self.norms[len(self.rows) - 1]
        self.clock.now += 1
        self.store.values[W] += 1
        if self.between is not None:
            self.between(len(self.rows))  # half updated
        self.store.values[B] += 1
        return 0.5 if self.losses is None else self.losses[len(self.rows) - 1]

    def forward(self, X: Any, inputs: Inputs = AS_STORED) -> Any:
        self.on_forward()
        self.clock.now += 0.25
        self.evaluations += 1
        now = self.probabilities[min(self.evaluations, len(self.probabilities)) - 1]
        return np.broadcast_to(now, (len(X), 2))

    def train(
        self,
        m: int = 10,
        epochs: int = 2,
        batch_size: int = 4,
        seed: int = 7,
        rows: Any = None,
        validation: Part | None = None,
        callbacks: tuple[Callback, ...] = (),
        state: State | None = None,
        **more: Any,
    ) -> History:
        settings = Settings(epochs, batch_size, **{"lr": 0.1, "seed": seed, "inputs": Inputs(0.5), **more})
        part = Part(np.zeros((m, 1, 1, 1)), np.zeros(m, np.int64), rows)
        return train(
            "the network",
            self,  # type: ignore[arg-type]
            self.store,
            part,
            settings,
            validation,
            callbacks,
            state,
            self.clock,
        )

    def assert_holds(self, steps: float) -> None:
        """All parameters are those after this many steps."""
        assert self.store.values[W].tolist() == [[steps, steps]]
        assert self.store.values[B].tolist() == [[steps, steps]]


class Log(Callback):
    """Everything that it is told."""

    def __init__(self, name: str = "", log: list[str] | None = None) -> None:
        self.name, self.log = name, [] if log is None else log
        self.seen: list[tuple[int, int, int, float, float]] = []

    def on_start(self, run: Run) -> None:
        self.log.append(f"{self.name}start")

    def on_step(self, run: Run) -> None:
        self.log.append(f"{self.name}step {run.epoch}.{run.step}")
        self.seen.append((run.epoch, run.step, run.images_seen, run.loss, run.seconds))

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        self.log.append(f"{self.name}epoch {record['epoch']}")

    def on_end(self, run: Run) -> None:
        self.log.append(f"{self.name}end{' (interrupted)' if run.history.interrupted else ''}")


class At(Callback):
    """Does something after a step (counted over the run)."""

    def __init__(self, step: int, action: Callable[[Run], None]) -> None:
        self.left, self.action = step, action

    def on_step(self, run: Run) -> None:
        self.left -= 1
        if self.left == 0:
            self.action(run)


def part_of(m: int) -> Part:
    return Part(np.zeros((m, 1, 1, 1)), np.ones(m, np.int64))


def ctrl_c(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)


def fail(*_: object) -> None:
    raise EngineError("given up")
