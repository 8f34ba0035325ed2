"""The IR of one small stage a family, before optimization, for machines that do not change with the host.

`python -m pytest tests/native/test_golden.py --refresh-golden` writes the files anew. Each stage has a twin that
runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from llvmlite import ir

from fullstride.native.kernels import KernelName, KernelSet
from fullstride.program import stages
from fullstride.program.machine import Machine
from tests.native.kernels import test_clipping as clipping
from tests.native.kernels import test_convolution as convolution
from tests.native.kernels import test_linear as linear
from tests.native.kernels import test_pooling as pooling
from tests.native.kernels import test_sgd as sgd
from tests.native.kernels import test_winograd as winograd
from tests.support.kernels import KernelCase, check_case, machine_of

FOLDER = Path(__file__).parent / "golden"
TRIPLE = "x86_64-unknown-linux-gnu"
MACHINES = {
    "avx512": Machine("avx512", TRIPLE, "x86-64-v4", "", 512, 32),
    "v128": Machine("v128", TRIPLE, "x86-64-v3", "", 128, 16),
}
TARGETS = {"avx512": "x86-64-v4", "v128": "128"}

CASES: dict[str, Callable[[Machine], KernelCase]] = {
    "conv_forward": lambda _: convolution.conv_case(
        "float32", 9, n_C_prev=1, taps=(2, 2), size=(2, 3), relu=True, gaps=False
    ),
    # On 16 lanes two rows in a vector, and positions in the lanes.
    "conv_few_filters": lambda _: convolution.conv_case(
        "float32", 5, n_C_prev=1, taps=(2, 2), size=(2, 3), gaps=False
    ),
    "conv_one_filter": lambda _: convolution.conv_case(
        "float32", 1, n_C_prev=2, taps=(2, 2), size=(2, 17), gaps=False
    ),
    "conv_weight_gradient": lambda _: convolution.weight_case(
        "float32", 5, n_C_prev=1, f=(2, 2), size=(2, 3)
    ),
    "max_pool_forward": lambda _: pooling.forward_case("float32", "max", 5, "side by side"),
    "linear_forward": lambda _: linear.linear_case("float32", 5, count=9, n_C_prev=3),
    "sgd_update": lambda _: sgd.update_case("float32", decaying=16),
    "square_sums": lambda _: clipping.squares_case("float32", 48, 1),
    "winograd_filters": lambda machine: next(winograd.filter_cases(machine, "float32", 3, 5, False)),
}

every_case = pytest.mark.parametrize("name", CASES)
every_machine = pytest.mark.parametrize("machine", MACHINES)


def ir_of(stage: stages.Stage, machine: Machine) -> str:
    module = ir.Module(name="golden")
    module.triple = machine.triple
    kernels = KernelSet(module, machine)
    name = KernelName.parse(kernels.name(stage))
    assert (name.dtype, name.machine) == (stage.dtype, machine.name)
    return f"{module}\n"


@every_machine
@every_case
def test_ir(name: str, machine: str, request: pytest.FixtureRequest) -> None:
    path = FOLDER / f"{name}_{machine}.ll"
    text = ir_of(CASES[name](MACHINES[machine]).stage, MACHINES[machine])
    if request.config.getoption("--refresh-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} is missing; make it with --refresh-golden"
    expected = path.read_text(encoding="utf-8")
    # Not one long comparison: pytest would spend minutes on explaining it.
    changed = [
        number
        for number, (ours, theirs) in enumerate(
            zip(text.splitlines(), expected.splitlines(), strict=False), 1
        )
        if ours != theirs
    ]
    assert not changed, f"{path.name} differs first in line {changed[0]}; look at it, then --refresh-golden"
    assert len(text) == len(expected), path.name


@every_machine
@every_case
def test_twin(name: str, machine: str) -> None:
    """The stage whose IR is pinned also runs, and gives what the oracle says."""
    here = machine_of(TARGETS[machine])
    check_case(CASES[name](here), here)


def test_every_file_is_compared() -> None:
    expected = {f"{name}_{machine}.ll" for name in CASES for machine in MACHINES}
    assert {path.name for path in FOLDER.iterdir()} == expected
