"""The sum of two images, and its gradient."""

from __future__ import annotations

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
    room,
    sizes,
)
from tests.support.rows import row_cases

TESTED = (stages.Add, stages.AddBackward)


@every_dtype
@every_target
def test_sum(target: str, dtype: str) -> None:
    machine = machine_of(target)
    size, count = (2, 3), 2
    for number, n_C in enumerate(sizes(machine, dtype)):
        for relu in (False, True):
            views = [gap_view(size, n_C, (number + k) % 2 == 0) for k in range(3)]
            x_1, left = images(views[0], count, size, n_C, dtype, 1)
            x_2, right = images(views[1], count, size, n_C, dtype, 2)
            y = room(views[2], count, size, n_C, dtype)
            result = left + right
            if relu:
                result[result <= 0] = 0
            stage = stages.Add(dtype, *views, size, n_C, relu=relu)
            operands = {"x_1": x_1, "x_2": x_2, "y": y}
            expected = {"y": replaced(y, views[2], result)}
            check_case(KernelCase(stage, operands, expected, count, exact=True), machine)


@every_dtype
@every_target
def test_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in row_cases(stages.AddBackward, machine, dtype):
        check_case(case, machine)
