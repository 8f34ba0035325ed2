"""The benchmarks: their cases, counts, statistics and protocol. No time is asserted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import fullstride
from benchmarks import __main__ as command
from benchmarks import ours, readme, report
from benchmarks.__main__ import main, parse
from benchmarks.cases import CASES, SHAPES, Case, ConvCase, TrainingCase, from_dict, to_dict
from benchmarks.contestant import PAUSABLE, Contestant, ContestantError, environment
from benchmarks.duel import DifferenceError, compare, duel
from benchmarks.job import LEAST, measure
from benchmarks.load import BUSY, OtherLoad, in_words, others
from benchmarks.summary import Summary, geometric_mean, summarize

TINY = (
    ConvCase("forward", 2, 6, 3, 5, 3, 2, 1),
    ConvCase("backward", 2, 6, 3, 5, 3, 2, 1),
    TrainingCase(m=3, n_C=(2, 3), side=8, classes=4),
)


def test_there_are_ten_shapes_from_few_channels_to_many_forward_and_backward() -> None:
    assert len(set(SHAPES)) == len(SHAPES) >= 10
    assert len({case.name for case in CASES}) == len(CASES) == 2 * len(SHAPES) + 1
    channels = [n_C_prev for _, _, n_C_prev, *_ in SHAPES]
    assert min(channels) == 1
    assert max(channels) >= 128


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_survives_the_way_to_a_worker(case: Case) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(case)))) == case


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_both_sides_draw_the_same_float32_inputs(case: Case) -> None:
    first, second = case.inputs(), case.inputs()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
        assert array.dtype == (np.int64 if name == "y" else np.float32)


def test_flops_of_a_convolution_worked_by_hand() -> None:
    # Images of 6x6x3, filters 3x3, stride 2, pad 1: the output is 3x3x5. Each of its 45 numbers takes 27
    # multiplications and 27 additions: 2430, twice that for two images. Backward makes dA and dW: each as much again.
    assert TINY[0].flops == 4860
    assert TINY[1].flops == 9720


def test_flops_of_a_training_step_worked_by_hand() -> None:
    # One image of 8x8x1. conv1: 64 positions x 2 filters x 9 products = 1152, forward and dW (nobody asks for dX):
    # 2304. conv2 on 4x4x2: 16 x 3 x 18 = 864, forward, dW and dA: 2592. dense on 2x2x3 = 12 features: 12 x 4 = 48,
    # thrice: 144. 5040 products, as many additions, three images.
    assert TINY[2].flops == 3 * 2 * 5040


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_our_jobs_compute_what_the_steps_compute(case: Case) -> None:
    (job,) = ours.make(case, 2).values()
    job.run()
    compare(_by_the_steps(case), job.results())


def _by_the_steps(case: Case) -> dict[str, np.ndarray]:
    arrays = case.inputs()
    if isinstance(case, TrainingCase):
        from fullstride.program import Interpreter

        program = ours._program(case)
        interpreter = Interpreter(program, ours._store(program, arrays))
        loss, gradients = interpreter.gradients(arrays["X"], arrays["y"], np.arange(case.m))
        return {"loss": np.array(loss), **{f"d{name}": array for name, array in gradients.items()}}
    hparameters = {"stride": case.stride, "pad": case.pad}
    Z, cache = fullstride.steps.conv_forward(arrays["A_prev"], arrays["W"], arrays["b"], hparameters)
    if case.direction == "forward":
        return {"Z": Z}
    gradients = fullstride.steps.conv_backward(arrays["dZ"], cache)
    return dict(zip(("dA_prev", "dW", "db"), gradients, strict=True))


@pytest.mark.peers
@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_every_variant_of_the_peer_computes_the_same(case: Case) -> None:
    pytest.importorskip("torch", reason="the peer is not installed")
    from benchmarks import peer_torch

    (ours_job,) = ours.make(case, 2).values()
    for job in peer_torch.make(case, 2).values():
        job.run()
        compare(ours_job.results(), job.results())


def test_results_that_differ_are_refused() -> None:
    right = {"Z": np.array([1.0, -2.0])}
    assert compare(right, {"Z": np.array([1.0, -2.0001])}) == pytest.approx((1e-4, 5e-5), rel=1e-3)
    for wrong in (np.array([1.0, -2.01]), np.array([1.0, np.nan]), np.array([1.0])):
        with pytest.raises(DifferenceError, match="Z: "):
            compare(right, {"Z": wrong})
    with pytest.raises(DifferenceError, match="other names"):
        compare(right, {"A": right["Z"]})


def test_summary_takes_the_ratio_of_medians_and_the_best_variant() -> None:
    # Medians: ours 2, "a" 6, "b" 5. Ratios of the rounds with "b": 4/1, 5/2, 9/3.
    found = summarize([1.0, 2.0, 3.0], {"a": [6.0, 6.0, 6.0], "b": [4.0, 5.0, 9.0]})
    assert found == Summary(ours=2.0, peer=5.0, variant="b", ratio=2.5, lowest=2.5, highest=4.0)
    assert summarize([3.0, 1.0, 2.0, 4.0]) == Summary(ours=2.5)
    assert geometric_mean([1.0, 4.0]) == 2.0


def test_a_block_has_its_least_number_of_iterations() -> None:
    calls: list[None] = []
    middle, count = measure(lambda: calls.append(None), 1e-9)
    assert count >= LEAST
    assert len(calls) >= count
    assert middle >= 0


def test_the_environment_is_the_same_for_both_sides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "FULLSTRIDE_NUM_THREADS", "ONEDNN_MAX_CPU_ISA"):
        monkeypatch.setenv(name, "1")
    found = environment(3, tmp_path)
    assert found["OMP_NUM_THREADS"] == "3"
    assert found["FULLSTRIDE_CACHE_DIR"] == str(tmp_path)
    assert not {name for name in found if name.startswith(("OPENBLAS", "ONEDNN"))}
    assert "FULLSTRIDE_NUM_THREADS" not in found


def test_a_worker_is_stopped_while_it_waits_and_tells_its_errors(tmp_path: Path) -> None:
    with Contestant("ours", 2, tmp_path) as side:
        assert side.ask("prepare", case=to_dict(TINY[0])) == {"variants": ["native"]}
        assert side.paused == PAUSABLE
        status = Path(f"/proc/{side.pid}/status")
        if status.exists():
            assert re.search(r"^State:\s+T", status.read_text(), re.MULTILINE)
        assert side.ask("measure", seconds=1e-3)["iterations"]["native"] >= LEAST
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


def test_a_case_without_a_peer_runs_and_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [duel(case, None, 2, 2, 1e-3, tmp_path) for case in TINY]
    for row in rows:
        (times,) = row["rounds"]["ours"].values()
        assert len(times) == 2
        assert row["ratio"] is None
    assert rows[2]["memory"]["ours"] > 10_000_000
    report.print_tables(report.new_console(), rows, [{"name": "import", "ours": 0.25}], "")
    shown = capsys.readouterr().out
    assert "m2 6x6x3 to 5 f3 s2 p1" in shown
    assert "0.250 s" in shown
    report.write_json(tmp_path / "found.json", {"date": report.now()}, rows, [])
    assert json.loads((tmp_path / "found.json").read_text())["cases"] == json.loads(json.dumps(rows))


def test_only_a_whole_run_is_kept_unless_it_is_asked_for() -> None:
    assert parse([]).json is not None
    assert parse(["--quick"]).json is None
    assert parse(["--only", "forward"]).json is None
    assert parse(["--quick", "--json", "here.json"]).json == Path("here.json")


@pytest.mark.parametrize("cores", [None, BUSY, BUSY + 0.01, 1.5])
def test_the_results_of_a_busy_machine_are_kept_only_where_they_are_asked_for(
    cores: float | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine = {"processor": "Abacus", "cores": 2, "target": "none"}
    chosen = {"threads": 2, "rounds": 7, "seconds": 0.3}
    monkeypatch.setattr(
        command, "_about", lambda *given: {"machine": dict(machine), "versions": {}, **chosen}
    )
    monkeypatch.setattr(command, "_run", lambda *given: ([], []))
    monkeypatch.setattr(OtherLoad, "cores", lambda self: cores)
    default, asked = tmp_path / "results.json", tmp_path / "asked.json"
    monkeypatch.setattr(command, "RESULTS", default)
    busy = cores is not None and cores > BUSY

    assert main([]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert default.exists() == (not busy)
    assert ("are not to be trusted" in shown) == busy
    assert ("results.json: the machine was not quiet (--json PATH writes)" in shown) == busy

    assert main(["--json", str(asked)]) == 0
    assert json.loads(asked.read_text())["machine"]["load_of_others"] == cores


def test_pages_are_not_written_from_the_results_of_a_busy_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = json.loads(readme.RESULTS.read_text())
    monkeypatch.setattr(readme, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    monkeypatch.setattr(readme, "PAGES", {"README.md": readme.summary})
    page = tmp_path / "README.md"
    empty = "before\n<!-- speed table -->\n<!-- end of speed table -->\nafter\n"

    results["machine"]["load_of_others"] = 0.757
    readme.RESULTS.write_text(json.dumps(results))
    page.write_text(empty)
    assert readme.main() == 1
    assert page.read_text() == empty
    assert capsys.readouterr().err == (
        "the results are not to be trusted: other processes kept 0.76 cores busy, more than 0.1; "
        "run python -m benchmarks on a quiet machine\n"
    )

    for cores, words in ((0.031, "0.03 cores"), (None, "not measured")):
        results["machine"]["load_of_others"] = cores
        readme.RESULTS.write_text(json.dumps(results))
        assert readme.main() == 0
        assert f"; load of other processes: {words}. " in page.read_text()
    assert in_words(BUSY) == "0.10 cores"


@pytest.mark.parametrize(
    "wrong", [["--threads", "0"], ["--rounds", "0"], ["--seconds", "0"], ["--only", "("]]
)
def test_wrong_options_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(wrong)


def test_the_list_of_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--only", "^conv_forward|^import$"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == len(SHAPES) + 1
    assert shown[-1] == "import"
    assert main(["--only", "nothing has this name"]) == 2


def test_load_of_others_worked_by_hand() -> None:
    # 15 s of processor time in all, 12 of them ours, in 10 s: 0.3 cores.
    assert others(15.0, 12.0, 10.0) == pytest.approx(0.3)
    assert others(1.0, 2.0, 10.0) == 0.0
    cores = OtherLoad().cores()
    assert cores is None or cores >= 0
