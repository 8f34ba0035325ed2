"""Training on normalized and augmented images: as training on images that were made so before, to the bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride.errors import EngineError
from fullstride.native.executor import NativeExecutor
from fullstride.native.machine import TARGETS, detect
from fullstride.native.predictor import NativePredictor
from fullstride.program import Inputs, Interpreter, Program, Update
from fullstride.program.planning import PLAINEST, Structure
from fullstride.steps import Augmentation
from tests.support.close import assert_close
from tests.support.kernels import assert_same_bits, every_dtype
from tests.support.programs import NORMALIZED, PROGRAMS, store_of, typed

EVERYTHING = Augmentation(1, True, True, 0.5, 30, (0.7, 1.4), 2)
ALL = {**PROGRAMS, **NORMALIZED}
NAMES = (
    "two convolutions without a pool",
    "Dense only",
    "batch normalization",
    "batch normalization first",
    "residual",
    "a wide layer first",
)
"""A plain one, a flat one, and those that load images again in a later phase, or leave them to one."""


def given(program: Program, as_bytes: bool, m: int = 11) -> tuple[Any, Any, Inputs]:
    generator = np.random.default_rng(2)
    shape = (m, *program.input_shape)
    X: Any = generator.integers(0, 256, shape, np.uint8)
    X = X if as_bytes else generator.standard_normal(shape).astype(program.dtype)
    n_C = program.input_shape[-1]
    mean, std = tuple(0.4 + 0.01 * c for c in range(n_C)), tuple(0.3 + 0.02 * c for c in range(n_C))
    y = generator.integers(0, program.shapes[program.output][0], m)
    flat = len(program.input_shape) == 1  # a single pixel: a cutout would leave nothing
    drawn = replace(EVERYTHING, cutout=0) if flat else EVERYTHING
    return X, y, Inputs(1 / 255, mean, std, drawn, seed=3, epoch=1)


@pytest.mark.parametrize("as_bytes", [False, True], ids=["numbers", "bytes"])
@pytest.mark.parametrize("name", NAMES)
@every_dtype
def test_as_a_step_on_images_that_were_augmented_before(name: str, dtype: str, as_bytes: bool) -> None:
    program = typed(ALL[name], dtype)
    X, y, inputs = given(program, as_bytes)
    rows = np.array([4, 0, 10, 4, 7, 2, 1])
    made = inputs.batch(X, rows, dtype)
    assert not np.array_equal(made, replace(inputs, augmentation=None).batch(X, rows, dtype))
    one, other = (NativeExecutor(program, store_of(program), threads) for threads in (2, 3))
    for step in range(2):
        losses = (
            one.train_step(X, y, rows, Update(0.05, 0.9), inputs),
            other.train_step(made, y[rows], np.arange(len(rows)), Update(0.05, 0.9)),
        )
        assert losses[0] == losses[1], step
    assert_same_bits(one.store.value_block, other.store.value_block)
    loss, gradients = one.gradients(X, y, rows, inputs)
    expected_loss, expected = other.gradients(made, y[rows], np.arange(len(rows)))
    assert loss == expected_loss
    for parameter, gradient in gradients.items():
        assert_same_bits(gradient, expected[parameter])


@pytest.mark.parametrize("name", ["two convolutions without a pool", "batch normalization first"])
def test_engines_agree(name: str) -> None:
    program = typed(ALL[name], "float64")
    X, y, inputs = given(program, True)
    rows = np.array([3, 9, 0, 5, 5])
    cost, expected = Interpreter(program, store_of(program)).gradients(X, y, rows, inputs)
    native = NativeExecutor(program, store_of(program))
    loss, gradients = native.gradients(X, y, rows, inputs)
    assert_close(loss, cost, rtol=1e-12)
    for parameter, gradient in gradients.items():
        assert_close(gradient, expected[parameter], atol=1e-10)
    assert_close(
        native.forward(X, inputs), Interpreter(program, store_of(program)).forward(X, inputs), atol=1e-12
    )


def trained(threads: int, dtype: str, name: str = "batch normalization first") -> Any:
    program = typed(ALL[name], dtype)
    X, y, inputs = given(program, True, 21)
    native = NativeExecutor(program, store_of(program), threads)
    for epoch in range(4):
        order = np.random.default_rng(epoch).permutation(21)
        for rows in (order[:13], order[13:]):
            native.train_step(X, y, rows, Update(0.05, 0.9), replace(inputs, epoch=epoch))
    return native.store.value_block


@every_dtype
def test_threads_and_machines_do_not_change_a_bit(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = trained(1, dtype)
    for threads in (2, 3, 4):
        assert_same_bits(trained(threads, dtype), expected)
    for target in TARGETS:
        monkeypatch.setenv("FULLSTRIDE_TARGET", target)
        try:
            detect()
        except EngineError:
            continue  # "128" at least runs wherever this does
        assert_same_bits(trained(2, dtype), expected)


def test_a_new_epoch_or_augmentation_needs_no_new_code() -> None:
    program = typed(ALL["two convolutions without a pool"], "float32")
    X, y, inputs = given(program, True)
    native, rows = NativeExecutor(program, store_of(program)), np.arange(11)
    drawn = replace(inputs, augmentation=Augmentation(cutout=1))
    losses = [
        native.gradients(X, y, rows, one)[0]
        for one in (inputs, drawn, replace(inputs, epoch=2), replace(inputs, seed=4), inputs)
    ]
    assert list(native._training) == [Structure(augmented=True)]
    assert losses[4] == losses[0]
    assert len(set(losses)) == 4
    native.gradients(X, y, rows, replace(inputs, augmentation=None))
    assert list(native._training) == [Structure(augmented=True), PLAINEST]


def test_a_new_normalization_is_seen() -> None:
    program = typed(ALL["two convolutions without a pool"], "float64")
    X, y, inputs = given(program, True)
    native, rows = NativeExecutor(program, store_of(program)), np.arange(11)
    plain = replace(inputs, augmentation=None)
    for one in (plain, Inputs(0.25), plain, replace(plain, mean=()), replace(plain, std=())):
        loss, _ = native.gradients(X, y, rows, one)
        assert loss == native.gradients(one.images(X, "float64"), y, rows, Inputs(3.0))[0]
        assert_same_bits(native.forward(X, one), native.forward(one.images(X, "float64")))


def test_predictions_are_normalized_and_never_augmented() -> None:
    program = typed(ALL["two convolutions without a pool"], "float32")
    X, _, inputs = given(program, True)
    native = NativeExecutor(program, store_of(program))
    expected = native.forward(inputs.images(X, "float32"))
    assert_same_bits(native.forward(X, inputs), expected)
    predictor = NativePredictor(program, store_of(program), inputs, 2)
    assert_same_bits(predictor.many(X), expected)
    assert_same_bits(predictor.one(X[:1]), expected[:1])


def test_what_runs_is_what_was_trained_last() -> None:
    program = typed(ALL["Dense only"], "float32")
    X, y, inputs = given(program, True)
    native = NativeExecutor(program, store_of(program))
    assert dict(native.implementation())["X"].startswith("load_images__")
    native.gradients(X, y, np.arange(3), inputs)
    assert dict(native.implementation())["X"].startswith("load_augmented__")
