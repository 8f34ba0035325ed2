"""Softmax, its loss and the sum of losses, against NumPy in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.program import stages
from fullstride.program.losses import Cost
from tests.support.kernels import (
    KernelCase,
    assert_same_bits,
    check_case,
    close_to,
    every_dtype,
    every_target,
    images,
    machine_of,
    replaced,
    room,
    run_case,
    sizes,
)

TESTED = (
    stages.Softmax,
    stages.SoftmaxCrossEntropy,
    stages.WeightedCrossEntropy,
    stages.WeighImages,
    stages.SumLosses,
)


def scores(n_C: int, gap: int, count: int, dtype: str, spread: float = 3.0) -> tuple[Any, Any, stages.View]:
    view = stages.View(n_C + gap, n_C, n_C)
    flat, within = images(view, count, (1, 1), n_C, dtype, n_C)
    within *= spread
    return flat, within, view


def softmax(Z: Any) -> Any:
    exponentials = np.exp(Z.astype(np.float64) - Z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@every_dtype
@every_target
def test_softmax(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in sizes(machine, dtype):
        Z, Z_inside, view = scores(n_C, 2, 3, dtype)
        Z_inside[1] += 1000  # exp(1000) is infinite: the maximum is taken off first
        A_view = stages.View(n_C + 1, n_C, n_C)
        A = room(A_view, 3, (1, 1), n_C, dtype)
        stage = stages.Softmax(dtype, view.image, A_view.image, n_C)
        expected = {"A": replaced(A, A_view, softmax(Z_inside))}
        check_case(KernelCase(stage, {"Z": Z, "A": A}, expected, 3, tolerance=close_to(dtype, n_C)), machine)


@every_dtype
@every_target
def test_loss_and_its_gradient(target: str, dtype: str) -> None:
    """The labels are read through the rows of the batch; the mean is over m, not over the images at hand."""
    machine = machine_of(target)
    generator = np.random.default_rng(0)
    for n_C in sizes(machine, dtype):
        count, m = 4, 7
        Z, Z_inside, view = scores(n_C, 2, count, dtype)
        dZ_view = stages.View(n_C + 1, n_C, n_C)
        dZ = room(dZ_view, count, (1, 1), n_C, dtype)
        labels = generator.integers(0, n_C, 9)
        rows = generator.permutation(9)[:count]
        y = labels[rows]
        A = softmax(Z_inside)
        one_hot = (np.arange(n_C) == y[:, None]).reshape(A.shape)
        operands = {
            "Z": Z,
            "dZ": dZ,
            "losses": np.full(count, np.nan, dtype),
            "labels": labels,
            "rows": rows,
            "m": np.array([m]),
        }
        expected = {
            "dZ": replaced(dZ, dZ_view, (A - one_hot) / m),
            "losses": -np.log(A[np.arange(count), 0, 0, y]),
        }
        stage = stages.SoftmaxCrossEntropy(dtype, view.image, dZ_view.image, n_C)
        case = KernelCase(stage, operands, expected, count, tolerance=close_to(dtype, n_C))
        # The images' own kind of phase tells a kernel its count; "m" is an operand of this one.
        check_case(case, machine)


def weighted_case(dtype: str, n_C: int, smoothing: float, weights: Any) -> KernelCase:
    """As torch has it; the sum of weights is that of the whole batch, not of the images at hand."""
    count, divisor, generator = 4, 6.5, np.random.default_rng(n_C)
    Z, Z_inside, view = scores(n_C, 2, count, dtype)
    dZ_view = stages.View(n_C + 1, n_C, n_C)
    dZ = room(dZ_view, count, (1, 1), n_C, dtype)
    labels, rows = generator.integers(0, n_C, 9), generator.permutation(9)[:count]
    y = labels[rows]
    shares, hits = Cost(smoothing, tuple(weights)).parts(n_C)
    t = np.repeat(shares[None], count, axis=0)
    t[np.arange(count), y] += hits[y]
    A = softmax(Z_inside)[:, 0, 0]
    operands = {
        "Z": Z,
        "dZ": dZ,
        "losses": np.full(count, np.nan, dtype),
        "labels": labels,
        "rows": rows,
        "shares": shares.astype(dtype),
        "hits": hits.astype(dtype),
        "spread": np.array([shares.sum()]),
        "divisor": np.array([divisor]),
    }
    gradient = (A * t.sum(axis=1, keepdims=True) - t) / divisor
    expected = {
        "dZ": replaced(dZ, dZ_view, gradient.reshape(count, 1, 1, n_C)),
        "losses": -(t * np.log(A)).sum(axis=1),
    }
    stage = stages.WeightedCrossEntropy(dtype, view.image, dZ_view.image, n_C)
    return KernelCase(stage, operands, expected, count, tolerance=close_to(dtype, 4 * n_C))


@every_dtype
@every_target
def test_smoothed_labels_and_weighted_classes(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in sizes(machine, dtype):
        weights = np.random.default_rng(3).uniform(0.5, 2, n_C)
        for smoothing, chosen in ((0.0, weights), (0.25, np.ones(n_C)), (0.1, weights)):
            check_case(weighted_case(dtype, n_C, smoothing, chosen), machine)


@every_dtype
def test_without_smoothing_and_weights_the_bits_are_those_of_the_plain_loss(dtype: str) -> None:
    machine, n_C = machine_of("128"), 7
    case = weighted_case(dtype, n_C, 0.0, np.ones(n_C))
    case.operands["divisor"][...] = 5  # type: ignore[index]
    plain = {name: case.operands[name] for name in ("Z", "dZ", "losses", "labels", "rows")}
    stage = stages.SoftmaxCrossEntropy(dtype, n_C + 2, n_C + 1, n_C)
    expected = run_case(KernelCase(stage, {**plain, "m": np.array([5])}, {}, 4), machine)
    after = run_case(case, machine)
    for name in ("dZ", "losses"):
        assert_same_bits(after[name], expected[name])


@every_dtype
def test_a_class_without_a_share_adds_nothing_however_improbable(dtype: str) -> None:
    """0 times the infinite loss of a probability of 0 is not looked at."""
    case = weighted_case(dtype, 3, 0.0, np.ones(3))
    labels = case.operands["labels"]
    labels[...] = 1
    case.operands["Z"][2] = -np.inf
    after = run_case(case, machine_of("128"))
    assert np.isfinite(after["losses"]).all()
    assert np.isfinite(after["dZ"][:3]).all()


@every_dtype
def test_far_scores_stay_finite(dtype: str) -> None:
    """softmax(Z)[y] itself rounds to 0; the loss does not become infinite."""
    Z = np.array([0.0, 5000.0, -5000.0], dtype)
    operands = {
        "Z": Z,
        "dZ": np.zeros(3, dtype),
        "losses": np.zeros(1, dtype),
        "labels": np.array([2]),
        "rows": np.array([0]),
        "m": np.array([1]),
    }
    expected = {"losses": np.array([10000.0], dtype), "dZ": np.array([0.0, 1.0, -1.0], dtype)}
    stage = stages.SoftmaxCrossEntropy(dtype, 3, 3, 3)
    check_case(KernelCase(stage, operands, expected, 1, exact=True), machine_of("128"))


@every_dtype
def test_a_nan_makes_everything_nan(dtype: str) -> None:
    for place in range(3):
        Z = np.array([1.0, 2.0, 3.0], dtype)
        Z[place] = np.nan
        case = KernelCase(stages.Softmax(dtype, 3, 3, 3), {"Z": Z, "A": np.zeros(3, dtype)}, {}, 1)
        assert np.isnan(run_case(case, machine_of("128"))["A"]).all(), place


@pytest.mark.parametrize("m", [0, 1, 5])
@every_dtype
def test_losses_are_summed_in_index_order(dtype: str, m: int) -> None:
    losses = np.array([1.0, 1e8, -1e8, 0.25, 3.0, 100.0], dtype)
    total = np.float64(0)
    for loss in losses[:m]:
        total += np.float64(loss)
    operands = {"losses": losses, "m": np.array([m]), "total": np.array([np.nan])}
    case = KernelCase(
        stages.SumLosses(dtype), operands, {"total": np.array([total])}, kind="tasks", exact=True
    )
    check_case(case, machine_of("128"))


@every_dtype
@every_target
def test_losses_and_gradients_are_multiplied_by_the_factor_of_their_image(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for n_C in sizes(machine, dtype):
        view = stages.View(n_C + 2, n_C, n_C)
        dZ, inside = images(view, 4, (1, 1), n_C, dtype, n_C)
        losses = np.array([1.5, 0.1, 7.0, 0.0], dtype)
        factors = np.array([0.3, 2.0, 1.0, 1e-3], dtype)
        expected = {
            "dZ": replaced(dZ, view, inside * factors[:, None, None, None]),
            "losses": losses * factors,
        }
        operands = {"dZ": dZ, "losses": losses, "factors": factors}
        stage = stages.WeighImages(dtype, view.image, n_C)
        check_case(KernelCase(stage, operands, expected, 4, exact=True), machine)
