"""What a training run did, epoch by epoch."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, cast

from fullstride.errors import FileFormatError
from fullstride.program.tables import html_table

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
_WIDTH, _HEIGHT = 320, 90
"""Pixels of a curve."""


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

    def curve(self) -> str:
        """The losses over the epochs as a small SVG picture, training solid and validation dashed."""
        lines = [
            [record["loss"] for record in self.epochs],
            [record["validation_loss"] for record in self.epochs if record["validation_loss"] is not None],
        ]
        most = max([*lines[0], *lines[1], 1e-30])
        shapes = []
        for losses, dashes in zip(lines, ("", ' stroke-dasharray="4 3"'), strict=True):
            across = _WIDTH / max(len(losses) - 1, 1)
            points = " ".join(
                f"{2 + across * k:.1f},{2 + _HEIGHT * (1 - loss / most):.1f}" for k, loss in enumerate(losses)
            )
            shapes.append(f'<polyline points="{points}"{dashes}/>' if losses else "")
        return (
            f'<svg width="{_WIDTH + 4}" height="{_HEIGHT + 4}" role="img" fill="none" stroke="currentColor" '
            f'stroke-width="1.5"><path d="M2 2V{_HEIGHT + 2}H{_WIDTH + 2}" opacity="0.35"/>{"".join(shapes)}'
            f'<text x="{_WIDTH}" y="12" text-anchor="end" font-size="11" fill="currentColor" stroke="none">'
            f"loss, from {most:.3g} down to 0{'; dashed: validation' if lines[1] else ''}</text></svg>"
        )

    def _repr_html_(self) -> str:
        """The curve, and the first, the best and the last epoch."""
        shown = dict.fromkeys((1, self.best_epoch, len(self.epochs)))
        records = [record for record in self.epochs if record["epoch"] in shown]
        lines = [("epoch", "loss", "validation loss", "validation accuracy", "lr", "seconds")]
        for record in records:
            loss, accuracy = record["validation_loss"], record["validation_accuracy"]
            lines.append(
                (
                    f"{record['epoch']}{' (best)' if record['epoch'] == self.best_epoch else ''}",
                    f"{record['loss']:.4f}",
                    "" if loss is None else f"{loss:.4f}",
                    "" if accuracy is None else f"{100 * accuracy:.2f} %",
                    f"{record['lr']:.4g}",
                    f"{record['seconds']:.2f}",
                )
            )
        notes = ["interrupted"] if self.interrupted else []
        return (self.curve() if len(self.epochs) > 1 else "") + html_table(lines, 1, notes)

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
