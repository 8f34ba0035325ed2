"""Copies of parameters."""

from __future__ import annotations

import numpy as np

from fullstride.training.kept import BestParameters, KeptParameters


def test_keeping_and_restoring() -> None:
    values = {"W": np.array([1.0, 2.0]), "b": np.array([3.0])}
    kept = KeptParameters(values)
    assert kept.place == "before training"
    values["W"][...] = 7
    assert kept.copy["W"].tolist() == [1, 2]
    kept.keep("of step 1")
    values["W"][...] = values["b"][...] = 9
    assert not kept.restored
    kept.restore()
    assert (values["W"].tolist(), values["b"].tolist()) == ([7, 7], [3])
    assert (kept.place, kept.restored) == ("of step 1", True)
    values["W"][...] = 0  # nothing is shared
    assert kept.copy["W"].tolist() == [7, 7]


def test_the_best_of_those_that_were_offered() -> None:
    values = {"W": np.array([0.0])}
    best = BestParameters(values)
    taken = []
    for number, loss in enumerate([2.0, 3.0, 1.0, 1.0, 1.5], start=1):
        values["W"][...] = number
        taken.append(best.offer(loss, f"of epoch {number}"))
    assert taken == [True, False, True, False, False]  # of equals the first
    assert (best.loss, best.place) == (1.0, "of epoch 3")
    best.restore()
    assert values["W"].tolist() == [3]
