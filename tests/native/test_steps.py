"""Operations without a kernel between native ones: any operation of any program may become one."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride.native.executor import NativeExecutor
from fullstride.native.predictor import NativePredictor
from fullstride.program import OPERATIONS, AdamUpdate, Cost, Interpreter, Node, Program, Update
from tests.support.close import assert_close
from tests.support.kernels import assert_same_bits
from tests.support.programs import BANDED, PROGRAMS, batch, store_of, typed, without_loss
from tests.support.random_programs import random_images, random_vectors

EVERY = {**PROGRAMS, **BANDED}


@pytest.fixture(autouse=True)
def own_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside each operation one that is the same, but without a kernel."""
    for name, row in list(OPERATIONS.items()):
        monkeypatch.setitem(OPERATIONS, f"own_{name}", replace(row, name=f"own_{name}", has_kernel=False))


def some_own(program: Program, seed: int) -> Program:
    """About half of the operations, at least one, without a kernel."""
    own = np.random.default_rng(seed).random(len(program.nodes)) < 0.5
    own[seed % len(own)] = True
    return replace(
        program, nodes=tuple(_own(n) if mine else n for n, mine in zip(program.nodes, own, strict=True))
    )


def _own(node: Node) -> Node:
    return Node(f"own_{node.operation}", node.inputs, node.output, node.attributes)


def assert_equal_training(program: Program, m: int = 9) -> None:
    X, y, rows = batch(program, m)
    slow, fast = store_of(program), store_of(program)
    interpreter, native = Interpreter(program, slow), NativeExecutor(program, fast, 2)
    for taken in (rows[:3], rows, rows[2:4]):  # memory of the batch grows, and holds what a larger one left
        cost, expected = interpreter.gradients(X, y, taken)
        loss, gradients = native.gradients(X, y, taken)
        assert_close(loss, cost, rtol=1e-10)
        assert gradients.keys() == expected.keys()
        for name, gradient in gradients.items():
            assert_close(gradient, expected[name], rtol=1e-8, atol=1e-8)
    for step in range(2):
        for engine in (interpreter, native):
            engine.train_step(X, y, rows[step : step + 5], Update(0.001, 0.9))
    for name in program.parameters:
        assert_close(fast.values[name], slow.values[name], rtol=1e-7, atol=1e-8)
    assert_close(native.forward(X), interpreter.forward(X), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", EVERY)
def test_engines_agree(name: str) -> None:
    assert_equal_training(typed(some_own(EVERY[name], zlib.crc32(name.encode())), "float64"))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("draw", [random_images, random_vectors])
def test_engines_agree_on_random_programs(draw: Any, seed: int) -> None:
    assert_equal_training(typed(some_own(draw(seed), seed), "float64"))


@pytest.mark.parametrize("name", ["residual", "two blocks", "three branches", "Flatten first"])
def test_all_of_them(name: str) -> None:
    program = EVERY[name]
    assert_equal_training(typed(replace(program, nodes=tuple(map(_own, program.nodes))), "float64"))


@pytest.mark.parametrize("name", ["residual", "two inputs", "a wide layer behind normalization", "same"])
def test_threads_do_not_change_a_bit(name: str) -> None:
    program = typed(some_own(EVERY[name], 5), "float32")
    X, y, rows = batch(program, 21)
    blocks = []
    for threads in (1, 3):
        store = store_of(program)
        native = NativeExecutor(program, store, threads)
        for _ in range(3):
            native.train_step(X, y, rows, Update(0.05, 0.9))
        blocks.append(np.concatenate([store.value_block, native.forward(X).ravel()]))
    assert_same_bits(*blocks)


@pytest.mark.parametrize("name", ["a block without normalization", "two inputs", "Dense only"])
def test_adam_clipping_and_weighted_classes(name: str) -> None:
    program = typed(some_own(EVERY[name], 2), "float64")
    n = program.shapes[program.output][0]
    cost = Cost(0.1, tuple(1.0 + k for k in range(n)))
    X, y, rows = batch(program, 9)
    slow, fast = store_of(program), store_of(program)
    for engine in (Interpreter(program, slow), NativeExecutor(program, fast, 2)):
        for step in range(1, 3):
            update = AdamUpdate(0.01, 0.9, 0.999, 1e-8, 0.9**step, 0.999**step, clip=0.5)
            engine.train_step(X, y, rows, update, cost=cost)
    assert_close(fast.value_block, slow.value_block, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", ["residual", "stride 2", "a normalized value that three read"])
def test_predictor_and_outputs_without_a_loss(name: str) -> None:
    program = without_loss(typed(some_own(EVERY[name], 3), "float32"))
    X, _, _ = batch(program, 9)
    store = store_of(program)
    native, predictor = NativeExecutor(program, store, 2), NativePredictor(program, store, threads=2)
    together = native.forward(X)
    assert_close(together, Interpreter(program, store).forward(X), rtol=1e-4, atol=1e-5)
    assert_same_bits(predictor.many(X), together)
    store.value_block[...] = 0  # a predictor has its own
    for i in range(len(X)):  # NumPy's sums may depend on the size of the batch
        assert_close(predictor.one(X[i : i + 1])[0], together[i], rtol=1e-4, atol=1e-5)


def test_a_step_that_fails_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither forward nor backward; the next step is as if it had never been."""
    program = typed(some_own(EVERY["residual"], 2), "float32")
    X, y, rows = batch(program, 6)
    store = store_of(program)
    native = NativeExecutor(program, store, 2)
    native.train_step(X, y, rows, Update(0.01, 0.9))
    before = store.value_block.copy(), store.velocity_block.copy()
    own = next(node.operation for node in program.nodes if node.operation.startswith("own_"))

    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    for broken in ({"forward": fail}, {"backward": fail}):
        with monkeypatch.context() as patch:
            patch.setitem(OPERATIONS, own, replace(OPERATIONS[own], **broken))
            with pytest.raises(ZeroDivisionError):
                native.train_step(X, y, rows, Update(0.01, 0.9))
        assert_same_bits(store.value_block, before[0])
        assert_same_bits(store.velocity_block, before[1])
    other = store_of(program)
    fresh = NativeExecutor(program, other, 2)
    for _ in range(2):
        fresh.train_step(X, y, rows, Update(0.01, 0.9))
    native.train_step(X, y, rows, Update(0.01, 0.9))
    assert_same_bits(store.value_block, other.value_block)


def test_a_loss_that_is_not_finite_leaves_states_alone() -> None:
    program = typed(PROGRAMS["batch normalization first"], "float32")
    program = replace(program, nodes=(_own(program.nodes[0]), *program.nodes[1:]))
    X, y, rows = batch(program, 6)
    store = store_of(program)
    X[rows[0], 0, 0, 0] = np.nan
    before = store.value_block.copy()
    assert np.isnan(NativeExecutor(program, store).train_step(X, y, rows, Update(0.01, 0.9)))
    assert_same_bits(store.value_block, before)


def test_what_runs_says_so() -> None:
    program = EVERY["stride 2"]
    program = replace(program, nodes=(*program.nodes[:1], _own(program.nodes[1]), *program.nodes[2:]))
    name = program.nodes[1].output
    said = dict(NativeExecutor(program, store_of(program)).implementation())
    assert said[name] == "its forward in Python, its backward in Python"
    assert "conv_forward" in said[program.nodes[0].output]
