"""Files of data sets from the internet: mirrors in turn, a checksum, and a cache folder with whole files only.

A file is received in a folder of its own beside its place, checked, flushed to the disk and renamed. So a download
that is cut, killed or wrong leaves nothing that is taken for the data, and two processes may fetch the same file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeAlias

from fullstride.data.known import KnownSet, RemoteFile
from fullstride.data.places import data_home
from fullstride.errors import DataError, OutputError
from fullstride.formats.atomic import ensure_writable_folder, write_bytes

OnProgress: TypeAlias = Callable[[int, int | None, str], None]
"""Called with the bytes that have come, all bytes (None where the server does not say), and the file's name."""

_TIMEOUT = (5, 30)  # seconds: until a server accepts the connection, and between two pieces of what it sends
_PIECE = 1 << 16
_PREFIX = ".download-"
_STALE = 86_400  # seconds after which no download can still be going on
_OTHER_FOLDER = "; FULLSTRIDE_DATA_DIR names another folder for downloads"


def downloaded(known: KnownSet, progress: OnProgress | None = None) -> Path:
    """The cache folder with the files of the set, or its one archive there; what is missing is downloaded.

    Raises
    ------
    DataError
        If a file cannot be had from any mirror; the sentence says why, and where to put it by hand.
    OutputError
        If the cache folder cannot be written.
    """
    folder = data_home() / known.folder
    for file in known.downloads:
        _fetch(file, known, folder, progress)
    return folder if len(known.downloads) > 1 else folder / known.downloads[0].name


def _fetch(file: RemoteFile, known: KnownSet, folder: Path, progress: OnProgress | None) -> None:
    path = folder / file.name
    if _is_good(path, file.md5):
        return
    try:
        ensure_writable_folder(folder)
    except OutputError as error:
        raise OutputError(f"{error}{_OTHER_FOLDER}") from error
    reasons = ["the file that is there has another checksum"] if path.exists() else []
    for address in file.addresses:
        try:
            _receive(address, file, path, progress)
        except _MirrorError as error:
            reasons.append(f"{address}: {error}")
        except OSError as error:
            if isinstance(error, OutputError):
                raise
            raise _cannot_keep(path, error) from error
        else:
            _note(path, file.md5)
            return
    names = ", ".join(download.name for download in known.downloads)
    by_hand = names if len(known.downloads) == 1 else f"all of {names}"
    raise DataError(
        f"{known.name}: {file.name} cannot be downloaded ({'; '.join(reasons)}); put it into {folder}, "
        f"or {by_hand} into a folder that data_dir (--data-dir) names"
    )


class _MirrorError(Exception):
    """Why a mirror did not give the file."""


def _receive(address: str, file: RemoteFile, path: Path, progress: OnProgress | None) -> None:
    """Download from one mirror; afterwards `path` is the whole file, or nothing has changed."""
    import pooch

    _remove_leftovers(path.parent)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=path.parent) as own:
        temporary = Path(own) / file.name
        with open(temporary, "xb") as target:
            sink = _Sink(target, path, progress)
            download = pooch.HTTPDownloader(
                chunk_size=_PIECE,
                timeout=_TIMEOUT,
                headers={"Accept-Encoding": "identity", "User-Agent": "fullstride"},
                hooks={"response": sink.begin},
            )
            outer = sys.exception()
            try:
                download(address, sink, None)
            except OutputError:
                raise
            except (OSError, ValueError) as error:  # all of requests' are one of them
                raise _MirrorError(_reason(error, outer, sink)) from None
            finally:
                sink.close()
            target.flush()
            os.fsync(target.fileno())
        md5 = sink.md5.hexdigest()
        if md5 != file.md5:
            raise _MirrorError(f"wrong checksum, expected md5 {file.md5}; got {md5} of {sink.done:,} bytes")
        os.replace(temporary, path)


def _remove_leftovers(folder: Path) -> None:
    """What killed processes left there, some of it hundreds of megabytes."""
    for leftover in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if time.time() - leftover.stat().st_mtime > _STALE:
                shutil.rmtree(leftover, ignore_errors=True)


class _Sink:
    """What the downloader writes to: the disk, the checksum and the progress; the disk's errors are no mirror's."""

    def __init__(self, target: IO[bytes], path: Path, progress: OnProgress | None) -> None:
        self._target = target
        self._path = path
        self._progress = progress
        self._response: Any = None
        self.md5 = _md5()
        self.done = 0
        self.total: int | None = None

    def begin(self, response: Any, **arguments: object) -> None:
        self._response = response
        length = response.headers.get("content-length", "")
        self.total = int(length) if length.isdecimal() else None
        # Some servers take a gzipped file for a compressed transfer, and it would be unpacked here.
        response.raw.headers.pop("content-encoding", None)

    def write(self, piece: bytes) -> None:
        try:
            self._target.write(piece)
        except OSError as error:
            raise _cannot_keep(self._path, error) from error
        self.md5.update(piece)
        self.done += len(piece)
        if self._progress is not None:
            self._progress(self.done, self.total, self._path.name)

    def flush(self) -> None:
        """The downloader asks for it after each piece; once at the end is enough."""

    def close(self) -> None:
        if self._response is not None:
            self._response.close()


def _reason(error: Exception, outer: BaseException | None, sink: _Sink) -> str:
    """Why a download failed, in a few words: what the server answered, or the first of the errors that led to it."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answers {response.status_code} {response.reason}"
    root: BaseException = error
    while (cause := root.__cause__ or root.__context__) is not None and cause is not outer:
        root = cause
    text = (getattr(root, "strerror", None) or str(root)).lower()
    done, rest = getattr(root, "partial", None), getattr(root, "expected", None)
    if isinstance(done, int) and isinstance(rest, int):  # urllib3's IncompleteRead
        return f"broken off after {done:,} of {done + rest:,} bytes"
    if sink.done:
        of = "" if sink.total is None else f" of {sink.total:,}"
        return f"broken off after {sink.done:,}{of} bytes: {text}"
    return text


def _cannot_keep(path: Path, error: OSError) -> OutputError:
    reason = (error.strerror or str(error)).lower()
    return OutputError(f"cannot keep {path.name} in {path.parent}: {reason}{_OTHER_FOLDER}")


def _is_good(path: Path, md5: str) -> bool:
    """Whether the file is there and is the right one; its checksum is made once and noted beside it."""
    if not path.is_file():
        return False
    note = _note_of(path)
    if note.is_file() and note.read_bytes() == _seal(path, md5):
        return True
    with open(path, "rb") as file:
        if hashlib.file_digest(file, _md5).hexdigest() != md5:
            return False
    _note(path, md5)
    return True


def _note(path: Path, md5: str) -> None:
    # Without the note the checksum is made again: a folder that can only be read serves as well.
    with contextlib.suppress(OutputError):
        write_bytes(_note_of(path), _seal(path, md5))


def _note_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.md5")


def _seal(path: Path, md5: str) -> bytes:
    status = path.stat()
    return f"{md5} {status.st_size} {status.st_mtime_ns}\n".encode()


def _md5() -> Any:
    return hashlib.md5(usedforsecurity=False)
