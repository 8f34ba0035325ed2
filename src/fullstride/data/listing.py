"""Which image files a folder holds: parts, classes and files, from the folders' entries alone; no image is opened."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from fullstride.errors import DataError

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib"),
    *(".gif", ".webp", ".tif", ".tiff"),
)
PARTS = ("train", "validation", "test")
_PART_NAMES = {
    "train": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
_KINDS = "PNG, JPEG, BMP, GIF, WebP, TIFF"
_NO_CLASS = "__MACOSX"  # archives made by macOS hold a shadow of every file in a folder of this name


@dataclass(frozen=True)
class Group:
    """The image files of one class in one part.

    Attributes
    ----------
    part : "train", "validation", "test", or "" where the folder is not divided into parts
    folder : relative to the data set's folder, with "/"
    label : int, the class
    names, bytes, mtimes : of each file, ordered by name; its size and its time in nanoseconds (-1: unknown)
    """

    part: str
    folder: str
    label: int
    names: list[str] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    mtimes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """What a folder holds; `ignored` counts the entries that are neither image files nor folders of them."""

    source: Path
    class_names: tuple[str, ...]
    groups: tuple[Group, ...]
    ignored: int

    @property
    def divided(self) -> bool:
        """Whether the folder itself says what is to test."""
        return any(group.part == "test" for group in self.groups)

    def files(self) -> list[str]:
        """Every file, relative to `source`, in the order of groups and names."""
        return [f"{group.folder}/{name}" for group in self.groups for name in group.names]


class _Look(NamedTuple):
    """The entries of a folder: subfolders that may be classes, image files, and how many others there are."""

    subfolders: list[str]
    images: int
    others: int


def natural(name: str) -> tuple[list[str | int], str]:
    """A key that orders numbers within names by value, whatever the locale.

    >>> sorted(["c10", "c9", "C1", "10", "9"], key=natural)
    ['9', '10', 'C1', 'c9', 'c10']
    """
    pieces: list[str | int] = list(re.split("([0-9]+)", name))
    pieces[1::2] = [int(piece) for piece in pieces[1::2]]
    return pieces, name


def list_folder(source: Path) -> Listing:
    """List the image files below `source`.

    Raises
    ------
    DataError
        If there is no such folder, it cannot be read, or its subfolders are no classes that can be learned.
    """
    if not source.is_dir():
        raise DataError(
            f"{source} is a file; a folder of images was expected"
            if source.exists()
            else f"there is no folder {source}"
        )
    parts, ignored = _parts(source)
    class_names = tuple(sorted(parts[0].classes, key=natural))
    labels = {name: label for label, name in enumerate(class_names)}
    groups = []
    for part in parts:
        for name in sorted(part.classes, key=natural):
            if name not in labels:
                raise DataError(
                    f"{source / part.folder / name}: the class {name} stands in {part.folder}, "
                    f"but not in {parts[0].folder}"
                )
            folder = f"{part.folder}/{name}" if part.folder else name
            group, others = _group(source, part.name, folder, labels[name])
            groups.append(group)
            ignored += others
    _check_classes(source, groups, class_names)
    return Listing(source, class_names, tuple(groups), ignored)


def is_image_folder(path: str | os.PathLike[str]) -> bool:
    """Whether `path` looks like a folder of images: it has subfolders, or image files, and no IDX files.

    It looks at the entries of the folder alone. `load_folder` says what is amiss with a folder that only looks so.
    """
    try:
        entries = list(_entries(Path(path).expanduser()))
    except DataError:
        return False
    if any(re.search(r"-idx[0-9]-ubyte(\.gz)?$", entry.name) for entry in entries):
        return False
    return any(_is_class(entry) or _is_image_name(entry.name) for entry in entries)


class _Part(NamedTuple):
    name: str
    folder: str
    classes: list[str]


def _parts(source: Path) -> tuple[list[_Part], int]:
    """The parts, training first, or one part "" where there is no `train`; and how many entries are ignored."""
    top = _look(source)
    found: dict[str, _Part] = {}
    ignored = top.others
    for folder in sorted(top.subfolders):
        name = _PART_NAMES.get(folder.casefold())
        inside = _look(source / folder) if name else None
        if name is None or inside is None or not inside.subfolders:
            continue  # a class may bear such a name too, of trains for example
        if name in found:
            raise DataError(f"{source} has both {found[name].folder} and {folder}: one folder a part")
        found[name] = _Part(name, folder, inside.subfolders)
        ignored += inside.images + inside.others
    if not found:
        if not top.subfolders:
            where = f"{top.images} image files stand in it directly" if top.images else "it holds no folder"
            raise DataError(f"{source}: images must stand in one folder a class, named as the class; {where}")
        return [_Part("", "", top.subfolders)], ignored + top.images
    if "train" not in found:
        raise DataError(f"{source} has {next(iter(found.values())).folder}, but no train with classes in it")
    beside = sorted(set(top.subfolders) - {part.folder for part in found.values()})
    for folder in beside:
        _check_beside(source, folder)
    return [found[name] for name in PARTS if name in found], ignored + top.images + len(beside)


def _check_beside(source: Path, folder: str) -> None:
    """Beside train, test and validation no folder may hold images: nobody could tell what they are for."""
    images = _look(source / folder).images
    if not images:
        return
    if folder.casefold() in _PART_NAMES:
        raise DataError(
            f"{source / folder}: images must stand in one folder a class, as in train; "
            f"{images} image files stand in it directly"
        )
    raise DataError(
        f"{source} has a folder train with classes in it, and beside it {folder} with {images} image files: "
        f"put {folder} into a part, or elsewhere"
    )


def _group(source: Path, part: str, folder: str, label: int) -> tuple[Group, int]:
    """The image files of a class folder, and how many entries are none."""
    entries = [_file(entry) for entry in _entries(source / folder)]
    files = sorted(file for file in entries if file is not None)
    names, sizes, times = zip(*files, strict=True) if files else ((), (), ())
    group = Group(part, folder, label, list(names), list(sizes), list(times))
    return group, len(entries) - len(files)


def _file(entry: os.DirEntry[str]) -> tuple[str, int, int] | None:
    """Name, size and time of an image file; None for what is no image file."""
    if not _is_image_name(entry.name):
        return None
    try:
        status = entry.stat()
    except OSError:  # a link to nowhere: decoding will name it and say why
        return entry.name, -1, -1
    if not stat.S_ISREG(status.st_mode):
        return None
    return entry.name, status.st_size, status.st_mtime_ns


def _check_classes(source: Path, groups: list[Group], class_names: tuple[str, ...]) -> None:
    if len(class_names) < 2:
        raise DataError(
            f"{source}: a data set needs at least two classes, one folder each; "
            f"got {f'one, {class_names[0]}' if class_names else 'none'}"
        )
    for name in class_names:
        try:
            name.encode()
        except UnicodeEncodeError:
            raise DataError(f"{source}: the name of the class folder {name!r} is not valid UTF-8") from None
    for group in groups:
        if not group.names and group.part in ("", "train"):
            raise DataError(
                f"{source / group.folder}: the class {class_names[group.label]} has no image file ({_KINDS})"
            )


def _look(folder: Path) -> _Look:
    subfolders, images, others = [], 0, 0
    for entry in _entries(folder):
        if _is_class(entry):
            subfolders.append(entry.name)
        elif _is_image_name(entry.name):
            images += 1
        else:
            others += 1
    return _Look(subfolders, images, others)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise DataError(
            f"cannot read the folder {folder}: {(error.strerror or str(error)).lower()}"
        ) from error


def _is_class(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.name != _NO_CLASS and entry.is_dir()


def _is_image_name(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES
