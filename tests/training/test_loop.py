"""What a training loop does with its data, its settings and its callbacks, epoch by epoch."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fullstride.errors import EngineError
from fullstride.program import (
    PLAIN,
    Adam,
    AdamUpdate,
    Cost,
    Inputs,
    Update,
)
from fullstride.random import permutation
from fullstride.steps import Augmentation
from fullstride.training import (
    Callback,
    EpochRecord,
    Part,
    Run,
    StepDecay,
)
from tests.support.training import At, Log, Scripted, fail, part_of

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
