"""A whole run from Python, in one call: what `fullstride train` does, without its lines and its pictures."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from fullstride.data import KNOWN_NAMES, DataSet, FolderSet
from fullstride.errors import ArgumentError, FileFormatError
from fullstride.formats import MODEL_NAME
from fullstride.geometry import whole_number
from fullstride.network import Network
from fullstride.network import load as load_network
from fullstride.runs.configuration import ARRAYS, Configuration
from fullstride.runs.folder import HISTORY_NAME, run_folder
from fullstride.runs.job import Job, load_data, prepare, read_configuration
from fullstride.runs.keys import full_name
from fullstride.runs.run import Stand, fit, stand, stored_configuration
from fullstride.training import Callback, History

_WHERE = "train"


@dataclass(frozen=True)
class Outcome:
    """What a run leaves.

    Attributes
    ----------
    network : Network, trained
    history : History
    data : DataSet, what it was trained on
    folder : Path, where the results are; None where nothing was to be written
    correct, count : int, test images whose most probable class is their label, and all of them
    """

    network: Network
    history: History
    data: DataSet
    folder: Path | None
    correct: int
    count: int

    @property
    def test_accuracy(self) -> float:
        """correct / count, in 0..1."""
        return self.correct / self.count

    def __repr__(self) -> str:
        place = "" if self.folder is None else f", in {self.folder}"
        return (
            f"Outcome({self.data.name}: {len(self.history.epochs)} epochs, "
            f"test accuracy {100 * self.test_accuracy:.2f} % ({self.correct}/{self.count}){place})"
        )

    def _repr_html_(self) -> str:
        return f"<div>{escape(repr(self))}</div>{self.history._repr_html_()}"


def train(
    data: str | os.PathLike[str] | DataSet | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    config: Configuration | str | os.PathLike[str] | None = None,
    resume: bool = False,
    threads: int | None = None,
    checkpoint_every: int | None = None,
    callbacks: Iterable[Callback] = (),
    **overrides: Any,
) -> Outcome:
    """Train a network on images, and test it once: the whole run of `fullstride train`.

    Parameters
    ----------
    data : a known name or the path of a folder, as `fullstride.data.load` takes it, or a DataSet; default: what
        `config` says, else "digits"
    out : a new or empty folder for model, history and configuration; None: nothing is written
    config : Configuration, or the path of a TOML file, of a model, or of the folder of a run, which is repeated
    resume : go on with the run in `out`, as it was configured, from its checkpoint, to the same bits; from the
        beginning where it has none
    threads : int >= 1, optional; the result is the same with any number
    checkpoint_every : int >= 1, steps; default: after each epoch, at most once a second
    callbacks : iterable of fullstride.training.Callback
    **overrides
        Keys of the configuration, by their names, or with their table as `training__lr`; they come before `config`.

    Returns
    -------
    Outcome

    Raises
    ------
    ArgumentError, DtypeError
        If there is no such key, a value cannot be, or `resume` comes without `out`.
    DataError, FileFormatError
        If the data or a file cannot be used.
    OutputError
        If `out` is not empty, holds another run, or cannot be written.
    TrainingError, Interrupted
        As `Network.fit`; what was trained is in `out`.

    Examples
    --------
    >>> import fullstride
    >>> outcome = fullstride.train("digits", epochs=2, augmentation__shift=1)
    >>> outcome.test_accuracy > 0.8
    True
    """
    if resume and out is not None and config is None:
        config = stored_configuration(Path(out))
    job = _job(data, config, overrides)
    every = (
        None if checkpoint_every is None else whole_number(checkpoint_every, _WHERE, "checkpoint_every", 1)
    )
    told = list(callbacks)
    if out is None:
        if resume:
            raise ArgumentError(
                f"{_WHERE}: resume=True needs out, the folder of the run that goes on; got None"
            )
        return _tested(job, fit(job, threads=threads, callbacks=told), None, threads)
    with run_folder(out, job.data.name, resume=resume) as folder:
        found = stand(job, folder) if resume else Stand()
        if found.finished:
            job.network = load_network(folder / MODEL_NAME)
            return _tested(job, _history(folder / HISTORY_NAME), folder, threads)
        history = fit(job, folder, state=found.state, every=every, threads=threads, callbacks=told)
        return _tested(job, history, folder, threads)


def _job(
    data: str | os.PathLike[str] | DataSet | None,
    config: Configuration | str | os.PathLike[str] | None,
    overrides: dict[str, Any],
) -> Job:
    changes = {full_name(key, _WHERE): value for key, value in overrides.items()}
    if not isinstance(data, DataSet):
        configuration = read_configuration(config, {"data.name": data, **changes})
        return prepare(configuration, load_data(configuration))
    folder = data.source.folder if isinstance(data, FolderSet) and data.source is not None else None
    job = prepare(read_configuration(config, {"data.name": folder or data.name, **changes}), data)
    if folder is None and data.name not in KNOWN_NAMES:
        job.network.configuration[ARRAYS] = True
    return job


def stored_history(model: str | os.PathLike[str]) -> History | None:
    """The history of the run that a model comes from; None where there is none beside it.

    Parameters
    ----------
    model : the folder of a run, or the model file in it

    Raises
    ------
    FileFormatError
        If the file cannot be read, or is none of `History.to_jsonl`.
    """
    given = Path(model)
    path = (given if given.is_dir() else given.parent) / HISTORY_NAME
    if not path.exists() or not (given.is_dir() or given.name == MODEL_NAME):
        return None
    return _history(path)


def _history(path: Path) -> History:
    try:
        return History.from_jsonl(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"cannot read {path}: {error}") from error


def _tested(job: Job, history: History, folder: Path | None, threads: int | None) -> Outcome:
    """One look at the test images."""
    y = job.data.y_test
    predicted = job.network.predict(job.data.X_test, threads=threads, engine=job.engine)
    correct = int(np.count_nonzero(predicted == y))
    return Outcome(job.network, history, job.data, folder, correct, len(y))
