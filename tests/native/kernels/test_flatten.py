"""Flattening where it needs a copy."""

from __future__ import annotations

from fullstride.program import stages
from tests.support.kernels import check_case, every_dtype, every_target, machine_of
from tests.support.rows import row_cases

TESTED = (stages.Flatten,)


@every_dtype
@every_target
def test_rows(target: str, dtype: str) -> None:
    machine = machine_of(target)
    for case in row_cases(stages.Flatten, machine, dtype):
        check_case(case, machine)
