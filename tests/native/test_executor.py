"""Both engines on the same programs; and the same bits with any number of threads, on any machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fullstride.errors import EngineError
from fullstride.layers import BatchNorm, Conv, MaxPool, ReLU
from fullstride.native.executor import NativeExecutor
from fullstride.native.kernels import KernelName
from fullstride.native.machine import TARGETS, detect
from fullstride.program import Inputs, Interpreter, Program, Update
from tests.support.close import assert_close
from tests.support.kernels import DTYPES, assert_same_bits
from tests.support.programs import (
    NORMALIZED,
    OUT,
    PROGRAMS,
    batch,
    chain,
    store_of,
    typed,
    without_loss,
)
from tests.support.random_programs import random_images, random_vectors

TOLERANCE = {
    "float64": {"rtol": 0.0, "atol": 1e-10},
    "float32": {"rtol": 2e-4, "atol": 2e-5},
}
every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)


every_dtype = pytest.mark.parametrize("dtype", DTYPES)

IN_FLOAT32 = (
    "pooling first",
    "two convolutions without a pool",
    "stride 2",
    "average pooling",
    "pad 2 with f 5",
    "Dense only",
    "overlapping pools",
    "ReLU behind Flatten",
    "two inputs and a ReLU",
    "read by a convolution and a flatten",
    "residual",
    "a wide layer behind normalization",
    "a value that two 3x3 convolutions read",
)
"""The arithmetic differs from float64 by its lanes alone; what is planned does not, so some programs are enough."""

JOINED = (
    "batch normalization first",
    "residual",
    "nested",
    "a wide layer behind normalization",
    "a value that two wide layers read",
    "a block of 3x3 filters",
)
"""Programs whose threads meet between images: phases, memory of a whole batch, outputs that threads share."""

DEEP = chain(
    Conv(5, 3, pad=1), ReLU(), MaxPool(2), Conv(17, 3, stride=2, pad=1), ReLU(), *OUT, shape=(9, 8, 3)
)
"""Lanes that are not filled, a stride, padding: what differs most from machine to machine."""


@pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, "float64") for name in PROGRAMS), *((name, "float32") for name in IN_FLOAT32)],
)
def test_engines_agree(name: str, dtype: str) -> None:
    """Losses, gradients, several updates with momentum, and the output."""
    program = typed(PROGRAMS[name], dtype)
    X, y, rows = batch(program, 11)
    slow, fast = store_of(program), store_of(program)
    interpreter, native = Interpreter(program, slow), NativeExecutor(program, fast)
    tolerance = TOLERANCE[dtype]
    before = fast.value_block.copy()
    cost, expected = interpreter.gradients(X, y, rows)
    loss, gradients = native.gradients(X, y, rows)
    assert_close(loss, cost, rtol=1e-5 if dtype == "float32" else 1e-12)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        assert gradient.any(), f"{name}: a gradient of zeros proves nothing"
        assert_close(gradient, expected[name], **tolerance)
    assert (fast.value_block == before).all(), "gradients() updates nothing"
    for step in range(3):
        taken = rows[step : step + 6]
        costs = [engine.train_step(X, y, taken, Update(0.02, 0.9)) for engine in (interpreter, native)]
        assert_close(costs[1], costs[0], rtol=1e-4 if dtype == "float32" else 1e-10)
    for name in program.parameters:
        assert_close(fast.values[name], slow.values[name], **tolerance)
        assert_close(fast.velocity[name], slow.velocity[name], **tolerance)
    assert_close(native.forward(X), interpreter.forward(X), **tolerance)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("draw", [random_images, random_vectors])
def test_engines_agree_on_random_programs(draw: Callable[[int], Program], seed: int) -> None:
    """What nobody thought of: who shares a place, in which phase, with whom."""
    program = typed(draw(seed), "float64")
    X, y, rows = batch(program, 9)
    slow, fast = store_of(program), store_of(program)
    interpreter, native = Interpreter(program, slow), NativeExecutor(program, fast, 2)
    cost, expected = interpreter.gradients(X, y, rows)
    loss, gradients = native.gradients(X, y, rows)
    assert_close(loss, cost, rtol=1e-10)
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], rtol=1e-8, atol=1e-8)
    for engine in (interpreter, native):
        engine.train_step(X, y, rows[:5], Update(0.001, 0.9))
    for name in program.parameters:
        assert_close(fast.values[name], slow.values[name], rtol=1e-7, atol=1e-8)
    assert_close(native.forward(X), interpreter.forward(X), rtol=1e-7, atol=1e-8)


def test_gradients_leave_the_running_statistics_alone() -> None:
    program = typed(NORMALIZED["two blocks"], "float64")
    X, y, rows = batch(program, 5)
    native = NativeExecutor(program, store_of(program))
    before = native.store.value_block.copy()
    native.gradients(X, y, rows)
    assert_same_bits(native.store.value_block, before)


@every_program
def test_output_without_a_loss(program: Program) -> None:
    program = without_loss(typed(program, "float64"))
    X, _, _ = batch(program, 9)
    store = store_of(program)
    out = NativeExecutor(program, store).forward(X)
    assert_close(out, Interpreter(program, store).forward(X), rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    "cut",
    [
        *("pooling first", "average pooling", "pad 2 with f 5", "ReLU twice", "two inputs"),
        *("a block of 3x3 filters", "normalization of a sum", "a sum of two normalized values"),
    ],
)
def test_images_as_output(cut: str) -> None:
    """A program may end with an image, with a border or without."""
    whole = typed(PROGRAMS[cut], "float64")
    program = Program(whole.input_shape, whole.nodes[:-2], loss=None, dtype="float64")
    X, _, _ = batch_of_images(program)
    store = store_of(program)
    out = NativeExecutor(program, store).forward(X)
    assert out.shape == (len(X), *program.shapes[program.output])
    assert_close(out, Interpreter(program, store).forward(X), rtol=0, atol=1e-10)


def test_a_folded_normalization_as_output() -> None:
    whole = chain(Conv(3, 3, pad=1), BatchNorm(0.1), *OUT)
    program = Program(whole.input_shape, whole.nodes[:-2], loss=None, dtype="float64")
    X, _, _ = batch_of_images(program)
    store = store_of(program)
    native = NativeExecutor(program, store)
    assert_close(native.forward(X), Interpreter(program, store).forward(X), rtol=0, atol=1e-12)
    assert not any("batch_norm_forward" in kernel for _, kernel in native.implementation())


def batch_of_images(program: Program) -> tuple[Any, Any, Any]:
    X = np.random.default_rng(1).standard_normal((5, *program.input_shape)).astype(program.dtype)
    return X, None, None


@every_program
def test_gradients_by_differences(program: Program) -> None:
    """The loss along a random direction of all parameters, with random labels (so dZ is random too)."""
    program = typed(program, "float64")
    X, y, rows = batch(program, 6)
    store = store_of(program)
    native = NativeExecutor(program, store)
    _, gradients = native.gradients(X, y, rows)
    generator = np.random.default_rng(3)
    start = {name: values.copy() for name, values in store.values.items()}
    for name in program.trained:
        direction = generator.standard_normal(start[name].shape)
        direction /= np.linalg.norm(direction)
        losses = []
        for step in (1e-6, -1e-6):
            store.values[name][...] = start[name] + step * direction
            losses.append(native.gradients(X, y, rows)[0])
        store.values[name][...] = start[name]
        numerical = (losses[0] - losses[1]) / 2e-6
        assert_close(np.sum(gradients[name] * direction), numerical, rtol=1e-6, atol=2e-8)


# The same bits


def trained(dtype: str, threads: int, m: int = 21, program: Program = DEEP) -> tuple[Any, ...]:
    """Loss and gradients of the first step, then values, velocities and output after five."""
    program = typed(program, dtype)
    X, y, rows = batch(program, m)
    store = store_of(program)
    native = NativeExecutor(program, store, threads)
    loss, gradients = native.gradients(X, y, rows)
    for step in range(5):
        native.train_step(X, y, np.roll(rows, step), Update(0.1, 0.9))
    first = np.concatenate([gradient.ravel() for gradient in gradients.values()])
    results = (np.float64(loss), first, store.value_block, store.velocity_block, native.forward(X[:7]))
    assert all(np.isfinite(result).all() for result in results)
    return results


def assert_all_same_bits(actual: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    for one, other in zip(actual, expected, strict=True):
        assert_same_bits(one, other)


@pytest.mark.parametrize("threads", [2, 3, 4])
@every_dtype
def test_threads_do_not_change_a_bit(dtype: str, threads: int) -> None:
    assert_all_same_bits(trained(dtype, threads), trained(dtype, 1))


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "128"])
@every_dtype
def test_machines_do_not_change_a_bit(target: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTRIDE_TARGET", target)
    try:
        detect()
    except EngineError as error:
        pytest.skip(str(error))
    results = trained(dtype, 2)
    monkeypatch.setenv("FULLSTRIDE_TARGET", "128")
    assert_all_same_bits(results, trained(dtype, 1))


@pytest.mark.parametrize(
    "name", ["overlapping pools", "same", "Dense only", "read by a convolution and a flatten", *JOINED]
)
def test_other_programs_have_the_same_bits_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    results = trained("float32", 2, program=PROGRAMS[name])
    monkeypatch.setenv("FULLSTRIDE_TARGET", "128")
    assert_all_same_bits(results, trained("float32", 1, program=PROGRAMS[name]))


@pytest.mark.parametrize("m", [1, 5, 8, 13, 64])
def test_batch_sizes(m: int) -> None:
    """Fewer images than shards, as many, more; never a bit that depends on the threads."""
    results = trained("float64", 3, m)
    assert_all_same_bits(results, trained("float64", 1, m))
    program = typed(DEEP, "float64")
    X, y, rows = batch(program, m)
    cost, expected = Interpreter(program, store_of(program)).gradients(X, y, rows)
    assert_close(results[0], cost, rtol=1e-12)
    flat = np.concatenate([expected[name].ravel() for name in program.parameters])
    assert_close(results[1], flat, rtol=0, atol=1e-10)


@every_dtype
@pytest.mark.parametrize("name", JOINED)
def test_batch_sizes_and_threads_of_programs_that_join(name: str, dtype: str) -> None:
    program = PROGRAMS[name]
    for m in (1, 3, 7, 64):
        expected = trained(dtype, 1, m, program)
        for threads in (2, 3, 5):
            assert_all_same_bits(trained(dtype, threads, m, program), expected)
        if dtype == "float64" and m < 64:
            exact = typed(program, dtype)
            X, y, rows = batch(exact, m)
            cost, gradients = Interpreter(exact, store_of(exact)).gradients(X, y, rows)
            assert_close(expected[0], cost, rtol=1e-10)
            flat = np.concatenate([gradients[name].ravel() for name in exact.trained])
            assert_close(expected[1], flat, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", JOINED)
def test_a_larger_batch_and_a_smaller_one_leave_nothing_behind(name: str) -> None:
    """Memory of the batch grows, and holds what larger batches have left."""
    program = typed(PROGRAMS[name], "float32")
    native = NativeExecutor(program, store_of(program), 2)
    for m in (3, 9, 2, 17, 1, 9):
        X, y, rows = batch(program, m)
        cost, gradients = native.gradients(X, y, rows)
        alone, expected = NativeExecutor(program, store_of(program), 1).gradients(X, y, rows)
        assert cost == alone
        for name, gradient in gradients.items():
            assert_same_bits(gradient, expected[name])


@every_dtype
@pytest.mark.parametrize("program", [DEEP, *(PROGRAMS[name] for name in JOINED)], ids=["deep", *JOINED])
def test_an_image_alone_is_the_image_in_a_batch(program: Program, dtype: str) -> None:
    program = typed(program, dtype)
    native = NativeExecutor(program, store_of(program))
    X, _, _ = batch(program, 18)
    together = native.forward(X)
    for i in range(len(X)):
        assert_same_bits(native.forward(X[i : i + 1])[0], together[i])
    assert_same_bits(native.forward(X[3:12]), together[3:12])


@every_dtype
def test_bytes_with_a_scale_are_numbers_scaled_before(dtype: str) -> None:
    program = typed(DEEP, dtype)
    generator = np.random.default_rng(0)
    X = generator.integers(0, 256, (9, *program.input_shape), np.uint8)
    scaled = X.astype(dtype) * np.dtype(dtype).type(1 / 255)
    y, rows = generator.integers(0, 5, 9), np.arange(9)
    native = NativeExecutor(program, store_of(program))
    loss, gradients = native.gradients(X, y, rows, Inputs(1 / 255))
    expected_loss, expected = native.gradients(scaled, y, rows)
    assert loss == expected_loss
    for name, gradient in gradients.items():
        assert_same_bits(gradient, expected[name])
    assert_same_bits(native.forward(X, Inputs(1 / 255)), native.forward(scaled))


def test_two_runs_give_the_same_bits() -> None:
    assert_all_same_bits(trained("float32", 2), trained("float32", 2))


# What else an executor promises


@pytest.mark.parametrize("program", [DEEP, *(PROGRAMS[name] for name in JOINED)], ids=["deep", *JOINED])
def test_an_empty_batch(program: Program) -> None:
    """No loss and no gradient; a step changes nothing where nothing moves, running statistics least of all."""
    program = typed(program, "float32")
    X, y, _ = batch(program, 3)
    native, nobody = NativeExecutor(program, store_of(program), 2), np.empty(0, np.int64)
    loss, gradients = native.gradients(X, y, nobody)
    assert loss == 0.0
    assert not any(gradient.any() for gradient in gradients.values())
    assert native.forward(X[:0]).shape == (0, *program.shapes[program.output])
    native.store.velocity_block[...] = 0
    before = native.store.value_block.copy()
    for rows in (nobody, nobody):
        assert native.train_step(X, y, rows, Update(0.1, 0.9)) == 0.0
    assert_same_bits(native.store.value_block, before)
    assert not native.store.velocity_block.any()


def test_rows_choose_the_images() -> None:
    """A row may come twice; images that are not chosen are not looked at."""
    program = typed(DEEP, "float64")
    X, y, _ = batch(program, 6)
    native = NativeExecutor(program, store_of(program))
    rows = np.array([4, 1, 4])
    loss, gradients = native.gradients(X, y, rows)
    X[[0, 2, 3, 5]] = np.nan
    assert native.gradients(X, y, rows)[0] == loss
    expected_loss, expected = native.gradients(X[rows], y[rows], np.arange(3))
    assert loss == expected_loss
    for name, gradient in gradients.items():
        assert_same_bits(gradient, expected[name])


def test_a_program_without_a_loss_is_not_trained() -> None:
    program = without_loss(PROGRAMS["Dense only"])
    native = NativeExecutor(program, store_of(program))
    X = np.zeros((2, *program.input_shape), program.dtype)
    with pytest.raises(EngineError, match="NativeExecutor: a program without a loss cannot be trained"):
        native.gradients(X, np.zeros(2, np.int64), np.arange(2))


def test_a_normalization_between_phases_and_a_wide_layer_have_their_kernels() -> None:
    program = typed(PROGRAMS["a wide layer behind normalization"], "float32")
    native = NativeExecutor(program, store_of(program))
    ran = {
        node: [KernelName.parse(name).operation for name in text.split(", ")]
        for node, text in native.implementation()
        if "__" in text
    }
    assert ran["dense1"] == ["linear_batch_forward", "linear_batch_gradient", "linear_batch_input_gradient"]
    assert ran["batch_norm1"] == [
        *("batch_norm_sums", "batch_norm_statistics", "batch_norm_forward", "batch_norm_gradient_sums"),
        *(
            "batch_norm_gradient_statistics",
            "batch_norm_backward",
            "batch_norm_gradients",
            "batch_norm_running",
        ),
    ]


def test_what_runs_each_operation() -> None:
    """A kernel for every node that has work of its own, in the order of the program."""
    program = typed(DEEP, "float32")
    native = NativeExecutor(program, store_of(program))
    ran = dict(native.implementation())
    assert list(ran) == ["X", *(node.output for node in program.nodes), "loss", "update"]
    assert ran["relu1"] == ran["relu2"] == "with its neighbours: no work of its own"
    kernels = {
        node: [KernelName.parse(name) for name in text.split(", ")]
        for node, text in ran.items()
        if "__" in text
    }
    assert [name.operation for name in kernels["max_pool1"]] == ["max_pool_forward", "max_pool_backward"]
    assert [name.operation for name in kernels["conv1"]] == ["conv_forward", "conv_weight_gradient"]
    assert kernels["conv1"][0].geometry.endswith("_relu")
    # Stride 2: dA has four residue classes, each with its own flipped filters.
    assert {name.operation for name in kernels["conv2"]} >= {"conv_input_gradient", "conv_flip_filters"}
    assert {name.machine for names in kernels.values() for name in names} == {detect().name}


def test_closing_gives_back_the_code() -> None:
    program = typed(PROGRAMS["Dense only"], "float32")
    X, y, rows = batch(program, 3)
    native = NativeExecutor(program, store_of(program))
    first = native.gradients(X, y, rows)[0]
    native.close()
    assert native.gradients(X, y, rows)[0] == first
