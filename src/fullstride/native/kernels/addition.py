"""The sum of two images, and its gradient."""

from __future__ import annotations

from typing import Any

from fullstride.native.emit import Emitter, Lanes, Value
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import describe_rows, emit_rows, for_rows
from fullstride.program.machine import Machine
from fullstride.program.stages import Add, AddBackward

kernel(AddBackward, describe_rows("add_backward"))(emit_rows)


def describe_add(stage: Add, _: Machine) -> tuple[str, str, str]:
    relu = "_relu" if stage.relu else ""
    return "add_forward", f"{stage.size[0]}x{stage.size[1]}x{stage.n_C}{relu}", ""


@kernel(Add, describe_add)
def emit_add(e: Emitter, stage: Add, arguments: dict[str, Any]) -> None:
    """y[i] = x_1[i] + x_2[i]."""

    def vector(pointers: list[Value], part: Lanes) -> None:
        value = e.b.fadd(e.load(pointers[0], part), e.load(pointers[1], part))
        e.store(e.relu(value) if stage.relu else value, pointers[2], part)

    places = [(arguments["x_1"], stage.x_1), (arguments["x_2"], stage.x_2), (arguments["y"], stage.y)]
    for_rows(e, arguments["count"], stage.size, stage.n_C, places, vector)
