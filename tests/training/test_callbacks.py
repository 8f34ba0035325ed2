"""What a run says of itself. The order of the calls is tested with the loop."""

from __future__ import annotations

import math

import pytest

from fullstride.training import Callback, Run


def run_of(**values: float) -> Run:
    return Run(network=None, epochs=3, steps_per_epoch=10, images_total=300, **values)  # type: ignore[arg-type]


def test_before_the_first_step() -> None:
    run = run_of()
    assert (run.epoch, run.step, run.images_seen) == (0, 0, 0)
    assert math.isnan(run.loss)
    assert run.images_per_second == 0.0
    assert run.eta is None


def test_pace_is_of_the_steps_and_time_left_of_everything() -> None:
    run = run_of(images_seen=100, seconds=8.0, training_seconds=5.0)
    assert run.images_per_second == 20.0
    assert run.eta == pytest.approx(16.0)  # 200 images are left at 0.08 s each


def test_nothing_is_left_at_the_end() -> None:
    assert run_of(images_seen=300, seconds=8.0, training_seconds=5.0).eta == 0.0


def test_a_clock_that_has_not_moved_divides_by_nothing() -> None:
    assert run_of(images_seen=100).images_per_second == 0.0


def test_the_base_does_nothing() -> None:
    run, callback = run_of(), Callback()
    before = repr(run)
    callback.on_start(run)
    callback.on_step(run)
    callback.on_epoch(run, {})  # type: ignore[typeddict-item]
    callback.on_end(run)
    assert repr(run) == before
