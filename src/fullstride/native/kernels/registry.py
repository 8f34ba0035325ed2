"""Which emitter makes the kernel of which stage, and the grammar of the kernels' names.

    conv_forward__f3x3_s1x1_28x28x32_to_64__f32__avx512_p14v2
    operation     geometry                  dtype machine and tile

The symbol in the object file, the dump and `Network.implementation()` all show this string.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fullstride.native.emit import Emitter, kernel_function
from fullstride.program.machine import Machine
from fullstride.program.stages import Stage

DTYPES = {"float32": "f32", "float64": "f64"}
_PATTERN = re.compile(
    r"(?P<operation>[a-z0-9_]+?)__(?P<geometry>[A-Za-z0-9_]+?)__(?P<dtype>f32|f64)__(?P<machine>[a-z0-9]+)"
    r"(?:_(?P<tile>[a-z0-9]+))?(?:__(?P<number>\d+))?"
)


@dataclass(frozen=True)
class KernelName:
    """The parts of a kernel's name; `number` tells apart stages that differ only in where their images stand."""

    operation: str
    geometry: str
    dtype: str
    machine: str
    tile: str = ""
    number: int = 1

    def __str__(self) -> str:
        tile = f"_{self.tile}" if self.tile else ""
        number = f"__{self.number}" if self.number > 1 else ""
        return f"{self.operation}__{self.geometry}__{DTYPES[self.dtype]}__{self.machine}{tile}{number}"

    @staticmethod
    def parse(text: str) -> KernelName:
        """The inverse of str().

        >>> KernelName.parse("conv_forward__f3x3_s1x1_28x28x1_to_8__f32__avx512_p14v1").tile
        'p14v1'
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"KernelName.parse: not the name of a kernel: {text!r}")
        dtype = {short: name for name, short in DTYPES.items()}[match["dtype"]]
        return KernelName(
            match["operation"],
            match["geometry"],
            dtype,
            match["machine"],
            match["tile"] or "",
            int(match["number"] or 1),
        )


@dataclass(frozen=True)
class Kernel:
    """How one kind of stage is emitted.

    Attributes
    ----------
    describe : callable (stage, machine) -> (operation, geometry, tile)
        For the name.
    emit : callable (emitter, stage, arguments) -> None
        Writes the body; `arguments` are the function's values by name.
    integers : tuple of str
        The i64 arguments before the pointers.
    """

    describe: Callable[[Any, Machine], tuple[str, str, str]]
    emit: Callable[[Emitter, Any, dict[str, Any]], None]
    integers: tuple[str, ...] = ("count",)


KERNELS: dict[type[Stage], Kernel] = {}
_Stage = TypeVar("_Stage", bound=Stage)


def kernel(
    stage: type[_Stage],
    describe: Callable[[_Stage, Machine], tuple[str, str, str]],
    integers: tuple[str, ...] = ("count",),
) -> Callable[
    [Callable[[Emitter, _Stage, dict[str, Any]], None]], Callable[[Emitter, _Stage, dict[str, Any]], None]
]:
    """Registers the decorated emitter for a kind of stage."""

    def register(
        emit: Callable[[Emitter, _Stage, dict[str, Any]], None],
    ) -> Callable[[Emitter, _Stage, dict[str, Any]], None]:
        assert stage not in KERNELS, stage
        KERNELS[stage] = Kernel(describe, emit, integers)
        return emit

    return register


class KernelSet:
    """The kernels of one module: equal stages share one function."""

    def __init__(self, module: Any, machine: Machine) -> None:
        self.module = module
        self.machine = machine
        self.functions: dict[Stage, Any] = {}
        self._taken: dict[KernelName, int] = {}

    def name(self, stage: Stage) -> str:
        """The name of the kernel that runs a stage of this module."""
        return str(self.function(stage).name)

    def function(self, stage: Stage) -> Any:
        if stage not in self.functions:
            entry = KERNELS[type(stage)]
            operation, geometry, tile = entry.describe(stage, self.machine)
            name = KernelName(operation, geometry, stage.dtype, self.machine.name, tile)
            self._taken[name] = number = self._taken.get(name, 0) + 1
            symbol = str(KernelName(operation, geometry, stage.dtype, self.machine.name, tile, number))
            function = kernel_function(self.module, symbol, stage.operands, entry.integers)
            labels = (*entry.integers, *stage.operands)
            emitter = Emitter(self.module, function, self.machine, stage.dtype)
            entry.emit(emitter, stage, dict(zip(labels, function.args, strict=True)))
            emitter.b.ret_void()
            self.functions[stage] = function
        return self.functions[stage]
