"""How far float32 is from float64: Winograd beside direct convolution, relative to the size of the result.

`python -m tests.native.test_accuracy` prints the table of docs/performance.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride.native.machine import detect
from fullstride.program import stages, winograd
from fullstride.program.machine import Machine
from tests.native.kernels.test_convolution import convolved
from tests.support.kernels import KernelCase, run_case

SIZE = (16, 16)
IMAGES = 2
CHANNELS = (16, 32, 64, 128, 256)
ROLES = ("forward", "dA", "dW")

BOUNDS = {"direct": (1.5e-5, 1.2e-6), "winograd": (8e-5, 5e-6)}
"""The largest and the root-mean-square error over the root mean square of the result."""


def _run(stage: stages.Stage, kind: str = "images", **operands: Any) -> dict[str, Any]:
    flat = {name: np.ascontiguousarray(array).reshape(-1) for name, array in operands.items()}
    return run_case(KernelCase(stage, flat, {}, IMAGES, kind=kind), detect())


def _view(n_H: int, n_W: int, n_C: int) -> stages.View:
    return stages.View(n_H * n_W * n_C, n_W * n_C, n_C)


def _filters(stage: stages.WinogradConv, W: Any, flipped: bool, machine: Machine) -> Any:
    parts = []
    for block in winograd.filter_blocks(stage, machine):
        filters = stages.WinogradFilters("float32", *W.shape[2:], block.width, flipped)
        first = block.first * (W.shape[3] if flipped else 1)
        room = np.zeros(winograd.block_size(stage, block, machine), "float32")
        parts.append(_run(filters, "tasks", W=W.reshape(-1)[first:], U=room)["U"])
    return np.concatenate(parts)


def convolutions(x: Any, W: Any, flipped: bool) -> dict[str, Any]:
    """A convolution of (m, n_H + 2, n_W + 2, n_C_prev) without a bias both ways, and in float64.

    With `flipped` x is dZ, W that of the forward pass, and the result dA.
    """
    machine = detect()
    filters = np.flip(W, (0, 1)).transpose(0, 1, 3, 2) if flipped else W
    n_C_prev, n_C = filters.shape[2:]
    x_view, view = _view(SIZE[0] + 2, SIZE[1] + 2, n_C_prev), _view(*SIZE, n_C)
    step, y = (x_view.row, x_view.pixel), np.zeros((IMAGES, *SIZE, n_C), "float32")
    direct = stages.Conv(
        "float32", "conv_forward", x_view, view, None, (3, 3), step, n_C_prev, n_C, SIZE, False
    )
    fast = stages.WinogradConv("float32", "winograd_forward", x_view, view, None, n_C_prev, n_C, SIZE, False)
    work = np.zeros(winograd.conv_work_size(fast, machine), "float32")
    U = _filters(fast, W, flipped, machine)
    return {
        "exact": convolved(x, filters.astype(np.float64), (1, 1), SIZE),
        "direct": _run(direct, x=x, W=filters, y=y)["y"].reshape(y.shape),
        "winograd": _run(fast, x=x, U=U, y=y, work=work)["y"].reshape(y.shape),
    }


def weight_gradients(x: Any, dZ: Any) -> dict[str, Any]:
    """dW both ways, and in float64."""
    machine, n_C_prev, n_C = detect(), x.shape[3], dZ.shape[3]
    x_view, view = _view(SIZE[0] + 2, SIZE[1] + 2, n_C_prev), _view(*SIZE, n_C)
    direct = stages.ConvWeightGradient("float32", x_view, view, (3, 3), (1, 1), n_C_prev, n_C, SIZE)
    fast = stages.WinogradWeightGradient("float32", x_view, view, n_C_prev, n_C, SIZE)
    dW, db = np.zeros((3, 3, n_C_prev, n_C), "float32"), np.zeros(n_C, "float32")
    M = np.zeros(winograd.gradient_size("float32", n_C_prev, n_C, machine), "float32")
    work = np.zeros(winograd.gradient_work_size(fast, machine), "float32")
    M = _run(fast, x=x, dZ=dZ, M=M, db=db, work=work)["M"]
    output = stages.WinogradGradientOutput("float32", n_C_prev, n_C)
    exact = np.empty(dW.shape)
    for v, h in np.ndindex(3, 3):
        seen = x[:, v : v + SIZE[0], h : h + SIZE[1]].reshape(-1, n_C_prev).astype(np.float64)
        exact[v, h] = seen.T @ dZ.reshape(-1, n_C)
    return {
        "exact": exact,
        "direct": _run(direct, x=x, dZ=dZ, dW=dW, db=db)["dW"].reshape(dW.shape),
        "winograd": _run(output, M=M, dW=dW)["dW"].reshape(dW.shape),
    }


def errors(role: str, n_C: int) -> dict[str, tuple[float, float]]:
    """(largest, root mean square) of each way, over the root mean square of the result; n_C channels on both sides."""
    generator = np.random.default_rng(n_C)

    def normal(*shape: int) -> Any:
        return generator.standard_normal(shape).astype("float32")

    x = normal(IMAGES, SIZE[0] + 2, SIZE[1] + 2, n_C)
    if role == "dW":
        results = weight_gradients(x, normal(IMAGES, *SIZE, n_C))
    else:
        results = convolutions(x, normal(3, 3, n_C, n_C), flipped=role == "dA")
    exact = results.pop("exact")
    size = np.sqrt(np.mean(exact**2))
    return {
        way: (float(np.abs(found - exact).max() / size), float(np.sqrt(np.mean((found - exact) ** 2)) / size))
        for way, found in results.items()
    }


@pytest.mark.parametrize("n_C", CHANNELS)
@pytest.mark.parametrize("role", ROLES)
def test_errors_stay_small(role: str, n_C: int) -> None:
    found = errors(role, n_C)
    assert found.keys() == BOUNDS.keys()
    for way, (largest, mean) in found.items():
        assert largest <= BOUNDS[way][0], (way, largest)
        assert mean <= BOUNDS[way][1], (way, mean)


def table() -> str:
    lines = ["| | channels | direct, largest | direct, rms | Winograd, largest | Winograd, rms |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for role in ROLES:
        for n_C in CHANNELS:
            found = errors(role, n_C)
            numbers = [f"{number:.1e}" for way in ("direct", "winograd") for number in found[way]]
            lines.append(f"| {' | '.join([role, str(n_C), *numbers])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
