"""docs/judging.md: its commands and its Python run, and its keys are those of the JSON."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from fullstride import NumberJudgment
from fullstride.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "judging.md").read_text(encoding="utf-8")


def test_its_commands_run_and_its_keys_are_those_of_the_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines():
        assert main(shlex.split(line, comments=True)[1:]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("accuracy ")
    assert Path("digits.html").is_file()

    keys, numbers = re.findall(r"## JSON\n(.*?)\nOf kind `\"numbers\"`: (.*?)\n", PAGE, re.DOTALL)[0]
    rows = [line.split("|")[1:3] for line in keys.splitlines() if line.startswith("| `")]
    found = json.loads(Path("digits.json").read_text())
    assert [key for first, _ in rows for key in re.findall(r"`(\w+)`", first)] == list(found)
    said = dict(zip((first.strip() for first, _ in rows), (second for _, second in rows), strict=True))
    for name in ("calibration", "classes"):
        assert re.findall(r"`(\w+)`", said[f"`{name}`"]) == list(found[name][0])
    estimated = NumberJudgment(np.zeros((2, 1)), np.zeros((2, 1))).to_dict()
    assert ["kind", *re.findall(r"`(\w+)`", numbers)] == list(estimated)
    assert list(estimated)[3:6] == list(estimated["outputs"][0])


def test_its_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="the charts need the extra `plots`")
    monkeypatch.chdir(tmp_path)
    printed, names = io.StringIO(), {}  # type: ignore[var-annotated]
    with contextlib.redirect_stdout(printed):
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
            exec(compile(block, "judging.md", "exec"), names)
    assert "confusion: a row for what the images are" in printed.getvalue()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "calibration.png",
        "classes.png",
        "confusion.png",
        "curve.png",
        "digits.html",
        "mistakes.png",
    ]
