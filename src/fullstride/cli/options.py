"""Options that several commands share, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fullstride.cli import completion, parsing
from fullstride.cli.parsing import ENGINES, MODEL_HELP, whole

DATA_HELP = (
    "digits (they come with fullstride), mnist, fashion-mnist, kmnist, emnist, cifar-10, cifar-100 (downloaded once, "
    "or read from --data-dir), or the path of a folder: of images, one subfolder a class, or of four IDX files. "
    "A folder that bears a known name is written ./mnist"
)
Model = Annotated[Path, typer.Argument(metavar="MODEL", help=MODEL_HELP, autocompletion=completion.files)]
Data = Annotated[
    str | None,
    typer.Argument(metavar="DATA", help=f"{DATA_HELP}. [default: digits]", autocompletion=completion.data),
]
OfModel = Annotated[
    str | None,
    typer.Argument(
        metavar="DATA",
        help="As for train. [default: what the model was trained on]",
        autocompletion=completion.data,
    ),
]
PartOfData = Annotated[
    str,
    typer.Option(
        "--part",
        metavar="<test|train|validation|all>",
        help="Which images of it; all: every one, whatever part it stands in.",
        callback=parsing.part,
        autocompletion=completion.words("test", "train", "validation", "all"),
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Where the files of a known set are, gzipped, packed or not.",
        autocompletion=completion.files,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        autocompletion=completion.files,
        help="A TOML file with the run's configuration (docs/configuration.md), or a model, whose run is repeated. "
        "What stands on the command line comes before it.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        autocompletion=completion.settings,
        help="Any key of the configuration, such as --set training.clip=1.0 --set augmentation.flip=true; may be "
        "given several times.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        parser=whole(),
        metavar="N",
        callback=parsing.seed_,
        help="Of the first parameters, the validation part, the order of the images and their augmentation: the same "
        "seed gives the same network, with any number of threads. [default: 0]",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        parser=whole(1, 256),
        metavar="N",
        help="How many compute; results do not depend on it. [default: FULLSTRIDE_NUM_THREADS, else OMP_NUM_THREADS, "
        "else one a processor]",
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar=ENGINES,
        callback=parsing.engine,
        autocompletion=completion.words("native", "steps"),
        help="native: machine code, made for this network and this processor. steps: the loops of the blackboard, "
        "thousands of times slower. [default: native]",
    ),
]
NetworkName = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="NAME",
        autocompletion=completion.architectures,
        help="An architecture: default, lenet5, small, vgg, resnet20, resnet32 or resnet56. [default: default]",
    ),
]
Size = Annotated[
    int | None,
    typer.Option(
        "--size",
        parser=whole(1),
        metavar="N",
        help="Images of a folder are brought to N x N. [default: as they are]",
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option("--batch-size", parser=whole(1), metavar="N", help="Images a step. [default: 32]"),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse a folder with image files that cannot be read.")
]
