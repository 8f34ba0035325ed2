"""The object cache: executable code on disk, and therefore guarded.

An entry is `<key>.o`: a magic line, the SHA-256 of key and rest, and the rest (a JSON line and the object). A damaged
object, or one under another's name, would crash the process, so it is checked before it is loaded; a bad entry is
compiled anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import fullstride
from fullstride.program.machine import Machine

MAGIC = b"fullstride object 1\n"
_DIGEST = 32


@dataclass(frozen=True)
class Compiled:
    """An object file and what is known of it: `notes` is plain data for JSON."""

    code: bytes
    notes: Mapping[str, Any]


def default_folder() -> Path:
    """`FULLSTRIDE_CACHE_DIR`, else the user's cache folder."""
    named = os.environ.get("FULLSTRIDE_CACHE_DIR")
    return Path(named) if named else user_cache()


def user_cache() -> Path:
    """fullstride's part of the user's cache folder; for a user without a home a folder for temporary files."""
    try:
        home = Path.home()
    except RuntimeError:
        user = os.getuid() if hasattr(os, "getuid") else "user"
        return Path(tempfile.gettempdir()) / f"fullstride-{user}"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(home / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base) / "fullstride"


@cache
def _versions() -> str:
    """Versions of everything that makes code; a checkout that is being edited counts by its files' times."""
    from importlib.metadata import version

    package = Path(fullstride.__file__).parent
    files = sorted([*package.glob("native/**/*.py"), *package.glob("program/*.py"), package / "geometry.py"])
    times = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    digest = hashlib.sha256(repr(times).encode()).hexdigest()
    return f"fullstride {fullstride.__version__} {digest} llvmlite {version('llvmlite')}"


def key_of(description: str, machine: Machine) -> str:
    """The key of a plan: what is compiled, for which machine, by which versions."""
    return hashlib.sha256(f"{_versions()}\n{machine}\n{description}".encode()).hexdigest()


class ObjectCache:
    """The objects in one folder, which nobody but its owner may read or write."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def load(self, key: str) -> Compiled | None:
        """The entry, or None where there is none that can be trusted."""
        path = self._path(key)
        try:
            if not self._is_ours():
                return None
            data = path.read_bytes()
        except OSError:
            return None
        body = data[len(MAGIC) + _DIGEST :]
        digest = data[len(MAGIC) : len(MAGIC) + _DIGEST]
        if not data.startswith(MAGIC) or _digest(key, body) != digest:
            return None
        line, _, code = body.partition(b"\n")
        return Compiled(code, json.loads(line))

    def save(self, key: str, compiled: Compiled) -> None:
        """Writes an entry whole or not at all; a folder that cannot be used is said once, and compiling goes on."""
        body = json.dumps(compiled.notes, sort_keys=True).encode() + b"\n" + compiled.code
        temporary = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                _warn_once(
                    f"the cache folder {self.folder} is not used: it must belong to you alone (mode 0700)"
                )
                return
            handle, temporary = tempfile.mkstemp(prefix=".new-", dir=self.folder)
            with os.fdopen(handle, "wb") as file:
                file.write(MAGIC + _digest(key, body) + body)
            os.replace(temporary, self._path(key))
        except OSError as error:
            _warn_once(f"compiled code cannot be kept in {self.folder}: {error.strerror or error}")
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)

    def entries(self) -> list[Path]:
        """The files of the cache."""
        return sorted(self.folder.glob("*.o")) if self.folder.is_dir() else []

    def size(self) -> int:
        """Bytes in all entries."""
        return sum(path.stat().st_size for path in self.entries())

    def clear(self) -> int:
        """Removes all entries; returns how many."""
        entries = self.entries()
        for path in entries:
            path.unlink(missing_ok=True)
        return len(entries)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.o"

    def _is_ours(self) -> bool:
        if not hasattr(os, "getuid"):
            return True  # Windows: the user's profile is private by its access list
        status = self.folder.stat()
        return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).digest()


_warned: set[str] = set()


def _warn_once(message: str) -> None:
    if message not in _warned:
        _warned.add(message)
        warnings.warn(message, RuntimeWarning, stacklevel=2)
