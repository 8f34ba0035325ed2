"""From IR to code: verified, optimized without LLVM's own vectorizer, kept, linked."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest
from llvmlite import ir

from fullstride.native.cache import ObjectCache
from fullstride.native.compile import compile_assembly, compile_object, link, load, load_module, optimize
from fullstride.native.emit import I64, POINTER
from tests.support.kernels import machine_of


def module_of(number: int) -> Any:
    """answer() = number."""
    module = ir.Module(name="answer")
    module.triple = machine_of("128").triple
    function = ir.Function(module, ir.FunctionType(I64, []), "answer")
    ir.IRBuilder(function.append_basic_block()).ret(ir.Constant(I64, number))
    return module


def answer(loaded: Any) -> int:
    return int(ctypes.CFUNCTYPE(ctypes.c_int64)(loaded.address("answer"))())


def test_code_is_emitted_once_and_then_read(tmp_path: Path) -> None:
    store, emitted = ObjectCache(tmp_path / "objects"), []

    def emit() -> tuple[Any, Any]:
        emitted.append(1)
        return module_of(42), {"kernels": ["a"]}

    for _ in range(2):
        loaded = load("answer 42", machine_of("128"), emit, ("answer",), store)
        assert answer(loaded) == 42
        assert loaded.notes == {"kernels": ["a"]}
    assert len(emitted) == 1
    assert len(store.entries()) == 1


def test_two_libraries_with_one_symbol_live_side_by_side() -> None:
    machine = machine_of("128")
    from fullstride.native.cache import Compiled

    loaded = [
        link(Compiled(compile_object(str(module_of(n)), machine), None), ("answer",)) for n in (1, 2, 3)
    ]
    assert [answer(one) for one in loaded] == [1, 2, 3]


def test_what_is_not_ir_is_refused() -> None:
    with pytest.raises(RuntimeError, match="LLVM IR parsing error"):
        compile_object("define void @f( {", machine_of("128"))


def test_the_verifier_runs() -> None:
    """A block that does not dominate its use: it parses, and must not be compiled."""
    text = """
    define i64 @f(i1 %c) {
      br i1 %c, label %a, label %b
    a:
      %x = add i64 1, 2
      br label %b
    b:
      ret i64 %x
    }
    """
    with pytest.raises(RuntimeError, match="does not dominate"):
        optimize(text, machine_of("128"))


def dot_product() -> str:
    """A loop of products and sums that a vectorizer would like, and a compiler with fast-math would fuse."""
    module = ir.Module(name="dot")
    module.triple = machine_of("128").triple
    double = ir.DoubleType()
    function = ir.Function(module, ir.FunctionType(double, [I64, POINTER, POINTER]), "dot")
    count, x, y = function.args
    b = ir.IRBuilder(function.append_basic_block())
    before, body, end = b.block, b.append_basic_block(), b.append_basic_block()
    b.branch(body)
    b.position_at_end(body)
    i, total = b.phi(I64), b.phi(double)
    i.add_incoming(ir.Constant(I64, 0), before)
    total.add_incoming(ir.Constant(double, 0.0), before)
    values = [b.load(b.gep(base, [i], source_etype=double), typ=double) for base in (x, y)]
    following, sums = b.add(i, ir.Constant(I64, 1)), b.fadd(total, b.fmul(*values))
    i.add_incoming(following, body)
    total.add_incoming(sums, body)
    b.cbranch(b.icmp_signed("<", following, count), body, end)
    b.position_at_end(end)
    b.ret(sums)
    return str(module)


def test_llvm_neither_vectorizes_nor_contracts() -> None:
    machine = machine_of("x86-64-v3")
    assert " x double>" not in str(optimize(dot_product(), machine)[0])
    code = compile_assembly(dot_product(), machine)
    assert "vmulsd" in code
    assert "vaddsd" in code
    assert "vfmadd" not in code


def test_code_for_the_family_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def emit(triple: str) -> Any:
        given.append(triple)
        return module_of(7)

    assert answer(load_module("answer of the family", emit, ("answer",))) == 7
    assert given == [machine_of("native").triple]
