"""Updates and losses of a whole step: both engines, the guard, and the same bits whatever runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, EngineError, ShapeError
from fullstride.layers import BatchNorm, Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.native.executor import NativeExecutor
from fullstride.native.kernels import KernelName
from fullstride.native.machine import TARGETS, detect
from fullstride.program import (
    PLAIN,
    SGD,
    START,
    Adam,
    AdamW,
    Cost,
    Interpreter,
    Optimizer,
    Program,
    Update,
)
from tests.support.close import assert_close
from tests.support.kernels import DTYPES, assert_same_bits
from tests.support.programs import CLASSES, PROGRAMS, batch, chain, store_of, typed

every_dtype = pytest.mark.parametrize("dtype", DTYPES)

NETS = {
    "normalized": chain(
        *(Conv(6, 3, pad=1), BatchNorm(), ReLU(), MaxPool(2), Flatten(), Dense(CLASSES)), shape=(6, 6, 2)
    ),
    "wide": PROGRAMS["a wide layer behind normalization"],
}
WEIGHTS = tuple(0.5 + k for k in range(CLASSES))
STEPS: dict[str, tuple[Optimizer, float | None, Cost]] = {
    "Nesterov": (SGD(nesterov=True, weight_decay=0.1), None, PLAIN),
    "SGD, clipped": (SGD(weight_decay=0.1), 0.5, Cost(0.1)),
    "Adam": (Adam(weight_decay=0.1), None, Cost(class_weights=WEIGHTS)),
    "AdamW, clipped": (AdamW(weight_decay=0.1), 0.5, Cost(0.1, WEIGHTS)),
}
every_step = pytest.mark.parametrize("step", STEPS)
every_case = pytest.mark.parametrize(
    ("step", "net"),
    [*((step, "normalized") for step in STEPS), ("SGD, clipped", "wide"), ("AdamW, clipped", "wide")],
)


def regression(program: Program) -> Program:
    return replace(program, loss="mean_squared_error")


def run(executor: Any, step: str, given: Any, cost: Cost | None = None, count: int = 4) -> list[float]:
    """Losses of some steps, from moments of zero."""
    (optimizer, clip, usual), (X, y, rows), state = STEPS[step], given, START
    executor.store.reset()
    losses = []
    for number in range(count):
        update = optimizer.update(0.01, state, clip)
        rolled = np.roll(rows, number)[:7]
        losses.append(executor.train_step(X, y, rolled, update, cost=usual if cost is None else cost))
        state = optimizer.advance(state)
        assert (executor.last_norm is None) == (clip is None)
    return losses


def state_of(executor: Any) -> list[Any]:
    store = executor.store
    blocks = [store.value_block, store.velocity_block, *([store.square_block] if store.has_squares else [])]
    return [block.copy() for block in blocks]


@every_case
def test_engines_agree(step: str, net: str) -> None:
    program = typed(NETS[net], "float64")
    given = batch(program, 11)
    slow, fast = Interpreter(program, store_of(program)), NativeExecutor(program, store_of(program), 2)
    assert_close(run(fast, step, given), run(slow, step, given), rtol=1e-8)
    if slow.last_norm is not None:
        assert_close(fast.last_norm, slow.last_norm, rtol=1e-8)
        assert slow.last_norm > 0.5, "clipping was not asked for"
    names = ["values", "velocity", "square"][: 3 if slow.store.has_squares else 2]
    for views in names:
        for name in program.trained:
            ours, theirs = getattr(fast.store, views)[name], getattr(slow.store, views)[name]
            if not name.endswith(".b"):  # a bias before a normalization: its gradient is nothing but rounding
                assert_close(ours, theirs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("net", ["normalized"])
def test_engines_agree_on_squared_errors(net: str) -> None:
    program = regression(typed(NETS[net], "float64"))
    X, y, rows = batch(program, 11)
    slow, fast = Interpreter(program, store_of(program)), NativeExecutor(program, store_of(program), 2)
    loss, expected = slow.gradients(X, y, rows)
    ours, gradients = fast.gradients(X, y, rows)
    assert_close(ours, loss, rtol=1e-12)
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], rtol=1e-8, atol=1e-10)
    assert_close(
        run(fast, "Nesterov", (X, y, rows), PLAIN), run(slow, "Nesterov", (X, y, rows), PLAIN), rtol=1e-9
    )
    assert_close(fast.forward(X), slow.forward(X), rtol=1e-8, atol=1e-9)
    values = slow.walk_inference(X)[program.output]
    assert_close(slow.forward(X), values)


@pytest.mark.parametrize("cost", [Cost(0.1), Cost(class_weights=WEIGHTS), Cost(0.2, WEIGHTS)])
def test_gradients_of_a_weighted_cost(cost: Cost) -> None:
    """Those that are asked for; and one cost after the other, with the same code."""
    program = typed(NETS["normalized"], "float64")
    X, y, rows = batch(program, 11)
    slow, fast = Interpreter(program, store_of(program)), NativeExecutor(program, store_of(program), 2)
    fast.gradients(X, y, rows, cost=Cost(0.5, WEIGHTS[::-1]))
    loss, expected = slow.gradients(X, y, rows, cost=cost)
    ours, gradients = fast.gradients(X, y, rows, cost=cost)
    assert_close(ours, loss, rtol=1e-12)
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], rtol=1e-8, atol=1e-10)
    assert fast.gradients(X, y, rows[:0], cost=cost)[0] == 0.0


@pytest.mark.parametrize("cost", [PLAIN, Cost(0.2, WEIGHTS), None])
def test_gradients_of_weighted_images(cost: Cost | None) -> None:
    """Of each loss (None: the squared error), with the weights of the rows of the batch; then of none again."""
    program = typed(NETS["normalized"], "float64")
    program, cost = (regression(program), PLAIN) if cost is None else (program, cost)
    X, y, rows = batch(program, 11)
    weights = np.random.default_rng(5).uniform(0.01, 3.0, len(X))
    slow, fast = Interpreter(program, store_of(program)), NativeExecutor(program, store_of(program), 2)
    for own in (weights, weights[::-1].copy(), None):
        loss, expected = slow.gradients(X, y, rows, cost=cost, weights=own)
        ours, gradients = fast.gradients(X, y, rows, cost=cost, weights=own)
        assert_close(ours, loss, rtol=1e-12)
        for name, gradient in gradients.items():
            assert_close(gradient, expected[name], rtol=1e-8, atol=1e-10)
    assert fast.gradients(X, y, rows[:0], cost=cost, weights=weights)[0] == 0.0
    assert "weigh_images" not in operations(fast, "loss")
    fast.train_step(X, y, rows, Adam().update(0.1), cost=cost, weights=weights)
    assert operations(fast, "loss")[1:] == ["weigh_images", "sum_losses"]


@every_dtype
def test_equal_weights_of_images_change_no_bit(dtype: str) -> None:
    program = typed(NETS["normalized"], dtype)
    X, y, rows = batch(program, 11)
    native = NativeExecutor(program, store_of(program))
    # Eight images: dividing by their number has no rounding.
    loss, expected = native.gradients(X, y, rows[:8])
    weighed, gradients = native.gradients(X, y, rows[:8], weights=np.full(len(X), 3.0))
    assert weighed == loss
    for name, gradient in gradients.items():
        assert_same_bits(gradient, expected[name])


@every_dtype
def test_a_clip_that_is_never_reached_changes_no_bit(dtype: str) -> None:
    program = typed(NETS["wide"], dtype)
    X, y, rows = batch(program, 9)
    plain, clipped = (NativeExecutor(program, store_of(program), 2) for _ in range(2))
    for number in range(3):
        taken = np.roll(rows, number)[:6]
        assert plain.train_step(X, y, taken, Update(0.01, 0.9)) == clipped.train_step(
            X, y, taken, Update(0.01, 0.9, clip=1e9)
        )
    for one, other in zip(state_of(plain), state_of(clipped), strict=True):
        assert_same_bits(one, other)
    assert plain.last_norm is None
    assert clipped.last_norm is not None


@every_dtype
def test_an_update_may_change_from_step_to_step(dtype: str) -> None:
    """Its numbers are those of the step, whatever the steps before had, and whichever code ran them."""
    program = typed(NETS["normalized"], dtype)
    X, y, rows = batch(program, 9)
    updates = [Update(0.1, 0.9), Update(0.1, 0.9, clip=0.1), Update(0.05), Update(0.1, 0.9, True, 0.1)]
    one, several = NativeExecutor(program, store_of(program)), store_of(program)
    for update in [*updates, *updates]:
        one.train_step(X, y, rows, update)
        NativeExecutor(program, several).train_step(X, y, rows, update)
    assert_same_bits(one.store.value_block, several.value_block)


# The guard


def bad_batch(program: Program) -> tuple[Any, Any, Any]:
    X, y, rows = batch(program, 9)
    X[rows[4]] = np.nan
    return X, y, rows


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
@every_case
def test_a_loss_that_is_not_finite_changes_nothing(step: str, net: str, engine: Any) -> None:
    """Parameters, velocities, squares and running statistics are what they were before the step."""
    program = typed(NETS[net], "float64")
    optimizer, clip, cost = STEPS[step]
    executor = engine(program, store_of(program))
    X, y, rows = bad_batch(program)
    executor.train_step(X, y, rows[:4], optimizer.update(0.01, clip=clip), cost=cost)
    before = state_of(executor)
    loss = executor.train_step(X, y, rows, optimizer.update(0.01, clip=clip), cost=cost)
    assert not np.isfinite(loss)
    for one, other in zip(state_of(executor), before, strict=True):
        assert_same_bits(one, other)
    executor.train_step(X, y, rows[:4], optimizer.update(0.01, clip=clip), cost=cost)
    assert (state_of(executor)[0] != before[0]).any()
    assert all(np.isfinite(block).all() for block in state_of(executor))


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
def test_a_squared_error_that_overflows_changes_nothing(engine: Any) -> None:
    program = regression(typed(NETS["normalized"], "float32"))
    executor = engine(program, store_of(program))
    X, y, rows = batch(program, 9)
    y[rows[2]] = 1e30
    before = state_of(executor)
    assert executor.train_step(X, y, rows, Update(0.1, 0.9)) == np.inf
    for one, other in zip(state_of(executor), before, strict=True):
        assert_same_bits(one, other)


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
def test_a_norm_that_is_not_finite_changes_nothing_and_is_told(engine: Any) -> None:
    """The loss is finite, but a gradient of the first layer, whose output is 0, overflows."""
    program = typed(chain(Dense(3), Dense(2), shape=(2,)), "float64")
    store = store_of(program)
    store.values["dense1.W"][...], store.values["dense1.b"][...] = 0, 0
    store.values["dense2.W"][...] = [[1e200, -1e200]] * 3
    executor = engine(program, store)
    X, y, rows = batch(program, 5)
    before = state_of(executor)
    loss = executor.train_step(1e150 * X, y, rows, Update(0.1, 0.9, clip=1.0))
    assert np.isfinite(loss)
    assert executor.last_norm is not None
    assert not np.isfinite(executor.last_norm)
    for one, other in zip(state_of(executor), before, strict=True):
        assert_same_bits(one, other)


# The same bits


@every_case
@every_dtype
def test_threads_do_not_change_a_bit(dtype: str, step: str, net: str) -> None:
    program = typed(NETS[net], dtype)
    given = batch(program, 13)
    results = []
    for threads in (1, 2, 5):
        executor = NativeExecutor(program, store_of(program), threads)
        results.append([np.array(run(executor, step, given)), *state_of(executor)])
        assert all(np.isfinite(result).all() for result in results[-1])
    for others in results[1:]:
        for one, other in zip(results[0], others, strict=True):
            assert_same_bits(one, other)


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "128"])
@every_step
@every_dtype
def test_machines_do_not_change_a_bit(
    dtype: str, step: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for name in (target, "128"):
        monkeypatch.setenv("FULLSTRIDE_TARGET", name)
        try:
            detect()
        except EngineError as error:
            pytest.skip(str(error))
        program = typed(NETS["normalized"], dtype)
        executor = NativeExecutor(program, store_of(program), 2)
        results.append([np.array(run(executor, step, batch(program, 13))), *state_of(executor)])
    for one, other in zip(*results, strict=True):
        assert_same_bits(one, other)


# What runs, and what is refused


def test_what_was_made_ready_is_what_runs() -> None:
    program = typed(NETS["normalized"], "float32")
    native = NativeExecutor(program, store_of(program))
    assert operations(native, "update") == ["sgd_update"]
    assert operations(native, "loss") == ["softmax_cross_entropy", "sum_losses"]
    images = np.zeros((1, *program.input_shape), np.float32)
    native.prepare(images, Adam().update(0.1, clip=1.0), cost=Cost(0.1))
    assert operations(native, "update") == ["square_sums", "clip_factor", "adam_update"]
    assert operations(native, "loss") == ["weighted_cross_entropy", "sum_losses"]
    native.close()
    program = regression(program)
    native = NativeExecutor(program, store_of(program))
    assert operations(native, "loss") == ["mean_squared_error", "sum_losses"]


def operations(native: NativeExecutor, node: str) -> list[str]:
    return [KernelName.parse(name).operation for name in dict(native.implementation())[node].split(", ")]


def test_squares_take_memory_for_adam_alone() -> None:
    program = typed(NETS["normalized"], "float32")
    store = store_of(program)
    native = NativeExecutor(program, store)
    native.train_step(*batch(program, 5), Update(0.1, 0.9, clip=1.0))
    assert not store.has_squares
    native.train_step(*batch(program, 5), Adam().update(0.1))
    assert store.has_squares


@pytest.mark.parametrize("engine", [Interpreter, NativeExecutor])
def test_a_cost_that_does_not_fit_is_refused(engine: Any) -> None:
    program = typed(NETS["normalized"], "float32")
    executor, name = engine(program, store_of(program)), engine.__name__
    X, y, rows = batch(program, 5)
    with pytest.raises(ShapeError, match=rf"^{name}: class_weights must hold one number for each of the"):
        executor.train_step(X, y, rows, Update(0.1), cost=Cost(class_weights=(1.0,)))
    program = regression(program)
    executor = engine(program, store_of(program))
    X, y, rows = batch(program, 5)
    with pytest.raises(
        ArgumentError, match=rf"^{name}: smoothing and class_weights belong to a cross-entropy"
    ):
        executor.gradients(X, y, rows, cost=Cost(0.1))


def test_targets_of_another_shape_or_dtype_are_refused() -> None:
    program = regression(typed(NETS["normalized"], "float32"))
    native = NativeExecutor(program, store_of(program))
    X, y, rows = batch(program, 5)
    for wrong in (y.astype(np.float64), y[:, :2], np.asfortranarray(y), y[:, 0], np.zeros(8, np.int64)):
        with pytest.raises(
            ArgumentError,
            match=rf"^NativeExecutor: y must be a C-contiguous float32 array of shape \(m, {CLASSES}\); got ",
        ):
            native.gradients(X, wrong, rows)
