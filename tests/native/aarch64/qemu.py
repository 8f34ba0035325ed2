"""A plan on an AArch64 processor: emitted, compiled and linked here, run under qemu-user."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from fullstride.native.barrier import Word
from fullstride.native.compile import compile_object
from fullstride.native.job import emit_job
from fullstride.native.machine import AARCH64
from fullstride.program.plan import Plan
from tests.native.aarch64.jobs import Job, Memory

COMPILER, EMULATOR, SYMBOLS = "aarch64-linux-gnu-gcc", "qemu-aarch64", "aarch64-linux-gnu-nm"
PROCESSOR = "cortex-a53"
"""The oldest that qemu knows: Armv8.0 without any extension, the least that fullstride asks for."""
REQUIRED = "FULLSTRIDE_REQUIRE_QEMU"
"""With 1 in this environment variable a missing tool is a failure and not a skipped test."""
LIBRARY = frozenset({"memcpy", "memset"})
"""What a job may call: LLVM writes loops that copy or clear as calls; every C library has them."""
SECONDS = 60


def missing_tools() -> list[str]:
    return [tool for tool in (COMPILER, EMULATOR, SYMBOLS) if shutil.which(tool) is None]


def required() -> bool:
    return os.environ.get(REQUIRED) == "1"


def _call(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        raise AssertionError(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Workshop:
    """A folder for executables: the harness in it is compiled once, each plan is built once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._built: dict[Plan, Executable] = {}

    @cached_property
    def harness(self) -> Path:
        source, target = Path(__file__).with_name("harness.c"), self.folder / "harness.o"
        used = (Word.ARRIVED, Word.THREADS, Word.SPINS, Word.SLEEP, Word.WAKE, Word.MEETING)
        defined = [f"-DWORD_{word.name}={int(word)}" for word in used] + [f"-DWORDS={Word.WORKERS + 64}"]
        _call(
            COMPILER, "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", *defined, "-c", source, "-o", target
        )
        return target

    def build(self, job: Job) -> Executable:
        """The executable of a job's plan."""
        plan = job.plan(AARCH64)
        if plan not in self._built:
            self._built[plan] = self._build(plan, self.folder / f"job{len(self._built)}")
        return self._built[plan]

    def _build(self, plan: Plan, program: Path) -> Executable:
        module, used = emit_job(plan, AARCH64)
        compiled = program.with_suffix(".o")
        compiled.write_bytes(compile_object(str(module), AARCH64))
        # Static: qemu-user then needs no ARM libraries to load.
        _call(COMPILER, "-static", "-pthread", self.harness, compiled, "-o", program)
        undefined = frozenset(_call(SYMBOLS, "-u", "--format=just-symbols", compiled).split())
        return Executable(plan, program, frozenset(name for _, name in used), undefined)


@dataclass(frozen=True)
class Executable:
    """A plan as an AArch64 executable.

    Attributes
    ----------
    kernels : set of str
        Their names.
    undefined : set of str
        What the object needs from elsewhere.
    """

    plan: Plan
    program: Path
    kernels: frozenset[str]
    undefined: frozenset[str]

    def run(self, job: Job, threads: int, steps: Sequence[int] = ()) -> dict[str, Any]:
        """What the job leaves in each slot that is not its own memory.

        With `steps` it runs once for each of them, on so many images, whose rows stand behind those of the step before.
        """
        memory = Memory(job, self.plan, threads)
        source, target = self.program.with_suffix(".in"), self.program.with_suffix(".out")
        source.write_bytes(_input_file(memory, threads, steps))
        _call(EMULATOR, "-cpu", PROCESSOR, self.program, source, target)
        left = memoryview(target.read_bytes())
        for array in memory.arrays.values():
            array.reshape(-1)[:] = np.frombuffer(left[: array.nbytes], array.dtype)
            left = left[array.nbytes :]
        assert not left, f"{len(left)} bytes more than the plan has slots for"
        return memory.results()


def _input_file(memory: Memory, threads: int, steps: Sequence[int]) -> bytes:
    """The file that the harness reads."""
    names = list(memory.arrays)
    head = [threads, len(names), len(steps), *(names.index(name) if steps else -1 for name in ("rows", "m"))]
    contents = []
    for name, array in memory.arrays.items():
        if name in memory.numbers:
            head += [-1, *struct.unpack("<q", array.tobytes())]
        else:
            head += [array.nbytes, 0]
            contents.append(array.tobytes())
    head += steps
    return struct.pack(f"<{len(head)}q", *head) + b"".join(contents)
