"""Assembly for people: the functions of a listing, their innermost loops, and what these loops could reach at best.

An innermost loop is a stretch of lines from a label to the last jump back to it, with no other such stretch inside:
that is how LLVM lays loops out. The bound is that of the core for which `kernels/tiles.py` chooses tiles: it starts two
multiply-adds and two reads a cycle, six instructions in all, and waits four cycles for the result of a multiply-add.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fullstride.native.kernels.tiles import LATENCY
from fullstride.program.machine import Machine

INSTRUCTIONS = 6
"""So many instructions a cycle at most: the cores of today do four to eight."""
_FUNCTION = re.compile(r'^"?([A-Za-z_][\w.$]*)"?:')
_LABEL = re.compile(r"^(\.L[\w.$]+):")
_END = re.compile(r"^\.Lfunc_end\d+:")
_INSTRUCTION = re.compile(r"^\s+([a-z][\w.]*)\s*(.*?)\s*(?:(?://|#\s).*)?$")
_JUMP = re.compile(r"j\w+|b|b\.\w+|cbn?z|tbn?z")
_X86_FMA = re.compile(r"v?fn?m(?:add|sub)\d{3}([ps])([sd])")
_ARM_FMA = re.compile(r"fml[as]|fn?m(?:add|sub)")
_X86_WITHOUT_RESULT = re.compile(r"cmp[bwlq]|test[bwlq]|vu?comis[sd]|vtestp|vptest|bt[wlq]?$|push|prefetch")


@dataclass(frozen=True)
class Instruction:
    """What an instruction does, as far as it counts.

    Attributes
    ----------
    fma : int
        Multiply-adds that it does: 0, or the lanes of its vector.
    writes : str
        The number of the vector register that it writes, if any.
    reads : "", "vector", "number" or "word"
        What it reads from memory: a vector, one number for all lanes, or something else.
    """

    fma: int = 0
    writes: str = ""
    reads: str = ""
    stores: bool = False
    stack: bool = False


@dataclass(frozen=True)
class Loop:
    """An innermost loop: its first and last line in the function, and its instructions."""

    first: int
    last: int
    instructions: tuple[Instruction, ...]

    @property
    def fmas(self) -> int:
        """Instructions that multiply and add."""
        return sum(one.fma > 0 for one in self.instructions)

    @property
    def multiply_adds(self) -> int:
        return sum(one.fma for one in self.instructions)

    @property
    def cycles(self) -> float:
        """The least that one turn takes."""
        chains = Counter(one.writes for one in self.instructions if one.fma)
        for register in self._begun():
            del chains[register]
        reads = sum(bool(one.reads) for one in self.instructions)
        front = len(self.instructions) / INSTRUCTIONS
        return max(self.fmas / 2, reads / 2, front, LATENCY * max(chains.values(), default=0), 1.0)

    def _begun(self) -> set[str]:
        """Registers that a turn writes anew before it adds to them: they hold no sum from the turn before."""
        first: dict[str, bool] = {}
        for one in self.instructions:
            if one.writes:
                first.setdefault(one.writes, one.fma > 0)
        return {register for register, added in first.items() if not added}

    def count(self, reads: str) -> int:
        return sum(one.reads == reads for one in self.instructions)


def functions(text: str) -> dict[str, list[str]]:
    """The functions of a listing: name -> lines, from its label to its last instruction."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        start = _FUNCTION.match(line)
        if _END.match(line):
            name = ""
        elif start and not line.startswith(".L"):
            name = start[1]
            found[name] = [line]
        elif name:
            found[name].append(line)
    return found


def innermost_loops(lines: Sequence[str], machine: Machine) -> list[Loop]:
    """The innermost loops of a function, from top to bottom."""
    labels = {match[1]: number for number, line in enumerate(lines) if (match := _LABEL.match(line))}
    ends: dict[int, int] = {}
    for number, line in enumerate(lines):
        match = _INSTRUCTION.match(line)
        if match is None or not _JUMP.fullmatch(match[1]):
            continue
        start = labels.get(match[2].split(",")[-1].strip())
        if start is not None and start <= number:
            ends[start] = number
    inner = [
        (first, last)
        for first, last in ends.items()
        if not any(first < other and ends[other] <= last for other in ends)
    ]
    return [
        Loop(first, last, tuple(_instructions(lines[first : last + 1], machine)))
        for first, last in sorted(inner)
    ]


def _instructions(lines: Sequence[str], machine: Machine) -> Iterator[Instruction]:
    arm = machine.triple.startswith(("aarch64", "arm64"))
    for line in lines:
        match = _INSTRUCTION.match(line)
        if match is not None and not line.lstrip().startswith((".", "#", "//")):
            yield _arm(match[1], match[2]) if arm else _x86(match[1], match[2])


def _x86(name: str, operands: str) -> Instruction:
    memory = re.search(r"[-\w.]*\([^)]*\)", operands)
    written = re.search(r"%[xyz]mm(\d+)(?:\s*\{[^}]*\})*$", operands)  # the last operand is the result
    writes, lanes = written[1] if written else "", 0
    fma = _X86_FMA.match(name)
    if fma:
        bits = 512 if "%zmm" in operands else 256 if "%ymm" in operands else 128
        lanes = bits // (32 if fma[2] == "s" else 64) if fma[1] == "p" else 1
    if memory is None or name.startswith(("lea", "nop", "call", "prefetch")):
        return Instruction(lanes, writes)
    stack = "%rsp" in memory[0]
    last = re.sub(r"\s*\{[^}]*\}", "", operands).rstrip().endswith(")")
    if last and not _X86_WITHOUT_RESULT.match(name):
        return Instruction(stores=True, stack=stack)
    if not name.startswith("v"):
        return Instruction(reads="word", stack=stack)
    number = "{1to" in operands or "broadcast" in name or name.endswith(("ss", "sd"))
    return Instruction(lanes, writes, "number" if number else "vector", stack=stack)


def _arm(name: str, operands: str) -> Instruction:
    written = re.match(r"\{?\s*[bhsdqv](\d+)", operands)  # the first operand is the result
    writes, lanes = written[1] if written else "", 0
    if _ARM_FMA.fullmatch(name):
        shape = re.match(r"v\d+\.(\d+)[sd]", operands)
        lanes = int(shape[1]) if shape else 1
    if "[" not in operands or not name.startswith(("ld", "st")):
        return Instruction(lanes, writes)
    stack = "[sp" in operands
    if name.startswith("st"):
        return Instruction(stores=True, stack=stack)
    if not writes:
        return Instruction(reads="word", stack=stack)
    number = name == "ld1r" or operands[0] in "bhsd"
    return Instruction(lanes, writes, "number" if number else "vector", stack=stack)


def loop_words(loop: Loop, machine: Machine, dtype: str) -> Iterator[str]:
    """What a loop does in one turn, and the best that it can reach."""
    total, fmas = len(loop.instructions), loop.fmas
    stores = sum(one.stores for one in loop.instructions)
    spills = sum(one.stack for one in loop.instructions)
    yield (
        f"innermost loop: {total} instructions, {fmas} of them fused multiply-adds; reads: vectors "
        f"{loop.count('vector')}, single numbers {loop.count('number')}, words {loop.count('word')}; "
        f"stores {stores}; spills (stack accesses) {spills}"
    )
    if fmas:
        peak = 2 * machine.lanes(dtype)
        rate = loop.multiply_adds / loop.cycles
        yield (
            f"bound: {loop.multiply_adds / total:.2f} multiply-adds an instruction ({fmas / total:.0%} of the "
            f"instructions); {rate:.1f} a cycle, {rate / peak:.0%} of the {peak} that the vectors could do"
        )
