"""What a training run did, epoch by epoch."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, cast

from fullstride.errors import FileFormatError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class EpochRecord(TypedDict):
    """One epoch.

    Attributes
    ----------
    epoch : int, from 1
    loss : float, mean of the losses of the epoch's images, each taken before the step that it was in
    validation_loss, validation_accuracy : float, after the epoch; None without a validation part
    seconds : float, wall-clock time of the epoch, validation included
    images_per_second : float, while training; validation and callbacks not included
    lr : float, the learning rate
    """

    epoch: int
    loss: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    images_per_second: float
    lr: float


_KEYS = tuple(EpochRecord.__annotations__)
_OPTIONAL = {"validation_loss", "validation_accuracy"}


@dataclass
class History:
    """What `Network.fit` returns.

    Attributes
    ----------
    epochs : list of EpochRecord, those that were completed
    best_epoch : int or None, the epoch with the lowest validation loss so far, where `patience` looks for it;
        the network has its parameters unless Ctrl-C ended the run
    interrupted : bool, whether Ctrl-C ended the run

    Examples
    --------
    >>> history = History()
    >>> history.epochs.append({"epoch": 1, "loss": 0.5, "validation_loss": None, "validation_accuracy": None,
    ...                        "seconds": 2.0, "images_per_second": 700.0, "lr": 0.05})
    >>> History.from_jsonl(history.to_jsonl()) == history
    True
    """

    epochs: list[EpochRecord] = field(default_factory=list)
    interrupted: bool = False
    best_epoch: int | None = None

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw loss and validation accuracy over the epochs; see `fullstride.plots.learning_curve`.

        Parameters
        ----------
        path : a PNG file to write it to, optional

        Returns
        -------
        matplotlib.figure.Figure
            A notebook shows it.

        Raises
        ------
        OutputError
            If the file cannot be written.
        ModuleNotFoundError
            If matplotlib is not installed: pip install 'fullstride[plots]'.
        """
        from fullstride.plots import learning_curve

        return learning_curve(self, path)

    def to_jsonl(self) -> str:
        """A JSON object a line, an epoch each; then, where they are to be said, `{"best_epoch": n}` and
        `{"interrupted": true}`."""
        lines: list[Any] = [*self.epochs]
        lines += [{"best_epoch": self.best_epoch}] if self.best_epoch is not None else []
        lines += [{"interrupted": True}] if self.interrupted else []
        return "".join(json.dumps(line, allow_nan=False) + "\n" for line in lines)

    @classmethod
    def from_jsonl(cls, text: str) -> History:
        """The history that `to_jsonl` wrote.

        Raises
        ------
        FileFormatError
            If a line is not what `to_jsonl` writes; it names the line.
        """
        history = cls()
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                record = json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                record = None
            if history.interrupted or not history._take(record):
                raise FileFormatError(
                    f"History.from_jsonl: line {number} must be a JSON object with the keys "
                    f"{', '.join(_KEYS)}; got {line[:80]!r}"
                )
        return history

    def _take(self, record: object) -> bool:
        """Take what a line says; whether it may stand there."""
        if record == {"interrupted": True}:
            self.interrupted = True
            return True
        if self.best_epoch is not None or not isinstance(record, dict):
            return False
        if record.keys() == {"best_epoch"}:
            self.best_epoch = record["best_epoch"]
            return type(self.best_epoch) is int and self.best_epoch >= 1
        if not _is_record(record):
            return False
        self.epochs.append(cast(EpochRecord, record))
        return True


def _is_record(record: object) -> bool:
    return (
        isinstance(record, dict)
        and record.keys() == set(_KEYS)
        and all(
            (isinstance(value, (int, float)) and not isinstance(value, bool))
            or (value is None and key in _OPTIONAL)
            for key, value in record.items()
        )
    )
