"""Measures what each layer costs: the same jobs that train and predict, with clocks and without, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

import numpy as np

from fullstride.native.clocks import Watch, by_node
from fullstride.native.executor import NativeExecutor
from fullstride.native.runner import Runner
from fullstride.program.graph import Program
from fullstride.program.inputs import Inputs
from fullstride.program.parameters import Block, ParameterStore
from fullstride.program.plan import SHARDS, Plan
from fullstride.program.planning import inference_memory, training_memory
from fullstride.program.profile import Costs, Profile, Timing, algorithms, image_bytes, parameter_bytes
from fullstride.program.update import Update
from fullstride.random import permutation

LEAST_RUNS, MOST_RUNS = 4, 2_000


def profile(
    program: Program,
    store: ParameterStore,
    inputs: Inputs,
    batch_size: int,
    threads: int | None = None,
    seconds: float = 1.0,
) -> Profile:
    """Measure a prediction and a training step; the parameters stay as they are, for a copy is trained.

    Parameters
    ----------
    program : Program, with a loss
    store : ParameterStore
    inputs : Inputs
    batch_size : int >= 1
    threads : int, optional
    seconds : float
        About how long each of the two is measured, in at least `LEAST_RUNS` runs with clocks and without.
    """
    copied = ParameterStore(program)
    copied.value_block[...] = store.value_block
    plain, clocked = (NativeExecutor(program, copied, threads, clocked) for clocked in (False, True))
    machine = plain.machine
    bytes_ = np.resize(
        permutation(0, 0, 256).astype(np.uint8), batch_size * int(np.prod(program.input_shape))
    )
    X = bytes_.reshape(batch_size, *program.input_shape)
    prediction_runner = clocked.prediction_runner()
    prediction = Costs(
        image_bytes(inference_memory(program, machine)),
        _bytes(prediction_runner.plan, Block.of(program), batch_size, plain.threads),
        _measured(
            lambda: plain.forward(X, inputs), lambda: clocked.forward(X, inputs), prediction_runner, seconds
        ),
    )
    training = None
    runner = prediction_runner
    if program.trained:
        (n,) = program.shapes[program.output]
        rows = np.arange(batch_size, dtype=np.int64)
        y = rows % n if program.loss != "mean_squared_error" else np.zeros((batch_size, n), program.dtype)
        update = Update(lr=0.0, momentum=0.9)  # all the arithmetic of a step, and the parameters stay finite
        runner = clocked.training_runner()
        training = Costs(
            image_bytes(training_memory(program, machine)),
            _bytes(runner.plan, Block.of(program), batch_size, plain.threads),
            _measured(
                lambda: plain.train_step(X, y, rows, update, inputs),
                lambda: clocked.train_step(X, y, rows, update, inputs),
                runner,
                seconds,
            ),
        )
    return Profile(
        tuple(node.output for node in program.nodes),
        algorithms(program, runner.plan),
        parameter_bytes(program),
        batch_size,
        plain.threads,
        machine.name,
        prediction,
        training,
    )


def _measured(
    plain: Callable[[], object], clocked: Callable[[], object], runner: Runner, seconds: float
) -> Timing:
    """Both in turn, after one run each that does not count: it compiles, and touches the memory."""
    plain()
    clocked()
    watch, end = Watch(), time.perf_counter() + seconds
    unclocked: list[float] = []
    runs: list[tuple[float, dict[str, float], float]] = []
    while len(runs) < LEAST_RUNS or (time.perf_counter() < end and len(runs) < MOST_RUNS):
        unclocked.append(_seconds(plain))
        whole = _seconds(clocked)
        runs.append((whole, *by_node(runner.clocks)))
    tick = watch.seconds_per_tick()
    half = ceil(len(runs) / 2)
    faster = sorted(runs, key=lambda run: run[0])[:half]
    names = dict.fromkeys(name for _, nodes, _ in faster for name in nodes)
    return Timing(
        {name: tick * sum(nodes[name] for _, nodes, _ in faster) / half for name in names},
        tick * sum(waiting for _, _, waiting in faster) / half,
        sum(whole for whole, _, _ in faster) / half,
        sum(sorted(unclocked)[:half]) / half,
        len(runs),
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _bytes(plan: Plan, block: Block, m: int, threads: int) -> int:
    """What a job has in memory, but for the images."""
    itemsize = 4 if plan.dtype == "float32" else 8
    elements = block.size + plan.packed + plan.arena * threads
    if any(
        slot.name == "gradients" for slot in plan.slots
    ):  # training: velocities, and gradients of each shard
        elements += block.size + SHARDS * block.sharded + (block.size - block.sharded)
        elements += m * (plan.batch + 1)
    return itemsize * elements + 8 * SHARDS * plan.statistics
