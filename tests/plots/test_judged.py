"""Figures of what a network achieves: real PNG files, their colours, and what becomes of them without a path."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from fullstride import Conv, Dense, Flatten, Judgment, Network, ReLU
from fullstride.data import Preprocessing
from fullstride.errors import ArgumentError, OutputError
from fullstride.plots import (
    calibration,
    confusion_matrix,
    grad_cam,
    learning_curve,
    per_class,
    worst_mistakes,
)
from fullstride.training import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

pytest.importorskip("matplotlib", reason="the charts need the extra `plots`")

DRAWN = (confusion_matrix, calibration, per_class)
BLUE, ORANGE = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)


def judged(n: int = 4, m: int = 63) -> Judgment:
    """A third of the images is taken for the next class; the last class has none."""
    y = np.arange(m) % max(n - 1, 1)
    predicted = np.where(np.arange(m) // 3 % 3 == 0, (y + 1) % n, y)
    names = ("$x^", "数字", *(f"a_b\\c {k}" for k in range(2, n)))[:n]
    return Judgment(names, y, predicted, np.linspace(0.3, 1.0, m), 0.5, 0.4, m)


def network() -> tuple[Network, np.ndarray, np.ndarray]:
    made = Network(Conv(3, 3), ReLU(), Flatten(), Dense(3), input_shape=(8, 6, 1), seed=1)
    made.preprocessing = Preprocessing((8, 6, 1), 1 / 255)
    X = np.random.default_rng(0).integers(0, 256, (20, 8, 6, 1), np.uint8)
    return made, X, np.arange(20) % 3


def titles_of(figure: Figure) -> list[str]:
    return [title for ax in figure.axes if (title := ax.get_title(loc="left"))]


def near(path: Path, colour: tuple[int, int, int]) -> int:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return int((np.abs(np.asarray(image.convert("RGB")).astype(int) - colour).max(axis=-1) < 12).sum())


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("n", [1, 4, 40])
def test_each_is_drawn_and_the_same_twice(tmp_path: Path, draw: Callable[..., object], n: int) -> None:
    for name in ("a.png", "b.png"):
        draw(judged(n), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert len(np.unique(np.asarray(image.convert("L")))) > 20


def test_their_colours(tmp_path: Path) -> None:
    per_class(judged(), tmp_path / "classes.png")
    assert near(tmp_path / "classes.png", BLUE) > 2000
    assert near(tmp_path / "classes.png", ORANGE) > 2000
    # Of a class two thirds are right: blue with an opacity of 3/5 of the cube root of 2/3, on white.
    confusion_matrix(judged(), tmp_path / "confusion.png")
    for colour, share in ((BLUE, 2 / 3), (ORANGE, 1 / 3)):
        opacity = 0.6 * share ** (1 / 3)
        mixed = tuple(round(255 - opacity * (255 - c)) for c in colour)
        assert near(tmp_path / "confusion.png", mixed) > 5000


def test_maps_are_drawn_over_their_images(tmp_path: Path) -> None:
    made, X, y = network()
    found = made.judge(X, y, engine="steps")
    assert isinstance(found, Judgment)
    assert 0 < found.correct < found.count
    titles = titles_of(worst_mistakes(made, found, X, most=5))
    first = int(found.worst(1)[0])
    names = found.class_names
    said = f"{names[found.y[first]]}, taken for {names[found.predicted[first]]} ({100 * found.confidence[first]:.1f} %)"
    assert titles[0] == said
    assert len(titles) == min(5, found.count - found.correct)
    figure = grad_cam(made, X[:3, ..., 0], tmp_path / "maps.png", outputs=np.array([0, 1, 2]), engine="steps")
    shown = [ax.images[0].get_array() for ax in figure.axes if ax.images]
    assert len(shown) == 6
    assert (shown[0][..., 0] == X[0, ..., 0]).all()
    assert near(tmp_path / "maps.png", (0, 0, 0)) > 0


def test_without_mistakes_the_least_sure_are_shown() -> None:
    made, X, _ = network()
    found = made.judge(X, made.predict(X))
    assert isinstance(found, Judgment)
    titles = titles_of(worst_mistakes(made, found, X, most=2))
    assert len(titles) == 2
    assert not any("taken for" in title for title in titles)
    with pytest.raises(ArgumentError, match=r"^worst_mistakes: most must be a whole number >= 1; got 0"):
        worst_mistakes(made, found, X, most=0)


def test_a_figure_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    for draw in DRAWN:
        with pytest.raises(OutputError, match="cannot write"):
            draw(judged(), tmp_path / "missing" / "figure.png")
    assert list(tmp_path.iterdir()) == []


def test_a_history_plots_itself_and_a_notebook_shows_it(tmp_path: Path) -> None:
    history = History()
    for epoch in (1, 2):
        history.epochs.append(
            {
                "epoch": epoch,
                "loss": 1 / epoch,
                "validation_loss": None,
                "validation_accuracy": None,
                "seconds": 1.0,
                "images_per_second": 1.0,
                "lr": 0.1,
            }
        )
    figure = history.plot()
    learning_curve(history, tmp_path / "curve.png")
    assert figure._repr_png_() == (tmp_path / "curve.png").read_bytes()  # type: ignore[attr-defined]
    history.plot(tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "curve.png").read_bytes()


def test_without_matplotlib_the_error_says_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from fullstride.training import History\n"
        "try: History().plot()\n"
        "except ModuleNotFoundError as error: print(error, error.name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "figures need matplotlib: pip install 'fullstride[plots]' matplotlib\n"
