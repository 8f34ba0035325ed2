"""The multiply-add peak: the kernel does all the work that it claims, on every thread and with every width."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fullstride.bench.peak import PASSES, Peak, emit_peak, sums
from fullstride.native.compile import compile_assembly
from fullstride.native.machine import detect


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("target", ["native", "x86-64-v3", "128"])
def test_every_lane_of_every_sum_counts_every_pass(
    threads: int, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTRIDE_TARGET", target)
    peak = Peak(threads)
    machine = detect()
    assert peak.lanes.shape == (threads, sums(machine), machine.lanes("float32"))
    peak.run()
    np.testing.assert_array_equal(peak.lanes, PASSES)
    # One multiplication and one addition a lane, sum and pass.
    assert peak.flops == 2 * int(np.float64(peak.lanes).sum())


def test_the_loop_is_multiply_adds_between_registers_and_nothing_else() -> None:
    machine = detect()
    assembly = compile_assembly(str(emit_peak(machine)), machine)
    loop = re.search(r"^(\.LBB\S+):.*?\n((?:.*\n)*?)\s+j\w+\s+\1", assembly, re.MULTILINE)
    if loop is None:
        pytest.skip("this processor's assembly is not read here")
    instructions = [line.split()[0] for line in loop[2].splitlines() if line.startswith("\t")]
    multiply_adds = [name for name in instructions if name.startswith("vfmadd")]
    assert len(multiply_adds) == sums(machine)
    assert len(instructions) <= len(multiply_adds) + 2
    assert "(%r" not in loop[2]


def test_a_rate_is_measured() -> None:
    assert Peak(1).measure(0.01) > 1e8
