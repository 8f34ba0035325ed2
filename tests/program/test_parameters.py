"""The flat block of parameters, its views, and how they are drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fullstride.layers import BatchNorm, Dense
from fullstride.program import ParameterSpec, ParameterStore
from fullstride.program.parameters import ALIGNMENT, Block, aligned_zeros, he_uniform
from fullstride.random import Purpose, Stream
from tests.support.kernels import DTYPES
from tests.support.programs import PROGRAMS, chain, typed

PROGRAM = PROGRAMS["stride 2"]
BATCH_NORM = ("gamma", "beta", "running_mean", "running_variance")


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_parameter_starts_on_a_cache_line(dtype: str) -> None:
    program = typed(PROGRAM, dtype)
    store = ParameterStore(program)
    assert list(store.values) == list(store.velocity) == list(program.parameters)
    for name, spec in program.parameters.items():
        for view in (store.values[name], store.velocity[name]):
            assert view.shape == spec.shape
            assert view.dtype == np.dtype(dtype)
            assert view.ctypes.data % ALIGNMENT == 0
            assert view.flags.c_contiguous


def test_places_do_not_overlap() -> None:
    store = ParameterStore(PROGRAM)
    for number, values in enumerate(store.values.values(), 1):
        assert not values.any()
        values[...] = number
    for number, values in enumerate(store.values.values(), 1):
        assert (values == number).all()
    sizes = sum(values.size for values in store.values.values())
    assert np.count_nonzero(store.value_block) == sizes <= store.block.size
    assert not store.velocity_block.any()


def test_what_is_written_into_a_view_is_in_the_block() -> None:
    store = ParameterStore(PROGRAM)
    store.values["conv1.b"][...] = 5
    assert (store.value_block == 5).sum() == store.values["conv1.b"].size
    other = aligned_zeros(store.block.size, PROGRAM.dtype)
    store.views(other)["conv1.W"][...] = 1
    assert other.sum() == store.values["conv1.W"].size


def test_a_program_without_parameters() -> None:
    from fullstride.program import Node, Program

    block = Block.of(Program((3,), (Node("relu", ("X",), "a"),)))
    assert (block.size, block.offsets) == (0, {})


def test_states_stand_in_the_same_block() -> None:
    program = chain(Dense(3), BatchNorm(), Dense(2), shape=(5,))
    store = ParameterStore(program)
    store.initialize(0)
    states = [name for name in store.values if name not in program.trained]
    assert states == ["batch_norm1.running_mean", "batch_norm1.running_variance"]
    first = [float(store.values[f"batch_norm1.{role}"].ravel()[0]) for role in BATCH_NORM]
    assert first == [1.0, 0.0, 0.0, 1.0]
    store.values[states[0]][...] = 7
    assert (store.value_block == 7).sum() == 3
    assert store.velocity.keys() == store.values.keys()


def test_he_uniform() -> None:
    """W from the words of (seed, PARAMETERS, number), in [-limit, limit); b zero."""
    spec = ParameterSpec((3, 3, 4, 50), 36)
    W = he_uniform(spec, 7, 2)
    limit = math.sqrt(6 / 36)
    draws = Stream(7, Purpose.PARAMETERS, 2).uniform(W.size)
    assert (W.ravel() == (2 * draws - 1) * limit).all()
    assert -limit <= W.min() < -0.98 * limit
    assert 0.98 * limit < W.max() < limit
    assert abs(W.std() - math.sqrt(2 / 36)) < 0.01
    assert not he_uniform(ParameterSpec((1, 4), 0), 7, 2).any()
    assert (he_uniform(ParameterSpec((1, 4), 0, initial=1.5), 7, 2) == 1.5).all()


def test_initialization_depends_on_seed_and_place_alone() -> None:
    stores = [ParameterStore(PROGRAM) for _ in range(3)]
    for store, seed in zip(stores, (1, 1, 2), strict=True):
        store.initialize(seed)
    assert (stores[0].value_block == stores[1].value_block).all()
    assert (stores[0].value_block != stores[2].value_block).any()
    wide = ParameterStore(typed(PROGRAM, "float64"))
    wide.initialize(1)
    for number, (name, values) in enumerate(stores[0].values.items()):
        assert (wide.values[name].astype(np.float32) == values).all()
        spec = PROGRAM.parameters[name]
        assert (wide.values[name] == he_uniform(spec, 1, number)).all()


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_aligned_zeros(size: int) -> None:
    zeros = aligned_zeros(size, "float32")
    assert zeros.shape == (size,)
    assert size == 0 or zeros.ctypes.data % ALIGNMENT == 0
    assert not zeros.any()
    assert zeros.flags.writeable


def test_what_decays_stands_first_in_both_parts() -> None:
    """Weights, then biases, gamma, beta and states; of the wide layers likewise."""
    program = chain(
        *(Dense(3), BatchNorm(), Dense(182 * 182), Dense(5)), shape=(2,)
    )  # dense2.W and dense3.W are wide
    block = Block.of(program)
    order = sorted(block.offsets, key=lambda name: block.offsets[name])
    assert order == [
        *("dense1.W", "dense1.b", *(f"batch_norm1.{role}" for role in BATCH_NORM)),
        *("dense2.W", "dense3.W", "dense2.b", "dense3.b"),
    ]
    assert block.wide == {"dense2.W", "dense2.b", "dense3.W", "dense3.b"}
    assert block.sharded == block.offsets["dense2.W"]
    assert block.decaying == (
        block.offsets["dense1.b"],
        block.offsets["dense2.b"] - block.offsets["dense2.W"],
    )


def test_squares_are_made_when_they_are_asked_for() -> None:
    store = ParameterStore(PROGRAM)
    assert not store.has_squares
    store.square["conv1.W"][...] = 2
    assert store.has_squares
    assert store.square_block.sum() == 2 * store.values["conv1.W"].size
    assert store.square.keys() == store.values.keys()


@pytest.mark.parametrize("squares", [False, True])
def test_reset(squares: bool) -> None:
    """Velocity and squares become zero where they stand; values stay, and no squares are made."""
    store = ParameterStore(PROGRAM)
    store.initialize(0)
    before = store.value_block.copy()
    views = [store.velocity["conv1.W"], *([store.square["conv1.W"]] if squares else [])]
    for view in views:
        view[...] = 3
    store.reset()
    assert not any(view.any() for view in views)
    assert store.has_squares == squares
    assert (store.value_block == before).all()
