"""Jobs: plans with everything that they are to work on, so small that an emulated processor is quick with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from fullstride.geometry import Window
from fullstride.native.executor import ONLY_GRADIENTS, UPDATE, structure_of
from fullstride.native.inputs import rows_of
from fullstride.program import (
    PLAIN,
    SGD,
    START,
    Adam,
    AdamW,
    AnyUpdate,
    Cost,
    Inputs,
    ParameterStore,
    Program,
    Update,
    stages,
)
from fullstride.program import function_plans as functions
from fullstride.program.augmentation import augmentation_words
from fullstride.program.machine import Machine
from fullstride.program.parameters import aligned_zeros
from fullstride.program.placement import image_shape
from fullstride.program.plan import SHARDS, Call, Operand, Phase, Plan, Slot, slots
from fullstride.program.planning import plan_inference, plan_training
from fullstride.program.stages import NORM_BLOCK
from fullstride.random import Purpose, Stream
from fullstride.steps import Augmentation
from tests.native.aarch64 import winograd
from tests.native.aarch64.programs import PROGRAMS

DTYPES = ("float32", "float64")
UPDATED = Update(0.1, 0.9)
UNWRITTEN = -12345.0
"""What stands in an output before the job runs."""


@dataclass(frozen=True)
class Job:
    """A plan and the contents of its slots.

    Attributes
    ----------
    plan : callable (Machine) -> Plan
    given : mapping
        Arrays and numbers by slot. "arena", "packed", "batch" and "statistics" are made as the plan says.
    outputs : tuple of str
        Slots that the job must have written to.
    threads : tuple of int
        Sizes of team that it is run with.
    """

    name: str
    plan: Callable[[Machine], Plan]
    given: Mapping[str, Any]
    outputs: tuple[str, ...]
    threads: tuple[int, ...] = (1, 2)


class Memory:
    """A job's slots as arrays of its own; a number is an array of one word."""

    def __init__(self, job: Job, plan: Plan, threads: int) -> None:
        own = {
            "arena": aligned_zeros(plan.arena * threads, plan.dtype),
            "packed": aligned_zeros(plan.packed, plan.dtype),
            "batch": aligned_zeros(plan.batch * int(job.given["m"]), plan.dtype),
            "statistics": aligned_zeros(plan.shards * plan.statistics, "float64"),
        }
        self.numbers = {slot.name for slot in plan.slots if slot.itemsize == 0}
        self.arrays: dict[str, Any] = {}
        for slot in plan.slots:
            if slot.name in self.numbers:
                self.arrays[slot.name] = np.array([job.given[slot.name]])
                assert self.arrays[slot.name].dtype in (np.int64, np.float64), slot
            elif slot.name in own:
                self.arrays[slot.name] = own[slot.name]
            else:
                given = np.ascontiguousarray(job.given[slot.name])
                self.arrays[slot.name] = aligned_zeros(given.size, given.dtype.name).reshape(given.shape)
                self.arrays[slot.name][...] = given

    def results(self) -> dict[str, Any]:
        """Everything but the memory that each machine lays out for itself."""
        own = ("arena", "packed", "batch")
        return {name: array for name, array in self.arrays.items() if name not in own}


def stages_of(plan: Plan) -> Iterator[stages.Stage]:
    for phase in plan.phases:
        for call in phase.all_calls:
            yield call.stage


def _unwritten(shape: Any, dtype: str) -> Any:
    return np.full(shape, UNWRITTEN, dtype)


def _with_nan(images: Any, image: int = 1) -> Any:
    """One NaN in the middle of one image."""
    images = images.copy()
    images[image].flat[images[image].size // 2] = np.nan
    return images


# --- programs ---------------------------------------------------------------------------------------------------------


def _images(program: Program, count: int, seed: int) -> Any:
    generator = np.random.default_rng(seed)
    return generator.standard_normal((count, *program.input_shape)).astype(program.dtype)


def _store(program: Program) -> ParameterStore:
    """Parameters of which none is zero, and velocities of those that are trained."""
    store, generator = ParameterStore(program), np.random.default_rng(5)
    store.initialize(0)
    for name in program.parameters:
        store.values[name][...] += generator.uniform(-0.05, 0.05, store.values[name].shape)
    for name in program.trained:
        store.velocity[name][...] = generator.standard_normal(store.velocity[name].shape)
    return store


def normalizing(program: Program) -> Inputs:
    """Another mean and deviation for every channel."""
    n_C = image_shape(program.input_shape)[2]
    return Inputs(
        1 / 255, tuple(0.4 + 0.01 * c for c in range(n_C)), tuple(0.3 - 0.001 * c for c in range(n_C))
    )


def pixels(program: Program, inputs: Inputs) -> dict[str, Any]:
    """What becomes of images, as slots."""
    _, n_W, n_C = image_shape(program.input_shape)
    gain, shift = rows_of(inputs, n_W, n_C, program.dtype)
    return {"gain": gain, "shift": shift}


def training(
    name: str,
    program: Program,
    X: Any,
    m: int = 11,
    mode: int = UPDATE,
    l2: int = 0,
    augmentation: Augmentation | None = None,
    update: AnyUpdate = UPDATED,
    cost: Cost = PLAIN,
    image_weights: bool = False,
) -> Job:
    """One step of training on m of the images; `l2` is another size of cache, and so another size of tile."""
    generator, store, dtype = np.random.default_rng(7), _store(program), program.dtype
    n_C = program.shapes[program.output][0]

    def plan(machine: Machine) -> Plan:
        here = replace(machine, l2_bytes=l2) if l2 else machine
        inputs = Inputs(augmentation=augmentation)
        return plan_training(program, here, structure_of(update, inputs, cost, image_weights=image_weights))

    given = {
        "X": X,
        "rows": generator.permutation(len(X))[:m].astype(np.int64),
        "labels": (labels := generator.integers(0, n_C, len(X))),
        "targets": generator.standard_normal((len(X), n_C)).astype(dtype),
        "values": store.value_block,
        "velocity": store.velocity_block,
        "gradients": _unwritten(SHARDS * store.block.sharded, dtype),
        "wide": _unwritten(store.block.size - store.block.sharded, dtype),
        "reduced": _unwritten(store.block.size, dtype),
        "losses": _unwritten(m, dtype),
        "m": m,
        "kind": int(X.dtype == np.uint8),
        **pixels(program, normalizing(program)),
        "mode": mode,
        "total": UNWRITTEN,
        **update.numbers(),
        **_more(store, update, cost, n_C),
    }
    if augmentation is not None:
        given["augmentation"] = augmentation_words(Inputs(augmentation=augmentation, seed=2**64 - 5, epoch=3))
    given["divisor"] = cost.divisor(labels[given["rows"]])
    given["factors"] = generator.uniform(0.5, 2, m).astype(dtype)
    written = ("reduced",) if mode == ONLY_GRADIENTS else ("values", "velocity")
    written += ("wide",) if store.block.wide else ()
    written += ("square",) if update.family == "adam" else ()
    written += ("norm", "guard", "squares") if update.clip is not None else ()
    return Job(name, plan, given, ("gradients", "losses", "total", *written))


def _more(store: ParameterStore, update: AnyUpdate, cost: Cost, n_C: int) -> dict[str, Any]:
    """What only some updates and losses take."""
    parts = (store.block.sharded, store.block.size - store.block.sharded)
    shares, hits = cost.parts(n_C)
    return {
        "square": np.abs(store.velocity_block),
        "squares": _unwritten(sum(-(-part // NORM_BLOCK) for part in parts), "float64"),
        "clip": update.clip or 0.0,
        "norm": UNWRITTEN,
        "guard": UNWRITTEN,
        "shares": shares.astype(store.program.dtype),
        "hits": hits.astype(store.program.dtype),
        "spread": math.fsum(shares),
    }


def inference(name: str, program: Program, X: Any) -> Job:
    n = prod(program.shapes[program.output])
    given = {
        "X": X,
        "rows": np.arange(len(X), dtype=np.int64),
        "values": _store(program).value_block,
        "out": _unwritten((len(X), n), program.dtype),
        "m": len(X),
        "kind": int(X.dtype == np.uint8),
        **pixels(program, normalizing(program)),
    }
    return Job(name, lambda machine: plan_inference(program, machine), given, ("out",))


AUGMENTATIONS = {
    "moved": Augmentation(shift=2, flip=True, flip_vertical=True, cutout=4),
    "resampled": Augmentation(1, True, False, 0.6, 30, (0.8, 1.2), 3),
    "reflected": Augmentation(shift=9, flip=True, border="reflect"),
    "resampled and reflected": Augmentation(3, False, True, 0.6, 90, (0.3, 1.2), border="reflect"),
}


def program_jobs(dtype: str) -> Iterator[Job]:
    for number, (name, program) in enumerate(PROGRAMS.items()):
        program = replace(program, dtype=dtype)
        X = _images(program, 13, seed=number)
        yield training(f"train {name}", program, X)
        yield inference(f"predict {name}", program, X[:5])

    program = replace(PROGRAMS["two convolutions"], dtype=dtype)
    X = _images(program, 13, seed=20)
    as_bytes = np.random.default_rng(21).integers(0, 256, X.shape, np.uint8)
    yield training("train on bytes", program, as_bytes)
    yield inference("predict from bytes", program, as_bytes[:5])
    for sort, chosen in AUGMENTATIONS.items():
        yield training(f"train on bytes, {sort}", program, as_bytes, augmentation=chosen)
        yield training(f"train on numbers, {sort}", program, X, augmentation=chosen)
    yield training("gradients alone", program, X, m=13, mode=ONLY_GRADIENTS)
    yield training("train, one image a tile", program, X, l2=1)
    bad = training("train with a NaN", program, _with_nan(X))
    yield replace(bad, outputs=("gradients", "losses", "total"))  # nothing is updated
    yield inference("predict with a NaN", program, _with_nan(X[:5]))
    yield from update_jobs(dtype)
    features = PROGRAMS["features"]
    features = replace(features, nodes=features.nodes[:3], dtype=dtype, loss=None)
    yield inference("predict an image", features, _images(features, 5, seed=22))


def update_jobs(dtype: str) -> Iterator[Job]:
    """Other updates and other losses; gradients that are clipped, in several blocks and of wide layers."""
    second = SGD().advance(START)
    adam, adamw = Adam(weight_decay=0.1), AdamW(weight_decay=0.1)
    wide, normalized = PROGRAMS["wide"], PROGRAMS["normalized"]
    cases: dict[str, tuple[Program, AnyUpdate, Cost]] = {
        "Nesterov and decay": (normalized, SGD(nesterov=True, weight_decay=0.1).update(0.1), PLAIN),
        "Adam": (normalized, adam.update(0.1, adam.advance(START)), PLAIN),
        "AdamW, clipped": (wide, adamw.update(0.1, clip=0.5), PLAIN),
        "clipped": (normalized, SGD(weight_decay=0.1).update(0.1, second, clip=0.5), PLAIN),
        "smoothed and weighted": (normalized, UPDATED, Cost(0.1, (0.5, 1.0, 3.0))),
        "squared error": (replace(normalized, loss="mean_squared_error"), UPDATED, PLAIN),
    }
    for number, (name, (program, update, cost)) in enumerate(cases.items()):
        program = replace(program, dtype=dtype)
        X = _images(program, 13, seed=30 + number)
        yield training(f"train, {name}", program, X, update=update, cost=cost)
    program = replace(normalized, dtype=dtype)
    X = _images(program, 13, seed=42)
    yield training("train, images that weigh", program, X, image_weights=True)
    X = _with_nan(_images(program, 13, seed=40))
    clipped = training("train with a NaN, clipped", program, X, update=SGD().update(0.1, clip=1.0))
    yield replace(clipped, outputs=("gradients", "losses", "total", "norm", "guard"))
    program = replace(PROGRAMS["linear"], loss="mean_squared_error", dtype=dtype)
    yield inference("predict numbers", program, _images(program, 5, seed=41))


# --- the functions ----------------------------------------------------------------------------------------------------

CONVOLUTIONS: dict[str, tuple[int, tuple[int, int], tuple[int, int], Any, Any, Any]] = {
    # m, n_prev, (n_C_prev, n_C), f, stride, pad
    "one number": (1, (1, 1), (1, 1), 1, 1, 0),
    "3x3": (9, (6, 7), (3, 17), 3, 1, 1),
    "stride 2": (3, (7, 8), (5, 3), 3, 2, 1),
    "stride larger than the filter": (2, (8, 7), (3, 5), 2, 3, 0),
    "rectangular": (2, (5, 9), (17, 5), (1, 4), (1, 2), ((0, 1), (2, 0))),
    "many filters": (2, (4, 5), (5, 67), 2, 1, 0),
    "filters in blocks": (2, (3, 4), (3, 261), 2, 1, 0),
    "one channel": (2, (9, 21), (1, 2), 3, 1, 1),
    "one filter": (2, (7, 19), (6, 1), (3, 2), (2, 1), 0),
    "no image": (0, (4, 4), (3, 5), 3, 1, 1),
}


def convolution_jobs(dtype: str) -> Iterator[Job]:
    generator = np.random.default_rng(1)
    for name, (m, n_prev, (n_C_prev, n_C), f, stride, pad) in CONVOLUTIONS.items():
        window, size = Window.over(n_prev, f, stride, pad, "conv")

        def normal(*shape: int) -> Any:
            return generator.standard_normal(shape).astype(dtype)

        A_prev, W = normal(m, *n_prev, n_C_prev), normal(*window.f, n_C_prev, n_C)
        b, dZ = normal(n_C), normal(m, *size, n_C)
        yield _conv_forward(f"conv_forward, {name}", A_prev, W, b, window)
        yield _conv_backward(f"conv_backward, {name}", A_prev, W, dZ, window)
        if name == "3x3":
            yield _conv_forward("conv_forward, NaN", _with_nan(A_prev), W, b, window)
            yield _conv_backward("conv_backward, NaN", _with_nan(A_prev), W, _with_nan(dZ, 3), window)


def _conv_forward(name: str, A_prev: Any, W: Any, b: Any, window: Window) -> Job:
    (m, *n_prev, n_C_prev), n_C, dtype = A_prev.shape, W.shape[3], A_prev.dtype.name

    def plan(machine: Machine) -> Plan:
        return functions.plan_conv_forward(machine, dtype, tuple(n_prev), n_C_prev, n_C, window)

    Z = _unwritten((m, *window.output_size(tuple(n_prev)), n_C), dtype)
    given = {"A_prev": A_prev, "W": W, "b": b, "Z": Z, "m": m}
    return Job(name, plan, given, ("Z",) if m else ())


def _conv_backward(name: str, A_prev: Any, W: Any, dZ: Any, window: Window) -> Job:
    (m, *n_prev, n_C_prev), n_C, dtype = A_prev.shape, W.shape[3], A_prev.dtype.name

    def plan(machine: Machine) -> Plan:
        return functions.plan_conv_backward(machine, dtype, tuple(n_prev), n_C_prev, n_C, window)

    _, block = functions.gradient_block(dtype, window.f, n_C_prev, n_C)
    given = {
        "A_prev": A_prev,
        "W": W,
        "dZ": dZ,
        "dA_prev": _unwritten(A_prev.shape, dtype),
        "gradients": _unwritten(SHARDS * block, dtype),
        "reduced": _unwritten(block, dtype),
        "m": m,
    }
    return Job(name, plan, given, ("dA_prev", "reduced") if m else ("reduced",))


POOLS: dict[str, tuple[tuple[int, int], int, Any, Any]] = {
    # n_prev, n_C, f, stride
    "2x2": ((6, 8), 17, 2, 2),
    "overlapping": ((7, 6), 5, (3, 2), (2, 1)),
    "wide, with a rest": ((9, 11), 3, 5, 4),
}


def pool_jobs(dtype: str) -> Iterator[Job]:
    generator, m = np.random.default_rng(2), 3
    for mode in ("max", "average"):
        for name, (n_prev, n_C, f, stride) in POOLS.items():
            window, size = Window.over(n_prev, f, stride, 0, "pool")
            # Whole numbers: ties. One NaN.
            A_prev = _with_nan(generator.integers(-3, 4, (m, *n_prev, n_C)).astype(dtype))
            dA = generator.standard_normal((m, *size, n_C)).astype(dtype)
            yield _pool_forward(f"pool_forward, {mode}, {name}", mode, A_prev, window)
            yield _pool_backward(f"pool_backward, {mode}, {name}", mode, A_prev, dA, window)


def _pool_forward(name: str, mode: str, A_prev: Any, window: Window) -> Job:
    (m, *n_prev, n_C), dtype = A_prev.shape, A_prev.dtype.name

    def plan(machine: Machine) -> Plan:
        return functions.plan_pool_forward(machine, dtype, mode, tuple(n_prev), n_C, window)

    A = _unwritten((m, *window.output_size(tuple(n_prev)), n_C), dtype)
    return Job(name, plan, {"A_prev": A_prev, "A": A, "m": m}, ("A",))


def _pool_backward(name: str, mode: str, A_prev: Any, dA: Any, window: Window) -> Job:
    (m, *n_prev, n_C), dtype = A_prev.shape, A_prev.dtype.name

    def plan(machine: Machine) -> Plan:
        return functions.plan_pool_backward(machine, dtype, mode, tuple(n_prev), n_C, window)

    given = {"A_prev": A_prev, "dA": dA, "dA_prev": _unwritten(A_prev.shape, dtype), "m": m}
    return Job(name, plan, given, ("dA_prev",))


# --- single stages ----------------------------------------------------------------------------------------------------


def _scores(dtype: str) -> Any:
    """Rows of scores: from equal to so far apart that exp comes to nothing, with infinities and a NaN."""
    generator, rows, n_C = np.random.default_rng(3), 12, 37
    Z = generator.standard_normal((rows, n_C)) * np.logspace(-6, 2.5, rows)[:, np.newaxis]
    Z[0], Z[1, 3], Z[2, 5], Z[3, 7] = 0.0, np.nan, -np.inf, np.inf
    return Z.astype(dtype)


def _one_stage(name: str, dtype: str, table: tuple[Slot, ...], call: Call) -> Callable[[Machine], Plan]:
    plan = Plan(name, dtype, table, (Phase("images", (call,)),), 0, 0, 16, SHARDS)
    return lambda _: plan


def stage_jobs(dtype: str) -> Iterator[Job]:
    Z = _scores(dtype)
    m, n_C = Z.shape
    table = slots(dtype, ("Z", "A"), ("m",), {})
    softmax = Call(stages.Softmax(dtype, n_C, n_C, n_C), (Operand("Z", image=n_C), Operand("A", image=n_C)))
    given = {"Z": Z, "A": _unwritten(Z.shape, dtype), "m": m}
    yield Job("softmax", _one_stage("softmax", dtype, table, softmax), given, ("A",))

    table = slots(dtype, ("Z", "dZ", "losses", "labels", "rows"), ("m",), {"labels": 8, "rows": 8})
    operands = (
        Operand("Z", image=n_C),
        Operand("dZ", image=n_C),
        Operand("losses", image=1),
        Operand("labels"),
        Operand("rows", image=1),
        Operand("m", slot_itself=True),
    )
    loss = Call(stages.SoftmaxCrossEntropy(dtype, n_C, n_C, n_C), operands)
    given = {
        "Z": Z,
        "dZ": _unwritten(Z.shape, dtype),
        "losses": _unwritten(m, dtype),
        "labels": np.arange(m) * 3 % n_C,
        "rows": np.arange(m)[::-1],
        "m": m,
    }
    yield Job("cross-entropy", _one_stage("loss", dtype, table, loss), given, ("dZ", "losses"))
    yield _batch_gradient(dtype)
    yield _philox(dtype)


def _batch_gradient(dtype: str) -> Job:
    """Rows and columns that fill no tile, shards of different sizes."""
    generator, (m, n_C_prev, n_C) = np.random.default_rng(4), (19, 37, 21)
    table = slots(dtype, ("x", "dZ", "dW", "db"), ("m",), {})
    stage = stages.LinearBatchGradient(dtype, n_C_prev, n_C, n_C_prev, n_C, SHARDS)
    operands = (*(Operand(name) for name in ("x", "dZ", "dW", "db")), Operand("m", slot_itself=True))
    unit = 64 // np.dtype(dtype).itemsize
    phase = Phase("elements", (Call(stage, operands),), elements=-(-n_C_prev // unit) * unit)
    plan = Plan("batch_gradient", dtype, table, (phase,), 0, 0, 1, SHARDS)
    given = {
        "x": generator.standard_normal((m, n_C_prev)).astype(dtype),
        "dZ": generator.standard_normal((m, n_C)).astype(dtype),
        "dW": _unwritten((n_C_prev, n_C), dtype),
        "db": _unwritten(n_C, dtype),
        "m": m,
    }
    return Job("linear batch gradient", lambda _: plan, given, ("dW", "db"))


def _philox(dtype: str) -> Job:
    table = slots(dtype, ("key", "counter", "words"), ("m",), {"key": 8, "counter": 8, "words": 8})
    call = Call(stages.Philox(dtype), (Operand("key"), Operand("counter"), Operand("words")))
    blocks = 9
    given = {
        "key": np.array([-2, int(Purpose.PARAMETERS)]),
        "counter": np.array([0, 3, 1 << 62, -1]),
        "words": np.zeros(4 * blocks, np.int64),
        "m": blocks,
    }
    # The blocks are counted from the first image of a call: one thread, one tile.
    return Job("philox", _one_stage("philox", dtype, table, call), given, ("words",), threads=(1,))


def philox_words() -> Any:
    """What the philox job must write."""
    high = (3, 1 << 62, (1 << 64) - 1)
    return Stream((1 << 64) - 2, Purpose.PARAMETERS, *high).raw(36).view(np.int64)


def winograd_jobs(dtype: str) -> Iterator[Job]:
    """Forward and dA in all their forms, and dW, with 1 channel, a rest of one lane, and several vectors."""
    for (n_C_prev, n_C), m, flag in (((5, 17), 9, True), ((33, 1), 3, False)):

        def forward(machine: Machine, shape: Any = (n_C_prev, n_C), flag: bool = flag) -> Plan:
            return winograd.conv_plan(machine, dtype, "winograd_forward", *shape, flag, False)

        def backward(machine: Machine, shape: Any = (n_C_prev, n_C), flag: bool = flag) -> Plan:
            return winograd.conv_plan(machine, dtype, "winograd_input_gradient", *shape, False, flag)

        def weights(machine: Machine, shape: Any = (n_C_prev, n_C), flag: bool = flag) -> Plan:
            return winograd.gradient_plan(machine, dtype, *shape, flag)

        given = winograd.conv_arrays(dtype, n_C_prev, n_C, m)
        yield Job(f"winograd forward, {n_C_prev} to {n_C}", forward, given, ("y",))
        yield Job(f"winograd dA, {n_C_prev} to {n_C}", backward, given, ("y",))
        given = winograd.gradient_arrays(dtype, n_C_prev, n_C, m)
        yield Job(f"winograd dW, {n_C_prev} to {n_C}", weights, given, ("dW", "db") if flag else ("dW",))


def jobs(dtype: str) -> Iterator[Job]:
    """Every job."""
    for some in (program_jobs, convolution_jobs, pool_jobs, stage_jobs, winograd_jobs):
        yield from some(dtype)
