"""`fullstride evaluate` and `fullstride find-lr`: a model judged on data, and a rate to train with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fullstride
from fullstride.cli.console import Output, warning_line
from fullstride.cli.data import check_picture, check_place, load_visibly
from fullstride.data import DataSet, FolderSet
from fullstride.formats import write_text
from fullstride.judging import joined
from fullstride.network import Network, load
from fullstride.runs import (
    bears_name,
    data_for,
    find_lr,
    prepare,
    read_configuration,
    subject,
    was_changed,
)


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
    parts = subject(network, loaded, part)
    warn_of_change(network, loaded)
    judged = joined([network.judge(X, y, threads=threads, engine=engine) for X, y in parts])
    of = {"fullstride": fullstride.__version__, "model": str(model), "data": loaded.name, "part": part}
    if alone:
        print(as_json(of | judged.to_dict()), end="")
        return
    saved = ""
    if file is not None:
        write_text(file, as_json(of | judged.to_dict()))
        saved = f"; saved in {file}"
    output = Output()
    images = f"{judged.count:,}{'' if part == 'all' else f' {part}'} image{'' if judged.count == 1 else 's'}"
    output.line(f"{model} on {images} of {loaded.name}{saved}")
    for line in sample_lines(network, loaded, part):
        output.line(line)
    output.line("")
    for line in judged.lines(shutil.get_terminal_size().columns):
        output.line(line)


def warn_of_change(network: Network, data: DataSet) -> None:
    """Say where data is not any more what the model was trained on."""
    if was_changed(network, data):
        warning_line(
            f"the images or labels of {data.name} are others than those that the model was trained on: images that "
            "are judged may have been trained on"
        )


def sample_lines(network: Network, data: DataSet, part: str) -> list[str]:
    """One, where not the folder but fullstride chose the images to judge, and not for the training of the model."""
    source = data.source if isinstance(data, FolderSet) else None
    if source is None or source.divided or part != "test":
        return []
    if data.digest == network.configuration.get("digest"):
        return []
    count, of = len(data.X_test), sum(map(len, source.rows.values()))
    more = "" if bears_name(network, data) else "; --part all judges every one"
    return [
        f"{count:,} of {of:,} images are judged: {data.name} has no folder test, and a part was set aside{more}"
    ]


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
