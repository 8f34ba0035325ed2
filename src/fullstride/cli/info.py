"""`fullstride info` and `fullstride cache clear`."""

from __future__ import annotations

import platform
from importlib.metadata import version

import llvmlite.binding as llvm

import fullstride
from fullstride.errors import FullstrideError
from fullstride.native import machine
from fullstride.native.cache import ObjectCache
from fullstride.native.team import count_threads


def information() -> list[tuple[str, str]]:
    """What fullstride runs on, as pairs of name and value; what cannot be had says why."""
    cache = ObjectCache()
    return [
        ("fullstride", fullstride.__version__),
        ("processor", machine.processor()),
        ("target", _target()),
        ("threads", _threads()),
        ("cache", f"{cache.folder} ({_objects(len(cache.entries()))}, {_size(cache.size())})"),
        ("Python", f"{platform.python_version()} on {platform.platform()}"),
        ("NumPy", version("numpy")),
        ("llvmlite", f"{version('llvmlite')} with LLVM {'.'.join(map(str, llvm.llvm_version_info))}"),
    ]


def clear_cache() -> str:
    """Empties the cache; returns what there is to say."""
    cache = ObjectCache()
    size = cache.size()
    return f"removed {_objects(cache.clear())}, {_size(size)}, from {cache.folder}"


def _target() -> str:
    try:
        found = machine.detect()
    except FullstrideError as error:
        return f"none: {error}"
    return (
        f"{found.name} ({found.cpu}): vectors of {found.vector_bits} bits, {found.lanes('float32')} float32 "
        f"numbers; {found.registers} registers"
    )


def _threads() -> str:
    try:
        return str(count_threads())
    except FullstrideError as error:
        return f"none: {error}"


def _objects(count: int) -> str:
    return "1 object" if count == 1 else f"{count:,} objects"


def _size(count: int) -> str:
    """Bytes, and for many of them a number that can be read.

    >>> _size(0), _size(123456)
    ('0 bytes', '123,456 bytes = 0.1 MB')
    """
    return f"{count:,} byte{'' if count == 1 else 's'}" + (
        f" = {count / 1e6:,.1f} MB" if count >= 50_000 else ""
    )
