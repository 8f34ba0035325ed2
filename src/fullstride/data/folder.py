"""A folder of images as a data set: one subfolder a class, decoded once into a cache of memory-mapped arrays."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.data.build import LARGEST_COMMON, TEST, OnDecoded, build
from fullstride.data.cache import Entry, Stored, data_folder
from fullstride.data.decoding import decode
from fullstride.data.listing import PARTS, Listing, list_folder
from fullstride.data.preprocessing import Preprocessing
from fullstride.data.sets import DataSet
from fullstride.errors import ArgumentError, DataError, OutputError
from fullstride.geometry import Pair, pair, whole_number

_VERSION = 1  # of the entries of the cache, and of how images are decoded
_WHERE = "load_folder"


@dataclass(frozen=True)
class Source:
    """Where the images of a `FolderSet` came from.

    Attributes
    ----------
    folder : the folder that was read
    files : every image file, relative to it
    rows : of each part, "train", "validation" or "test": which of `files` its images are, in order
    sizes : ndarray of shape (len(files), 2), (n_H, n_W) before resizing, zeros of an unreadable file
    skipped : (file, reason) of the unreadable ones
    ignored : how many files and folders are no images, or hidden
    hashes : of each part, 16 bytes of BLAKE2b an image: ndarray of uint8 of shape (m, 16)
    notes : sentences on what was decided for want of being asked for
    divided : whether the folder itself says what is to test; else images were set aside
    """

    folder: Path
    files: list[str]
    rows: dict[str, NDArray[np.int64]]
    sizes: NDArray[np.int32]
    skipped: tuple[tuple[str, str], ...]
    ignored: int
    hashes: dict[str, NDArray[np.uint8]]
    notes: tuple[str, ...]
    divided: bool


@dataclass(frozen=True, repr=False)
class FolderSet(DataSet):
    """A `DataSet` that knows the files it was made of: `source`."""

    source: Source | None = None


def load_folder(
    path: str | os.PathLike[str],
    *,
    size: int | Pair | None = None,
    channels: int | None = None,
    seed: int = 0,
    strict: bool = False,
    cache_dir: str | os.PathLike[str] | None = None,
    progress: OnDecoded | None = None,
) -> FolderSet:
    """Load a folder of images: one subfolder a class, or `train/`, `test/` and `val/` with such subfolders.

    The classes are ordered by name, numbers in them by value. PNG, JPEG, BMP, GIF, WebP and TIFF files are images;
    others, and what is hidden, are ignored and counted. Images are read as `read_image` does with the set's
    `preprocessing`, so that a prediction sees a file as training saw it; one of the right size keeps its pixels.

    The decoded images are kept in a cache and memory-mapped, so that a set may be larger than memory and a second
    start is quick. They are decoded again when a file was added, removed or changed (its size or its time), or when
    one that the system refused can be read now. Images that are there already in the size and channels asked for,
    because those were the default, are not decoded a second time.

    Parameters
    ----------
    path : the folder
    size : (n_H, n_W), or one number for both; default: the size of the images if all share one of at most 96 pixels
        a side, else 64
    channels : 1 (grey) or 3 (RGB); default: 1 if every image is grey, else 3
    seed : int in 0..2**64 - 1, of the division where there is no `test/`: 20 % of the images, class by class in
        their proportions, are set aside
    strict : refuse unreadable files; otherwise they are skipped, and `describe` names them
    cache_dir : folder of the cache; default: what the environment variable FULLSTRIDE_DATA_DIR names, else
        `fullstride/data` in the user's cache folder
    progress : called with (files done, files in all) now and then; may start again when an image is met that differs
        from those before it in size or colour

    Returns
    -------
    data : FolderSet, X_train and its like memory-mapped, read-only

    Raises
    ------
    DataError
        If the folder is missing, its subfolders are no classes, a class has no readable image, a class stands in
        `test/` or `val/` alone, or, with `strict`, a file cannot be read.
    OutputError
        If the cache cannot be written; nothing half-written stays.
    ArgumentError, DtypeError, ShapeError
        If size, channels or seed lie outside their range.
    """
    wanted = None if size is None else pair(size, _WHERE, "size", 1)
    if channels is not None and whole_number(channels, _WHERE, "channels", 1) not in (1, 3):
        raise ArgumentError(f"{_WHERE}: channels must be 1 (grey), 3 (RGB) or None; got {channels}")
    if whole_number(seed, _WHERE, "seed", 0) >= 2**64:
        raise ArgumentError(f"{_WHERE}: seed must be less than 2**64; got {seed}")
    strict = checks.flag(strict, _WHERE, "strict")
    listing = list_folder(Path(path).expanduser())
    name = listing.source.resolve().name or "data"
    entries = _entries(listing, name, wanted, channels, seed, data_folder(cache_dir))
    entry = entries[0]
    for _ in range(3):
        found = _stored(entries, wanted, channels)
        if found is not None and not _readable_now(listing, found[0]):
            break
        with entry.writing(replace=found is not None) as writer:
            build(listing, wanted, channels, seed, writer, progress)
        found = entry.load()
        if found is not None:
            break
    else:
        raise OutputError(
            f"{entry.folder} was removed by another process before it could be read, three times"
        )
    data = _data_set(name, listing, *found, wanted, seed)
    assert data.source is not None
    if strict and data.source.skipped:
        file, reason = data.source.skipped[0]
        raise DataError(
            f"{listing.source}: {len(data.source.skipped)} of {len(data.source.files)} image files cannot be read; "
            f"the first is {file}: {reason}"
        )
    return data


def _entries(
    listing: Listing, name: str, size: Pair | None, channels: int | None, seed: int, base: Path
) -> list[Entry]:
    """The cache entry for these files, asked for so; then those that may hold the same for want of being asked.

    A run and its model name the size and channels that were found when it began without them.
    """
    from importlib.metadata import version

    content = json.dumps(
        [_VERSION, version("pillow"), [list(vars(group).values()) for group in listing.groups]]
    )
    wishes = [(size, channels)]
    if size is not None and channels is not None:
        wishes += [(None, None), (size, None), (None, channels)]
    place, division = os.path.abspath(listing.source), None if listing.divided else seed
    asked = [json.dumps([place, *wish, division]) for wish in wishes]
    return [Entry(base, name, question, f"[{question}, {content}]") for question in asked]


def _stored(entries: Iterable[Entry], size: Pair | None, channels: int | None) -> Stored | None:
    """What the first sound entry with such images holds: the pixels depend on the files, size and channels alone."""
    for entry in entries:
        found = entry.load()
        if found is not None:
            n_H, n_W, n_C = found[0]["shape"]
            if size in (None, (n_H, n_W)) and channels in (None, n_C):
                return found
    return None


def _readable_now(listing: Listing, manifest: dict[str, Any]) -> bool:
    """Whether an image can be read that could not because the system refused a file."""
    if not manifest["passing"]:
        return False
    files, preprocessing = listing.files(), Preprocessing(tuple(manifest["shape"]), 1 / 255)
    return any(
        len(decode([str(listing.source / files[k])], preprocessing, False).X) for k, _ in manifest["skipped"]
    )


def _data_set(
    name: str,
    listing: Listing,
    manifest: dict[str, Any],
    arrays: dict[str, NDArray[Any]],
    size: Pair | None,
    seed: int,
) -> FolderSet:
    files = listing.files()
    parts = [part for part in PARTS if f"X_{part}" in arrays]
    shape = tuple(manifest["shape"])
    source = Source(
        folder=listing.source,
        files=files,
        rows={part: arrays[f"files_{part}"] for part in parts},
        sizes=arrays["sizes"],
        skipped=tuple((files[k], reason) for k, reason in manifest["skipped"]),
        ignored=listing.ignored,
        hashes={part: arrays[f"hashes_{part}"] for part in parts},
        notes=_notes(listing, shape, manifest["common"], size, seed),
        divided=listing.divided,
    )
    return FolderSet(
        name=name,
        X_train=arrays["X_train"],
        y_train=arrays["y_train"],
        X_test=arrays["X_test"],
        y_test=arrays["y_test"],
        class_names=listing.class_names,
        preprocessing=Preprocessing(shape, 1 / 255),
        X_validation=arrays.get("X_validation"),
        y_validation=arrays.get("y_validation"),
        digest=manifest["digest"],
        source=source,
    )


def _notes(
    listing: Listing, shape: tuple[int, ...], common: bool, size: Pair | None, seed: int
) -> tuple[str, ...]:
    notes = []
    if size is None and not common:
        notes.append(
            f"resized to {shape[0]}x{shape[1]}: the images do not share one size of at most "
            f"{LARGEST_COMMON} pixels a side"
        )
    if not listing.divided:
        notes.append(
            f"no folder test: {100 * TEST:.0f} % of the images were set aside to test, class by class (seed {seed})"
        )
    return tuple(notes)
