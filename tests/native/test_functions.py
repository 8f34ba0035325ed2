"""The course's functions natively, against the blackboard, over a few hundred random geometries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fullstride
from fullstride import steps
from fullstride.geometry import Window
from fullstride.native import functions
from fullstride.native.kernels import KernelName
from fullstride.native.kernels.convolution import conv_tile
from fullstride.native.machine import detect
from fullstride.program.function_plans import plan_conv_forward
from tests.support.cases import views
from tests.support.close import assert_close
from tests.support.kernels import DTYPES

GROUPS, CONVOLUTIONS, POOLS = 5, 9, 8
"""In each dtype 5 * 9 geometries of a convolution, and 5 * 8 of a pool in each mode: 250 together."""


def tolerance(dtype: str, terms: int) -> dict[str, float]:
    """float64: the promised 1e-10; float32: rounding of sums of `terms` numbers of size 1."""
    if dtype == "float64":
        return {"rtol": 0.0, "atol": 1e-10}
    return {"rtol": 1e-5, "atol": 1e-6 * max(terms, 4) ** 0.5}


def channel_counts(dtype: str) -> list[int]:
    lanes = detect().lanes(dtype)
    return [1, 2, 3, lanes - 1, lanes, lanes + 1, 2 * lanes + 1]


def one_or_pair(generator: Any, lowest: int, highest: int) -> Any:
    first, second = (int(n) for n in generator.integers(lowest, highest + 1, 2))
    return first if generator.random() < 0.5 else (first, second)


def draw_pad(generator: Any) -> Any:
    kind = generator.integers(0, 5)
    if kind == 0:
        return "same"
    if kind == 1:
        return "valid"
    if kind == 2:
        a, b, c, d = (int(n) for n in generator.integers(0, 3, 4))
        return (a, b), (c, d)
    return one_or_pair(generator, 0, 2)


def draw_convolution(generator: Any, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    """A_prev, W, b and hparameters; m, sizes, strides and pads of every kind that is allowed."""
    counts = channel_counts(dtype)
    n_C_prev, n_C = (int(generator.choice(counts)) for _ in range(2))
    f = tuple(int(n) for n in generator.integers(1, 5, 2))
    stride, pad = one_or_pair(generator, 1, 4), draw_pad(generator)
    n = tuple(int(k) + size for k, size in zip(f, generator.integers(0, 6, 2), strict=True))
    m = int(generator.choice([0, 1, 1, 2, 3, 9]))
    A_prev = generator.standard_normal((m, *n, n_C_prev)).astype(dtype)
    W = generator.standard_normal((*f, n_C_prev, n_C)).astype(dtype)
    b = generator.standard_normal((1, 1, 1, n_C)).astype(dtype)
    return A_prev, W, b, {"stride": stride, "pad": pad}


def assert_result(actual: Any, expected: Any, dtype: str, terms: int) -> None:
    assert actual.dtype == np.dtype(dtype)
    assert actual.flags.c_contiguous
    assert_close(actual, expected, **tolerance(dtype, terms))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("group", range(GROUPS))
def test_convolution(group: int, dtype: str) -> None:
    generator = np.random.default_rng((group, DTYPES.index(dtype)))
    for _ in range(CONVOLUTIONS):
        A_prev, W, b, hparameters = draw_convolution(generator, dtype)
        before = [array.copy() for array in (A_prev, W, b)]
        Z, cache = functions.conv_forward(A_prev, W, b, hparameters)
        expected, _ = steps.conv_forward(A_prev, W, b, hparameters)
        assert_result(Z, expected, dtype, W.size // W.shape[3])
        dZ = generator.standard_normal(Z.shape).astype(dtype)
        given = dZ.copy()
        results = functions.conv_backward(dZ, cache)
        references = steps.conv_backward(dZ, cache)
        for result, reference in zip(results, references, strict=True):
            assert_result(result, reference, dtype, max(dZ.size // dZ.shape[3], W.shape[0] * W.shape[3]))
        for array, copy in zip((A_prev, W, b, dZ), (*before, given), strict=True):
            assert (array == copy).all()
        assert [id(part) for part in cache] == [id(part) for part in (A_prev, W, b, hparameters)]


def draw_pool(generator: Any, dtype: str, mode: str) -> tuple[Any, dict[str, Any]]:
    f, stride = one_or_pair(generator, 1, 4), one_or_pair(generator, 1, 5)
    tall, wide = f if isinstance(f, tuple) else (f, f)
    n = tuple(int(k) + int(generator.integers(0, 6)) for k in (tall, wide))
    m, n_C = int(generator.choice([0, 1, 1, 2, 5])), int(generator.choice(channel_counts(dtype)))
    A_prev = generator.standard_normal((m, *n, n_C)).astype(dtype)
    if mode == "max":
        kind = generator.integers(0, 4)
        if kind >= 1:
            A_prev = np.round(A_prev)  # ties
        if kind >= 2:
            A_prev[generator.random(A_prev.shape) < 0.3] = -np.inf
        if kind == 3:
            A_prev[generator.random(A_prev.shape) < 0.1] = np.nan
    return A_prev, {"f": f, "stride": stride}


@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("group", range(GROUPS))
def test_pooling(group: int, dtype: str, mode: str) -> None:
    generator = np.random.default_rng((group, DTYPES.index(dtype), len(mode)))
    for _ in range(POOLS):
        A_prev, hparameters = draw_pool(generator, dtype, mode)
        before = A_prev.copy()
        A, cache = functions.pool_forward(A_prev, hparameters, mode)
        expected, _ = steps.pool_forward(A_prev, hparameters, mode)
        assert_result(A, expected, dtype, 16)
        dA = generator.standard_normal(A.shape).astype(dtype)
        given = dA.copy()
        dA_prev = functions.pool_backward(dA, cache, mode)
        assert_result(dA_prev, steps.pool_backward(dA, cache, mode), dtype, 16)
        assert A_prev.tobytes() == before.tobytes()
        assert (dA == given).all()
        assert cache[0] is A_prev
        assert cache[1] is hparameters


# The kernels run, and no step in their place


def names_of_new_runners(call: Any) -> tuple[Any, list[KernelName]]:
    """What a call returns, and the kernels of the runners that it made or took."""
    functions._runners._runners.clear()
    result = call()
    runners = functions._runners._runners.values()
    return result, [KernelName.parse(name) for runner in runners for _, name in runner.kernels]


@pytest.mark.parametrize("dtype", DTYPES)
def test_kernels_run(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a step ran in the kernel's place")

    for name in ("conv_forward", "conv_backward", "pool_forward", "pool_backward"):
        monkeypatch.setattr(steps, name, refuse)
    A_prev, W = np.ones((2, 5, 5, 3), dtype), np.ones((3, 3, 3, 4), dtype)
    b = np.zeros((1, 1, 1, 4), dtype)
    hparameters = {"stride": 2, "pad": 1}
    (Z, cache), names = names_of_new_runners(lambda: functions.conv_forward(A_prev, W, b, hparameters))
    assert [name.operation for name in names] == ["zero_pad", "conv_forward"]
    assert str(names[1]).startswith("conv_forward__f3x3_s2x2_3x3x3_to_4__")
    _, names = names_of_new_runners(lambda: functions.conv_backward(Z, cache))
    assert {"conv_weight_gradient", "conv_input_gradient", "conv_flip_filters", "shard_sum"} <= {
        name.operation for name in names
    }
    for mode in ("max", "average"):
        pool = {"f": 2, "stride": 2}
        (A, cache), names = names_of_new_runners(lambda m=mode, p=pool: functions.pool_forward(A_prev, p, m))
        assert [name.operation for name in names] == [f"{mode}_pool_forward"]
        _, names = names_of_new_runners(lambda m=mode, a=A, c=cache: functions.pool_backward(a, c, m))
        assert names[-1].operation == f"{mode}_pool_backward"
    assert {name.dtype for name in names} == {dtype}
    assert {name.machine for name in names} == {detect().name}


def test_the_top_level_names_are_the_native_ones() -> None:
    for name in functions.__all__:
        assert getattr(fullstride, name) is getattr(functions, name)
        assert getattr(fullstride, name) is not getattr(steps, name)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("offset", [-1, 0, 1])
@pytest.mark.parametrize("times", [1, 2])
def test_positions_around_a_tile(times: int, offset: int, dtype: str) -> None:
    """times * columns + offset output columns: the rest of a tile has one column, or all but one."""
    lanes = detect().lanes(dtype)

    def stage_of(n_W: int) -> Any:
        window, _ = Window.over((1, n_W), (1, 1), 1, 0, "test")
        return plan_conv_forward(detect(), dtype, (1, n_W), 2, lanes, window).phases[-1].calls[-1].stage

    columns = conv_tile(stage_of(97), detect()).columns
    n_W = max(times * columns + offset, 1)
    generator = np.random.default_rng(n_W)
    A_prev = generator.standard_normal((2, 1, n_W, 2)).astype(dtype)
    W = generator.standard_normal((1, 1, 2, lanes)).astype(dtype)
    b = generator.standard_normal((1, 1, 1, lanes)).astype(dtype)
    Z, _ = functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    expected = np.einsum("ihwc,ck->ihwk", A_prev.astype(np.float64), W[0, 0]) + b
    assert_result(Z, expected, dtype, 2)


# What callers hand in


def convolution(A_prev: Any, W: Any, b: Any) -> Any:
    Z, cache = functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 1})
    return Z, *functions.conv_backward(Z, cache)


@pytest.mark.parametrize("dtype", DTYPES)
def test_views(dtype: str) -> None:
    generator = np.random.default_rng(0)
    arrays = [
        generator.standard_normal(shape).astype(dtype) for shape in ((2, 4, 3, 3), (2, 2, 3, 5), (1, 1, 1, 5))
    ]
    expected = convolution(*arrays)
    for position, array in enumerate(arrays):
        for name, view in views(array):
            results = convolution(*arrays[:position], view, *arrays[position + 1 :])
            for result, reference in zip(results, expected, strict=True):
                assert (result == reference).all(), (position, name)
                assert result.dtype == reference.dtype
    pooled, _ = functions.pool_forward(arrays[0], {"f": 2, "stride": 1})
    for name, view in views(arrays[0]):
        A, cache = functions.pool_forward(view, {"f": 2, "stride": 1})
        assert (pooled == A).all(), name
        for dA_name, dA in views(pooled):
            dA_prev = functions.pool_backward(dA, cache)
            assert (dA_prev == steps.pool_backward(pooled, cache)).all(), (name, dA_name)


def test_integers_become_float64() -> None:
    A_prev = np.arange(18, dtype=np.uint8).reshape(1, 3, 3, 2)
    W, b = np.arange(8).reshape(2, 2, 2, 1), np.array([[[[5]]]], np.int16)
    Z, cache = functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    expected, _ = steps.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    assert Z.dtype == np.float64
    assert (expected == Z).all()
    for result, reference in zip(
        functions.conv_backward(Z.astype(int), cache), steps.conv_backward(Z, cache), strict=True
    ):
        assert result.dtype == np.float64
        assert (result == reference).all()
    A, _ = functions.pool_forward(A_prev, {"f": 2, "stride": 1}, mode="average")
    assert A.dtype == np.float64
    assert A[0, 0, 0].tolist() == [4.0, 5.0]  # the mean of 0, 2, 6, 8 and of 1, 3, 7, 9


def test_an_empty_batch_has_zero_gradients() -> None:
    A_prev, W, b = np.ones((0, 4, 4, 2)), np.ones((3, 3, 2, 5)), np.ones((1, 1, 1, 5))
    Z, cache = functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    assert Z.shape == (0, 2, 2, 5)
    dA_prev, dW, db = functions.conv_backward(Z, cache)
    assert dA_prev.shape == (0, 4, 4, 2)
    assert dW.shape == W.shape
    assert not dW.any()
    assert db.shape == b.shape
    assert not db.any()
    A, cache = functions.pool_forward(A_prev, {"f": 2, "stride": 2})
    assert A.shape == (0, 2, 2, 2)
    assert functions.pool_backward(A, cache).shape == (0, 4, 4, 2)


def test_a_wide_filter_is_read_in_blocks() -> None:
    """Rows of W of 1 KB and more are brought into another order first; the sums are the same."""
    generator = np.random.default_rng(0)
    A_prev, W = generator.standard_normal((2, 3, 3, 2)), generator.standard_normal((2, 2, 2, 131))
    b = generator.standard_normal((1, 1, 1, 131))
    (Z, _), names = names_of_new_runners(
        lambda: functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 1})
    )
    assert "conv_block_filters" in {name.operation for name in names}
    assert_close(Z, steps.conv_forward(A_prev, W, b, {"stride": 1, "pad": 1})[0], rtol=0, atol=1e-10)


def test_a_nan_in_a_pool_is_the_maximum_and_gets_the_gradient() -> None:
    A_prev = np.array([[1.0, np.nan], [np.nan, 3.0]]).reshape(1, 2, 2, 1)
    A, cache = functions.pool_forward(A_prev, {"f": 2, "stride": 2})
    assert np.isnan(A).all()
    assert functions.pool_backward(np.full_like(A, 7.0), cache).ravel().tolist() == [0, 7, 0, 0]


def test_results_can_be_used_as_the_next_input_at_once() -> None:
    """The memory that a runner keeps is its own: an earlier result is not written by a later call."""
    A_prev, W, b = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1))
    first, cache = functions.conv_forward(A_prev, W, b, {"stride": 1, "pad": 0})
    gradients = functions.conv_backward(first, cache)
    copies = [array.copy() for array in (first, *gradients)]
    second, cache = functions.conv_forward(2 * A_prev, W, b, {"stride": 1, "pad": 0})
    functions.conv_backward(second, cache)
    for array, copy in zip((first, *gradients), copies, strict=True):
        assert (array == copy).all()


# Refusals: the same sentence, word for word

ONES = np.ones((2, 4, 4, 3))
FILTERS, BIASES = np.ones((2, 2, 3, 5)), np.ones((1, 1, 1, 5))
PLAIN = {"stride": 1, "pad": 0}
CONV_CACHE = (ONES, FILTERS, BIASES, PLAIN)
POOL_CACHE = (ONES, {"f": 2, "stride": 2})
REFUSED = {
    "a list": ("conv_forward", ([[1.0]], FILTERS, BIASES, PLAIN)),
    "rank": ("conv_forward", (ONES[0], FILTERS, BIASES, PLAIN)),
    "channels": ("conv_forward", (ONES, np.ones((2, 2, 4, 5)), BIASES, PLAIN)),
    "biases": ("conv_forward", (ONES, FILTERS, np.ones((1, 1, 1, 4)), PLAIN)),
    "mixed dtypes": ("conv_forward", (ONES.astype(np.float32), FILTERS, BIASES, PLAIN)),
    "complex": ("conv_forward", (ONES * 1j, FILTERS, BIASES, PLAIN)),
    "filter too large": ("conv_forward", (ONES[:, :1], FILTERS, BIASES, PLAIN)),
    "stride 0": ("conv_forward", (ONES, FILTERS, BIASES, {"stride": 0, "pad": 0})),
    "negative stride": ("conv_forward", (ONES, FILTERS, BIASES, {"stride": (1, -1), "pad": 0})),
    "negative pad": ("conv_forward", (ONES, FILTERS, BIASES, {"stride": 1, "pad": -1})),
    "unknown pad": ("conv_forward", (ONES, FILTERS, BIASES, {"stride": 1, "pad": "full"})),
    "no stride": ("conv_forward", (ONES, FILTERS, BIASES, {"pad": 0})),
    "unknown key": ("conv_forward", (ONES, FILTERS, BIASES, {**PLAIN, "dilation": 2})),
    "no channels": ("conv_forward", (ONES[..., :0], FILTERS[:, :, :0], BIASES, PLAIN)),
    "shape of dZ": ("conv_backward", (np.ones((2, 3, 3, 4)), CONV_CACHE)),
    "dtype of dZ": ("conv_backward", (np.ones((2, 3, 3, 5), np.float32), CONV_CACHE)),
    "cache": ("conv_backward", (np.ones((2, 3, 3, 5)), (ONES, FILTERS))),
    "mode": ("pool_forward", (ONES, {"f": 2, "stride": 2}, "median")),
    "window too large": ("pool_forward", (ONES, {"f": 5, "stride": 1})),
    "padded pool": ("pool_forward", (ONES, {"f": 2, "stride": 2, "pad": 1})),
    "f 0": ("pool_forward", (ONES, {"f": 0, "stride": 2})),
    "f of three": ("pool_forward", (ONES, {"f": (1, 2, 3), "stride": 2})),
    "fractional f": ("pool_forward", (ONES, {"f": 1.5, "stride": 2})),
    "shape of dA": ("pool_backward", (np.ones((2, 2, 2, 2)), POOL_CACHE)),
    "mode backward": ("pool_backward", (np.ones((2, 2, 2, 3)), POOL_CACHE, "median")),
    "cache of a pool": ("pool_backward", (np.ones((2, 2, 2, 3)), None)),
}


@pytest.mark.parametrize(("name", "arguments"), REFUSED.values(), ids=REFUSED)
def test_refusals_are_those_of_the_steps(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(fullstride.FullstrideError) as ours:
        getattr(functions, name)(*arguments)
    with pytest.raises(fullstride.FullstrideError) as theirs:
        getattr(steps, name)(*arguments)
    assert type(ours.value) is type(theirs.value)
    assert str(ours.value) == str(theirs.value)
    assert str(ours.value).startswith(f"{name}: ")
