"""Decoding a listed folder into an entry of the cache: what to decode to, decoding, dividing, writing."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data.cache import Rows, Writer
from fullstride.data.decoding import Decoded
from fullstride.data.digest import Fingerprint, data_digest
from fullstride.data.images import is_grey, open_picture
from fullstride.data.listing import PARTS, Listing
from fullstride.data.preprocessing import Preprocessing
from fullstride.data.splits import split_validation
from fullstride.data.workers import decode_all
from fullstride.errors import DataError
from fullstride.geometry import Pair

TEST = 0.2  # of the images, where the folder does not say what is to test
LARGEST_COMMON = 96  # rows and columns up to which a size that all images share is kept ...
USUAL_SIZE = (64, 64)  # ... and what the others become
OnDecoded = Callable[[int, int], None]
_PROBED = 64  # images looked at for a guess
_CHUNK_FILES, _CHUNK_BYTES = 256, 4 << 20


@dataclass(frozen=True)
class Target:
    """What images become; `common` and `grey` are guesses that hold as long as no image contradicts them.

    Attributes
    ----------
    size : (n_H, n_W)
    channels : 1 or 3
    common : whether `size` was taken because all images have it
    grey : whether `channels` is 1 because all images are grey
    """

    size: Pair
    channels: int
    common: bool = False
    grey: bool = False

    @property
    def preprocessing(self) -> Preprocessing:
        """How an image file becomes such an image."""
        return Preprocessing((*self.size, self.channels), 1 / 255)

    def after(self, found: Decoded) -> Target:
        """The target after these images: itself, or one without the guess that they contradict."""
        target = self
        if self.common and any(size not in (None, self.size) for size in found.sizes):
            target = replace(target, size=USUAL_SIZE, common=False)
        if self.grey and not found.grey:
            target = replace(target, channels=3, grey=False)
        return target


@dataclass
class Outcome:
    """What became of the files, in the order of the listing."""

    sizes: list[Pair | None] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    passing: bool = False

    def add(self, found: Decoded) -> None:
        self.sizes += found.sizes
        self.reasons += found.reasons
        self.passing |= found.passing

    @property
    def readable(self) -> NDArray[np.int64]:
        """The indices of the files that could be read."""
        return np.flatnonzero([size is not None for size in self.sizes]).astype(np.int64)


def build(
    listing: Listing,
    size: Pair | None,
    channels: int | None,
    seed: int,
    writer: Writer,
    progress: OnDecoded | None,
) -> None:
    """Decode every file of the listing and write the entry's arrays and manifest.

    A guess about size or channels that a later image contradicts makes decoding start again, at most twice.
    """
    target = probe(listing, size, channels)
    while True:
        with writer.scratch() as rows:
            outcome = Outcome()
            better = _decode_into(rows, listing, target, outcome, progress)
            if better == target:
                rows.flush()
                _finish(listing, target, outcome, seed, rows, writer)
                return
        target = better


def probe(listing: Listing, size: Pair | None, channels: int | None) -> Target:
    """The target; where nothing was asked for, a guess from images here and there in the listing."""
    if size is not None and channels is not None:
        return Target(size, channels)
    sizes: set[Pair] = set()
    grey = True
    files, seen = listing.files(), 0
    spread = np.argsort(np.arange(len(files)) * 0.618 % 1, kind="stable")  # near to the golden ratio
    for k in spread:
        try:
            picture = open_picture(listing.source / files[k], Target(USUAL_SIZE, 3).preprocessing)
        except DataError:
            continue  # decoding will name it
        sizes.add(picture.size)
        grey = grey and (channels is not None or is_grey(picture.image))
        seen += 1
        open_size = size is None and _keeps(sizes)
        open_channels = channels is None and grey
        if seen == _PROBED or not (open_size or open_channels):
            break
    common = size is None and _keeps(sizes)
    return Target(
        next(iter(sizes)) if common else size or USUAL_SIZE,
        channels or (1 if grey else 3),
        common=common,
        grey=channels is None and grey,
    )


def _keeps(sizes: set[Pair]) -> bool:
    return len(sizes) == 1 and max(next(iter(sizes))) <= LARGEST_COMMON


def _decode_into(
    rows: Rows, listing: Listing, target: Target, outcome: Outcome, progress: OnDecoded | None
) -> Target:
    """Write the pixels of the readable files; returns early, with another target, if a guess was wrong."""
    total = sum(len(group.names) for group in listing.groups)
    size = sum(sum(group.bytes) for group in listing.groups)
    chunks = list(_chunks(listing, target))
    with contextlib.closing(decode_all(chunks, target.preprocessing, target.grey, size)) as decoded:
        for found in decoded:
            better = target.after(found)
            if better != target:
                return better
            rows.write(found.X)
            outcome.add(found)
            if progress is not None:
                progress(len(outcome.reasons), total)
    return target


def _chunks(listing: Listing, target: Target) -> Iterator[list[str]]:
    """Paths, so many at a time that neither their files nor their pixels are many."""
    most = max(1, min(_CHUNK_FILES, _CHUNK_BYTES // math.prod((*target.size, target.channels))))
    chunk: list[str] = []
    room = _CHUNK_BYTES
    for group in listing.groups:
        folder = str(listing.source / group.folder)
        for name, size in zip(group.names, group.bytes, strict=True):
            chunk.append(os.path.join(folder, name))
            room -= size
            if len(chunk) == most or room <= 0:
                yield chunk
                chunk, room = [], _CHUNK_BYTES
    if chunk:
        yield chunk


def _finish(
    listing: Listing, target: Target, outcome: Outcome, seed: int, rows: Rows, writer: Writer
) -> None:
    """Divide the images into parts and write everything but the pixels of `rows` anew."""
    readable = outcome.readable
    counts = [len(group.names) for group in listing.groups]
    y = np.repeat([group.label for group in listing.groups], counts)[readable].astype(np.int64)
    part = np.repeat([PARTS.index(group.part or "train") for group in listing.groups], counts)[readable]
    _check(listing, outcome, y, part)
    if not listing.divided:
        train = np.flatnonzero(part == 0)
        _check_division(listing, y[train])
        part[train[split_validation(y[train], TEST, seed)[1]]] = PARTS.index("test")
    shape = (*target.size, target.channels)
    prints = _write_parts(rows, part, shape, writer)
    digests = {}
    for k, name in enumerate(PARTS):
        if name not in prints:
            continue
        writer.small(f"files_{name}", readable[part == k])
        writer.small(f"y_{name}", y[part == k])
        writer.small(f"hashes_{name}", prints[name].rows())
        count = int(np.count_nonzero(part == k))
        digests[name] = (prints[name].digest(), (count, *shape), np.uint8, y[part == k])
    writer.small("sizes", np.array([size or (0, 0) for size in outcome.sizes], np.int32).reshape(-1, 2))
    skipped = [[k, reason] for k, reason in enumerate(outcome.reasons) if reason]
    writer.manifest(
        {
            "shape": shape,
            "common": target.common,
            "class_names": listing.class_names,
            "skipped": skipped,
            "passing": outcome.passing,
            "digest": data_digest(listing.class_names, digests),
        }
    )


def _write_parts(
    rows: Rows, part: NDArray[Any], shape: tuple[int, ...], writer: Writer
) -> dict[str, Fingerprint]:
    """The images of each part into an array of its own, in one pass over `rows`."""
    counts = np.bincount(part, minlength=len(PARTS))
    present = [k for k in range(len(PARTS)) if counts[k]]
    prints = {PARTS[k]: Fingerprint() for k in present}
    step = max(1, _CHUNK_BYTES // math.prod(shape))
    with contextlib.ExitStack() as ends, open(rows.path, "rb") as pixels:
        sinks = {
            k: ends.enter_context(writer.rows(f"X_{PARTS[k]}", (int(counts[k]), *shape), np.uint8))
            for k in present
        }
        for start in range(0, len(part), step):
            those = part[start : start + step]
            X = np.fromfile(pixels, np.uint8, len(those) * math.prod(shape)).reshape(-1, *shape)
            for k in present:
                chosen = X[those == k]
                sinks[k].write(chosen)
                prints[PARTS[k]].add(chosen)
    return prints


def _check(listing: Listing, outcome: Outcome, y: NDArray[Any], part: NDArray[Any]) -> None:
    """Every class has a readable image to train on, and no part is empty."""
    bad = [k for k, reason in enumerate(outcome.reasons) if reason]
    first = f" (the first: {listing.files()[bad[0]]}: {outcome.reasons[bad[0]]})" if bad else ""
    missing = np.flatnonzero(np.bincount(y[part == 0], minlength=len(listing.class_names)) == 0)
    if missing.size:
        raise DataError(
            f"{listing.source}: the class {listing.class_names[missing[0]]} has no readable image to train on; "
            f"{len(bad)} of {len(outcome.reasons)} files cannot be read{first}"
        )
    for name in dict.fromkeys(group.part for group in listing.groups if group.part):
        if not (part == PARTS.index(name)).any():
            raise DataError(f"{listing.source}: the part {name} has no readable image{first}")


def _check_division(listing: Listing, y: NDArray[Any]) -> None:
    counts = np.bincount(y)
    if counts.min() < 2:
        raise DataError(
            f"{listing.source}: the class {listing.class_names[int(counts.argmin())]} has one readable image; "
            "without a folder test a class needs two, one to train on and one to test with"
        )
