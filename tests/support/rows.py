"""Cases for the stages that go over images row by row: ReLU, flattening, a sum's gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullstride.program import stages
from fullstride.program.machine import Machine
from tests.support.kernels import KernelCase, gap_view, images, replaced, sizes


def row_cases(kind: type[stages.Rows], machine: Machine, dtype: str) -> Iterator[KernelCase]:
    """Every fusion and every number of channels, contiguous and with gaps between the rows."""
    fusions = [(False, False, False), (True, False, False), (False, True, False), (False, True, True)]
    fusions.append((False, False, True))
    for number, n_C in enumerate(sizes(machine, dtype)):
        yield row_case(kind, dtype, n_C, 1 + number % 3, *fusions[number], gaps=number % 2 == 0)
    if kind is not stages.Relu:
        return  # the same code as ReLU's, where every fusion also meets a rest of one lane
    for number, fusion in enumerate(fusions):
        yield row_case(kind, dtype, machine.lanes(dtype) + 1, 1, *fusion, gaps=number % 2 == 1)


def row_case(
    kind: type[stages.Rows],
    dtype: str,
    n_C: int,
    count: int,
    relu: bool = False,
    masked: bool = False,
    accumulate: bool = False,
    gaps: bool = False,
) -> KernelCase:
    """y = x, clipped, masked or added; equal to the last bit, the sign of a zero and NaN included."""
    size = (3, 2)
    x_view, y_view, m_view = gap_view(size, n_C, False), gap_view(size, n_C, gaps), gap_view(size, n_C, gaps)
    x, x_inside = images(x_view, count, size, n_C, dtype, 1)
    y, y_inside = images(y_view, count, size, n_C, dtype, 2)
    mask, mask_inside = images(m_view, count, size, n_C, dtype, 3)
    x_inside[0, 0, 0, 0] = np.nan
    x_inside[0, 2, 1, -1] = np.inf
    stage = kind(
        dtype,
        x=x_view,
        y=y_view,
        mask=m_view if masked else None,
        size=size,
        n_C=n_C,
        relu=relu,
        accumulate=accumulate,
    )
    result = x_inside.copy()
    if relu:
        result[result <= 0] = 0
    if masked:
        result[mask_inside <= 0] = 0
    if accumulate:
        result = y_inside + result
    operands = {"x": x, "y": y, "mask": mask} if masked else {"x": x, "y": y}
    return KernelCase(stage, operands, {"y": replaced(y, y_view, result)}, count, exact=True)
