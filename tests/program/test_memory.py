"""Where buffers stand: two that are used at the same time never meet, and borders stay zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstride.program.machine import Machine
from fullstride.program.memory import Location, Memory, Use, share
from fullstride.program.plan import TILE, Layout
from tests.support.kernels import machine_of

FLAT = Layout(2, 2, 16)
BORDERED = Layout(2, 2, 16, ((1, 1), (1, 1)))
OTHER_BORDER = Layout(2, 2, 16, ((1, 0), (1, 1)))


def machine(l2_bytes: int = 1 << 20) -> Machine:
    return replace(machine_of("128"), l2_bytes=l2_bytes)


def memory(dtype: str = "float32", l2_bytes: int = 1 << 20) -> Memory:
    return Memory(machine(l2_bytes), dtype)


def settled(uses: dict[str, tuple[Layout, list[tuple[int, int]]]], **keywords: int) -> Memory:
    """Uses noted in their order, and a place for each of them."""
    found = memory(**keywords)  # type: ignore[arg-type]
    for name, (layout, times) in uses.items():
        for time in times:
            assert found.locate(name, layout, time) == Location("arena", 0, found.room(layout))
    found.settle()
    return found


def place(found: Memory, name: str) -> Location:
    use = found.uses[name]
    return found.locate(name, use.layout, use.first)


# --- who follows whom -------------------------------------------------------------------------------------------------


def sharing(*uses: tuple[str, Layout, tuple[int, int], tuple[int, int]]) -> tuple[dict[str, int], int]:
    named = [(name, Use(layout, first, last)) for name, layout, first, last in uses]
    return share(named, lambda layout: layout.size)


def test_a_buffer_follows_one_that_is_not_used_any_more() -> None:
    offsets, size = sharing(("a", FLAT, (0, 0), (0, 1)), ("b", FLAT, (0, 2), (0, 3)))
    assert offsets == {"a": 0, "b": 0}
    assert size == FLAT.size


def test_the_call_that_reads_one_does_not_write_the_other_over_it() -> None:
    offsets, size = sharing(("a", FLAT, (0, 0), (0, 1)), ("b", FLAT, (0, 1), (0, 3)))
    assert offsets == {"a": 0, "b": 64}
    assert size == 128


def test_a_border_is_shared_by_buffers_of_the_very_same_layout() -> None:
    times = ((0, 0), (0, 0)), ((0, 1), (0, 1)), ((0, 2), (0, 2)), ((0, 3), (0, 3))
    layouts = {"a": BORDERED, "b": FLAT, "c": OTHER_BORDER, "d": BORDERED}
    uses = [(name, layouts[name], *time) for name, time in zip(layouts, times, strict=True)]
    offsets, size = sharing(*uses)
    assert offsets["a"] == offsets["d"]
    assert len(set(offsets.values())) == 3
    assert size == BORDERED.size + FLAT.size + OTHER_BORDER.size


def test_a_place_grows_for_a_larger_buffer() -> None:
    large = Layout(4, 4, 16)
    offsets, size = sharing(("a", FLAT, (0, 0), (0, 0)), ("b", large, (0, 1), (0, 1)))
    assert offsets == {"a": 0, "b": 0}
    assert size == large.size


def test_the_smallest_place_that_holds_a_buffer_is_taken() -> None:
    large = Layout(4, 4, 16)
    uses = (
        ("large", large, (0, 0), (0, 1)),
        ("small", FLAT, (0, 0), (0, 1)),
        ("next", FLAT, (0, 2), (0, 2)),
    )
    offsets, size = sharing(*uses)
    assert offsets["next"] == offsets["small"] != offsets["large"]
    assert size == large.size + FLAT.size


LAYOUTS = st.sampled_from([FLAT, BORDERED, OTHER_BORDER, Layout(1, 1, 5), Layout(4, 3, 7), Layout(4, 4, 16)])
TIMES = st.tuples(st.integers(0, 4), st.integers(0, 9))
USES = st.lists(st.tuples(LAYOUTS, st.lists(TIMES, min_size=1, max_size=4)), min_size=1, max_size=12)


def together(one: Use, other: Use) -> bool:
    return one.first <= other.last and other.first <= one.last


def check_places(found: Memory) -> None:
    """Two buffers that are used at the same time do not meet, nor do two different borders at any time."""
    for name, use in found.uses.items():
        own = place(found, name)
        images = 1 if use.crosses else found.tile
        end = own.offset + images * found.room(use.layout)
        assert own.slot == ("batch" if use.crosses else "arena")
        assert own.image == (found.batch if use.crosses else found.room(use.layout))
        assert own.offset >= 0
        assert end <= (found.batch if use.crosses else found.arena)
        assert own.offset * found.itemsize % 64 == own.image * found.itemsize % 64 == 0
        for other_name, other in found.uses.items():
            theirs = place(found, other_name)
            if other_name == name or theirs.slot != own.slot:
                continue
            start, stop = theirs.offset, theirs.offset + images * found.room(other.layout)
            apart = end <= start or stop <= own.offset
            borders = use.layout.bordered or other.layout.bordered
            if together(use, other) or (borders and use.layout != other.layout):
                assert apart, (name, use, other_name, other)
            if borders and not apart:
                assert own == theirs


@given(USES, st.sampled_from(["float32", "float64"]), st.sampled_from([1, 1 << 14, 1 << 22]))
def test_no_two_buffers_meet(
    uses: list[tuple[Layout, list[tuple[int, int]]]], dtype: str, l2_bytes: int
) -> None:
    named = {f"v{number}": use for number, use in enumerate(uses)}
    found = settled(named, dtype=dtype, l2_bytes=l2_bytes)  # type: ignore[arg-type]
    assert set(found.uses) == set(named)
    check_places(found)


# --- arena and batch --------------------------------------------------------------------------------------------------


def test_what_one_phase_leaves_to_another_stands_with_the_batch() -> None:
    found = settled({"left": (FLAT, [(0, 3), (2, 0)]), "own": (FLAT, [(0, 0), (0, 9)])})
    assert place(found, "left") == Location("batch", 0, 64)
    assert place(found, "own") == Location("arena", 0, 64)
    assert found.batch == 64
    assert found.arena == 64 * found.tile


def test_images_of_an_arena_stand_beside_each_other_and_those_of_the_batch_a_batch_apart() -> None:
    found = settled({"a": (Layout(1, 1, 3), [(0, 0), (2, 0)]), "b": (FLAT, [(0, 0), (2, 0)])})
    assert [place(found, name).image for name in "ab"] == [16 + 64, 16 + 64]
    assert [place(found, name).offset for name in "ab"] == [0, 16]


def test_a_buffer_keeps_its_layout() -> None:
    found = memory()
    found.locate("a", FLAT, (0, 0))
    with pytest.raises(AssertionError, match="a"):
        found.locate("a", BORDERED, (0, 1))


def test_the_tile_leaves_what_a_phase_uses_in_the_cache() -> None:
    """Of all phases the one that uses most decides; what stands with the batch counts too."""
    one_kilobyte = Layout(1, 1, 256)
    uses = {
        "a": (one_kilobyte, [(0, 0)]),
        "b": (one_kilobyte, [(2, 0)]),
        "c": (one_kilobyte, [(2, 0), (4, 0)]),
        "d": (one_kilobyte, [(2, 1)]),
    }
    # b and d share a place of the arena: the second phase uses two kilobytes an image.
    assert settled(uses, l2_bytes=2 * 2048).tile == 2
    assert settled(uses, l2_bytes=2 * 2048 - 1).tile == 1
    assert settled(uses, l2_bytes=1 << 30).tile == TILE


# --- scratch ----------------------------------------------------------------------------------------------------------


def test_scratch_stands_behind_the_buffers() -> None:
    found = memory()
    found.locate("a", FLAT, (0, 0))
    for name, size, phase in (("kept", 3, None), ("first", 17, 0), ("second", 40, 2), ("with it", 5, 2)):
        assert found.scratch(name, size, phase) == 0
    found.settle()
    kept, first, second, beside = (found.scratch(name, 1) for name in ("kept", "first", "second", "with it"))
    end = 64 * found.tile
    assert kept == end
    assert first == second == kept + 16, "phases follow each other in the same place"
    assert beside == second + 48
    assert found.arena == beside + 16


def test_scratch_is_as_large_as_its_largest_user() -> None:
    found = memory("float64")
    for size in (9, 30, 2):
        found.scratch("work", size)
    found.settle()
    assert found.arena == 32
