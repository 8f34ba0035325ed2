"""Ten kills with -9, each followed by --resume: the network at the end is the same to the bit."""

from __future__ import annotations

from pathlib import Path

from fullstride.runs import RUN_FILES
from tests.cli.conftest import write_set
from tests.kills import kills, never_stopped, sha256


def test_a_training_that_is_killed_ten_times_ends_with_the_same_bits(tmp_path: Path) -> None:
    data = write_set(tmp_path / "tiny", 40, 20)
    arguments = [
        str(data),
        "--epochs",
        "300",
        "--batch-size",
        "7",
        "--checkpoint-every",
        "32",
        "--shift",
        "1",
    ]
    arguments += ["--optimizer", "adamw", "--early-stopping", "400"]
    whole = never_stopped(arguments, tmp_path / "whole")
    told = list(kills(arguments, tmp_path / "killed", 10, whole, within=(3, 6)))
    assert len(told) == 10
    places = [(kill.epochs or 0, kill.step or 0) for kill in told]
    assert places == sorted(places)  # nothing was lost that had been kept
    assert len(set(places)) >= 2
    assert places[-1] < (400, 0)
    assert sha256(tmp_path / "killed") == sha256(tmp_path / "whole")
    # Half-written files of the killed are gone, and so are lock and checkpoint.
    kept = {path.name for path in (tmp_path / "killed").iterdir()}
    assert kept == {name for name in RUN_FILES if not name.startswith("checkpoint")}
