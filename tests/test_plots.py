"""The charts: real PNG files, not blank, whatever the run was like."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fullstride.errors import OutputError
from fullstride.plots import learning_curve, mistakes
from fullstride.training import History

pytest.importorskip("matplotlib", reason="the charts need the extra `plots`")


def history(losses: list[float], validated: bool = True) -> History:
    made = History()
    for number, loss in enumerate(losses, start=1):
        made.epochs.append(
            {
                "epoch": number,
                "loss": loss,
                "validation_loss": 1.1 * loss if validated else None,
                "validation_accuracy": 1 / (1 + loss) if validated else None,
                "seconds": 1.0,
                "images_per_second": 100.0,
                "lr": 0.05,
            }
        )
    return made


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def near(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    """How many pixels have this colour, nearly."""
    return int((np.abs(picture.astype(int) - colour).max(axis=-1) < 12).sum())


@pytest.mark.parametrize("validated", [True, False])
@pytest.mark.parametrize(
    "losses", [[2.0, 1.0, 0.6, 0.5], [0.7], [3.0, 0.3, 0.001], [1.0, 0.0], [1 / n for n in range(1, 101)]]
)
def test_the_curves_are_drawn(tmp_path: Path, losses: list[float], validated: bool) -> None:
    learning_curve(history(losses, validated), tmp_path / "curve.png")
    picture = pixels(tmp_path / "curve.png")
    assert picture.shape[1] == 900
    assert picture.shape[0] == (780 if validated else 480)
    assert near(picture, (0x00, 0x72, 0xB2)) > 60  # the training loss
    assert (near(picture, (0xD5, 0x5E, 0x00)) > 60) == validated


def test_an_interrupted_run_without_an_epoch_gives_an_empty_chart(tmp_path: Path) -> None:
    learning_curve(History(interrupted=True), tmp_path / "curve.png")
    assert len(np.unique(pixels(tmp_path / "curve.png"))) > 20


def case(m: int, wrong: int, n_C: int = 1) -> dict[str, Any]:
    """m images of 6x5 pixels of which the last `wrong` are mistakes: image k has the brightness k."""
    labels = np.arange(m) % 3
    predictions = labels.copy()
    predictions[m - wrong :] = (labels[m - wrong :] + 1) % 3
    probabilities = np.full((m, 3), 0.1)
    probabilities[np.arange(m), predictions] = 0.8
    images = np.zeros((m, 6, 5, n_C), np.uint8) + np.arange(m, dtype=np.uint8)[:, None, None, None]
    return {
        "images": images,
        "labels": labels,
        "predictions": predictions,
        "probabilities": probabilities,
        "class_names": ("ant", "bee", "a very long name of a class"),
    }


@pytest.mark.parametrize(
    ("m", "wrong", "rows", "columns"),
    [(5, 0, 1, 5), (30, 1, 1, 4), (30, 7, 2, 6), (90, 60, 4, 6), (1, 1, 1, 4)],
)
@pytest.mark.parametrize("n_C", [1, 3])
def test_the_mistakes_are_drawn(
    tmp_path: Path, m: int, wrong: int, rows: int, columns: int, n_C: int
) -> None:
    mistakes(**case(m, wrong, n_C), path=tmp_path / "mistakes.png")
    picture = pixels(tmp_path / "mistakes.png")
    assert picture.shape[:2] == (round(120 * (1.85 * rows + 0.6)), round(120 * 1.55 * columns))
    assert near(picture, (0, 0, 0)) > 100


def test_the_surest_mistake_comes_first(tmp_path: Path) -> None:
    given = case(200, 2)
    given["probabilities"][199, given["predictions"][199]] = (
        0.9  # image 199, the brightest, is the surest mistake
    )
    mistakes(**given, path=tmp_path / "mistakes.png")
    picture = pixels(tmp_path / "mistakes.png")
    middle = picture.shape[0] * 2 // 3
    first, second = picture[middle, 90], picture[middle, 90 + 186]
    assert tuple(first) == (255, 255, 255)
    assert tuple(second) == (253, 253, 253) or tuple(second) == (254, 254, 254)


def test_names_are_text_and_never_formulas(tmp_path: Path) -> None:
    given = case(6, 3)
    given["class_names"] = ("$x^", "数字", "a_b\\c")
    mistakes(**given, path=tmp_path / "mistakes.png")
    given["class_names"] = None
    mistakes(**given, path=tmp_path / "mistakes.png")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        learning_curve(history([1.0, 0.5]), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_chart_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        learning_curve(history([1.0]), tmp_path / "missing" / "curve.png")
    with pytest.raises(OutputError, match="it is a folder"):
        mistakes(**case(3, 1), path=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_matplotlib_is_imported_when_a_chart_is_drawn_and_without_its_global_state(tmp_path: Path) -> None:
    code = (
        "import sys, fullstride.plots as p; from fullstride.training import History; "
        "assert 'matplotlib' not in sys.modules; p.learning_curve(History(), sys.argv[1]); "
        "assert 'matplotlib' in sys.modules; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "curve.png"], check=True)
