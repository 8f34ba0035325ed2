"""Loops, vectors and addresses: the vocabulary in which kernels are written down as LLVM instructions.

An `Emitter` stands at one place in one function, as a pen does. Pointers count in elements of the kernel's dtype; the
lanes of a vector are always independent results, never terms of one sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from llvmlite import ir

from fullstride.program.machine import Machine

I1 = ir.IntType(1)
I8 = ir.IntType(8)
I32 = ir.IntType(32)
I64 = ir.IntType(64)
F32 = ir.FloatType()
F64 = ir.DoubleType()
POINTER = ir.PointerType()

Value: TypeAlias = Any
"""An LLVM value (llvmlite has no types)."""
Term: TypeAlias = Any
"""A term of an address: an int that is known now, or an i64 value."""


def float_type(dtype: str) -> Any:
    return F32 if dtype == "float32" else F64


def bytes_of(scalar: Any) -> int:
    return 4 if scalar == F32 else 8


def suffix_of(scalar: Any) -> str:
    """How intrinsics' names call a type."""
    return "f32" if scalar == F32 else "f64"


# --- what a module says again and again, made once ------------------------------------------------------------------


@cache
def _whole(value: int) -> Value:
    return ir.Constant(I64, value)


@cache
def _vector_type(scalar: Any, width: int) -> Any:
    return ir.VectorType(scalar, width)


@cache
def _undefined(kind: Any) -> Value:
    return ir.Constant(kind, ir.Undefined)


@cache
def _zeros(kind: Any) -> Value:
    return ir.Constant(kind, None)


def _splat_constant(kind: Any, value: float) -> Value:
    # -0.0 equals 0.0, but is another number: no cache may take one for the other.
    return _zeros(kind) if str(value) == "0.0" else _numbers(kind, value)


@cache
def _numbers(kind: Any, value: float) -> Value:
    return ir.Constant(kind, [ir.Constant(kind.element, value)] * kind.count)


@cache
def _lanes_of(lanes: tuple[int, ...]) -> Value:
    return ir.Constant(_vector_type(I32, len(lanes)), list(lanes))


@cache
def _mask(width: int, count: int) -> Value:
    return ir.Constant(_vector_type(I1, width), [ir.Constant(I1, int(lane < count)) for lane in range(width)])


@dataclass(frozen=True)
class Lanes:
    """Part of a row of `count` channels at `offset` that is held in one vector of `width` lanes (count <= width)."""

    offset: int
    width: int
    count: int


def split_lanes(n: int, lanes: int, start: int = 0) -> list[Lanes]:
    """n channels as full vectors and, for the rest, the narrowest vector that holds it.

    >>> [(part.offset, part.width, part.count) for part in split_lanes(21, 16)]
    [(0, 16, 16), (16, 8, 5)]
    """
    parts = [Lanes(start + k, lanes, lanes) for k in range(0, n - lanes + 1, lanes)]
    rest = n % lanes
    if rest:
        parts.append(Lanes(start + n - rest, 1 << (rest - 1).bit_length(), rest))
    return parts


def exact_lanes(n: int, lanes: int) -> list[Lanes]:
    """n channels as full vectors and, for the rest, vectors of 8, 4, 2, 1: no lane is masked.

    For what is read, changed and written in a loop: a masked store makes the processor wait with reads close behind it.

    >>> [(part.offset, part.width) for part in exact_lanes(21, 16)]
    [(0, 16), (16, 4), (20, 1)]
    """
    parts, offset = [], 0
    while offset < n:
        width = min(lanes, 1 << ((n - offset).bit_length() - 1))
        parts.append(Lanes(offset, width, width))
        offset += width
    return parts


class Emitter:
    """Writes instructions of one function for one machine and one dtype."""

    def __init__(self, module: Any, function: Any, machine: Machine, dtype: str) -> None:
        self.module = module
        self.function = function
        self.machine = machine
        self.dtype = dtype
        self.scalar = float_type(dtype)
        self.lanes = machine.lanes(dtype)
        self.b = ir.IRBuilder(function.append_basic_block())

    # --- numbers ------------------------------------------------------------------------------------------------------

    def whole(self, value: int) -> Value:
        return _whole(value)

    def vector_type(self, width: int) -> Any:
        return _vector_type(self.scalar, width)

    def splat_constant(self, value: float, width: int) -> Value:
        return _splat_constant(self.vector_type(width), value)

    def splat(self, scalar: Value, width: int) -> Value:
        """A vector whose lanes all hold one scalar."""
        nothing = _undefined(_vector_type(scalar.type, width))
        one = self.b.insert_element(nothing, scalar, _zeros(I32))
        return self.b.shuffle_vector(one, nothing, _zeros(_vector_type(I32, width)))

    def splats(self, scalar: Value, parts: Sequence[Lanes]) -> list[Value]:
        """A scalar for each part of a row, in vectors as wide as it."""
        made = {width: self.splat(scalar, width) for width in dict.fromkeys(part.width for part in parts)}
        return [made[part.width] for part in parts]

    def shuffle(self, left: Value, right: Value, lanes: Sequence[int]) -> Value:
        """The lanes of two vectors, those of `right` counted on behind those of `left`, in another order."""
        return self.b.shuffle_vector(left, right, _lanes_of(tuple(lanes)))

    def widened(self, vector: Value, width: int) -> Value:
        """A vector with lanes more; what they hold is not said."""
        count = vector.type.count
        return vector if count == width else self.shuffle(vector, vector, [k % count for k in range(width)])

    def times(self, value: Term, factor: int) -> Term:
        if isinstance(value, int):
            return value * factor
        return value if factor == 1 else self.b.mul(value, self.whole(factor))

    def plus(self, *terms: Term) -> Term:
        """The sum of terms; what is known now is added now."""
        known = sum(term for term in terms if isinstance(term, int))
        total: Term = None
        for term in terms:
            if not isinstance(term, int):
                total = term if total is None else self.b.add(total, term)
        if total is None:
            return known
        return self.b.add(total, self.whole(known)) if known else total

    def value(self, term: Term) -> Value:
        return self.whole(term) if isinstance(term, int) else term

    # --- memory -------------------------------------------------------------------------------------------------------

    def at(self, pointer: Value, *terms: Term, kind: Any = None) -> Value:
        """The address of element sum(terms) behind `pointer`."""
        offset = self.plus(*terms)
        if isinstance(offset, int) and offset == 0:
            return pointer
        return self.b.gep(pointer, [self.value(offset)], source_etype=kind or self.scalar)

    def load_scalar(self, pointer: Value, kind: Any = None) -> Value:
        return self.b.load(pointer, typ=kind or self.scalar)

    def broadcast(self, pointer: Value, width: int) -> Value:
        """One number from memory in all lanes."""
        return self.splat(self.load_scalar(pointer), width)

    def load(self, pointer: Value, part: Lanes, kind: Any = None) -> Value:
        """The lanes of `part` (its offset is not added); memory behind the last lane is not touched.

        `kind` is the type of a lane where it is not the kernel's dtype.
        """
        scalar = kind or self.scalar
        vector = _vector_type(scalar, part.width)
        if part.count == part.width:
            loaded = self.b.load(pointer, typ=vector)
            loaded.align = bytes_of(scalar)
            return loaded
        name = f"llvm.masked.load.v{part.width}{suffix_of(scalar)}.p0"
        masked = self.intrinsic(name, vector, [POINTER, _vector_type(I1, part.width), vector])
        return self.b.call(masked, [pointer, _mask(part.width, part.count), _zeros(vector)])

    def store(self, value: Value, pointer: Value, part: Lanes) -> None:
        kind = value.type
        if part.count == part.width:
            stored = self.b.store(value, pointer)
            stored.align = bytes_of(kind.element)
            return
        name = f"llvm.masked.store.v{part.width}{suffix_of(kind.element)}.p0"
        masked = self.intrinsic(name, ir.VoidType(), [kind, POINTER, _vector_type(I1, part.width)])
        self.b.call(masked, [value, pointer, _mask(part.width, part.count)])

    @property
    def scalar_bytes(self) -> int:
        return bytes_of(self.scalar)

    # --- arithmetic ---------------------------------------------------------------------------------------------------

    def intrinsic(self, name: str, result: Any, arguments: Sequence[Any]) -> Any:
        found = self.module.globals.get(name)
        return found or ir.Function(self.module, ir.FunctionType(result, arguments), name)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """a * b + c with one rounding."""
        kind = a.type
        vector = isinstance(kind, ir.VectorType)
        suffix = f"v{kind.count}{suffix_of(kind.element)}" if vector else suffix_of(kind)
        return self.b.call(self.intrinsic(f"llvm.fma.{suffix}", kind, [kind] * 3), [a, b, c])

    def constant_like(self, value: Value, number: float) -> Value:
        kind = value.type
        if isinstance(kind, ir.VectorType):
            return _splat_constant(kind, number)
        return ir.Constant(kind, number)

    def relu(self, z: Value) -> Value:
        """0 where z <= 0, else z; NaN stays NaN."""
        zero = self.constant_like(z, 0.0)
        return self.b.select(self.b.fcmp_ordered("<=", z, zero), zero, z)

    def keep_where_positive(self, gradient: Value, a: Value) -> Value:
        """ReLU's backward: 0 where a <= 0, else the gradient."""
        zero = self.constant_like(a, 0.0)
        return self.b.select(self.b.fcmp_ordered("<=", a, zero), zero, gradient)

    # --- loops --------------------------------------------------------------------------------------------------------

    @contextmanager
    def loop(self, start: Term, stop: Term, step: int = 1) -> Iterator[Value]:
        """for i in range(start, stop, step); a range that is known now has at least one number."""
        known = isinstance(start, int) and isinstance(stop, int)
        assert not known or start < stop, "an empty loop is not emitted"
        b = self.b
        first, last = self.value(start), self.value(stop)
        before, head, behind = b.block, b.append_basic_block(), b.append_basic_block()
        if known:
            b.branch(head)
        else:
            b.cbranch(b.icmp_signed("<", first, last), head, behind)
        b.position_at_end(head)
        i = b.phi(I64)
        i.add_incoming(first, before)
        yield i
        following = b.add(i, self.whole(step))
        i.add_incoming(following, b.block)
        b.cbranch(b.icmp_signed("<", following, last), head, behind)
        b.position_at_end(behind)

    def reduce(
        self,
        count: Term,
        initial: Sequence[Value],
        body: Callable[[Value, list[Value]], list[Value]],
        step: int = 1,
    ) -> list[Value]:
        """for k in range(0, count, step): values = body(k, values); the values stay in registers. count >= 1."""
        b = self.b
        if isinstance(count, int):
            assert count >= 1, count
            if count <= step:
                return body(self.whole(0), list(initial))
        before, head, behind = b.block, b.append_basic_block(), b.append_basic_block()
        b.branch(head)
        b.position_at_end(head)
        k = b.phi(I64)
        k.add_incoming(self.whole(0), before)
        carried = []
        for value in initial:
            phi = b.phi(value.type)
            phi.add_incoming(value, before)
            carried.append(phi)
        results = body(k, list(carried))
        following = b.add(k, self.whole(step))
        k.add_incoming(following, b.block)
        for phi, value in zip(carried, results, strict=True):
            phi.add_incoming(value, b.block)
        b.cbranch(b.icmp_signed("<", following, self.value(count)), head, behind)
        b.position_at_end(behind)
        return results

    def fold(
        self,
        start: Value,
        stop: Value,
        initial: Sequence[Value],
        body: Callable[[Value, list[Value]], list[Value]],
    ) -> list[Value]:
        """for i in range(start, stop): values = body(i, values); a range that only the run knows, and may be empty."""
        b = self.b
        before, head, behind = b.block, b.append_basic_block(), b.append_basic_block()
        b.cbranch(b.icmp_signed("<", start, stop), head, behind)
        b.position_at_end(head)
        i = b.phi(I64)
        i.add_incoming(start, before)
        carried = [b.phi(value.type) for value in initial]
        results = body(i, list(carried))
        following, last = b.add(i, self.whole(1)), b.block
        i.add_incoming(following, last)
        b.cbranch(b.icmp_signed("<", following, stop), head, behind)
        b.position_at_end(behind)
        final = [b.phi(value.type) for value in initial]
        for phi, total, value, result in zip(carried, final, initial, results, strict=True):
            phi.add_incoming(value, before)
            phi.add_incoming(result, last)
            total.add_incoming(value, before)
            total.add_incoming(result, last)
        return final

    def tiles(self, total: int, size: int, body: Callable[[Term, int], None]) -> None:
        """body(start, size) for the full tiles of range(total), as a loop, then once for the rest."""
        full = total // size
        if full == 1:
            body(0, size)
        elif full:
            with self.loop(0, full * size, size) as start:
                body(start, size)
        if total - full * size:
            body(full * size, total - full * size)


def room(e: Emitter, elements: int) -> Value:
    """Memory on the stack; only where a function begins."""
    memory = e.b.alloca(ir.ArrayType(e.scalar, elements))
    memory.align, memory.type = 64, POINTER
    return memory


def kernel_function(
    module: Any, name: str, pointers: Sequence[str], integers: Sequence[str] = ("count",)
) -> Any:
    """A function of the module: i64 arguments, then pointers to places that do not overlap where they are written."""
    kind = ir.FunctionType(ir.VoidType(), [I64] * len(integers) + [POINTER] * len(pointers))
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    for attribute in ("nounwind", "noinline"):
        function.attributes.add(attribute)
    for argument, label in zip(function.args, [*integers, *pointers], strict=True):
        argument.name = label
    for argument in function.args[len(integers) :]:
        # The plan gives every buffer a place of its own; a place that comes in twice is only read.
        argument.add_attribute("noalias")
    return function
