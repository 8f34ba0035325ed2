"""The cache of decoded folders: each entry a folder of `.npy` files and a manifest, there as a whole or not at all.

An entry's name ends in a hash of everything that it depends on: the files with sizes and times, what was asked for,
the version of the decoder. So an entry never changes; where the files have changed another one is looked for. It is
written beside its place under a hidden name and renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data.places import data_home
from fullstride.errors import OutputError
from fullstride.formats import ensure_writable_folder

VARIABLE = "FULLSTRIDE_DATA_DIR"
MANIFEST = "manifest.json"
_ABANDONED = 3600.0  # seconds after which nobody writes any more into a folder that was begun
_HINT = f"name another folder for decoded images with cache_dir or the environment variable {VARIABLE}"
_serial = itertools.count()
Stored = tuple[dict[str, Any], dict[str, NDArray[Any]]]
"""The manifest of an entry, and its arrays."""


def data_folder(cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """`cache_dir`, else the place of all data."""
    return Path(cache_dir).expanduser() if cache_dir else data_home()


class Entry:
    """One folder's decoded images in the cache.

    Parameters
    ----------
    base : the cache's folder; it need not exist
    name : of the data set, for people who look into the cache
    place : what entries share of which only the newest is kept
    content : everything that the entry depends on; of this and `place` hashes stand in its name
    """

    def __init__(self, base: Path, name: str, place: str, content: str) -> None:
        self.base = base
        readable = re.sub("[^A-Za-z0-9]+", "-", name)[:40].strip("-") or "data"
        self._family = f"{readable}-{_hash(place)}"
        self.folder = base / f"{self._family}-{_hash(content)}"

    def load(self) -> Stored | None:
        """The manifest and the arrays (the images memory-mapped, read-only); None where there is no sound entry."""
        try:
            head, _, body = (self.folder / MANIFEST).read_bytes().partition(b"\n")
            if head != hashlib.sha256(body).hexdigest().encode():
                return None
            manifest = json.loads(body)
            arrays = {name: self._array(name, **about) for name, about in manifest["arrays"].items()}
        except (OSError, ValueError):
            return None
        return manifest, arrays

    def _array(self, name: str, bytes: int, sha256: str | None) -> NDArray[Any]:
        path = self.folder / f"{name}.npy"
        if path.stat().st_size != bytes:
            raise ValueError(f"{path} does not have the size that the manifest gives")
        if sha256 is not None and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{path} does not have the digest that the manifest gives")
        array: NDArray[Any] = np.load(path, mmap_mode=None if sha256 else "r", allow_pickle=False)
        return array

    @contextlib.contextmanager
    def writing(self, replace: bool = False) -> Iterator[Writer]:
        """A new folder beside the entry; when the block ends well it becomes the entry, else it is removed.

        Where another process has made the entry meanwhile, that one stays, unless it shall be replaced.
        """
        self._prepare()
        temporary = self.base / f".{self._family}-{os.getpid()}-{next(_serial)}"
        try:
            with _said(self.base):
                temporary.mkdir()
            yield Writer(self.base, temporary)
            with _said(self.base):
                self._publish(temporary, replace)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _prepare(self) -> None:
        """Make the base, private where it is ours to make, and remove what killed processes left in it."""
        with _said(self.base):
            for folder in (*reversed(self.base.absolute().parents), self.base):
                # Compiled code may be kept in a folder above, but is not where others than the user may read it.
                if not folder.exists():
                    folder.mkdir(mode=0o700, exist_ok=True)
            ensure_writable_folder(self.base)
        for left in self.base.glob(f".{self._family}-*"):
            with contextlib.suppress(OSError):
                newest = max(path.stat().st_mtime for path in (left, *left.iterdir()))
                if time.time() - newest > _ABANDONED:
                    shutil.rmtree(left, ignore_errors=True)

    def _publish(self, temporary: Path, replace: bool) -> None:
        for _ in range(10):
            try:
                os.rename(temporary, self.folder)
                break
            except OSError:
                if not self.folder.exists():
                    raise
            if not replace and self.load() is not None:
                break  # both have decoded the same files
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            raise OutputError(f"cannot replace {self.folder}")
        for old in self.base.glob(f"{self._family}-*"):
            if old != self.folder:  # of files that have changed; who has mapped it keeps what is mapped
                shutil.rmtree(old, ignore_errors=True)


class Writer:
    """Writes the files of a new entry, each flushed to the disk."""

    def __init__(self, base: Path, folder: Path) -> None:
        self._base = base
        self._folder = folder
        self._arrays: dict[str, dict[str, Any]] = {}

    @contextlib.contextmanager
    def rows(self, name: str, shape: tuple[int, ...], dtype: Any) -> Iterator[Rows]:
        """For an array of many rows, written chunk after chunk; it is memory-mapped when it is loaded."""
        with Rows(self._base, self._folder / f"{name}.npy", shape, dtype) as rows:
            yield rows
        self._arrays[name] = {"bytes": rows.path.stat().st_size, "sha256": None}

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Rows]:
        """For bytes that are needed on the way; the file is removed when the block ends."""
        with Rows(self._base, self._folder / "scratch", None, None) as rows:
            yield rows
        rows.path.unlink()

    def small(self, name: str, array: NDArray[Any]) -> None:
        """An array that is loaded as a whole, and checked."""
        content = io.BytesIO()
        np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
        self._write(f"{name}.npy", content.getvalue())
        digest = hashlib.sha256(content.getvalue()).hexdigest()
        self._arrays[name] = {"bytes": len(content.getvalue()), "sha256": digest}

    def manifest(self, manifest: Mapping[str, Any]) -> None:
        """The last file; the arrays are added to it."""
        body = json.dumps({**manifest, "arrays": self._arrays}).encode()
        self._write(MANIFEST, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    def _write(self, name: str, content: bytes) -> None:
        with _said(self._base), open(self._folder / name, "xb") as file:
            file.write(content)
            _flush(file)


class Rows:
    """A file that grows by rows; with a shape it begins with the header of a `.npy` file."""

    def __init__(self, base: Path, path: Path, shape: tuple[int, ...] | None, dtype: Any) -> None:
        self.path = path
        self._base = base
        with _said(base):
            self._file = open(path, "xb")  # noqa: SIM115 - closed by __exit__
        if shape is not None:
            descr = np.lib.format.dtype_to_descr(np.dtype(dtype))
            header = {"descr": descr, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(self._file, header)

    def __enter__(self) -> Rows:
        return self

    def write(self, X: NDArray[Any]) -> None:
        """More rows."""
        with _said(self._base):
            self._file.write(np.ascontiguousarray(X).data)

    def flush(self) -> None:
        """What was written can now be read."""
        with _said(self._base):
            self._file.flush()

    def __exit__(self, *error: object) -> None:
        with _said(self._base):
            try:
                if error[0] is None:
                    _flush(self._file)
            finally:
                self._file.close()


@contextlib.contextmanager
def _said(base: Path) -> Iterator[None]:
    """Errors of the system, while something is written below `base`, say how to choose another folder."""
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise OutputError(f"{error}; {_HINT}") from error
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot write into the folder {base}: {reason}; {_HINT}") from error


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
