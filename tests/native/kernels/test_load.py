"""The first kernel: the batch's images, gathered, converted, and written inside their border."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.program import Inputs, stages
from tests.support.exact import fma
from tests.support.kernels import (
    KernelCase,
    assert_same_bits,
    check_case,
    every_dtype,
    every_target,
    gap_view,
    images,
    in_a_file,
    machine_of,
    replaced,
    run_case,
    sizes,
)

TESTED = (stages.LoadImages,)


def fused(X: Any, gain: Any, shift: Any) -> Any:
    """X * gain + shift with one rounding, in exact fractions."""
    result = np.empty(X.shape, gain.dtype)
    for place in np.ndindex(X.shape):
        c = place[-1]
        result[place] = fma(gain.dtype.type(X[place]), gain[c], shift[c])
    return result


def load_case(
    dtype: str,
    size: tuple[int, int],
    n_C: int,
    as_bytes: bool,
    normalization: tuple[float, float] = (0.0, 1.0),
) -> KernelCase:
    generator = np.random.default_rng(n_C)
    shape = (5, *size, n_C)
    rows = np.array([3, 0, 3, 4])
    inputs = Inputs(
        1 / 255, tuple(normalization[0] * c for c in range(1, n_C + 1)), (normalization[1],) * n_C
    )
    gain, shift = inputs.coefficients(n_C, np.dtype(dtype))
    X: Any
    if as_bytes:
        X = generator.integers(0, 256, shape, np.uint8)
        X[0, 0, 0, 0], X[4, -1, -1, -1] = 255, 0
        converted = fused(X, gain, shift)
    else:
        X = generator.standard_normal(shape).astype(dtype)
        converted = X
    view = gap_view(size, n_C, True)
    y, _ = images(view, len(rows), size, n_C, dtype, 1)
    operands = {
        "X": X.reshape(-1),
        "rows": rows,
        "kind": np.array([int(as_bytes)]),
        "gain": np.tile(gain, size[1]),
        "shift": np.tile(shift, size[1]),
        "y": y,
    }
    stage = stages.LoadImages(dtype, view, size, n_C)
    expected = {"y": replaced(y, view, converted[rows])}
    return KernelCase(stage, operands, expected, len(rows), exact=True)


@pytest.mark.parametrize("as_bytes", [False, True], ids=["numbers", "bytes"])
@every_dtype
@every_target
def test_load(target: str, dtype: str, as_bytes: bool) -> None:
    machine, normalization = machine_of(target), (0.1, 0.3)
    for n in sizes(machine, dtype):
        check_case(load_case(dtype, (3, 1), n, as_bytes, normalization), machine)
        check_case(load_case(dtype, (2, n), 1, as_bytes, normalization), machine)
    check_case(load_case(dtype, (2, 3), 3, as_bytes, normalization), machine)


@pytest.mark.parametrize("as_bytes", [False, True], ids=["numbers", "bytes"])
@every_dtype
@every_target
def test_load_from_a_file(target: str, dtype: str, as_bytes: bool, tmp_path: Path) -> None:
    with in_a_file(load_case(dtype, (3, 5), 3, as_bytes, (0.1, 0.3)), tmp_path) as case:
        after = run_case(case, machine_of(target))
        assert_same_bits(after["y"], case.expected["y"])
        assert after["X"][stages.FileWord.FAILED] == 0


@every_dtype
def test_an_image_that_the_file_does_not_hold_is_told(dtype: str, tmp_path: Path) -> None:
    with in_a_file(load_case(dtype, (3, 5), 3, True), tmp_path) as case:
        os.truncate(tmp_path / "images", (tmp_path / "images").stat().st_size - 1)
        assert run_case(case, machine_of("128"))["X"][stages.FileWord.FAILED] == 1


@every_dtype
def test_without_normalization_a_pixel_is_multiplied_by_the_scale_alone(dtype: str) -> None:
    case = load_case(dtype, (2, 5), 3, True)
    X = case.operands["X"].reshape(5, 2, 5, 3)
    scaled = X.astype(dtype) * np.dtype(dtype).type(1 / 255)
    assert not case.operands["shift"].any()
    expected = {"y": replaced(case.operands["y"], case.stage.y, scaled[case.operands["rows"]])}
    check_case(replace(case, expected=expected), machine_of("128"))
