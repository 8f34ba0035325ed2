"""Every registered kernel is tested: a stage without a case fails here."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from fullstride.native.kernels import KERNELS
from fullstride.program import augmentation, normalization, stages
from fullstride.program.table import OPERATIONS


def stages_with_cases() -> set[type[stages.Stage]]:
    """What the modules beside this one say that they test."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
    modules = [importlib.import_module(f"tests.native.kernels.{name}") for name in names]
    return {stage for module in modules for stage in getattr(module, "TESTED", ())}


def test_every_kernel_has_a_case() -> None:
    assert {kind.__name__ for kind in KERNELS} == {kind.__name__ for kind in stages_with_cases()}


def test_every_stage_has_a_kernel() -> None:
    def below(kind: type[stages.Stage]) -> set[type[stages.Stage]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    modules = {stages.__name__, normalization.__name__, augmentation.__name__}
    in_the_modules = {kind for kind in below(stages.Stage) if kind.__module__ in modules}
    assert in_the_modules - {stages.Stage, stages.Rows} == set(KERNELS)


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.has_kernel])
def test_every_operation_has_its_kernels_tests(name: str) -> None:
    """One stem an operation: its tests stand beside this file, under the stem, and test at least one stage."""
    module = importlib.import_module(f"tests.native.kernels.test_{OPERATIONS[name].stem}")
    assert set(module.TESTED) <= set(KERNELS)
    assert module.TESTED
