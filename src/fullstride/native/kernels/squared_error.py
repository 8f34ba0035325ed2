"""The mean squared error.

d[k] = z[k] - t[k];  loss = (sum of d[k] * d[k] in the order of k) / n;  dZ[k] = d[k] * (2 / (n m))

Products and sums of the loss are fused, one chain an image; the factor of dZ is rounded once, from float64.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from fullstride.native.emit import F64, I64, Emitter, Lanes, Term, Value
from fullstride.native.kernels.elementary import narrow
from fullstride.native.kernels.registry import kernel
from fullstride.native.kernels.rows import for_vectors
from fullstride.program.machine import Machine
from fullstride.program.stages import MeanSquaredError


def describe_squared_error(stage: MeanSquaredError, _: Machine) -> tuple[str, str, str]:
    return "mean_squared_error", f"{stage.n_C}", ""


@kernel(MeanSquaredError, describe_squared_error)
def emit_squared_error(e: Emitter, stage: MeanSquaredError, arguments: dict[str, Any]) -> None:
    b, n = e.b, ir.Constant(e.scalar, float(stage.n_C))
    numbers = b.sitofp(e.times(e.load_scalar(arguments["m"], I64), stage.n_C), F64)
    factor = narrow(e, b.fdiv(ir.Constant(F64, 2.0), numbers))
    with e.loop(0, arguments["count"]) as image:
        Z = e.at(arguments["Z"], e.times(image, stage.Z_image))
        dZ = e.at(arguments["dZ"], e.times(image, stage.dZ_image))
        row = e.load_scalar(e.at(arguments["rows"], image, kind=I64), I64)
        targets = e.at(arguments["targets"], e.times(row, stage.n_C))

        def square(k: Value, sums: list[Value], Z: Value = Z, targets: Value = targets) -> list[Value]:
            d = e.b.fsub(e.load_scalar(e.at(Z, k)), e.load_scalar(e.at(targets, k)))
            return [e.fma(d, d, sums[0])]

        (total,) = e.reduce(stage.n_C, [ir.Constant(e.scalar, 0.0)], square)
        b.store(b.fdiv(total, n), e.at(arguments["losses"], image))

        def difference(k: Term, part: Lanes, Z: Value = Z, dZ: Value = dZ, targets: Value = targets) -> None:
            d = e.b.fsub(e.load(e.at(Z, k), part), e.load(e.at(targets, k), part))
            e.store(e.b.fmul(d, e.splat(factor, part.width)), e.at(dZ, k), part)

        for_vectors(e, stage.n_C, difference)
