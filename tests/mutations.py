"""Breaks the kernels and planners on purpose, one mistake at a time: the tests must fail each time.

    python tests/mutations.py [--list] [NAME ...]

The package is copied, one text in it is replaced, and the quickest tests that ought to notice run against the copy. A
mutation that no test notices survives: then a test is missing, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
KERNELS = "native/kernels"
TEST_KERNELS = "tests/native/kernels"
LIMIT = 120
"""Seconds; a mutation that makes the tests run so long is noticed."""


@dataclass(frozen=True)
class Mutation:
    """`old`, which stands once in `file`, becomes `new`; `tests` are arguments for pytest."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def quick(name: str, *arguments: str) -> tuple[str, ...]:
    return (f"{TEST_KERNELS}/test_{name}.py", *arguments)


FUNCTIONS = ("tests/native/test_functions.py",)
EXECUTOR = ("tests/native/test_executor.py",)
ORDER = ("tests/native/test_order.py",)
STEPS = ("tests/native/test_steps.py", "-x")
AUGMENTATION = f"{KERNELS}/augmentation.py"
CONVOLUTION = f"{KERNELS}/convolution.py"
POOLING = f"{KERNELS}/pooling.py"
WINOGRAD = f"{KERNELS}/winograd.py"
WINOGRAD_FILTERS = f"{KERNELS}/winograd_filters.py"
WINOGRAD_GRADIENT = f"{KERNELS}/winograd_gradient.py"
WINOGRAD_TRANSFORMS = f"{KERNELS}/winograd_transforms.py"
PLANAR = f"{KERNELS}/planar.py"
STACKED = f"{KERNELS}/stacked.py"
LINEAR = f"{KERNELS}/linear.py"
LINEAR_BATCH = f"{KERNELS}/linear_batch.py"
NORMALIZATION = f"{KERNELS}/normalization.py"
MEMORY = ("tests/program/test_memory.py",)


def engines(names: str) -> tuple[str, ...]:
    """Both engines on the programs that are called so."""
    return (*EXECUTOR, "-k", f"engines_agree and ({names})")


MUTATIONS = {
    "forget the stride between two rows in a vector": Mutation(
        STACKED,
        "both = add(both, i, [i, i - apart])",
        "both = add(both, i, [i, i - 1])",
        quick("convolution", "-k", "two"),
    ),
    "lose a row between strips": Mutation(
        PLANAR,
        "e.times(first, stage.step[0])",
        "e.times(first, stage.x.row)",
        quick("convolution", "-k", "lanes"),
    ),
    "turn the rows of a strip without its last": Mutation(
        PLANAR,
        "with e.loop(0, _rows_seen(stage, n_rows)) as i:",
        "with e.loop(0, _rows_seen(stage, n_rows) - 1) as i:",
        quick("convolution", "-k", "lanes"),
    ),
    "write the positions behind a row": Mutation(
        PLANAR,
        "if block + k < part.count:",
        "if block + k <= part.count:",
        quick("convolution", "-k", "lanes"),
    ),
    "turn only the blocks of a square": Mutation(
        f"{KERNELS}/transposition.py",
        "    while half:\n",
        "    while half > 1:\n",
        quick("linear", "-k", "transpose"),
    ),
    "begin each shard with the last image of the one before": Mutation(
        LINEAR,
        "b.add(b.mul(shard, self.m), e.whole(self.count - 1))",
        "b.mul(shard, self.m)",
        quick("linear", "-k", "batch"),
    ),
    "forget the sums that wait": Mutation(
        LINEAR,
        "sums = work.waiting_sums(c, group) if before else work.starts(c, group)",
        "sums = work.starts(c, group)",
        quick("linear", "-k", "some_rows"),
    ),
    "db from every thread or none": Mutation(
        LINEAR,
        'b.icmp_signed("==", start, e.whole(0))',
        'b.icmp_signed("!=", start, e.whole(0))',
        quick("linear", "-k", "batch"),
    ),
    "drop the last tail lane": Mutation(
        "native/emit.py", "int(lane < count)", "int(lane < max(count - 1, 1))", quick("relu")
    ),
    "write one lane too many": Mutation(
        "native/emit.py", "int(lane < count)", "int(lane <= count)", quick("relu")
    ),
    "drop the rest of the channels": Mutation(
        f"{KERNELS}/rows.py",
        "    for part in split_lanes(n % e.lanes, e.lanes, full):\n        body(part.offset, part)\n",
        "",
        quick("addition"),
    ),
    "drop the rest of a tile": Mutation(
        "native/emit.py",
        "        if total - full * size:\n            body(full * size, total - full * size)\n",
        "",
        quick("convolution"),
    ),
    "swap vertical and horizontal in the step": Mutation(
        CONVOLUTION,
        "starts = [r * stage.step[0] + p * stage.step[1] for r, p in places]",
        "starts = [r * stage.step[1] + p * stage.step[0] for r, p in places]",
        quick("convolution"),
    ),
    "swap vertical and horizontal in a pool": Mutation(
        POOLING,
        "                    e.times(h, window.stride[0] * view.row),",
        "                    e.times(h, window.stride[1] * view.row),",
        quick("pooling"),
    ),
    "forget the stride in dA": Mutation(
        "program/convolution_calls.py",
        "stages.View(view.image, stride[0] * view.row, stride[1] * view.pixel)",
        "stages.View(view.image, view.row, view.pixel)",
        (*FUNCTIONS, "-k", "convolution"),
    ),
    "forget to flip the filters": Mutation(
        CONVOLUTION,
        "e.plus(e.times(t, -s), end) for t, s, end in zip((t_v, t_h), stage.stride, last, strict=True)",
        "e.plus(e.times(t, s), end) for t, s, end in zip((t_v, t_h), stage.stride, stage.tap, strict=True)",
        quick("convolution", "-k", "flipped"),
    ),
    "forget the stride in dW": Mutation(
        CONVOLUTION,
        "x_here = e.at(x_row, e.times(w, stage.stride[1] * stage.x.pixel))",
        "x_here = e.at(x_row, e.times(w, stage.x.pixel))",
        quick("convolution", "-k", "weight"),
    ),
    "the last image is skipped": Mutation(
        "native/job.py",
        'count = b.select(b.icmp_signed("<", left, tile), left, tile)',
        'count = b.select(b.icmp_signed("<=", left, tile), b.sub(left, e.whole(1)), tile)',
        (*EXECUTOR, "-k", "Dense"),
    ),
    "the last image twice": Mutation(
        "native/job.py",
        "return b.sdiv(b.add(b.mul(shard, m), e.whole(shards - 1)), e.whole(shards))",
        "return b.sdiv(b.add(b.mul(shard, m), e.whole(shards)), e.whole(shards))",
        (*EXECUTOR, "-k", "Dense"),
    ),
    "an image group of a dense layer is cut": Mutation(
        LINEAR,
        "start, size = stop, size // 2",
        "start, size = count, size // 2",
        quick("linear"),
    ),
    "the bias is forgotten": Mutation(
        CONVOLUTION, "if not stage.bias:", "if True:", quick("convolution", "-k", "test_convolution")
    ),
    "ties pass the gradient twice": Mutation(
        POOLING, "return e.b.select(hit, zero, left)", "return left", quick("pooling", "-k", "backward")
    ),
    "a NaN hits every place before it": Mutation(
        POOLING,
        'e.b.or_(e.b.fcmp_ordered("==", x, a), e.b.fcmp_unordered("uno", x, x))',
        'e.b.fcmp_unordered("==", x, a)',
        quick("pooling", "-k", "backward"),
    ),
    "the last maximum instead of the first": Mutation(
        POOLING, 'b.fcmp_unordered(">", x, a)', 'b.fcmp_ordered(">", x, a)', quick("pooling", "-k", "forward")
    ),
    "overlapping windows overwrite": Mutation(
        POOLING,
        "adds = stage.accumulate or stage.window.overlaps",
        "adds = stage.accumulate",
        quick("pooling", "-k", "backward"),
    ),
    "an average over too few": Mutation(
        POOLING,
        "a = e.b.fdiv(a, e.constant_like(a, f[0] * f[1]))",
        "a = e.b.fdiv(a, e.constant_like(a, f[0] * f[0]))",
        quick("pooling", "-k", "forward"),
    ),
    "the shards' tree in another order": Mutation(
        f"{KERNELS}/sgd.py",
        "zip(shards[::2], shards[1::2], strict=True)",
        "zip(shards[: len(shards) // 2], shards[len(shards) // 2 :], strict=True)",
        quick("sgd"),
    ),
    "image sums are not kept apart": Mutation(
        CONVOLUTION,
        "e.store(e.b.fadd(e.load(target, part), value), target, part)",
        "e.store(e.b.fsub(e.load(target, part), e.b.fneg(value)), target, part)"
        " if stage.size != (1, 1) else e.store(value, target, part)",
        quick("convolution", "-k", "weight"),
    ),
    "products are rounded before they are added": Mutation(
        "native/emit.py",
        'return self.b.call(self.intrinsic(f"llvm.fma.{suffix}", kind, [kind] * 3), [a, b, c])',
        "return self.b.fadd(self.b.fmul(a, b), c)",
        ORDER,
    ),
    "terms are added in another order": Mutation(
        CONVOLUTION,
        "        for k in range(count):\n            weights",
        "        for k in reversed(range(count)):\n            weights",
        ORDER,
    ),
    "the ReLU's mask is ignored": Mutation(
        CONVOLUTION,
        "value = e.keep_where_positive(value, e.load(there, part))",
        "e.load(there, part)",
        quick("convolution", "-k", "test_convolution"),
    ),
    "ReLU passes its gradient at 0": Mutation(
        "native/emit.py",
        'return self.b.select(self.b.fcmp_ordered("<=", a, zero), zero, gradient)',
        'return self.b.select(self.b.fcmp_ordered("<", a, zero), zero, gradient)',
        quick("relu"),
    ),
    "db of every tile": Mutation(
        CONVOLUTION,
        "n_columns: int, with_db: bool = False)",
        "n_columns: int, with_db: bool = True)",
        quick("convolution", "-k", "weight"),
    ),
    "db never": Mutation(
        CONVOLUTION,
        "one(0, tile.rows, 0, tile.columns, with_db=stage.bias)",
        "one(0, tile.rows, 0, tile.columns)",
        quick("convolution", "-k", "weight"),
    ),
    "a border off by one": Mutation(
        "program/plan.py",
        "return self.border[0][0] * self.row + self.border[1][0] * self.n_C",
        "return self.border[0][0] * self.row + self.border[1][1] * self.n_C",
        ("tests/program/test_plan.py",),
    ),
    "the gradient's border is too small": Mutation(
        "program/convolution_calls.py",
        "after = max((r.start + r.count - 1 - (n - 1) for r in one if r.taps), default=0)",
        "after = max((r.start + r.count - 2 - (n - 1) for r in one if r.taps), default=0)",
        ("tests/program/test_planning.py", "tests/native/test_executor.py"),
    ),
    "the sign of the step": Mutation(
        f"{KERNELS}/sgd.py", "e.fma(b.fneg(lr), v, ", "e.fma(lr, v, ", quick("sgd")
    ),
    "the momentum of the value": Mutation(
        f"{KERNELS}/sgd.py",
        "v = e.fma(momentum, e.load(velocity, part), g)",
        "v = e.fma(momentum, e.load(value, part), g)",
        quick("sgd"),
    ),
    "decay of every parameter": Mutation(
        f"{KERNELS}/sgd.py",
        "            steps(start, stop, False)",
        "            steps(start, stop, True)",
        quick("sgd"),
    ),
    "decay of none": Mutation(
        f"{KERNELS}/sgd.py",
        "bound = b.select(any_decay, e.whole(stage.decaying), e.whole(0))",
        "bound = b.select(any_decay, e.whole(0), e.whole(0))",
        quick("sgd"),
    ),
    "a velocity that does not look ahead": Mutation(
        f"{KERNELS}/sgd.py",
        "v = b.select(ahead, e.fma(momentum, v, g), v)",
        "v = b.select(ahead, v, v)",
        quick("sgd"),
    ),
    "an update without its guard": Mutation(
        f"{KERNELS}/sgd.py",
        "b.if_then(is_finite(e, guard))",
        'b.if_then(b.icmp_signed("==", start, start))',
        quick("sgd"),
    ),
    "gradients that are never clipped": Mutation(
        f"{KERNELS}/sgd.py", "g if factor is None else b.fmul(factor, g)", "g", quick("sgd")
    ),
    "the second moment of something else": Mutation(
        f"{KERNELS}/adam.py", "b.fmul(b.fmul(rest2, g), g)", "b.fmul(b.fmul(rest2, g), v)", quick("adam")
    ),
    "epsilon within the root": Mutation(
        f"{KERNELS}/adam.py",
        "e.fma(root(e, s), inverse, epsilon)",
        "b.fmul(root(e, b.fadd(s, epsilon)), inverse)",
        quick("adam"),
    ),
    "a decay that does not shrink": Mutation(
        f"{KERNELS}/adam.py", "p = e.fma(b.fneg(shrink), p, p)", "p = e.fma(shrink, p, p)", quick("adam")
    ),
    "chains of squares that depend on the vector": Mutation(
        f"{KERNELS}/clipping.py", "(number * e.lanes + k * width) % CHAINS // width", "0", quick("clipping")
    ),
    "a block of squares that begins anywhere": Mutation(
        "native/job.py", "phase.unit or 64 // e.scalar_bytes", "64 // e.scalar_bytes", quick("clipping")
    ),
    "shards that are not summed for the update": Mutation(
        f"{KERNELS}/clipping.py", "if stage.shards > 1:", "if stage.shards > 8:", quick("clipping")
    ),
    "short gradients made longer": Mutation(
        f"{KERNELS}/clipping.py",
        'b.select(b.fcmp_ordered(">", norm, clip), b.fdiv(clip, norm), ir.Constant(F64, 1.0))',
        "b.fdiv(clip, norm)",
        quick("clipping"),
    ),
    "a norm that nobody looks at": Mutation(
        f"{KERNELS}/clipping.py",
        "b.and_(is_finite(e, norm), is_finite(e, loss))",
        "is_finite(e, loss)",
        quick("clipping"),
    ),
    "a loss that comes after the update": Mutation(
        "program/planning.py",
        '"guard": Operand(draft.guard, slot_itself=True)',
        '"guard": Operand("scale", slot_itself=True)',
        ("tests/native/test_updates.py", "-k", "not_finite"),
    ),
    "squares of a wide layer over the others": Mutation(
        "program/planning.py",
        'Operand("squares", blocks)',
        'Operand("squares")',
        ("tests/program/test_planning.py", "-k", "clipped"),
    ),
    "biases that decay": Mutation(
        "program/table.py", "return self.fan_in > 0", "return True", ("tests/program/test_parameters.py",)
    ),
    "labels that keep what others share": Mutation(
        f"{KERNELS}/softmax.py", "whole = b.fadd(hit, spread)", "whole = hit", quick("softmax")
    ),
    "shares in the loss alone": Mutation(
        f"{KERNELS}/softmax.py",
        "e.fma(A, e.splat(whole, part.width), e.b.fneg(share))",
        "e.b.fmul(A, e.splat(whole, part.width))",
        quick("softmax"),
    ),
    "targets without the rows": Mutation(
        f"{KERNELS}/squared_error.py",
        'e.at(arguments["targets"], e.times(row, stage.n_C))',
        'e.at(arguments["targets"], e.times(image, stage.n_C))',
        quick("squared_error"),
    ),
    "half the gradient of a square": Mutation(
        f"{KERNELS}/squared_error.py",
        "ir.Constant(F64, 2.0)",
        "ir.Constant(F64, 1.0)",
        quick("squared_error"),
    ),
    "softmax without its maximum": Mutation(
        f"{KERNELS}/softmax.py",
        "e.b.fsub(z, e.splat(z_max, part.width))",
        "z",
        quick("softmax"),
    ),
    "a label off by one": Mutation(
        f"{KERNELS}/softmax.py",
        "label = _label(e, arguments, image)\n        z_max",
        "label = b.srem(b.add(_label(e, arguments, image), e.whole(1)), e.whole(stage.n_C))\n        z_max",
        quick("softmax"),
    ),
    "labels without the rows": Mutation(
        f"{KERNELS}/softmax.py",
        'e.at(arguments["labels"], row, kind=I64)',
        'e.at(arguments["labels"], image, kind=I64)',
        quick("softmax"),
    ),
    "images without the rows": Mutation(
        f"{KERNELS}/load.py",
        'return e.at(self.arguments["X"], e.times(row, size), kind=self.kind)',
        'return e.at(self.arguments["X"], e.times(image, size), kind=self.kind)',
        quick("load"),
    ),
    "bytes with a sign": Mutation(f"{KERNELS}/load.py", "b.uitofp(", "b.sitofp(", quick("load")),
    "exp with a term less": Mutation(
        f"{KERNELS}/elementary.py", "-104.0, 89.0, 7, 6)", "-104.0, 89.0, 5, 6)", quick("elementary")
    ),
    "nine rounds of Philox": Mutation(f"{KERNELS}/philox.py", "ROUNDS = 10", "ROUNDS = 9", quick("philox")),
    "a value's second gradient overwrites the first": Mutation(
        "program/backward.py",
        "accumulate = home.value in self.written",
        "accumulate = False",
        ("tests/program/test_planning.py", *EXECUTOR),
    ),
    "a ReLU of a ReLU loses its gradient": Mutation(
        "program/placement.py",
        "Home(self._own_home(node.inputs[0]).value, value)",
        "Home(self.root(node.inputs[0]), value)",
        (*EXECUTOR, "-k", "ReLU"),
    ),
    "sums of shards a wrong distance apart": Mutation(
        NORMALIZATION,
        "shard * stage.stride + row * stage.n_C",
        "shard * 2 * stage.n_C + row * stage.n_C",
        quick("normalization", "-k", "statistics"),
    ),
    "a variance without the mean's square": Mutation(
        NORMALIZATION,
        "b.fmul(mean, mean)",
        "ir.Constant(F64, 0.0)",
        quick("normalization", "-k", "statistics"),
    ),
    "a running variance that is biased": Mutation(
        NORMALIZATION, "b.fmul(variance, unbiased)", "variance", quick("normalization", "-k", "running")
    ),
    "statistics run on without training": Mutation(
        NORMALIZATION,
        "with b.if_then(b.and_(training, b.and_(present, good)))",
        "with b.if_then(b.and_(present, good))",
        quick("normalization", "-k", "running"),
    ),
    "an empty batch is divided by": Mutation(
        NORMALIZATION,
        'e.b.select(e.b.icmp_signed(">", N, e.whole(0)), N, e.whole(1))',
        "N",
        quick("normalization", "-k", "batch_statistics"),
    ),
    "sums without the rest of the channels": Mutation(
        NORMALIZATION,
        "parts = split_lanes(stage.n_C, e.lanes)",
        "parts = split_lanes(stage.n_C, e.lanes)[: max(stage.n_C // e.lanes, 1)]",
        quick("normalization", "-k", "sums"),
    ),
    "squares are rounded before they are added": Mutation(
        NORMALIZATION,
        "e.fma(x, x, sums[2 * number + 1])",
        "e.b.fadd(e.b.fmul(x, x), sums[2 * number + 1])",
        quick("normalization", "-k", "sums"),
    ),
    "the sign of gamma's share": Mutation(
        NORMALIZATION,
        "GAMMA_SHARE: b.fmul(b.fmul(share, dgamma), inverse)",
        "GAMMA_SHARE: b.fneg(b.fmul(b.fmul(share, dgamma), inverse))",
        quick("normalization", "-k", "gradient_statistics"),
    ),
    "a gradient is masked before it is added": Mutation(
        NORMALIZATION,
        """        if stage.accumulate:
            dx = e.b.fadd(e.load(pointers[2], part), dx)
        if stage.mask is not None:
            dx = e.keep_where_positive(dx, e.load(pointers[3], part))
""",
        """        if stage.mask is not None:
            dx = e.keep_where_positive(dx, e.load(pointers[3], part))
        if stage.accumulate:
            dx = e.b.fadd(e.load(pointers[2], part), dx)
""",
        quick("normalization", "-k", "input_gradient"),
    ),
    "filters are folded without the mean": Mutation(
        NORMALIZATION,
        "e.fma(e.b.fsub(b, mean), scale, beta)",
        "e.fma(b, scale, beta)",
        quick("normalization"),
    ),
    "statistics a phase too early": Mutation(
        "program/forward.py",
        "self.openings[following].append",
        "self.openings[following - 2].append",
        engines("normalization"),
    ),
    "a value made again in one phase alone": Mutation(
        "program/forward.py", 'key = f"{value}@{self.phase}"', "key = value", engines("normalization")
    ),
    "shards end without their last calls": Mutation(
        "native/job.py", "for call in phase.epilogue:", "for call in ():", engines("3x3")
    ),
    "a gradient is changed while others still read it": Mutation(
        "program/backward.py",
        "self.phase = max(self.phase, over_images(self.touched.get(buffer, 0)))",
        "pass",
        engines("pool"),
    ),
    "a gradient in place though somebody reads it later": Mutation(
        "program/placement.py",
        "last < first_read[other] and last_add[other] < first_read[term] for other in here",
        "last_add[term] >= -1 for other in here",
        engines("convolutions or nested or sum"),
    ),
    "a ReLU masks what others add": Mutation(
        "program/placement.py",
        "alone = len(uses) == len(self.uses(node.inputs[0])) == 1",
        "alone = len(uses) == 1",
        engines("residual"),
    ),
    "a border shared with a buffer that has none": Mutation(
        "program/memory.py", "if piece.border == border and piece.last", "if piece.last", MEMORY
    ),
    "a buffer over one that is still read": Mutation(
        "program/memory.py", "piece.last < use.first", "piece.last <= use.first", MEMORY
    ),
    "memory of one phase is taken twice": Mutation(
        "program/memory.py", "ends[phase] += size", "ends[phase] += 0", MEMORY
    ),
    "a wide layer's update of other parameters": Mutation(
        "program/planning.py", "{name: Operand(name, start) for", "{name: Operand(name) for", engines("wide")
    ),
    "a wide layer in the phase of its input": Mutation(
        "program/forward.py",
        'node.operation == "batch_norm" or self.is_huge(node)',
        'node.operation == "batch_norm"',
        engines("wide"),
    ),
    "the last images of a wide layer": Mutation(
        LINEAR_BATCH,
        "groups = (_images(e.machine), 4, 1)",
        "groups = (_images(e.machine), 4)",
        quick("linear_batch", "-k", "forward"),
    ),
    "a wide layer begins again with each part of W": Mutation(
        LINEAR_BATCH,
        'x = e.at(arguments["x"], e.times(image, stage.x_image), rows[0])',
        'x = e.at(arguments["x"], e.times(image, stage.x_image))',
        quick("linear_batch", "-k", "forward"),
    ),
    "every thread writes the rest of the outputs": Mutation(
        LINEAR_BATCH,
        'b.icmp_signed("==", stop, e.whole(n))',
        'b.icmp_signed("<=", stop, e.whole(n))',
        quick("linear_batch", "-k", "share or alone"),
    ),
    "a wide layer's dA replaces what stands there": Mutation(
        LINEAR_BATCH,
        "value = e.b.fadd(e.load(target, part), value)",
        "e.load(target, part)",
        quick("linear_batch", "-k", "input"),
    ),
    "a bad entry of the cache is loaded": Mutation(
        "native/cache.py",
        "not data.startswith(MAGIC) or _digest(key, body) != digest",
        "not data.startswith(MAGIC)",
        ("tests/native/test_cache.py",),
    ),
    "a tile reads behind the image": Mutation(
        WINOGRAD,
        "range(tile.n_rows + 2), tile.n_columns + 2",
        "range(tile.n_rows + 2), SPAN",
        quick("winograd", "-k", "test_convolution"),
    ),
    "a tile writes behind the output": Mutation(
        WINOGRAD,
        "for j in range(tile.n_columns):",
        "for j in range(TILE):",
        quick("winograd", "-k", "test_convolution"),
    ),
    "the rows at the bottom are forgotten": Mutation(
        WINOGRAD, "if size[0] % TILE:", "if size[0] % TILE == 1:", quick("winograd", "-k", "test_convolution")
    ),
    "the last tiles of a block are not multiplied": Mutation(
        WINOGRAD, "sizes = {positions, 1}", "sizes = {positions}", quick("winograd", "-k", "test_convolution")
    ),
    "a block of images begins with the first image again": Mutation(
        WINOGRAD,
        "e.plus(block.first_image, i), e.b.mul",
        "e.plus(0, i), e.b.mul",
        quick("winograd", "-k", "images"),
    ),
    "Winograd's filters are not flipped": Mutation(
        WINOGRAD_FILTERS,
        "(3 * (2 - v) + 2 - h) * tap",
        "(3 * v + h) * tap",
        quick("winograd", "-k", "test_filters"),
    ),
    "Winograd's filters are not scaled": Mutation(
        WINOGRAD_FILTERS,
        "e.store(scaled(e, value, i, j), target",
        "e.store(value, target",
        quick("winograd", "-k", "test_filters"),
    ),
    "rows and columns of a transformed tile are swapped": Mutation(
        WINOGRAD_TRANSFORMS,
        "columns = [pair(e, number, [row[j] for row in d]) for j in range(len(d[0]))]",
        "columns = [pair(e, number, d[j]) for j in range(len(d))]",
        quick("winograd", "-k", "test_convolution"),
    ),
    "the sign of a shared subexpression": Mutation(
        WINOGRAD_TRANSFORMS,
        "a, b = e.b.fsub(d[4], d[2]), e.b.fsub(d[3], d[1])",
        "a, b = e.b.fsub(d[4], d[2]), e.b.fsub(d[1], d[3])",
        quick("winograd", "-k", "test_convolution"),
    ),
    "a tile's sums in another order": Mutation(
        WINOGRAD_TRANSFORMS,
        "b.fadd(_times(e, 8.0, minus_2, minus), m[5])",
        "_times(e, 8.0, minus_2, b.fadd(minus, m[5]))",
        quick("winograd", "-k", "promised_order"),
    ),
    "sums of an earlier call are lost": Mutation(
        WINOGRAD_GRADIENT,
        "[e.load(there, part) for there in places]",
        "[e.splat_constant(0.0, e.lanes) for _ in places]",
        quick("winograd", "-k", "weight"),
    ),
    "db of every block of rows": Mutation(
        WINOGRAD_GRADIENT,
        'e.b.icmp_signed("==", at.first, e.whole(0))',
        'e.b.icmp_signed(">=", at.first, e.whole(0))',
        quick("winograd", "-k", "test_weight_gradient"),
    ),
    "dW without its factors": Mutation(
        WINOGRAD_GRADIENT,
        "scaled(e, e.load(e.at(sums, plane(i, j) * step), whole), i, j)",
        "e.load(e.at(sums, plane(i, j) * step), whole)",
        quick("winograd", "-k", "output"),
    ),
    "a point of Winograd's is wrong": Mutation(
        "program/winograd.py",
        "(0, 1, 1, 4, 4, 1))",
        "(0, 1, 1, 4, 4, 0))",
        ("tests/program/test_winograd.py",),
    ),
    "a pixel is normalized with two roundings": Mutation(
        f"{KERNELS}/load.py",
        "return e.fma(e.b.uitofp(stored, e.vector_type(width)), gain, shift)",
        "return e.b.fadd(e.b.fmul(e.b.uitofp(stored, e.vector_type(width)), gain), shift)",
        quick("load"),
    ),
    "a ReLU leaves its mask to a step": Mutation(
        "program/placement.py",
        "return alone and uses[0].row.has_kernel and node.inputs[0] in self.needs_gradient",
        "return alone and node.inputs[0] in self.needs_gradient",
        STEPS,
    ),
    "what a step reads is made again": Mutation(
        "program/placement.py",
        "if self.is_wide(node) or not node.row.has_kernel",
        "if self.is_wide(node)",
        STEPS,
    ),
    "a step writes over a gradient": Mutation(
        "native/steps.py", "view[...] = view + shaped if adds else shaped", "view[...] = shaped", STEPS
    ),
    "a step's gradient stands a shard further": Mutation(
        "native/executor.py", "store.views(self._wide, block.sharded)", "store.views(self._wide)", STEPS
    ),
    "a step reads what may be written again": Mutation(
        "native/steps.py", "self._view(place).copy().reshape", "self._view(place).reshape", STEPS
    ),
    "a gradient is compared with itself": Mutation(
        "program/gradient_check.py",
        "        flat[place] = kept + EPSILON\n",
        "        flat[place] = kept\n",
        ("tests/program/test_gradient_check.py",),
    ),
    "images move the other way": Mutation(
        AUGMENTATION,
        "first = b.sub(w, moved.horiz_shift)",
        "first = b.add(w, moved.horiz_shift)",
        quick("augmentation", "-k", "small"),
    ),
    "the last pixels of a row do not move": Mutation(
        AUGMENTATION,
        "            some(last, together)  # the last ones, some of them a second time\n",
        "",
        quick("augmentation", "-k", "together"),
    ),
    "what lies outside is 0 before it is normalized": Mutation(
        AUGMENTATION,
        "e.b.select(outside, normalized, nothing)",
        "e.b.select(outside, nothing, normalized)",
        quick("augmentation", "-k", "small"),
    ),
    "a place behind the border is read": Mutation(
        AUGMENTATION,
        'place = b.select(b.fcmp_ordered(">", place, last), last, place)',
        'place = b.select(b.fcmp_ordered(">", place, first), place, place)',
        quick("augmentation", "-k", "small"),
    ),
    "weights change places": Mutation(
        AUGMENTATION,
        "for weight in (corners.behind, corners.below)]",
        "for weight in (corners.below, corners.behind)]",
        quick("augmentation", "-k", "small"),
    ),
    "a mirrored place keeps its sign": Mutation(
        AUGMENTATION,
        "return b.select(flip, b.fneg(place), place)",
        "return b.select(flip, place, place)",
        quick("augmentation", "-k", "small"),
    ),
    "a reflected row is one too far": Mutation(
        AUGMENTATION,
        "return least(e, index, b.sub(there_and_back, index))",
        "return least(e, index, b.sub(e.whole(2 * n - 1), index))",
        quick("augmentation", "-k", "small"),
    ),
    "a reflected place is not mirrored": Mutation(
        AUGMENTATION,
        'return b.select(b.fcmp_ordered(">", place, last), b.fsub(there_and_back, place), place)',
        "return place",
        quick("augmentation", "-k", "small"),
    ),
    "a cutout is a row too short": Mutation(
        AUGMENTATION,
        "with e.loop(vert_start, vert_end) as h:",
        "with e.loop(vert_start, e.b.sub(vert_end, e.whole(1))) as h:",
        quick("augmentation", "-k", "small"),
    ),
    "every epoch draws the same": Mutation(
        f"{KERNELS}/draws.py",
        "counters = [given(Word.EPOCH), image, e.whole(0)]",
        "counters = [e.whole(0), image, e.whole(0)]",
        quick("augmentation", "-k", "many_draws"),
    ),
    "a sine in the wrong quarter": Mutation(
        f"{KERNELS}/angles.py",
        "turned = b.xor(odd, upper)",
        "turned = upper",
        quick("angles"),
    ),
    "an angle's last digits": Mutation(
        "angles.py",
        "r = (x - k * HALF_PI_HIGH) - k * HALF_PI_LOW",
        "r = x - k * (HALF_PI_HIGH + HALF_PI_LOW)",
        ("tests/test_angles.py",),
    ),
    "Winograd where there are few channels": Mutation(
        "program/winograd.py",
        "min(n_C_prev, n_C) >= 16",
        "max(n_C_prev, n_C) >= 16",
        ("tests/program/test_winograd.py",),
    ),
}


def source(package: Path, mutation: Mutation) -> tuple[Path, str]:
    """The file that a mutation changes, with its text; the old text stands in it exactly once."""
    path = package / mutation.file
    text = path.read_text(encoding="utf-8")
    found = text.count(mutation.old)
    assert found == 1, f"{mutation.file}: {mutation.old!r} stands there {found} times, not once"
    return path, text


def noticed(mutation: Mutation, package: Path, scratch: Path) -> str | None:
    """The first test that fails with the mutation, or None."""
    path, text = source(package, mutation)
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(package.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "FULLSTRIDE_CACHE_DIR": str(scratch / "objects"),
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    try:
        done = subprocess.run(
            [*command, *mutation.tests],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"more than {LIMIT} s"
    finally:
        path.write_text(text, encoding="utf-8")
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    assert failed, f"pytest did not run:\n{done.stdout}\n{done.stderr}"
    return failed[1].removeprefix("tests/")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of them, unless some are named")
    parser.add_argument("--list", action="store_true", help="list the mutations and exit")
    given = parser.parse_args()
    if given.list:
        print("\n".join(MUTATIONS))
        return 0
    unknown = [name for name in given.names if name not in MUTATIONS]
    if unknown:
        parser.error(f"no such mutation: {', '.join(unknown)} (--list shows them)")
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        package = Path(folder) / "src" / "fullstride"
        shutil.copytree(ROOT / "src" / "fullstride", package, ignore=shutil.ignore_patterns("__pycache__"))
        for mutation in MUTATIONS.values():
            source(package, mutation)
        for name in given.names or MUTATIONS:
            start = time.monotonic()
            test = noticed(MUTATIONS[name], package, Path(folder))
            survivors += test is None
            print(f"{name:48} {test or 'SURVIVED':76} {time.monotonic() - start:5.1f} s", flush=True)
    print(f"{len(given.names or MUTATIONS)} mutations, {survivors} survived")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
