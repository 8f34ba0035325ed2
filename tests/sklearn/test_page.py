"""The blocks of docs/scikit-learn.md run, in their order, and learn; and the model file reads image files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import joblib
import numpy as np
from PIL import Image

from fullstride.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "scikit-learn.md"


def test_its_examples(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, PAGE.name, "exec"), names)
    joblib.externals.loky.get_reusable_executor().shutdown(wait=True)
    search, regression, ensembles = capsys.readouterr().out.splitlines()
    assert float(re.findall(r"^test accuracy ([\d.]+) %", search)[0]) > 93
    assert re.match(r"^R\^2 0\.\d\d for 2 numbers$", regression)
    assert float(regression.split()[1]) > 0.9
    assert float(ensembles.split()[0]) > 0.95

    # The model file reads image files: the classes, and how sure, are those of the pixels that they were made of.
    X, files = names["digits"].X_test[:10], [f"{i}.png" for i in range(10)]
    for pixels, file in zip(X[..., 0], files, strict=True):
        Image.fromarray((pixels / 16 * 255).round().astype(np.uint8)).save(file)
    assert main(["predict", "digits.safetensors", *files, "--top", "1"]) == 0
    classifier = names["classifier"]
    assert [line.split()[1:] for line in capsys.readouterr().out.splitlines()] == [
        [str(label), f"{100 * p.max():.1f}", "%"]
        for label, p in zip(classifier.predict(X), classifier.predict_proba(X), strict=True)
    ]
    assert (classifier.predict(X) == names["digits"].y_test[:10]).mean() >= 0.9
