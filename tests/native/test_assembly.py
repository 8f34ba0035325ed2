"""Functions and innermost loops of assembly, on listings whose numbers are counted by hand."""

from __future__ import annotations

from fullstride.native.assembly import functions, innermost_loops, loop_words
from fullstride.native.machine import AARCH64
from fullstride.program.machine import Machine

AVX512 = Machine("avx512", "x86_64-unknown-linux-gnu", "x86-64-v4", "", 512, 32)

X86 = """
	.type	first,@function
first:
	testq	%rdi, %rdi
	jle	.LBB0_9
	.p2align	4
.LBB0_1:
	movq	%rsi, %r9
.LBB0_2:                                # the inner one
	vmovups	(%rcx,%r9), %zmm30
	vmovups	-24(%rsp), %zmm29               # 64-byte Spill
	vbroadcastss	(%rdx), %zmm28
	vfmadd231ps	-104(%r11,%r15,4){1to16}, %zmm30, %zmm1
	vfmadd231ps	%zmm28, %zmm29, %zmm2
	vfmadd231ps	%zmm28, %zmm30, %zmm1
	movq	8(%rax), %rbx
	vmovups	%zmm1, (%r8) {%k1}
	leaq	64(%r9), %r9
	cmpq	$4, 16(%rsp)
	jb	.LBB0_2
	incq	%rax
	jb	.LBB0_1
.LBB0_9:
	retq
.Lfunc_end0:
	.size	first, .Lfunc_end0-first
second:
	retq
.Lfunc_end1:
"""


def test_functions_from_their_label_to_their_last_instruction() -> None:
    found = functions(X86)
    assert list(found) == ["first", "second"]
    assert found["second"] == ["second:", "\tretq"]
    assert found["first"][-1] == "\tretq"
    assert len(found["first"]) == 22


def test_the_innermost_loop_of_x86() -> None:
    (loop,) = innermost_loops(functions(X86)["first"], AVX512)
    assert (loop.first, loop.last) == (6, 17)
    assert len(loop.instructions) == 11
    assert (loop.fmas, loop.multiply_adds) == (3, 48)
    assert (loop.count("vector"), loop.count("number"), loop.count("word")) == (2, 2, 2)
    assert sum(one.stores for one in loop.instructions) == 1
    assert sum(one.stack for one in loop.instructions) == 2
    assert loop.cycles == 8  # the sum in zmm1 waits twice for itself, four cycles each time
    assert list(loop_words(loop, AVX512, "float32")) == [
        "innermost loop: 11 instructions, 3 of them fused multiply-adds; reads: vectors 2, single numbers 2, words 2; "
        "stores 1; spills (stack accesses) 2",
        "bound: 4.36 multiply-adds an instruction (27% of the instructions); 6.0 a cycle, 19% of the 32 that the "
        "vectors could do",
    ]


def test_a_sum_that_begins_in_each_turn_waits_for_no_other_turn() -> None:
    lines = [".L1:", "\tvmovups\t(%rax), %ymm1", "\tvfmadd231ps\t%ymm2, %ymm3, %ymm1", "\tjb\t.L1"]
    (loop,) = innermost_loops(lines, AVX512)
    assert loop.multiply_adds == 8
    assert loop.cycles == 1
    (loop,) = innermost_loops([lines[0], *lines[2:]], AVX512)
    assert loop.cycles == 4


def test_scalars_and_doubles() -> None:
    lines = [
        ".L1:",
        "\tvfmadd213sd\t(%rax), %xmm3, %xmm1",
        "\tvfnmadd231pd\t%ymm2, %ymm3, %ymm4",
        "\tjne\t.L1",
    ]
    (loop,) = innermost_loops(lines, AVX512)
    assert [one.fma for one in loop.instructions] == [1, 4, 0]
    assert loop.count("number") == 1


def test_a_loop_without_multiply_adds_has_no_bound() -> None:
    (loop,) = innermost_loops([".L1:", "\tincq\t%rax", "\tjne\t.L1"], AVX512)
    assert len(list(loop_words(loop, AVX512, "float32"))) == 1


def test_the_innermost_loop_of_aarch64() -> None:
    text = """
.LBB8_7:
	ldp	q15, q14, [x19, #-16]
	ldur	s0, [x21, #-224]
	ld1r	{ v2.4s }, [x20], #4
	ldr	x3, [x4]
	str	q21, [sp, #64]                  // 16-byte Folded Spill
	fmla	v26.4s, v15.4s, v0.s[0]
	fmla	v13.4s, v14.4s, v2.4s
	fmadd	s5, s6, s7, s5
	cmp	x7, #23
	b.lo	.LBB8_7
"""
    (loop,) = innermost_loops(text.splitlines()[1:], AARCH64)
    assert len(loop.instructions) == 10
    assert (loop.fmas, loop.multiply_adds) == (3, 9)
    assert (loop.count("vector"), loop.count("number"), loop.count("word")) == (1, 2, 1)
    assert sum(one.stores and one.stack for one in loop.instructions) == 1
