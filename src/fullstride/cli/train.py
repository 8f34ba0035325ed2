"""`fullstride train`: data, network, training, files, and one look at the test images at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.cli.console import Output, error_line, warning_line
from fullstride.cli.data import load_visibly
from fullstride.cli.progress import Display, choose_display
from fullstride.data import DataSet, describe
from fullstride.errors import TrainingError
from fullstride.formats import MODEL_NAME
from fullstride.runs import (
    CHECKPOINT_NAME,
    CURVE_NAME,
    HISTORY_NAME,
    MISTAKES_NAME,
    Configuration,
    Job,
    Stand,
    fit,
    latest_run_folder,
    prepare,
    run_folder,
    save,
    stand,
)
from fullstride.training import History, Interrupted, Run


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; where nothing was, configuration and recipe decide.

    Attributes
    ----------
    config : a TOML file, or a model whose run is to be repeated
    overrides : {"training.epochs": 5, ...}, what stands on the command line
    """

    config: Path | None
    overrides: Mapping[str, object]
    out: Path | None
    threads: int | None
    resume: bool
    every: int | None


def train(request: Request) -> None:
    """Train, save, and print; the last line is the accuracy on the test images."""
    output = Output()
    configuration = configuration_of(request.config, request.overrides)
    data = load_visibly(configuration)
    job = prepare(configuration, data)
    _check_engine(job, request.threads)
    place = _place(request, data)
    with run_folder(place, data.name, resume=request.resume and place is not None) as folder:
        found = stand(job, folder) if request.resume else Stand()
        if found.finished:
            output.line(f"the run in {folder} has come to its end before; nothing is left to do")
            return
        for line in str(describe(data)).splitlines():
            output.line(line)
        output.line(_first_line(job, folder))
        if request.resume:
            output.line(_resume_line(found, job, folder))
        with output.patient():
            display = choose_display(output)
            try:
                _run(request, job, folder, found, output, display)
            except KeyboardInterrupt as stop:  # wherever it came, what was trained is kept
                raise KeyboardInterrupt(_keep(stop, display.run, job, folder)) from None


def configuration_of(config: Path | None, overrides: Mapping[str, object]) -> Configuration:
    """The configuration of a TOML file, or of the run of a model, with what the command line says in its place."""
    if config is None:
        configuration = Configuration()
    elif config.is_dir() or config.suffix == ".safetensors":
        from fullstride.network import load

        configuration = Configuration.from_model(load(config).configuration, str(config))
    else:
        configuration = Configuration.from_toml(config)
    return configuration.override(overrides)


def last_line(correct: int, count: int, seconds: float) -> str:
    """The line that ends `fullstride train`; the time is that of the training, compilation included.

    >>> last_line(352, 360, 2.94)
    'test accuracy 97.78 % (352/360) in 2.9 s'
    """
    return f"test accuracy {100 * correct / count:.2f} % ({correct}/{count}) in {seconds:.1f} s"


def _place(request: Request, data: DataSet) -> Path | None:
    """The folder that was asked for; to go on without one, that of the last run on this data, if there is any."""
    if request.out is None and request.resume:
        return latest_run_folder(Path("runs"), data.name)
    return request.out


def _check_engine(job: Job, threads: int | None) -> None:
    """An engine, target or number of threads that cannot be is refused before there is a folder or a line."""
    none = np.empty((0, *job.network.input_shape), np.uint8)
    job.network.predict_proba(none, threads=threads, engine=job.configuration.engine or "native")


def _first_line(job: Job, folder: Path) -> str:
    data, network, m_validation = job.data, job.network, job.validation_images
    size = "x".join(str(n) for n in data.X_train.shape[1:])
    apart = data.X_validation is not None
    kept = f" ({m_validation:,} of them to validate)" if m_validation and not apart else ""
    more = f", {m_validation:,} to validate" if apart else ""
    return (
        f"training on {data.name}: {len(data.X_train):,} images of {size}{kept}{more}, {len(data.X_test):,} to test; "
        f"{network.summary().parameters:,} parameters; results go to {folder}"
    )


def _resume_line(found: Stand, job: Job, folder: Path) -> str:
    if found.state is None:
        return f"there is no checkpoint in {folder}: starting from the beginning"
    state, epochs = found.state, job.configuration.training.epochs
    return f"going on after step {state.step} of epoch {state.epochs + 1} of {epochs}"


def _run(request: Request, job: Job, folder: Path, found: Stand, output: Output, display: Display) -> None:
    history, seconds = _fit(request, job, folder, found, display)
    save(job, history, folder)
    data, engine = job.data, job.configuration.engine or "native"
    probabilities = job.network.predict_proba(data.X_test, threads=request.threads, engine=engine)
    names = [MODEL_NAME, HISTORY_NAME, *_draw(output, data, history, probabilities, folder)]
    output.line(f"saved in {folder}: {', '.join(names)}")
    correct = int(np.count_nonzero(probabilities.argmax(axis=1) == data.y_test))
    output.line(last_line(correct, len(data.y_test), seconds))


def _fit(request: Request, job: Job, folder: Path, found: Stand, display: Display) -> tuple[History, float]:
    """Trains; what a diverging loss leaves of it is saved, and said to be."""
    start = time.perf_counter()
    with display:
        try:
            history = fit(
                job,
                folder,
                state=found.state,
                every=request.every,
                threads=request.threads,
                callbacks=[display],
                trouble=lambda error: warning_line(f"{error}; the training goes on"),
            )
        except TrainingError as error:
            if display.run is None or not display.run.history.epochs:
                raise
            save(job, display.run.history, folder, part=True)
            raise TrainingError(f"{error}. They are saved in {folder}") from error
    return history, time.perf_counter() - start


def _keep(stop: KeyboardInterrupt, run: Run | None, job: Job, folder: Path) -> str:
    """Saves what was trained when Ctrl-C came, during or after the training; returns what there is to say.

    No second Ctrl-C breaks it: see `one_interrupt`.
    """
    if run is None or not run.images_seen:
        return "interrupted before the first step; nothing is saved"
    if isinstance(stop, Interrupted):
        save(job, stop.history, folder, part=True)
        again = "; --resume goes on from there" if (folder / CHECKPOINT_NAME).exists() else ""
        return f"{stop}; saved in {folder}: {MODEL_NAME}, {HISTORY_NAME}{again}"
    whole = len(run.history.epochs) == run.epochs or run.history.best_epoch is not None
    run.history.interrupted = run.history.interrupted or not whole
    save(job, run.history, folder, part=not whole)
    return f"interrupted; the {'trained network' if whole else 'network so far'} is saved in {folder}"


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
