"""The sheet that all figures are drawn on, and their colours."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib", reason="the figures need the extra `plots`")

from fullstride import figures
from fullstride.errors import OutputError
from fullstride.figures.drawing import shades


def test_zero_is_white_and_the_sign_is_the_colour() -> None:
    white, blue, orange, half = shades(np.array([0.0, 4.0, -4.0, 2.0]))
    assert white.tolist() == [1, 1, 1]
    assert blue[2] > blue[0]
    assert orange[0] > orange[2]
    assert half.tolist() == pytest.approx(((white + blue) / 2).tolist())


def test_what_is_not_finite_has_a_colour_too() -> None:
    largest, infinite, none = shades(np.array([7.0, np.inf, np.nan]))
    assert infinite.tolist() == largest.tolist()
    assert none.tolist() == [1, 1, 1]


def test_all_zeros_are_white() -> None:
    assert shades(np.zeros((2, 3))).tolist() == np.ones((2, 3, 3)).tolist()


def test_a_notebook_and_a_file_get_the_same_png(tmp_path: Path) -> None:
    drawing = figures.row(("x", np.eye(3)))
    drawing.save(tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes() == drawing._repr_png_()
    with Image.open(tmp_path / "x.png") as image:
        assert image.format == "PNG"
        # Opaque and white at its edge, so that it can be read in a dark notebook.
        assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_the_palette_changes_no_colour_that_one_sees() -> None:
    values = np.append(np.linspace(-0.1, 0.1, 249), 1.0).reshape(10, 25)  # one number stands out
    drawing = figures.pipeline([(str(k), np.stack([values, -values], axis=2)) for k in range(3)])
    exact = io.BytesIO()
    drawing.figure.savefig(exact, format="png", dpi=110)
    with Image.open(exact) as one, Image.open(io.BytesIO(drawing._repr_png_())) as other:
        pixels, drawn = (np.asarray(image.convert("RGB")).astype(int) for image in (one, other))
    assert np.abs(pixels - drawn).max() <= 12


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^cannot write .*nowhere"):
        figures.row(("x", np.eye(3))).save(tmp_path / "nowhere" / "x.png")


def test_matplotlib_is_imported_when_something_is_drawn() -> None:
    code = (
        "import sys; import numpy as np; from fullstride import figures\n"
        "print('matplotlib' in sys.modules)\n"
        "figures.row(('x', np.eye(2)))._repr_png_()\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(figures.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.splitlines() == ["False", "True False"]
