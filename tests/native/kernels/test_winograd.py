"""Winograd's convolution against float64 loops over taps, and the same bits however the work is cut."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from fullstride.native.kernels import winograd as kernels
from fullstride.program import stages, winograd
from fullstride.program.machine import Machine
from tests.native.kernels.test_convolution import convolved, random
from tests.support import winograd as replay
from tests.support.kernels import (
    TARGETS,
    KernelCase,
    assert_same_bits,
    check_case,
    every_dtype,
    every_target,
    gap_view,
    images,
    inside,
    machine_of,
    replaced,
    room,
    run_case,
    sizes,
)

TESTED = (
    stages.WinogradConv,
    stages.WinogradFilters,
    stages.WinogradWeightGradient,
    stages.WinogradGradientOutput,
)


def close_to(dtype: str, terms: int) -> dict[str, float]:
    """A tolerance for sums of `terms` products of numbers of size 1, some 20 times that of a direct sum."""
    unit = 2.0**-23 if dtype == "float32" else 2.0**-52
    return {"rtol": 64 * unit, "atol": 256 * unit * (terms + 4) ** 0.5}


def blocks(stage: stages.WinogradConv, machine: Machine) -> list[tuple[int, int]]:
    return [(block.first, block.width) for block in winograd.filter_blocks(stage, machine)]


def filters_of(W: Any, stage: stages.WinogradConv, machine: Machine) -> Any:
    """U of filters (3, 3, n_C_prev, n_C), in float64 and rounded once."""
    H, S = np.array(winograd.H, np.float64), np.array(winograd.SCALES, np.float64)
    U = np.einsum("a,b,av,bh,vhck->abck", S, S, H, H, W.astype(np.float64))
    return replay.in_blocks(U, blocks(stage, machine), machine.lanes(stage.dtype), stage.dtype).astype(
        W.dtype
    )


def conv_case(
    machine: Machine,
    dtype: str,
    n_C: int,
    n_C_prev: int = 3,
    size: tuple[int, int] = (5, 6),
    count: int = 2,
    bias: bool = True,
    relu: bool = False,
    masked: bool = False,
    accumulate: bool = False,
    gaps: bool = True,
) -> KernelCase:
    n_prev = (size[0] + 2, size[1] + 2)
    x_view, view, m_view = (
        gap_view(n_prev, n_C_prev, gaps),
        gap_view(size, n_C, gaps),
        gap_view(size, n_C, not gaps),
    )
    x, x_inside = images(x_view, count, n_prev, n_C_prev, dtype, 1)
    W, b = random((3, 3, n_C_prev, n_C), dtype, 2), random((n_C,), dtype, 3)
    y, y_inside = images(view, count, size, n_C, dtype, 4)
    mask, mask_inside = images(m_view, count, size, n_C, dtype, 5)
    stage = stages.WinogradConv(
        dtype,
        "winograd_forward",
        x=x_view,
        y=view,
        mask=m_view if masked else None,
        n_C_prev=n_C_prev,
        n_C=n_C,
        size=size,
        bias=bias,
        relu=relu,
        accumulate=accumulate,
    )
    result = convolved(x_inside, W, (1, 1), size) + (b if bias else 0)
    result = np.where(relu & (result <= 0), 0, result)
    result = result + (y_inside if accumulate else 0)
    result = np.where(masked & ~(mask_inside > 0), 0, result)
    operands = {"x": x, "U": filters_of(W, stage, machine), "b": b, "y": y, "mask": mask}
    operands["work"] = np.full(winograd.conv_work_size(stage, machine), np.nan, dtype)
    expected = {"y": replaced(y, view, result), "work": operands["work"]}
    return KernelCase(stage, operands, expected, count, tolerance=close_to(dtype, 9 * n_C_prev))


def run_conv(case: KernelCase, machine: Machine) -> Any:
    """Checks a case but for its `work`, in which anything may stand afterwards; y."""
    after = run_case(case, machine)
    expected = {**case.expected, "work": after["work"]}
    check_case(dataclasses.replace(case, expected=expected), machine)
    return after["y"]


def in_small_blocks(machine: Machine) -> Machine:
    """The same processor with a cache that holds no more than the fewest tiles of a block."""
    return dataclasses.replace(machine, l2_bytes=1)


def conv_cases(machine: Machine, dtype: str) -> Iterator[KernelCase]:
    lanes = machine.lanes(dtype)
    for n_C in sizes(machine, dtype):
        yield conv_case(machine, dtype, n_C)
        yield conv_case(
            machine, dtype, n_C, n_C_prev=n_C, bias=False, masked=True, accumulate=True, gaps=False
        )
    # Every rest of rows and columns.
    for rest in range(1, 5):
        yield conv_case(machine, dtype, 2, size=(rest, 9 - rest), relu=rest % 2 == 0, count=1)
        yield conv_case(machine, dtype, lanes, size=(4 + rest, rest), bias=False, masked=True, count=3)
    yield conv_case(machine, dtype, 9 * lanes + 1, n_C_prev=lanes + 3, size=(8, 8), count=9)
    yield conv_case(
        machine, dtype, 3 * lanes, n_C_prev=2, size=(25, 30), count=1, bias=False, accumulate=True
    )


@every_dtype
@every_target
def test_convolution(target: str, dtype: str) -> None:
    machine = in_small_blocks(machine_of(target))
    for case in conv_cases(machine, dtype):
        run_conv(case, machine)


@every_dtype
@every_target
def test_cases_leave_rests(target: str, dtype: str) -> None:
    """The cases above are only worth their names while blocks and groups of tiles do not fit them."""
    machine = in_small_blocks(machine_of(target))
    stages_ = [case.stage for case in conv_cases(machine, dtype)]
    blocking = [winograd.conv_blocking(stage, machine) for stage in stages_]
    grids = [winograd.tile_grid(stage.size) for stage in stages_]
    assert any(len(blocks(stage, machine)) > 2 for stage in stages_)
    assert any(one.tiles % one.positions for one in blocking)
    assert any(one.images > 1 for one in blocking)
    assert any(one.rows < grid[0] and grid[0] % one.rows for one, grid in zip(blocking, grids, strict=True))


@every_dtype
def test_no_bit_depends_on_blocks_or_images(dtype: str) -> None:
    """All images at once, in small blocks, and one by one; on every target."""
    results = []
    for target in TARGETS:
        machine = machine_of(target)
        for cut in (machine, in_small_blocks(machine)):
            case = conv_case(cut, dtype, 21, n_C_prev=5, size=(10, 11), count=5, relu=True)
            results.append(run_conv(case, cut))
            one = dataclasses.replace(case, count=1)
            view, size = case.stage.x, (12, 13)
            for i in range(5):
                x = inside(case.operands["x"], view, 5, size, 5)[i : i + 1]
                alone = room(view, 1, size, 5, dtype)
                inside(alone, view, 1, size, 5)[...] = x
                y = room(case.stage.y, 1, case.stage.size, 21, dtype)
                after = run_case(
                    dataclasses.replace(one, operands={**case.operands, "x": alone, "y": y}), cut
                )
                together = inside(results[-1], case.stage.y, 5, case.stage.size, 21)[i]
                here = inside(after["y"], case.stage.y, 1, case.stage.size, 21)[0]
                assert_same_bits(here, together)
    for other in results[1:]:
        assert_same_bits(other, results[0])


# --- filters ----------------------------------------------------------------------------------------------------------


def filter_cases(
    machine: Machine, dtype: str, n_C_prev: int, n_C: int, flipped: bool
) -> Iterator[KernelCase]:
    """Each block of a convolution's filters; U by exact arithmetic."""
    W = random((3, 3, n_C_prev, n_C), dtype, n_C)
    filters = np.flip(W, (0, 1)).transpose(0, 1, 3, 2) if flipped else W
    terms, n_filters = filters.shape[2:]
    stage = conv_case(machine, dtype, n_filters, n_C_prev=terms, size=(4, 4), count=1).stage
    # What fills up the last vector is a transformed filter of zeros.
    lanes = machine.lanes(dtype)
    filled = np.pad(filters, [(0, 0)] * 3 + [(0, winograd.in_vectors(n_filters, lanes) - n_filters)])
    cut = [(first, winograd.in_vectors(width, lanes)) for first, width in blocks(stage, machine)]
    U = replay.in_blocks(replay.replay_filters(filled), cut, lanes, dtype)
    assert U.size == winograd.filters_size(stage, machine)
    for block in winograd.filter_blocks(stage, machine):
        kind = stages.WinogradFilters(dtype, n_C_prev, n_C, block.width, flipped)
        size = winograd.block_size(stage, block, machine)
        operands = {
            "W": W.reshape(-1)[block.first * (n_C if flipped else 1) :],
            "U": np.full(size, np.nan, dtype),
        }
        yield KernelCase(kind, operands, {"U": U[block.at : block.at + size]}, kind="tasks", exact=True)


@every_dtype
@every_target
def test_filters(target: str, dtype: str) -> None:
    """Bit for bit in the promised order; flipped ones are those of dA."""
    machine = machine_of(target)
    lanes = machine.lanes(dtype)
    for n_C_prev, n_C, flipped in [(2, lanes + 1, False), (lanes + 1, 2, True), (1, 1, False), (1, 3, True)]:
        for case in filter_cases(machine, dtype, n_C_prev, n_C, flipped):
            check_case(case, machine)


# --- dW and db --------------------------------------------------------------------------------------------------------


def gradient_blocks(machine: Machine, dtype: str, n_C_prev: int, n_C: int) -> list[tuple[int, int]]:
    full = winograd.gradient_registers(dtype, n_C_prev, n_C, machine)[1] * machine.lanes(dtype)
    return [(first, min(full, n_C - first)) for first in range(0, n_C, full)]


def gradient_case(
    machine: Machine,
    dtype: str,
    n_C: int,
    n_C_prev: int = 2,
    size: tuple[int, int] = (5, 6),
    count: int = 2,
    gaps: bool = True,
    bias: bool = True,
) -> KernelCase:
    """M starts from what sums of an earlier call might be."""
    n_prev, lanes = (size[0] + 2, size[1] + 2), machine.lanes(dtype)
    x_view, view = gap_view(n_prev, n_C_prev, gaps), gap_view(size, n_C, gaps)
    x, x_inside = images(x_view, count, n_prev, n_C_prev, dtype, 1)
    dZ, dZ_inside = images(view, count, size, n_C, dtype, 2)
    stage = stages.WinogradWeightGradient(dtype, x_view, view, n_C_prev, n_C, size, bias)
    before, db = random((6, 6, n_C_prev, n_C), dtype, 3), random((n_C,), dtype, 4)
    BT, G = np.array(winograd.BT, np.float64), np.array(winograd.GRADIENT_H, np.float64)
    after = before.astype(np.float64)
    for image, gradient in zip(x_inside, dZ_inside, strict=True):
        seen, upstream = replay.tiles(image, size, 6), replay.tiles(gradient, size, 4)
        V = np.einsum("ai,bj,rsijc->rsabc", BT, BT, seen.astype(np.float64))
        D = np.einsum("ai,bj,rsijc->rsabc", G, G, upstream.astype(np.float64))
        after += np.einsum("rsabk,rsabc->abkc", V, D)
    cut = gradient_blocks(machine, dtype, n_C_prev, n_C)
    work = np.full(winograd.gradient_work_size(stage, machine), np.nan, dtype)
    M = np.zeros(winograd.gradient_size(dtype, n_C_prev, n_C, machine), dtype)
    expected = M.astype(np.float64)
    for flat, values in ((M, before), (expected, after)):
        blocked = replay.sums_in_blocks(values, cut, lanes, dtype)
        flat[: blocked.size] = blocked
    return KernelCase(
        stage,
        {"x": x, "dZ": dZ, "M": M, "db": db, "work": work},
        {"M": expected, "db": db + bias * dZ_inside.sum(axis=(0, 1, 2), dtype=np.float64)},
        count,
        tolerance={"rtol": 0.0, "atol": 64 * np.finfo(dtype).eps * np.abs(after).max()},
    )


def run_gradient(case: KernelCase, machine: Machine) -> dict[str, Any]:
    """Checks a case but for its `work`; the operands afterwards."""
    after = run_case(case, machine)
    expected = {**case.expected, "work": after["work"]}
    check_case(dataclasses.replace(case, expected=expected), machine)
    return after


@every_dtype
@every_target
def test_weight_gradient(target: str, dtype: str) -> None:
    machine = machine_of(target)
    lanes = machine.lanes(dtype)
    for n_C in sizes(machine, dtype):
        run_gradient(gradient_case(machine, dtype, n_C), machine)
    for rest in range(1, 5):
        run_gradient(gradient_case(machine, dtype, 2, size=(rest, 9 - rest), count=1), machine)
    run_gradient(
        gradient_case(machine, dtype, 5 * lanes + 1, n_C_prev=lanes + 3, size=(8, 8), count=9), machine
    )
    run_gradient(gradient_case(machine, dtype, 3, bias=False), machine)
    small = in_small_blocks(machine)
    case = gradient_case(small, dtype, lanes, n_C_prev=33, size=(53, 44), count=2, gaps=False)
    assert winograd.gradient_blocking(case.stage, small).rows < winograd.tile_grid(case.stage.size)[0]
    run_gradient(case, small)


@every_dtype
@every_target
def test_weight_gradient_of_one_image_after_the_other(target: str, dtype: str) -> None:
    """The same bits as of all at once: M and db go on where they stand."""
    machine = machine_of(target)
    case = gradient_case(machine, dtype, 3, size=(6, 7), count=3, gaps=False)
    together, after = run_case(case, machine), dict(case.operands)
    for i in range(3):
        for name, view in (("x", case.stage.x), ("dZ", case.stage.dZ)):
            after[name] = case.operands[name][i * view.image : (i + 1) * view.image]
        after = run_case(dataclasses.replace(case, operands=after, count=1), machine)
    for name in ("M", "db"):
        assert_same_bits(after[name], together[name])


@every_dtype
@every_target
def test_gradient_output(target: str, dtype: str) -> None:
    """dW from sums in float64, against loops over taps; and bit for bit in the promised order."""
    machine = machine_of(target)
    for n_C in sizes(machine, dtype):
        n_C_prev, size = 2, (6, 5)
        case = gradient_case(machine, dtype, n_C, n_C_prev, size, count=1)
        stage = case.stage
        x = inside(case.operands["x"], stage.x, 1, (8, 7), n_C_prev).astype(np.float64)
        dZ = inside(case.operands["dZ"], stage.dZ, 1, size, n_C)
        M = np.zeros((6, 6, n_C_prev, n_C))
        for place in np.ndindex(winograd.tile_grid(size)):
            V = np.einsum("ai,bj,ijc->abc", winograd.BT, winograd.BT, replay.tiles(x[0], size, 6)[place])
            G = np.array(winograd.GRADIENT_H)
            D = np.einsum("ai,bj,ijc->abc", G, G, replay.tiles(dZ[0], size, 4)[place])
            M += np.einsum("abk,abc->abkc", V, D)
        flat = np.zeros(winograd.gradient_size(dtype, n_C_prev, n_C, machine), dtype)
        cut = gradient_blocks(machine, dtype, n_C_prev, n_C)
        blocked = replay.sums_in_blocks(M, cut, machine.lanes(dtype), dtype)
        flat[: blocked.size] = blocked
        dW = np.stack(
            [
                np.stack([np.einsum("hwk,hwc->kc", x[0, v : v + 6, h : h + 5], dZ[0]) for h in range(3)])
                for v in range(3)
            ]
        )
        operands = {"M": flat, "dW": np.full(dW.size, np.nan, dtype)}
        kind = stages.WinogradGradientOutput(dtype, n_C_prev, n_C)
        expected = {"dW": dW.reshape(-1)}
        check_case(KernelCase(kind, operands, expected, 1, tolerance=close_to(dtype, 30)), machine)
        exact = {"dW": replay.replay_weights(M.astype(dtype)).reshape(-1)}
        check_case(KernelCase(kind, operands, exact, 1, exact=True), machine)


# --- the order of summation -------------------------------------------------------------------------------------------


@every_dtype
@every_target
def test_convolution_in_the_promised_order(target: str, dtype: str) -> None:
    machine = machine_of(target)
    size, n_C_prev, n_C = (5, 4), 3, 2
    case = conv_case(machine, dtype, n_C, n_C_prev, size, count=1, bias=False, gaps=False)
    x, W = random((1, 7, 6, n_C_prev), dtype, 8), random((3, 3, n_C_prev, n_C), dtype, 9)
    U = replay.in_blocks(replay.replay_filters(W), blocks(case.stage, machine), machine.lanes(dtype), dtype)
    after = run_case(
        dataclasses.replace(case, operands={**case.operands, "x": x.reshape(-1), "U": U}), machine
    )
    assert_same_bits(after["y"], replay.replay_conv(x[0], W, size).reshape(-1))


@every_dtype
@every_target
def test_weight_gradient_in_the_promised_order(target: str, dtype: str) -> None:
    machine = machine_of(target)
    size, n_C_prev, n_C = (5, 4), 2, 3
    case = gradient_case(machine, dtype, n_C, n_C_prev, size, count=2, gaps=False)
    x, dZ = random((2, 7, 6, n_C_prev), dtype, 8), random((2, *size, n_C), dtype, 9)
    operands = {**case.operands, "x": x.reshape(-1), "dZ": dZ.reshape(-1)}
    operands["M"] = np.where(np.isnan(operands["M"]), operands["M"], np.zeros(1, dtype))
    operands["db"] = np.zeros(n_C, dtype)
    after = run_case(dataclasses.replace(case, operands=operands), machine)
    cut = gradient_blocks(machine, dtype, n_C_prev, n_C)
    M = replay.sums_in_blocks(replay.replay_sums(x, dZ), cut, machine.lanes(dtype), dtype)
    assert_same_bits(after["M"][: M.size], M)
    db = np.zeros(n_C, dtype)
    for image in dZ:
        total = np.zeros(n_C, dtype)
        for position in image.reshape(-1, n_C):
            total = total + position
        db = db + total
    assert_same_bits(after["db"], db)


def test_group_sizes_reach_every_number_of_tiles() -> None:
    assert kernels.group_sizes(13, 64) == [13, 12, 6, 3, 1]
    assert kernels.group_sizes(14, 98) == [14, 1]
    assert kernels.group_sizes(4, 4) == [4, 1]


def test_the_name_says_what_is_fused() -> None:
    machine = machine_of("128")
    case = conv_case(machine, "float32", 5, relu=True, masked=True, accumulate=True)
    operation, name, _ = kernels.describe_conv(case.stage, machine)
    assert operation == "winograd_forward"
    assert name == "5x6x3_to_5_bias_relu_mask_add"
