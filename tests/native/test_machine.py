"""Which processor this is, and which it is asked to be."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullstride.errors import ArgumentError, EngineError
from fullstride.native import machine as machine_module
from fullstride.native.compile import compile_assembly
from fullstride.native.job import emit_job
from fullstride.native.machine import AARCH64, TARGETS, detect, processor
from fullstride.program.planning import plan_training
from tests.support.kernels import machine_of
from tests.support.programs import PROGRAMS

X86 = platform.machine().lower() in ("x86_64", "amd64")
only_x86 = pytest.mark.skipif(not X86, reason="this processor is not x86-64")


@pytest.fixture
def _afresh() -> Iterator[None]:
    """What was found before is forgotten, before and after."""
    machine_module._detect.cache_clear()
    yield
    machine_module._detect.cache_clear()


@only_x86
@pytest.mark.parametrize(
    ("target", "name", "bits", "registers", "lanes"),
    [
        ("x86-64-v4", "avx512", 512, 32, (16, 8)),
        ("x86-64-v3", "avx2", 256, 16, (8, 4)),
        ("128", "v128", 128, 16, (4, 2)),
    ],
)
def test_targets(target: str, name: str, bits: int, registers: int, lanes: tuple[int, int]) -> None:
    machine = machine_of(target)
    assert (machine.name, machine.vector_bits, machine.registers) == (name, bits, registers)
    assert (machine.lanes("float32"), machine.lanes("float64")) == lanes
    assert machine.l2_bytes > 0


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert detect() == detect("native")
    monkeypatch.setenv("FULLSTRIDE_TARGET", "128")
    assert detect() == detect("128")
    assert detect("native") == detect("native"), "an argument comes first"
    assert detect().vector_bits == 128
    monkeypatch.setenv("FULLSTRIDE_TARGET", "")
    assert detect() == detect("native")


def test_an_unknown_target_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTRIDE_TARGET", "sse2")
    sentence = "FULLSTRIDE_TARGET: must be one of native, x86-64-v4, x86-64-v3, 128; got 'sse2'"
    with pytest.raises(ArgumentError, match=f"^{re.escape(sentence)}$"):
        detect()


@pytest.mark.usefixtures("_afresh")
def test_another_architecture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(
        EngineError,
        match=r"needs an x86-64-v3 or AArch64 processor; this one is 'riscv64' \(engine=\"steps\"",
    ):
        detect()


@pytest.mark.usefixtures("_afresh")
@pytest.mark.parametrize("target", TARGETS)
def test_a_processor_without_fused_multiply_add_is_refused(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(machine_module, "_host", lambda: ("x86_64", "nehalem", {"sse4.2": True}))
    with pytest.raises(
        EngineError, match=r"x86-64-v3 processor .*nehalem lacks AVX2 and fused multiply-add .*steps"
    ):
        detect(target)


@pytest.mark.usefixtures("_afresh")
def test_avx512_is_refused_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"avx2": True, "fma": True, "bmi2": True}
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(machine_module, "_host", lambda: ("x86_64-unknown-linux-gnu", "haswell", found))
    with pytest.raises(
        EngineError, match="x86-64-v4 processor for target 'x86-64-v4'; haswell lacks AVX-512"
    ):
        detect("x86-64-v4")
    assert detect("native").name == "avx2"
    assert detect("native").features == "+avx2,+bmi2,+fma"
    found.update({f"avx512{part}": True for part in ("f", "bw", "cd", "dq", "vl")})
    machine_module._detect.cache_clear()
    assert detect("native").name == "avx512"


@pytest.mark.usefixtures("_afresh")
def test_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    host = ("aarch64-unknown-linux-gnu", "neoverse-n1", {"neon": True, "sve": False})
    monkeypatch.setattr(machine_module, "_host", lambda: host)
    machine = detect("native")
    assert (machine.name, machine.vector_bits, machine.registers) == ("neon", 128, 32)
    assert machine.features == "+neon,-sve"
    assert detect("128") == machine
    with pytest.raises(EngineError, match="target 'x86-64-v3' is for x86-64 processors; this one is AArch64"):
        detect("x86-64-v3")


def assembly(target: str) -> str:
    machine = machine_of(target)
    plan = plan_training(PROGRAMS["pad 2 with f 5"], machine)
    module, _ = emit_job(plan, machine)
    return compile_assembly(str(module), machine)


@only_x86
def test_the_registers_are_those_of_the_target() -> None:
    """No wide register where the target has none, and fused multiply-adds everywhere."""
    avx2, narrow = assembly("x86-64-v3"), assembly("128")
    assert "zmm" not in avx2
    assert "ymm" in avx2
    assert "zmm" not in narrow
    assert len(re.findall(r"vfn?m\w+ps\b.*ymm", narrow)) == 0
    for code in (avx2, narrow):
        assert re.search(r"vfmadd\d+ps", code)


@only_x86
def test_avx512_uses_its_registers() -> None:
    assert "zmm" in assembly("x86-64-v4")


def test_arm_code_is_made_here_too() -> None:
    plan = plan_training(PROGRAMS["Dense only"], AARCH64)
    module, kernels = emit_job(plan, AARCH64)
    code = compile_assembly(str(module), AARCH64)
    assert re.search(r"\bfmla\b", code)
    assert all(name.split("__")[3].split("_")[0] == "neon" for _, name in kernels)


def test_the_processors_name(tmp_path: Path) -> None:
    listed = tmp_path / "cpuinfo"
    listed.write_text("processor\t: 0\nmodel name\t: Abacus 9000: the new one\n")
    assert processor(listed) == "Abacus 9000: the new one"
    listed.write_text("processor\t: 0\nBogoMIPS\t: 50.00\n")  # as on ARM
    assert processor(listed) == (platform.processor() or platform.machine())
    assert processor(tmp_path / "missing") == (platform.processor() or platform.machine())
