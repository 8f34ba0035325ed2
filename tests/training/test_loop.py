"""The loop, with an executor of the test's own: its losses, updates and accidents are prescribed."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fullstride.errors import EngineError, TrainingError
from fullstride.layers import Dense, Flatten
from fullstride.program import AS_STORED, PLAIN, Cost, Inputs, ParameterStore, Update, lower
from fullstride.random import permutation
from fullstride.training import Callback, EpochRecord, History, Interrupted, Part, Run, Settings, train

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
        self.arguments: list[tuple[float, float, float]] = []
        self.velocity_at_start: Any = None
        self.clock = Clock()
        self.probabilities = np.array([0.25, 0.75])
        self.on_forward: Callable[[], None] = lambda: None
        self.last_norm: float | None = None

    def train_step(
        self, X: Any, y: Any, rows: Any, update: Update, inputs: Inputs = AS_STORED, cost: Cost = PLAIN
    ) -> float:
        if not self.rows:
            self.velocity_at_start = self.store.velocity_block.copy()
        self.rows.append(rows)
        self.arguments.append((update.lr, update.momentum, inputs.scale))
        self.clock.now += 1
        self.store.values[W] += 1
        if self.between is not None:
            self.between(len(self.rows))  # half updated
        self.store.values[B] += 1
        return 0.5 if self.losses is None else self.losses[len(self.rows) - 1]

    def forward(self, X: Any, inputs: Inputs = AS_STORED) -> Any:
        self.on_forward()
        self.clock.now += 0.25
        return np.broadcast_to(self.probabilities, (len(X), 2))

    def train(
        self,
        m: int = 10,
        epochs: int = 2,
        batch_size: int = 4,
        seed: int = 7,
        rows: Any = None,
        validation: Part | None = None,
        callbacks: tuple[Callback, ...] = (),
    ) -> History:
        settings = Settings(epochs, batch_size, lr=0.1, seed=seed, inputs=Inputs(0.5))
        part = Part(np.zeros((m, 1, 1, 1)), np.zeros(m, np.int64), rows)
        return train(
            "the network",
            self,  # type: ignore[arg-type]
            self.store,
            part,
            settings,
            validation,
            callbacks,
            clock=self.clock,
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


# Batches


def test_each_epoch_takes_every_image_once_in_the_generator_s_order() -> None:
    executor = Scripted()
    executor.train(m=10, epochs=2, batch_size=4, seed=7)
    assert [len(rows) for rows in executor.rows] == [
        4,
        4,
        2,
        4,
        4,
        2,
    ]  # the last, partial batch is not dropped
    first, second = np.concatenate(executor.rows[:3]), np.concatenate(executor.rows[3:])
    assert first.tolist() == permutation(7, 0, 10).tolist()
    assert second.tolist() == permutation(7, 1, 10).tolist()
    assert sorted(first) == sorted(second) == list(range(10))
    assert first.tolist() != second.tolist()


def test_rows_are_what_is_permuted() -> None:
    executor = Scripted()
    rows = np.array([9, 4, 5, 0])
    executor.train(m=10, epochs=1, batch_size=3, rows=rows)
    order = np.concatenate(executor.rows)
    assert order.tolist() == [int(rows[i]) for i in permutation(7, 0, 4)]
    assert order.dtype == np.int64


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    executor = Scripted()
    executor.train(m=3, epochs=1, batch_size=100)
    assert [len(rows) for rows in executor.rows] == [3]


def test_hyperparameters_reach_the_executor() -> None:
    executor = Scripted()
    executor.train(m=4, epochs=1)
    assert executor.arguments == [(0.1, 0.9, 0.5)]


def test_the_velocity_starts_at_zero_in_each_call() -> None:
    executor = Scripted()
    executor.store.velocity_block[...] = 3
    executor.train()
    assert not executor.velocity_at_start.any()


# What is recorded


def test_the_loss_is_a_mean_over_images_not_over_batches() -> None:
    executor, log = Scripted([1.0, 2.0, 6.0]), Log()
    history = executor.train(m=10, epochs=1, batch_size=4, callbacks=(log,))
    # 4 images at 1, 4 at 2, 2 at 6: 4/4, 12/8, 24/10
    assert [seen[3] for seen in log.seen] == [1.0, 1.5, 2.4]
    assert history.epochs[0]["loss"] == 2.4


def test_the_mean_begins_anew_with_each_epoch() -> None:
    history = Scripted([1.0, 1.0, 5.0, 5.0]).train(m=8, epochs=2, batch_size=4)
    assert [record["loss"] for record in history.epochs] == [1.0, 5.0]


def test_times_and_pace() -> None:
    executor = Scripted()

    class Idle(Callback):
        def on_step(self, run: Run) -> None:
            executor.clock.now += 2

    history = executor.train(m=10, epochs=2, batch_size=4, validation=part_of(5), callbacks=(Idle(),))
    # 3 steps of 1 s, 3 callbacks of 2 s, a validation of 0.25 s
    assert [record["seconds"] for record in history.epochs] == [9.25, 9.25]
    assert [record["images_per_second"] for record in history.epochs] == [10 / 3, 10 / 3]


def test_a_record_without_validation() -> None:
    (record,) = Scripted().train(epochs=1).epochs
    assert record == {
        "epoch": 1,
        "loss": 0.5,
        "validation_loss": None,
        "validation_accuracy": None,
        "seconds": 3.0,
        "images_per_second": 10 / 3,
        "lr": 0.1,
    }


def test_validation_after_each_epoch() -> None:
    executor = Scripted()
    steps_before: list[int] = []
    executor.on_forward = lambda: steps_before.append(len(executor.rows))
    validation = Part(np.zeros((4, 1, 1, 1)), np.array([1, 1, 1, 0]))
    history = executor.train(m=10, epochs=2, batch_size=4, validation=validation)
    assert steps_before == [3, 6]
    for record in history.epochs:
        # -(3 log 3/4 + log 1/4) / 4
        assert record["validation_loss"] == pytest.approx((3 * math.log(4 / 3) + math.log(4)) / 4)
        assert record["validation_accuracy"] == 0.75


# Callbacks


def test_the_order_of_the_calls() -> None:
    log = Log()
    Scripted().train(m=8, epochs=2, batch_size=4, callbacks=(log,))
    assert log.log == ["start", "step 1.1", "step 1.2", "epoch 1", "step 2.1", "step 2.2", "epoch 2", "end"]


def test_what_a_run_shows() -> None:
    log = Log()
    Scripted().train(m=10, epochs=2, batch_size=4, callbacks=(log,))
    assert [seen[:3] for seen in log.seen] == [
        (1, 1, 4),
        (1, 2, 8),
        (1, 3, 10),
        (2, 1, 14),
        (2, 2, 18),
        (2, 3, 20),
    ]
    assert [seen[4] for seen in log.seen] == [1, 2, 3, 4, 5, 6]

    class Look(Callback):
        def on_start(self, run: Run) -> None:
            assert (run.network, run.epochs, run.steps_per_epoch, run.images_total) == (
                "the network",
                2,
                3,
                20,
            )

    Scripted().train(m=10, epochs=2, batch_size=4, callbacks=(Look(),))


def test_the_history_is_whole_when_an_epoch_is_told() -> None:
    told: list[int] = []

    class Count(Callback):
        def on_epoch(self, run: Run, record: EpochRecord) -> None:
            told.append(len(run.history.epochs))
            assert run.history.epochs[-1] is record

    Scripted().train(epochs=3, callbacks=(Count(),))
    assert told == [1, 2, 3]


def test_the_last_callback_ends_first() -> None:
    log: list[str] = []
    Scripted().train(m=4, epochs=1, callbacks=(Log("a ", log), Log("b ", log)))
    assert log == [
        "a start",
        "b start",
        "a step 1.1",
        "b step 1.1",
        "a epoch 1",
        "b epoch 1",
        "b end",
        "a end",
    ]


def test_on_end_is_called_after_an_error() -> None:
    log = Log()
    with pytest.raises(EngineError, match=r"^given up$"):
        Scripted().train(callbacks=(log, At(2, fail)))
    assert log.log == ["start", "step 1.1", "step 1.2", "end"]


def test_on_end_is_called_only_where_on_start_returned() -> None:
    log: list[str] = []

    class Broken(Log):
        def on_start(self, run: Run) -> None:
            raise OSError("no terminal")

    with pytest.raises(OSError, match="no terminal"):
        Scripted().train(callbacks=(Log("a ", log), Broken("b ", log), Log("c ", log)))
    assert log == ["a start", "a end"]


# A loss that is not finite


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_bad_loss_in_the_first_epoch_restores_the_beginning(loss: float) -> None:
    executor = Scripted([1.0, loss, 1.0])
    executor.store.values[W][...] = executor.store.values[B][...] = 40
    sentence = (
        rf"^Network.fit: the loss is {loss} at step 2 of 3 of epoch 1 of 2 \(on 4 of its images .*\); "
        r"a smaller lr \(now 0.1\), clip=1.0, or inputs scaled to about 0..1, often helps; "
        r"the parameters are now those before training$"
    )
    with pytest.raises(TrainingError, match=sentence):
        executor.train()
    executor.assert_holds(40)


def test_a_bad_loss_later_restores_the_last_good_epoch_and_names_the_first_bad_tensor() -> None:
    def spoil(step: int) -> None:
        if step == 5:
            executor.store.values[B][0, 1] = math.nan

    executor = Scripted([1.0, 1.0, 1.0, 1.0, math.nan, 1.0], spoil)
    sentence = (
        r"the loss is nan at step 2 of 3 of epoch 2 of 2 \(the first tensor .* is the parameter dense1.b, .*\); .*"
        r"; the parameters are now those of the end of epoch 1$"
    )
    log = Log()
    with pytest.raises(TrainingError, match=sentence):
        executor.train(callbacks=(log,))
    executor.assert_holds(3)
    assert log.log[-2:] == ["step 2.1", "end"]


def test_an_update_that_overflows_in_the_last_step_is_found() -> None:
    def spoil(step: int) -> None:
        if step == 6:  # its loss was computed before its update, and is finite
            executor.store.values[W][0, 0] = math.inf

    executor = Scripted(between=spoil)
    sentence = r"^Network.fit: a parameter is not finite after epoch 2 of 2 \(the first one: dense1.W\)"
    with pytest.raises(TrainingError, match=sentence):
        executor.train()
    executor.assert_holds(3)


def test_a_validation_loss_that_is_nan_stops_the_training() -> None:
    executor = Scripted()
    executor.probabilities = np.array([math.nan, math.nan])
    sentence = r"^Network.fit: the validation loss is nan after epoch 1 of 2 \(every parameter is finite\)"
    with pytest.raises(TrainingError, match=sentence):
        executor.train(validation=part_of(2))
    executor.assert_holds(0)


def test_an_executor_that_fails_within_a_step_leaves_the_last_good_epoch() -> None:
    executor = Scripted(between=lambda step: fail() if step == 5 else None)
    with pytest.raises(EngineError, match=r"^given up$"):
        executor.train()
    executor.assert_holds(3)


# Ctrl-C


def test_ctrl_c_within_a_step_leaves_the_whole_step() -> None:
    executor = Scripted(between=lambda step: ctrl_c() if step == 5 else None)
    log = Log()
    sentence = (
        r"^training was interrupted after step 2 of 3 of epoch 2 of 2; the parameters are those "
        r"of step 2 of epoch 2$"
    )
    with pytest.raises(Interrupted, match=sentence) as caught:
        executor.train(callbacks=(log,))
    executor.assert_holds(5)
    assert caught.value.history.interrupted
    assert [record["epoch"] for record in caught.value.history.epochs] == [1]
    assert log.log[-2:] == ["step 2.1", "end (interrupted)"]


def test_ctrl_c_between_steps_leaves_the_whole_step() -> None:
    executor = Scripted()
    with pytest.raises(Interrupted, match="the parameters are those of step 1 of epoch 1") as caught:
        executor.train(callbacks=(At(1, ctrl_c),))
    executor.assert_holds(1)
    assert caught.value.history == History([], interrupted=True)


def test_a_second_ctrl_c_within_a_step_gives_it_up_and_leaves_the_whole_epoch() -> None:
    def twice(step: int) -> None:
        if step == 5:
            ctrl_c()
            ctrl_c()

    executor = Scripted(between=twice)
    sentence = r"after step 1 of 3 of epoch 2 of 2; the parameters are those of the end of epoch 1$"
    with pytest.raises(Interrupted, match=sentence):
        executor.train()
    executor.assert_holds(3)


def test_ctrl_c_during_validation_leaves_the_whole_epoch() -> None:
    executor = Scripted()
    executor.on_forward = ctrl_c
    sentence = r"after step 3 of 3 of epoch 1 of 2; the parameters are those of step 3 of epoch 1$"
    with pytest.raises(Interrupted, match=sentence):
        executor.train(validation=part_of(2))
    executor.assert_holds(3)


def test_ctrl_c_before_the_first_step() -> None:
    class Impatient(Callback):
        def on_start(self, run: Run) -> None:
            ctrl_c()

    executor = Scripted()
    with pytest.raises(Interrupted, match=r"after step 0 of 3 of epoch 0 of 2; .* those before training"):
        executor.train(callbacks=(Impatient(),))
    executor.assert_holds(0)


def test_ctrl_c_after_an_update_that_overflowed_leaves_finite_parameters() -> None:
    def spoil(run: Run) -> None:
        executor.store.values[W][0, 0] = math.inf
        ctrl_c()

    executor = Scripted()
    with pytest.raises(Interrupted, match="the parameters are those of the end of epoch 1"):
        executor.train(callbacks=(At(5, spoil),))
    executor.assert_holds(3)


def test_a_bad_loss_goes_before_ctrl_c() -> None:
    executor = Scripted([math.nan], between=ctrl_c)
    with pytest.raises(TrainingError, match="the loss is nan"):
        executor.train()


def test_the_handler_of_ctrl_c_is_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    Scripted().train()
    assert signal.getsignal(signal.SIGINT) is before
