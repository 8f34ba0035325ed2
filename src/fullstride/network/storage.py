"""A network in a model file, and back."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fullstride import layers
from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import ArgumentError, FileFormatError, FullstrideError
from fullstride.formats import read_model, write_model
from fullstride.network import arguments
from fullstride.program import Program, lower

if TYPE_CHECKING:
    from fullstride.network.network import Network

_KEYS = frozenset(("layers", "input_shape", "dtype", "seed", "class_names", "preprocessing", "configuration"))
_LATER = frozenset(("exact", "loss"))
"""Keys that files of earlier versions do not have."""


def save(network: Network, path: str | os.PathLike[str]) -> None:
    """Write the model file; see `Network.save`."""
    for name, value in network.parameters.items():
        if not np.isfinite(value).all():
            raise ArgumentError(f"Network.save: every parameter must be finite; {name} is not")
        if (value < (least := network.program.parameters[name].least)).any():
            raise ArgumentError(f"Network.save: {name} must be at least {least:g}; got {value.min():g}")
    preprocessing = network.preprocessing
    description = {
        "layers": [layer.to_dict() for layer in network.layers],
        "input_shape": network.input_shape,
        "dtype": network.dtype,
        "exact": network.exact,
        "loss": network.loss,
        "seed": network.seed,
        "class_names": network.class_names,
        "preprocessing": None if preprocessing is None else preprocessing.to_dict(),
        "configuration": network.configuration,
    }
    write_model(path, network.parameters, description)


def load(path: str | os.PathLike[str]) -> Network:
    """The network that `Network.save` wrote. Nothing in a model file is executed.

    Parameters
    ----------
    path : the file, or the folder of a run, which holds it as `model.safetensors`

    Returns
    -------
    Network
        With the same parameters, to the bit, and so the same predictions.

    Raises
    ------
    FileFormatError
        If the file is missing, damaged, or does not describe a network with exactly these tensors.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from fullstride import Dense, Flatten, Network, load
    >>> network = Network(Flatten(), Dense(3), input_shape=(2, 2, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     network.save(pathlib.Path(folder, "model.safetensors"))
    ...     again = load(folder)
    >>> bool((again.parameters["dense1.W"] == network.parameters["dense1.W"]).all())
    True
    """
    from fullstride.network.network import Network

    tensors, description = read_model(path)
    if description.keys() - _LATER != _KEYS:
        raise FileFormatError(
            f"{path}: its description must have the keys {', '.join(sorted(_KEYS | _LATER))}; "
            f"got {', '.join(sorted(description)) or 'none'}"
        )
    if not isinstance(description["layers"], list):
        raise FileFormatError(f"{path}: its layers must be a list; got {description['layers']!r:.80}")
    if not isinstance(description["configuration"], dict):
        raise FileFormatError(
            f"{path}: its configuration must be a JSON object; got {description['configuration']!r:.80}"
        )
    with _described(path):
        built = [layers.from_dict(item) for item in description["layers"]]
        shape = arguments.input_shape(description["input_shape"])
        dtype = arguments.dtype_name(description["dtype"])
        seed = arguments.seed(description["seed"], "Network")
        exact = arguments.exact(description.get("exact", False))
        loss = arguments.loss(description.get("loss", "cross_entropy"))
        program = lower(built, shape, dtype, exact, arguments.LOSSES[loss])
    # Before anything of the described size is allocated:
    _check_tensors(tensors, program, path)
    network = Network._with_parameters(built, shape, seed, dtype, exact, loss, tensors)
    with _described(path):
        network.class_names = description["class_names"]
        if description["preprocessing"] is not None:
            network.preprocessing = Preprocessing.from_dict(description["preprocessing"])
    network.configuration = description["configuration"]
    return network


@contextlib.contextmanager
def _described(path: str | os.PathLike[str]) -> Iterator[None]:
    """What is wrong with the description is the file's fault."""
    try:
        yield
    except (FullstrideError, RecursionError) as error:
        raise FileFormatError(f"{path}: its description is not that of a network: {error}") from error


def _check_tensors(
    tensors: Mapping[str, NDArray[Any]], program: Program, path: str | os.PathLike[str]
) -> None:
    """The tensors are the program's parameters: none missing, none more, alike in shape and dtype, finite, in range."""
    expected = program.parameters
    if missing := [name for name in expected if name not in tensors]:
        raise FileFormatError(f"{path}: it lacks the tensors {', '.join(missing)}, which its layers need")
    if extra := sorted(tensors.keys() - expected.keys()):
        raise FileFormatError(f"{path}: it holds tensors that its layers do not have: {', '.join(extra)}")
    for name, spec in expected.items():
        tensor = tensors[name]
        if tensor.shape != spec.shape or tensor.dtype != program.dtype:
            raise FileFormatError(
                f"{path}: tensor {name} must have shape {spec.shape} and dtype {program.dtype}; "
                f"got shape {tensor.shape} and dtype {tensor.dtype}"
            )
        if not np.isfinite(tensor).all():
            raise FileFormatError(f"{path}: tensor {name} must hold finite numbers only")
        if (tensor < spec.least).any():
            raise FileFormatError(
                f"{path}: tensor {name} must hold numbers of at least {spec.least:g}; got {tensor.min():g}"
            )
