"""Bands of one image: they cover every row once, and no thread touches what another writes before they have met."""

from __future__ import annotations

from typing import Any

import pytest

from fullstride.geometry import Window
from fullstride.program import Program, stages
from fullstride.program.bands import boundaries, row_steps, split
from fullstride.program.normalization import Normalize
from fullstride.program.plan import Call, Operand, Phase, Plan
from fullstride.program.planning import plan_prediction
from fullstride.program.stages import View
from tests.support.kernels import machine_of
from tests.support.programs import BANDED, PROGRAMS, without_loss

EVERY = {**PROGRAMS, **BANDED}
every_program = pytest.mark.parametrize("program", EVERY.values(), ids=EVERY)


def banded(program: Program, bands: int) -> Plan:
    return plan_prediction(program, machine_of("128"), bands).forward


def phase_nodes(phase: Phase) -> list[str]:
    """The nodes of the first band, in order."""
    return [call.node for call in phase.bands[0]]


# --- cuts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_rows", [1, 3, 4, 5, 8, 13, 28, 32, 33])
@pytest.mark.parametrize("bands", [1, 2, 3, 4, 8])
def test_bands_cover_every_row_once_and_begin_where_tiles_do(n_rows: int, bands: int) -> None:
    found = boundaries(n_rows, bands)
    assert 1 <= len(found) <= bands
    assert [row for first, count in found for row in range(first, first + count)] == list(range(n_rows))
    assert all(first % 4 == 0 and count >= 1 for first, count in found)
    counts = [-(-count // 4) for _, count in found]
    assert max(counts) - min(counts) <= 1


def test_the_operands_of_a_band_move_with_its_rows() -> None:
    x, y, mask = View(0, 100, 3), View(0, 50, 5), View(0, 70, 5)
    conv = stages.Conv("float32", "conv_forward", x, y, mask, (3, 3), (200, 6), 3, 5, (9, 4), True)
    operands = tuple(Operand(slot, 1000, image=7) for slot in conv.operands)
    first, second = split(Call(conv, operands, "conv1"), 2)
    assert [operand.offset for operand in first.operands] == [1000] * 5
    assert first.stage.size == (4, 4)  # type: ignore[attr-defined]
    assert [operand.offset for operand in second.operands] == [1800, 1000, 1000, 1200, 1280]
    assert second.stage.size == (5, 4)  # type: ignore[attr-defined]
    assert all(operand.image == 0 for operand in (*first.operands, *second.operands))
    assert second.node == "conv1"


def test_how_far_operands_move() -> None:
    x, y, z, size = View(0, 10, 2), View(0, 20, 2), View(0, 30, 2), (4, 4)
    window = Window((2, 2), (3, 1), ((0, 0), (0, 0)))
    found = [
        row_steps(stages.WinogradConv("float32", "winograd_forward", x, y, None, 2, 2, size, False)),
        row_steps(stages.Pool("float32", "max", x, y, window, size, 2)),
        row_steps(stages.Relu("float32", x, y, z, size, 2)),
        row_steps(stages.Add("float32", x, y, z, size, 2)),
        row_steps(Normalize("float32", x, z, y, size, 2)),
        row_steps(Normalize("float32", x, None, y, size, 2)),
        row_steps(stages.Softmax("float32", 1, 1, 1)),
    ]
    assert found == [
        (10, 0, 0, 20, 0, 0),
        (30, 20),
        (10, 20, 30),
        (10, 20, 30),
        (10, 0, 30, 20),
        (10, 0, 0, 20),
        None,
    ]


# --- phases -----------------------------------------------------------------------------------------------------------


def test_a_sum_follows_its_convolution_without_a_meeting() -> None:
    plan = banded(BANDED["winograd"], 2)
    assert [phase_nodes(phase) for phase in plan.phases] == [
        ["X"],
        ["conv1"],
        ["conv2"],
        ["conv3", "add1"],
        ["global_average_pool1", "dense1", "output"],
    ]
    assert [len(phase.bands) for phase in plan.phases] == [1, 2, 2, 2, 1]


def test_many_filters_are_cut_by_filters() -> None:
    plan = banded(BANDED["many filters"], 2)
    (phase,) = (phase for phase in plan.phases if phase_nodes(phase) == ["conv2"])
    first, second = (band[0] for band in phase.bands)
    assert (first.stage.n_C, second.stage.n_C) == (16, 24)  # type: ignore[attr-defined]
    assert first.stage.size == second.stage.size == (9, 6)  # type: ignore[attr-defined]
    moves = [b.offset - a.offset for a, b in zip(first.operands, second.operands, strict=True)]
    assert moves[0] == moves[5] == 0
    assert moves[2] == moves[3] == 16


def test_a_branch_runs_beside_the_other() -> None:
    plan = banded(PROGRAMS["two inputs"], 2)
    assert phase_nodes(plan.phases[1]) == ["left", "right", "sum"]


def test_one_band_needs_no_meeting() -> None:
    for program in EVERY.values():
        (phase,) = banded(program, 1).phases
        assert len(phase.bands) == 1


def cells(operand: Operand, n_rows: int, row: int, run: int, pixels: int = 1, pixel: int = 0) -> set[int]:
    """Runs of elements: one a pixel."""
    if operand.slot != "batch":
        return set()
    starts = [operand.offset + h * row + w * pixel for h in range(n_rows) for w in range(pixels)]
    return {start + k for start in starts for k in range(run)}


def reads_and_writes(call: Call) -> tuple[set[int], set[int]]:
    """Elements of the shared memory."""
    stage: Any = call.stage
    at = dict(zip(stage.operands, call.operands, strict=True))
    if isinstance(stage, (stages.Linear, stages.Softmax)):
        n_C = stage.n_C_prev if isinstance(stage, stages.Linear) else stage.n_C
        source, target = ("x", "y") if isinstance(stage, stages.Linear) else ("Z", "A")
        return cells(at[source], 1, 0, n_C), cells(at[target], 1, 0, stage.n_C)
    n_rows, n_columns = stage.size

    def inside(name: str) -> set[int]:
        view = getattr(stage, name)
        return cells(at[name], n_rows, view.row, stage.n_C, n_columns, view.pixel)

    if isinstance(stage, stages.LoadImages):
        return set(), inside("y")
    if isinstance(stage, stages.Pool):
        f, s = stage.window.f, stage.window.stride
        run = ((n_columns - 1) * s[1] + f[1]) * stage.x.pixel
        return cells(at["x"], (n_rows - 1) * s[0] + f[0], stage.x.row, run), inside("A")
    if isinstance(stage, (stages.Conv, stages.WinogradConv)):
        taps = stage.taps if isinstance(stage, stages.Conv) else (3, 3)
        step = stage.step if isinstance(stage, stages.Conv) else (stage.x.row, stage.x.pixel)
        run = (n_columns - 1) * step[1] + taps[1] * stage.n_C_prev
        high = (n_rows - 1) * step[0] // stage.x.row + taps[0]
        return cells(at["x"], high, stage.x.row, run), inside("y")
    terms = ("x_1", "x_2") if isinstance(stage, stages.Add) else ("x",)
    if isinstance(stage, Normalize) and stage.residual is not None:
        terms = ("x", "residual")
    return set().union(*(inside(name) for name in terms)), inside("y")


@every_program
@pytest.mark.parametrize("bands", [2, 3, 4])
def test_no_thread_touches_what_another_writes_in_a_phase(program: Program, bands: int) -> None:
    for plan in (banded(program, bands), banded(without_loss(program), bands)):
        for phase in plan.phases:
            every = [[reads_and_writes(call) for call in band] for band in phase.bands]
            touched = [set().union(*(part for call in band for part in call)) for band in every]
            written = [set().union(*(call[1] for call in band)) for band in every]
            for one in range(len(every)):
                for other in range(len(every)):
                    assert one == other or not touched[one] & written[other]
            assert max(set().union(*written), default=0) < plan.batch


@every_program
def test_every_value_is_whole_before_it_is_read(program: Program) -> None:
    """Played through in bands: what a call reads has been written, or is a border that nobody writes."""
    plan = banded(program, 3)
    everything = set().union(
        *(reads_and_writes(call)[1] for phase in plan.phases for call in phase.all_calls)
    )
    written: set[int] = set()
    for phase in plan.phases:
        for band in phase.bands:
            here = set(written)
            for call in band:
                reads, writes = reads_and_writes(call)
                assert reads & everything <= here  # the others are borders, which nobody writes
                here |= writes
        written |= set().union(*(reads_and_writes(call)[1] for call in phase.all_calls))


def test_bands_share_filters_where_they_read_the_same_form() -> None:
    plans = plan_prediction(BANDED["winograd"], machine_of("128"), 2)
    forward = [call for phase in plans.forward.phases for call in phase.all_calls]
    convolutions = [call for call in forward if isinstance(call.stage, stages.WinogradConv)]
    assert [call.stage.images for call in convolutions] == [1, 1, 1, 1]  # type: ignore[attr-defined]
    packs = [call for phase in plans.prepare.phases for call in phase.all_calls]
    made = {call.operands[-1].offset for call in packs if isinstance(call.stage, stages.WinogradFilters)}
    used = {call.operands[1].offset for call in convolutions}
    assert used <= made
    assert (plans.forward.packed, plans.prepare.arena, plans.prepare.batch) == (0, 0, 0)
