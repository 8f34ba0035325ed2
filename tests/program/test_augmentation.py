"""The stage that augments: where a plan has it, and the words that it reads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fullstride.program import Inputs, stages
from fullstride.program.augmentation import SPARE, LoadAugmented, Word, augmentation_words
from fullstride.program.plan import Plan
from fullstride.program.planning import Structure, plan_training
from fullstride.steps import Augmentation
from tests.support.kernels import machine_of
from tests.support.programs import NORMALIZED, PROGRAMS, typed


def test_the_words() -> None:
    chosen = Augmentation(3, True, False, 0.25, 90, (0.5, 2), 7, "reflect")
    words = augmentation_words(Inputs(augmentation=chosen, seed=2**64 - 2, epoch=9))
    assert words.dtype == np.int64
    assert len(words) == len(Word)
    assert words[: Word.LOST_AREA].tolist() == [-2, 9, 3, 1, 0, 7, 1]
    numbers = words[Word.LOST_AREA :].view(np.float64).tolist()
    assert numbers == [0.75, math.pi / 2, 0.5, 1.5]


def test_work_holds_an_image_with_its_border_and_a_vector_more() -> None:
    stage = LoadAugmented("float32", stages.View(0, 0, 3), (4, 5), 3)
    assert stage.work_row == (5 + 3) * 3
    assert stage.work_size == (4 + 3) * 24 + SPARE


def loads(plan: Plan) -> list[Any]:
    kinds = (stages.LoadImages, LoadAugmented)
    return [call for phase in plan.phases for call in phase.all_calls if isinstance(call.stage, kinds)]


@pytest.mark.parametrize("name", ["two convolutions without a pool", "batch normalization first"])
def test_an_augmented_plan_loads_so_everywhere(name: str) -> None:
    """Also where an input is loaded again in a later phase: with the same words it is the same image."""
    program = typed({**PROGRAMS, **NORMALIZED}[name], "float32")
    machine = machine_of("128")
    plain, augmented = (plan_training(program, machine, Structure(one)) for one in (False, True))
    assert plain == plan_training(program, machine)
    assert {type(call.stage) for call in loads(plain)} == {stages.LoadImages}
    assert {type(call.stage) for call in loads(augmented)} == {LoadAugmented}
    assert len(loads(plain)) == len(loads(augmented))
    assert [slot.name for slot in plain.slots] == [
        slot.name for slot in augmented.slots if slot.name != "augmentation"
    ]
    for call in loads(augmented):
        at = dict(zip(call.stage.operands, call.operands, strict=True))
        assert at["work"].slot == "arena"
        assert at["work"].offset + call.stage.work_size <= augmented.arena
