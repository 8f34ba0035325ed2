"""The same cases with PyTorch, eager, as its experts would write them.

Both memory formats are measured and the better one counts. Tensors are made once, outside of the timing. A forward runs
in inference mode; a backward is one call for the three gradients, without autograd around it. A training step sets
gradients to None, takes the ReLU in place, and never waits for its loss; plain and fused SGD are both measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.cases import Arrays, Case, ConvCase, TrainingCase
from benchmarks.job import Job

NAME = "torch"
MOMENTUM = 0.9
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def about(threads: int) -> dict[str, Any]:
    """Versions and settings."""
    torch.set_num_threads(threads)
    return {"torch": torch.__version__, "threads": torch.get_num_threads()}


def make(case: Case, threads: int) -> dict[str, Job]:
    """The ways to compute a case; the best of them counts."""
    torch.set_num_threads(threads)
    if isinstance(case, TrainingCase):
        return {
            f"{layout}, {'fused' if fused else 'plain'} SGD": _training(case, layout, fused)
            for layout in FORMATS
            for fused in (False, True)
        }
    return {layout: _conv(case, layout) for layout in FORMATS}


def first_step(case: TrainingCase, threads: int) -> dict[str, float]:
    """Seconds from a model's creation to the end of its first step, and the median of the steps that follow."""
    torch.set_num_threads(threads)
    times = []
    for number in range(31):
        start = time.perf_counter()
        if number == 0:
            job = _training(case, "contiguous", True)
        job.run()
        times.append(time.perf_counter() - start)
    return {"first": times[0], "later": median(times[1:])}


def _images(array: NDArray[Any], layout: str) -> Tensor:
    """(m, n_H, n_W, n_C) to a tensor (m, n_C, n_H, n_W) that lies in memory as `layout` says."""
    tensor = torch.from_numpy(array).permute(0, 3, 1, 2)
    return torch.empty(tensor.shape, memory_format=FORMATS[layout]).copy_(tensor)


def _filters(W: NDArray[Any], layout: str) -> Tensor:
    """(f, f, n_C_prev, n_C) to (n_C, n_C_prev, f, f)."""
    tensor = torch.from_numpy(W).permute(3, 2, 0, 1)
    return torch.empty(tensor.shape, memory_format=FORMATS[layout]).copy_(tensor)


def _conv(case: ConvCase, layout: str) -> Job:
    arrays = case.inputs()
    A_prev, dZ = _images(arrays["A_prev"], layout), _images(arrays["dZ"], layout)
    W, b = _filters(arrays["W"], layout), torch.from_numpy(arrays["b"].reshape(-1))
    stride, pad = [case.stride] * 2, [case.pad] * 2

    @torch.inference_mode()
    def forward() -> Tensor:
        return F.conv2d(A_prev, W, b, stride, pad)

    @torch.inference_mode()
    def backward() -> tuple[Tensor, Tensor, Tensor]:
        return torch.ops.aten.convolution_backward(
            dZ, A_prev, W, [case.n_C], stride, pad, [1, 1], False, [0, 0], 1, [True, True, True]
        )

    def gradients() -> Arrays:
        dA_prev, dW, db = backward()
        return {"dA_prev": _house_images(dA_prev), "dW": _house_filters(dW), "db": db.numpy()}

    if case.direction == "forward":
        return Job(forward, lambda: {"Z": _house_images(forward())})
    return Job(backward, gradients)


def _house_images(tensor: Tensor) -> NDArray[Any]:
    return tensor.permute(0, 2, 3, 1).numpy()


def _house_filters(tensor: Tensor) -> NDArray[Any]:
    return tensor.permute(2, 3, 1, 0).numpy()


def _training(case: TrainingCase, layout: str, fused: bool) -> Job:
    arrays = case.inputs()
    model = _model(case, arrays).to(memory_format=FORMATS[layout])
    X, y = _images(arrays["X"], layout), torch.from_numpy(arrays["y"])
    # The same batch every step; a learning rate of 0 keeps every step the same.
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0, momentum=MOMENTUM, fused=fused)

    def step() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return Job(step, _training_results(case, model, step))


def _model(case: TrainingCase, arrays: Arrays) -> nn.Sequential:
    first, second = case.n_C
    side = case.side // 4
    model = nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(side * side * second, case.classes),
    )
    # The features of the dense layer come in the order (row, column, channel), in torch (channel, row, column).
    dense = arrays["dense1.W"].reshape(side, side, second, case.classes).transpose(3, 2, 0, 1)
    with torch.no_grad():
        for layer, name in ((model[0], "conv1"), (model[3], "conv2")):
            layer.weight.copy_(torch.from_numpy(arrays[f"{name}.W"]).permute(3, 2, 0, 1))
            layer.bias.copy_(torch.from_numpy(arrays[f"{name}.b"].reshape(-1)))
        model[7].weight.copy_(torch.from_numpy(dense.reshape(case.classes, -1)))
        model[7].bias.copy_(torch.from_numpy(arrays["dense1.b"].reshape(-1)))
    return model


def _training_results(
    case: TrainingCase, model: nn.Sequential, step: Callable[[], Tensor]
) -> Callable[[], Arrays]:
    def results() -> Arrays:
        loss = step()
        found: Arrays = {"loss": np.array(loss.item())}
        for layer, name in ((model[0], "conv1"), (model[3], "conv2"), (model[7], "dense1")):
            found[f"d{name}.b"] = layer.bias.grad.numpy()
            found[f"d{name}.W"] = layer.weight.grad
        side, second = case.side // 4, case.n_C[1]
        dense = found["ddense1.W"].reshape(case.classes, second, side, side)
        found["ddense1.W"] = dense.permute(2, 3, 1, 0).reshape(-1, case.classes).numpy()
        for name in ("dconv1.W", "dconv2.W"):
            found[name] = _house_filters(found[name])
        return found

    return results
