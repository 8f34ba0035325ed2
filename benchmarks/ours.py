"""The cases with fullstride: the course's functions, and the native executor for a training step."""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import Any

import numpy as np

import fullstride
from benchmarks.cases import Arrays, Case, ConvCase, TrainingCase
from benchmarks.job import Job
from fullstride.native.executor import NativeExecutor
from fullstride.native.machine import detect
from fullstride.program import ParameterStore, Program, lower

NAME = "fullstride"
MOMENTUM = 0.9


def about(threads: int) -> dict[str, Any]:
    """Versions and what the code is made for."""
    from importlib.metadata import version

    machine = detect()
    return {
        "fullstride": fullstride.__version__,
        "NumPy": version("numpy"),
        "llvmlite": version("llvmlite"),
        "target": f"{machine.name} ({machine.cpu}, vectors of {machine.vector_bits} bits)",
    }


def make(case: Case, threads: int) -> dict[str, Job]:
    """The ways to compute a case; here there is one. The functions find `threads` in OMP_NUM_THREADS."""
    if isinstance(case, TrainingCase):
        return {"native": _training(case, threads)}
    return {"native": _conv(case)}


def first_step(case: TrainingCase, threads: int) -> dict[str, float]:
    """Seconds from an executor's creation to the end of its first step, and the median of the steps that follow."""
    program, arrays = _program(case), case.inputs()
    store = _store(program, arrays)
    X, y, rows = arrays["X"], arrays["y"], np.arange(case.m)
    times = []
    for number in range(31):
        start = time.perf_counter()
        if number == 0:
            executor = NativeExecutor(program, store, threads=threads)
        executor.train_step(X, y, rows, 0.0, MOMENTUM)
        times.append(time.perf_counter() - start)
    return {"first": times[0], "later": median(times[1:])}


def _conv(case: ConvCase) -> Job:
    arrays = case.inputs()
    A_prev, W, b, dZ = (arrays[name] for name in ("A_prev", "W", "b", "dZ"))
    hparameters = {"stride": case.stride, "pad": case.pad}
    if case.direction == "forward":
        run = partial(fullstride.conv_forward, A_prev, W, b, hparameters)
        return Job(run, lambda: {"Z": run()[0]})
    run = partial(fullstride.conv_backward, dZ, (A_prev, W, b, hparameters))
    return Job(run, lambda: dict(zip(("dA_prev", "dW", "db"), run(), strict=True)))


def _program(case: TrainingCase) -> Program:
    first, second = case.n_C
    layers = [
        fullstride.Conv(first, 3, pad=1),
        fullstride.ReLU(),
        fullstride.MaxPool(2, 2),
        fullstride.Conv(second, 3, pad=1),
        fullstride.ReLU(),
        fullstride.MaxPool(2, 2),
        fullstride.Flatten(),
        fullstride.Dense(case.classes),
    ]
    return lower(layers, (case.side, case.side, 1))


def _store(program: Program, arrays: Arrays) -> ParameterStore:
    store = ParameterStore(program)
    for name, values in store.values.items():
        values[...] = arrays[name]
    return store


def _training(case: TrainingCase, threads: int) -> Job:
    """Float32 images as the peer's, the same batch every step; a learning rate of 0 keeps every step the same."""
    program, arrays = _program(case), case.inputs()
    executor = NativeExecutor(program, _store(program, arrays), threads=threads)
    X, y, rows = arrays["X"], arrays["y"], np.arange(case.m)

    def results() -> Arrays:
        loss, gradients = executor.gradients(X, y, rows)
        return {"loss": np.array(loss), **{f"d{name}": dW for name, dW in gradients.items()}}

    return Job(partial(executor.train_step, X, y, rows, 0.0, MOMENTUM), results)
