"""Clocks in a job, and what is made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fullstride.architectures import resnet20, small
from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Conv, Dense, Flatten, GlobalAveragePool, MaxPool
from fullstride.native.clocks import SLOT, by_node, calls_in, row_size, with_clocks
from fullstride.native.compile import compile_assembly
from fullstride.native.executor import NativeExecutor
from fullstride.native.job import emit_job
from fullstride.native.machine import AARCH64, detect
from fullstride.native.profile import profile
from fullstride.network import Network
from fullstride.program import AS_STORED, OPERATIONS, Node, Update
from fullstride.program.plan import Operand, StepCall, Whole
from fullstride.program.planning import inference_memory, plan_training, training_memory
from fullstride.program.profile import algorithms, image_bytes
from fullstride.program.stages import View
from tests.support.kernels import assert_same_bits
from tests.support.programs import PROGRAMS, batch, store_of

PROGRAM = PROGRAMS["residual"]


@pytest.mark.parametrize("threads", [1, 3])
def test_clocks_change_no_bit(threads: int) -> None:
    X, y, rows = batch(PROGRAM, 9)
    update = Update(lr=0.1, momentum=0.9)
    stores = []
    for clocked in (False, True):
        store = store_of(PROGRAM)
        executor = NativeExecutor(PROGRAM, store, threads, clocked)
        losses = [executor.train_step(X, y, rows, update) for _ in range(3)]
        stores.append((losses, executor.forward(X), store.value_block.copy()))
    assert stores[0][0] == stores[1][0]
    assert_same_bits(stores[0][1], stores[1][1])
    assert_same_bits(stores[0][2], stores[1][2])


def test_every_call_and_the_end_of_every_thread_are_clocked() -> None:
    X, y, rows = batch(PROGRAM, 24)
    executor = NativeExecutor(PROGRAM, store_of(PROGRAM), 3, clocked=True)
    executor.train_step(X, y, rows, Update(lr=0.1))
    runner = executor.training_runner()
    ((job, clocks),) = runner.clocks
    assert job == runner.plan
    assert clocks.shape == (3, row_size(runner.plan))
    calls = calls_in(runner.plan)
    assert (clocks[:, :calls].sum(axis=0) > 0).all()  # each was made by some thread, and took some time
    assert (clocks[:, calls + 1] > 0).all()
    executor.train_step(X, y, rows, Update(lr=0.1))
    assert (runner.clocks[0][1][:, calls + 1] > clocks[:, calls + 1]).all()  # of this run alone


def test_a_step_in_python_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    row = OPERATIONS["max_pool"]
    monkeypatch.setitem(OPERATIONS, "own_pool", replace(row, name="own_pool", has_kernel=False))
    program = PROGRAMS["pooling first"]
    own = Node("own_pool", *(getattr(program.nodes[0], name) for name in ("inputs", "output", "attributes")))
    program = replace(program, nodes=(own, *program.nodes[1:]))
    found = profile(program, store_of(program), AS_STORED, 600, 2, seconds=0.01)
    assert found.runs[own.output] == "in Python"
    assert found.training is not None
    for costs in (found.prediction, found.training):
        assert costs.timing.nodes[own.output] > 0
        assert sum(costs.timing.nodes.values()) < costs.timing.whole


def test_times_of_nodes_are_means_over_threads_by_hand() -> None:
    machine = detect()
    plan = with_clocks(plan_training(PROGRAM, machine))
    calls = [call for phase in plan.phases for call in phase.all_calls]
    clocks = np.zeros((2, row_size(plan)), np.int64)
    clocks[0, : len(calls)], clocks[1, : len(calls)] = 10, 30
    clocks[:, len(calls)] = 100, 0  # at barriers
    clocks[:, len(calls) + 1] = 5_000, 5_040  # the ends: the first thread waits for 40 more
    step = StepCall("s", False, (), Whole(Operand("batch"), View(1, 1, 1), (1,)))
    nodes, waiting = by_node([(plan, clocks), (step, 7)])
    assert nodes.pop("s") == 7
    for name, ticks in nodes.items():
        assert ticks == 20 * sum(call.node == name for call in calls)
    assert waiting == 50 + 20


def test_a_plan_without_the_slot_has_no_clock_and_arm_has_its_own() -> None:
    plan = plan_training(PROGRAM, AARCH64)
    plain, clocked = (str(emit_job(made, AARCH64)[0]) for made in (plan, with_clocks(plan)))
    assert "read_volatile_register" not in plain
    looks = compile_assembly(clocked, AARCH64).lower().count("cntvct_el0")
    assert looks == 2 * calls_in(plan) + 2 * (len(plan.phases) - 1) + 1
    assert [slot.name for slot in with_clocks(plan).slots][-1] == SLOT


def test_a_profile_adds_up_and_trains_nothing() -> None:
    network = small((12, 12, 1), 10)
    before = {name: value.copy() for name, value in network.parameters.items()}
    profile = network.profile(batch_size=16, threads=2)
    assert (profile.batch_size, profile.threads) == (16, 2)
    assert all((network.parameters[name] == value).all() for name, value in before.items())
    assert profile.training is not None
    for costs in (profile.prediction, profile.training):
        timing = costs.timing
        assert sum(timing.nodes.values()) + timing.waiting + timing.rest == pytest.approx(timing.whole)
        assert timing.rest > 0  # calls and waiting are parts of the whole: two clocks agree
        assert timing.unclocked > 0
        assert timing.runs >= 4
        assert {"X", "conv1", "max_pool1", "conv2", "dense1"} <= {*timing.nodes}
        assert "relu1" not in timing.nodes
    # 3*3*1*8 + 8, 3*3*8*16 + 16 and 144*10 + 10 numbers of 4 bytes
    assert [profile.parameter_bytes[name] for name in ("conv1", "conv2", "dense1")] == [320, 4_672, 5_800]
    assert profile.training.total_bytes > profile.prediction.total_bytes
    lines = str(profile).splitlines()
    assert [line.split()[0] for line in lines][:9] == [
        "layer",
        "X",
        *(row.layer for row in network.summary().rows[:7]),
    ]
    assert "16 images, 2 threads" in str(profile)
    assert "conv1" in profile._repr_html_()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_networks_that_estimate_numbers_and_such_that_learn_nothing(dtype: str) -> None:
    estimating = Network(
        *(Conv(2, 3), Flatten(), Dense(3)), input_shape=(5, 5, 1), dtype=dtype, loss="mean_squared_error"
    )
    profile = estimating.profile(batch_size=3, threads=1)
    assert profile.training is not None
    assert {"conv1", "dense1", "loss", "update"} <= {*profile.training.timing.nodes}
    bare = Network(MaxPool(2), GlobalAveragePool(), input_shape=(4, 4, 3), dtype=dtype)
    profile = bare.profile(batch_size=3, threads=1)
    assert profile.training is None
    assert "train ms" not in str(profile)
    assert profile.runs == {"max_pool1": "by itself", "global_average_pool1": "by itself"}


def test_how_layers_run() -> None:
    network = resnet20((32, 32, 3), 10)
    words = algorithms(network.program, plan_training(network.program, detect()))
    assert words["conv1"] == "direct"  # 3 channels
    assert words["conv2"] == "Winograd"
    assert words["relu1"] == "in batch_norm1"
    exact = Network(
        *(Conv(32, 3, pad=1), Conv(32, 3, pad=1), MaxPool(2), Flatten(), Dense(2)),
        input_shape=(12, 12, 16),
        exact=True,
    )
    words = algorithms(exact.program, plan_training(exact.program, detect()))
    assert words["conv2"] == "direct"
    assert words["max_pool1"] == "by itself"
    assert words["flatten1"] == "is max_pool1"


def test_what_a_plan_keeps_of_an_image_by_hand() -> None:
    program = Network(Flatten(), Dense(20), Dense(3), input_shape=(4, 4, 1)).program
    # whole cache lines of 16 numbers, of 4 bytes: 16 of X; 20 and their gradients; 3, and their gradients
    assert image_bytes(training_memory(program, detect())) == {"X": 64, "dense1": 2 * 128, "dense2": 2 * 64}
    assert image_bytes(inference_memory(program, detect())) == {"X": 64, "dense1": 128, "dense2": 64}


def test_bad_arguments() -> None:
    network = small((8, 8, 1), 10)
    with pytest.raises(ArgumentError, match=r"^Network\.profile: batch_size must be .* >= 1"):
        network.profile(batch_size=0)
    with pytest.raises(DtypeError, match=r"^Network\.profile: threads must be a whole number"):
        network.profile(threads=1.5)  # type: ignore[arg-type]
