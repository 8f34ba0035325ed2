"""Files that are there as a whole or not at all, and folders that are proved writable before the work begins.

A file is written beside its target under a hidden name, flushed to the disk, and renamed. Whoever reads the
target sees the old file or the new one, also after a power cut or a kill.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from fullstride.errors import ArgumentError, OutputError

_serial = itertools.count()  # two threads of a process may write the same target


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path beside `path`; what was written there becomes `path` when the block ends well.

    When the block ends with an exception (Ctrl-C too), the temporary file is removed and `path` stays as it
    was. A link is followed: its target is replaced, not the link.

    Parameters
    ----------
    path : path of a file that may or may not exist, in a folder that does

    Yields
    ------
    temporary : Path in the same folder, hidden, with the same suffix; the block creates and closes the file

    Raises
    ------
    OutputError
        If the file cannot be written or renamed; the sentence gives the path and the system's reason.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        what = "a folder" if target.is_dir() else "not a regular file"
        raise OutputError(f"cannot write {path}: it is {what}")
    temporary = target.with_name(f".{target.stem}-{os.getpid()}-{next(_serial)}{target.suffix}")
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        if isinstance(error, OutputError) or error.filename not in (None, str(temporary), temporary):
            raise  # an error of the block about another file
        raise OutputError(f"cannot write {path}: {_reason(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`, whole or not at all (see `atomic_path`)."""
    with atomic_path(path) as temporary, open(temporary, "xb") as file:
        file.write(content)


def write_text(path: str | os.PathLike[str], content: str) -> None:
    """Write `content` to `path` as UTF-8, whole or not at all; line ends stay as they are."""
    write_bytes(path, content.encode("utf-8"))


def ensure_writable_folder(path: str | os.PathLike[str]) -> Path:
    """Create the folder where it is missing, and prove that a file can be written there.

    Called before training, so that an hour's work does not end at a full disk.

    Raises
    ------
    OutputError
        If the folder cannot be created or a file of 4 KiB cannot be written into it.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OutputError(f"cannot write into {path}: it is a file, not a folder") from error
    except OSError as error:
        raise OutputError(f"cannot create the folder {path}: {_reason(error)}") from error
    probe = folder / f".writable-{os.getpid()}-{next(_serial)}"
    try:
        with open(probe, "xb") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"cannot write into {path}: {_reason(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return folder


def new_run_folder(base: str | os.PathLike[str], name: str) -> Path:
    """Create and return `base/name-N` with the smallest N >= 1 that is free; never an existing folder.

    Runs that start at the same moment get different folders: creating one fails where another came first.

    Raises
    ------
    ArgumentError
        If `name` is no plain name of a folder.
    OutputError
        If the folder cannot be created or written.
    """
    if name in ("", "..") or name != Path(name).name:
        raise ArgumentError(f"new_run_folder: name must be a plain name without separators; got {name!r}")
    ensure_writable_folder(base)
    for n in itertools.count(1):
        folder = Path(base) / f"{name}-{n}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise OutputError(f"cannot create the folder {folder}: {_reason(error)}") from error
        return ensure_writable_folder(folder)
    raise AssertionError("unreachable: the count has no end")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; only POSIX opens folders."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
