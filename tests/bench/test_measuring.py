"""How it is measured: blocks, medians, workers that stand still, rounds in turn. No time is asserted."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest

from fullstride.bench.cases import TOLERANCE, NetworkCase, to_dict
from fullstride.bench.company import Busy, beside_a_busy_process
from fullstride.bench.contestant import PAUSABLE, Contestant, ContestantError, Sides, environment
from fullstride.bench.duel import DifferenceError, compare, duel, memory
from fullstride.bench.job import LEAST, measure
from fullstride.bench.load import BUSY, OtherLoad, in_words, is_busy, others
from fullstride.bench.startup import first_step
from fullstride.bench.summary import Rival, Summary, geometric_mean, summarize
from tests.bench.tiny import LAYERS, network_case


def test_results_that_differ_are_refused() -> None:
    right = {"Z": np.array([1.0, -2.0])}
    found = compare(right, {"Z": np.array([1.0, -2.0001])}, TOLERANCE)
    assert found == pytest.approx((1e-4, 5e-5), rel=1e-3)
    for wrong in (np.array([1.0, -2.01]), np.array([1.0, np.nan]), np.array([1.0])):
        with pytest.raises(DifferenceError, match="Z: "):
            compare(right, {"Z": wrong}, TOLERANCE)
    compare(right, {"Z": np.array([1.0, -2.1])}, 0.1)
    with pytest.raises(DifferenceError, match="loss: "):  # a sum over the batch is never that far off
        compare({"loss": np.array(2.0)}, {"loss": np.array(2.1)}, 0.1)
    with pytest.raises(DifferenceError, match="other names"):
        compare(right, {"A": right["Z"]}, TOLERANCE)


def test_summary_takes_medians_the_best_variants_and_the_fastest_peer() -> None:
    # Our "b" has the median 2. Medians of torch: "c" 6, "d" 5. Ratios of the rounds: 4/1, 5/2, 9/3.
    ours = {"a": [3.0, 3.0, 3.0], "b": [1.0, 2.0, 3.0]}
    torch = {"c": [6.0, 6.0, 6.0], "d": [4.0, 5.0, 9.0]}
    found = summarize(ours, {"torch": torch, "onnxruntime": {"run": [8.0, 8.0, 8.0]}})
    assert found.ours == 2.0
    assert found.variant == "b"
    assert found.best == "torch"
    assert found.peers["torch"] == Rival(5.0, "d", ratio=2.5, lowest=2.5, highest=4.0)
    assert found.peers["onnxruntime"].ratio == 4.0
    assert geometric_mean([1.0, 4.0]) == 2.0


def test_a_baseline_is_never_the_best_peer() -> None:
    assert summarize({"a": [1.0]}, {"numpy": {"im2col": [0.5]}}).best is None
    assert summarize({"a": [1.0], "b": [2.0]}, {}) == Summary(1.0, "a", {"a": 1.0, "b": 2.0})


def test_a_block_has_its_least_number_of_iterations() -> None:
    calls: list[None] = []
    block = measure(lambda: calls.append(None), 1e-9)
    assert block.count >= LEAST
    assert len(calls) >= block.count
    assert 0 <= block.median <= block.seconds


def test_the_environment_is_the_same_for_all_sides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "FULLSTRIDE_NUM_THREADS", "ONEDNN_MAX_CPU_ISA"):
        monkeypatch.setenv(name, "1")
    found = environment(3, tmp_path)
    assert found["OMP_NUM_THREADS"] == "3"
    assert found["FULLSTRIDE_CACHE_DIR"] == str(tmp_path)
    assert not {name for name in found if name.startswith(("OPENBLAS", "ONEDNN"))}
    assert "FULLSTRIDE_NUM_THREADS" not in found


def test_a_worker_is_stopped_while_it_waits_and_tells_its_errors(tmp_path: Path) -> None:
    with Contestant("ours", 2, tmp_path) as side:
        assert side.ask("prepare", case=to_dict(LAYERS[0])) == {"variants": ["function", "network"]}
        assert side.paused == PAUSABLE
        status = Path(f"/proc/{side.pid}/status")
        if status.exists():
            assert re.search(r"^State:\s+T", status.read_text(), re.MULTILINE)
        assert side.ask("measure", seconds=1e-3)["function"]["count"] >= LEAST
        assert list(side.ask("measure", seconds=1e-3, only="network")) == ["network"]
        with pytest.raises(ContestantError, match="ours: results: KeyError"):
            side.ask("results", variant="none", path=str(tmp_path / "none.npz"))
        with pytest.raises(ContestantError, match="ours: ask_me: AttributeError"):
            side.ask("ask_me")


def test_a_worker_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    with (
        Contestant("nobody", 2, tmp_path) as side,
        pytest.raises(ContestantError, match="nobody: the worker ended with status 1"),
    ):
        side.ask("about")


def test_all_contestants_are_ended_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Sides(2, tmp_path) as sides:  # noqa: PT012
        side = sides.get("numpy")
        assert sides.get("numpy") is side
        side.ask("about")
        raise KeyboardInterrupt
    assert side._process.poll() is not None
    with Sides(2, tmp_path) as sides:
        first = sides.get("numpy")
        sides.end()
        assert first._process.poll() is not None
        assert sides.get("numpy") is not first


@pytest.mark.parametrize("case", [*LAYERS, network_case("step")], ids=lambda case: case.name)
def test_a_duel_compares_and_measures_in_turn(case: NetworkCase, tmp_path: Path) -> None:
    with Sides(2, tmp_path) as sides:
        row = duel(case, ["numpy"], sides, 2, 1e-3)
    for variants in row["rounds"].values():
        for times in variants.values():
            assert len(times) == 2
    assert row["best"] is None  # NumPy is a baseline
    assert row["ours"] > 0
    assert row["peers"]["numpy"]["ratio"] == row["peers"]["numpy"]["seconds"] / row["ours"]
    assert row["differences"]["numpy"]["relative"] <= case.tolerance
    assert row["flops"] == case.flops


def test_memory_is_that_of_a_fresh_process(tmp_path: Path) -> None:
    with Sides(2, tmp_path) as sides:
        row = memory(network_case("step"), [], sides, 1e-3, {"ours": "step"})
    assert 10_000_000 < row["values"]["ours"] < 1_000_000_000
    assert row["unit"] == "bytes"


def test_the_first_step_is_measured_cold_and_from_the_cache(tmp_path: Path) -> None:
    with Sides(2, tmp_path) as sides:
        cold, cached = first_step(network_case("step"), [], sides, 1)
    assert cold["values"].keys() == cached["values"].keys() == {"ours"}
    assert [path for folder in tmp_path.iterdir() for path in folder.glob("*.o")], "no object was kept"


@pytest.mark.skipif(not PAUSABLE, reason="the system cannot keep a process to some cores")
def test_a_busy_process_is_beside_and_gone(tmp_path: Path) -> None:
    with Busy([0]) as busy:
        time.sleep(0.1)
        assert busy._process.poll() is None
    assert busy._process.poll() is not None
    with Sides(1, tmp_path) as sides:
        row = beside_a_busy_process(network_case("step"), {"ours": "step"}, sides, 1, 0.01)
    assert row is not None
    assert row["values"]["ours"] < 1


def test_load_of_others_worked_by_hand() -> None:
    # 15 s of processor time in all, 12 of them ours, in 10 s: 0.3 cores.
    assert others(15.0, 12.0, 10.0) == pytest.approx(0.3)
    assert others(1.0, 2.0, 10.0) == 0.0
    cores = OtherLoad().cores()
    assert cores is None or cores >= 0
    assert [is_busy(cores) for cores in (None, BUSY, BUSY + 0.01)] == [False, False, True]
    assert in_words(BUSY) == "0.10 cores"
