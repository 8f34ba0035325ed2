"""`fullstride report`: a model and all about it, as one page."""

from __future__ import annotations

import shlex
from pathlib import Path

from fullstride.cli.console import Output
from fullstride.cli.data import check_place, load_visibly
from fullstride.cli.evaluate import sample_lines, warn_of_change
from fullstride.data import identified
from fullstride.network import load
from fullstride.report import write_report
from fullstride.runs import ARRAYS, STORED_AS, data_for, stored_history


def report(
    model: Path,
    data: str | None,
    data_dir: Path | None,
    part: str,
    threads: int | None,
    engine: str,
    out: Path,
) -> None:
    """Write the page; the last line is the accuracy, as that of evaluate."""
    check_place(out)
    network = load(model)
    history = stored_history(model)
    loaded = identified(load_visibly(data_for(network, model, data, data_dir)))
    warn_of_change(network, loaded)
    words = [str(model)]
    words += [] if data is None else [data]
    words += [] if data_dir is None else ["--data-dir", str(data_dir)]
    words += [] if part == "test" else ["--part", part]
    words += [] if engine == "native" else ["--engine", engine]
    commands = [
        shlex.join(["fullstride", "evaluate", *words]),
        shlex.join(["fullstride", "report", *words, "-o", "report.html"]),
    ]
    if STORED_AS in network.configuration and ARRAYS not in network.configuration:
        commands.insert(0, shlex.join(["fullstride", "train", "--config", str(model)]))
    judged = write_report(
        network,
        loaded,
        out,
        part=part,
        history=history,
        model=model,
        commands=commands,
        threads=threads,
        engine=engine,
    )
    output = Output()
    output.line(f"saved in {out}")
    for line in sample_lines(network, loaded, part):
        output.line(line)
    output.line(judged.lines()[-1])
