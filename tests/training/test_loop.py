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
from fullstride.program import (
    AS_STORED,
    PLAIN,
    Adam,
    AdamUpdate,
    Cost,
    Inputs,
    ParameterStore,
    Update,
    lower,
)
from fullstride.random import permutation
from fullstride.steps import Augmentation
from fullstride.training import (
    Callback,
    Cosine,
    EpochRecord,
    History,
    Interrupted,
    Part,
    Run,
    Settings,
    State,
    StepDecay,
    train,
)
from fullstride.training.kept import BestParameters

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
        self, X: Any, y: Any, rows: Any, update: Any, inputs: Inputs = AS_STORED, cost: Cost = PLAIN
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
    assert executor.updates == [Update(lr=0.1, momentum=0.9)]
    assert executor.inputs == [Inputs(0.5, seed=7)]
    assert executor.costs == [PLAIN]


def test_the_velocity_starts_at_zero_in_each_call() -> None:
    executor = Scripted()
    executor.store.velocity_block[...] = 3
    executor.train()
    assert not executor.velocity_at_start.any()


def test_the_schedule_says_the_rate_of_each_step() -> None:
    executor = Scripted()
    schedule = StepDecay(milestones=(1,), decay=0.5, warmup=2 / 3)  # two of the three steps of an epoch rise
    history = executor.train(m=10, epochs=2, batch_size=4, lr=0.2, schedule=schedule)
    assert [update.lr for update in executor.updates] == [0.1, 0.2, 0.2, 0.1, 0.1, 0.1]
    assert [record["lr"] for record in history.epochs] == [0.2, 0.1]  # of the last step


def test_images_are_drawn_by_the_seed_and_the_epoch() -> None:
    executor = Scripted()
    augmentation = Augmentation(flip=True)
    executor.train(m=8, epochs=2, batch_size=4, seed=11, inputs=Inputs(0.25, augmentation=augmentation))
    assert [(each.seed, each.epoch) for each in executor.inputs] == [(11, 0), (11, 0), (11, 1), (11, 1)]
    assert {(each.scale, each.augmentation) for each in executor.inputs} == {(0.25, augmentation)}


def test_cost_and_clip_reach_the_executor() -> None:
    executor, cost = Scripted(), Cost(0.1, (1.0, 2.0))
    executor.norms = [1.0, 5.0]
    executor.train(m=8, epochs=1, batch_size=4, cost=cost, clip=3.0)
    assert executor.costs == [cost, cost]
    assert [update.clip for update in executor.updates] == [3.0, 3.0]


def test_the_optimizer_s_numbers_advance_once_a_step() -> None:
    executor = Scripted()
    for _ in range(2):  # ... and start afresh in the next training
        executor.updates.clear()
        executor.train(m=10, epochs=1, batch_size=4, optimizer=Adam(beta1=0.5, beta2=0.25))
        assert all(isinstance(update, AdamUpdate) for update in executor.updates)
        powers = [(update.power1, update.power2) for update in executor.updates]
        assert powers == [(0.5, 0.25), (0.25, 0.0625), (0.125, 0.015625)]


def test_squares_start_at_zero_in_each_call() -> None:
    executor = Scripted()
    executor.store.square_block[...] = 3
    executor.train(optimizer=Adam())
    assert not executor.store.square_block.any()


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
        rf"^Network.fit: the loss is {loss} at step 2 of 3 of epoch 1 of 2 \(on 4 of its images alone every tensor is "
        r"finite\); a smaller lr \(now 0.1\), clip=1.0, or inputs scaled to about 0..1, often helps; "
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
        r"the loss is nan at step 2 of 3 of epoch 2 of 2 \(the first tensor that is not finite is the parameter "
        r"dense1.b, before the step\); .*"
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
    sentence = r"^Network.fit: a parameter is not finite after epoch 2 of 2 \(the first one is dense1.W\)"
    with pytest.raises(TrainingError, match=sentence):
        executor.train()
    executor.assert_holds(3)


def test_a_validation_loss_that_is_nan_stops_the_training() -> None:
    executor = Scripted()
    executor.probabilities = [np.array([math.nan, math.nan])]
    sentence = r"^Network.fit: the validation loss is nan after epoch 1 of 2 \(every parameter is finite\)"
    with pytest.raises(TrainingError, match=sentence):
        executor.train(validation=part_of(2))
    executor.assert_holds(0)


def test_an_executor_that_fails_within_a_step_leaves_the_last_good_epoch() -> None:
    executor = Scripted(between=lambda step: fail() if step == 5 else None)
    with pytest.raises(EngineError, match=r"^given up$"):
        executor.train()
    executor.assert_holds(3)


@pytest.mark.parametrize("norm", [math.nan, math.inf])
def test_an_update_that_was_skipped_for_its_norm_stops_the_training(norm: float) -> None:
    executor = Scripted()
    executor.norms = [1.0, 2.0, 3.0, norm]
    sentence = (
        rf"^Network.fit: the norm of the gradients is {norm} at step 1 of 3 of epoch 2 of 2 \(on 4 of its images "
        r"alone every tensor is finite\); a smaller lr \(now 0.1\), a clip below 9, or inputs .* are now those of "
        "the end of epoch 1$"
    )
    with pytest.raises(TrainingError, match=sentence):
        executor.train(clip=9.0)
    executor.assert_holds(3)


def test_without_a_clip_nobody_looks_at_the_norm() -> None:
    executor = Scripted()
    executor.last_norm = math.nan
    executor.norms = [math.nan] * 6  # of somebody else's steps
    assert len(executor.train().epochs) == 2


def test_an_error_after_the_last_step_is_told_though_no_rate_follows() -> None:
    def spoil(step: int) -> None:
        if step == 3:
            executor.store.values[W][0, 0] = math.inf

    executor = Scripted(between=spoil)
    with pytest.raises(
        TrainingError, match=r"after epoch 1 of 1 .*\(now 0.1\)"
    ):  # the whole run is a warm-up
        executor.train(epochs=1, schedule=Cosine(warmup=1))
    executor.assert_holds(0)


# Early stopping


def losses_to_probabilities(losses: list[float]) -> list[Any]:
    """Probabilities of label 1 whose cross-entropy are these."""
    return [np.array([1 - math.exp(-loss), math.exp(-loss)]) for loss in losses]


@pytest.mark.parametrize(
    ("losses", "patience", "trained", "best"),
    [
        ([0.9, 0.5, 0.6, 0.7, 0.1], 2, 4, 2),  # two epochs after the best one
        ([0.9, 0.5, 0.6, 0.4, 0.7, 0.8], 2, 6, 4),  # a better one in time starts the count anew
        ([0.9, 0.9, 0.9], 1, 2, 1),  # of equals the first
        ([0.5, 0.4, 0.3], 1, 3, 3),  # never
        (
            [0.5, 0.4, 0.6],
            5,
            3,
            2,
        ),  # the last epoch comes first, and the best parameters are back all the same
    ],
)
def test_patience(losses: list[float], patience: int, trained: int, best: int) -> None:
    executor, log = Scripted(), Log()
    executor.probabilities = losses_to_probabilities(losses)
    history = executor.train(
        m=4, epochs=len(losses), validation=part_of(2), patience=patience, callbacks=(log,)
    )
    assert [record["epoch"] for record in history.epochs] == list(range(1, trained + 1))
    assert history.best_epoch == best
    assert not history.interrupted
    executor.assert_holds(best)  # a step an epoch
    assert log.log[-2:] == [f"epoch {trained}", "end"]


def test_without_patience_the_last_parameters_stay() -> None:
    executor = Scripted()
    executor.probabilities = losses_to_probabilities([0.1, 0.5, 0.9])
    history = executor.train(m=4, epochs=3, validation=part_of(2))
    assert history.best_epoch is None
    executor.assert_holds(3)


def test_the_best_parameters_are_back_when_a_callback_is_told_the_end() -> None:
    class Look(Callback):
        def on_end(self, run: Run) -> None:
            executor.assert_holds(1)
            assert run.state() is None  # the optimizer's arrays are those of another place

    executor = Scripted()
    executor.probabilities = losses_to_probabilities([0.1, 0.5])
    executor.train(m=4, epochs=2, validation=part_of(2), patience=5, callbacks=(Look(),))


def test_ctrl_c_while_the_best_parameters_are_put_back_comes_after_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    restore = BestParameters.restore

    def interrupted(self: BestParameters) -> None:
        ctrl_c()
        restore(self)

    monkeypatch.setattr(BestParameters, "restore", interrupted)
    executor, ends = Scripted(), Ends()
    executor.probabilities = losses_to_probabilities([0.1, 0.5])
    with pytest.raises(KeyboardInterrupt) as caught:
        executor.train(m=4, epochs=2, validation=part_of(2), patience=5, callbacks=(ends,))
    assert not isinstance(caught.value, Interrupted)  # nothing is left to do
    executor.assert_holds(1)
    assert ends.seen == [(True, False)]


class Ends(Callback):
    """Whether a run was finished, and whether interrupted, when it ended."""

    def __init__(self) -> None:
        self.seen: list[tuple[bool, bool]] = []

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        assert not run.finished

    def on_end(self, run: Run) -> None:
        self.seen.append((run.finished, run.history.interrupted))


def test_whether_a_run_is_finished() -> None:
    ends = Ends()
    Scripted().train(callbacks=(ends,))
    with pytest.raises(Interrupted):
        Scripted().train(callbacks=(ends, At(2, ctrl_c)))
    with pytest.raises(TrainingError):
        Scripted([math.nan]).train(callbacks=(ends,))
    assert ends.seen == [(True, False), (False, True), (False, False)]


def test_ctrl_c_leaves_the_last_step_not_the_best_one() -> None:
    executor = Scripted()
    executor.probabilities = losses_to_probabilities([0.1, 0.5, 0.6])
    with pytest.raises(Interrupted, match="the parameters are those of step 1 of epoch 3") as caught:
        executor.train(m=4, epochs=3, validation=part_of(2), patience=5, callbacks=(At(3, ctrl_c),))
    executor.assert_holds(3)
    assert caught.value.history.best_epoch == 1


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


class States(Callback):
    """What `run.state()` gives at the end."""

    def __init__(self) -> None:
        self.at_end: State | None = None

    def on_end(self, run: Run) -> None:
        self.at_end = run.state()


def test_nobody_goes_on_from_a_torn_step() -> None:
    def twice(step: int) -> None:
        if step == 5:
            ctrl_c()
            ctrl_c()

    for between in (twice, lambda step: fail() if step == 5 else None):
        states = States()
        with pytest.raises((Interrupted, EngineError)):
            Scripted(between=between).train(callbacks=(states,))
        assert states.at_end is None


def test_where_an_interrupted_run_stands() -> None:
    states = States()
    with pytest.raises(Interrupted):
        Scripted([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).train(m=10, callbacks=(states, At(5, ctrl_c)))
    state = states.at_end
    assert state is not None
    assert (state.epochs, state.step, state.loss) == (1, 2, 4 * 4.0 + 4 * 5.0)
    assert state.optimizer.steps == 5
    assert not state.history.interrupted
    assert state.arrays[f"values.{W}"].tolist() == [[5, 5]]


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
