"""How a training loop ends early: a loss that is not finite, patience, Ctrl-C; and what it leaves behind."""

from __future__ import annotations

import math
import signal
from typing import Any

import numpy as np
import pytest

from fullstride.errors import EngineError, TrainingError
from fullstride.training import (
    Callback,
    Cosine,
    EpochRecord,
    History,
    Interrupted,
    Run,
    State,
)
from fullstride.training.kept import BestParameters
from tests.support.training import At, B, Log, Scripted, W, ctrl_c, fail, part_of

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
