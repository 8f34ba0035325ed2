"""`fullstride predict`: a stored model, and images of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.cli.console import Output, error_line, printable
from fullstride.data import Preprocessing, read_image
from fullstride.errors import ArgumentError, DataError
from fullstride.network import load


def predict(model: Path, images: Sequence[Path], top: int, threads: int | None, engine: str) -> bool:
    """Print the most probable classes of each image; an image that cannot be read costs a line on stderr.

    Returns
    -------
    bool, whether every image could be read
    """
    network = load(model)
    if network.preprocessing is None:
        raise ArgumentError(
            f"{model} does not say how an image file becomes an input: it was saved without preprocessing"
        )
    output = Output()
    width = max(len(printable(str(path))) for path in images)
    good = True
    for path in images:  # one at a time: each line comes as soon as it can, and memory stays flat
        image = _read(path, network.preprocessing)
        if image is None:
            good = False
            continue
        p = network.predict_proba(image[np.newaxis], threads=threads, engine=engine)[0]
        output.line(f"{printable(str(path)):<{width}}  {classes_line(p, network.class_names, top)}")
    return good


def classes_line(p: NDArray[Any], class_names: Sequence[str] | None, top: int) -> str:
    """The `top` most probable classes.

    >>> classes_line(np.array([0.04, 0.95, 0.01]), ("cat", "dog", "owl"), 2)
    'dog 95.0 %  cat 4.0 %'
    """
    best = np.argsort(-p, kind="stable")[:top]
    names = class_names or [f"class {k}" for k in range(len(p))]
    return "  ".join(f"{names[k]} {100 * p[k]:.1f} %" for k in best)


def _read(path: Path, preprocessing: Preprocessing) -> NDArray[np.uint8] | None:
    try:
        return read_image(path, preprocessing)
    except DataError as error:
        sys.stdout.flush()
        print(error_line(error), file=sys.stderr, flush=True)
        return None
