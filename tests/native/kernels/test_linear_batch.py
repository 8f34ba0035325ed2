"""Fully connected layers for a whole batch: the bits of the kernels that take an image after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fullstride.native.kernels.linear_batch import ROWS
from fullstride.program import stages
from fullstride.program.machine import Machine
from tests.support.close import assert_close
from tests.support.kernels import (
    KernelCase,
    assert_same_bits,
    check_case,
    close_to,
    every_dtype,
    every_target,
    machine_of,
    nan_of,
    run_case,
    sizes,
)

TESTED = (stages.LinearBatch, stages.LinearBatchInputGradient)

COUNTS = (0, 1, 3, 15, 16, 17, 40)


def normal(dtype: str, *shape: int, seed: int = 0) -> Any:
    """Of which a few are 0."""
    generator = np.random.default_rng((seed, *shape))
    values = generator.standard_normal(shape)
    values[generator.random(shape) < 0.1] = 0.0
    return values.astype(dtype)


def with_gaps(rows: Any, gap: int, number: int) -> Any:
    """Rows behind each of which, but the last, stand some NaN; flat. At least one element."""
    m, n = rows.shape
    flat = np.full(max(m, 1) * (n + gap) - gap, nan_of(number), np.uint64).view(rows.dtype)
    flat = flat[: max(m, 1) * (n + gap) - gap].copy()
    for i, row in enumerate(rows):
        flat[i * (n + gap) : i * (n + gap) + n] = row
    return flat


def written(flat: Any, rows: Any, gap: int, columns: int) -> Any:
    """`flat` with the first columns of the rows in it."""
    result, n = flat.copy(), rows.shape[1]
    for i, row in enumerate(rows):
        result[i * (n + gap) : i * (n + gap) + columns] = row[:columns]
    return result


def unit(dtype: str) -> int:
    """Threads share outputs in cache lines."""
    return 64 // np.dtype(dtype).itemsize


# --- forward ----------------------------------------------------------------------------------------------------------


def reference(dtype: str, x: Any, W: Any, b: Any, relu: bool) -> Any:
    """The outputs of `Linear`, (m, n_C)."""
    (m, n_C_prev), n_C = x.shape, W.shape[1]
    stage = stages.Linear(dtype, "linear_forward", n_C_prev, n_C, 0, n_C_prev, n_C, True, False, relu)
    operands = {"x": x.reshape(-1), "W": W.reshape(-1), "b": b, "y": np.full(m * n_C, np.nan, dtype)}
    return run_case(KernelCase(stage, operands, {}, m), machine_of("128"))["y"].reshape(m, n_C)


def forward_case(
    dtype: str, m: int, n_C_prev: int, n_C: int, relu: bool = False, columns: int | None = None
) -> KernelCase:
    """The first `columns` outputs alone, where that is given."""
    x, W, b = normal(dtype, m, n_C_prev), normal(dtype, n_C_prev, n_C), normal(dtype, n_C, seed=1)
    result = reference(dtype, x, W, b, relu) if m else np.zeros((0, n_C), dtype)
    exact = x.astype(np.float64) @ W + b
    assert_close(result, np.where(relu & (exact <= 0), 0, exact), **close_to(dtype, n_C_prev))
    y = with_gaps(np.full((m, n_C), np.nan, dtype), 2, 7)
    columns = n_C if columns is None else columns
    return KernelCase(
        stages.LinearBatch(dtype, n_C_prev + 3, n_C + 2, n_C_prev, n_C, relu),
        {"x": with_gaps(x, 3, 8), "W": W.reshape(-1), "b": b, "y": y, "m": np.array([m])},
        {"y": written(y, result, 2, columns)},
        m,
        kind="elements",
        elements=columns,
        exact=True,
    )


def forward_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    widths = [*sizes(machine, dtype), 3 * machine.lanes(dtype)]
    for number, m in enumerate(COUNTS):
        yield forward_case(dtype, m, 3 + number, widths[number % len(widths)], relu=bool(number % 2))
    for n_C in widths:
        yield forward_case(dtype, 5, 1, n_C)
    # Rows of W that serve all images before the next come, and a rest.
    yield forward_case(dtype, 21, ROWS, machine.lanes(dtype) + 1)
    yield forward_case(dtype, 3, 2 * ROWS + 5, machine.lanes(dtype), relu=True)


@every_dtype
@every_target
def test_forward(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in forward_cases(machine, dtype):
        check_case(case, machine)


@every_dtype
@every_target
def test_threads_share_the_outputs(target: str, dtype: str) -> None:
    """Parts that begin in the middle, parts without an output; and a part alone leaves the others as they are."""
    machine, line = machine_of(target), unit(dtype)
    for n_C in (1, line + 1, 5 * line + 3):
        case = forward_case(dtype, 17, 4, n_C, relu=True)
        for threads in (1, 2, 3, 7):
            assert_same_bits(run_case(case, machine, threads)["y"], case.expected["y"])
    check_case(forward_case(dtype, 17, 4, 5 * line + 3, columns=2 * line), machine)


# --- dA ---------------------------------------------------------------------------------------------------------------


def input_gradient_case(
    machine: Machine,
    dtype: str,
    m: int,
    n_C: int,
    n_C_prev: int,
    masked: bool = False,
    accumulate: bool = False,
    columns: int | None = None,
) -> KernelCase:
    """`expected` are the bits of `Linear` with W transposed; what stands there is added before the mask."""
    dZ, W = normal(dtype, m, n_C), normal(dtype, n_C_prev, n_C)
    before, mask = normal(dtype, m, n_C_prev, seed=1), normal(dtype, m, n_C_prev, seed=2)
    result = np.zeros((0, n_C_prev), dtype)
    if m:
        stage = stages.Linear(
            dtype,
            "linear_input_gradient",
            n_C,
            n_C_prev,
            n_C_prev,
            n_C,
            n_C_prev,
            False,
            masked,
            False,
            accumulate,
        )
        turned = np.ascontiguousarray(W.T).reshape(-1)
        operands = {"x": dZ.reshape(-1), "W": turned, "y": before.reshape(-1), "mask": mask.reshape(-1)}
        result = run_case(KernelCase(stage, operands, {}, m), machine_of("128"))["y"].reshape(m, n_C_prev)
        exact = dZ.astype(np.float64) @ W.T + (before if accumulate else 0)
        assert_close(result, np.where(masked & (mask <= 0), 0, exact), **close_to(dtype, n_C))
    columns = n_C_prev if columns is None else columns
    stage = stages.LinearBatchInputGradient(
        dtype, n_C + 3, n_C_prev + 2, n_C_prev + 1, n_C_prev, n_C, masked, accumulate
    )
    dA = with_gaps(before if accumulate else np.full((m, n_C_prev), np.nan, dtype), 2, 7)
    operands = {
        "dZ": with_gaps(dZ, 3, 8),
        "W": W.reshape(-1),
        "dA": dA,
        "mask": with_gaps(mask, 1, 9),
        "work": np.full(stage.work_size(n_C, machine.lanes(dtype)), np.nan, dtype),
        "m": np.array([m]),
    }
    expected = {"dA": written(dA, result, 2, columns)}
    return KernelCase(stage, operands, expected, m, kind="elements", elements=columns, exact=True)


def check_input_gradient(case: KernelCase, machine: Machine) -> None:
    """As `check_case`, but that `work` may hold anything."""
    after = run_case(case, machine)
    assert_same_bits(after["dA"], case.expected["dA"])
    for name in ("dZ", "W", "mask", "m"):
        assert after[name].tobytes() == case.operands[name].tobytes(), f"{name}: an input was written"


@every_dtype
@every_target
@pytest.mark.parametrize("form", [(False, False), (True, False), (False, True), (True, True)])
def test_input_gradient(form: tuple[bool, bool], target: str, dtype: str) -> None:
    machine = machine_of(target)
    widths = sizes(machine, dtype)
    for number, m in enumerate(COUNTS):
        n_C_prev, n_C = widths[number % len(widths)], 1 + 5 * number
        check_input_gradient(input_gradient_case(machine, dtype, m, n_C, n_C_prev, *form), machine)
    for number, n_C in enumerate(widths):
        n_C_prev = widths[-1 - number]
        check_input_gradient(input_gradient_case(machine, dtype, 5, n_C, n_C_prev, *form), machine)


@every_dtype
@every_target
def test_a_part_of_the_inputs_alone(target: str, dtype: str) -> None:
    """The others are left as they are; and more inputs than one block has."""
    machine, line = machine_of(target), unit(dtype)
    for columns in (line, 2 * line):
        case = input_gradient_case(machine, dtype, 17, 3, 2 * line + 5, columns=columns)
        check_input_gradient(case, machine)
    check_input_gradient(input_gradient_case(machine, dtype, 19, 2, ROWS + line + 1), machine)
    check_input_gradient(input_gradient_case(machine, dtype, 2, 2, 2 * ROWS), machine)
