"""Decoding many image files, in this process or, on request, for another one.

Threads do not help: most of the time of a small file is Python's. JPEGs of 32x32 on two cores: some 5,000 a second in
one thread, no more in two, and 10,000 in two processes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.data.images import input_of, is_grey, open_picture
from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import DataError


@dataclass(frozen=True)
class Decoded:
    """What became of some files.

    Attributes
    ----------
    X : ndarray of uint8, shape (m, n_H, n_W, n_C), of the readable ones in their order
    sizes : of each file (n_H, n_W) before resizing, None of an unreadable one
    reasons : of each file "", or why it cannot be read
    passing : whether a reason may pass by itself: the system refused the file, not its content
    grey : whether every readable picture has R = G = B; True where nobody asked
    """

    X: NDArray[np.uint8]
    sizes: list[tuple[int, int] | None]
    reasons: list[str]
    passing: bool
    grey: bool


def decode(paths: Sequence[str], preprocessing: Preprocessing, watch_grey: bool) -> Decoded:
    """Decode image files as `read_image` does; with `watch_grey` it says whether colour was seen."""
    X = np.empty((len(paths), *preprocessing.input_shape), np.uint8)
    sizes: list[tuple[int, int] | None] = []
    reasons: list[str] = []
    passing, grey, m = False, True, 0
    for path in paths:
        try:
            picture = open_picture(path, preprocessing)
        except DataError as error:
            sizes.append(None)
            reasons.append(str(error).removeprefix(f"cannot read the image {path}: "))
            # The system's refusals have a number; those of Pillow's decoders have none.
            passing |= isinstance(error.__cause__, OSError) and error.__cause__.errno is not None
            continue
        sizes.append(picture.size)
        reasons.append("")
        grey = grey and (not watch_grey or is_grey(picture.image))
        X[m] = input_of(picture.image, preprocessing)
        m += 1
    return Decoded(X[:m], sizes, reasons, passing, grey)


def request(paths: Sequence[str], preprocessing: Preprocessing, watch_grey: bool) -> bytes:
    """The arguments of `decode` as the line that `serve` reads."""
    described = {"paths": list(paths), "preprocessing": preprocessing.to_dict(), "watch_grey": watch_grey}
    return json.dumps(described).encode() + b"\n"


def serve() -> None:
    """Answer requests on the standard input until it ends: a line of JSON, then the pixels.

    It ends with the process that started it, however that ended, because the pipe does.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for that process, which then closes the pipe
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed does not disturb the answers
    try:
        for line in sys.stdin.buffer:
            asked = json.loads(line)
            preprocessing = Preprocessing.from_dict(asked["preprocessing"])
            found = decode(asked["paths"], preprocessing, asked["watch_grey"])
            notes = {name: getattr(found, name) for name in ("sizes", "reasons", "passing", "grey")}
            answers.write(json.dumps(notes).encode() + b"\n")
            answers.write(found.X.data)
            answers.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody is left to be told


def answer(line: bytes, pixels: Any, shape: tuple[int, int, int]) -> Decoded:
    """What `serve` answered; `pixels(count)` reads so many bytes."""
    notes = json.loads(line)
    sizes = [None if size is None else (size[0], size[1]) for size in notes["sizes"]]
    m = len(sizes) - sizes.count(None)
    X = np.frombuffer(pixels(m * int(np.prod(shape))), np.uint8).reshape(m, *shape)
    return Decoded(X, sizes, notes["reasons"], notes["passing"], notes["grey"])
