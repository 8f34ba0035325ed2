"""The first kernel: gathers the batch's images into the place where the network reads them, and normalizes them.

The code of `load_images__28x28x1`, on 16 lanes, where the images are uint8:

    for image in count:
      for h in 28:
        for offset in 0, 16, 24:                       # 16, 8 and 4 lanes
          y[h, offset] = fma(X[rows[image], h, offset], gain[offset], shift[offset])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from fullstride.native.emit import I8, I32, I64, POINTER, Emitter, Lanes, Term, Value, exact_lanes
from fullstride.native.kernels.registry import kernel
from fullstride.program.augmentation import LoadAugmented
from fullstride.program.machine import Machine
from fullstride.program.stages import FileWord, LoadImages

PREAD = ir.FunctionType(I64, [I32, POINTER, I64, I64])
"""pread(descriptor, target, size, start): the bytes that were read, fewer where the file ends or the disk fails."""


def describe_load(stage: LoadImages, _: Machine) -> tuple[str, str, str]:
    return (
        "read_images" if stage.from_file else "load_images",
        f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}",
        "",
    )


def whole(width: int) -> Lanes:
    return Lanes(0, width, width)


@dataclass(frozen=True)
class Pixels:
    """How stored images are read: those of uint8 are normalized, others taken as they are."""

    e: Emitter
    arguments: dict[str, Any]
    from_file: bool
    as_bytes: bool

    @property
    def kind(self) -> Any:
        """The type of an element."""
        return I8 if self.as_bytes else self.e.scalar

    def image(self, image: Term, size: int) -> Value:
        """Where image rows[image] of `size` elements begins."""
        e = self.e
        row = e.load_scalar(e.at(self.arguments["rows"], image, kind=I64), I64)
        if self.from_file:
            return self._read_from_file(row, size)
        return e.at(self.arguments["X"], e.times(row, size), kind=self.kind)

    def _read_from_file(self, row: Value, size: int) -> Value:
        e, stored = self.e, self.arguments["stored"]

        def word(which: FileWord) -> Value:
            return e.at(self.arguments["X"], int(which), kind=I64)

        wanted = e.whole(size * (1 if self.as_bytes else e.scalar_bytes))
        descriptor = e.b.trunc(e.load_scalar(word(FileWord.DESCRIPTOR), I64), I32)
        start = e.b.add(e.load_scalar(word(FileWord.START), I64), e.b.mul(row, wanted))
        pread = e.b.load(word(FileWord.READ), typ=PREAD.as_pointer())
        found = e.b.call(pread, [descriptor, stored, wanted, start])
        with e.b.if_then(e.b.icmp_signed("!=", found, wanted), likely=False):
            e.b.store(e.whole(1), word(FileWord.FAILED))
        return stored

    def at(self, pointer: Value, *terms: Term) -> Value:
        return self.e.at(pointer, *terms, kind=self.kind)

    def read(self, pointer: Value, offset: Term, width: int, order: Sequence[int] = ()) -> Value:
        """`width` elements as the network reads them, for places from `offset` of a row on; in another order."""
        e = self.e
        stored = e.b.load(pointer, typ=ir.VectorType(self.kind, width))
        stored.align = 1 if self.as_bytes else e.scalar_bytes
        stored = e.shuffle(stored, stored, order) if order else stored
        if not self.as_bytes:
            return stored
        gain, shift = (e.load(e.at(self.arguments[name], offset), whole(width)) for name in ("gain", "shift"))
        return e.fma(e.b.uitofp(stored, e.vector_type(width)), gain, shift)

    def copy(self, source: Value, target: Value, n_rows: int, run: int, row: int) -> None:
        """An image of n_rows rows of `run` elements to rows that stand `row` elements apart."""
        e = self.e
        with e.loop(0, n_rows) as h:
            start, end = self.at(source, e.times(h, run)), e.at(target, e.times(h, row))

            def vector(offset: Term, width: int, start: Value = start, end: Value = end) -> None:
                e.store(self.read(self.at(start, offset), offset, width), e.at(end, offset), whole(width))

            for_exact_vectors(e, run, vector)


def for_exact_vectors(e: Emitter, n: int, body: Callable[[Term, int], None]) -> None:
    """body(offset, width) for a row of n elements: full vectors, then narrower ones; no lane is masked."""
    full = n - n % e.lanes
    if full:
        with e.loop(0, full, e.lanes) as offset:
            body(offset, e.lanes)
    for part in exact_lanes(n % e.lanes, e.lanes):
        body(full + part.offset, part.width)


def is_bytes(e: Emitter, arguments: dict[str, Any]) -> Value:
    """Whether the images are uint8."""
    return e.b.icmp_signed("!=", e.load_scalar(arguments["kind"], I64), e.whole(0))


def for_either_kind(
    e: Emitter, stage: LoadImages | LoadAugmented, arguments: dict[str, Any], body: Callable[[Pixels], None]
) -> None:
    """The body twice, of which the images that come choose one."""
    with e.b.if_else(is_bytes(e, arguments)) as (bytes_come, numbers_come):
        with bytes_come:
            body(Pixels(e, arguments, stage.from_file, True))
        with numbers_come:
            body(Pixels(e, arguments, stage.from_file, False))


@kernel(LoadImages, describe_load)
def emit_load(e: Emitter, stage: LoadImages, arguments: dict[str, Any]) -> None:
    run = stage.size[1] * stage.n_C

    def images(pixels: Pixels) -> None:
        with e.loop(0, arguments["count"]) as image:
            source = pixels.image(image, stage.size[0] * run)
            target = e.at(arguments["y"], e.times(image, stage.y.image))
            pixels.copy(source, target, stage.size[0], run, stage.y.row)

    for_either_kind(e, stage, arguments, images)
