"""The vocabulary of the emitters: lanes, tiles, loops and sums."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest
from llvmlite import ir

from fullstride.native.cache import Compiled
from fullstride.native.compile import compile_object, link
from fullstride.native.emit import I64, POINTER, Emitter, Lanes, kernel_function, split_lanes
from tests.support.kernels import Guarded, machine_of


@pytest.mark.parametrize("lanes", [2, 4, 8, 16])
def test_split_lanes(lanes: int) -> None:
    """Every channel once and in order; full vectors, then the narrowest one that holds the rest."""
    for n in range(1, 3 * lanes + 2):
        parts = split_lanes(n, lanes, start=5)
        assert [part.offset + k for part in parts for k in range(part.count)] == list(range(5, 5 + n))
        assert all(part.count == part.width == lanes for part in parts[:-1])
        last = parts[-1]
        assert last.count <= last.width <= lanes
        assert last.width < 2 * last.count
    assert split_lanes(0, lanes) == []
    assert split_lanes(21, 16) == [Lanes(0, 16, 16), Lanes(16, 8, 5)]


def run(write: Any, *arrays: Any, dtype: str = "float32") -> None:
    """Emits a function of pointers, and calls it with the arrays."""
    machine = machine_of("128")
    module = ir.Module(name="emit")
    module.triple = machine.triple
    kind = ir.FunctionType(ir.VoidType(), [I64, *[POINTER] * len(arrays)])
    function = ir.Function(module, kind, "apply")
    e = Emitter(module, function, machine, dtype)
    write(e, *function.args)
    e.b.ret_void()
    loaded = link(Compiled(compile_object(str(module), machine), None), ("apply",))
    kinds = [ctypes.c_int64, *[ctypes.c_void_p] * len(arrays)]
    ctypes.CFUNCTYPE(None, *kinds)(loaded.address("apply"))(
        len(arrays[0]), *(array.ctypes.data for array in arrays)
    )


@pytest.mark.parametrize(("total", "size"), [(1, 1), (1, 4), (3, 4), (4, 4), (5, 4), (8, 4), (9, 4), (7, 1)])
def test_tiles_cover_every_place_once(total: int, size: int) -> None:
    counts = np.zeros(total, np.float32)

    def write(e: Emitter, _: Any, place: Any) -> None:
        def body(start: Any, n: int) -> None:
            assert 1 <= n <= size
            for k in range(n):
                here = e.at(place, start, k)
                e.b.store(e.b.fadd(e.load_scalar(here), ir.Constant(e.scalar, 1.0)), here)

        e.tiles(total, size, body)

    run(write, counts)
    assert (counts == 1).all()


@pytest.mark.parametrize(("start", "stop", "step"), [(0, 5, 1), (2, 9, 3), (1, 2, 7)])
def test_a_loop_is_a_range(start: int, stop: int, step: int) -> None:
    visited = np.zeros(10, np.float32)

    def write(e: Emitter, _: Any, place: Any) -> None:
        with e.loop(start, stop, step) as i:
            e.b.store(ir.Constant(e.scalar, 1.0), e.at(place, i))

    run(write, visited)
    assert np.flatnonzero(visited).tolist() == list(range(start, stop, step))


@pytest.mark.parametrize("n", [0, 1, 6])
def test_a_loop_up_to_a_number_that_is_not_known_yet(n: int) -> None:
    visited = np.zeros(10, np.float32)

    def write(e: Emitter, count: Any, given: Any, place: Any) -> None:
        with e.loop(0, count) as i:
            e.b.store(ir.Constant(e.scalar, 1.0), e.at(place, i))

    run(write, np.zeros(n, np.float32), visited)
    assert visited.sum() == n


def test_an_empty_loop_is_refused() -> None:
    def write(e: Emitter, *_: Any) -> None:
        with e.loop(3, 3):
            pass

    with pytest.raises(AssertionError, match="an empty loop is not emitted"):
        run(write, np.zeros(1, np.float32))


@pytest.mark.parametrize(("count", "step"), [(1, 1), (2, 1), (7, 1), (8, 4), (4, 4)])
def test_reduce_carries_values_in_order(count: int, step: int) -> None:
    """value = 10 value + k, one after the other."""
    results = np.zeros(1, np.float64)

    def write(e: Emitter, _: Any, place: Any) -> None:
        def body(k: Any, values: list[Any]) -> list[Any]:
            (value,) = values
            for offset in range(step):
                number = e.b.sitofp(e.b.add(k, e.whole(offset)), e.scalar)
                value = e.fma(value, ir.Constant(e.scalar, 10.0), number)
            return [value]

        (value,) = e.reduce(count, [ir.Constant(e.scalar, 0.0)], body, step)
        e.b.store(value, place)

    run(write, results, dtype="float64")
    assert results[0] == int("".join(map(str, range(count))))


@pytest.mark.parametrize("n", [0, 1, 6])
def test_fold_carries_values_through_a_range_of_the_run(n: int) -> None:
    """value = 10 value + i from 3 on; an empty range leaves the values as they are."""
    results = np.zeros(1, np.float64)

    def write(e: Emitter, count: Any, _: Any, place: Any) -> None:
        def body(i: Any, values: list[Any]) -> list[Any]:
            return [e.fma(values[0], ir.Constant(e.scalar, 10.0), e.b.sitofp(i, e.scalar))]

        stop = e.b.add(count, e.whole(3))
        (value,) = e.fold(e.whole(3), stop, [ir.Constant(e.scalar, 9.0)], body)
        e.b.store(value, place)

    run(write, np.zeros(n), results, dtype="float64")
    assert results[0] == int("9" + "".join(map(str, range(3, 3 + n))))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_lanes_behind_the_last_are_not_touched(count: int) -> None:
    given, taken = Guarded(np.arange(1.0, 1 + count, dtype=np.float32)), Guarded(np.zeros(count, np.float32))
    (part,) = split_lanes(count, 4)

    def write(e: Emitter, _: Any, source: Any, target: Any) -> None:
        e.store(e.relu(e.load(source, part)), target, part)

    run(write, given.array, taken.array)
    assert (taken.array == given.array).all()
    given.assert_guards_untouched("given")
    taken.assert_guards_untouched("taken")


def test_guards_notice_a_write() -> None:
    guarded = Guarded(np.zeros(3, np.float32))

    def write(e: Emitter, _: Any, place: Any) -> None:
        e.store(e.splat_constant(0.0, 4), place, Lanes(0, 4, 4))

    run(write, guarded.array)
    with pytest.raises(AssertionError, match="place: written behind its last element"):
        guarded.assert_guards_untouched("place")


def test_addresses_that_are_known_are_added_now() -> None:
    module = ir.Module(name="plus")
    function = kernel_function(module, "f", ("x",))
    e = Emitter(module, function, machine_of("128"), "float32")
    count, x = function.args
    assert e.plus(1, 2, 3) == 6
    assert e.times(4, 5) == 20
    assert e.at(x, 2, -2) is x
    assert e.times(count, 1) is count
    e.at(x, 1, count, 2)
    e.b.ret_void()
    assert str(function).count("add i64") == 1
    assert "noalias" in str(function)
    assert 'i64 %"count"' in str(function)
