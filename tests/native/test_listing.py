"""What runs, as text: every stage of programs of every form."""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod

import pytest

from fullstride.errors import ArgumentError, EngineError
from fullstride.layers import Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.native.compile import compile_assembly
from fullstride.native.executor import NativeExecutor
from fullstride.native.job import emit_job
from fullstride.native.kernels import KernelName
from fullstride.native.listing import STAGES, Listing, dump
from fullstride.native.machine import AARCH64
from fullstride.program.machine import Machine
from fullstride.program.planning import plan_training
from tests.support.kernels import every_target, machine_of
from tests.support.programs import PROGRAMS, chain, store_of, without_loss

PROGRAM = chain(
    Conv(16, 5, pad=2), ReLU(), MaxPool(2), Conv(16, 5, pad=2), ReLU(), Flatten(), Dense(5), shape=(14, 14, 3)
)


@pytest.mark.parametrize("purpose", ["training", "inference"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_plan_names_the_kernels_that_run(name: str, purpose: str) -> None:
    """The executor names them by itself; of each node, in this order."""
    program = PROGRAMS[name] if purpose == "training" else without_loss(PROGRAMS[name])
    text = dump(program, "plan", purpose=purpose)
    found: dict[str, list[str]] = {}
    for node, kernel in re.findall(r"^  (\S+) +(\w+__\w+)(?:   \(\w+\))?$", text, re.MULTILINE):
        if kernel not in found.setdefault(node, []):
            found[node].append(kernel)
    for node, kernels in NativeExecutor(program, store_of(program)).implementation():
        assert ", ".join(found.get(node, [])) == ("" if kernels.startswith("with its") else kernels)


def test_a_plan_of_one_layer() -> None:
    text = dump(PROGRAM, "plan", "conv2")
    nodes = set(re.findall(r"^  (\S+) +\w+__\w+", text, re.MULTILINE))
    assert nodes == {"conv2"}
    assert "conv_input_gradient__" in text
    assert "  fused    relu1" not in text
    assert "  fused    relu1 (relu): done by the kernel of conv1\n" in dump(PROGRAM, "plan", "relu1")


def test_a_plan_says_how_much_memory_it_takes() -> None:
    plan = plan_training(PROGRAM, machine_of("native"))
    text = dump(PROGRAM, "plan")
    assert f"  arena    {plan.arena * 4 / 1024:,.1f} KB a thread\n" in text
    assert f"  tile     {plan.tile} images\n" in text


def test_ir_is_what_is_compiled() -> None:
    machine = machine_of("native")
    module, _ = emit_job(plan_training(PROGRAM, machine), machine)
    assert dump(PROGRAM, "ir").splitlines() == str(module).splitlines()


def test_ir_of_a_layer() -> None:
    text = dump(PROGRAM, "ir", "conv1", machine=machine_of("x86-64-v3"))
    names = re.findall(r'^define internal void @"?(\w+)"?\(', text, re.MULTILINE)
    assert {KernelName.parse(name).operation for name in names} == {"conv_forward", "conv_weight_gradient"}
    assert text.count("\n}\n") == len(names)
    assert "<8 x float>" in text


@every_target
def test_assembly_is_that_of_the_compiler_with_comments(target: str) -> None:
    machine = machine_of(target)
    module, _ = emit_job(plan_training(PROGRAM, machine), machine)
    lines = dump(PROGRAM, "asm", machine=machine).splitlines()
    kept = [line for line in lines if not line.startswith("#")]
    assert kept == [
        line for line in compile_assembly(str(module), machine).splitlines() if not line.startswith("#")
    ]
    assert len(kept) < len(lines)


@pytest.mark.parametrize("machine", ["x86-64-v4", "x86-64-v3", "128", "neon"])
def test_assembly_of_a_layer(machine: str) -> None:
    """The tile in a kernel's name is the number of sums in its innermost loop, a whole number of times."""
    where: Machine = AARCH64 if machine == "neon" else machine_of(machine)
    text = dump(PROGRAM, "asm", "conv2", machine=where)
    mark = "//" if machine == "neon" else "#"
    parts = re.split(rf"^{mark} conv2: ", text, flags=re.MULTILINE)
    (forward,) = [part for part in parts if part.startswith("conv_forward__")]
    name = KernelName.parse(forward.splitlines()[0])
    sums = prod(int(number) for number in re.findall(r"\d+", name.tile))
    found = [int(number) for number in re.findall(r"(\d+) of them fused multiply-adds", forward)]
    assert found
    assert all(number and number % sums == 0 for number in found[:1])
    assert (
        f"{mark}   geometry   window 5x5, stride 1x1, 7x7 positions of 16 channels to 16, clipped by ReLU\n"
        in forward
    )
    assert f"{mark}   tile       " in forward
    assert "for c in 0, 32:" in forward
    assert f"\n{name}:\n" in forward
    assert re.search(r"^. ?/? ?bound: [\d.]+ multiply-adds an instruction", forward, re.MULTILINE)


@pytest.mark.parametrize(("stage", "mark"), [("ir", ";"), ("asm", "#")])
def test_a_layer_without_work_of_its_own(stage: str, mark: str) -> None:
    text = dump(PROGRAM, stage, "relu1", machine=machine_of("native"))
    assert text == f"{mark} relu1: with its neighbours: no work of its own\n"


def test_parts_of_a_plan_are_layers_too() -> None:
    for part, operation in (
        ("X", "load_images"),
        ("loss", "softmax_cross_entropy"),
        ("update", "sgd_update"),
    ):
        assert f"{operation}__" in dump(PROGRAM, "asm", part)


def test_the_target_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine_of("128")
    monkeypatch.setenv("FULLSTRIDE_TARGET", "128")
    assert "__v128" in dump(PROGRAM, "plan")


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"^dump: stage must be one of program, plan, ir, asm; got 'llvm'$"
    ):
        dump(PROGRAM, "llvm")
    with pytest.raises(ArgumentError, match=r"^dump: the purpose must be training or inference; got 'fun'$"):
        dump(PROGRAM, "plan", purpose="fun")
    for stage in STAGES:
        with pytest.raises(
            ArgumentError, match=r"^dump: layer must be one of .* got 'conv9' \(did you mean conv"
        ):
            dump(PROGRAM, stage, "conv9")


def test_a_program_is_read_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph needs no processor; the plan is one for a processor."""
    monkeypatch.setattr("platform.machine", lambda: "abacus")
    from fullstride.native import machine

    machine._detect.cache_clear()
    try:
        assert dump(PROGRAM, "program").startswith("program: 7 operations")
        with pytest.raises(EngineError, match=r"^the native engine needs "):
            dump(PROGRAM, "plan")
    finally:
        machine._detect.cache_clear()


def test_equal_stages_share_a_kernel_and_are_listed_under_both() -> None:
    program = chain(*(Conv(4, 3, pad=1) for _ in range(3)), Flatten(), Dense(5), shape=(6, 6, 4))
    listing = Listing(replace(program, dtype="float64"), "training", machine_of("native"))
    nodes = [nodes for nodes, _ in listing.kernels(("conv3",)).values()]
    assert any("conv2" in text for text in nodes)
