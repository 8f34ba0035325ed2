"""Values on the command line: their parsers and checks, whose complaints are sentences of ours."""

from __future__ import annotations

import contextlib
import math
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

ENGINES = "<native|steps>"
MODEL_HELP = "The folder of a run, or a model file."


def whole(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """A parser of whole numbers whose complaint is a sentence of ours."""
    wanted = "whole number"
    if least is not None:
        wanted += f" >= {least}" if most is None else f" from {least} to {most}"

    def whole_number(text: str) -> int:
        with contextlib.suppress(ValueError):
            value = int(text)
            if (least is None or least <= value) and (most is None or value <= most):
                return value
        raise typer.BadParameter(f"{str(text)!r} is no {wanted}")

    return whole_number


def shape(text: str) -> tuple[int, int, int]:
    """The shape of an image.

    >>> shape("28x28x1"), shape("24x32")
    ((28, 28, 1), (24, 32, 1))
    """
    sizes = str(text).lower().split("x")
    if len(sizes) not in (2, 3) or not all(size.isdecimal() and int(size) for size in sizes):
        raise typer.BadParameter(f"{str(text)!r} is no shape like 28x28x1: height, width and channels")
    n_H, n_W, *n_C = map(int, sizes)
    return n_H, n_W, n_C[0] if n_C else 1


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no number") from None


def learning_rate(value: float | None) -> float | None:
    if value is not None and not 0 < value < math.inf:
        raise typer.BadParameter(f"{value} is not a finite number > 0")
    return value


def seed_(value: int | None) -> int | None:
    if value is not None and not 0 <= value < 2**64:
        raise typer.BadParameter(f"{value} is not in the range 0<=x<2**64")
    return value


def fraction(value: float | None) -> float | None:
    if value is not None and not 0 <= value < 1:
        raise typer.BadParameter(f"{value} is not in the range 0<=x<1")
    return value


def engine(value: str | None) -> str | None:
    if value is not None and value not in ("native", "steps"):
        raise typer.BadParameter(f"{value!r} is neither native nor steps")
    return value


def part(value: str) -> str:
    if value not in ("test", "train", "validation", "all"):
        raise typer.BadParameter(f"{value!r} is neither test, train, validation nor all")
    return value


def overrides(settings: Sequence[str] | None, **options: Any) -> dict[str, object]:
    """Keys of the configuration, from options and from KEY=VALUE; the latter come last.

    >>> overrides(["training.clip=1.0", "augmentation.flip=true", "data.name=photos"], training__lr=0.1, seed=None)
    {'training.lr': 0.1, 'training.clip': 1.0, 'augmentation.flip': True, 'data.name': 'photos'}
    """
    found = {name.replace("__", "."): value for name, value in options.items() if value is not None}
    for item in settings or ():
        name, equals, text = item.partition("=")
        if not equals:
            raise typer.BadParameter(f"{item!r} is not of the form KEY=VALUE", param_hint="'--set'")
        found[name.strip()] = _toml_value(text.strip())
    return {name: str(value) if isinstance(value, Path) else value for name, value in found.items()}


def _toml_value(text: str) -> object:
    """A value as a TOML file has it; a bare word is a string, as on any command line."""
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return document["value"] if len(document) == 1 else text
