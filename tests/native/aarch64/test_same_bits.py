"""Every kernel on AArch64, under qemu-user: the same bits as on this machine.

Needs qemu-aarch64 and a cross compiler (Debian: qemu-user, gcc-aarch64-linux-gnu). Where they are missing the tests
are skipped; with FULLSTRIDE_REQUIRE_QEMU=1 they fail. `python -m tests.native.aarch64` prints the results as a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fullstride.native.kernels import KERNELS, KernelName
from fullstride.native.machine import AARCH64
from fullstride.program import normalization, stages
from tests.native.aarch64 import qemu
from tests.native.aarch64.bits import differences, run_here, unwritten
from tests.native.aarch64.jobs import DTYPES, jobs, philox_words, stages_of

JOBS = {f"{job.name}, {dtype}": job for dtype in DTYPES for job in jobs(dtype)}


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> qemu.Workshop:
    missing = qemu.missing_tools()
    if missing:
        say = pytest.fail if qemu.required() else pytest.skip
        say(f"{', '.join(missing)} not found (Debian: qemu-user, gcc-aarch64-linux-gnu)")
    return qemu.Workshop(tmp_path_factory.mktemp("aarch64"))


@pytest.mark.parametrize("name", JOBS)
def test_same_bits(name: str, workshop: qemu.Workshop) -> None:
    job = JOBS[name]
    here, emulated = run_here(job), workshop.build(job)
    assert {KernelName.parse(kernel).machine for kernel in emulated.kernels} == {"neon"}
    assert emulated.undefined <= qemu.LIBRARY
    for threads in job.threads:
        there = emulated.run(job, threads)
        assert not unwritten(job, there)
        assert not differences(here, there), f"{threads} threads"


def _all_stages(dtype: str) -> Iterator[stages.Stage]:
    for job in JOBS.values():
        yield from (stage for stage in stages_of(job.plan(AARCH64)) if stage.dtype == dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_kernel_is_in_a_job(dtype: str) -> None:
    assert {type(stage) for stage in _all_stages(dtype)} == set(KERNELS)


FORMS: dict[type[stages.Stage], dict[str, set[Any]]] = {
    stages.Conv: {
        "role": {"conv_forward", "conv_input_gradient"},
        "relu": {False, True},
        "mask": {False, True},
        "accumulate": {False, True},
        "blocked": {False, True},
    },
    stages.WinogradConv: {
        "role": {"winograd_forward", "winograd_input_gradient"},
        "bias": {False, True},
        "relu": {False, True},
        "mask": {False, True},
        "accumulate": {False, True},
    },
    stages.WinogradFilters: {"flipped": {False, True}},
    stages.WinogradWeightGradient: {"bias": {False, True}},
    stages.Linear: {
        "role": {"linear_forward", "linear_input_gradient"},
        "relu": {False, True},
        "mask": {False, True},
        "accumulate": {False, True},
    },
    stages.Update: {"clipped": {False, True}},
    stages.AdamUpdate: {"clipped": {False, True}},
    stages.Pool: {"mode": {"max", "average"}},
    stages.PoolBackward: {"mode": {"max", "average"}, "mask": {False, True}, "accumulate": {False, True}},
    stages.Relu: {"relu": {False, True}, "mask": {False, True}},
    stages.Add: {"relu": {False, True}},
    stages.AddBackward: {"mask": {False, True}, "accumulate": {False, True}},
    stages.WinogradConv: {
        "role": {"winograd_forward", "winograd_input_gradient"},
        "bias": {False, True},
        "relu": {False, True},
        "mask": {False, True},
        "accumulate": {False, True},
    },
    stages.LinearBatch: {"relu": {False, True}},
    stages.LinearBatchInputGradient: {"mask": {False, True}, "accumulate": {False, True}},
    normalization.Normalize: {"residual": {False, True}, "relu": {False, True}},
    normalization.NormalizeBackward: {"mask": {False, True}, "accumulate": {False, True}},
    normalization.FoldFilters: {"bias": {False, True}},
}


@pytest.mark.parametrize("stage", FORMS, ids=lambda stage: stage.__name__)
def test_every_form_of_a_kernel_is_in_a_job(stage: type[stages.Stage]) -> None:
    found: dict[str, set[Any]] = {name: set() for name in FORMS[stage]}
    for one in _all_stages("float32"):
        if type(one) is stage:
            for name, values in found.items():
                value = getattr(one, name)
                values.add(value if isinstance(value, (bool, str)) else value is not None)
    assert found == FORMS[stage]


@pytest.mark.parametrize("dtype", DTYPES)
def test_philox_here_and_there_is_the_stream_of_random(dtype: str, workshop: qemu.Workshop) -> None:
    job = JOBS[f"philox, {dtype}"]
    assert np.array_equal(run_here(job)["words"], philox_words())
    assert np.array_equal(workshop.build(job).run(job, 1)["words"], philox_words())


# --- the comparison itself --------------------------------------------------------------------------------------------


def test_a_single_bit_is_a_difference() -> None:
    ours = {"Z": np.array([[1.0, 2.0]], np.float32)}
    theirs = {"Z": np.array([[1.0, np.nextafter(np.float32(2), np.float32(3))]], np.float32)}
    assert not differences(ours, ours)
    (text,) = differences(ours, theirs)
    assert text.startswith("Z differs at 1 of 2, first at (0, 1): ")
    assert "(40000000) here" in text
    assert "(40000001) on AArch64" in text


def test_the_sign_of_a_zero_is_a_difference_and_that_of_a_nan_is_none() -> None:
    zero, nan = np.array([0.0]), np.array([np.nan])
    assert differences({"Z": zero}, {"Z": -zero})
    assert not differences({"Z": nan}, {"Z": np.copysign(nan, -1)})
    assert differences({"Z": nan}, {"Z": zero})


def test_an_output_that_nothing_was_written_to_is_noticed() -> None:
    job = JOBS["softmax, float32"]
    assert unwritten(job, {"A": job.given["A"]}) == ["A"]
    assert not unwritten(job, {"A": job.given["A"] + 1})


def test_a_write_or_read_outside_of_a_buffer_is_noticed(workshop: qemu.Workshop) -> None:
    job = JOBS["pool_forward, max, 2x2, float32"]
    emulated = workshop.build(job)
    too_many = replace(job, given={**job.given, "m": 4})  # its buffers hold three images
    with pytest.raises(AssertionError, match=r"^qemu-aarch64 ended with -11: .*"):
        emulated.run(too_many, 1)
