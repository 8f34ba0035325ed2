"""Runs every job here and on an emulated AArch64 processor, and prints what was compared.

python -m tests.native.aarch64
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fullstride.native.kernels import KernelName
from fullstride.native.machine import AARCH64, detect
from tests.native.aarch64 import qemu
from tests.native.aarch64.bits import differences, output_bytes, run_here
from tests.native.aarch64.jobs import DTYPES, jobs


def _rows(workshop: qemu.Workshop) -> Iterator[tuple[str, str, int, int, list[str], set[Any]]]:
    """(job, dtype, kernels, bytes of output compared, differences, operations) of each job."""
    for dtype in DTYPES:
        for job in jobs(dtype):
            here, emulated = run_here(job), workshop.build(job)
            bytes_, found = 0, list[str]()
            for threads in job.threads:
                there = emulated.run(job, threads)
                bytes_ += output_bytes(job, there)
                found += differences(here, there)
            operations = {KernelName.parse(kernel).operation for kernel in emulated.kernels}
            yield job.name, dtype, len(emulated.kernels), bytes_, found, operations


def main() -> int:
    missing = qemu.missing_tools()
    if missing:
        print(f"{', '.join(missing)} not found (Debian: qemu-user, gcc-aarch64-linux-gnu)", file=sys.stderr)
        return 1
    print(f"{detect().name} here, {AARCH64.name} on {qemu.PROCESSOR} (qemu-user); one and two threads\n")
    print(f"{'plan':48} {'dtype':8} {'kernels':>7} {'output bytes':>14}  bits")
    n_jobs = total = failures = 0
    families: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, dtype, kernels, compared, found, operations in _rows(qemu.Workshop(Path(folder))):
            verdict = "DIFFERENT: " + "; ".join(found) if found else "equal"
            print(f"{name:48} {dtype:8} {kernels:7} {compared:14,}  {verdict}", flush=True)
            n_jobs, total, failures = n_jobs + 1, total + compared, failures + bool(found)
            for operation in operations:
                families[operation] = families.get(operation, 0) + 1
    print(f"\n{n_jobs} plans, {total:,} bytes of output compared, {failures} plans different\n")
    print("operation of a kernel, and how many plans ran it:")
    for operation, count in sorted(families.items()):
        print(f"  {operation:28} {count:4}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
