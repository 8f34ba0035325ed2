"""The first kernel: the batch's images, gathered, converted, and written inside their border."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.program import stages
from tests.support.kernels import (
    KernelCase,
    check_case,
    every_dtype,
    every_target,
    gap_view,
    images,
    machine_of,
    replaced,
    sizes,
)

TESTED = (stages.LoadImages,)


def load_case(dtype: str, size: tuple[int, int], n_C: int, as_bytes: bool) -> KernelCase:
    generator = np.random.default_rng(n_C)
    shape = (5, *size, n_C)
    rows = np.array([3, 0, 3, 4])
    scale = 1 / 255
    X: Any
    if as_bytes:
        X = generator.integers(0, 256, shape, np.uint8)
        X[0, 0, 0, 0], X[4, -1, -1, -1] = 255, 0
        converted = X.astype(dtype) * np.dtype(dtype).type(scale)
    else:
        X = generator.standard_normal(shape).astype(dtype)
        converted = X
    view = gap_view(size, n_C, True)
    y, _ = images(view, len(rows), size, n_C, dtype, 1)
    operands = {
        "X": X.reshape(-1),
        "rows": rows,
        "kind": np.array([int(as_bytes)]),
        "scale": np.array([scale]),
        "y": y,
    }
    stage = stages.LoadImages(dtype, view, size, n_C)
    expected = {"y": replaced(y, view, converted[rows])}
    return KernelCase(stage, operands, expected, len(rows), exact=True)


@pytest.mark.parametrize("as_bytes", [False, True], ids=["numbers", "bytes"])
@every_dtype
@every_target
def test_load(target: str, dtype: str, as_bytes: bool) -> None:
    machine = machine_of(target)
    for n in sizes(machine, dtype):
        check_case(load_case(dtype, (3, 1), n, as_bytes), machine)
        check_case(load_case(dtype, (2, n), 1, as_bytes), machine)
    check_case(load_case(dtype, (2, 3), 3, as_bytes), machine)
