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

from fullstride.errors import ArgumentError, DtypeError, OutputError, ShapeError
from fullstride.plots import learning_curve, mistakes, show_batch
from fullstride.program import Inputs
from fullstride.steps import Augmentation
from fullstride.training import History
from tests.support.memory import MIB, resident, sparse_images

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


def test_a_run_that_estimates_numbers_has_losses_alone(tmp_path: Path) -> None:
    estimated = history([2.0, 1.0, 0.6, 0.5])
    for record in estimated.epochs:
        record["validation_accuracy"] = None
    figure = learning_curve(estimated, tmp_path / "curve.png")
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss"]
    for colour in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        assert near(pixels(tmp_path / "curve.png"), colour) > 60


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


def test_images_that_are_not_shown_are_not_read(tmp_path: Path) -> None:
    X = sparse_images(tmp_path / "X.npy")
    labels = np.zeros(len(X), np.int64)
    predictions, sure = labels.copy(), np.tile(np.float32([0.9, 0.1]), (len(X), 1))
    predictions[[3, 60_000]] = 1
    for images in (X[:100].copy(), X):  # the first loads what drawing needs
        start, m = resident(), len(images)
        mistakes(images, labels[:m], predictions[:m], sure[:m], None)
        show_batch(images, columns=3)
    assert resident() - start < 16 * MIB


def test_the_brightest_pixel_shown_is_white(tmp_path: Path) -> None:
    X = np.stack([np.full((6, 6, 3), value, np.uint8) for value in (50, 100, 255)])
    show_batch(X, tmp_path / "batch.png", Inputs(1 / 255), rows=[0, 1, 1])
    picture = pixels(tmp_path / "batch.png")
    assert near(picture[60:], (128, 128, 128)) > 3000  # 50 of 100
    labels, predictions = np.array([0, 0, 0]), np.array([1, 0, 0])
    mistakes(X // 5, labels, predictions, np.full((3, 2), 0.5), None, tmp_path / "mistakes.png")
    assert tuple(pixels(tmp_path / "mistakes.png")[130, 90]) == (255, 255, 255)


# A batch


MEAN, STD = (0.5, 0.4, 0.3), (0.25, 0.2, 0.3)


def colours(m: int = 5) -> NDArray[np.uint8]:
    """Images of one colour each; the first is white, the second red."""
    X = np.zeros((m, 6, 6, 3), np.uint8)
    X[0], X[1, ..., 0], X[2:, ..., 2] = 255, 255, 200
    return X


def test_a_batch_is_drawn_as_it_is_stored_where_nothing_is_drawn_for_it(tmp_path: Path) -> None:
    for name, inputs in (("a.png", Inputs(1 / 255, MEAN, STD)), ("b.png", Inputs(1 / 255))):
        show_batch(colours(), tmp_path / name, inputs, columns=3)
        picture = pixels(tmp_path / name)
        assert picture.shape[:2] == (round(120 * (2 * 1.15 + 0.5)), round(120 * (3 * 1.1 + 0.2)))
        assert near(picture, (255, 0, 0)) > 5000
        assert near(picture, (0, 0, 200)) > 15000
    show_batch(colours(), tmp_path / "c.png", Inputs(1 / 255), columns=3, rows=[1, 1], y=np.arange(5))
    assert near(pixels(tmp_path / "c.png"), (0, 0, 200)) == 0


def test_what_lies_outside_is_black_and_what_is_cut_out_is_the_mean_in_a_frame(tmp_path: Path) -> None:
    inputs = Inputs(1 / 255, MEAN, STD, Augmentation(scale=(0.5, 0.5)))
    show_batch(colours(), tmp_path / "outside.png", inputs, rows=[1, 1, 1])
    assert near(pixels(tmp_path / "outside.png"), (0, 0, 0)) > 5000
    inputs = Inputs(1 / 255, MEAN, STD, Augmentation(cutout=4))
    show_batch(colours(), tmp_path / "cutout.png", inputs, rows=[1, 1, 1])
    picture = pixels(tmp_path / "cutout.png")
    assert near(picture, (128, 102, 77)) > 3000
    assert near(picture, (0xD5, 0x5E, 0x00)) > 300  # the frames
    assert near(picture, (255, 0, 0)) > 3000


def test_batches_of_other_kinds(tmp_path: Path) -> None:
    """Grey without an axis of channels, floats below 0, two channels, one image, none."""
    generator, everything = np.random.default_rng(0), Augmentation(1, True, True, 0.5, 30, (0.7, 1.4), 2)
    for number, X in enumerate(
        (
            generator.integers(0, 256, (20, 6, 5), np.uint8),
            generator.standard_normal((3, 4, 4, 3)),
            generator.random((1, 4, 8, 2), np.float32),
            np.zeros((0, 4, 4, 1), np.uint8),
        )
    ):
        show_batch(
            X,
            tmp_path / f"{number}.png",
            Inputs(0.5, augmentation=everything),
            y=np.zeros(len(X), np.int64),
            class_names=("$x^",),
        )
        assert len(np.unique(pixels(tmp_path / f"{number}.png"))) > 20


def test_batches_that_do_not_fit(tmp_path: Path) -> None:
    path, X = tmp_path / "batch.png", colours()
    for given, error, sentence in (
        ({"X": [1]}, DtypeError, r"^show_batch: X must be a NumPy array of shape .*; got a list"),
        (
            {"X": X[0, 0]},
            ShapeError,
            r"^show_batch: X must have shape \(m, n_H, n_W, n_C\) .*; got shape \(6, 3\)",
        ),
        (
            {"inputs": Inputs(std=(1.0,))},
            ShapeError,
            r"^show_batch: inputs.std must be empty .* n_C=3; got \(1.0,\)",
        ),
        (
            {"y": np.zeros(4)},
            ShapeError,
            r"^show_batch: y must have shape \(m,\) with m=5, as X; got shape \(4,\)",
        ),
        (
            {"rows": [0.5]},
            DtypeError,
            r"^show_batch: rows must be indices of images, whole .*; got float64 of shape",
        ),
        ({"rows": [1, 5]}, ArgumentError, r"^show_batch: rows must be indices, 0 <= row < m=5; got 5"),
        ({"columns": 0}, ArgumentError, r"^show_batch: columns must be a whole number >= 1; got 0"),
    ):
        with pytest.raises(error, match=sentence):
            show_batch(**{"X": X, "path": path, **given})  # type: ignore[arg-type]
    assert not path.exists()


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
