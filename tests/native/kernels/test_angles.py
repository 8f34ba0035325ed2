"""The emitted sine and cosine have the bits of `fullstride.angles`."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np
import pytest
from llvmlite import ir

from fullstride.angles import cosine, sine
from fullstride.native.cache import Compiled
from fullstride.native.compile import compile_object, link
from fullstride.native.emit import F64, I64, POINTER, Emitter, Lanes
from fullstride.native.kernels.angles import emit_floor, emit_sine_and_cosine
from fullstride.program.machine import Machine
from tests.support.kernels import assert_same_bits, every_target, machine_of
from tests.test_angles import angles


@cache
def compiled(name: str, machine: Machine) -> Any:
    """(count, x, results): of each x its sine and its cosine; or its floor as a number and as a lane."""
    module = ir.Module(name=name)
    module.triple = machine.triple
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64, POINTER, POINTER]), "apply")
    e = Emitter(module, function, machine, "float64")
    count, x, results = function.args
    with e.loop(0, count) as i:
        number = e.load_scalar(e.at(x, i), F64)
        pair = emit_sine_and_cosine(e, number) if name == "angles" else (emit_floor(e, number), None)
        e.b.store(pair[0], e.at(results, e.times(i, 2)))
        if name == "angles":
            e.b.store(pair[1], e.at(results, e.times(i, 2), 1))
        else:
            e.store(emit_floor(e, e.splat(number, 1)), e.at(results, e.times(i, 2), 1), Lanes(0, 1, 1))
    e.b.ret_void()
    loaded = link(Compiled(compile_object(str(module), machine), None), ("apply",))
    kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
    return kind(loaded.address("apply")), loaded


def apply(name: str, x: Any, machine: Machine) -> Any:
    results = np.empty((x.size, 2))
    function, _ = compiled(name, machine)
    function(x.size, x.ctypes.data, results.ctypes.data)
    return results


@every_target
@pytest.mark.parametrize("limit", [7.0, 1000.0])
def test_the_same_bits(target: str, limit: float) -> None:
    x = np.array(angles(limit))
    expected = np.array([(sine(number), cosine(number)) for number in x.tolist()])
    assert_same_bits(apply("angles", x, machine_of(target)), expected)


@every_target
def test_floor(target: str) -> None:
    x = np.array([-2.0, -1.5, -1.0, -0.25, 0.0, 0.75, 1.0, 7.5, -1e18, 1e18])
    assert_same_bits(apply("floor", x, machine_of(target)), np.stack([np.floor(x)] * 2, axis=1))
