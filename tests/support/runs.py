"""Small runs: images in memory, and callbacks that end a run before its time."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullstride.data import DataSet, from_arrays
from fullstride.runs import Configuration, Job, prepare
from fullstride.training import Run


def small_data(seed: int = 0, classes: int = 3, name: str = "small") -> DataSet:
    """54 training and 18 test images of 6x6 in grey; a class is where the light is, under much noise."""
    generator = np.random.default_rng(seed)
    y = np.arange(72) % classes
    X = generator.integers(0, 200, (72, 6, 6), np.uint8)
    for image, label in zip(X, y, strict=True):
        image[2 * label : 2 * label + 2] += 55
    return from_arrays(X[:54], y[:54], X[54:], y[54:], name=name)


def small_job(document: dict[str, Any] | None = None, data: DataSet | None = None) -> Job:
    """A job of 4 epochs of 5 steps, each of 10 of 49 images; 5 validate."""
    usual: dict[str, Any] = {
        "training.epochs": 4,
        "training.batch_size": 10,
        "network.layers": [
            {"kind": "conv", "n_C": 4, "f": 3, "pad": 1},
            {"kind": "relu"},
            {"kind": "flatten"},
            {"kind": "dense", "n": 3},
        ],
    }
    data = small_data() if data is None else data
    configuration = Configuration().override({"data.name": data.name, **usual, **(document or {})})
    return prepare(configuration, data)


class Killed(Exception):
    """What no run catches: it ends as if the process had."""


def kill(run: Run) -> None:
    raise Killed


def press(run: Run) -> None:
    raise KeyboardInterrupt
