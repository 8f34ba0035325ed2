"""What is shown: tables in the terminal, the picture, the pages of the repository."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fullstride.bench import publish, report
from fullstride.bench.load import BUSY
from fullstride.bench.picture import draw
from tests.bench.document import document


def shown(found: dict[str, Any], width: int) -> str:
    console = Console(width=width, markup=False, highlight=False, record=True, quiet=False, file=Discard())
    report.print_tables(console, found)
    return console.export_text()


class Discard:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


def test_the_tables_show_times_peaks_ratios_and_the_baseline() -> None:
    text = shown(document(), report.WIDE)
    step = next(line for line in text.splitlines() if "small 28x28x1, m = 64" in line)
    # 2,000,000 operations in 1 ms are a quarter of 8 GFLOP/s; torch's 4 ms a sixteenth.
    assert "1.00 25 % 4.00 6.2 % 4.00 3.60..4.40 20.0" in " ".join(step.replace("|", "").split())
    # Against the better of two: onnxruntime with one image, torch with 64.
    assert "geometric mean of the ratios 4.00, from 2.00 to 8.00" in text
    assert "All 2 layers and directions: geometric mean of the ratios 1.00, from 0.50 to 2.00" in text
    assert "predict_proba" in text
    assert "90 MB" in text
    assert "50 %" in text
    assert "not to be trusted" not in text


@pytest.mark.parametrize("width", [80, report.WIDE])
def test_nothing_is_cut_off(width: int) -> None:
    text = shown(document(), width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    assert ("lowest.." in text) == (width == report.WIDE)


def test_a_machine_that_was_not_quiet_is_told() -> None:
    assert "other processes kept 0.76 cores busy: these numbers are not to be trusted" in shown(
        document(0.757), report.WIDE
    )


def test_rows_without_peers_are_shown() -> None:
    found = document()
    for row in found["rows"]:
        row.update(
            {"peers": {}, "best": None} if "peers" in row else {"values": {"ours": row["values"]["ours"]}}
        )
    text = shown(found, report.WIDE)
    assert "small 28x28x1, m = 64" in text
    assert "ratio" not in text.partition("Before the first step")[0]


@pytest.mark.parametrize("load", [0.0, 0.5, None])
def test_a_picture_is_drawn(load: float | None, tmp_path: Path) -> None:
    draw(document(load), tmp_path / "bench.png")
    first = (tmp_path / "bench.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    draw(document(load), tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == first


def test_a_picture_of_nothing_is_drawn_too(tmp_path: Path) -> None:
    draw({**document(), "rows": []}, tmp_path / "bench.png")
    assert (tmp_path / "bench.png").stat().st_size > 1000


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Pages with an empty place for their tables, and results to publish."""
    (tmp_path / "docs").mkdir()
    for name in publish.PAGES:
        (tmp_path / name).write_text("before\n<!-- speed table -->\n<!-- end of speed table -->\nafter\n")
    return tmp_path


def results(folder: Path, found: dict[str, Any]) -> str:
    path = folder / "bench.json"
    path.write_text(json.dumps(found))
    return str(path)


def test_results_are_published(repository: Path) -> None:
    assert publish.main([results(repository, document())], repository) == 0
    assert json.loads((repository / publish.RESULTS).read_text()) == document()
    assert (repository / publish.PICTURE).read_bytes().startswith(b"\x89PNG")
    page = (repository / "README.md").read_text()
    assert page.startswith("before\n<!-- speed table -->\nAbacus, 2 threads, multiply-add peak 8 GFLOP/s; ")
    assert "; load of other processes: 0.03 cores. " in page
    assert "| step, small 28x28x1, m = 64 | 1.00 ms | torch 4.00 ms | 4.00 |" in page
    assert page.endswith("<!-- end of speed table -->\nafter\n")
    full = (repository / "docs/performance.md").read_text()
    line = "| small 28x28x1, m = 64 | 1.00 | 25 % | 4.00 | 6.2 % | 4.00 | 3.60..4.40 | 20.0 |"
    assert line in full
    assert "| peak memory, small | 90 MB | 360 MB | 4.0 |" in full


def test_results_of_a_busy_machine_are_published_only_if_asked_for(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = results(repository, document(0.757))
    before = (repository / "README.md").read_text()
    assert publish.main([path], repository) == 1
    assert (repository / "README.md").read_text() == before
    assert not (repository / publish.RESULTS).exists()
    assert capsys.readouterr().err == (
        "the results are not to be trusted: other processes kept 0.76 cores busy, more than 0.1; "
        "run fullstride bench on a quiet machine (--even-if-busy publishes them, and says so)\n"
    )
    assert publish.main([path, "--even-if-busy"], repository) == 0
    assert "0.76 cores; **these numbers are not to be trusted**. " in (repository / "README.md").read_text()


def test_results_with_a_failure_are_not_published(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {**document(BUSY), "failures": ["step small m64: Z: results differ"]}
    assert publish.main([results(repository, found)], repository) == 1
    assert "the results are not whole: step small m64: Z: results differ" in capsys.readouterr().err


def test_publishing_is_a_module_that_can_be_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fullstride.bench.publish", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--even-if-busy" in done.stdout
