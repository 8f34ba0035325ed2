"""The learning-rate finder: what it does, what it says, and that nothing stays of it."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from fullstride.data import Preprocessing
from fullstride.data.digits import digits
from fullstride.errors import TrainingError
from fullstride.layers import BatchNorm, Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.network import Network
from fullstride.program import SGD, START, Adam, Inputs, ParameterStore, lower
from fullstride.random import permutation
from fullstride.steps import Augmentation
from fullstride.training import Finding, Part, Settings, find_lr

ENGINES = ["steps", "native"]


class Scripted:
    """An executor whose losses and norms are prescribed; every step spoils all that the store keeps."""

    def __init__(self, losses: list[float], norms: list[float] | None = None) -> None:
        self.store = ParameterStore(lower([Flatten(), Dense(2)], (1, 1, 1), "float64"))
        self.store.initialize(3)
        self.losses, self.norms = losses, norms
        self.rows: list[Any] = []
        self.updates: list[Any] = []
        self.inputs: list[Inputs] = []
        self.last_norm: float | None = None

    def train_step(
        self, X: Any, y: Any, rows: Any, update: Any, inputs: Inputs, cost: Any, weights: Any
    ) -> float:
        number = len(self.rows)
        self.rows.append(rows)
        self.updates.append(update)
        self.inputs.append(inputs)
        self.last_norm = None if self.norms is None else self.norms[number]
        self.store.value_block += 1
        self.store.velocity_block += 1
        return self.losses[min(number, len(self.losses) - 1)]

    def forward(self, X: Any, inputs: Any) -> Any:
        return np.zeros((len(X), 2))

    def find(self, m: int = 10, size: int = 4, steps: int = 10, rows: Any = None, **more: Any) -> Finding:
        settings = Settings(1, size, 0.0, seed=7, **more)
        part = Part(np.zeros((m, 1, 1, 1)), np.zeros(m, np.int64), rows)
        return find_lr(self, self.store, part, settings, 1e-3, 10.0, steps)  # type: ignore[arg-type]


def test_each_rate_is_the_same_multiple_of_the_one_before() -> None:
    executor = Scripted([1.0])
    found = executor.find(steps=13)
    assert found.rates == tuple(update.lr for update in executor.updates)
    assert found.rates == pytest.approx([1e-3 * 10 ** (step / 3) for step in range(13)], rel=1e-12)
    assert (found.rates[0], found.rates[-1]) == (1e-3, 10.0)
    assert not found.diverged


def test_whole_batches_of_as_many_epochs_as_are_needed() -> None:
    executor = Scripted([1.0])
    augmentation = Augmentation(flip=True)
    executor.find(m=10, size=4, steps=10, inputs=Inputs(0.5, augmentation=augmentation))
    for step, rows in enumerate(executor.rows):  # two of the three batches of an epoch are whole
        epoch, batch = divmod(step, 2)
        assert rows.tolist() == permutation(7, epoch, 10)[4 * batch : 4 * batch + 4].tolist()
        assert executor.inputs[step] == Inputs(0.5, augmentation=augmentation, seed=7, epoch=epoch)


def test_fewer_images_than_a_batch() -> None:
    executor = Scripted([1.0])
    executor.find(m=9, size=100, rows=np.array([8, 2, 5]))
    assert [sorted(rows.tolist()) for rows in executor.rows] == [[2, 5, 8]] * 10


def test_memory_of_a_mapped_file_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(Part, "release", lambda self, images: read.append(images))
    Scripted([1.0]).find(size=4, steps=10)
    assert read == [4] * 10


def test_the_optimizer_s_numbers_advance() -> None:
    executor, optimizer = Scripted([1.0]), Adam(beta1=0.5)
    executor.find(optimizer=optimizer, clip=3.0)
    state = START
    for update in executor.updates:
        assert update == optimizer.update(update.lr, state, 3.0)
        state = optimizer.advance(state)


def test_losses_are_smoothed_by_hand() -> None:
    losses = [2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    found = Scripted(losses).find()
    assert found.losses == tuple(losses)
    # 0.1 * 2 / (1 - 0.9);  0.1 * (0.9 * 2 + 1) / (1 - 0.81);  0.1 * (0.81 * 2 + 0.9 + 1) / (1 - 0.729)
    assert found.smoothed[:3] == pytest.approx([2.0, 0.28 / 0.19, 0.352 / 0.271], rel=1e-12)


def test_the_suggestion_is_a_tenth_of_the_rate_of_the_lowest_loss() -> None:
    found = Scripted([3.0, 2.0, 1.0, 0.5, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]).find()
    assert int(np.argmin(found.smoothed)) == 3
    assert found.suggestion == found.rates[3] / 10


def test_it_stops_where_the_loss_has_grown() -> None:
    executor = Scripted([1.0, 1.0, 1.0, 100.0, 1.0])
    found = executor.find()
    assert found.diverged
    assert len(executor.rows) == len(found.rates) == len(found.losses) == len(found.smoothed) == 4


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_it_stops_where_the_loss_is_not_finite(bad: float) -> None:
    executor = Scripted([1.0, 0.9, bad])
    found = executor.find()
    assert found.diverged
    assert len(executor.rows) == 3
    assert len(found.rates) == len(found.losses) == 2


def test_it_stops_where_an_update_was_skipped_for_its_norm() -> None:
    executor = Scripted([1.0], norms=[1.0, 2.0, math.inf])
    found = executor.find(clip=1.0)
    assert found.diverged
    assert len(found.rates) == 2
    assert not Scripted([1.0], norms=[math.nan] * 10).find().diverged  # without a clip nobody looks at it


@pytest.mark.parametrize(
    ("losses", "norms", "what"),
    [
        ([math.nan], None, "the loss is nan"),
        ([1.0], [math.inf], "the norm of the gradients is inf"),
    ],
)
def test_not_finite_at_once_is_an_error(losses: Any, norms: Any, what: str) -> None:
    executor = Scripted(losses, norms)
    before = executor.store.value_block.copy()
    sentence = (
        rf"^Network.find_lr: {what} at the lowest rate, 0.001, already \(on 4 of its images alone every tensor is "
        r"finite\)$"
    )
    with pytest.raises(TrainingError, match=sentence):
        executor.find(clip=None if norms is None else 1.0)
    assert np.array_equal(executor.store.value_block, before)


def test_nothing_stays_to_the_bit() -> None:
    for optimizer in (SGD(), Adam()):
        for losses in ([1.0], [1.0, math.nan], [math.nan]):
            executor = Scripted(losses)
            store = executor.store
            blocks = [store.value_block, store.velocity_block, store.square_block]
            for number, block in enumerate(blocks):
                block += 0.1 * number
            before = [block.copy() for block in blocks]
            try:
                executor.find(optimizer=optimizer)
            except TrainingError:
                assert losses == [math.nan]
            assert len(executor.rows) > 0
            for block, copy in zip(blocks, before, strict=True):
                assert block.tobytes() == copy.tobytes()


def test_nothing_stays_after_ctrl_c_either() -> None:
    executor = Scripted([1.0])
    before = executor.store.value_block.copy()

    def stop(*arguments: Any) -> float:
        executor.store.value_block += 1
        raise KeyboardInterrupt

    executor.train_step = stop  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        executor.find()
    assert np.array_equal(executor.store.value_block, before)


def test_it_says_what_it_found() -> None:
    found = Finding((0.01, 0.1, 1.0), (2.0, 1.0, 8.0), (2.0, 1.25, 6.0), 0.01, True)
    assert str(found) == (
        "try lr = 0.01 (the loss was lowest, 1.2500, at 0.1; from 0.01 to 1, where the loss had grown)"
    )
    found = Finding((0.01, 0.1), (2.0, 1.0), (2.0, 1.25), 0.01, False)
    assert str(found).endswith("from 0.01 to 0.1, the largest that was tried)")


# With real networks


def network(seed: int = 0) -> Network:
    layers = (*(Conv(3, 3, pad=1), BatchNorm(), ReLU(), MaxPool(2)), Flatten(), Dense(3))
    return Network(*layers, input_shape=(4, 4, 1), seed=seed)


def data(m: int = 24) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    y = generator.integers(0, 3, m)
    return (generator.random((m, 4, 4, 1)) + y[:, None, None, None]).astype(np.float32), y


def bits(net: Network) -> dict[str, bytes]:
    """Parameters, running statistics, and what the optimizers keep."""
    store = net._store
    blocks = {"velocity": store.velocity_block.tobytes(), "square": store.square_block.tobytes()}
    return {**blocks, **{name: value.tobytes() for name, value in net.parameters.items()}}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_no_trace_in_a_network_and_the_same_answer_twice(engine: str, optimizer: str) -> None:
    X, y = data()
    net, untouched = network(), network()
    for each in (net, untouched):
        each.fit(X, y, batch_size=8, lr=0.01, optimizer=optimizer, engine=engine)
    before = bits(net)
    how = {"batch_size": 8, "steps": 30, "optimizer": optimizer, "engine": engine}
    found = [net.find_lr(X, y, **how) for _ in range(2)]
    assert found[0] == found[1]
    assert min(found[0].losses) < found[0].losses[0]  # it has trained
    assert bits(net) == before
    for each in (net, untouched):
        each.fit(X, y, batch_size=8, lr=0.01, optimizer=optimizer, engine=engine)
    assert bits(net) == bits(untouched)


def test_threads_change_nothing() -> None:
    X, y = data()
    found = [network().find_lr(X, y, batch_size=8, steps=20, threads=threads) for threads in (1, 2)]
    assert found[0] == found[1]


def test_a_network_that_overflows_is_told_where() -> None:
    net = network()
    net.parameters["conv1.W"][...] = 3e38
    sentence = "Network.find_lr: the loss is nan at the lowest rate, 1e-05, already (the first tensor "
    with pytest.raises(TrainingError, match="^" + re.escape(sentence)):
        net.find_lr(*data())


def test_the_suggestion_trains_the_digits() -> None:
    from fullstride.runs.defaults import default_network

    X, y = digits()
    net = default_network((8, 8, 1), 10, 0)
    net.preprocessing = Preprocessing((8, 8, 1), 1 / 16)
    found = net.find_lr(X, y, batch_size=32)
    assert 0.005 <= found.suggestion <= 0.2
    history = net.fit(X, y, epochs=3, batch_size=32, lr=found.suggestion)
    assert history.epochs[-1]["loss"] < 0.2


def test_interpreter_and_native_agree_on_the_losses() -> None:
    X, y = data()
    found = {engine: network().find_lr(X, y, batch_size=8, steps=10, engine=engine) for engine in ENGINES}
    assert found["native"].losses == pytest.approx(found["steps"].losses, rel=1e-4)
