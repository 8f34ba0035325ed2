"""Where a model comes from: how it learned, from what data, what it is made of, and how to have it again."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import fullstride
from fullstride.data import DataSet, describe
from fullstride.errors import FileFormatError, FullstrideError
from fullstride.formats import MODEL_NAME
from fullstride.native.machine import detect, processor
from fullstride.network import Network
from fullstride.report.charts import Line, line_chart
from fullstride.report.markup import Html, h, images_of, section, table
from fullstride.runs import ARRAYS, PART, STORED_AS, Configuration
from fullstride.training import History

CHANGED = (
    "These images or labels are others than those that the model was trained on: images that are judged may have been "
    "trained on."
)
NO_HISTORY = "There are none: the model file does not hold them, and no history.jsonl stands beside it."


def learning(history: History | None, network: Network) -> Html:
    """Loss and validation accuracy over the epochs."""
    if history is None or not history.epochs:
        return section("learning", "Learning curves", h("p", NO_HISTORY))
    epochs = [record["epoch"] for record in history.epochs]
    loss = [Line("training, during the epoch", [record["loss"] for record in history.epochs], "first")]
    validation = [record["validation_loss"] for record in history.epochs]
    accuracy = [record["validation_accuracy"] for record in history.epochs]
    if any(value is not None for value in validation):
        loss.append(Line("validation, after the epoch", validation, "second dashed"))
    charts = [line_chart("Loss over the epochs", "loss", epochs, loss)]
    known = [value for value in accuracy if value is not None]
    if known:
        line = Line("validation", accuracy, "second dashed")
        charts.append(
            line_chart("Validation accuracy over the epochs", "accuracy", epochs, [line], percent=True)
        )
    last = history.epochs[-1]
    words = (
        f"{len(epochs):,} epoch{'' if len(epochs) == 1 else 's'}; the last with a loss of {last['loss']:.4f}"
    )
    words += f" and a validation accuracy of {100 * known[-1]:.2f} %." if known else "."
    words += _parameters(history, network)
    return section("learning", "Learning curves", h("p", words), h("div", *charts, class_="charts"))


def _parameters(history: History, network: Network) -> str:
    """Which epoch's they are: the best come back at the regular end of a run alone."""
    if PART in network.configuration or history.interrupted:
        done, of = network.configuration.get(PART, len(history.epochs)), ""
        if STORED_AS in network.configuration:
            of = f" of {Configuration.from_model(network.configuration).training.epochs}"
        return (
            f" The run did not come to its end; epochs completed: {done}{of}. "
            "The parameters are those that it had reached."
        )
    if history.best_epoch is None:
        return ""
    return f" The parameters are those of epoch {history.best_epoch}, which had the lowest validation loss."


def data_section(data: DataSet, part: str, count: int, changed: bool) -> Html:
    """What `fullstride data` says, and how many images each class has."""
    found = describe(data)
    first, *rest = str(found).splitlines()
    counts = [
        [name, *(f"{found.counts[part][c]:,}" for part in found.counts)]
        for c, name in enumerate(found.class_names)
    ]
    on = "every image" if part == "all" else f"its {part} part"
    return section(
        "data",
        "Data",
        h("p", first),
        h("ul", *(h("li", line) for line in rest), class_="plain"),
        h(
            "p",
            f"Judged on {on}: {count:,} of {images_of(sum(map(sum, found.counts.values())))}.",
            class_="quiet",
        ),
        *([h("p", CHANGED)] if changed else []),
        table("Images of each class", ["class", *found.counts], counts),
    )


def network_section(network: Network) -> Html:
    """The table of the layers."""
    summary = network.summary()
    branches = any(row.source for row in summary.rows)
    head = ["layer", "output shape", "parameters", "multiply-adds", "sees", *(["reads"] if branches else [])]
    rows = [
        [
            row.layer,
            _size(row.output_shape),
            f"{row.parameters:,}",
            f"{row.multiply_adds:,}",
            _size(row.receptive_field),
            *([" + ".join(row.source)] if branches else []),
        ]
        for row in summary.rows
    ]
    states = f" and {summary.states:,} running statistics" if summary.states else ""
    words = (
        f"{summary.parameters:,} parameters{states}; {summary.multiply_adds:,} multiply-adds for an image of "
        f"{_size(summary.input_shape)}; {network.dtype}."
    )
    return section("network", "Network", h("p", words), table("Layers", head, rows, words=(0, 1, 5)))


def configuration_section(network: Network, model: str) -> Html:
    """The run's configuration, as the TOML file that repeats it."""
    if STORED_AS not in network.configuration:
        return section(
            "configuration", "Configuration", h("p", "The model file does not say how the model was trained.")
        )
    configuration = Configuration.from_model(network.configuration, model)
    arrays = ARRAYS in network.configuration
    again = 'fullstride.train(data, config="run.toml")' if arrays else "fullstride train --config run.toml"
    return section(
        "configuration",
        "Configuration",
        h(
            "p",
            "Nothing is left open. As a file, ",
            h("code", "run.toml"),
            f", it repeats the run{', with the same arrays as data, in Python' if arrays else ''}: ",
            h("code", again),
            ".",
        ),
        h("pre", h("code", configuration.to_toml()), tabindex=0),
    )


def repeat_section(
    network: Network, digest: str, date: str | None, commands: Sequence[str], engine: str
) -> Html:
    """Commands, versions, seed, machine."""
    shown = [h("pre", h("code", "\n".join(commands)), tabindex=0)] if commands else []
    return section(
        "repeat",
        "How to repeat it",
        *shown,
        h(
            "dl",
            *(
                h(tag, text)
                for name, value in _facts(network, digest, date, engine)
                for tag, text in (("dt", name), ("dd", value))
            ),
            class_="facts",
        ),
    )


def _facts(network: Network, digest: str, date: str | None, engine: str) -> list[tuple[str, str]]:
    facts = [("seed of the parameters", str(network.seed)), ("judged data, SHA-256", digest)]
    trained = str(network.configuration.get("digest", "not known"))
    if STORED_AS in network.configuration and trained != digest:
        facts.append(("training data, SHA-256", trained))
    if date is not None:
        facts.append(("model file written", date))
    facts += [
        ("fullstride", fullstride.__version__),
        ("Python", f"{platform.python_version()} on {platform.system()}, {platform.machine()}"),
        ("NumPy, llvmlite", f"{version('numpy')}, {version('llvmlite')}"),
        ("processor", processor()),
        ("engine", engine if engine == "steps" else f"native, {_target()}"),
    ]
    return facts


def date_of(model: str | os.PathLike[str]) -> str:
    """When a model file was written: the date of what is judged, the same whenever it is judged.

    Raises
    ------
    FileFormatError
        If there is no such file.
    """
    file = Path(model)
    file = file / MODEL_NAME if file.is_dir() else file
    try:
        return f"{datetime.fromtimestamp(file.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
    except OSError as error:
        raise FileFormatError(f"there is no model file {file}") from error


def _target() -> str:
    try:
        found = detect()
    except FullstrideError as error:
        return f"none: {error}"
    return f"{found.name}, vectors of {found.vector_bits} bits"


def _size(shape: Sequence[int]) -> str:
    return "×".join(str(n) for n in shape)
