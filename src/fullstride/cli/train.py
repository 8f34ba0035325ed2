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
from fullstride.data import DataSet, describe, set_name
from fullstride.formats import MODEL_NAME
from fullstride.runs import (
    CONFIGURATION_NAME,
    CURVE_NAME,
    HISTORY_NAME,
    MISTAKES_NAME,
    Configuration,
    Job,
    Stand,
    fit,
    latest_run_folder,
    prepare,
    read_configuration,
    run_folder,
    stand,
    stored_configuration,
)
from fullstride.training import History
from fullstride.training.progress import Display, choose_display


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; where nothing was, configuration and recipe decide.

    Attributes
    ----------
    config : a TOML file, or a model whose run is to be repeated
    overrides : {"training.epochs": 5, ...}, what stands on the command line
    out, threads, resume, every : the options --out, --threads, --resume and --checkpoint-every
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
    configuration, place = _what_and_where(request)
    data = load_visibly(configuration)
    job = prepare(configuration, data)
    _check_engine(job, request.threads)
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
            display = choose_display(output.line)
            try:
                _run(request, job, folder, found, output, display)
            except KeyboardInterrupt as stop:
                if str(stop) or display.run is None or not display.run.finished:
                    raise
                # Wherever it came after the training, what was trained is saved.
                raise KeyboardInterrupt(f"interrupted; the trained network is saved in {folder}") from None


def last_line(correct: int, count: int, seconds: float) -> str:
    """The line that ends `fullstride train`; the time is that of the training, compilation included.

    >>> last_line(352, 360, 2.94)
    'test accuracy 97.78 % (352/360) in 2.9 s'
    """
    return f"test accuracy {100 * correct / count:.2f} % ({correct}/{count}) in {seconds:.1f} s"


def _what_and_where(request: Request) -> tuple[Configuration, Path | None]:
    """The configuration, and the folder that was asked for.

    To go on that is, where no folder was named, the one of the last run on this data, if there is any; and where no
    configuration was, that of the run which is there.
    """
    configuration, place = read_configuration(request.config, request.overrides), request.out
    if not request.resume:
        return configuration, place
    if place is None:
        place = latest_run_folder(Path("runs"), set_name(configuration.data.name or "digits"))
    if place is not None and request.config is None:
        configuration = read_configuration(stored_configuration(place), request.overrides)
    return configuration, place


def _check_engine(job: Job, threads: int | None) -> None:
    """An engine, target or number of threads that cannot be is refused before there is a folder or a line."""
    none = np.empty((0, *job.network.input_shape), np.uint8)
    job.network.predict_proba(none, threads=threads, engine=job.engine)


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
    if state.step == 0:
        return f"going on after epoch {state.epochs} of {epochs}"
    return f"going on after step {state.step} of epoch {state.epochs + 1} of {epochs}"


def _run(request: Request, job: Job, folder: Path, found: Stand, output: Output, display: Display) -> None:
    start = time.perf_counter()
    with display:
        history = fit(
            job,
            folder,
            state=found.state,
            every=request.every,
            threads=request.threads,
            callbacks=[display],
            trouble=lambda error: warning_line(f"{error}; the training goes on"),
        )
    seconds = time.perf_counter() - start
    data = job.data
    probabilities = job.network.predict_proba(data.X_test, threads=request.threads, engine=job.engine)
    pictures = _draw(output, data, history, probabilities, folder)
    output.line(f"saved in {folder}: {', '.join([MODEL_NAME, HISTORY_NAME, CONFIGURATION_NAME, *pictures])}")
    correct = int(np.count_nonzero(probabilities.argmax(axis=1) == data.y_test))
    output.line(last_line(correct, len(data.y_test), seconds))


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
