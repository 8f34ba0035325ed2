"""Finding the files of a known data set in a folder that the user names."""

from __future__ import annotations

import os
from pathlib import Path

from fullstride.data.idx_sets import missing
from fullstride.data.known import KNOWN, CifarFiles, IdxFiles, KnownSet
from fullstride.errors import DataError

# Sets whose files have the same names are told apart by their folders, ours or torchvision's.
_BEARERS = {
    "digits": "digits",
    "fashionmnist": "fashion-mnist",
    **{known.folder: known.folder for known in KNOWN.values()},
}


def locate(known: KnownSet, data_dir: str | os.PathLike[str]) -> Path:
    """The folder in `data_dir`, or the archive, that holds the files of the set. Nothing is written there.

    Raises
    ------
    DataError
        If the folder is missing or bears another set's name, or files are missing; the sentence says which, and where
        to put them.
    """
    base = Path(data_dir).expanduser()
    if not base.is_dir():
        raise DataError(f"data_dir {base} is {'a file, not a folder' if base.exists() else 'missing'}")
    folders = [base / place for place in known.places if (base / place).is_dir()]
    if isinstance(known.content, CifarFiles):
        return _locate_cifar(known, known.content, base, folders)
    return _locate_idx(known, known.content, base, folders)


def _locate_idx(known: KnownSet, files: IdxFiles, base: Path, folders: list[Path]) -> Path:
    if not files.zip_names:
        _check_bearer(known, base)
    for folder in folders:
        if not missing(folder, files.names):
            return folder
    for folder in folders:
        for name in files.zip_names:
            if (folder / name).is_file():
                return folder / name
    fewest = min((missing(folder, files.names) for folder in folders), key=len)
    archive = f", or {files.zip_names[0]} with them" if files.zip_names else ""
    raise DataError(
        f"{known.name}: missing {', '.join(fewest)} (gzipped or not){archive}; {_put(known, base)}"
    )


def _locate_cifar(known: KnownSet, files: CifarFiles, base: Path, folders: list[Path]) -> Path:
    names = [name for name, _ in (*files.train, *files.test)]
    candidates = [place for folder in folders for place in (folder / files.folder, folder)]
    absent = {place: [name for name in names if not (place / name).is_file()] for place in candidates}
    for place in candidates:
        if not absent[place]:
            return place
    for folder in folders:
        if (folder / files.archive).is_file():
            return folder / files.archive
    place, lacking = min(absent.items(), key=lambda item: len(item[1]))
    if len(lacking) < len(names):
        raise DataError(f"{known.name}: the folder {place} lacks {', '.join(lacking)}")
    pickled = [name for folder in folders for name in files.pickled if (folder / name).exists()]
    hint = f" ({pickled[0]} is the Python version, pickles, which are never loaded)" if pickled else ""
    raise DataError(
        f"{known.name}: missing {files.archive}, or the folder {files.folder} out of it{hint}; {_put(known, base)}"
    )


def _check_bearer(known: KnownSet, base: Path) -> None:
    whole = base.resolve()
    folder = whole.parent if whole.name == "raw" else whole
    bears = _BEARERS.get(folder.name.lower())
    if bears is not None and bears != known.folder:
        raise DataError(f"data_dir {base} bears the name of another data set: {known.name} was asked for")


def _put(known: KnownSet, base: Path) -> str:
    return f"put it into {base} or {base / known.folder}"
