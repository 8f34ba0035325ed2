"""The blocks of docs/scikit-learn.md run, in their order, and learn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import joblib

PAGE = Path(__file__).parents[2] / "docs" / "scikit-learn.md"


def test_its_examples(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, PAGE.name, "exec"), names)
    joblib.externals.loky.get_reusable_executor().shutdown(wait=True)
    search, regression, ensembles = capsys.readouterr().out.splitlines()
    assert float(re.findall(r"^test accuracy ([\d.]+) %", search)[0]) > 93
    assert re.match(r"^R\^2 0\.\d\d for 2 numbers$", regression)
    assert float(regression.split()[1]) > 0.9
    assert float(ensembles.split()[0]) > 0.95
