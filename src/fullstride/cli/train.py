"""`fullstride train`: data, network, training, files, and one look at the test images at the end."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.cli.console import Output
from fullstride.cli.defaults import Recipe, default_network, default_recipe
from fullstride.cli.progress import choose_display
from fullstride.data import DataSet, load
from fullstride.errors import OutputError, TrainingError
from fullstride.formats import MODEL_NAME, ensure_writable_folder, new_run_folder, write_text
from fullstride.training import History, Interrupted
from fullstride.training.interruption import Uninterrupted

if TYPE_CHECKING:
    from fullstride.network import Network

HISTORY_NAME = "history.jsonl"
CURVE_NAME = "learning_curve.png"
MISTAKES_NAME = "mistakes.png"


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; None where the recipe for the data set decides."""

    data: str
    data_dir: Path | None
    out: Path | None
    seed: int
    threads: int | None
    engine: str
    epochs: int | None
    batch_size: int | None
    lr: float | None
    momentum: float | None
    validation: float | None

    def recipe(self, m: int) -> Recipe:
        """The recipe for m training images, with what was asked for in its place."""
        usual = default_recipe(m)
        validation = self.validation
        if validation is None:  # unasked, a handful of images is not divided
            validation = usual.validation if round(usual.validation * m) >= 1 else 0.0
        return Recipe(
            epochs=usual.epochs if self.epochs is None else self.epochs,
            batch_size=usual.batch_size if self.batch_size is None else self.batch_size,
            lr=usual.lr if self.lr is None else self.lr,
            momentum=usual.momentum if self.momentum is None else self.momentum,
            validation=validation,
        )


def train(request: Request) -> None:
    """Train, save, and print; the last line is the accuracy on the test images."""
    data = load(request.data, request.data_dir)
    recipe = request.recipe(len(data.X_train))
    network = _new_network(request, recipe, data)
    _check_engine(network, request)
    output = Output()
    with _run_folder(request.out, data.name) as folder:
        output.line(_first_line(data, network, recipe, folder))
        with output.patient():
            history, seconds = _fit(request, recipe, data, network, output, folder)
            try:
                with Uninterrupted():
                    _save(network, history, folder)
                probabilities = network.predict_proba(
                    data.X_test, threads=request.threads, engine=request.engine
                )
                names = [MODEL_NAME, HISTORY_NAME, *_draw(output, data, history, probabilities, folder)]
            except KeyboardInterrupt:
                raise KeyboardInterrupt(f"interrupted; the trained network is saved in {folder}") from None
            output.line(f"saved in {folder}: {', '.join(names)}")
            correct = int(np.count_nonzero(probabilities.argmax(axis=1) == data.y_test))
            output.line(last_line(correct, len(data.y_test), seconds))


def last_line(correct: int, count: int, seconds: float) -> str:
    """The line that ends `fullstride train`; the time is that of the training, compilation included.

    >>> last_line(352, 360, 2.94)
    'test accuracy 97.78 % (352/360) in 2.9 s'
    """
    return f"test accuracy {100 * correct / count:.2f} % ({correct}/{count}) in {seconds:.1f} s"


def _new_network(request: Request, recipe: Recipe, data: DataSet) -> Network:
    n_H, n_W, n_C = data.X_train.shape[1:]
    network = default_network((n_H, n_W, n_C), len(data.class_names), request.seed)
    network.preprocessing = data.preprocessing
    network.class_names = data.class_names
    # Without the number of threads: it does not change a bit of the network, nor may it of its file.
    network.configuration = {
        "data": data.name,
        "seed": request.seed,
        "engine": request.engine,
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "lr": recipe.lr,
        "momentum": recipe.momentum,
        "validation": recipe.validation,
    }
    return network


def _check_engine(network: Network, request: Request) -> None:
    """An engine, target or number of threads that cannot be is refused before there is a folder or a line."""
    none = np.empty((0, *network.input_shape), np.uint8)
    network.predict_proba(none, threads=request.threads, engine=request.engine)


def _first_line(data: DataSet, network: Network, recipe: Recipe, folder: Path) -> str:
    m = len(data.X_train)
    m_validation = round(recipe.validation * m)
    size = "x".join(str(n) for n in data.X_train.shape[1:])
    kept = f" ({m_validation:,} of them to validate)" if m_validation else ""
    return (
        f"training on {data.name}: {m:,} images of {size}{kept}, {len(data.X_test):,} to test; "
        f"{network.summary().parameters:,} parameters; results go to {folder}"
    )


@contextlib.contextmanager
def _run_folder(out: Path | None, name: str) -> Iterator[Path]:
    """A new or empty folder that can be written to; if nothing came into it, it is removed again."""
    base = Path("runs")
    made = [] if base.exists() else [base]
    if out is None:
        folder = new_run_folder(base, name)
        made.insert(0, folder)
    else:
        if out.is_dir() and any(out.iterdir()):
            raise OutputError(f"the folder {out} is not empty; nothing is overwritten: choose another --out")
        made = [] if out.exists() else [out]
        folder = ensure_writable_folder(out)
    try:
        yield folder
    finally:
        for empty in made:
            with contextlib.suppress(OSError):
                empty.rmdir()


def _fit(
    request: Request, recipe: Recipe, data: DataSet, network: Network, output: Output, folder: Path
) -> tuple[History, float]:
    """Trains; what Ctrl-C or a diverging loss leaves of it is saved, and said to be."""
    start = time.perf_counter()
    with choose_display(output) as display:
        try:
            history = network.fit(
                data.X_train,
                data.y_train,
                epochs=recipe.epochs,
                batch_size=recipe.batch_size,
                lr=recipe.lr,
                momentum=recipe.momentum,
                seed=request.seed,
                validation=recipe.validation or None,
                threads=request.threads,
                engine=request.engine,
                callbacks=[display],
            )
        except Interrupted as stop:
            if display.run is None or not display.run.images_seen:
                raise KeyboardInterrupt("interrupted before the first step; nothing is saved") from None
            _save_part(network, stop.history, folder)
            raise KeyboardInterrupt(f"{stop}; saved in {folder}: {MODEL_NAME}, {HISTORY_NAME}") from None
        except TrainingError as error:
            if display.run is None or not display.run.history.epochs:
                raise
            _save_part(network, display.run.history, folder)
            raise TrainingError(f"{error}. They are saved in {folder}") from error
    return history, time.perf_counter() - start


def _save_part(network: Network, history: History, folder: Path) -> None:
    """The epochs of the configuration were not all done: it says how many were."""
    network.configuration["completed_epochs"] = len(history.epochs)
    _save(network, history, folder)


def _save(network: Network, history: History, folder: Path) -> None:
    network.save(folder / MODEL_NAME)
    write_text(folder / HISTORY_NAME, history.to_jsonl())


def _draw(
    output: Output, data: DataSet, history: History, probabilities: NDArray[Any], folder: Path
) -> list[str]:
    """The pictures' names, none without matplotlib."""
    from fullstride import plots

    try:
        plots.learning_curve(history, folder / CURVE_NAME)
        plots.mistakes(
            data.X_test,
            data.y_test,
            probabilities.argmax(axis=1),
            probabilities,
            data.class_names,
            folder / MISTAKES_NAME,
        )
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        output.line(
            f"no {CURVE_NAME}, no {MISTAKES_NAME}: they need matplotlib (pip install 'fullstride[plots]')"
        )
        return []
    return [CURVE_NAME, MISTAKES_NAME]
