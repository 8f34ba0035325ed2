"""ReLU by itself, forward and backward."""

from __future__ import annotations

import numpy as np

from fullstride.program import stages
from tests.support.kernels import KernelCase, check_case, every_dtype, every_target, machine_of
from tests.support.rows import row_cases

TESTED = (stages.Relu,)


@every_dtype
@every_target
def test_rows(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in row_cases(stages.Relu, machine, dtype):
        check_case(case, machine)


def test_at_zero_the_gradient_is_zero() -> None:
    """0, -0 and the smallest numbers of either sign."""
    tiny = np.float32(1e-45)
    a = np.array([0.0, -0.0, tiny, -tiny, 1.0, np.nan], np.float32)
    view = stages.View(6, 6, 6)
    stage = stages.Relu("float32", view, view, view, (1, 1), 6)
    operands = {"x": np.full(6, 7, np.float32), "y": np.zeros(6, np.float32), "mask": a}
    expected = {"y": np.array([0, 0, 7, 0, 7, 7], np.float32)}
    check_case(KernelCase(stage, operands, expected, 1, exact=True), machine_of("128"))
