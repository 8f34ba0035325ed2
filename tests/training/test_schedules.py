"""Schedules: by hand, against PyTorch's where installed, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import pytest

from fullstride.errors import ArgumentError, DtypeError
from fullstride.training.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    OneCycle,
    Schedule,
    StepDecay,
    schedule_of,
)

EVERY: tuple[Schedule, ...] = (
    Constant(),
    Constant(warmup=1.5),
    StepDecay(milestones=(2, 3.5), decay=0.3),
    StepDecay(warmup=1, milestones=(2,)),
    Cosine(),
    Cosine(warmup=0.5, final=0.1),
    OneCycle(),
    OneCycle(rise=0.4, start=0.1, final=0.01),
)


def factors(schedule: Schedule, steps_per_epoch: int = 10, epochs: int = 5) -> list[float]:
    return [schedule.factor(step, steps_per_epoch, epochs) for step in range(steps_per_epoch * epochs)]


@pytest.mark.parametrize("schedule", EVERY, ids=repr)
def test_every_factor_lies_between_0_and_1(schedule: Schedule) -> None:
    for steps_per_epoch, epochs in ((1, 1), (1, 7), (10, 1), (7, 3)):
        assert all(0 < factor <= 1 for factor in factors(schedule, steps_per_epoch, epochs))


def test_warmup_rises_in_a_straight_line_and_then_the_schedule_begins() -> None:
    assert factors(Constant(warmup=0.4))[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    with_warmup, without = factors(Cosine(warmup=1)), factors(Cosine(), epochs=4)
    assert with_warmup[10:] == without
    assert factors(Constant(warmup=100)) == [(step + 1) / 50 for step in range(50)]  # longer than the run


def test_milestones_count_from_the_start_of_the_run() -> None:
    expected = [1.0] * 20 + [0.5] * 15 + [0.25] * 15
    assert factors(StepDecay(milestones=(2, 3.5), decay=0.5)) == expected
    late = factors(StepDecay(warmup=1, milestones=(2, 3.5), decay=0.5))
    assert late[10:] == expected[10:]


def test_cosine_against_the_library() -> None:
    for step, factor in enumerate(factors(Cosine(final=0.2))):
        assert factor == pytest.approx(0.2 + 0.8 * (1 + math.cos(math.pi * step / 50)) / 2, abs=1e-15)


def test_one_cycle_rises_and_falls() -> None:
    found = factors(OneCycle(rise=0.2, start=0.1, final=0.01))
    assert found[0] == 0.1
    assert found[5] == pytest.approx(0.55, abs=1e-15)
    assert found[10] == 1.0
    assert found[30] == pytest.approx(0.01 + 0.99 / 2, abs=1e-15)  # half of the way down
    assert found[49] == pytest.approx(0.01 + 0.99 * (1 + math.cos(math.pi * 39 / 40)) / 2, abs=1e-15)
    assert found[:11] == sorted(found[:11])
    assert found[10:] == sorted(found[10:], reverse=True)


@pytest.mark.peers
def test_as_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    parameter = torch.nn.Parameter(torch.zeros(1))

    def rates(make: Any) -> list[float]:
        optimizer = torch.optim.SGD([parameter], lr=1.0)
        scheduler, found = make(optimizer), []
        for _ in range(50):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return found

    schedulers = torch.optim.lr_scheduler
    theirs = rates(lambda o: schedulers.CosineAnnealingLR(o, 50, eta_min=0.1))
    assert factors(Cosine(final=0.1)) == pytest.approx(theirs, abs=1e-12)
    theirs = rates(lambda o: schedulers.MultiStepLR(o, [20, 40], gamma=0.1))
    assert factors(StepDecay(milestones=(2, 4))) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("schedule", EVERY, ids=repr)
def test_as_plain_data_and_back(schedule: Schedule) -> None:
    assert schedule_of(schedule.to_dict(), "test") == schedule
    assert schedule_of(schedule, "test") is schedule


def test_by_name() -> None:
    assert {name: type(schedule_of(name, "test")) for name in SCHEDULES} == SCHEDULES


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (
            lambda: Constant(warmup=-1),
            ArgumentError,
            r"^Constant: warmup must be a number, 0 <= warmup < inf; got -1",
        ),
        (lambda: Cosine(final=1), ArgumentError, r"^Cosine: final must be a number, 0 <= final < 1; got 1"),
        (
            lambda: Cosine(final="low"),
            DtypeError,
            r"^Cosine: final must be a number, .* got 'low' of type str",
        ),
        (
            lambda: StepDecay(milestones=3),
            DtypeError,
            r"^StepDecay: milestones must be a tuple of numbers, .*; got 3$",
        ),
        (
            lambda: StepDecay(milestones=(2, 2)),
            ArgumentError,
            r"^StepDecay: milestones must rise from each to the next; got \(2.0, 2.0\)$",
        ),
        (
            lambda: StepDecay(decay=0),
            ArgumentError,
            r"^StepDecay: decay must be a finite number, 0 < decay <= 1; got 0",
        ),
        (
            lambda: OneCycle(warmup=1),
            ArgumentError,
            r"^OneCycle: warmup must be 0 \(rise is its warm-up\); got 1$",
        ),
        (
            lambda: OneCycle(rise=1),
            ArgumentError,
            r"^OneCycle: rise must be a part of the run, 0 < rise < 1; got 1$",
        ),
        (
            lambda: schedule_of("linear", "fit"),
            ArgumentError,
            r"^fit: schedule must be one of constant, step, cosine, one-cycle; got 'linear'$",
        ),
        (
            lambda: schedule_of(3, "fit"),
            DtypeError,
            r"^fit: schedule must be a Schedule, such as Cosine\(\), or its kind; got 3$",
        ),
        (
            lambda: schedule_of({"kind": "cosine", "rise": 1}, "fit"),
            ArgumentError,
            r"^fit: the schedule cosine takes warmup, final; got rise$",
        ),
        (
            lambda: schedule_of({"kind": ["cosine"]}, "fit"),
            ArgumentError,
            r"^fit: schedule must be one of constant, step, cosine, one-cycle; got \['cosine'\]$",
        ),
        (  # the value's own sentence, not one about the names
            lambda: schedule_of({"kind": "cosine", "final": "0"}, "fit"),
            DtypeError,
            r"^Cosine: final must be a number, 0 <= final < 1; got '0' of type str$",
        ),
    ],
)
def test_what_is_refused(make: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        make()
