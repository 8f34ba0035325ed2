"""The commands around training, their arguments and their help: train, evaluate, report, find-lr, data, show-batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from fullstride.cli import completion, parsing
from fullstride.cli.options import (
    DATA_HELP,
    BatchSize,
    Config,
    Data,
    DataDir,
    Engine,
    Model,
    NetworkName,
    OfModel,
    PartOfData,
    Seed,
    Settings,
    Size,
    Strict,
    Threads,
)
from fullstride.cli.parsing import overrides, whole


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    commands: tuple[tuple[Callable[..., None], str], ...] = (
        (train, "Train a network on images, and test it."),
        (evaluate, "Judge a model on images with labels."),
        (report, "Write all about a model into one HTML page."),
        (find_lr, "Look for a learning rate."),
        (data, "Say what a data set is: classes, sizes, duplicates."),
        (show_batch, "Draw images as the network sees them."),
    )
    for command, short_help in commands:
        app.command(short_help=short_help)(command)


def train(
    data: Data = None,
    data_dir: DataDir = None,
    config: Config = None,
    network: NetworkName = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            parser=whole(1),
            metavar="N",
            help="How often each image is seen. [default: 30; 3 from 10,000 images on]",
        ),
    ] = None,
    batch_size: BatchSize = None,
    lr: Annotated[
        float | None,
        typer.Option(
            parser=parsing.number,
            metavar="RATE",
            callback=parsing.learning_rate,
            help="The learning rate. [default: 0.05; 0.02 from 10,000 images on]",
        ),
    ] = None,
    momentum: Annotated[
        float | None,
        typer.Option(
            parser=parsing.number,
            metavar="PART",
            callback=parsing.fraction,
            help="The part of its last update that a parameter repeats. [default: 0.9]",
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(
            metavar="<sgd|adam|adamw>",
            help="How parameters follow their gradients. [default: sgd]",
            autocompletion=completion.words("sgd", "adam", "adamw"),
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(
            metavar="<constant|step|cosine|one-cycle>",
            autocompletion=completion.words("constant", "step", "cosine", "one-cycle"),
            help="How the learning rate goes from step to step. [default: constant]",
        ),
    ] = None,
    weight_decay: Annotated[
        float | None,
        typer.Option(parser=parsing.number, metavar="RATE", help="Pulls weights towards 0. [default: 0]"),
    ] = None,
    early_stopping: Annotated[
        int | None,
        typer.Option(
            parser=whole(0),
            metavar="N",
            help="End after N epochs without a lower validation loss, with the best epoch's parameters. [default: 0, "
            "never]",
        ),
    ] = None,
    shift: Annotated[
        int | None,
        typer.Option(
            parser=whole(0),
            metavar="PIXELS",
            help="Move each training image by up to so many, anew each time. [default: 0]",
        ),
    ] = None,
    flip: Annotated[
        bool | None,
        typer.Option("--flip/--no-flip", help="Mirror every second training image. [default: no]"),
    ] = None,
    validation: Annotated[
        float | None,
        typer.Option(
            parser=parsing.number,
            metavar="PART",
            callback=parsing.fraction,
            help="The part of the training images that is kept to watch the progress; 0 for none. "
            "[default: 0.1; 0.05 from 10,000 images on]",
        ),
    ] = None,
    size: Size = None,
    strict: Strict = False,
    seed: Seed = None,
    settings: Settings = None,
    threads: Threads = None,
    engine: Engine = None,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact",
            help="Convolutions add up their products as they stand: never Winograd's algorithm, which takes "
            "half the time for 3x3 filters with 16 channels or more, and rounds a little more.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            autocompletion=completion.files,
            help="A new or empty folder for the results. [default: runs/DATA-N, N the first free number]",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the run in --out (or the last one on this data) from its checkpoint, to the same bits "
            "as if it had never stopped. Options need not be repeated; others than those of the run are refused.",
        ),
    ] = False,
    checkpoint_every: Annotated[
        int | None,
        typer.Option(
            parser=whole(1),
            metavar="STEPS",
            help="Leave a checkpoint after so many steps. [default: after each epoch, at most once a second]",
        ),
    ] = None,
) -> None:
    """Train a network on images, then test it once on images that it has never seen.

    \b
    Examples:
      fullstride train
      fullstride train photos --size 64 --flip --early-stopping 5
      fullstride train mnist --data-dir ~/data/mnist --out runs/first
      fullstride train --config run.toml --seed 1
      fullstride train --config runs/mnist-1   # the same run again, to the bit
      fullstride train mnist --resume          # go on with the last run on mnist

    \b
    What the results are:
      model.safetensors    the network, for fullstride predict and fullstride.load
      history.jsonl        a line of JSON an epoch: loss, validation accuracy ...
      run.toml             the configuration, with nothing left open
      learning_curve.png   the history as a picture
      mistakes.png         the test images that it took for something else
    The pictures need matplotlib: pip install 'fullstride[plots]'

    Ctrl-C ends the training and keeps the network as it is then; a run that is killed leaves the
    network of an epoch before. Either goes on with --resume. The last line printed is the accuracy on
    the test images.
    """
    from fullstride.cli.train import Request
    from fullstride.cli.train import train as run_training

    asked = overrides(
        settings,
        data__name=data,
        data__dir=data_dir,
        data__validation=validation,
        data__size=size,
        data__strict=strict or None,
        network__architecture=network,
        network__exact=exact or None,
        training__epochs=epochs,
        training__batch_size=batch_size,
        training__lr=lr,
        training__momentum=momentum,
        training__optimizer=optimizer,
        training__schedule=schedule,
        training__weight_decay=weight_decay,
        training__early_stopping=early_stopping,
        augmentation__shift=shift,
        augmentation__flip=flip,
        seed=seed,
        engine=engine,
    )
    run_training(Request(config, asked, out, threads, resume, checkpoint_every))


def evaluate(
    model: Model,
    data: OfModel = None,
    data_dir: DataDir = None,
    part: PartOfData = "test",
    threads: Threads = None,
    engine: Engine = None,
    json: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the same as JSON (docs/judging.md names the keys); - for stdout, and nothing else there.",
        ),
    ] = None,
) -> None:
    """Judge a model on images with labels: classes, confusions, calibration, loss, accuracy.

    The last line is the accuracy, with the interval that so many images leave.

    \b
    Examples:
      fullstride evaluate runs/digits-1
      fullstride evaluate runs/mnist-1 mnist --data-dir ~/data/mnist
      fullstride evaluate runs/photos-1 other-photos --json photos.json
    """
    from fullstride.cli.evaluate import evaluate as run_evaluation

    run_evaluation(model, data, data_dir, part, threads, engine or "native", json)


def report(
    model: Model,
    data: OfModel = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE", help="The page.", autocompletion=completion.files)
    ] = Path("report.html"),
    data_dir: DataDir = None,
    part: PartOfData = "test",
    threads: Threads = None,
    engine: Engine = None,
) -> None:
    """Judge a model, and write all there is to know about it into one HTML page.

    Accuracy with its interval, classes, confusion, calibration, the worst mistakes with Grad-CAM, learning
    curves, data, layers, configuration, and how to repeat it. The page stands alone: it loads nothing.

    \b
    Examples:
      fullstride report runs/digits-1
      fullstride report runs/mnist-1 mnist --data-dir ~/data/mnist -o mnist.html
    """
    from fullstride.cli.report import report as run_report

    run_report(model, data, data_dir, part, threads, engine or "native", out)


def find_lr(
    data: Data = None,
    data_dir: DataDir = None,
    config: Config = None,
    network: NetworkName = None,
    batch_size: BatchSize = None,
    size: Size = None,
    seed: Seed = None,
    settings: Settings = None,
    threads: Threads = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the losses over the rates here, as PNG.",
            autocompletion=completion.files,
        ),
    ] = None,
) -> None:
    """Look for a learning rate: a hundred steps at ever larger rates, of which nothing stays.

    \b
    Examples:
      fullstride find-lr mnist --data-dir ~/data/mnist
      fullstride find-lr --config run.toml --picture rates.png
    """
    from fullstride.cli.evaluate import look_for_lr

    asked = overrides(
        settings,
        data__name=data,
        data__dir=data_dir,
        data__size=size,
        network__architecture=network,
        training__batch_size=batch_size,
        seed=seed,
    )
    look_for_lr(config, asked, threads, picture)


def data(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help=f"{DATA_HELP}.", autocompletion=completion.data)
    ],
    data_dir: DataDir = None,
    size: Size = None,
    strict: Strict = False,
) -> None:
    """Say what a data set is: images and classes, sizes, duplicates, and images in both train and test.

    A known set is downloaded, a folder of images decoded, if that was not done before.

    \b
    Examples:
      fullstride data cifar-10
      fullstride data photos --size 64
    """
    from fullstride.cli.data import report

    report(overrides(None, data__name=data, data__dir=data_dir, data__size=size, data__strict=strict or None))


def show_batch(
    data: Data = None,
    data_dir: DataDir = None,
    config: Config = None,
    size: Size = None,
    settings: Settings = None,
    seed: Seed = None,
    count: Annotated[int, typer.Option(parser=whole(1, 256), metavar="N", help="How many images.")] = 32,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", help="The PNG file.", autocompletion=completion.files),
    ] = Path("batch.png"),
) -> None:
    """Draw training images as the network sees them: normalized, and augmented as in the first epoch.

    \b
    Examples:
      fullstride show-batch mnist --set augmentation.rotation=15
      fullstride show-batch --config run.toml -o batch.png
    """
    from fullstride.cli.data import show_batch as draw

    asked = overrides(settings, data__name=data, data__dir=data_dir, data__size=size, seed=seed)
    draw(config, asked, out, count)
