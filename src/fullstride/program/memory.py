"""Memory of a plan: who stands where, and who may follow whom in the same place.

A plan is made twice. The first time every use of a buffer is noted with its time; `settle` then finds the places, and
the second time the same uses get them.

* A buffer whose uses all lie in one phase needs room for a tile of images, in the arena of a thread; one that a phase
  leaves to another needs room for the whole batch.
* Buffers whose times do not meet share a place. A border of zeros stays zero because stages write only inside it, so a
  buffer with a border shares only with buffers of the very same layout.
* Scratch belongs to a thread, for the whole job or for one phase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from fullstride.program.machine import Machine
from fullstride.program.plan import Layout, tile_size

LEAST_TILE = 4
"""Images of a tile where scratch alone fills the cache."""

Time = tuple[int, int]
"""(phase, call): when a buffer is used."""


@dataclass
class Use:
    """Of a buffer: its layout, its first and its last time, and the phases that use it."""

    layout: Layout
    first: Time
    last: Time
    phases: set[int] = field(default_factory=set)

    @property
    def crosses(self) -> bool:
        """Whether one phase leaves it to another."""
        return len(self.phases) > 1


@dataclass(frozen=True)
class Location:
    """Element `offset` of a slot's memory; `image` is the distance between images."""

    slot: str
    offset: int
    image: int


@dataclass
class _Piece:
    """A place that buffers hold one after the other."""

    border: Layout | None
    size: int
    last: Time
    holders: list[str]


def share(uses: Iterable[tuple[str, Use]], room: Callable[[Layout], int]) -> tuple[dict[str, int], int]:
    """Offsets of buffers in as little memory as first come, first served finds; and its size.

    >>> flat, later = Layout(2, 2, 16), Layout(1, 1, 32)
    >>> a, b, c = Use(flat, (0, 0), (0, 1)), Use(flat, (0, 1), (0, 2)), Use(later, (0, 2), (0, 3))
    >>> share([("a", a), ("b", b), ("c", c)], lambda layout: layout.size)
    ({'a': 0, 'c': 0, 'b': 64}, 128)
    """
    pieces: list[_Piece] = []
    for name, use in sorted(uses, key=lambda item: item[1].first):
        border, size = use.layout if use.layout.bordered else None, room(use.layout)
        free = [piece for piece in pieces if piece.border == border and piece.last < use.first]
        # The smallest that holds it, else the largest, which then grows.
        fitting = [piece for piece in free if piece.size >= size]
        chosen = (
            min(fitting, key=lambda p: p.size) if fitting else max(free, key=lambda p: p.size, default=None)
        )
        if chosen is None:
            chosen = _Piece(border, size, use.last, [])
            pieces.append(chosen)
        chosen.size, chosen.last = max(chosen.size, size), use.last
        chosen.holders.append(name)
    offsets, total = {}, 0
    for piece in pieces:
        offsets.update(dict.fromkeys(piece.holders, total))
        total += piece.size
    return offsets, total


class Memory:
    """Places of buffers and scratch, noted first and settled then.

    With `shared` no buffer belongs to a thread: all stand in the memory of the batch.
    """

    def __init__(self, machine: Machine, dtype: str, shared: bool = False) -> None:
        self.machine = machine
        self.shared = shared
        self.itemsize = 4 if dtype == "float32" else 8
        self.uses: dict[str, Use] = {}
        self.settled = False
        self.tile = 1
        self.arena = 0
        self.batch = 0
        self._scratch: dict[str, tuple[int, int | None]] = {}
        self._starts: dict[str, int] = {}
        self._locations: dict[str, Location] = {}

    def padded(self, elements: int) -> int:
        """Whole cache lines."""
        unit = 64 // self.itemsize
        return -(-elements // unit) * unit

    def room(self, layout: Layout) -> int:
        """Elements that an image of a layout takes."""
        return self.padded(layout.size)

    def locate(self, name: str, layout: Layout, time: Time) -> Location:
        """Where a buffer stands; the first time round the use is noted, and nothing stands anywhere."""
        if self.settled:
            return self._locations[name]
        use = self.uses.setdefault(name, Use(layout, time, time))
        assert use.layout == layout, name
        use.first, use.last = min(use.first, time), max(use.last, time)
        use.phases.add(time[0])
        return Location("arena", 0, self.room(layout))

    def scratch(self, name: str, elements: int, phase: int | None = None) -> int:
        """The offset, in the arena, of memory of a thread: for one phase, or kept for the whole job."""
        if self.settled:
            return self._starts[name]
        known = self._scratch.get(name, (0, phase))[0]
        self._scratch[name] = (max(known, self.padded(elements)), phase)
        return 0

    def settle(self) -> None:
        """Finds a place for everything that has been noted."""
        within = [(name, use) for name, use in self.uses.items() if not self._is_shared(use)]
        crossing = [(name, use) for name, use in self.uses.items() if self._is_shared(use)]
        offsets, an_image = share(within, self.room)
        kept, self.batch = share(crossing, self.room)
        self.tile = tile_size(self.machine, self._busiest_phase(offsets) * self.itemsize)
        if self._largest_scratch() * self.itemsize > self.machine.l2_bytes:
            # Each tile reads and writes all of it: better that the images leave the cache.
            self.tile = max(self.tile, LEAST_TILE)
        # Where images stand equally far apart in both, equal stages share a kernel.
        apart = max(an_image, self.batch)
        for name, _ in within:
            self._locations[name] = Location("arena", offsets[name], apart)
        for name, _ in crossing:
            self._locations[name] = Location("batch", kept[name], self.batch)
        self.arena = self._settle_scratch(apart * self.tile)
        self.settled = True

    def _is_shared(self, use: Use) -> bool:
        return self.shared or use.crosses

    def _busiest_phase(self, offsets: dict[str, int]) -> int:
        """The most elements an image that one phase uses."""
        most = 0
        for phase in {phase for use in self.uses.values() for phase in use.phases}:
            places: dict[object, int] = {}
            for name, use in self.uses.items():
                if phase in use.phases:
                    place = name if self._is_shared(use) else offsets[name]
                    places[place] = max(places.get(place, 0), self.room(use.layout))
            most = max(most, sum(places.values()))
        return most

    def _largest_scratch(self) -> int:
        """The most scratch that one phase has for itself."""
        sizes: dict[int, int] = {}
        for size, phase in self._scratch.values():
            if phase is not None:
                sizes[phase] = sizes.get(phase, 0) + size
        return max(sizes.values(), default=0)

    def _settle_scratch(self, start: int) -> int:
        """Scratch for the whole job first; that of a phase stands behind it, in every phase anew."""
        for name, (size, phase) in self._scratch.items():
            if phase is None:
                self._starts[name] = start
                start += size
        ends: dict[int | None, int] = {None: start}
        for name, (size, phase) in self._scratch.items():
            if phase is not None:
                self._starts[name] = ends.setdefault(phase, start)
                ends[phase] += size
        return max(ends.values())
