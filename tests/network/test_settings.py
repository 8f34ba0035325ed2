"""A state is refused at the door of `Network.fit`, before anything of it is used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride import Adam, Dense, Flatten, Network
from fullstride.errors import ArgumentError, DtypeError
from fullstride.training import Callback, Run, State

X = np.arange(20, dtype=np.float32).reshape(5, 2, 2, 1) / 20
Y = np.array([0, 1, 0, 1, 0])


def network() -> Network:
    return Network(Flatten(), Dense(2), input_shape=(2, 2, 1))


def fitted(start: Network, **more: Any) -> Network:
    start.fit(X, Y, epochs=3, batch_size=2, engine="steps", **more)
    return start


class Keep(Callback):
    """The state after a step, its arrays copied."""

    def __init__(self, step: int) -> None:
        self.left = step
        self.state: State | None = None

    def on_step(self, run: Run) -> None:
        self.left -= 1
        if self.left == 0:
            state = run.state()
            assert state is not None
            self.state = replace(state, arrays={name: value.copy() for name, value in state.arrays.items()})


def state(step: int = 4, **more: Any) -> State:
    keep = Keep(step)
    fitted(network(), callbacks=[keep], **more)
    assert keep.state is not None
    return keep.state


def assert_refused(kind: type[Exception], sentence: str, **more: Any) -> None:
    start = network()
    before = {name: value.copy() for name, value in start.parameters.items()}
    with pytest.raises(kind, match=f"^Network\\.fit: state must {sentence}$"):
        fitted(start, **more)
    for name, value in start.parameters.items():
        np.testing.assert_array_equal(value, before[name])


def test_a_network_goes_on_from_a_state_to_the_same_bits() -> None:
    whole, again = fitted(network()), fitted(network(), state=state())
    for name, value in whole.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], value)


def test_what_is_no_state_is_refused() -> None:
    assert_refused(DtypeError, "be a State, or None; got a dict", state=state().to_dict())


def test_a_state_behind_the_end_of_the_run_is_refused() -> None:
    sentence = "lie within the run, of epochs=3 with 3 steps each; got epochs={}, step={}"
    assert_refused(ArgumentError, sentence.format(1, 4), state=replace(state(), step=4))
    assert_refused(ArgumentError, sentence.format(4, 1), state=replace(state(), epochs=4))


def test_a_state_of_another_optimizer_is_refused() -> None:
    kept = state(optimizer=Adam())
    assert_refused(
        ArgumentError, r"be that of such a run: there is no place for the array square\.dense1\.W", state=kept
    )
    assert_refused(
        ArgumentError,
        r"be that of such a run: the array square\.dense1\.W is missing, float32 of shape \(4, 2\)",
        state=state(),
        optimizer=Adam(),
    )
