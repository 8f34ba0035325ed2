"""What a run is of: a configuration with nothing left open, its data, and the network, made and untrained."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data import (
    DataSet,
    FolderSet,
    OnProgress,
    channel_statistics,
    identified,
    load,
    split_validation,
)
from fullstride.errors import ArgumentError
from fullstride.network import Network
from fullstride.network import load as load_network
from fullstride.program import Inputs
from fullstride.runs.building import build_augmentation, build_network, build_optimizer, build_schedule
from fullstride.runs.choices import DEFAULT_DATA
from fullstride.runs.configuration import STORED_AS, Configuration
from fullstride.training import Finding


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
    def seed(self) -> int:
        """Of the parameters, the validation part, the order of the images and their augmentation."""
        assert self.configuration.seed is not None  # nothing is open
        return self.configuration.seed

    @property
    def engine(self) -> str:
        """ "native" or "steps"."""
        assert self.configuration.engine is not None
        return self.configuration.engine

    @property
    def inputs(self) -> Inputs:
        """What becomes of the images in the first epoch of training."""
        how = self.network.preprocessing
        augmentation = build_augmentation(self.configuration.augmentation)
        plain = Inputs() if how is None else Inputs(how.scale, how.mean, how.std)
        return replace(plain, augmentation=augmentation, seed=self.seed)

    @property
    def validation(self) -> tuple[NDArray[Any], NDArray[np.int64]] | float | None:
        """As `Network.fit` takes it: the set's own validation part, or a fraction of the training part."""
        if self.data.X_validation is not None and self.data.y_validation is not None:
            return self.data.X_validation, self.data.y_validation
        return self.configuration.data.validation or None

    @property
    def rows(self) -> NDArray[np.int64]:
        """Which images of the training part are trained on: those that are not kept to validate."""
        if isinstance(fraction := self.validation, float):
            return split_validation(self.data.y_train, fraction, self.seed)[0]
        return np.arange(len(self.data.y_train))

    @property
    def validation_images(self) -> int:
        """How many images there are to validate on."""
        if self.data.X_validation is not None:
            return len(self.data.X_validation)
        return len(self.data.X_train) - len(self.rows)

    def arguments(self) -> dict[str, Any]:
        """What `Network.fit` and `Network.find_lr` are told alike."""
        training = self.configuration.training
        return {
            "batch_size": training.batch_size,
            "seed": self.seed,
            "engine": self.engine,
            "optimizer": build_optimizer(training),
            "augmentation": build_augmentation(self.configuration.augmentation),
            "label_smoothing": training.label_smoothing,
            "class_weights": None if training.class_weights == "none" else training.class_weights,
            "clip": training.clip,
        }


def read_configuration(
    source: Configuration | str | os.PathLike[str] | None, changes: Mapping[str, object]
) -> Configuration:
    """A configuration with other values in the place of some.

    Parameters
    ----------
    source : a Configuration, a TOML file, or the model file or folder of a run, which is repeated; None: an empty one
    changes : dotted key -> value; None leaves the key as it is

    Raises
    ------
    FileFormatError
        If the file is missing or damaged, or the model holds no configuration of a run.
    ArgumentError, DtypeError
        If a name is unknown, or a value cannot be.
    """
    if source is None:
        source = Configuration()
    elif not isinstance(source, Configuration):
        path = Path(source)
        if path.is_dir() or path.suffix == ".safetensors":
            source = Configuration.from_model(load_network(path).configuration, str(path))
        else:
            source = Configuration.from_toml(path)
    return source.override(changes)


def load_data(configuration: Configuration, progress: OnProgress | None = None) -> DataSet:
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
        colour=n_C == 3 and data.X_train.dtype == np.uint8,
        own_validation=data.X_validation is not None,
    )
    network = build_network(resolved, (n_H, n_W, n_C), len(data.class_names))
    network.preprocessing = data.preprocessing
    if resolved.data.normalize:
        if data.preprocessing is None or data.X_train.dtype != np.uint8:
            raise ArgumentError(
                f"data.normalize is for images of uint8; those of {data.name} are {data.X_train.dtype}, "
                "which are taken as they are"
            )
        mean, std = channel_statistics(data.X_train, data.preprocessing.scale)
        # A channel without contrast has nothing that could be brought to a deviation of 1.
        network.preprocessing = replace(data.preprocessing, mean=mean, std=tuple(s or 1.0 for s in std))
    network.class_names = data.class_names
    digest = identified(data).digest
    network.configuration = {STORED_AS: resolved.to_dict(), "digest": digest}
    job = Job(resolved, data, network, digest)
    build_schedule(resolved.training), job.arguments()  # what cannot be is said now, and not by the training
    return job


def find_lr(job: Job, threads: int | None = None) -> Finding:
    """A learning rate to try for the run of a job; see `Network.find_lr`. Nothing stays of it."""
    return job.network.find_lr(job.data.X_train, job.data.y_train, threads=threads, **job.arguments())
