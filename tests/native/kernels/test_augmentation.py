"""The kernel that augments while it loads, against the step: every bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.native.inputs import rows_of
from fullstride.native.kernels.augmentation import pixels_together
from fullstride.program import Inputs
from fullstride.program.augmentation import LoadAugmented, augmentation_words
from fullstride.steps import Augmentation, draw_augmentation
from tests.support.kernels import (
    DTYPES,
    KernelCase,
    assert_same_bits,
    every_dtype,
    every_target,
    gap_view,
    images,
    in_a_file,
    machine_of,
    nan_of,
    replaced,
    run_case,
    sizes,
)

TESTED = (LoadAugmented,)

AUGMENTATIONS = {
    "nothing": Augmentation(),
    "shift": Augmentation(shift=2),
    "flips": Augmentation(flip=True, flip_vertical=True),
    "further than the image": Augmentation(shift=9, flip=True),
    "cutout": Augmentation(cutout=2, shift=1),
    "crop": Augmentation(crop=0.3),
    "rotation": Augmentation(rotation=180),
    "scale": Augmentation(scale=(0.5, 2)),
    "everything": Augmentation(2, True, True, 0.5, 30, (0.7, 1.4), 3),
    "reflected": Augmentation(shift=2, flip=True, flip_vertical=True, border="reflect"),
    "reflected many times": Augmentation(shift=30, flip=True, border="reflect"),
    "reflected between pixels": Augmentation(9, True, True, 0.5, 180, (0.1, 1.4), 3, border="reflect"),
}
MOVES = ("nothing", "shift", "flips", "further than the image", "cutout", "reflected", "reflected many times")
COUNT = 6
SEED = 2**64 - 107
"""One with which a case sees all of its sides: `test_the_cases_see_what_they_are_for`."""


def augmented_case(
    dtype: str,
    size: tuple[int, int],
    n_C: int,
    augmentation: Augmentation,
    as_bytes: bool = True,
    seed: int = SEED,
    epoch: int = 3,
) -> KernelCase:
    generator = np.random.default_rng(n_C)
    shape = (9, *size, n_C)
    X: Any
    if as_bytes:
        X = generator.integers(0, 256, shape, np.uint8)
    else:
        X = generator.standard_normal(shape).astype(dtype)
        X[X < -1] = -0.0
    rows = np.array([3, 0, 8, 3, 7, 1])[:COUNT]
    normalization = tuple(0.1 + 0.02 * c for c in range(n_C)), tuple(0.5 + 0.03 * c for c in range(n_C))
    inputs = Inputs(1 / 255, *normalization, augmentation, seed, epoch)
    gain, shift = rows_of(Inputs(1 / 255, *normalization), size[1], n_C, dtype)
    view = gap_view(size, n_C, True)
    y, _ = images(view, COUNT, size, n_C, dtype, 1)
    stage = LoadAugmented(dtype, view, size, n_C)
    work = np.full(stage.work_size, nan_of(77), np.uint64).view(dtype)[: stage.work_size].copy()
    operands = {
        "X": X.reshape(-1),
        "rows": rows,
        "kind": np.array([int(as_bytes)]),
        "gain": gain,
        "shift": shift,
        "augmentation": augmentation_words(inputs),
        "y": y,
        "work": work,
    }
    expected = {"y": replaced(y, view, inputs.batch(X, rows, dtype))}
    return KernelCase(stage, operands, expected, COUNT, exact=True)


def check(case: KernelCase, target: str) -> None:
    """Every bit of y and of what lies between its rows; inputs are only read; `work` is the kernel's own."""
    after = run_case(case, machine_of(target))
    assert_same_bits(after["y"], case.expected["y"])
    for name in case.operands.keys() - {"y", "work"}:
        assert after[name].tobytes() == np.asarray(case.operands[name]).tobytes(), (
            f"{name}: an input was written"
        )


@pytest.mark.parametrize("as_bytes", [False, True], ids=["numbers", "bytes"])
@pytest.mark.parametrize("name", AUGMENTATIONS)
@every_dtype
@every_target
def test_small_images(target: str, dtype: str, name: str, as_bytes: bool) -> None:
    for size, n_C in (((5, 4), 3), ((3, 7), 1), ((1, 1), 2)):
        check(augmented_case(dtype, size, n_C, AUGMENTATIONS[name], as_bytes), target)


@pytest.mark.parametrize("as_bytes", [False, True], ids=["numbers", "bytes"])
@pytest.mark.parametrize("name", ["shift", "reflected", "everything"])
@every_dtype
@every_target
def test_images_from_a_file(target: str, dtype: str, name: str, as_bytes: bool, tmp_path: Path) -> None:
    with in_a_file(augmented_case(dtype, (5, 4), 3, AUGMENTATIONS[name], as_bytes), tmp_path) as case:
        after = run_case(case, machine_of(target))
        assert_same_bits(after["y"], case.expected["y"])


@pytest.mark.parametrize("name", ["flips", "everything", "reflected", "reflected between pixels"])
@every_dtype
@every_target
def test_rows_and_channels_around_a_vector(target: str, dtype: str, name: str) -> None:
    """Rows that fill no vector, one, and more; channels that fill vectors together with others, or by themselves."""
    for n in sizes(machine_of(target), dtype):
        check(augmented_case(dtype, (2, n), 1, AUGMENTATIONS[name]), target)
        check(augmented_case(dtype, (2, 3), n, AUGMENTATIONS[name]), target)


@every_dtype
@pytest.mark.parametrize("n_C", [2, 3, 5])
def test_groups_of_pixels_that_move_together(dtype: str, n_C: int) -> None:
    machine = machine_of("128")
    together = pixels_together(n_C, machine.lanes(dtype))
    assert together * n_C % machine.lanes(dtype) == 0
    for n_W in (together, together + 1, 3 * together - 1):
        for name in MOVES:
            check(augmented_case(dtype, (3, n_W), n_C, AUGMENTATIONS[name]), "128")


def test_channels_that_would_take_too_many_vectors_move_by_themselves() -> None:
    assert pixels_together(3, 16) == 16
    assert pixels_together(9, 16) == 1
    assert pixels_together(32, 16) == 1
    check(augmented_case("float32", (3, 40), 9, AUGMENTATIONS["shift"]), "128")


@pytest.mark.parametrize("dtype", DTYPES)
def test_many_draws(dtype: str) -> None:
    """Seeds and epochs; a single wrong rounding of a parameter shows in a pixel sooner or later."""
    for seed in range(12):
        for name in ("everything", "reflected between pixels"):
            case = augmented_case(dtype, (4, 5), 1, AUGMENTATIONS[name], seed=seed, epoch=2**40 + seed)
            check(case, "128")


def test_the_cases_see_what_they_are_for() -> None:
    """Among the images of a case are some that are mirrored and some that are not, moved in and out of sight."""
    rows = (3, 0, 8, 7, 1)
    drawn = [draw_augmentation(AUGMENTATIONS["flips"], SEED, 3, row, 5, 4) for row in rows]
    assert len({(one.flip, one.flip_vertical) for one in drawn}) == 4
    far = [draw_augmentation(AUGMENTATIONS["further than the image"], SEED, 3, row, 5, 4) for row in rows]
    assert any(abs(one.vert_shift) >= 5 for one in far)
    assert any(one.horiz_shift >= 4 for one in far)
    assert any(one.horiz_shift <= -4 for one in far)
    assert any(abs(one.vert_shift) < 5 and 0 < abs(one.horiz_shift) < 4 for one in far)
