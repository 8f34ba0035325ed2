"""A run that goes on from any place ends as one that was never stopped: the same bits, history and callbacks."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, DtypeError, FileFormatError
from fullstride.layers import BatchNorm, Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.network import Network
from fullstride.program import START, Adam, OptimizerState
from fullstride.steps import Augmentation
from fullstride.training import Callback, Cosine, EpochRecord, History, Interrupted, Run, State

EPOCHS, BATCH = 4, 4


def network(seed: int = 0) -> Network:
    layers = (*(Conv(3, 3, pad=1), BatchNorm(), ReLU(), MaxPool(2)), Flatten(), Dense(3))
    return Network(*layers, input_shape=(4, 4, 1), seed=seed)


def data(m: int, seed: int) -> tuple[Any, Any]:
    generator = np.random.default_rng(seed)
    return generator.random((m, 4, 4, 1)).astype(np.float32), generator.integers(0, 3, m)


def plain() -> dict[str, Any]:
    return {"schedule": Cosine(warmup=0.5), "momentum": 0.8}


def everything() -> dict[str, Any]:
    return {
        "optimizer": Adam(weight_decay=0.01),
        "lr": 0.02,
        "augmentation": Augmentation(flip=True, shift=1),
        "label_smoothing": 0.1,
        "class_weights": [1.0, 2.0, 0.5],
        "clip": 0.5,
    }


def early_stopping() -> dict[str, Any]:
    """Labels that cannot be learned: the validation loss soon grows."""
    return {"optimizer": "adam", "lr": 0.1, "validation": data(9, 4), "patience": 1}


def fit(net: Network, how: dict[str, Any], **more: Any) -> History:
    X, y = data(14, 0)  # 4 steps an epoch, the last one of 2 images
    return net.fit(X, y, epochs=EPOCHS, batch_size=BATCH, seed=3, **{**how, **more})


class Log(Callback):
    """All that it is told, and at each place, where the run stands, as a file would hold it."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.states: list[tuple[int, str, dict[str, Any]]] = []

    def _note(self, run: Run, *event: Any) -> None:
        self.events.append((*event, run.epoch, run.step, run.images_seen, run.loss, len(run.history.epochs)))
        state = run.state()
        assert state is not None
        arrays = {name: value.copy() for name, value in state.arrays.items()}
        self.states.append((len(self.events), json.dumps(state.to_dict(), allow_nan=False), arrays))

    def on_step(self, run: Run) -> None:
        self._note(run, "step")

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        self._note(run, "epoch", without_times(record))


def without_times(record: EpochRecord) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in ("seconds", "images_per_second")}


def untimed(history: History) -> tuple[Any, ...]:
    return [without_times(record) for record in history.epochs], history.best_epoch, history.interrupted


def bits(net: Network) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in net.parameters.items()}


@pytest.mark.parametrize(("engine", "threads"), [("steps", None), ("native", 1), ("native", 2)])
@pytest.mark.parametrize("how", [plain, everything, early_stopping])
def test_a_run_goes_on_from_every_place(engine: str, threads: int | None, how: Any) -> None:
    never_stopped, log, where = network(), Log(), {"engine": engine, "threads": threads}
    history = fit(never_stopped, how(), callbacks=[log], **where)
    for count, description, arrays in log.states:
        net, rest = network(seed=9), Log()  # other parameters: all of them must come from the state
        state = State.from_dict(json.loads(description), arrays)
        again = fit(net, how(), callbacks=[rest], state=state, **where)
        assert rest.events == log.events[count:]
        assert bits(net) == bits(never_stopped)
        assert untimed(again) == untimed(history)
    assert (
        len(log.states) == len(history.epochs) * 5
    )  # four steps, the last one before its epoch's record, and that


def test_early_stopping_is_not_vacuous() -> None:
    history = fit(network(), early_stopping(), engine="steps")
    assert (history.best_epoch, len(history.epochs)) == (2, 3)


def test_the_arrays_are_views() -> None:
    net = network()
    seen: list[State] = []

    class Look(Callback):
        def on_step(self, run: Run) -> None:
            state = run.state()
            assert state is not None
            seen.append(state)

    fit(net, {"optimizer": "adam"}, callbacks=[Look()], engine="steps")
    for state in (seen[0], seen[-1]):
        assert state.arrays.keys() == {
            f"{kind}.{name}" for kind in ("values", "velocity", "square") for name in net.parameters
        }
        assert np.shares_memory(state.arrays["values.conv1.W"], net.parameters["conv1.W"])
        for kind in ("velocity", "square"):
            first = seen[0].arrays[f"{kind}.conv1.W"]
            assert np.shares_memory(state.arrays[f"{kind}.conv1.W"], first)


@pytest.mark.parametrize("engine", ["steps", "native"])
def test_the_same_network_goes_on_after_ctrl_c(engine: str) -> None:
    """The state's arrays are then the network's own, and are what the run begins with all the same."""
    never_stopped, net = network(), network()
    expected = fit(never_stopped, everything(), engine=engine)
    states: list[State | None] = []

    class Stop(Callback):
        def on_step(self, run: Run) -> None:
            if (run.epoch, run.step) == (2, 3):
                signal.raise_signal(signal.SIGINT)

        def on_end(self, run: Run) -> None:
            states.append(run.state())

    with pytest.raises(Interrupted):
        fit(net, everything(), engine=engine, callbacks=[Stop()])
    history = fit(net, everything(), engine=engine, state=states[0])
    assert bits(net) == bits(never_stopped)
    assert untimed(history) == untimed(expected)


def state_after(count: int, how: dict[str, Any]) -> State:
    log = Log()
    fit(network(), how, callbacks=[log], engine="steps")
    _, description, arrays = log.states[count]
    return State.from_dict(json.loads(description), arrays)


def test_a_state_is_not_changed_by_the_run_that_goes_on() -> None:
    state = state_after(5, early_stopping())
    before = json.dumps(state.to_dict()), {name: value.tobytes() for name, value in state.arrays.items()}
    for _ in range(2):
        fit(network(), early_stopping(), state=state, engine="steps")
        now = json.dumps(state.to_dict()), {name: value.tobytes() for name, value in state.arrays.items()}
        assert now == before


def test_what_a_run_that_goes_on_shows() -> None:
    state = state_after(6, plain())  # two steps of epoch 2
    seen: list[Any] = []

    class Look(Callback):
        def on_start(self, run: Run) -> None:
            seen.append((run.epoch, run.step, run.images_seen, run.resumed, len(run.history.epochs)))
            seen.append(run.loss == state.loss / 8)

    fit(network(), plain(), state=state, callbacks=[Look()], engine="steps")
    assert seen == [(2, 2, 14 + 8, 14 + 8, 1), True]


def test_a_finished_run_has_nothing_left_to_do() -> None:
    log = Log()
    net = network()
    history = fit(net, plain(), callbacks=[log], engine="steps")
    _, description, arrays = log.states[-1]
    again, rest = network(seed=9), Log()
    state = State.from_dict(json.loads(description), arrays)
    assert untimed(fit(again, plain(), state=state, callbacks=[rest], engine="steps")) == untimed(history)
    assert rest.events == []
    assert bits(again) == bits(net)


def test_without_patience_the_best_epoch_of_before_ends_nothing() -> None:
    state = state_after(-1, early_stopping())  # which is to end here
    how = {**early_stopping(), "patience": 0}
    history = fit(network(), how, state=state, engine="steps")
    assert len(history.epochs) == EPOCHS


# There and back


def description(**changes: Any) -> dict[str, Any]:
    return {**State(0, 2, 1.5, START, History()).to_dict(), **changes}


def test_there_and_back() -> None:
    state = state_after(7, early_stopping())
    again = State.from_dict(json.loads(json.dumps(state.to_dict(), allow_nan=False)), state.arrays)
    assert again == state
    assert again.optimizer == OptimizerState(7, state.optimizer.power1, state.optimizer.power2)
    assert again.best_loss == state.best_loss is not None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "'history'"),
        ({**description(), "more": 1}, "unexpected keyword argument 'more'"),
        ({key: value for key, value in description().items() if key != "loss"}, "'loss'"),
        (description(step=-1), r"epochs and step must be whole numbers >= 0; got \(0, -1\)"),
        (description(epochs=True), r"epochs and step must be whole numbers >= 0; got \(True, 2\)"),
        (description(epochs=1), "its history must be of its 1 epochs; got 0"),
        (description(loss="1.5"), "loss must be a number; got '1.5'"),
        (description(best_loss=True), "best_loss must be a number; got True"),
        (description(history="?"), "line 1 must be a JSON object"),
        (description(history=None), "has no attribute"),
        (description(optimizer={"steps": -1}), "steps must be a whole number >= 0; got -1"),
        (description(optimizer=3), ""),
    ],
)
def test_what_is_no_description_of_a_state(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(FileFormatError, match=rf"^the checkpoint's state is not that of a run: .*{why}"):
        State.from_dict(wrong, {})


# What is refused


def refused(change: Any, error: type[Exception], sentence: str, **more: Any) -> None:
    state = state_after(6, early_stopping())
    net = network()
    before = bits(net)
    with pytest.raises(error, match=f"^Network.fit: {sentence}$"):
        fit(net, {**early_stopping(), **more}, state=change(state), engine="steps")
    assert bits(net) == before


def with_arrays(state: State, **arrays: Any) -> State:
    changed = {**state.arrays, **{name.replace("__", "."): value for name, value in arrays.items()}}
    return replace(state, arrays={name: value for name, value in changed.items() if value is not None})


def test_a_state_is_a_state() -> None:
    refused(State.to_dict, DtypeError, r"state must be a State, as run.state\(\) gives it; got a dict")


@pytest.mark.parametrize(
    ("epochs", "step"), [(5, 0), (4, 1), (1, 5)], ids=["behind the end", "in no epoch", "in no step"]
)
def test_a_state_lies_within_the_run(epochs: int, step: int) -> None:
    sentence = (
        r"state must lie within the run, epochs=4 of 4 steps; "
        f"got step {step} after {epochs} epochs"
    )
    refused(lambda state: replace(state, epochs=epochs, step=step), ArgumentError, sentence)


@pytest.mark.parametrize(
    "name", ["values__conv1__W", "velocity__dense1__b", "square__conv1__b", "best__conv1__W"]
)
def test_a_state_has_all_arrays(name: str) -> None:
    shape = {"conv1__W": r"\(3, 3, 1, 3\)", "dense1__b": r"\(1, 3\)", "conv1__b": r"\(1, 1, 1, 3\)"}
    sentence = (
        f"state must hold {name.replace('__', '.')}, float32 of shape {shape[name.partition('__')[2]]}, for this "
        "network and Adam; got none"
    )
    refused(lambda state: with_arrays(state, **{name: None}), ArgumentError, sentence)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (np.zeros((3, 3), np.float32), r"float32 of shape \(3, 3\)"),
        (np.zeros((3, 3, 1, 3)), r"float64 of shape \(3, 3, 1, 3\)"),
    ],
)
def test_a_state_s_arrays_fit(value: Any, got: str) -> None:
    refused(
        lambda state: with_arrays(state, values__conv1__W=value),
        ArgumentError,
        rf"state must hold values.conv1.W, float32 of shape \(3, 3, 1, 3\), .*; got {got}",
    )


def test_a_state_s_arrays_are_finite() -> None:
    bad = np.full((1, 3), np.nan, np.float32)
    refused(
        lambda state: with_arrays(state, best__dense1__b=bad),
        ArgumentError,
        "the arrays of state must be finite; best.dense1.b is not",
    )
