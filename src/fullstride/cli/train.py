"""`fullstride train`: data, network, training, files, and one look at the test images at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.cli.console import Output, error_line, warning_line
from fullstride.cli.progress import Display, choose_display
from fullstride.data import DataSet, load
from fullstride.errors import OutputError, TrainingError
from fullstride.formats import MODEL_NAME, write_text
from fullstride.runs.defaults import Recipe, default_network, default_recipe
from fullstride.runs.folder import CURVE_NAME, HISTORY_NAME, MISTAKES_NAME, run_folder
from fullstride.training import Callback, EpochRecord, History, Interrupted, Run

if TYPE_CHECKING:
    from fullstride.network import Network

_CHECKPOINT_SECONDS = 1.0


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; None where the recipe for the data set decides."""

    data: str
    data_dir: Path | None
    out: Path | None
    seed: int
    threads: int | None
    engine: str
    exact: bool
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
    with run_folder(request.out, data.name) as folder:
        output.line(_first_line(data, network, recipe, folder))
        with output.patient():
            display = choose_display(output)
            try:
                history, seconds = _fit(request, recipe, data, network, display, folder)
                _save(network, history, folder)
                probabilities = network.predict_proba(
                    data.X_test, threads=request.threads, engine=request.engine
                )
                names = [MODEL_NAME, HISTORY_NAME, *_draw(output, data, history, probabilities, folder)]
                output.line(f"saved in {folder}: {', '.join(names)}")
                correct = int(np.count_nonzero(probabilities.argmax(axis=1) == data.y_test))
                output.line(last_line(correct, len(data.y_test), seconds))
            except KeyboardInterrupt as stop:  # wherever it came, what was trained is kept
                raise KeyboardInterrupt(_keep(stop, display.run, network, folder)) from None


def last_line(correct: int, count: int, seconds: float) -> str:
    """The line that ends `fullstride train`; the time is that of the training, compilation included.

    >>> last_line(352, 360, 2.94)
    'test accuracy 97.78 % (352/360) in 2.9 s'
    """
    return f"test accuracy {100 * correct / count:.2f} % ({correct}/{count}) in {seconds:.1f} s"


def _new_network(request: Request, recipe: Recipe, data: DataSet) -> Network:
    n_H, n_W, n_C = data.X_train.shape[1:]
    network = default_network((n_H, n_W, n_C), len(data.class_names), request.seed, request.exact)
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


def _fit(
    request: Request, recipe: Recipe, data: DataSet, network: Network, display: Display, folder: Path
) -> tuple[History, float]:
    """Trains; what a diverging loss leaves of it is saved, and said to be."""
    start = time.perf_counter()
    with display:
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
                callbacks=[display, _Checkpoints(folder)],
            )
        except TrainingError as error:
            if display.run is None or not display.run.history.epochs:
                raise
            _save(network, display.run.history, folder, part=True)
            raise TrainingError(f"{error}. They are saved in {folder}") from error
    return history, time.perf_counter() - start


class _Checkpoints(Callback):
    """Writes network and history after an epoch, so that a killed run leaves the last of them.

    Not after every short epoch: at most once a second, and at most 2 % of the time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._due = 0.0
        self._failed = False

    def on_start(self, run: Run) -> None:
        self._due = time.monotonic() + _CHECKPOINT_SECONDS

    def on_epoch(self, run: Run, record: EpochRecord) -> None:
        start = time.monotonic()
        if start < self._due or run.epoch == run.epochs:  # the last one is saved when the training has ended
            return
        try:
            _save(run.network, run.history, self._folder, part=True)
        except OutputError as error:
            if not self._failed:
                warning_line(f"{error}; the training goes on")
            self._failed = True
        end = time.monotonic()
        self._due = end + max(_CHECKPOINT_SECONDS, 50 * (end - start))


def _keep(stop: KeyboardInterrupt, run: Run | None, network: Network, folder: Path) -> str:
    """Saves what was trained when Ctrl-C came, during or after the training; returns what there is to say.

    No second Ctrl-C breaks it: see `one_interrupt`.
    """
    if run is None or not run.images_seen:
        return "interrupted before the first step; nothing is saved"
    if isinstance(stop, Interrupted):
        _save(network, stop.history, folder, part=True)
        return f"{stop}; saved in {folder}: {MODEL_NAME}, {HISTORY_NAME}"
    whole = len(run.history.epochs) == run.epochs
    run.history.interrupted = run.history.interrupted or not whole
    _save(network, run.history, folder, part=not whole)
    return f"interrupted; the {'trained network' if whole else 'network so far'} is saved in {folder}"


def _save(network: Network, history: History, folder: Path, part: bool = False) -> None:
    """With `part`, the epochs of the configuration were not all done: it says how many were."""
    network.configuration.pop("completed_epochs", None)
    if part:
        network.configuration["completed_epochs"] = len(history.epochs)
    network.save(folder / MODEL_NAME)
    write_text(folder / HISTORY_NAME, history.to_jsonl())


def _draw(
    output: Output, data: DataSet, history: History, probabilities: NDArray[Any], folder: Path
) -> list[str]:
    """The names of the pictures that could be written, none without matplotlib."""
    from fullstride import plots

    def curve(path: Path) -> None:
        plots.learning_curve(history, path)

    def mistakes(path: Path) -> None:
        predicted = probabilities.argmax(axis=1)
        plots.mistakes(data.X_test, data.y_test, predicted, probabilities, data.class_names, path)

    pictures: dict[str, Callable[[Path], None]] = {CURVE_NAME: curve, MISTAKES_NAME: mistakes}
    names = []
    for name, draw in pictures.items():
        try:
            draw(folder / name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "matplotlib":
                raise
            output.line(
                f"no {CURVE_NAME}, no {MISTAKES_NAME}: they need matplotlib (pip install 'fullstride[plots]')"
            )
            return []
        except (OSError, MemoryError) as error:  # a full disk, say: the accuracy is worth more
            warning_line(f"no {name}: {error_line(error).removeprefix('error: ')}")
        else:
            names.append(name)
    return names
