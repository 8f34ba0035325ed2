"""A layer of one's own, from nothing to trained, in a script of under 40 lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import fullstride

SCRIPT = Path(__file__).parents[2] / "examples" / "custom_layer.py"


def test_the_script(tmp_path: Path) -> None:
    assert len(SCRIPT.read_text().splitlines()) < 40
    environment = {**os.environ, "PYTHONPATH": str(Path(fullstride.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    printed = done.stdout
    assert float(re.findall(r"^dprelu1\.slope .* ([\d.e-]+)$", printed, re.MULTILINE)[0]) < 1e-8
    assert float(re.findall(r"test accuracy ([\d.]+) %", printed)[0]) > 97
    slopes = [float(slope) for slope in re.findall(r"slopes \[(.*)\]", printed)[0].split()]
    assert len(slopes) == 8
    assert all(slope != 0.25 for slope in slopes), "they have moved"
    assert list(tmp_path.iterdir()) == []
