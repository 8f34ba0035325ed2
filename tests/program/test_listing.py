"""Programs and plans as text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fullstride.errors import ArgumentError
from fullstride.layers import Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.program import Machine, Node, Program, stages
from fullstride.program.listing import calls_of, choose_layers, operand_words, plan_lines, program_lines
from fullstride.program.plan import Call, Operand, Phase, Plan, Slot
from tests.support.programs import PROGRAMS, chain

MACHINE = Machine("v128", "x86_64-unknown-linux-gnu", "x86-64-v3", "", 128, 16)
SMALL = chain(Conv(3, 3), ReLU(), Flatten(), Dense(5), shape=(4, 5, 2))


def test_a_program_by_hand() -> None:
    program = chain(MaxPool(2), ReLU(), Flatten(), Dense(5), shape=(4, 6, 2))
    assert list(program_lines(program)) == [
        "program: 4 operations, 65 parameters, float32, loss softmax_cross_entropy",
        "",
        "X                                             (4, 6, 2)",
        "max_pool1 = max_pool(X) f=(2,2) stride=(2,2)  (2, 3, 2)",
        "relu1 = relu(max_pool1)                       (2, 3, 2)",
        "flatten1 = flatten(relu1)                     (12,)",
        "dense1 = linear(flatten1) n_C=5               (5,)       W (12, 5), b (1, 5)",
    ]


def test_one_layer_of_a_program() -> None:
    assert [line.split()[0] for line in list(program_lines(SMALL, ("relu1",)))[2:]] == ["relu1"]
    assert [line.split()[0] for line in list(program_lines(SMALL, ("X",)))[2:]] == ["X"]
    assert list(program_lines(SMALL, ("update",)))[2:] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_node_has_its_line(name: str) -> None:
    program = PROGRAMS[name]
    lines = list(program_lines(program))[2:]
    assert [line.split()[0] for line in lines] == ["X", *(node.output for node in program.nodes)]


def test_layers_by_name() -> None:
    nodes = (
        Node("conv", ("X",), "residual1.conv1", {"n_C": 2, "f": 1, "stride": 1, "pad": 0}),
        Node("conv", ("residual1.conv1",), "residual1.conv2", {"n_C": 2, "f": 1, "stride": 1, "pad": 0}),
        Node("flatten", ("residual1.conv2",), "flatten1"),
        Node("linear", ("flatten1",), "dense1", {"n_C": 2}),
    )
    program = Program((2, 2, 1), nodes)
    assert choose_layers(program, None) is None
    assert choose_layers(program, "dense1") == ("dense1",)
    assert choose_layers(program, "residual1") == ("residual1.conv1", "residual1.conv2")
    assert choose_layers(program, "update") == ("update",)
    with pytest.raises(
        ArgumentError, match=r"^dump: layer must be one of residual1, residual1\.conv1, .*, output; "
    ):
        choose_layers(program, "residual")


@pytest.mark.parametrize(
    ("asked", "ending"),
    [
        ("Conv1", "got 'Conv1' (did you mean conv1?)"),
        ("dens1", "(did you mean dense1?)"),
        ("zzz", "got 'zzz'"),
    ],
)
def test_an_unknown_layer_is_refused_and_a_near_one_suggested(asked: str, ending: str) -> None:
    with pytest.raises(ArgumentError) as error:
        choose_layers(SMALL, asked)
    assert str(error.value).startswith(
        "dump: layer must be one of conv1, relu1, flatten1, dense1, X, loss, update, output; got "
    )
    assert str(error.value).endswith(ending)


def test_operands_in_words() -> None:
    assert operand_words(Operand("arena", 7296)) == "arena + 7,296"
    assert operand_words(Operand("rows", image=1)) == "rows, 1 an image"
    assert operand_words(Operand("gradients", shard=9120)) == "gradients, 9,120 a shard"


@dataclass(frozen=True)
class LaterOperand(Operand):
    """An operand as it may look one day."""

    thread: int = 0
    where: str = ""


@dataclass(frozen=True)
class LaterPhase(Phase):
    postlude: tuple[Call, ...] = ()
    rounds: int = 0


@dataclass(frozen=True)
class LaterPlan(Plan):
    spare: int = 0


def test_fields_that_come_later_are_printed_too() -> None:
    zero = stages.Zero("float32", 4)
    calls = [
        Call(zero, (LaterOperand("here", 3, thread=5, where="there"),), name)
        for name in ("first", "then", "last")
    ]
    phase = LaterPhase("meetings", (calls[1],), prologue=(calls[0],), postlude=(calls[2],), rounds=2)
    assert [(part, call.node) for part, call in calls_of(phase)] == [
        ("prologue", "first"),
        ("calls", "then"),
        ("postlude", "last"),
    ]
    plan = LaterPlan("later", "float32", (Slot("here", 4),), (phase,), 512, 256, 4, 8, spare=1234)
    lines = list(plan_lines(plan, SMALL, MACHINE, ["a", "b", "c"]))
    assert lines[1:7] == [
        "  arena    2.0 KB a thread",
        "  packed   1.0 KB for all threads",
        "  tile     4 images",
        "  shards   8",
        "  spare    1,234",
        "  slots    pointers to elements of 32 bits: here",
    ]
    assert lines[-7:] == [
        "phase 1 of 1: meetings, as the job has it; rounds 2",
        "  first      a   (prologue)",
        "             y  here + 3, 5 a thread, where there",
        "  then       b",
        "             y  here + 3, 5 a thread, where there",
        "  last       c   (postlude)",
        "             y  here + 3, 5 a thread, where there",
    ]
