"""A whole training on an emulated AArch64 processor: the steps that `Network.fit` makes here, one job call each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from fullstride import Network
from fullstride.program import PLAIN, Cost, Inputs, Update
from fullstride.training import loop
from tests import hashes
from tests.native.aarch64 import qemu
from tests.native.aarch64.jobs import Job, pixels, training


class _Recorder:
    """An executor that computes nothing and writes down what it is asked for."""

    def __init__(self, network: Network) -> None:
        self.steps: list[tuple[Any, float, float, Inputs]] = []
        self._network = network

    def train_step(
        self, X: Any, y: Any, rows: Any, update: Update, inputs: Inputs, cost: Cost, weights: None
    ) -> float:
        assert cost == PLAIN
        assert weights is None
        assert inputs.augmentation is None  # so that the epoch makes no difference
        self.steps.append((rows.copy(), update.lr, update.momentum, replace(inputs, epoch=0)))
        return 1.0

    def gradients(self, *arguments: Any) -> tuple[float, dict[str, Any]]:
        """Zeros, of which nothing is said."""
        shapes = {name: spec.shape for name, spec in self._network.program.trained.items()}
        return 1.0, {name: np.zeros(shape) for name, shape in shapes.items()}


def _steps(X: Any, y: Any, network: Network) -> list[tuple[Any, float, float, Inputs]]:
    """The steps of `hashes.trained`."""
    recorder = _Recorder(network)
    epochs = hashes.STEPS // -(-hashes.IMAGES // hashes.BATCH)
    settings = loop.Settings(epochs, hashes.BATCH, lr=0.01, seed=0)
    part: Any = loop.Part(X, y)
    executor: Any = recorder
    loop.train(network, executor, network._store, part, settings)
    return recorder.steps


def training_job(net: hashes.Net) -> tuple[Job, list[int], Network]:
    """The job of a step with everything that 100 of them need, their numbers of images, and the network."""
    network, (X, y) = net.make(net.shape, hashes.CLASSES), hashes.images(net)
    steps = _steps(X, y, network)
    assert len(steps) == hashes.STEPS
    ((lr, momentum, inputs),) = {step[1:] for step in steps}
    job = training(f"100 steps of {network!r}", network.program, X, m=hashes.BATCH)
    given = {
        "X": X,
        "rows": np.concatenate([rows for rows, *_ in steps]),
        "labels": y,
        "values": network._store.value_block,
        "velocity": np.zeros_like(network._store.velocity_block),
        "lr": lr,
        "momentum": momentum,
        **pixels(network.program, inputs),
        "kind": 0,
    }
    return replace(job, given={**job.given, **given}), [len(rows) for rows, *_ in steps], network


def emulated_hash(net: hashes.Net, workshop: qemu.Workshop, threads: int) -> str:
    """The hash of a network that was trained on the emulated processor."""
    job, sizes, network = training_job(net)
    network._store.value_block[...] = workshop.build(job).run(job, threads, sizes)["values"]
    return hashes.hash_of(network)
