"""LLVM IR to code in this process: verify, optimize, emit an object, keep it, link it.

Of LLVM's passes two run: equal addresses are computed once, and instructions are combined; addresses in loops become
steps of one pointer while code is emitted. All else the emitter has already decided; the usual pipeline takes half as
long again, for code that is not faster. No fast-math flag is ever set: each addition and multiplication is rounded as
it is written.
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from fullstride.native.cache import Compiled, ObjectCache, key_of
from fullstride.native.machine import AARCH64, detect
from fullstride.program.machine import Machine


@cache
def _jit() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.create_lljit_compiler()


def target_machine(machine: Machine) -> Any:
    """LLVM's target machine: position-independent code in the small code model, which every linker can place."""
    import llvmlite.binding as llvm

    if machine.triple == AARCH64.triple:
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
    else:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    return llvm.Target.from_triple(machine.triple).create_target_machine(
        cpu=machine.cpu, features=machine.features, opt=2, reloc="pic", codemodel="small"
    )


def optimize(text: str, machine: Machine) -> tuple[Any, Any]:
    """The verified and optimized module, and its target machine."""
    import llvmlite.binding as llvm

    target = target_machine(machine)
    module = llvm.parse_assembly(text)
    module.verify()
    passes = llvm.create_new_module_pass_manager()
    passes.add_new_gvn_pass()
    passes.add_instruction_combine_pass()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    passes.run(module, llvm.create_pass_builder(target, options))
    return module, target


def compile_object(text: str, machine: Machine) -> bytes:
    """The object file of a module."""
    module, target = optimize(text, machine)
    code: bytes = target.emit_object(module)
    return code


def compile_assembly(text: str, machine: Machine) -> str:
    """The assembly of a module, for people to read."""
    module, target = optimize(text, machine)
    assembly: str = target.emit_assembly(module)
    return assembly


_libraries = itertools.count(1)


@dataclass(frozen=True)
class Loaded:
    """Code in this process; it is unloaded with the last reference to it."""

    tracker: Any
    notes: Any

    def address(self, symbol: str) -> int:
        address: int = self.tracker[symbol]
        return address


def link(compiled: Compiled, symbols: Sequence[str]) -> Loaded:
    """An object, ready to be called."""
    import llvmlite.binding as llvm

    builder = llvm.JITLibraryBuilder().add_object_img(compiled.code)
    for symbol in symbols:
        builder.export_symbol(symbol)
    return Loaded(builder.link(_jit(), f"fullstride{next(_libraries)}"), compiled.notes)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python does not look for garbage meanwhile: a module of 50 000 living objects would be gone over many times."""
    enabled = gc.isenabled()
    if enabled:
        gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load(
    description: str,
    machine: Machine,
    emit: Callable[[], tuple[Any, Any]],
    symbols: Sequence[str],
    cache: ObjectCache | None = None,
) -> Loaded:
    """The code that `description` names: from the object cache, or emitted, compiled and kept.

    Parameters
    ----------
    description : str
        Everything that the code depends on, but for the machine and the versions.
    emit : callable () -> (module, notes)
        Makes the IR; called only when the cache has no good entry.
    """
    store = cache or ObjectCache()
    key = key_of(description, machine)
    compiled = store.load(key)
    if compiled is None:
        with _no_collection():
            module, notes = emit()
            text = str(module)
        compiled = Compiled(compile_object(text, machine), notes)
        store.save(key, compiled)
    return link(compiled, symbols)


def load_module(description: str, emit: Callable[[str], Any], symbols: Sequence[str]) -> Loaded:
    """Code without notes that depends on the processor's family alone."""
    machine = detect()
    return load(description, machine, lambda: (emit(machine.triple), None), symbols)
