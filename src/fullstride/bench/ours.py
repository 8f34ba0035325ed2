"""The cases with fullstride: a network's executor, and the course's functions or a network of one layer."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from statistics import median
from typing import Any

import numpy as np

from fullstride import __version__
from fullstride.bench.cases import Arrays, Case, LayerCase, NetworkCase
from fullstride.bench.job import Job
from fullstride.bench.layer import LayerGradient
from fullstride.bench.networks import NETWORKS
from fullstride.native.executor import NativeExecutor
from fullstride.native.functions import conv_forward
from fullstride.native.machine import detect
from fullstride.network import Network
from fullstride.program import Node, ParameterStore, Program, Update

MOMENTUM = 0.9
FIRST_STEPS = 31


def about(threads: int) -> dict[str, Any]:
    """Versions and what the code is made for."""
    machine = detect()
    return {
        "fullstride": __version__,
        "NumPy": version("numpy"),
        "llvmlite": version("llvmlite"),
        "target": f"{machine.name} ({machine.cpu}, vectors of {machine.vector_bits} bits)",
    }


def make(case: Case, threads: int) -> dict[str, Job]:
    """The ways to compute a case; the best counts. The course's functions find `threads` in OMP_NUM_THREADS."""
    if isinstance(case, LayerCase):
        return {name: job(case, threads) for name, job in LAYERS[case.direction].items()}
    return {"step": _step(case, threads)} if case.task == "step" else _inference(case, threads)


def first_step(case: NetworkCase, threads: int) -> dict[str, float]:
    """Seconds from a network's creation to the end of its first step, and the median of the steps that follow."""
    arrays = case.inputs()
    X, y, rows = arrays["X"], arrays["y"], np.arange(case.m)
    times = []
    for number in range(FIRST_STEPS):
        start = time.perf_counter()
        if number == 0:
            executor = _executor(_network(case, arrays), threads)
        executor.train_step(X, y, rows, Update(0.0, MOMENTUM))
        times.append(time.perf_counter() - start)
    return {"first": times[0], "later": median(times[1:])}


# --- networks ---------------------------------------------------------------------------------------------------------


def _network(case: NetworkCase, arrays: Arrays) -> Network:
    network = NETWORKS[case.network]()
    for name, parameter in network.parameters.items():
        parameter[...] = arrays[name]
    return network


def _executor(network: Network, threads: int) -> NativeExecutor:
    """What `fit` runs, without the loop around it."""
    store = ParameterStore(network.program)
    for name, values in store.values.items():
        values[...] = network.parameters[name]
    return NativeExecutor(network.program, store, threads=threads)


def _step(case: NetworkCase, threads: int) -> Job:
    """Float32 images as the peers', the same batch every step; a learning rate of 0 keeps every step the same."""
    arrays = case.inputs()
    executor = _executor(_network(case, arrays), threads)
    X, y, rows = arrays["X"], arrays["y"], np.arange(case.m)

    def results() -> Arrays:
        loss, gradients = executor.gradients(X, y, rows)
        return {"loss": np.array(loss), **{f"d{name}": dW for name, dW in gradients.items()}}

    return Job(partial(executor.train_step, X, y, rows, Update(0.0, MOMENTUM)), results)


def _inference(case: NetworkCase, threads: int) -> dict[str, Job]:
    """`predict_proba` with all its checks, and what a program would keep that asks again and again."""
    arrays = case.inputs()
    network, X = _network(case, arrays), arrays["X"]
    checked = partial(network.predict_proba, X, threads=threads)
    prepared = _predictor(network, X, threads)
    return {
        name: Job(run, partial(_probabilities, run))
        for name, run in (("predictor", prepared), ("predict_proba", checked))
    }


def _probabilities(run: Callable[[], Any]) -> Arrays:
    return {"probabilities": run()}


def _predictor(network: Network, X: Any, threads: int) -> Callable[[], Any]:
    if hasattr(network, "predictor"):
        return partial(network.predictor(threads=threads), X)
    return partial(_executor(network, threads).forward, X)


# --- layers -----------------------------------------------------------------------------------------------------------


def _forward(case: LayerCase, _: int) -> Job:
    """The course's function: always direct."""
    arrays = case.inputs()
    run = partial(conv_forward, arrays["A_prev"], arrays["W"], arrays["b"], _hparameters(case))
    return Job(run, lambda: {"Z": run()[0]})


def _forward_in_a_network(case: LayerCase, threads: int) -> Job:
    """As a network runs the layer: a program of one convolution."""
    arrays = case.inputs()
    attributes = {"n_C": case.n_C, "f": case.f, **_hparameters(case)}
    input_shape = (case.n_H_prev, case.n_H_prev, case.n_C_prev)
    program = Program(input_shape, (Node("conv", ("X",), "conv1", attributes),), loss=None)
    store = ParameterStore(program)
    for role in ("W", "b"):
        store.values[f"conv1.{role}"][...] = arrays[role]
    run = partial(NativeExecutor(program, store, threads=threads).forward, arrays["A_prev"])
    return Job(run, lambda: {"Z": run()})


def _gradient(case: LayerCase, threads: int) -> Job:
    """As a network runs it."""
    layer = LayerGradient(case.inputs(), _hparameters(case), case.direction, threads)
    return Job(layer.run, layer.results)


def _hparameters(case: LayerCase) -> dict[str, Any]:
    return {"stride": case.stride, "pad": case.pad}


LAYERS: dict[str, dict[str, Callable[[LayerCase, int], Job]]] = {
    "forward": {"function": _forward, "network": _forward_in_a_network},
    "dA": {"network": _gradient},
    "dW": {"network": _gradient},
}
"""Direction -> the ways to compute it."""
