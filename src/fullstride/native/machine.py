"""What processor this is, and what it is asked to be.

`FULLSTRIDE_TARGET` chooses: `native` (the default), `x86-64-v4` (AVX-512), `x86-64-v3` (AVX2), or `128` (vectors of 128
bits with fused multiply-add), so that other processors can be tested on this one.
"""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path

from fullstride.errors import ArgumentError, EngineError
from fullstride.program.machine import Machine

TARGETS = ("native", "x86-64-v4", "x86-64-v3", "128")
AARCH64 = Machine("neon", "aarch64-unknown-linux-gnu", "generic", "+neon", 128, 32)
"""Every 64-bit ARM processor."""


@cache
def _host() -> tuple[str, str, dict[str, bool]]:
    """(triple, LLVM's name of the processor, its features)."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), dict(llvm.get_host_cpu_features())


def _x86(name: str, cpu: str, features: str, bits: int, registers: int) -> Machine:
    triple, _, _ = _host()
    return Machine(name, triple, cpu, features, bits, registers, _l2_bytes())


def _l2_bytes() -> int:
    """Half of the second-level cache of a core, where Linux tells its size; else half a megabyte."""
    try:
        with open("/sys/devices/system/cpu/cpu0/cache/index2/size") as file:
            kilobytes = file.read().strip().removesuffix("K")
    except OSError:
        return 1 << 19
    return int(kilobytes) * 512 if kilobytes.isdecimal() else 1 << 19


def detect(target: str | None = None) -> Machine:
    """The machine to compile for.

    Parameters
    ----------
    target : str, optional
        One of TARGETS; without it what `FULLSTRIDE_TARGET` says.

    Raises
    ------
    ArgumentError
        For a target that does not exist.
    EngineError
        Where the processor cannot run the target's code: the least is fused multiply-add (x86-64-v3, AArch64).
    """
    asked = target or os.environ.get("FULLSTRIDE_TARGET") or "native"
    if asked not in TARGETS:
        raise ArgumentError(f"FULLSTRIDE_TARGET: must be one of {', '.join(TARGETS)}; got {asked!r}")
    return _detect(asked)


@cache
def _detect(asked: str) -> Machine:
    architecture = platform.machine().lower()
    if architecture in ("aarch64", "arm64"):
        return _detect_arm(asked)
    if architecture not in ("x86_64", "amd64"):
        raise EngineError(
            f"the native engine needs an x86-64-v3 or AArch64 processor; this one is {architecture!r} "
            '(engine="steps" runs everywhere)'
        )
    _, cpu, found = _host()
    v3 = all(found.get(feature) for feature in ("avx2", "fma", "bmi2"))
    v4 = v3 and all(found.get(f"avx512{part}") for part in ("f", "bw", "cd", "dq", "vl"))
    if not v3 or (asked == "x86-64-v4" and not v4):
        needed, missing = ("x86-64-v4", "AVX-512") if v3 else ("x86-64-v3", "AVX2 and fused multiply-add")
        raise EngineError(
            f"the native engine needs an {needed} processor for target {asked!r}; {cpu} lacks {missing} "
            '(engine="steps" runs everywhere)'
        )
    if asked == "native":
        features = ",".join(("+" if on else "-") + name for name, on in sorted(found.items()))
        if v4:
            return _x86("avx512", cpu, features, 512, 32)
        return _x86("avx2", cpu, features, 256, 16)
    if asked == "x86-64-v4":
        return _x86("avx512", "x86-64-v4", "", 512, 32)
    if asked == "x86-64-v3":
        return _x86("avx2", "x86-64-v3", "", 256, 16)
    return _x86("v128", "x86-64-v3", "", 128, 16)


def _detect_arm(asked: str) -> Machine:
    if asked not in ("native", "128"):
        raise EngineError(f"target {asked!r} is for x86-64 processors; this one is AArch64")
    triple, cpu, found = _host()
    features = ",".join(("+" if on else "-") + name for name, on in sorted(found.items()))
    return Machine("neon", triple, cpu, features, 128, 32, _l2_bytes())


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's name as its maker wrote it, or else its architecture."""
    try:
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return value.strip()
    except OSError:
        pass  # no Linux
    return platform.processor() or platform.machine()
