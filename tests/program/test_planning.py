"""What is fused, what has a border, and that no two buffers meet, of every program."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from fullstride.errors import ArgumentError, EngineError
from fullstride.program import OPERATIONS, Interpreter, Node, Operation, Program, stages
from fullstride.program.placement import gradient_of, value_behind
from fullstride.program.plan import SHARDS, Call, Operand, Plan
from fullstride.program.planning import plan_inference, plan_training
from tests.support.close import assert_close
from tests.support.kernels import machine_of
from tests.support.programs import PROGRAMS, batch, conv, graph, head, store_of, typed

every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)


def training(name: str) -> Plan:
    return plan_training(PROGRAMS[name], machine_of("128"))


def calls(plan: Plan) -> list[Call]:
    return [call for phase in plan.phases for call in (*phase.prologue, *phase.calls)]


def kinds(plan: Plan) -> list[str]:
    return [type(call.stage).__name__ for call in calls(plan)]


def reach(operand: Operand, view: stages.View, size: tuple[int, int], n_C: int, tile: int) -> range:
    last = (tile - 1) * view.image + (size[0] - 1) * view.row + (size[1] - 1) * view.pixel + n_C
    return range(operand.offset, operand.offset + last)


def arena_reaches(call: Call, tile: int) -> list[range]:
    """The parts of the arena that the operands of a stage that goes over images reach."""
    stage, found = call.stage, []
    for name, operand in zip(stage.operands, call.operands, strict=True):
        view: Any = getattr(stage, name, None)
        if operand.slot != "arena" or not isinstance(view, stages.View):
            continue
        size = getattr(stage, "size", None)
        if isinstance(stage, (stages.Pool, stages.PoolBackward)) and name in ("x", "dx"):
            size = (
                (stage.size[0] - 1) * stage.window.stride[0] + stage.window.f[0],
                (stage.size[1] - 1) * stage.window.stride[1] + stage.window.f[1],
            )
        n_C = stage.n_C  # type: ignore[attr-defined]
        if isinstance(stage, stages.ConvWeightGradient) and name == "x":
            size = tuple((n - 1) * s + f for n, s, f in zip(stage.size, stage.stride, stage.f, strict=True))
            n_C = stage.n_C_prev
        if isinstance(stage, stages.Conv) and name == "x":
            if not stage.terms:
                continue
            size = tuple(
                (n - 1) * step // unit + taps
                for n, step, unit, taps in zip(
                    stage.size, stage.step, (view.row, view.pixel), stage.taps, strict=True
                )
            )
            n_C = stage.n_C_prev
        assert size is not None
        found.append(reach(operand, view, (size[0], size[1]), n_C, tile))
    return found


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every_program
def test_no_stage_reaches_out_of_the_arena(program: Program, dtype: str) -> None:
    program, machine = typed(program, dtype), machine_of("128")
    for plan in (plan_training(program, machine), plan_inference(program, machine)):
        checked = 0
        for call in calls(plan):
            for part in arena_reaches(call, plan.tile):
                assert part.start >= 0, call
                assert part.stop <= plan.arena, call
                checked += 1
        assert checked


@every_program
def test_every_operand_is_in_a_slot(program: Program) -> None:
    for plan in (plan_training(program, machine_of("128")), plan_inference(program, machine_of("128"))):
        names = {slot.name for slot in plan.slots}
        for call in calls(plan):
            assert len(call.operands) == len(call.stage.operands)
            assert {operand.slot for operand in call.operands} <= names
            assert call.stage.dtype == plan.dtype == program.dtype
        assert plan.shards == SHARDS


def test_relu_is_done_by_its_neighbours() -> None:
    plan = training("average pooling")
    assert "Relu" not in kinds(plan)
    forward = [call.stage for call in calls(plan) if isinstance(call.stage, stages.Conv)]
    assert [stage.relu for stage in forward] == [True]
    (backward,) = (call.stage for call in calls(plan) if isinstance(call.stage, stages.PoolBackward))
    assert backward.mask


def test_relu_stands_alone_behind_a_pool() -> None:
    assert kinds(training("ReLU after the pool")).count("Relu") == 1  # backward is masked in dA


def test_a_relu_of_a_relu_is_masked_once() -> None:
    plan = training("ReLU twice")
    assert kinds(plan).count("Relu") == 1  # forward; the gradient goes past both, with one mask


def test_flatten_costs_nothing_without_a_border() -> None:
    assert "Flatten" not in kinds(training("pooling first"))
    assert kinds(training("Flatten of a padded convolution")).count("Flatten") == 2
    plan = plan_inference(PROGRAMS["Flatten of a padded convolution"], machine_of("128"))
    assert "Flatten" not in kinds(plan), "only gradients have that border"


def test_the_first_layer_has_no_input_gradient() -> None:
    stages_of = [call.stage for call in calls(training("two convolutions without a pool"))]
    roles = [stage.role for stage in stages_of if isinstance(stage, stages.Conv)]
    assert roles == ["conv_forward", "conv_forward", "conv_input_gradient"]
    assert not any(isinstance(stage, stages.PoolBackward) for stage in map_stages("pooling first"))


def map_stages(name: str) -> list[stages.Stage]:
    return [call.stage for call in calls(training(name))]


def test_a_value_that_two_read_adds_its_second_gradient() -> None:
    adding = [
        getattr(stage, "accumulate", False)
        for stage in map_stages("two pools of one value")
        if isinstance(stage, stages.PoolBackward)
    ]
    assert adding == [False, True]


def test_a_stride_makes_one_convolution_a_residue_class() -> None:
    parts = [
        stage
        for stage in map_stages("stride 2")
        if isinstance(stage, stages.Conv) and stage.role == "conv_input_gradient"
    ]
    assert len(parts) == 4
    assert sum(stage.size[0] * stage.size[1] for stage in parts) == 4 * 4


def test_the_same_sums_on_every_machine() -> None:
    """Tile sizes and vectors differ; stages, shards and their order do not."""
    program = PROGRAMS["same"]
    small = dataclasses.replace(machine_of("128"), l2_bytes=1)
    plans = [plan_training(program, machine) for machine in (machine_of("128"), small)]
    assert plans[0].tile == 8
    assert plans[1].tile == 1
    assert kinds(plans[0]) == kinds(plans[1])
    assert [phase.kind for phase in plans[0].phases] == ["tasks", "shards", "elements", "tasks"]


def test_the_buffer_of_a_gradient_is_no_value() -> None:
    assert value_behind(gradient_of("a")) == value_behind("a") == "a"
    with pytest.raises(ArgumentError, match="output must be a name of letters"):
        graph(conv("X", gradient_of("a")), *head(gradient_of("a")))


def test_a_program_without_parameters_is_not_trained() -> None:
    program = Program((1, 1, 10), (Node("flatten", ("X",), "flat"), Node("relu", ("flat",), "Z")))
    sentence = (
        r"^plan_training: there is nothing to train: the program must have parameters, as conv and linear do; "
        r"got only flatten, relu$"
    )
    with pytest.raises(ArgumentError, match=sentence):
        plan_training(program, machine_of("128"))
    assert kinds(plan_inference(program, machine_of("128")))[-1] == "Softmax"


def test_an_operation_without_a_kernel_runs_in_steps_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Operation(
        "double",
        "doubling",
        1,
        lambda _, shapes: shapes[0],
        lambda inputs, _, __: (2 * inputs[0], None),
        lambda dZ, _, __: ((2 * dZ,), {}),
    )
    monkeypatch.setitem(OPERATIONS, "double", row)
    program = typed(graph(conv("X", "v"), Node("double", ("v",), "twice"), *head("twice")), "float64")
    X, y, rows = batch(program, 3)
    interpreter = Interpreter(program, store_of(program))
    values, _ = interpreter.walk_forward(X)
    assert_close(values["twice"], 2 * values["v"])
    assert interpreter.gradients(X, y, rows)[1]["v.W"].any()
    for plan in (plan_training, plan_inference):
        sentence = r"""^planning: node 'twice': operation 'double' has no forward kernel \(engine="steps" runs it\)$"""
        with pytest.raises(EngineError, match=sentence):
            plan(program, machine_of("128"))
