"""exp and log against the decimal module with 40 digits, and where there is nothing to round."""

from __future__ import annotations

import ctypes
import decimal
import math
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest
from llvmlite import ir

from fullstride.native.cache import Compiled
from fullstride.native.compile import compile_object, link
from fullstride.native.emit import I64, POINTER, Emitter, Lanes
from fullstride.native.kernels.elementary import emit_exp, emit_log
from fullstride.program.machine import Machine
from tests.support.kernels import every_dtype, every_target, machine_of

EMITTERS = {"exp": emit_exp, "log": emit_log}
ULPS = {("exp", "float32"): 1.0, ("exp", "float64"): 1.0, ("log", "float32"): 2.1, ("log", "float64"): 2.1}
"""Just above what is measured over millions of numbers (0.92 and 1.97); the module promises less than 3."""

DIGITS = {"float32": 24, "float64": 53}


@cache
def compiled(name: str, dtype: str, machine: Machine, width: int) -> Any:
    """(count, x, y): y = exp(x) or log(x), `width` lanes at a time (0: as a scalar)."""
    module = ir.Module(name=name)
    module.triple = machine.triple
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64, POINTER, POINTER]), "apply")
    e = Emitter(module, function, machine, dtype)
    count, x, y = function.args
    with e.loop(0, count, max(width, 1)) as i:
        if width:
            part = Lanes(0, width, width)
            e.store(EMITTERS[name](e, e.load(e.at(x, i), part)), e.at(y, i), part)
        else:
            e.b.store(EMITTERS[name](e, e.load_scalar(e.at(x, i))), e.at(y, i))
    e.b.ret_void()
    loaded = link(Compiled(compile_object(str(module), machine), None), ("apply",))
    kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
    return kind(loaded.address("apply")), loaded


def apply(name: str, x: Any, machine: Machine | None = None, width: int | None = None) -> Any:
    """y for an array of any length."""
    machine = machine or machine_of("128")
    width = machine.lanes(x.dtype.name) if width is None else width
    size = -(-x.size // max(width, 1)) * max(width, 1)
    padded, y = np.ones(size, x.dtype), np.empty(size, x.dtype)
    padded[: x.size] = x
    function, _ = compiled(name, x.dtype.name, machine, width)
    function(size, padded.ctypes.data, y.ctypes.data)
    return y[: x.size]


def numbers(name: str, dtype: str) -> Any:
    """Random numbers of all sizes, and those around the places where the pieces meet."""
    generator = np.random.default_rng(0)
    if name == "exp":
        limit = 87.0 if dtype == "float32" else 708.0
        halves = (np.arange(-120, 120) + 0.5) * math.log(2)
        x = [generator.uniform(-limit, limit, 1500), generator.uniform(-1, 1, 1500), halves]
        x = np.concatenate([*x, generator.standard_normal(500) * 1e-4]).astype(dtype)
        return np.concatenate([x, np.nextafter(x[3000:3240], np.inf), np.nextafter(x[3000:3240], -np.inf)])
    around = np.array([0.5, math.sqrt(0.5), 1.0, math.sqrt(2), 2.0]).astype(dtype)
    near = [around]
    for direction in (-np.inf, np.inf):
        step = around
        for _ in range(5):
            step = np.nextafter(step, step.dtype.type(direction))
            near.append(step)
    exponents = (-37, 38) if dtype == "float32" else (-307, 308)
    x = [generator.uniform(0, 4, 1500), generator.uniform(0.9, 1.1, 1500)]
    return np.concatenate([*x, 10 ** generator.uniform(*exponents, 1500), *near]).astype(dtype)


def worst_error(name: str, x: Any, y: Any) -> float:
    """In units of the last place of the exact result."""
    worst, digits = 0.0, DIGITS[x.dtype.name]
    with decimal.localcontext(prec=40):
        for number, result in zip(x.tolist(), y.tolist(), strict=True):
            exact = Decimal(number).exp() if name == "exp" else Decimal(number).ln()
            if exact == 0:
                assert result == 0
                continue
            unit = Decimal(2) ** (math.frexp(float(exact))[1] - digits)
            worst = max(worst, float(abs(Decimal(result) - exact) / unit))
    return worst


@every_dtype
@pytest.mark.parametrize("name", EMITTERS)
def test_largest_error(name: str, dtype: str) -> None:
    x = numbers(name, dtype)
    error = worst_error(name, x, apply(name, x))
    assert error < ULPS[name, dtype] < 3, f"{error:.3f} units in the last place"


def test_float32_against_the_libraries_own() -> None:
    """All exponents, with numbers of the math module in float64."""
    x = numbers("exp", "float32")
    exact = np.array([math.exp(number) for number in x.tolist()])
    assert (np.abs(apply("exp", x) / exact - 1) < 2.0**-22).all()
    x = numbers("log", "float32")
    exact = np.array([math.log(number) for number in x.tolist()])
    assert (np.abs(apply("log", x) - exact) <= 2.0**-22 * np.abs(exact)).all()


@every_target
@every_dtype
@pytest.mark.parametrize("name", EMITTERS)
def test_vectors_and_scalars_have_equal_bits(name: str, dtype: str, target: str) -> None:
    machine = machine_of(target)
    x = np.concatenate([numbers(name, dtype)[::7], special(dtype)])
    expected = apply(name, x, machine_of("128"), 0)
    for width in (machine.lanes(dtype), 1, 2):
        y = apply(name, x, machine, width)
        assert (np.isnan(y) == np.isnan(expected)).all()
        assert y[~np.isnan(y)].tobytes() == expected[~np.isnan(y)].tobytes(), width


def special(dtype: str) -> Any:
    limits = np.finfo(dtype)
    return np.array(
        [0.0, -0.0, np.inf, -np.inf, np.nan, limits.max, limits.tiny, limits.smallest_subnormal, -1.0], dtype
    )


@every_dtype
def test_exp_of_special_numbers(dtype: str) -> None:
    limits = np.finfo(dtype)
    expected = {
        0.0: 1.0,
        np.inf: np.inf,
        -np.inf: 0.0,
        limits.max: np.inf,
        -limits.max: 0.0,
        limits.smallest_subnormal: 1.0,
        -limits.tiny: 1.0,
    }
    y = apply("exp", np.array(list(expected), dtype))
    assert y.tolist() == list(expected.values())
    assert apply("exp", np.array([-0.0], dtype)).tolist() == [1.0]
    assert np.isnan(apply("exp", np.array([np.nan], dtype))).all()


@every_dtype
def test_exp_at_its_ends(dtype: str) -> None:
    """The largest finite result, the first that is infinite; subnormal results; the last that is not 0."""
    limits = np.finfo(dtype)
    top, bottom = math.log(float(limits.max)), math.log(float(limits.smallest_subnormal))
    y = apply("exp", np.array([top * (1 - 1e-6), top * (1 + 1e-6), bottom * 0.99, bottom * 1.02], dtype))
    assert np.isfinite(y[0])
    assert y[0] > limits.max / 4
    assert y[1] == np.inf
    assert 0 < y[2] < limits.tiny
    assert abs(float(y[2]) / math.exp(float(np.dtype(dtype).type(bottom * 0.99))) - 1) < 0.3
    assert y[3] == 0


@every_dtype
def test_log_of_special_numbers(dtype: str) -> None:
    limits = np.finfo(dtype)
    y = apply("log", np.array([0.0, -0.0, 1.0, np.inf], dtype))
    assert y.tolist() == [-np.inf, -np.inf, 0.0, np.inf]
    assert np.isnan(apply("log", np.array([-1.0, -np.inf, np.nan, -limits.tiny], dtype))).all()


@every_dtype
def test_log_of_subnormal_numbers(dtype: str) -> None:
    limits = np.finfo(dtype)
    x = limits.smallest_subnormal * np.array([1, 2, 3, 1000, 123456], dtype)
    assert (x < limits.tiny).all()
    assert worst_error("log", x, apply("log", x)) < ULPS["log", dtype]
