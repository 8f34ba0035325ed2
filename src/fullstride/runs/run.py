"""A run: data, network and training of one configuration, in one folder, to be stopped and gone on with at any time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data import DataSet, FolderSet, Progress, channel_statistics, digest_of, load
from fullstride.errors import FileFormatError, OutputError
from fullstride.formats import MODEL_NAME, write_text
from fullstride.network import Network
from fullstride.network import load as load_network
from fullstride.program import Inputs
from fullstride.runs.building import build_augmentation, build_network, build_optimizer, build_schedule
from fullstride.runs.checkpoint import Checkpoint, Checkpoints
from fullstride.runs.choices import DEFAULT_DATA
from fullstride.runs.configuration import STORED_AS, Configuration, differences
from fullstride.runs.folder import CHECKPOINT_NAME, CONFIGURATION_NAME, HISTORY_NAME
from fullstride.runs.tables import AugmentationOptions, TrainingOptions
from fullstride.training import Callback, Finding, History, Run, State


@dataclass
class Job:
    """All that a run needs but a place to work in.

    Attributes
    ----------
    configuration : Configuration, with nothing left open
    data : DataSet
    network : Network, untrained
    digest : str, SHA-256 of the data
    """

    configuration: Configuration
    data: DataSet
    network: Network
    digest: str

    @property
    def inputs(self) -> Inputs:
        """What becomes of the images in the first epoch of training."""
        how = self.network.preprocessing
        augmentation = build_augmentation(self.configuration.augmentation)
        plain = Inputs() if how is None else Inputs(how.scale, how.mean, how.std)
        return replace(plain, augmentation=augmentation, seed=self.configuration.seed or 0)

    @property
    def validation(self) -> tuple[NDArray[Any], NDArray[np.int64]] | float | None:
        """As `Network.fit` takes it: the set's own validation part, or a fraction of the training part."""
        if self.data.X_validation is not None and self.data.y_validation is not None:
            return self.data.X_validation, self.data.y_validation
        return self.configuration.data.validation or None

    @property
    def validation_images(self) -> int:
        """How many images are kept to validate."""
        if self.data.X_validation is not None:
            return len(self.data.X_validation)
        return round((self.configuration.data.validation or 0) * len(self.data.X_train))


def load_data(configuration: Configuration, progress: Progress | None = None) -> DataSet:
    """The data that a configuration names.

    Raises
    ------
    ArgumentError, DataError, FileFormatError, OutputError
        As `fullstride.data.load`.
    """
    wanted = configuration.data
    return load(
        wanted.name or DEFAULT_DATA,
        wanted.dir,
        progress,
        size=wanted.size,
        channels=wanted.channels,
        strict=bool(wanted.strict),
    )


def prepare(configuration: Configuration, data: DataSet) -> Job:
    """Data and configuration together: what was left open is decided, the network made.

    Raises
    ------
    ArgumentError, ShapeError
        If the configuration does not fit the data.
    """
    n_H, n_W, n_C = data.X_train.shape[1:]
    resolved = configuration.resolved(
        len(data.X_train),
        classes=len(data.class_names),
        image_shape=(n_H, n_W, n_C) if isinstance(data, FolderSet) else None,
        colour=n_C == 3,
        own_validation=data.X_validation is not None,
    )
    network = build_network(resolved, (n_H, n_W, n_C), len(data.class_names))
    network.preprocessing = data.preprocessing
    if resolved.data.normalize and data.preprocessing is not None:
        mean, std = channel_statistics(data.X_train, data.preprocessing.scale)
        network.preprocessing = replace(data.preprocessing, mean=mean, std=std)
    network.class_names = data.class_names
    digest = data.digest or digest_of(data)
    network.configuration = {STORED_AS: resolved.to_dict(), "digest": digest}
    return Job(resolved, data, network, digest)


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
        found.check_arrays(job.network, checkpoint)
        return Stand(found.state)
    if not model.exists():
        return Stand()
    stored = load_network(model).configuration
    if not isinstance(stored.get(STORED_AS), dict):
        raise OutputError(
            f"the folder {folder} holds a model of no run that could go on; choose another --out"
        )
    _compare(job, stored[STORED_AS], str(stored.get("digest")), folder)
    return Stand(finished="completed_epochs" not in stored)


def _compare(job: Job, run: dict[str, Any], digest: str, folder: Path) -> None:
    try:
        before = Configuration.from_dict(run, str(folder))
    except ValueError as error:
        raise FileFormatError(f"{folder}: its configuration cannot be read: {error}") from error
    different = differences(before, job.configuration)
    if not different and digest != job.digest:
        different = [f"the images or labels of {job.configuration.data.name} are others than they were"]
    if different:
        raise OutputError(
            f"the folder {folder} holds another run, which this one cannot go on with: {'; '.join(different)}"
        )


# --- training ---------------------------------------------------------------------------------------------------------


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
    """Train the network of a job.

    Parameters
    ----------
    job : Job
    folder : where checkpoints go, with the model so far; None: nowhere
    state : State, to go on from
    every : int, steps from one checkpoint to the next; None: after each epoch (at most 2 % of the time)
    threads : int, optional
    callbacks : sequence of Callback
    trouble : callable (OutputError), when a checkpoint cannot be written: the training goes on

    Raises
    ------
    As `Network.fit`.
    """
    training, network = job.configuration.training, job.network
    told = list(callbacks)
    if folder is not None:

        def also(run: Run) -> None:
            save(job, run.history, folder, part=True)

        told.append(
            Checkpoints(
                folder / CHECKPOINT_NAME, job.configuration.to_dict(), job.digest, every, also, trouble
            )
        )
    return network.fit(
        job.data.X_train,
        job.data.y_train,
        epochs=training.epochs or 1,
        batch_size=training.batch_size or 1,
        lr=training.lr or 0.0,
        seed=job.configuration.seed or 0,
        validation=job.validation,
        threads=threads,
        engine=job.configuration.engine or "native",
        callbacks=told,
        schedule=build_schedule(training),
        patience=training.early_stopping or 0,
        state=state,
        **_taste(training, job.configuration.augmentation),
    )


def find_lr(job: Job, threads: int | None = None) -> Finding:
    """A learning rate to try for the run of a job; see `Network.find_lr`. Nothing stays of it."""
    training = job.configuration.training
    return job.network.find_lr(
        job.data.X_train,
        job.data.y_train,
        batch_size=training.batch_size or 1,
        seed=job.configuration.seed or 0,
        threads=threads,
        engine=job.configuration.engine or "native",
        **_taste(training, job.configuration.augmentation),
    )


def _taste(training: TrainingOptions, augmentation: AugmentationOptions) -> dict[str, Any]:
    """What `fit` and `find_lr` are told alike."""
    weights = training.class_weights
    return {
        "optimizer": build_optimizer(training),
        "augmentation": build_augmentation(augmentation),
        "label_smoothing": training.label_smoothing or 0.0,
        "class_weights": None if weights == "none" else weights,
        "clip": training.clip,
    }


def save(job: Job, history: History, folder: Path, part: bool = False) -> None:
    """Write model, history and configuration; with `part`, the run is not at its end, and the model says so.

    At the end the checkpoint is removed: nobody goes on with a finished run.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    network = job.network
    network.configuration.pop("completed_epochs", None)
    if part:
        network.configuration["completed_epochs"] = len(history.epochs)
    write_text(folder / HISTORY_NAME, history.to_jsonl())
    write_text(folder / CONFIGURATION_NAME, job.configuration.to_toml())
    network.save(folder / MODEL_NAME)
    if not part:
        with contextlib.suppress(FileNotFoundError):
            (folder / CHECKPOINT_NAME).unlink()
