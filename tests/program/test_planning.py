"""What is fused, what has a border, and that no two buffers meet, of every program."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import pytest

from fullstride.errors import ArgumentError
from fullstride.program import (
    OPERATIONS,
    Node,
    Operation,
    Program,
    normalization,
    planning,
    stages,
    winograd,
)
from fullstride.program.machine import Machine
from fullstride.program.memory import Memory
from fullstride.program.parameters import Block
from fullstride.program.placement import gradient_of, value_behind
from fullstride.program.plan import SHARDS, Call, Operand, Plan, StepCall
from fullstride.program.planning import Structure, plan_inference, plan_training
from tests.program.test_memory import check_places
from tests.support.kernels import machine_of
from tests.support.programs import (
    PROGRAMS,
    WIDE,
    WINOGRAD,
    conv,
    graph,
    head,
    typed,
)

every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)


def training(name: str) -> Plan:
    return plan_training(PROGRAMS[name], machine_of("128"))


def inference(name: str) -> Plan:
    return plan_inference(PROGRAMS[name], machine_of("128"))


def calls(plan: Plan) -> list[Call]:
    return [call for phase in plan.phases for call in phase.all_calls]


def kinds(plan: Plan) -> list[str]:
    return [type(call.stage).__name__ for call in calls(plan)]


def drafted(program: Program, machine: Machine, training: bool = True) -> tuple[Plan, Memory]:
    """A plan, and the memory in which it stands."""
    memory = Memory(machine, program.dtype)

    def make() -> Plan:
        if training:
            return planning._training_plan(program, machine, memory, planning.PLAINEST)
        return planning._inference_plan(program, machine, memory)

    make()
    memory.settle()
    return make(), memory


def extent(stage: Any, name: str) -> tuple[tuple[int, int], int] | None:
    """The pixels and channels of an image that a stage reads or writes through an operand; None: through none."""
    size, n_C = getattr(stage, "size", (1, 1)), getattr(stage, "n_C", 0)
    if isinstance(stage, (stages.Pool, stages.PoolBackward)) and name in ("x", "dx"):
        return _windows(stage), n_C
    if isinstance(stage, stages.ConvWeightGradient) and name == "x":
        rows, columns = ((n - 1) * s + f for n, s, f in zip(size, stage.stride, stage.f, strict=True))
        return (rows, columns), stage.n_C_prev
    if isinstance(stage, (stages.WinogradConv, stages.WinogradWeightGradient)) and name == "x":
        return (size[0] + 2, size[1] + 2), stage.n_C_prev
    if isinstance(stage, stages.Conv) and name == "x":
        units = (stage.x.row, stage.x.pixel)
        rows, columns = (
            (n - 1) * step // unit + taps
            for n, step, unit, taps in zip(size, stage.step, units, stage.taps, strict=True)
        )
        return ((rows, columns), stage.n_C_prev) if stage.terms else None
    return size, n_C


def _windows(stage: Any) -> tuple[int, int]:
    window = stage.window
    rows, columns = ((n - 1) * s + f for n, s, f in zip(stage.size, window.stride, window.f, strict=True))
    return rows, columns


ROWS_OF = {
    stages.Linear: {"x": "n_C_prev", "y": "n_C", "mask": "n_C"},
    stages.LinearWeightGradient: {"x": "n_C_prev", "dZ": "n_C"},
    stages.LinearBatch: {"x": "n_C_prev", "y": "n_C"},
    stages.LinearBatchGradient: {"x": "n_C_prev", "dZ": "n_C"},
    stages.LinearBatchInputGradient: {"dZ": "n_C", "dA": "n_C_prev", "mask": "n_C_prev"},
    stages.SoftmaxCrossEntropy: {"Z": "n_C", "dZ": "n_C"},
    stages.WeightedCrossEntropy: {"Z": "n_C", "dZ": "n_C"},
    stages.WeighImages: {"dZ": "n_C"},
    stages.MeanSquaredError: {"Z": "n_C", "dZ": "n_C"},
    stages.Softmax: {"Z": "n_C", "A": "n_C"},
}
"""Flat operands, and which field says how long they are."""


def image_parts(call: Call) -> Any:
    """(operand, distance between images, elements of an image) of the buffers that a call works through."""
    stage: Any = call.stage
    for name, operand in zip(stage.operands, call.operands, strict=True):
        if operand.slot not in ("arena", "batch"):
            continue
        view, long = getattr(stage, name, None), ROWS_OF.get(type(stage), {}).get(name)
        if isinstance(view, stages.View):
            reached = extent(stage, name)
            if reached is not None:
                (n_H, n_W), n_C = reached
                yield operand, view.image, (n_H - 1) * view.row + (n_W - 1) * view.pixel + n_C
        elif long is not None and not (name == "mask" and not stage.mask):
            yield operand, getattr(stage, f"{name}_image"), getattr(stage, long)


def scratch_parts(call: Call, machine: Machine) -> Any:
    """(name, range of the arena) of the memory of the thread that a call uses."""
    stage: Any = call.stage
    sizes: dict[str, int] = {}
    if isinstance(stage, stages.WinogradConv):
        sizes = {"work": winograd.conv_work_size(stage, machine)}
    if isinstance(stage, stages.WinogradWeightGradient):
        sums = winograd.gradient_size(stage.dtype, stage.n_C_prev, stage.n_C, machine)
        sizes = {"work": winograd.gradient_work_size(stage, machine), "M": sums}
    if isinstance(stage, stages.LinearBatchInputGradient):
        sizes = {"work": stage.work_size(stage.n_C, machine.lanes(stage.dtype))}
    if "coefficients" in stage.operands:
        sizes = {"coefficients": 6 * normalization.coefficient_row(stage.n_C)}
    for name, operand in zip(stage.operands, call.operands, strict=True):
        if name in sizes and operand.slot == "arena":
            yield (
                f"{name} {'' if name == 'work' else operand.offset}",
                range(operand.offset, operand.offset + sizes[name]),
            )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every_program
def test_no_stage_reaches_out_of_its_buffers(program: Program, dtype: str) -> None:
    program, machine = typed(program, dtype), machine_of("128")
    for training in (True, False):
        plan, memory = drafted(program, machine, training)
        places = {}
        for name, use in memory.uses.items():
            at = memory.locate(name, use.layout, use.first)
            places.setdefault((at.slot, at.image, use.layout.size), set()).add(at.offset)
        checked = 0
        for call in calls(plan):
            for operand, image, elements in image_parts(call):
                inside = [
                    start
                    for (slot, step, size), starts in places.items()
                    for start in starts
                    if (slot, step) == (operand.slot, image)
                    and start <= operand.offset
                    and operand.offset + elements <= start + size
                ]
                assert inside, call
                assert image == plan.batch or operand.slot == "arena", call
                checked += 1
        assert checked


@every_program
def test_no_two_buffers_meet(program: Program) -> None:
    for training in (True, False):
        check_places(drafted(program, machine_of("128"), training)[1])


@every_program
def test_memory_of_the_thread_is_nobodys_buffer(program: Program) -> None:
    machine = machine_of("128")
    plan, memory = drafted(program, machine)
    buffers = memory.tile * memory.apart
    known: dict[str, range] = {}
    for phase in plan.phases:
        sums = set()
        for call in phase.all_calls:
            for name, part in scratch_parts(call, machine):
                assert buffers <= part.start, call
                assert part.stop <= plan.arena, call
                if name.startswith("M"):
                    sums.add(part)
                else:
                    known[name] = range(part.start, max(part.stop, known.get(name, part).stop))
        assert apart([*sums, *known.values()])


def apart(ranges: list[range]) -> bool:
    ordered = sorted(ranges, key=lambda one: one.start)
    return all(one.stop <= other.start for one, other in pairwise(ordered))


@every_program
def test_nobody_writes_where_he_reads(program: Program) -> None:
    """Kernel pointers are `noalias`: what a call writes is none of its other operands."""
    written = {"y", "dx", "dA", "A", "dZ", "M", "work", "dW", "db"}
    reads_too = {stages.LinearBatchGradient, stages.LinearWeightGradient, stages.LinearBatchInputGradient}
    reads_too |= {stages.ConvWeightGradient, stages.WinogradWeightGradient}
    for call in calls(plan_training(program, machine_of("128"))):
        buffers = {"x", "x_1", "x_2", "dY", "residual", "mask", "y", "dx", "dA", "A", "dZ", "Z"}
        at = {
            name: (operand.slot, operand.offset)
            for name, operand in zip(call.stage.operands, call.operands, strict=True)
            if name in buffers and operand.slot in ("arena", "batch")
        }
        used = {name for name in at if getattr(call.stage, name, True) not in (None, False)}
        targets = used & written - ({"dZ", "A"} if type(call.stage) in reads_too else set())
        if isinstance(call.stage, stages.PoolBackward):
            targets = {"dx"}
        for name in targets:
            assert at[name] not in [at[other] for other in used - {name}], call


@every_program
def test_every_operand_is_in_a_slot(program: Program) -> None:
    for plan in (plan_training(program, machine_of("128")), plan_inference(program, machine_of("128"))):
        names = {slot.name for slot in plan.slots}
        for call in calls(plan):
            assert len(call.operands) == len(call.stage.operands)
            assert {operand.slot for operand in call.operands} <= names
            statistics = call.operands[0].slot == "statistics" and isinstance(call.stage, stages.Zero)
            assert call.stage.dtype == ("float64" if statistics else plan.dtype)
        assert plan.dtype == program.dtype
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
    assert [phase.kind for phase in plans[0].phases] == ["tasks", "shards", "tasks", "elements"]


# --- phases, normalization, wide layers, Winograd ---------------------------------------------------------------------


def phases(plan: Plan) -> list[tuple[str, list[str]]]:
    """Kind and stages of each phase."""
    return [(phase.kind, [type(call.stage).__name__ for call in phase.all_calls]) for phase in plan.phases]


def test_phases_of_a_normalization() -> None:
    """Sums, then what needs the statistics up to the gradient's sums, then what needs those."""
    found = phases(training("batch normalization"))
    assert [kind for kind, _ in found] == [
        "tasks",
        "shards",
        "shards",
        "shards",
        "tasks",
        "elements",
        "tasks",
    ]
    assert found[1][1] == ["Zero", "Zero", "LoadImages", "Conv", "ChannelSums"]
    assert found[2][1] == [
        *("BatchStatistics", "Normalize", "Pool", "Linear", "SoftmaxCrossEntropy"),
        *("LinearWeightGradient", "Linear", "PoolBackward", "NormalizationSums"),
    ]
    assert found[3][1] == ["GradientStatistics", "NormalizeBackward", "LoadImages", "ConvWeightGradient"]
    assert found[4][1] == ["NormalizationGradients", "SumLosses"]
    assert found[6][1] == ["RunningStatistics"]
    plan = training("batch normalization")
    assert [len(phase.opening) for phase in plan.phases] == [0, 0, 1, 1, 0, 0, 0]
    assert plan.statistics == 2 * 8, "two sums of three channels, forward and backward, each on a cache line"


def test_phases_of_a_wide_layer() -> None:
    found = phases(training("a wide layer"))
    assert [kind for kind, _ in found] == [
        *("tasks", "shards", "elements", "shards", "elements", "elements", "shards"),
        *("tasks", "elements", "elements"),
    ]
    between = [names for kind, names in found if kind == "elements"]
    assert between == [
        *(["LinearBatch"], ["LinearBatchGradient"], ["LinearBatchInputGradient"]),
        *(["Update"], ["Update"]),
    ]
    plan = training("a wide layer")
    shared = [phase.elements for phase in plan.phases if phase.kind == "elements"]
    assert shared[:3] == [4400, 6 * 5 * 4, 6 * 5 * 4]
    updates = [call.stage for call in calls(plan) if isinstance(call.stage, stages.Update)]
    assert [stage.shards for stage in updates] == [SHARDS, 1]


def test_a_large_layer_does_not_part_the_phases() -> None:
    """Its gradient follows the images; forward and dA are done image after image."""
    found = phases(training("a large layer"))
    assert [kind for kind, _ in found] == ["tasks", "shards", "elements", "tasks", "elements", "elements"]
    assert [names for kind, names in found if kind == "elements"] == [
        ["LinearBatchGradient"],
        ["Update"],
        ["Update"],
    ]
    assert found[1][1].count("Linear") == 4


def test_a_wide_layer_that_reads_the_input_hands_nothing_back() -> None:
    plan = training("a wide layer first")
    nodes = [call.node for call in calls(plan) if isinstance(call.stage, stages.LinearBatchInputGradient)]
    assert "dense1" not in nodes
    names = [names for _, names in phases(training("a wide layer alone"))]
    assert names == [
        *(["LoadImages"], ["LinearBatch"], ["SoftmaxCrossEntropy"], ["LinearBatchGradient"]),
        *(["SumLosses"], ["Update"]),
    ]


@pytest.mark.parametrize("name", WIDE)
def test_a_prediction_has_no_stage_for_the_batch(name: str) -> None:
    assert not {"LinearBatch", "LinearBatchGradient"} & set(kinds(inference(name)))
    assert {phase.kind for phase in inference(name).phases} <= {"tasks", "images"}


def test_a_block_behind_normalization_hands_its_gradient_on_in_place() -> None:
    """The gradient of the sum is that of both terms; what the block's convolution adds goes into it."""
    plan = training("two blocks")
    assert "AddBackward" not in kinds(plan)
    assert "Add" not in kinds(plan), "a normalization adds along the way"
    adding = [
        call
        for call in calls(plan)
        if isinstance(call.stage, stages.Conv)
        and call.stage.role == "conv_input_gradient"
        and call.stage.accumulate
    ]
    assert len(adding) == 2
    assert all(call.stage.mask is not None for call in adding)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["a term is read behind its sum", "a sum of a sum and an early value"])
def test_a_gradient_that_is_read_too_late_has_a_place_of_its_own(name: str) -> None:
    assert "AddBackward" in kinds(training(name))


def test_what_others_add_to_is_not_masked_along_the_way() -> None:
    """A sum that a ReLU reads and the next sum too: only the ReLU's part of the gradient is masked."""
    masked = [call.stage for call in calls(training("residual")) if isinstance(call.stage, stages.Relu)]
    assert any(stage.mask is not None and stage.accumulate for stage in masked)


@every_program
def test_what_is_made_again_never_stands_with_the_batch(program: Program) -> None:
    _, memory = drafted(program, machine_of("128"))
    again = {name: use for name, use in memory.uses.items() if "@" in name}
    for name, use in again.items():
        assert use.phases == {int(name.split("@")[1])}
        assert not use.crosses
    assert not {name.split("@")[0] for name in again} & set(memory.uses), "made again, or kept"


def test_a_normalized_value_is_made_in_each_phase_that_reads_it() -> None:
    _, memory = drafted(PROGRAMS["two blocks"], machine_of("128"))
    made = sorted(name for name in memory.uses if name.startswith("relu1@"))
    assert len(made) > 2
    starts = {
        phase: [type(call.stage).__name__ for call in one.calls]
        for phase, one in enumerate(
            phase for phase in training("two blocks").phases if phase.kind == "shards"
        )
    }
    again = [phase for phase, names in starts.items() if "Normalize" in names]
    assert len(again) >= len(made)


def test_a_prediction_folds_normalizations_into_filters() -> None:
    found = kinds(inference("two blocks"))
    assert found.count("FoldFilters") == 4
    assert found.count("Conv") == 4
    assert not {"Normalize", "StoredStatistics", "ChannelSums"} & set(found)
    plan = inference("two blocks")
    clipped = [call.stage.relu for call in calls(plan) if isinstance(call.stage, (stages.Conv, stages.Add))]
    assert clipped == [True, True, False, True, False, True]
    folds = [index for index, phase in enumerate(plan.phases) if "FoldFilters" in phases(plan)[index][1]]
    assert folds == [0], "before the filters are packed"


def test_a_normalization_without_a_convolution_has_stored_statistics() -> None:
    found = kinds(inference("batch normalization behind a ReLU"))
    assert found.count("StoredStatistics") == found.count("Normalize") == 1
    assert "FoldFilters" not in found


def test_a_sum_normalizes_one_of_its_terms() -> None:
    """In training; the other is made before."""
    normal = [
        call.stage
        for call in calls(training("a sum of two normalized values"))
        if isinstance(call.stage, normalization.Normalize)
    ]
    assert [stage.residual is not None for stage in normal] == [False, True]
    assert [stage.relu for stage in normal] == [False, True]


WINOGRAD_STAGES = {"WinogradConv", "WinogradFilters", "WinogradWeightGradient", "WinogradGradientOutput"}


@pytest.mark.parametrize("name", WINOGRAD)
def test_exact_programs_have_no_winograd_stage(name: str) -> None:
    assert set(kinds(training(name))) >= WINOGRAD_STAGES
    assert "WinogradConv" in kinds(inference(name))
    exact = dataclasses.replace(PROGRAMS[name], exact=True)
    for plan in (plan_training, plan_inference):
        assert not WINOGRAD_STAGES & set(kinds(plan(exact, machine_of("128"))))


def test_few_channels_are_convolved_directly() -> None:
    """Two in front of the first convolution; sixteen in front of the second."""
    found = [
        (type(call.stage).__name__, call.node)
        for call in calls(inference("3x3 filters of 16 channels"))
        if type(call.stage) in (stages.Conv, stages.WinogradConv)
    ]
    assert found == [("Conv", "conv1"), ("WinogradConv", "conv2")]


def test_sums_of_a_shard_are_cleared_before_it_and_become_a_gradient_behind_it() -> None:
    plan = training("3x3 filters of 16 channels")
    (phase,) = (phase for phase in plan.phases if phase.kind == "shards")
    assert [type(call.stage).__name__ for call in phase.epilogue] == ["WinogradGradientOutput"]
    (sums,) = (call for call in phase.calls if isinstance(call.stage, stages.WinogradWeightGradient))
    M = sums.operands[2]
    assert phase.epilogue[0].operands[0] == M
    cleared = [call for call in phase.prologue if call.operands[0] == M]
    assert [type(call.stage).__name__ for call in cleared] == ["Zero"]


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


def test_an_operation_without_a_kernel_is_a_step_between_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own phase, forward and backward; what it reads and writes stands in the memory of the batch."""
    row = Operation(
        "double",
        "doubling",
        1,
        lambda _, shapes: shapes[0],
        lambda inputs, _, __: (2 * inputs[0], None),
        lambda dZ, _, __: ((2 * dZ,), {}),
        has_kernel=False,
    )
    monkeypatch.setitem(OPERATIONS, "double", row)
    program = graph(conv("X", "v"), Node("double", ("v",), "twice"), *head("twice"))
    for plan, count in ((plan_training, 2), (plan_inference, 1)):
        planned = plan(program, machine_of("128"))
        steps = [part for part in planned.parts() if isinstance(part, StepCall)]
        assert [(step.node, step.backward) for step in steps] == [("twice", False), ("twice", True)][:count]
        assert {place.start.slot for step in steps for place in (step.output, *step.inputs)} == {"batch"}
        jobs = [part for part in planned.parts() if isinstance(part, Plan)]
        assert len(jobs) == count + 1
        assert [call for job in jobs for call in calls(job)] == calls(planned)


# --- what is compiled in ----------------------------------------------------------------------------------------------


def test_phases_of_a_clipped_update() -> None:
    """Sums of squares of each part, one factor, and then the updates, from shards that have been summed."""
    plan = plan_training(
        PROGRAMS["a wide layer"], machine_of("128"), Structure(optimizer="adam", clipped=True)
    )
    names = [names for _, names in phases(plan)][-6:]
    assert names == [
        *(["SumLosses"], ["SquareSums"], ["SquareSums"], ["ClipFactor"]),
        *(["AdamUpdate"], ["AdamUpdate"]),
    ]
    sums = [call for call in calls(plan) if isinstance(call.stage, stages.SquareSums)]
    blocks = -(-sums[0].stage.block // stages.NORM_BLOCK)
    assert [call.stage.shards for call in sums] == [SHARDS, 1]
    assert [call.operands[1].offset for call in sums] == [0, blocks]
    (factor,) = [call.stage for call in calls(plan) if isinstance(call.stage, stages.ClipFactor)]
    assert factor.blocks == blocks + -(-sums[1].stage.block // stages.NORM_BLOCK)
    units = [phase.unit for phase in plan.phases if isinstance(phase.calls[0].stage, stages.SquareSums)]
    assert units == [stages.NORM_BLOCK] * 2
    for update in (call for call in calls(plan) if isinstance(call.stage, stages.AdamUpdate)):
        places = dict(zip(update.stage.operands, update.operands, strict=True))
        assert (update.stage.shards, update.stage.clipped) == (1, True)
        assert places["guard"] == Operand("guard", slot_itself=True)
        assert places["square"].offset == places["values"].offset == places["velocity"].offset


def test_the_loss_guards_what_follows_it() -> None:
    """Its sum is made before anything is updated, and the running statistics follow the updates."""
    found = [names for _, names in phases(training("batch normalization"))]
    total = next(number for number, names in enumerate(found) if "SumLosses" in names)
    assert found[total + 1] == ["Update"]
    for call in calls(training("batch normalization")):
        if "guard" in call.stage.operands:
            assert call.operands[call.stage.operands.index("guard")] == Operand("total", slot_itself=True)


@pytest.mark.parametrize("name", ["batch normalization", "a wide layer", "Dense only"])
def test_weights_come_first_and_decay(name: str) -> None:
    program = PROGRAMS[name]
    block = Block.of(program)
    updates = [call for call in calls(training(name)) if isinstance(call.stage, stages.Update)]
    for update in updates:
        start = update.operands[update.stage.operands.index("values")].offset
        for parameter, spec in program.parameters.items():
            place = block.offsets[parameter]
            if start <= place < start + update.stage.block:
                assert (place < start + update.stage.decaying) == parameter.endswith(".W"), parameter
                assert spec.decays == parameter.endswith(".W")


def test_slots_follow_from_the_structure() -> None:
    """A plan has no slot that it does not use."""
    for structure in (
        Structure(),
        Structure(optimizer="adam"),
        Structure(clipped=True),
        Structure(optimizer="adam", clipped=True, weighted=True, image_weights=True),
    ):
        plan = plan_training(PROGRAMS["batch normalization"], machine_of("128"), structure)
        used = {operand.slot for call in calls(plan) for operand in call.operands}
        assert {slot.name for slot in plan.slots} == used, structure
    program = dataclasses.replace(PROGRAMS["Dense only"], loss="mean_squared_error")
    plan = plan_training(program, machine_of("128"))
    assert {"targets"} == {slot.name for slot in plan.slots} & {"targets", "labels"}
    assert plan.slots[plan.slot("targets")].itemsize == 4
