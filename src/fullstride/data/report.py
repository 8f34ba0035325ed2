"""What there is to know about a data set before training: how many, how balanced, what occurs twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data.digest import ROW_BYTES, fingerprint
from fullstride.data.folder import FolderSet
from fullstride.data.sets import DataSet

UNBALANCED = 10  # times as many images in the largest class as in the smallest: worth a warning
_FIRST = 5  # so many are named

Sizes = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Report:
    """What `describe` found; `str(report)` is a few lines of plain text.

    Attributes
    ----------
    name : of the data set
    shape : (n_H, n_W, n_C) of the images
    class_names : one a class
    counts : of each part, "train", "validation" (if there is one) and "test", the images of each class
    smallest, largest : (class, images) in the training part
    sizes : (n_H, n_W) of the least, the median and the largest image file by area; None where that is not known
    skipped : (file, reason) of the files that could not be read
    ignored : how many files and folders are no images
    repeated : images of the training part that stand in it before, pixel for pixel
    contradictory : images of the training part that stand in it before with another label
    shared : of "validation" and "test", which of its images stand in the training part too: their names
    notes : what was decided about the data for want of being asked for
    """

    name: str
    shape: tuple[int, ...]
    class_names: tuple[str, ...]
    counts: dict[str, tuple[int, ...]]
    smallest: tuple[str, int]
    largest: tuple[str, int]
    sizes: Sizes | None = None
    skipped: tuple[tuple[str, str], ...] = ()
    ignored: int = 0
    repeated: tuple[str, ...] = ()
    contradictory: tuple[str, ...] = ()
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """The largest class of the training part over the smallest."""
        return self.largest[1] / self.smallest[1] if self.smallest[1] else float("inf")

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        size = "x".join(str(n) for n in self.shape)
        parts = {"train": "to train", "validation": "to validate", "test": "to test"}
        images = ", ".join(f"{sum(self.counts[part]):,} {parts[part]}" for part in self.counts)
        lines = [
            f"{self.name}: images of {size}: {images}",
            f"{_count(len(self.class_names), 'class', 'classes')}: {_between(self.smallest, self.largest)}",
        ]
        if self.sizes is not None:
            least, median, largest = (f"{n_H}x{n_W}" for n_H, n_W in self.sizes)
            lines.append(
                f"files of {least}"
                if least == largest
                else f"files of {least} to {largest}, the median by area {median}"
            )
        lines += self.notes
        if self.ignored:
            lines.append(
                f"ignored: {_count(self.ignored, 'entry that is no image', 'entries that are no images')}"
            )
        if self.smallest[1] == 0:
            lines.append(f"warning: {self.smallest[0]} has no training image")
        elif self.ratio > UNBALANCED:
            lines.append(
                f"warning: {self.largest[0]} has {self.ratio:.0f} times as many training images as {self.smallest[0]}"
            )
        if self.skipped:
            first = "; ".join(f"{file}: {reason}" for file, reason in self.skipped[:_FIRST])
            files = _count(len(self.skipped), "file that cannot be read", "files that cannot be read")
            lines.append(f"warning: skipped {files}: {first}{_more(self.skipped)}")
        for part, names in self.shared.items():
            if names:
                lines.append(f"warning: {_stand(names)} in both train and {part}: {_named(names)}")
        if self.repeated:
            lines.append(f"{_stand(self.repeated)} in train more than once: {_named(self.repeated)}")
        if self.contradictory:
            lines.append(
                f"warning: {_stand(self.contradictory)} in train under different labels: {_named(self.contradictory)}"
            )
        return lines


def describe(data: DataSet) -> Report:
    """Look at a data set: counts, balance, sizes, skipped files, and what occurs more than once.

    Images are compared by a hash of their pixels, chunk by chunk; those of a folder lie in its cache already.

    Examples
    --------
    >>> from fullstride.data import from_arrays
    >>> X = np.arange(12, dtype=np.uint8).reshape(12, 1, 1) % 11  # the last is the first
    >>> print(describe(from_arrays(X, np.arange(12) % 2, test=0.25)))
    data: images of 1x1x1: 9 to train, 3 to test
    2 classes: 4 (1) to 5 (0) training images
    warning: 1 image stands in both train and test: test[2]
    """
    parts = _parts(data)
    source = data.source if isinstance(data, FolderSet) else None
    counts = {
        part: np.bincount(y, minlength=len(data.class_names)).tolist() for part, (_, y) in parts.items()
    }
    train = counts["train"]
    least, most = int(np.argmin(train)), int(np.argmax(train))
    repeated, contradictory, shared = _twice(data, parts)
    return Report(
        name=data.name,
        shape=tuple(data.X_train.shape[1:]),
        class_names=data.class_names,
        counts={part: tuple(count) for part, count in counts.items()},
        smallest=(data.class_names[least], train[least]),
        largest=(data.class_names[most], train[most]),
        sizes=None if source is None else _sizes(source.sizes),
        skipped=() if source is None else source.skipped,
        ignored=0 if source is None else source.ignored,
        repeated=repeated,
        contradictory=contradictory,
        shared=shared,
        notes=() if source is None else source.notes,
    )


def _parts(data: DataSet) -> dict[str, tuple[NDArray[Any], NDArray[np.int64]]]:
    parts = {"train": (data.X_train, data.y_train)}
    if data.X_validation is not None and data.y_validation is not None:
        parts["validation"] = (data.X_validation, data.y_validation)
    parts["test"] = (data.X_test, data.y_test)
    return parts


def _twice(
    data: DataSet, parts: dict[str, tuple[NDArray[Any], NDArray[np.int64]]]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The names of repeated and of contradictory training images, and of those of other parts that train has."""
    first: dict[bytes, int] = {}
    repeated, contradictory = [], []
    X, y = parts["train"]
    labels = y.tolist()
    for i, key in enumerate(_keys(data, "train", X)):
        k = first.setdefault(key, i)
        if k != i:
            repeated.append(i)
            if labels[k] != labels[i]:
                contradictory.append(i)
    shared = {
        part: _names(
            data, part, [i for i, key in enumerate(_keys(data, part, parts[part][0])) if key in first]
        )
        for part in parts
        if part != "train"
    }
    return _names(data, "train", repeated), _names(data, "train", contradictory), shared


def _keys(data: DataSet, part: str, X: NDArray[Any]) -> list[bytes]:
    """A hash of each image."""
    known = data.source.hashes if isinstance(data, FolderSet) and data.source is not None else {}
    together = (known[part] if part in known else fingerprint(X).rows()).tobytes()
    return [together[k : k + ROW_BYTES] for k in range(0, len(together), ROW_BYTES)]


def _names(data: DataSet, part: str, indices: Sequence[int]) -> tuple[str, ...]:
    """The files of these images, or their places where they came from no file."""
    if isinstance(data, FolderSet) and data.source is not None:
        return tuple(data.source.files[k] for k in data.source.rows[part][list(indices)])
    return tuple(f"{part}[{i}]" for i in indices)


def _sizes(sizes: NDArray[np.int32]) -> Sizes:
    known = sizes[sizes[:, 0] > 0].astype(np.int64)
    order = np.lexsort((known[:, 0], known[:, 0] * known[:, 1]))
    least, median, largest = (
        (int(known[k, 0]), int(known[k, 1])) for k in (order[0], order[len(order) // 2], order[-1])
    )
    return least, median, largest


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _between(smallest: tuple[str, int], largest: tuple[str, int]) -> str:
    if smallest[1] == largest[1]:
        return f"{smallest[1]:,} training images each"
    return f"{smallest[1]:,} ({smallest[0]}) to {largest[1]:,} ({largest[0]}) training images"


def _stand(names: Sequence[str]) -> str:
    return "1 image stands" if len(names) == 1 else f"{len(names):,} images stand"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_FIRST]) + _more(names)


def _more(names: Sequence[object]) -> str:
    return " ..." if len(names) > _FIRST else ""
