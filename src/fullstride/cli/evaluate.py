"""`fullstride evaluate` and `fullstride find-lr`: a model judged on data, and a rate to train with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.cli.console import Output
from fullstride.cli.data import check_picture, load_visibly
from fullstride.data import KNOWN_NAMES, DataSet, is_image_folder
from fullstride.errors import ArgumentError, DataError
from fullstride.network import Network, load
from fullstride.runs import STORED_AS, Configuration, find_lr, prepare, read_configuration
from fullstride.training.metrics import total_cross_entropy

_WORST = 3
_CONFUSIONS = 3


@dataclass(frozen=True)
class Judged:
    """Predictions of one part of a data set."""

    probabilities: NDArray[Any]
    y: NDArray[np.int64]
    class_names: tuple[str, ...]

    def lines(self) -> list[str]:
        """Loss, the classes that are known worst, the most frequent confusions, and the accuracy."""
        predicted = self.probabilities.argmax(axis=1)
        right = predicted == self.y
        loss = total_cross_entropy(self.probabilities, self.y) / len(self.y)
        counts = np.bincount(self.y, minlength=len(self.class_names))
        hits = np.bincount(self.y[right], minlength=len(self.class_names))
        present = np.flatnonzero(counts)
        worst = present[np.argsort(hits[present] / counts[present], kind="stable")][:_WORST]
        named = ", ".join(
            f"{self.class_names[c]} {100 * hits[c] / counts[c]:.1f} % ({hits[c]}/{counts[c]})" for c in worst
        )
        lines = [f"loss {loss:.4f}", f"known worst: {named}"]
        if not right.all():
            lines.append(f"most often confused: {', '.join(self._confusions(predicted))}")
        correct = int(np.count_nonzero(right))
        return [*lines, f"accuracy {100 * correct / len(right):.2f} % ({correct}/{len(right)})"]

    def _confusions(self, predicted: NDArray[np.int64]) -> list[str]:
        n = len(self.class_names)
        table = np.bincount(self.y * n + predicted, minlength=n * n)
        table[:: n + 1] = 0  # what was right
        most = np.argsort(-table, kind="stable")[:_CONFUSIONS]
        return [
            f"{self.class_names[pair // n]} for {self.class_names[pair % n]} ({table[pair]})"
            for pair in most
            if table[pair]
        ]


def evaluate(
    model: Path, data: str | None, data_dir: Path | None, part: str, threads: int | None, engine: str
) -> None:
    """Judge a model on a part of a data set; the last line is the accuracy."""
    network = load(model)
    loaded = _data(network, model, data, data_dir)
    X, y = _part(loaded, part)
    y = _as_the_model_counts(network, loaded, y)
    _check_images(network, loaded, X)
    probabilities = network.predict_proba(X, threads=threads, engine=engine)
    output = Output()
    output.line(f"{model} on {len(y):,} {part} images of {loaded.name}")
    names = network.class_names or tuple(f"class {c}" for c in range(network.n_classes))
    for line in Judged(probabilities, y, names).lines():
        output.line(line)


def _data(network: Network, model: Path, data: str | None, data_dir: Path | None) -> DataSet:
    """What was asked for, or else what the model was trained on; the images of a folder as the model takes them."""
    changes: dict[str, object] = {}
    stored = Configuration()
    if STORED_AS in network.configuration:
        stored = Configuration.from_model(network.configuration, str(model))
    elif data is None:
        raise ArgumentError(f"{model} does not say what it was trained on: name DATA")
    if data is not None and data != stored.data.name:
        stored = Configuration()
        changes["data.name"] = data
    if data_dir is not None:
        changes["data.dir"] = str(data_dir)
    name = data or stored.data.name
    if name not in KNOWN_NAMES and is_image_folder(str(name)):
        how = network.preprocessing
        if how is None or how.framing != "stretch" or how.ink != "as-is":
            raise DataError(
                f"{model} does not take the images of a folder as they are: it was trained on images that are cropped "
                "to their ink; fullstride predict brings single files into that form"
            )
        changes |= {"data.size": list(network.input_shape[:2]), "data.channels": network.input_shape[2]}
    return load_visibly(stored.override(changes))


def _part(data: DataSet, part: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    found = {
        "test": (data.X_test, data.y_test),
        "train": (data.X_train, data.y_train),
        "validation": (data.X_validation, data.y_validation),
    }[part]
    if found[0] is None or found[1] is None:
        raise DataError(f"{data.name} has no {part} part of its own")
    return found[0], found[1]


def _check_images(network: Network, data: DataSet, X: NDArray[Any]) -> None:
    """The images are of the model's size, and their numbers mean what those of its training images did."""
    if X.shape[1:] != network.input_shape:
        here, there = ("x".join(map(str, shape)) for shape in (X.shape[1:], network.input_shape))
        raise DataError(f"the images of {data.name} are {here}; the model takes {there}")
    if X.dtype == np.uint8 and data.preprocessing is not None and network.preprocessing is not None:
        here, there = str(data.preprocessing.maximum), str(network.preprocessing.maximum)
        if here != there:
            raise DataError(f"the pixels of {data.name} go from 0 to {here}; the model takes 0 to {there}")


def _as_the_model_counts(network: Network, data: DataSet, y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels by the names of their classes, where the model has names: another folder may lack some."""
    if network.class_names is None:
        if len(data.class_names) > network.n_classes:
            raise DataError(
                f"{data.name} has {len(data.class_names)} classes; the model knows {network.n_classes}, without names"
            )
        return y
    unknown = [name for name in data.class_names if name not in network.class_names]
    if unknown:
        raise DataError(
            f"the model does not know the classes {_some(unknown)} of {data.name}; "
            f"it knows {_some(network.class_names)}"
        )
    place = np.array([network.class_names.index(name) for name in data.class_names], np.int64)
    return place[y]


def _some(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def look_for_lr(
    config: Path | None, overrides: Mapping[str, object], threads: int | None, picture: Path | None
) -> None:
    """Print a learning rate to try; with `picture`, draw the losses over the rates."""
    if picture is not None:
        check_picture(picture)
    configuration = read_configuration(config, overrides)
    job = prepare(configuration, load_visibly(configuration))
    found = find_lr(job, threads=threads)
    output = Output()
    output.line(str(found))
    if picture is not None:
        from fullstride.plots import lr_curve

        lr_curve(found, picture)
        output.line(f"saved in {picture}")
