"""Layouts with a border, arenas, and the number of images that go together."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from fullstride.program.plan import Arena, Layout, Plan, Slot, tile_size, widest
from tests.support.kernels import machine_of


def test_a_layout_is_an_array_with_a_border() -> None:
    layout = Layout(3, 4, 2, ((1, 2), (3, 0)))
    image = np.arange(layout.size).reshape(3 + 1 + 2, 4 + 3 + 0, 2)
    inside = image[1:4, 3:7]
    assert layout.origin == inside[0, 0, 0]
    for h in range(3):
        for w in range(4):
            assert layout.offset(h, w) == inside[h, w, 0]
    assert layout.offset(-1, -3) == 0
    assert layout.bordered
    assert not Layout(3, 4, 2).bordered
    view = layout.view(99)
    assert (view.image, view.row, view.pixel) == (99, 14, 2)


def test_the_widest_border_holds_them_all() -> None:
    assert widest(((1, 0), (2, 2)), ((0, 3), (1, 4))) == ((1, 3), (2, 4))


@pytest.mark.parametrize(("dtype", "unit"), [("float32", 16), ("float64", 8)])
def test_pieces_of_an_arena_start_on_cache_lines(dtype: str, unit: int) -> None:
    arena = Arena(dtype)
    assert [arena.take(n) for n in (1, unit, unit + 1, 5)] == [0, unit, 2 * unit, 4 * unit]
    assert arena.size == 5 * unit
    assert arena.padded(unit + 1) == 2 * unit


def test_images_that_go_together_stay_in_the_cache() -> None:
    machine = dataclasses.replace(machine_of("128"), l2_bytes=1 << 20)
    assert tile_size(machine, 100) == 8
    assert tile_size(machine, 1 << 18) == 4
    assert tile_size(machine, (1 << 18) + 1) == 2
    assert tile_size(machine, 1 << 22) == 1
    assert tile_size(machine, 0) == 8


def test_slots_are_found_by_name() -> None:
    plan = Plan("p", "float32", (Slot("a", 4), Slot("b", 0)), (), 0, 0, 1, 8)
    assert plan.slot("b") == 1
    with pytest.raises(StopIteration):
        plan.slot("c")
