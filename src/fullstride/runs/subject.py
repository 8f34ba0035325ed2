"""What a model is judged on: a part of a data set, with the labels as the model counts its classes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data import DataSet, identified, is_image_folder, known_name, set_name
from fullstride.errors import ArgumentError, DataError
from fullstride.network import Network
from fullstride.runs.configuration import ARRAYS, STORED_AS, Configuration

PARTS = ("test", "train", "validation", "all")


def data_for(
    network: Network,
    model: str | os.PathLike[str],
    data: str | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> Configuration:
    """Which data a model is judged on; `load_data` loads it.

    Parameters
    ----------
    network : Network
    model : its name in messages
    data : as `fullstride.data.load` takes it; by default what the model was trained on
    data_dir : where the files of a known set are

    Returns
    -------
    Configuration
        Images of a folder come in the model's size and colours.

    Raises
    ------
    ArgumentError, FileFormatError
        If nothing was named and the model was trained on arrays, or does not say what it was trained on, or says it in
        words that are not known.
    DataError
        If the model does not take the images of a folder as they are.
    """
    changes: dict[str, object] = {}
    stored = Configuration()
    if STORED_AS in network.configuration:
        stored = Configuration.from_model(network.configuration, str(model))
    elif data is None:
        raise ArgumentError(f"{model} does not say what it was trained on: name DATA")
    if data is None and ARRAYS in network.configuration:
        raise ArgumentError(f"{model} was trained on arrays, which no name leads to: name DATA")
    if data is not None and data != stored.data.name:
        stored = Configuration()
        changes["data.name"] = data
    if data_dir is not None:
        changes["data.dir"] = str(data_dir)
    name = data or stored.data.name
    if known_name(str(name)) is None and is_image_folder(str(name)):
        how = network.preprocessing
        if how is None or how.framing != "stretch" or how.ink != "as-is":
            raise DataError(
                f"{model} does not take the images of a folder as they are: it was trained on images that are cropped "
                "to their ink; fullstride predict brings single files into that form"
            )
        changes |= {"data.size": list(network.input_shape[:2]), "data.channels": network.input_shape[2]}
    return stored.override(changes)


def bears_name(network: Network, data: DataSet) -> bool:
    """Whether data has the name of what the model was trained on, as far as the model says."""
    if STORED_AS not in network.configuration:
        return False
    name = Configuration.from_model(network.configuration).data.name
    return name is not None and data.name in (name, set_name(name))


def was_changed(network: Network, data: DataSet) -> bool:
    """Whether data has the name of what the model was trained on, but other images or labels."""
    return bears_name(network, data) and network.configuration.get("digest") not in (
        None,
        identified(data).digest,
    )


def subject(network: Network, data: DataSet, part: str = "test") -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """The images of a part, and their labels by the names of their classes where the model has names.

    For a model that estimates a number the labels are the names of the classes, read as numbers.

    Parameters
    ----------
    network : Network
    data : DataSet
    part : "test", "train", "validation", or "all" for every image, whatever part it stands in

    Returns
    -------
    list of (X, y), of each part of "all", else of one
        X : ndarray of shape (m, n_H, n_W, n_C)
        y : ndarray of shape (m,), int64 in 0..n-1; or float64 of shape (m, 1)

    Raises
    ------
    ArgumentError
        If there is no such part.
    DataError
        If the data has no such part of its own, or the model does not take its images or know its classes.
    """
    if part not in PARTS:
        raise ArgumentError(f"subject: part must be one of {', '.join(PARTS)}; got {part!r}")
    own = {
        "train": (data.X_train, data.y_train),
        "validation": (data.X_validation, data.y_validation),
        "test": (data.X_test, data.y_test),
    }
    wanted = own.values() if part == "all" else [own[part]]
    parts = [(X, y) for X, y in wanted if X is not None and y is not None]
    if not parts:
        raise DataError(f"{data.name} has no {part} part of its own")
    labels = [_as_the_model_counts(network, data, y) for _, y in parts]
    for X, _ in parts:
        _check_images(network, data, X)
    return [(X, y) for (X, _), y in zip(parts, labels, strict=True)]


def _check_images(network: Network, data: DataSet, X: NDArray[Any]) -> None:
    """The images are of the model's size, and their numbers mean what those of its training images did."""
    if X.shape[1:] != network.input_shape:
        here, there = ("x".join(map(str, shape)) for shape in (X.shape[1:], network.input_shape))
        raise DataError(f"the images of {data.name} are {here}; the model takes {there}")
    if X.dtype == np.uint8 and data.preprocessing is not None and network.preprocessing is not None:
        here, there = str(data.preprocessing.maximum), str(network.preprocessing.maximum)
        if here != there:
            raise DataError(f"the pixels of {data.name} go from 0 to {here}; the model takes 0 to {there}")


def _as_the_model_counts(network: Network, data: DataSet, y: NDArray[np.int64]) -> NDArray[Any]:
    """Labels by the names of their classes, where the model has names: another folder may lack some."""
    if network.loss != "cross_entropy":
        return _as_numbers(network, data)[y]
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


def _as_numbers(network: Network, data: DataSet) -> NDArray[np.float64]:
    """Of shape (classes, 1): the names of the classes as what a model of one output estimates."""
    if network.n_outputs != 1:
        raise DataError(
            f"the model estimates {network.n_outputs} numbers for each image; {data.name} has one label for each"
        )
    try:
        numbers = np.array([[float(name)] for name in data.class_names])
    except ValueError:
        numbers = np.full((1, 1), np.nan)
    if not np.isfinite(numbers).all():
        raise DataError(
            f"the model estimates a number for each image; the classes of {data.name} are no numbers: "
            f"{_some(data.class_names)}"
        )
    return numbers


def _some(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")
