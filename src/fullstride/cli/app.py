"""The commands, their arguments and their help. What a command does stands in a module of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from fullstride.cli import completion, parsing, training
from fullstride.cli.options import Engine, Model, Threads
from fullstride.cli.parsing import MODEL_HELP, number, whole

app = typer.Typer(
    name="fullstride",
    rich_markup_mode=None,  # plain help: it starts in half the time, and can be copied and piped
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
cache = typer.Typer(
    rich_markup_mode=None,
    help="""Look after the cache of compiled code: fullstride info says where it is and how large.

    \b
    Examples:
      fullstride cache clear
    """,
    short_help="Look after the cache of compiled code.",
)
app.add_typer(cache, name="cache")
training.register(app)


def run(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit code. Errors and Ctrl-C are the caller's."""
    command = typer.main.get_command(app)
    if completion.VARIABLE in os.environ:
        command.main(list(arguments), "fullstride", completion.VARIABLE)  # answers the shell, and ends
    try:
        with command.make_context("fullstride", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    return 0


def _version(wanted: bool) -> None:
    if wanted:
        from fullstride import __version__

        print(f"fullstride {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def fullstride(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="After an error, print the traceback too (with any command).")
    ] = False,
) -> None:
    """Convolutional networks, step by step, at full stride.

    \b
    A first tour:
      fullstride train                          train on 1,437 handwritten digits
      fullstride summary runs/digits-1          the layers of what came out
      fullstride predict runs/digits-1 my.png   what it sees in an image of yours

    Each command has a --help of its own.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(2)


@app.command()
def predict(
    model: Model,
    images: Annotated[
        list[Path],
        typer.Argument(
            metavar="IMAGE",
            help="Image files: PNG, JPEG, GIF, BMP, TIFF, WebP ...",
            autocompletion=completion.files,
        ),
    ],
    top: Annotated[
        int,
        typer.Option(
            parser=whole(1), metavar="N", help="How many classes to print, the most probable first."
        ),
    ] = 3,
    threads: Threads = None,
    engine: Engine = None,
) -> None:
    """Print the most probable classes of image files.

    The images may have any size and colours: they are converted as the model's training images
    were made. For digits that is: cropped to the ink, resized, centred, light on dark.

    \b
    Examples:
      fullstride predict runs/digits-1 seven.png
      fullstride predict runs/mnist-1/model.safetensors scans/*.jpg --top 1
    """
    from fullstride.cli.predict import predict as run_prediction

    if not run_prediction(model, images, top=top, threads=threads, engine=engine or "native"):
        raise typer.Exit(1)


@app.command(short_help="Print the layers of a model, and what each costs.")
def summary(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL|ARCHITECTURE",
            help=f"{MODEL_HELP[:-1]}, or the name of an architecture, as --network of train takes it.",
            autocompletion=completion.architectures,
        ),
    ],
    input_shape: Annotated[
        Any,  # a triple; typer would take a tuple for three words
        typer.Option(
            parser=parsing.shape,
            metavar="HxWxC",
            help="Of an architecture: the images that it is shown for. [default: 32x32x3]",
        ),
    ] = None,
    classes: Annotated[
        int | None,
        typer.Option(parser=whole(1), metavar="N", help="Of an architecture. [default: 10]"),
    ] = None,
    time: Annotated[
        bool,
        typer.Option(
            "--time",
            help="Measure, for a second or two: how each layer runs, its memory, and its time in a prediction and in "
            "a training step.",
        ),
    ] = False,
    batch: Annotated[
        int | None,
        typer.Option(parser=whole(1), metavar="M", help="Images of what --time measures. [default: 64]"),
    ] = None,
    threads: Threads = None,
) -> None:
    """Print the layers of a model: shapes, parameters, multiply-adds, receptive fields.

    Below them: the images it takes, its classes and, if the file says so, what it was trained on.

    \b
    Examples:
      fullstride summary runs/digits-1
      fullstride summary resnet20 --input-shape 32x32x3
      fullstride summary lenet5 --input-shape 28x28x1 --time --batch 128
    """
    from fullstride.cli.summary import summarize

    summarize(model, input_shape, classes, time, batch, threads)


@app.command(short_help="Print what runs: program, plan, LLVM IR or assembly.")
def dump(
    model: Model,
    stage: Annotated[
        str,
        typer.Option(
            metavar="<program|plan|ir|asm>",
            autocompletion=completion.words("program", "plan", "ir", "asm"),
            help="program: the operations. plan: phases, calls, memory. ir: LLVM's instructions before they are "
            "optimized. asm: the processor's instructions, annotated.",
        ),
    ],
    layer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of one layer alone, such as conv1. [default: all]")
    ] = None,
    purpose: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="<training|inference>",
            help="A training step, or a prediction.",
            autocompletion=completion.words("training", "inference"),
        ),
    ] = "training",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            help="Write here. [default: stdout]",
            autocompletion=completion.files,
        ),
    ] = None,
) -> None:
    """Print what runs, at one stage of its way from the layers to the processor.

    Above each kernel of the assembly stands its name in words and the loop nest that it was made from; above
    each innermost loop, what it does in a turn and how near to the processor's best it can come.
    FULLSTRIDE_TARGET chooses another processor's code, as far as this one can run it.

    \b
    Examples:
      fullstride dump runs/digits-1 --stage plan
      fullstride dump runs/digits-1 --stage asm --layer conv1 -o conv1.s
      fullstride dump runs/digits-1 --stage ir --for inference | less
    """
    from fullstride.cli.dump import dump as run_dump

    run_dump(model, stage, layer, purpose, out)


@app.command(short_help="Print what fullstride runs on.")
def info() -> None:
    """Print what fullstride runs on: processor, target, threads, cache, versions.

    \b
    Examples:
      fullstride info
    """
    from fullstride.cli.info import information

    for name, value in information():
        print(f"{name:<12} {value}")


def _expression(value: str) -> str:
    import re

    try:
        re.compile(value)
    except re.error as error:
        raise typer.BadParameter(f"{value!r} is no regular expression: {error}") from None
    return value


def _seconds(value: float | None) -> float | None:
    if value is not None and not 0 < value <= 60:
        raise typer.BadParameter(f"{value} is not in the range 0<x<=60")
    return value


@app.command(short_help="Measure speed and memory beside PyTorch and others.")
def bench(
    only: Annotated[
        str,
        typer.Option(
            metavar="REGEX", callback=_expression, help="Only what has a name in which this is found."
        ),
    ] = "",
    show: Annotated[
        bool, typer.Option("--list", help="Print the names of what is measured, and end.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="One short round each: does it work, and what is it like?")
    ] = False,
    threads: Annotated[int, typer.Option(parser=whole(1, 256), metavar="N", help="Of each contestant.")] = 2,
    rounds: Annotated[
        int | None,
        typer.Option(parser=whole(1), metavar="N", help="Turns of each contestant in a case. [default: 7]"),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            parser=number,
            metavar="SECONDS",
            callback=_seconds,
            help="The length of a turn. [default: 0.3]",
        ),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write everything here, each round too.", autocompletion=completion.files
        ),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the ratios here, as PNG.", autocompletion=completion.files),
    ] = None,
) -> None:
    """Measure fullstride beside PyTorch, onnxruntime and NumPy on this machine.

    Training steps and inference of whole networks, single convolutions, compilation, memory. Each
    contestant is a process of its own; they compute the same things, which is checked, and are
    measured in turn while the others stand still. The peers come with pip install
    'fullstride[peers]'; without them fullstride is measured alone.

    \b
    Examples:
      fullstride bench --quick
      fullstride bench --only step
      fullstride bench --json bench.json --picture bench.png

    The whole takes a quarter of an hour. Let nothing else run meanwhile: it is told if something did.
    """
    from fullstride.bench.run import Request
    from fullstride.cli.bench import list_items, run_bench

    turns: dict[str, Any] = {"rounds": rounds, "seconds": seconds}
    turns = {name: value for name, value in turns.items() if value is not None}
    if quick and turns:
        raise typer.BadParameter(f"--quick sets how many rounds and how long; got --{next(iter(turns))} too")
    request = Request(threads, only=only, **turns)
    request = request.quick() if quick else request
    if show:
        list_items(request)
    elif not run_bench(request, json, picture):
        raise typer.Exit(1)


@cache.command()
def clear() -> None:
    """Remove all compiled code; the next run compiles anew, which takes a fraction of a second.

    \b
    Examples:
      fullstride cache clear
    """
    from fullstride.cli.info import clear_cache

    print(clear_cache())
