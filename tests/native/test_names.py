"""The grammar of kernels' names: formatted and parsed in one place, the same string everywhere."""

from __future__ import annotations

import pytest

from fullstride.native.executor import NativeExecutor
from fullstride.native.kernels import KernelName
from fullstride.native.machine import detect
from fullstride.program import Program
from tests.support.kernels import DTYPES
from tests.support.programs import PROGRAMS, store_of, typed


@pytest.mark.parametrize("name", ["pad 2 with f 5", "stride 2", "overlapping pools", "two inputs and a ReLU"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_names_of_a_program(name: str, dtype: str) -> None:
    program: Program = typed(PROGRAMS[name], dtype)
    executor = NativeExecutor(program, store_of(program))
    kernels = [
        kernel
        for _, text in executor.implementation()
        if not text.startswith("with its neighbours")
        for kernel in text.split(", ")
    ]
    assert len(kernels) > len(program.nodes)
    for kernel in kernels:
        parsed = KernelName.parse(kernel)
        assert str(parsed) == kernel
        assert parsed.dtype == dtype
        assert parsed.machine == detect().name
        assert parsed.number >= 1


@pytest.mark.parametrize(
    "name",
    [
        KernelName("conv_forward", "f3x3_s1x1_28x28x1_to_8", "float32", "avx512", "p14v1"),
        KernelName("relu_forward", "3x3x1", "float64", "v128"),
        KernelName("zero_gradients", "640", "float32", "neon", "", 2),
        KernelName("conv_weight_gradient", "f5x5_s2x1_1x1x1_to_130", "float64", "avx2", "r2k5v1", 11),
    ],
)
def test_round_trip(name: KernelName) -> None:
    assert KernelName.parse(str(name)) == name


def test_the_name_by_hand() -> None:
    name = KernelName("conv_forward", "f3x3_s1_28x28x32_to_64", "float32", "avx512", "p14v2")
    assert str(name) == "conv_forward__f3x3_s1_28x28x32_to_64__f32__avx512_p14v2"


@pytest.mark.parametrize("text", ["", "conv", "conv__3x3__f16__avx512", "conv__3x3__f32", "a__b__f32__c d"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"KernelName\.parse: not the name of a kernel: "):
        KernelName.parse(text)
