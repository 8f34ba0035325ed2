"""Batch normalization, a stage at a time: replayed to the last bit, and the whole way against the step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fullstride import steps
from fullstride.program import normalization
from fullstride.program.machine import Machine
from fullstride.program.plan import SHARDS
from tests.support import normalization as replay
from tests.support.close import assert_close
from tests.support.kernels import (
    KernelCase,
    check_case,
    every_dtype,
    every_target,
    gap_view,
    images,
    machine_of,
    numbered,
    replaced,
    room,
    run_case,
    sizes,
)

TESTED = (
    normalization.ChannelSums,
    normalization.BatchStatistics,
    normalization.RunningStatistics,
    normalization.StoredStatistics,
    normalization.FoldFilters,
    normalization.Normalize,
    normalization.NormalizationSums,
    normalization.GradientStatistics,
    normalization.NormalizeBackward,
    normalization.NormalizationGradients,
)

EPSILON = 0.01
GAP = 5
"""Numbers between the sums of two shards that nobody may read."""


def normal(dtype: str, *shape: int, seed: int = 0) -> Any:
    return np.random.default_rng((seed, *shape)).standard_normal(shape).astype(dtype)


def channels(machine: Machine, dtype: str) -> list[int]:
    """Around a vector, and around the two that are summed side by side."""
    lanes = machine.lanes(dtype)
    return [*sizes(machine, dtype), 5 * lanes + 3]


def some_rows(dtype: str, n_C: int) -> Any:
    """Coefficients of which none is like another."""
    rows = replay.coefficients(
        0.5 * normal("float64", n_C),
        np.abs(normal("float64", n_C, seed=1)),
        normal(dtype, n_C, seed=2),
        normal(dtype, n_C, seed=3),
        EPSILON,
    )
    return replay.with_shares(rows, normal("float64", SHARDS, 2, n_C, seed=4), 7)


# --- sums over a shard ------------------------------------------------------------------------------------------------


def sum_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    for number, n_C in enumerate(channels(machine, dtype)):
        size, count = ((2, 3), 3) if n_C < 20 else ((3, 1), 2)
        for gaps in (False, True):
            view = gap_view(size, n_C, gaps)
            x, inside = images(view, count, size, n_C, dtype, number)
            sums = normal("float64", 2, n_C)
            yield KernelCase(
                normalization.ChannelSums(dtype, view, size, n_C),
                {"x": x, "sums": sums.reshape(-1)},
                {"sums": replay.channel_sums(inside, sums).reshape(-1)},
                count,
                exact=True,
            )


@every_dtype
@every_target
def test_sums(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for name, case in numbered(sum_cases(machine, dtype)):
        print(name)
        check_case(case, machine)


def gradient_sum_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    for number, n_C in enumerate(channels(machine, dtype)):
        size, count = ((2, 3), 3) if n_C < 20 else ((3, 1), 2)
        for gaps in ((False, False), (True, False), (False, True)):
            views = [gap_view(size, n_C, one) for one in gaps]
            dY, gradient = images(views[0], count, size, n_C, dtype, number)
            x, inside = images(views[1], count, size, n_C, dtype, number + 1)
            sums, rows = normal("float64", 2, n_C), some_rows(dtype, n_C)
            expected = replay.gradient_sums(gradient, inside, rows[replay.MEAN, :n_C], sums)
            yield KernelCase(
                normalization.NormalizationSums(dtype, *views, size, n_C),
                {"dY": dY, "x": x, "coefficients": rows.reshape(-1), "sums": sums.reshape(-1)},
                {"sums": expected.reshape(-1)},
                count,
                exact=True,
            )


@every_dtype
@every_target
def test_sums_of_the_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for name, case in numbered(gradient_sum_cases(machine, dtype)):
        print(name)
        check_case(case, machine)


def test_no_image_adds_nothing() -> None:
    view = gap_view((2, 2), 3, False)
    sums = normal("float64", 6)
    stage = normalization.ChannelSums("float32", view, (2, 2), 3)
    case = KernelCase(
        stage, {"x": np.full(12, np.nan, "float32"), "sums": sums}, {"sums": sums}, 0, exact=True
    )
    check_case(case, machine_of("128"))


# --- coefficients -----------------------------------------------------------------------------------------------------


def shards_of(sums: Any) -> tuple[Any, int]:
    """Sums (shards, 2, n_C) as they stand in memory, with a gap behind each shard's; and their distance."""
    n_C = sums.shape[2]
    stride = 2 * n_C + GAP
    flat = np.full((SHARDS, stride), np.nan)
    flat[:, : 2 * n_C] = sums.reshape(SHARDS, -1)
    return flat.reshape(-1), stride


def shard_sums(n_C: int, positions: int, seed: int = 0) -> Any:
    """Sums and sums of squares of numbers, `positions` a shard; channel 0 is constant."""
    x = normal("float64", SHARDS, positions, n_C, seed=seed) + 3
    x[:, :, 0] = 0.1
    return np.stack([x.sum(axis=1), (x * x).sum(axis=1)], axis=1)


def empty_rows(dtype: str, n_C: int) -> Any:
    return np.full(6 * normalization.coefficient_row(n_C), np.nan, dtype)


def batch_statistics_case(dtype: str, n_C: int, m: int, positions: int) -> KernelCase:
    """m images; in an empty batch the sums are 0, and so are mean and variance."""
    sums = shard_sums(n_C, m * positions // SHARDS) if m else np.zeros((SHARDS, 2, n_C))
    flat, stride = shards_of(sums)
    gamma, beta = normal(dtype, n_C), normal(dtype, n_C, seed=1)
    rows = replay.coefficients(*replay.mean_and_variance(sums, m * positions), gamma, beta, EPSILON)
    return KernelCase(
        normalization.BatchStatistics(dtype, n_C, SHARDS, stride, positions, EPSILON),
        {
            "sums": flat,
            "gamma": gamma,
            "beta": beta,
            "m": np.array([m]),
            "coefficients": empty_rows(dtype, n_C),
        },
        {"coefficients": rows.reshape(-1)},
        m,
        kind="tasks",
        exact=True,
    )


@every_dtype
@every_target
def test_batch_statistics(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in channels(machine, dtype):
        check_case(batch_statistics_case(dtype, n_C, 8, 6), machine)
    check_case(batch_statistics_case(dtype, 3, 0, 6), machine)


def test_a_variance_is_never_below_0() -> None:
    """q / N - mean^2 of a constant channel may come out a little below."""
    case = batch_statistics_case("float64", 3, 8, 6)
    sums = np.array(case.operands["sums"]).reshape(SHARDS, -1)[:, :6].reshape(SHARDS, 2, 3)
    sums[:, 1, 0] -= 1e-3
    flat, _ = shards_of(sums)
    case = KernelCase(case.stage, {**case.operands, "sums": flat}, case.expected, 8, kind="tasks")
    after = run_case(case, machine_of("128"))["coefficients"].reshape(6, -1)
    assert after[replay.INVERSE, 0] == 1 / np.sqrt(EPSILON)


@every_dtype
@every_target
def test_stored_statistics(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in channels(machine, dtype):
        mean, variance = normal(dtype, n_C), np.abs(normal(dtype, n_C, seed=1))
        gamma, beta = normal(dtype, n_C, seed=2), normal(dtype, n_C, seed=3)
        rows = replay.coefficients(mean, variance, gamma, beta, EPSILON)
        operands = {"mean": mean, "variance": variance, "gamma": gamma, "beta": beta}
        operands["coefficients"] = empty_rows(dtype, n_C)
        stage = normalization.StoredStatistics(dtype, n_C, EPSILON)
        expected = {"coefficients": rows.reshape(-1)}
        check_case(KernelCase(stage, operands, expected, kind="tasks", exact=True), machine)


def running_case(dtype: str, n_C: int, m: int, positions: int, mode: int, guard: float = 1.5) -> KernelCase:
    sums = shard_sums(n_C, m * positions // SHARDS) if m * positions >= SHARDS else np.zeros((SHARDS, 2, n_C))
    if m * positions == 1:
        sums[3] = [[2.0], [4.0]]  # one number, 2
    flat, stride = shards_of(sums)
    N, momentum = m * positions, np.dtype(dtype).type(0.3)
    old = {"mean": normal(dtype, n_C), "variance": np.abs(normal(dtype, n_C, seed=1))}
    mean, variance = replay.mean_and_variance(sums, N)
    new = {"mean": mean, "variance": variance * (N / (N - 1) if N > 1 else 1.0)}
    expected = {
        name: replay.fused(np.full(n_C, momentum), new[name].astype(dtype) - old[name], old[name])
        for name in old
    }
    operands = {"sums": flat, **old, "m": np.array([m]), "mode": np.array([mode])}
    operands["guard"] = np.array([guard])
    stage = normalization.RunningStatistics(dtype, n_C, SHARDS, stride, positions, 0.3)
    changes = mode == 0 and m > 0 and np.isfinite(guard)
    return KernelCase(stage, operands, expected if changes else {}, m, kind="tasks", exact=True)


@every_dtype
@every_target
def test_running_statistics(target: str, dtype: str) -> None:
    """They change in training alone (mode 0), and not for an empty batch; one number has no unbiased variance."""
    machine = machine_of(target)
    for n_C in channels(machine, dtype):
        check_case(running_case(dtype, n_C, 8, 3, 0), machine)
    for m, positions, mode in ((8, 3, 1), (0, 3, 0), (1, 1, 0)):
        check_case(running_case(dtype, 3, m, positions, mode), machine)


@pytest.mark.parametrize("guard", [np.nan, np.inf])
@every_dtype
def test_running_statistics_stay_where_the_guard_is_not_finite(dtype: str, guard: float) -> None:
    check_case(running_case(dtype, 3, 8, 3, 0, guard), machine_of("128"))


@every_dtype
@every_target
def test_gradient_statistics(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in channels(machine, dtype):
        for m in (5, 0):
            sums = normal("float64", SHARDS, 2, n_C) * (m > 0)
            flat, stride = shards_of(sums)
            rows = some_rows(dtype, n_C)
            operands = {"sums": flat, "m": np.array([m]), "coefficients": rows.reshape(-1)}
            expected = {"coefficients": replay.with_shares(rows, sums, m * 6).reshape(-1)}
            stage = normalization.GradientStatistics(dtype, n_C, SHARDS, stride, 6)
            check_case(KernelCase(stage, operands, expected, m, kind="tasks", exact=True), machine)


@every_dtype
@every_target
def test_gradients_of_the_parameters(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in channels(machine, dtype):
        sums = normal("float64", SHARDS, 2, n_C)
        flat, stride = shards_of(sums)
        rows = some_rows(dtype, n_C)
        dbeta, moment = replay.tree(sums)
        inverse = rows[replay.INVERSE, :n_C].astype(np.float64)
        operands = {"sums": flat, "coefficients": rows.reshape(-1)}
        operands |= {name: np.full(n_C, np.nan, dtype) for name in ("dgamma", "dbeta")}
        expected = {"dgamma": (moment * inverse).astype(dtype), "dbeta": dbeta.astype(dtype)}
        stage = normalization.NormalizationGradients(dtype, n_C, SHARDS, stride)
        check_case(KernelCase(stage, operands, expected, kind="tasks", exact=True), machine)


@every_dtype
@every_target
@pytest.mark.parametrize("bias", [False, True])
def test_folded_filters(bias: bool, target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C, terms in zip(channels(machine, dtype), (1, 2, 9, 3, 5, 2), strict=False):
        W, b = normal(dtype, terms, n_C), normal(dtype, n_C)
        mean, variance = normal(dtype, n_C, seed=1), np.abs(normal(dtype, n_C, seed=2))
        gamma, beta = normal(dtype, n_C, seed=3), normal(dtype, n_C, seed=4)
        scale = (gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + EPSILON)).astype(dtype)
        inverse = 1 / np.sqrt(variance.astype(np.float64) + EPSILON)
        scale = (gamma.astype(np.float64) * inverse).astype(dtype)
        new_b = replay.fused((b if bias else np.zeros_like(b)) - mean, scale, beta)
        operands = {
            "W": W.reshape(-1),
            "b": b,
            "mean": mean,
            "variance": variance,
            "gamma": gamma,
            "beta": beta,
        }
        operands["folded"] = np.full((terms + 1) * n_C, np.nan, dtype)
        stage = normalization.FoldFilters(dtype, terms, n_C, EPSILON, bias)
        expected = {"folded": np.concatenate([(W * scale).reshape(-1), new_b])}
        check_case(KernelCase(stage, operands, expected, kind="tasks", exact=True), machine)


# --- passes over images -----------------------------------------------------------------------------------------------


def normalize_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    """Bordered and not: the three views in turn; sizes that leave a rest of the four positions at once."""
    for number, n_C in enumerate(channels(machine, dtype)):
        for form, (size, with_residual, relu) in enumerate(
            (((2, 3), False, False), ((1, 1), True, False), ((3, 3), False, True), ((2, 5), True, True))
        ):
            if n_C > 20 and form in (0, 2):
                continue
            count = 1 + (number + form) % 2
            views = [gap_view(size, n_C, (form + k) % 2 == 1) for k in range(3)]
            x, inside = images(views[0], count, size, n_C, dtype, 1)
            residual, added = images(views[1], count, size, n_C, dtype, 2)
            y, rows = room(views[2], count, size, n_C, dtype), some_rows(dtype, n_C)
            result = replay.normalized(inside, rows)
            result = result + added if with_residual else result
            result = np.where(relu & (result <= 0), np.zeros_like(result), result)
            operands = {"x": x, "coefficients": rows.reshape(-1), "y": y}
            if with_residual:
                operands["residual"] = residual
            residual_view = views[1] if with_residual else None
            stage = normalization.Normalize(dtype, views[0], residual_view, views[2], size, n_C, relu)
            yield KernelCase(stage, operands, {"y": replaced(y, views[2], result)}, count, exact=True)


@every_dtype
@every_target
def test_normalize(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for name, case in numbered(normalize_cases(machine, dtype)):
        print(name)
        check_case(case, machine)


def backward_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    """What stands there is added first, and the mask is for the sum."""
    for number, n_C in enumerate(channels(machine, dtype)):
        for form, (size, masked, accumulate) in enumerate(
            (((2, 3), False, False), ((1, 1), True, False), ((3, 3), False, True), ((2, 5), True, True))
        ):
            if n_C > 20 and form in (0, 2):
                continue
            count = 1 + (number + form) % 2
            views = [gap_view(size, n_C, (form + k) % 2 == 1) for k in range(4)]
            dY, gradient = images(views[0], count, size, n_C, dtype, 1)
            x, inside = images(views[1], count, size, n_C, dtype, 2)
            dx, before = images(views[2], count, size, n_C, dtype, 3)
            mask, clipped = images(views[3], count, size, n_C, dtype, 4)
            rows = some_rows(dtype, n_C)
            result = replay.input_gradient(gradient, inside, rows)
            result = before + result if accumulate else result
            result = np.where(masked & (clipped <= 0), np.zeros_like(result), result)
            operands = {"dY": dY, "x": x, "coefficients": rows.reshape(-1), "dx": dx}
            if masked:
                operands["mask"] = mask
            stage = normalization.NormalizeBackward(
                dtype, *views[:3], views[3] if masked else None, size, n_C, accumulate
            )
            yield KernelCase(stage, operands, {"dx": replaced(dx, views[2], result)}, count, exact=True)


@every_dtype
@every_target
def test_input_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for name, case in numbered(backward_cases(machine, dtype)):
        print(name)
        check_case(case, machine)


# --- the whole way ----------------------------------------------------------------------------------------------------


class Kernels:
    """A normalization of a batch by its stages, each of which is run alone."""

    def __init__(self, X: Any, gamma: Any, beta: Any) -> None:
        self.machine = machine_of("128")
        self.X, self.gamma, self.beta = X, gamma, beta
        self.dtype, (self.m, *size, self.n_C) = X.dtype.name, X.shape
        self.size = (size[0], size[1])
        self.view = gap_view(self.size, self.n_C, False)
        self.positions = size[0] * size[1]
        self.coefficients = empty_rows(self.dtype, self.n_C)
        self.parameters = {"gamma": gamma, "beta": beta}

    def run(self, kind: Any, result: str, count: int, *fields: Any, **operands: Any) -> Any:
        images = "images" if hasattr(kind, "size") or "x" in operands else "tasks"
        flat = {name: np.ascontiguousarray(array).reshape(-1) for name, array in operands.items()}
        case = KernelCase(kind(self.dtype, *fields), flat, {}, count, kind=images)
        return run_case(case, self.machine)[result]

    def shards(self) -> Iterator[slice]:
        for shard in range(SHARDS):
            yield slice(-(-shard * self.m // SHARDS), -(-(shard + 1) * self.m // SHARDS))

    def forward(self) -> Any:
        sums = np.zeros((SHARDS, 2 * self.n_C))
        for shard, part in zip(sums, self.shards(), strict=True):
            x = self.X[part]
            if len(x):
                fields = (self.view, self.size, self.n_C)
                shard[:] = self.run(normalization.ChannelSums, "sums", len(x), *fields, x=x, sums=shard)
        self.coefficients = self.run(
            normalization.BatchStatistics,
            "coefficients",
            1,
            *(self.n_C, SHARDS, 2 * self.n_C, self.positions, EPSILON),
            sums=sums,
            **self.parameters,
            m=np.array([self.m]),
            coefficients=self.coefficients,
        )
        fields = (self.view, None, self.view, self.size, self.n_C)
        y = self.run(
            normalization.Normalize,
            "y",
            self.m,
            *fields,
            x=self.X,
            coefficients=self.coefficients,
            y=np.zeros_like(self.X),
        )
        return y.reshape(self.X.shape)

    def backward(self, dY: Any) -> tuple[Any, Any, Any]:
        sums, numbers = np.zeros((SHARDS, 2 * self.n_C)), (self.n_C, SHARDS, 2 * self.n_C)
        for shard, part in zip(sums, self.shards(), strict=True):
            x = self.X[part]
            if len(x):
                given = {"dY": dY[part], "x": x, "coefficients": self.coefficients, "sums": shard}
                fields = (self.view, self.view, self.size, self.n_C)
                shard[:] = self.run(normalization.NormalizationSums, "sums", len(x), *fields, **given)
        rows = self.run(
            normalization.GradientStatistics,
            "coefficients",
            1,
            *(*numbers, self.positions),
            sums=sums,
            m=np.array([self.m]),
            coefficients=self.coefficients,
        )
        given = {"dY": dY, "x": self.X, "coefficients": rows, "dx": np.zeros_like(dY)}
        fields = (self.view, self.view, self.view, None, self.size, self.n_C)
        dx = self.run(normalization.NormalizeBackward, "dx", self.m, *fields, **given)
        given = {"sums": sums, "coefficients": rows, "dgamma": 0 * self.gamma, "dbeta": 0 * self.beta}
        dgamma, dbeta = (
            self.run(normalization.NormalizationGradients, name, 1, *numbers, **given)
            for name in ("dgamma", "dbeta")
        )
        return dx.reshape(dY.shape), dgamma, dbeta


@every_dtype
@pytest.mark.parametrize("m", [3, 19])
def test_the_whole_way_is_the_step(m: int, dtype: str) -> None:
    X, dY = normal(dtype, m, 3, 2, 5) + 2, normal(dtype, m, 3, 2, 5, seed=1)
    gamma, beta = normal(dtype, 1, 1, 1, 5), normal(dtype, 1, 1, 1, 5, seed=2)
    kernels = Kernels(X, gamma, beta)
    expected, cache = steps.batch_norm_forward(X, gamma, beta, EPSILON)
    tolerance = {"rtol": 1e-5, "atol": 2e-5} if dtype == "float32" else {"rtol": 1e-12, "atol": 1e-12}
    assert_close(kernels.forward(), expected, **tolerance)
    for result, gradient in zip(kernels.backward(dY), steps.batch_norm_backward(dY, cache), strict=True):
        assert_close(result, gradient.reshape(result.shape), **tolerance)


@every_dtype
def test_a_mean_of_1000_with_a_deviation_of_a_hundredth(dtype: str) -> None:
    """Squares of 1000 leave the variance, 0.0001, six digits of float64; float32 alone would leave none.

    What float32 cannot hold is the mean itself, to better than 0.00003: a 300th of the deviation.
    """
    X = (1000 + 0.01 * normal("float64", 32, 5, 4, 3)).astype(dtype)
    one, zero = np.ones((1, 1, 1, 3), dtype), np.zeros((1, 1, 1, 3), dtype)
    kernels = Kernels(X, one, zero)
    exact = X.astype(np.float64)
    mean, variance = exact.mean(axis=(0, 1, 2)), exact.var(axis=(0, 1, 2))
    expected = (exact - mean) / np.sqrt(variance + EPSILON)
    kernels_y = kernels.forward()
    assert_close(kernels_y, expected, rtol=0, atol=4e-4 if dtype == "float32" else 1e-6)
    inverse = kernels.coefficients.reshape(6, -1)[replay.INVERSE, :3]
    assert_close(inverse, 1 / np.sqrt(variance + EPSILON), rtol=1e-6)


def test_a_long_sum_does_not_lose_the_variance() -> None:
    """The same with next to no epsilon: 0.0001 itself, from 20,000 squares of 1000."""
    X = (1000 + 0.01 * normal("float64", 50, 20, 20, 1)).astype("float32")
    view = gap_view((20, 20), 1, False)
    stage = normalization.ChannelSums("float32", view, (20, 20), 1)
    operands = {"x": X.reshape(-1), "sums": np.zeros(2)}
    sums = run_case(KernelCase(stage, operands, {}, 50), machine_of("128"))["sums"]
    variance = sums[1] / X.size - (sums[0] / X.size) ** 2
    assert_close(variance, X.astype(np.float64).var(), rtol=1e-3)
