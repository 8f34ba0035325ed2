"""The rules of single keys: each is a function (value, where, name) -> the value in its one form, or an error.

`where` is the file or function for the message, `name` the dotted key. Numbers become Python's, lists become tuples.
"""

from __future__ import annotations

import itertools
import math
import numbers
import operator
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from fullstride import layers
from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Layer

Rule: TypeAlias = Callable[[object, str, str], Any]


def shown(value: object) -> str:
    """What came, for a message: not longer than 80 characters."""
    try:
        return f"{value!r:.80}"
    except ValueError:  # Python does not write out whole numbers of thousands of digits
        return "a value too long to be shown"


def _type_error(rule: str, value: object) -> DtypeError:
    return DtypeError(f"{rule}; got {shown(value)} of type {type(value).__name__}")


def whole(least: int, most: int = 2**63 - 1) -> Rule:
    """A whole number from least to most; 63 bits are as many as every reader of TOML takes."""
    upper = f"< 2**{most.bit_length()}" if most.bit_length() > 62 else f"<= {most}"

    def check(value: object, where: str, name: str) -> int:
        rule = f"{where}: {name} must be a whole number >= {least} and {upper}"
        if isinstance(value, (bool, np.bool_)):
            raise _type_error(rule, value)
        try:
            number = operator.index(value)  # type: ignore[arg-type]  # what has no index is refused below
        except TypeError:
            raise _type_error(rule, value) from None
        if not least <= number <= most:
            raise ArgumentError(f"{rule}; got {shown(number)}")
        return number

    return check


def number(
    least: float, most: float = math.inf, *, above: bool = False, below: bool = False, what: str = "a number"
) -> Rule:
    """A finite number from least to most; `above` and `below` leave the ends out."""

    def check(value: object, where: str, name: str) -> float:
        short = name.rpartition(".")[2]
        upper = "" if most == math.inf else f" {'<' if below else '<='} {most:g}"
        kind = what.replace("number", "finite number") if most == math.inf else what
        rule = f"{where}: {name} must be {kind}, {least:g} {'<' if above else '<='} {short}{upper}"
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            raise _type_error(rule, value)
        try:
            result = float(value) + 0.0  # -0.0 is 0.0
        except OverflowError:
            result = math.inf
        low = result > least if above else result >= least
        high = result < most if below else result <= most
        if not (low and high and math.isfinite(result)):
            raise ArgumentError(f"{rule}; got {shown(value)}")
        return result

    return check


def flag(value: object, where: str, name: str) -> bool:
    """true or false, and no other thing that counts as one."""
    if not isinstance(value, (bool, np.bool_)):
        raise _type_error(f"{where}: {name} must be true or false", value)
    return bool(value)


def choice(*names: str) -> Rule:
    """One of some words."""

    def check(value: object, where: str, name: str) -> str:
        rule = f"{where}: {name} must be {alternatives(names)}"
        if not isinstance(value, str):
            raise _type_error(rule, value)
        if value not in names:
            raise ArgumentError(f"{rule}; got {shown(value)}")
        return value

    return check


def alternatives(names: Sequence[str]) -> str:
    """
    >>> alternatives(("sgd", "adam", "adamw"))
    '"sgd", "adam" or "adamw"'
    """
    quoted = [f'"{name}"' for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def path(value: object, where: str, name: str) -> str:
    """The name of a data set or the path of a folder, as text that a file can hold."""
    rule = f"{where}: {name} must be a name or a path, as text"
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else value
    if not isinstance(text, str):
        raise _type_error(rule, value)
    if not text or "\0" in text:
        raise ArgumentError(f"{rule} of at least one character, without NUL; got {shown(text)}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ArgumentError(f"{rule} that UTF-8 can hold; got {shown(text)}") from None
    return str(text)


def channels(value: object, where: str, name: str) -> int:
    """1 for grey, 3 for RGB."""
    rule = f"{where}: {name} must be 1 (grey) or 3 (RGB)"
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise _type_error(rule, value)
    if value not in (1, 3):
        raise ArgumentError(f"{rule}; got {shown(value)}")
    return int(value)


def _items(value: object, rule: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _type_error(rule, value)
    return list(value)


def size(value: object, where: str, name: str) -> tuple[int, int]:
    """An int, or (n_H, n_W), as a pair."""
    if not isinstance(value, (list, tuple)):
        value = [value, value]
    if len(value) != 2:
        raise ArgumentError(
            f"{where}: {name} must be a whole number or two, n_H and n_W; got {len(value)}: {shown(value)}"
        )
    n_H, n_W = (whole(1)(item, where, name) for item in value)
    return n_H, n_W


def milestones(value: object, where: str, name: str) -> tuple[int, ...]:
    """Epochs, each later than the one before."""
    rule = f"{where}: {name} must be a list of epochs, whole numbers >= 1, each greater than the one before"
    epochs = tuple(whole(1)(item, where, f"{name}[{i}]") for i, item in enumerate(_items(value, rule)))
    if any(later <= earlier for earlier, later in itertools.pairwise(epochs)):
        raise ArgumentError(f"{rule}; got {shown(list(epochs))}")
    return epochs


def scale(value: object, where: str, name: str) -> tuple[float, float]:
    """Between which factors an image is scaled."""
    rule = f"{where}: {name} must be two numbers, 0.1 <= least <= greatest <= 10"
    factors = [number(0.1, 10)(item, where, f"{name}[{i}]") for i, item in enumerate(_items(value, rule))]
    if len(factors) != 2 or factors[0] > factors[1]:
        raise ArgumentError(f"{rule}; got {shown(factors)}")
    return factors[0], factors[1]


def class_weights(value: object, where: str, name: str) -> str | tuple[float, ...]:
    """ "none", "balanced", or a number for each class."""
    rule = f'{where}: {name} must be "none", "balanced" or a list of one positive number a class'
    if isinstance(value, str):
        if value not in ("none", "balanced"):
            raise ArgumentError(f"{rule}; got {shown(value)}")
        return value
    items = _items(value, rule)
    if not items:
        raise ArgumentError(f"{rule}; got an empty list")
    return tuple(number(0, above=True)(item, where, f"{name}[{i}]") for i, item in enumerate(items))


def layer_list(value: object, where: str, name: str) -> tuple[Layer, ...]:
    """Layers, or what `Layer.to_dict` says of them."""
    rule = f"{where}: {name} must be a list of at least one layer, each a table with its kind"
    items = _items(value, rule)
    if not items:
        raise ArgumentError(f"{rule}; got an empty list")
    return tuple(_layer(item, where, f"{name}[{i}]") for i, item in enumerate(items))


def _layer(value: object, where: str, name: str) -> Layer:
    if isinstance(value, Layer):  # one that a file could not hold is refused too
        value = value.to_dict()
    if not isinstance(value, Mapping):
        raise _type_error(f'{where}: {name} must be a layer, a table such as {{kind = "relu"}}', value)
    try:
        return layers.from_dict(value)
    except (ValueError, RecursionError, OverflowError) as error:  # a FileFormatError is a ValueError too
        raise ArgumentError(f"{where}: {name} cannot be used: {error}") from error
