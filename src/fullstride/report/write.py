"""The page: what is on it, in which order, and how it becomes a file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from fullstride.data import DataSet, identified
from fullstride.formats import write_bytes
from fullstride.judging import Judgment, NumberJudgment, joined
from fullstride.network import Network
from fullstride.report.background import (
    configuration_section,
    data_section,
    date_of,
    learning,
    network_section,
    repeat_section,
)
from fullstride.report.gallery import gallery
from fullstride.report.markup import Html, h, images_of
from fullstride.report.results import headline, sections
from fullstride.runs import subject, was_changed
from fullstride.training import History

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may load: pictures and styles that stand in the page, and nothing else."""


def write_report(
    network: Network,
    data: DataSet,
    path: str | os.PathLike[str],
    *,
    part: str = "test",
    history: History | None = None,
    model: str | os.PathLike[str] | None = None,
    commands: Sequence[str] = (),
    threads: int | None = None,
    engine: str = "native",
) -> Judgment | NumberJudgment:
    """Judge a network on a part of a data set, and write all there is to know about it as one HTML page.

    Parameters
    ----------
    network : Network
    data : DataSet
    path : the HTML file; it is written whole or not at all
    part : "test", "train", "validation", or "all" for every image, whatever part it stands in
    history : History, optional, of its training
    model : path of its file or run, for the title and the date; optional
    commands : lines for a shell that repeat what the page tells
    threads, engine : as `Network.judge` takes them

    Returns
    -------
    Judgment or NumberJudgment, as `Network.judge` gives it

    Raises
    ------
    DataError, ArgumentError, EngineError
        As `fullstride.runs.subject` and `Network.judge`.
    FileFormatError
        If there is no file `model`, or the configuration in the network is not that of a run.
    OutputError
        If the file cannot be written.

    Notes
    -----
    The page loads nothing: styles and pictures stand in it. The same model, data, machine and versions give the same
    bytes: its only date is that of the model file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import fullstride
    >>> outcome = fullstride.train("digits", epochs=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = pathlib.Path(folder, "report.html")
    ...     found = write_report(outcome.network, outcome.data, page, history=outcome.history)
    ...     page.read_text(encoding="utf-8")[:15], found.accuracy == outcome.test_accuracy
    ('<!DOCTYPE html>', True)
    """
    date = None if model is None else date_of(model)
    data = identified(data)
    shown = subject(network, data, part)
    judged = joined([network.judge(X, y, threads=threads, engine=engine) for X, y in shown])
    name = "A network" if model is None else str(model)
    parts = [
        *sections(judged),
        gallery(network, judged, [X for X, _ in shown], threads, engine),
        learning(history, network),
        data_section(data, part, judged.count, was_changed(network, data)),
        network_section(network),
        configuration_section(network, name),
        repeat_section(network, data.digest, date, commands, engine),
    ]
    title = f"{name} on {data.name}"
    of = "" if part == "all" else f" of its {part} part"
    top = [
        h("h1", title),
        h("p", f"fullstride's report on {images_of(judged.count)}{of}", class_="quiet"),
        headline(judged),
        h("nav", h("ul", *map(_link, parts)), aria_label="Contents"),
    ]
    page = _page(title, h("main", *top, *parts))
    # What no encoding knows, as a folder may be called, is shown as an escape.
    write_bytes(path, page.encode("utf-8", "backslashreplace"))
    return judged


def _link(part: Html) -> Html:
    """To a section, by its own name and title."""
    found = re.search(r'id="(\w+)-title">(.*?)</h2>', part)
    assert found is not None
    return h("li", h("a", Html(found[2]), href=f"#{found[1]}"))


def _page(title: str, body: Html) -> str:
    style = Html(Path(__file__).with_name("style.css").read_text(encoding="utf-8"))
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", http_equiv="Content-Security-Policy", content=POLICY),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", title),
        h("style", style),
    )
    return f"<!DOCTYPE html>\n{h('html', head, h('body', body), lang='en')}\n"
