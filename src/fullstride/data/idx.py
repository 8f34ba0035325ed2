"""IDX, the file format of MNIST and its kin: a header of big-endian numbers, then the elements, row-major.

    bytes 0, 1   zero
    byte  2      the element's type: 08 uint8, 09 int8, 0B int16, 0C int32, 0D float32, 0E float64
    byte  3      the rank: how many sizes follow
    4 a size     big-endian, unsigned
    the rest     the elements, big-endian

The file may be compressed with gzip; its first two bytes tell, not its name.
"""

from __future__ import annotations

import gzip
import io
import math
import os
import struct
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from fullstride.errors import ArgumentError, DataError, FileFormatError
from fullstride.formats.atomic import write_bytes

_DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_CODES = {np.dtype(name).newbyteorder("="): code for code, name in _DTYPES.items()}
_LARGEST_RANK = 8
_CHUNK = 1 << 20
# Deflate cannot compress better than 1 byte for 1032: a header that promises more is wrong, whatever follows.
_DEFLATE_LIMIT = 1032


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an IDX file, gzipped or not.

    Parameters
    ----------
    path : the file

    Returns
    -------
    array : ndarray of the file's rank and type, in native byte order, C-contiguous and writable

    Raises
    ------
    DataError
        If the file is missing or cannot be read at all.
    FileFormatError
        If it is no IDX file, or is empty, truncated, too long or damaged. Sizes that the file cannot hold are
        refused before memory is taken for them.
    """
    try:
        with open(path, "rb") as file:
            return read_idx_stream(file, os.fstat(file.fileno()).st_size, path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"cannot read {path}: {reason}") from error


def read_idx_stream(file: IO[bytes], size: int, where: object) -> NDArray[Any]:
    """Read the `size` bytes of an open IDX file, gzipped or not, as `read_idx` does.

    Parameters
    ----------
    file : at its beginning, and able to go back there
    size : its bytes, compressed or not as they lie there
    where : names the file in messages
    """
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not zipped:
        return _read(file, size, where)
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            return _read(stream, size * _DEFLATE_LIMIT, where)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileFormatError(f"{where}: the gzip data is damaged or cut off: {error}") from error


def _read(stream: IO[bytes] | gzip.GzipFile, limit: int, path: object) -> NDArray[Any]:
    """`limit` is the number of bytes that `stream` can hold at most."""
    head = stream.read(4)
    if not head:
        raise FileFormatError(f"{path}: the file is empty; an IDX file begins with 4 bytes of magic number")
    if len(head) < 4:
        raise FileFormatError(
            f"{path}: the IDX header is cut off: expected 4 bytes of magic number; got {len(head)}"
        )
    zero, code, rank = struct.unpack(">HBB", head)
    if zero != 0:
        raise FileFormatError(
            f"{path}: not an IDX file: its first two bytes must be 00 00; got {head.hex(' ')}"
        )
    if code not in _DTYPES:
        known = ", ".join(f"{known:02X}" for known in _DTYPES)
        raise FileFormatError(f"{path}: unknown IDX element type {code:02X}; known are {known}")
    if not 1 <= rank <= _LARGEST_RANK:
        raise FileFormatError(f"{path}: the rank of an IDX file must be 1 to {_LARGEST_RANK}; got {rank}")
    sizes = stream.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise FileFormatError(
            f"{path}: the IDX header is cut off: expected {4 + 4 * rank} bytes; got {4 + len(sizes)}"
        )
    shape = struct.unpack(f">{rank}I", sizes)
    dtype = np.dtype(_DTYPES[code])
    expected = dtype.itemsize * math.prod(shape)
    room = limit - 4 - 4 * rank
    if expected > room:
        raise FileFormatError(
            f"{path}: the IDX data is cut off: expected {expected} bytes for shape {shape}; "
            f"the file has room for {room} at most"
        )
    # A size of 0 hides the others from the check above, but numpy multiplies them all the same.
    if dtype.itemsize * math.prod(max(n, 1) for n in shape) >= 2**63:
        raise FileFormatError(f"{path}: no array can have the shape {shape} of the IDX header")
    body = _read_body(stream, expected, shape, path)
    return np.frombuffer(body, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _read_body(
    stream: IO[bytes] | gzip.GzipFile, expected: int, shape: tuple[int, ...], path: object
) -> bytearray:
    """Read exactly `expected` bytes, taking memory only for what really comes."""
    body = bytearray()
    while len(body) < expected:
        chunk = stream.read(min(_CHUNK, expected - len(body)))
        if not chunk:
            raise FileFormatError(
                f"{path}: the IDX data is cut off: expected {expected} bytes for shape {shape}; "
                f"got {len(body)}"
            )
        body += chunk
    if stream.read(1):
        raise FileFormatError(
            f"{path}: bytes follow after the IDX data: expected {expected} bytes for shape {shape}; got more"
        )
    return body


def write_idx(path: str | os.PathLike[str], array: NDArray[Any]) -> None:
    """Write `array` as an IDX file, gzipped if the name ends in `.gz`; the same array gives the same bytes.

    Parameters
    ----------
    path : the file
    array : ndarray of rank 1 to 8, of uint8, int8, int16, int32, float32 or float64

    Raises
    ------
    ArgumentError
        If the array's rank or dtype does not exist in IDX.
    OutputError
        If the file cannot be written.
    """
    code = _CODES.get(array.dtype.newbyteorder("="))
    if code is None or not 1 <= array.ndim <= _LARGEST_RANK:
        names = ", ".join(str(dtype) for dtype in _CODES)
        raise ArgumentError(
            f"write_idx: array must be of rank 1 to {_LARGEST_RANK} and of {names}; "
            f"got rank {array.ndim} of {array.dtype}"
        )
    head = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    content = head + array.astype(_DTYPES[code]).tobytes()
    if Path(path).suffix == ".gz":
        buffer = io.BytesIO()
        # No name and no time in the gzip header: both would differ from one writing to the next.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as stream:
            stream.write(content)
        content = buffer.getvalue()
    write_bytes(path, content)
