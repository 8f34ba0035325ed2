"""`fullstride evaluate` and `fullstride find-lr`: a model judged on data, and a rate to train with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fullstride
from fullstride.cli.console import Output
from fullstride.cli.data import check_picture, check_place, load_visibly
from fullstride.formats import write_text
from fullstride.network import load
from fullstride.runs import data_for, find_lr, prepare, read_configuration, subject


def evaluate(
    model: Path,
    data: str | None,
    data_dir: Path | None,
    part: str,
    threads: int | None,
    engine: str,
    file: Path | None,
) -> None:
    """Judge a model on a part of a data set; the last line is the accuracy. With the file "-" JSON alone is printed."""
    alone = str(file) == "-"
    if file is not None and not alone:
        check_place(file)
    network = load(model)
    loaded = load_visibly(data_for(network, model, data, data_dir))
    X, y = subject(network, loaded, part)
    judged = network.judge(X, y, threads=threads, engine=engine)
    of = {"fullstride": fullstride.__version__, "model": str(model), "data": loaded.name, "part": part}
    if alone:
        print(as_json(of | judged.to_dict()), end="")
        return
    saved = ""
    if file is not None:
        write_text(file, as_json(of | judged.to_dict()))
        saved = f"; saved in {file}"
    output = Output()
    images = f"{len(y):,} {part} image{'' if len(y) == 1 else 's'}"
    output.line(f"{model} on {images} of {loaded.name}{saved}")
    output.line("")
    for line in judged.lines(shutil.get_terminal_size().columns):
        output.line(line)


def as_json(document: Mapping[str, Any]) -> str:
    """A JSON object with a line a key.

    >>> print(as_json({"a": [1, 2], "b": None}), end="")
    {
      "a": [1, 2],
      "b": null
    }
    """
    lines = (f"  {json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in document.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def look_for_lr(
    config: Path | None, overrides: Mapping[str, object], threads: int | None, picture: Path | None
) -> None:
    """Print a learning rate to try; with `picture`, draw the losses over the rates."""
    if picture is not None:
        check_picture(picture)
    configuration = read_configuration(config, overrides)
    job = prepare(configuration, load_visibly(configuration))
    found = find_lr(job, threads=threads)
    output = Output()
    output.line(str(found))
    if picture is not None:
        from fullstride.plots import lr_curve

        lr_curve(found, picture)
        output.line(f"saved in {picture}")
