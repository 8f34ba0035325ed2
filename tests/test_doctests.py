"""The examples in docstrings, of every module."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import fullstride

MODULES = ["fullstride"] + [
    module.name
    # A package that cannot be imported is listed before it is tried; its own test below then fails.
    for module in pkgutil.walk_packages(fullstride.__path__, "fullstride.", onerror=lambda name: None)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    if name.startswith("fullstride.bench.peer_"):
        pytest.importorskip(name.rpartition("_")[2], reason="the peer is not installed")
    if name.startswith("fullstride.sklearn"):
        pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module)
    assert failed == 0, f"{failed} examples of {name} failed; their output is above"


def test_there_are_examples_in_every_step() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    steps = importlib.import_module("fullstride.steps")
    without = [
        name
        for name in steps.__all__
        if not any(test.examples for test in finder.find(getattr(steps, name), name))
    ]
    assert without == []
