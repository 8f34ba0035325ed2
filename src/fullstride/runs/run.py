"""A run: the training of a job in a folder, to be stopped and gone on with at any time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fullstride.errors import FileFormatError, FullstrideError, OutputError, TrainingError
from fullstride.formats import MODEL_NAME, write_text
from fullstride.network import load as load_network
from fullstride.runs.building import build_schedule
from fullstride.runs.checkpoint import Checkpoint, Checkpoints
from fullstride.runs.configuration import STORED_AS, Configuration, differences
from fullstride.runs.folder import BEGUN, CHECKPOINT_NAME, CONFIGURATION_NAME, HISTORY_NAME, has_begun
from fullstride.runs.job import Job
from fullstride.training import Callback, History, Interrupted, Run, Settings, State

PART = "completed_epochs"
"""The key of `Network.configuration` that a model has while its run is not at its end."""


# --- where it stands --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stand:
    """What a folder already holds of a run.

    Attributes
    ----------
    state : State or None, to go on from
    finished : whether the run came to its end
    """

    state: State | None = None
    finished: bool = False


def stored_configuration(folder: Path) -> Path | None:
    """The file with the configuration of the run in a folder, with which it goes on; None where there is none."""
    path = folder / CONFIGURATION_NAME
    return path if path.exists() else None


def stand(job: Job, folder: Path) -> Stand:
    """How far the run of a job has come in a folder; nothing there is a stand too.

    Raises
    ------
    OutputError
        If the folder holds a run of another network, data set or configuration: the sentence names the difference.
    FileFormatError
        If its files cannot be read.
    """
    checkpoint, model = folder / CHECKPOINT_NAME, folder / MODEL_NAME
    if checkpoint.exists():
        found = Checkpoint.read(checkpoint)
        _compare(job, found.run, found.digest, folder)
        found.check(job.network.program, *_extent(job), checkpoint)
        return Stand(found.state)
    if not model.exists():
        if has_begun(folder):
            before = Configuration.from_toml(folder / CONFIGURATION_NAME)
            _refuse(differences(before, job.configuration), folder)
        return Stand()
    stored = load_network(model).configuration
    if STORED_AS not in stored:
        raise OutputError(
            f"the folder {folder} holds a model of no run that could go on; choose another --out"
        )
    _compare(job, stored[STORED_AS], str(stored.get("digest")), folder)
    return Stand(finished=PART not in stored)


def _extent(job: Job) -> tuple[Settings, int]:
    """How a job trains, as far as a state depends on it, and in how many steps an epoch."""
    training, optimizer = job.configuration.training, job.arguments()["optimizer"]
    assert training.epochs is not None  # nothing is open
    assert training.batch_size is not None
    assert training.lr is not None
    patience = training.early_stopping or 0
    settings = Settings(
        training.epochs, training.batch_size, training.lr, job.seed, optimizer, patience=patience
    )
    return settings, -(-len(job.rows) // training.batch_size)


def _compare(job: Job, run: Any, digest: str, folder: Path) -> None:
    try:
        before = Configuration.from_dict(run, f"the run in {folder}")
    except FullstrideError as error:
        raise FileFormatError(f"{error}; choose another --out") from error
    different = differences(before, job.configuration)
    if not different and digest != job.digest:
        there, here = before.data.name, job.configuration.data.name
        different = [
            f"the images or labels of {here} are others than they were"
            if there == here
            else f"data.name: {there} there, {here} here, of other images or labels"
        ]
    _refuse(different, folder)


def _refuse(different: list[str], folder: Path) -> None:
    if different:
        raise OutputError(
            f"the folder {folder} holds another run, which this one cannot go on with: {'; '.join(different)}"
        )


# --- how it goes ------------------------------------------------------------------------------------------------------


def fit(
    job: Job,
    folder: Path | None = None,
    *,
    state: State | None = None,
    every: int | None = None,
    threads: int | None = None,
    callbacks: Sequence[Callback] = (),
    trouble: Callable[[OutputError], None] = lambda error: None,
) -> History:
    """Train the network of a job, and keep what comes of it, however it ends.

    Parameters
    ----------
    job : Job
    folder : where the configuration goes before the first step, model and history with each checkpoint and at the end;
        None: nothing is written
    state : State, to go on from
    every : int, steps from one checkpoint to the next; None: after each epoch (at most 2 % of the time)
    threads : int, optional
    callbacks : sequence of Callback
    trouble : callable (OutputError), when a checkpoint cannot be written: the training goes on

    Raises
    ------
    TrainingError
        If the loss is no longer finite; the last good epoch, if there was one, is in the folder.
    Interrupted
        (a KeyboardInterrupt) After Ctrl-C; what was trained is in the folder, and a checkpoint to go on from.
    OutputError
        If the files cannot be written at the beginning or the end.
    ArgumentError, DataError, ShapeError, EngineError
        As `Network.fit`.
    """
    if folder is None:
        return _train(job, state, threads, callbacks)
    place, seen = folder, _Seen()

    def also(run: Run) -> None:
        save(job, run.history, place, part=True)

    described = (job.configuration.to_dict(), job.digest)
    checkpoints = Checkpoints(place / CHECKPOINT_NAME, *described, every, also, trouble)
    with _begun(job, place, state):
        try:
            history = _train(job, state, threads, [seen, *callbacks, checkpoints])
            save(job, history, place)
        except TrainingError as error:
            if seen.run is None or not seen.run.history.epochs:
                raise
            save(job, seen.run.history, place, part=True)
            raise TrainingError(f"{error}. They are saved in {place}") from error
        except KeyboardInterrupt as stop:  # wherever it came, what was trained is kept
            said, history = _keep(stop, seen.run, job, place)
            raise Interrupted(said, history) from stop
    return history


@contextlib.contextmanager
def _begun(job: Job, folder: Path, state: State | None) -> Iterator[None]:
    """Inside, the folder holds the configuration, with which --resume goes on from the beginning too.

    An error before anything else is saved would come again: what was written here is removed then.
    """
    path = folder / CONFIGURATION_NAME
    new = not path.exists()
    if state is None:
        write_text(path, BEGUN + job.configuration.to_toml())
    try:
        yield
    except Exception:
        if new and has_begun(folder) and not (folder / HISTORY_NAME).exists():
            path.unlink(missing_ok=True)
        raise


class _Seen(Callback):
    """Remembers the run, which tells how far it came."""

    run: Run | None = None

    def on_start(self, run: Run) -> None:
        self.run = run


def _train(job: Job, state: State | None, threads: int | None, callbacks: Sequence[Callback]) -> History:
    training = job.configuration.training
    assert training.epochs is not None
    assert training.lr is not None
    return job.network.fit(
        job.data.X_train,
        job.data.y_train,
        epochs=training.epochs,
        lr=training.lr,
        validation=job.validation,
        threads=threads,
        callbacks=callbacks,
        schedule=build_schedule(training),
        patience=training.early_stopping or 0,
        state=state,
        **job.arguments(),
    )


def _keep(stop: KeyboardInterrupt, run: Run | None, job: Job, folder: Path) -> tuple[str, History]:
    """Saves what was trained when Ctrl-C came; returns what there is to say, and the history."""
    if run is None or not run.images_seen:
        said = f"interrupted before the first step; --resume goes on with the run in {folder}"
        return said, History(interrupted=True)
    run.history.interrupted = not run.finished
    save(job, run.history, folder, part=not run.finished)
    if run.finished:
        return f"interrupted; the trained network is saved in {folder}", run.history
    again = "; --resume goes on with it" if (folder / CHECKPOINT_NAME).exists() else ""
    said = str(stop) or "training was interrupted"
    return (
        f"{said}; saved in {folder}: {MODEL_NAME}, {HISTORY_NAME}, {CONFIGURATION_NAME}{again}",
        run.history,
    )


def save(job: Job, history: History, folder: Path, part: bool = False) -> None:
    """Write model, history and configuration; with `part`, the run is not at its end, and the model says so.

    At the end the checkpoint is removed: nobody goes on with a finished run.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    network = job.network
    network.configuration.pop(PART, None)
    if part:
        network.configuration[PART] = len(history.epochs)
    write_text(folder / HISTORY_NAME, history.to_jsonl())
    network.save(folder / MODEL_NAME)
    # Last: until then it is the one of a run that has only begun.
    write_text(folder / CONFIGURATION_NAME, job.configuration.to_toml())
    if not part:
        with contextlib.suppress(FileNotFoundError):
            (folder / CHECKPOINT_NAME).unlink()
