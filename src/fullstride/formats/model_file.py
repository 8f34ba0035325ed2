"""The model file: tensors as safetensors, everything else as JSON under one metadata key.

    8 bytes      the length of the header, little-endian
    the header   JSON: name, dtype, shape and place of each tensor, and "__metadata__": {"fullstride": "..."}
    the rest     the tensors

The value of "fullstride" is JSON with sorted keys, and it is the only metadata: the same model gives the same
bytes. Nothing in such a file is code, and reading it runs none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, FileFormatError
from fullstride.formats.atomic import write_bytes

FORMAT = 1
"""The version of the description; it grows when an older fullstride could no longer read a file rightly."""

MODEL_NAME = "model.safetensors"
"""The name of the model file in a run's folder."""

_KEY = "fullstride"
_DTYPES = frozenset(
    np.dtype(name) for name in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")
)


def write_model(
    path: str | os.PathLike[str], tensors: Mapping[str, NDArray[Any]], description: Mapping[str, object]
) -> None:
    """Write a model file, whole or not at all.

    Parameters
    ----------
    path : the file
    tensors : name -> ndarray of any shape, of floats, integers or booleans
    description : what JSON can hold, without NaN and infinities; `"format"` is ours and must not be in it

    Raises
    ------
    ArgumentError
        If a tensor or the description cannot be stored.
    OutputError
        If the file cannot be written.
    """
    from safetensors.numpy import save

    if "format" in description:
        raise ArgumentError(
            "write_model: the description's key 'format' is reserved for the version of the file"
        )
    try:
        text = json.dumps(
            {**description, "format": FORMAT}, sort_keys=True, allow_nan=False, ensure_ascii=False
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(f"write_model: the description must be plain, finite JSON: {error}") from error
    stored = {}
    for name, tensor in tensors.items():
        if tensor.dtype.newbyteorder("=") not in _DTYPES:
            raise ArgumentError(
                f"write_model: tensor {name} must be of floats, integers or booleans; got {tensor.dtype}"
            )
        # safetensors writes the memory as it lies: a transposed view would be stored scrambled.
        stored[name] = np.array(tensor, dtype=tensor.dtype.newbyteorder("="), order="C", copy=None)
    write_bytes(path, save(stored, metadata={_KEY: text}))


def read_model(path: str | os.PathLike[str]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read a model file.

    Parameters
    ----------
    path : the file, or the folder of a run, which holds it as `model.safetensors`

    Returns
    -------
    tensors : name -> ndarray in native byte order, C-contiguous, aligned, writable
    description : as given to `write_model`

    Raises
    ------
    FileFormatError
        If the file is missing, empty, damaged, not from fullstride, or from a later version of it.
    """
    from safetensors import SafetensorError, safe_open

    file = _find(path)
    try:
        # The header is checked against the file's size before any tensor is read.
        with safe_open(file, framework="numpy") as content:
            metadata = content.metadata() or {}
            if _KEY not in metadata:
                raise FileFormatError(
                    f"{file} is a safetensors file, but none of fullstride: its metadata has no key '{_KEY}'"
                )
            description = _describe(metadata[_KEY], file)
            tensors = {name: _aligned(content.get_tensor(name)) for name in content.keys()}  # noqa: SIM118 - no mapping
    except SafetensorError as error:
        raise FileFormatError(f"{file} is no model file, or is cut off or damaged: {error}") from error
    except (TypeError, AttributeError) as error:  # so safetensors meets a dtype that numpy does not have
        raise FileFormatError(
            f"{file} holds a tensor of a dtype that numpy does not have: {error}"
        ) from error
    except OSError as error:
        raise FileFormatError(f"cannot read {file}: {(error.strerror or str(error)).lower()}") from error
    for tensor in tensors.values():  # where another package has taught numpy that dtype
        if tensor.dtype not in _DTYPES:
            raise FileFormatError(
                f"{file} holds a tensor of a dtype that numpy does not have: {tensor.dtype}"
            )
    return tensors, description


def _find(path: str | os.PathLike[str]) -> Path:
    """The model file that `path` means, with something in it."""
    given = Path(path)
    file = given / MODEL_NAME if given.is_dir() else given
    try:
        size = file.stat().st_size
    except OSError as error:
        if given.is_dir():
            raise FileFormatError(f"the folder {given} holds no {MODEL_NAME}") from error
        raise FileFormatError(
            f"there is no model file {given}; give the file or the folder of a run that holds {MODEL_NAME}"
        ) from error
    if not file.is_file():
        raise FileFormatError(f"{file} is no regular file")
    if size == 0:
        raise FileFormatError(f"the model file {file} is empty")
    return file


def _describe(text: str, file: Path) -> dict[str, Any]:
    try:
        description = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{file}: its description is not valid JSON: {error}") from error
    if not isinstance(description, dict):
        raise FileFormatError(f"{file}: its description must be a JSON object; got {text[:40]}")
    version = description.pop("format", None)
    if version != FORMAT or isinstance(version, bool):
        raise FileFormatError(
            f"{file} has format {version!r}; this version of fullstride reads format {FORMAT}"
        )
    return description


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no finite number")


def _aligned(tensor: NDArray[Any]) -> NDArray[Any]:
    """safetensors gives an array that need not be aligned, nor ours to write."""
    return np.array(tensor, dtype=tensor.dtype.newbyteorder("="), order="C", copy=True)
