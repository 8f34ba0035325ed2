"""`fullstride summary`: the layers of a stored model, or of an architecture, and what they cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fullstride.cli.console import Output
from fullstride.errors import ArgumentError
from fullstride.network import Network, load
from fullstride.runs import ARCHITECTURES, PART, STORED_AS, Configuration, NetworkOptions, build_network

_SHOWN_NAMES = 20
_FIRST_KEYS = ("architecture", "seed", "epochs", "batch_size", "optimizer", "lr", "momentum", "validation")
_USUAL = (False, 0, "none", "default", "native", "constant", "cross_entropy", [1.0, 1.0])
"""Values of a run's configuration that go without saying."""
USUAL_SHAPE, USUAL_CLASSES = (32, 32, 3), 10
"""Of the images that an architecture is shown for, and of its classes."""


def summarize(
    model: str,
    input_shape: tuple[int, int, int] | None,
    classes: int | None,
    time: bool,
    batch: int | None,
    threads: int | None,
) -> None:
    """Print the layers, what goes in and comes out, what it was trained on; with `time` the profile too."""
    for name, value in (("--batch", batch), ("--threads", threads)):
        if value is not None and not time:
            raise ArgumentError(f"{name} is for what --time measures; got it without --time")
    network = _network(model, input_shape, classes)
    output = Output()
    for line in str(network.summary()).splitlines():
        output.line(line)
    if network.loss == "cross_entropy":
        output.line(data_line(network.input_shape, network.n_classes, network.class_names))
    else:
        output.line(numbers_line(network.input_shape, network.n_outputs))
    if network.configuration:
        output.line(configuration_line(network.configuration))
    if time:
        output.line("")
        for line in str(network.profile(batch or 64, threads)).splitlines():
            output.line(line)


def _network(model: str, input_shape: tuple[int, int, int] | None, classes: int | None) -> Network:
    """A name of an architecture means it unless something of that name lies here."""
    if model not in ARCHITECTURES or Path(model).exists():
        for name, value in (("--input-shape", input_shape), ("--classes", classes)):
            if value is not None:
                raise ArgumentError(f"{name} is for an architecture; {model} has its own")
        return load(model)
    options = Configuration(network=NetworkOptions(architecture=model))
    return build_network(options, input_shape or USUAL_SHAPE, classes or USUAL_CLASSES)


def data_line(input_shape: Sequence[int], n_classes: int, class_names: Sequence[str] | None) -> str:
    """What goes into a network and what comes out.

    >>> data_line((28, 28, 1), 2, ("cat", "dog")), data_line((8, 8, 3), 10, None)
    ('images of 28x28x1; 2 classes: cat, dog', 'images of 8x8x3; 10 classes without names')
    """
    size = _size(input_shape)
    classes = "1 class" if n_classes == 1 else f"{n_classes:,} classes"
    if class_names is None:
        return f"images of {size}; {classes} without names"
    more = ["..."] if n_classes > _SHOWN_NAMES else []
    return f"images of {size}; {classes}: {', '.join([*class_names[:_SHOWN_NAMES], *more])}"


def numbers_line(input_shape: Sequence[int], n_outputs: int) -> str:
    """What goes into a network without classes, and what comes out.

    >>> numbers_line((28, 28, 1), 1), numbers_line((8, 8, 3), 1000)
    ('images of 28x28x1; 1 number', 'images of 8x8x3; 1,000 numbers')
    """
    return f"images of {_size(input_shape)}; {n_outputs:,} number{'s' if n_outputs != 1 else ''}"


def _size(input_shape: Sequence[int]) -> str:
    return "x".join(str(n) for n in input_shape)


def configuration_line(configuration: Mapping[str, Any]) -> str:
    """How a network was made: a run in the words of `fullstride train`, any other plain JSON as it is.

    >>> run = {"seed": 0, "data": {"name": "mnist", "normalize": False}, "training": {"epochs": 3, "optimizer": "sgd"}}
    >>> configuration_line({"run": run, "digest": "9e107d9d372bb6826bd81d3542a419d6", "completed_epochs": 1})
    'trained on mnist: seed 0, 1 of 3 epochs, optimizer sgd; data 9e107d9d372b'
    >>> configuration_line({"author": "me", "tags": ["a", 1]})
    'configuration: author me, tags ["a", 1]'
    """
    if isinstance(run := configuration.get(STORED_AS), Mapping):
        return _run_line(run, configuration)
    parts = [f"{key.replace('_', ' ')} {_shown(value)}" for key, value in configuration.items()]
    return f"configuration: {', '.join(parts)}"


def _run_line(run: Mapping[str, Any], configuration: Mapping[str, Any]) -> str:
    """What was asked of a run, without what is off or as usual; the first keys first, which JSON has sorted."""
    values = {key: value for key, value in run.items() if not isinstance(value, Mapping)}
    for table in run.values():
        values |= table if isinstance(table, Mapping) else {}
    name = values.pop("name", "data without a name")
    keys = [*(key for key in _FIRST_KEYS if key in values), *sorted(values.keys() - _FIRST_KEYS)]
    parts = [_part(key, values[key], configuration.get(PART)) for key in keys if not _usual(key, values[key])]
    digest = f"; data {_shown(configuration['digest'])[:12]}" if "digest" in configuration else ""
    return f"trained on {_shown(name)}{': ' if parts else ''}{', '.join(parts)}{digest}"


def _part(key: str, value: Any, completed: object) -> str:
    if key == "epochs":
        epochs = f"{_shown(value)} epoch{'' if value == 1 else 's'}"
        return epochs if completed is None else f"{_shown(completed)} of {epochs}"
    if key == "layers" and isinstance(value, list):
        return f"{len(value)} layers of its own"
    return f"{key.replace('_', ' ')} {_shown(value)}"


def _usual(key: str, value: Any) -> bool:
    return key != "seed" and (value in _USUAL or (key, value) in (("crop", 1), ("border", "zero")))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
