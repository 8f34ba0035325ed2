"""Stages that go over images row by row, with the same arithmetic for every element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fullstride.geometry import Pair
from fullstride.native.emit import Emitter, Lanes, Term, Value, split_lanes
from fullstride.program.machine import Machine
from fullstride.program.stages import Rows, View


def for_vectors(e: Emitter, n: int, body: Callable[[Term, Lanes], None]) -> None:
    """body(offset, lanes) for a row of n elements: a loop over the full vectors, then the rest."""
    full = n - n % e.lanes
    if full == e.lanes:
        body(0, Lanes(0, e.lanes, e.lanes))
    elif full:
        with e.loop(0, full, e.lanes) as offset:
            body(offset, Lanes(0, e.lanes, e.lanes))
    for part in split_lanes(n % e.lanes, e.lanes, full):
        body(part.offset, part)


def channel_groups(parts: list[Lanes], vectors: int) -> list[tuple[int, int, list[Lanes]]]:
    """(first channel, how many such groups follow each other, the vectors of one group)."""
    full = [part for part in parts if part.count == part.width == parts[0].width]
    n_full = len(full) // vectors
    groups = []
    if n_full:
        groups.append((0, n_full, parts[:vectors]))
    rest = parts[n_full * vectors :]
    for start in range(0, len(rest), vectors):
        chosen = rest[start : start + vectors]
        groups.append((chosen[0].offset, 1, chosen))
    return groups


def for_groups(e: Emitter, first: int, count: int, group: list[Lanes], body: Callable[[Term], None]) -> None:
    """body(c) for each of `count` groups of equal vectors, the first of which starts at channel `first`."""
    if count == 1:
        body(first)
        return
    width = sum(part.count for part in group)
    with e.loop(first, first + count * width, width) as c:
        body(c)


def whole_rows(size: Pair, n_C: int, *views: View | None) -> tuple[Pair, int]:
    """(rows, columns) and elements to go over at once: pixels, rows, or the whole image, as all views allow."""
    present = [view for view in views if view is not None]
    if any(view.pixel != n_C for view in present):
        return size, n_C
    if any(view.row != size[1] * n_C for view in present):
        return (size[0], 1), size[1] * n_C
    return (1, 1), size[0] * size[1] * n_C


def for_rows(
    e: Emitter,
    count: Value,
    size: Pair,
    n_C: int,
    places: list[tuple[Value, View]],
    body: Callable[..., None],
) -> None:
    """body(pointers, lanes) for every vector of `count` images, the pointers in the order of `places`."""
    (n_rows, n_columns), run = whole_rows(size, n_C, *(view for _, view in places))
    with e.loop(0, count) as image, e.loop(0, n_rows) as h, e.loop(0, n_columns) as w:

        def vector(offset: Term, part: Lanes) -> None:
            pointers = [
                e.at(base, e.times(image, view.image), e.times(h, view.row), e.times(w, view.pixel), offset)
                for base, view in places
            ]
            body(pointers, part)

        for_vectors(e, run, vector)


def describe_rows(role: str) -> Callable[[Rows, Machine], tuple[str, str, str]]:
    def describe(stage: Rows, _: Machine) -> tuple[str, str, str]:
        endings = [("mask", stage.mask is not None), ("add", stage.accumulate)]
        name = role + ("_forward" if role == "relu" and stage.relu else "_backward" if role == "relu" else "")
        geometry = f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}"
        return name, geometry + "".join(f"_{word}" for word, on in endings if on), ""

    return describe


def emit_rows(e: Emitter, stage: Rows, arguments: dict[str, Any]) -> None:
    """y[i] = x[i], clipped, masked or added as the stage says."""
    places = [(arguments["x"], stage.x), (arguments["y"], stage.y)]
    if stage.mask is not None:
        places.append((arguments["mask"], stage.mask))

    def vector(pointers: list[Value], part: Lanes) -> None:
        value = e.load(pointers[0], part)
        if stage.relu:
            value = e.relu(value)
        if stage.mask is not None:
            value = e.keep_where_positive(value, e.load(pointers[2], part))
        if stage.accumulate:
            value = e.b.fadd(e.load(pointers[1], part), value)
        e.store(value, pointers[1], part)

    for_rows(e, arguments["count"], stage.size, stage.n_C, places, vector)
