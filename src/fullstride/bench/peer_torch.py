"""The same cases with PyTorch, eager, as its experts would write them.

Both memory formats are measured and the better one counts. Tensors are made once, outside of the timing. A forward runs
in inference mode; a backward of a layer is one call for the gradients asked for, without autograd around it. A training
step sets gradients to None, takes the ReLU in place, never waits for its loss; plain and fused SGD are both measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from fullstride.bench.cases import Arrays, Case, LayerCase, NetworkCase
from fullstride.bench.graph import INPUT, Graph, Step
from fullstride.bench.job import Job

MOMENTUM = 0.9
FIRST_STEPS = 31
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def about(threads: int) -> dict[str, Any]:
    """Version."""
    return {"torch": torch.__version__}


def make(case: Case, threads: int) -> dict[str, Job]:
    """The ways to compute a case; the best of them counts."""
    torch.set_num_threads(threads)
    if isinstance(case, LayerCase):
        return {layout: _layer(case, layout) for layout in FORMATS}
    if case.task == "inference":
        return {layout: _inference(case, layout) for layout in FORMATS}
    return {
        f"{layout}, {'fused' if fused else 'plain'} SGD": _step(case, layout, fused)
        for layout in FORMATS
        for fused in (False, True)
    }


def first_step(case: NetworkCase, threads: int) -> dict[str, float]:
    """Seconds from a model's creation to the end of its first step, and the median of the steps that follow."""
    torch.set_num_threads(threads)
    times = []
    for number in range(FIRST_STEPS):
        start = time.perf_counter()
        if number == 0:
            job = _step(case, "contiguous", True)
        job.run()
        times.append(time.perf_counter() - start)
    return {"first": times[0], "later": median(times[1:])}


# --- from the house's layouts and back --------------------------------------------------------------------------------


def _images(array: NDArray[Any], layout: str) -> Any:
    """(m, n_H, n_W, n_C) to a tensor (m, n_C, n_H, n_W) that lies in memory as `layout` says."""
    return torch.from_numpy(array).permute(0, 3, 1, 2).clone(memory_format=FORMATS[layout])


def _filters(W: NDArray[Any], layout: str) -> Any:
    """(f, f, n_C_prev, n_C) to (n_C, n_C_prev, f, f)."""
    return torch.from_numpy(W).permute(3, 2, 0, 1).clone(memory_format=FORMATS[layout])


def _house_images(tensor: Tensor) -> NDArray[Any]:
    return np.asarray(tensor.permute(0, 2, 3, 1))


def _parameter(array: NDArray[Any], flattened: list[int] | None) -> Any:
    """A parameter; `flattened` is the image that a dense layer's inputs are: torch takes (channel, row, column)."""
    if array.ndim == 4:
        return _filters(array, "contiguous")
    if flattened is not None and array.shape[0] > 1:
        array = array.reshape(*flattened, -1).transpose(2, 0, 1, 3).reshape(array.shape)
    return torch.from_numpy(np.ascontiguousarray(array.T if array.ndim == 2 else array))


def _house_parameter(tensor: Tensor, shape: list[int], flattened: list[int] | None) -> NDArray[Any]:
    if len(shape) == 4 and tensor.ndim == 4:
        return np.asarray(tensor.permute(2, 3, 1, 0))
    if flattened is None or tensor.ndim != 2:
        return np.asarray(tensor.T if tensor.ndim == 2 else tensor).reshape(shape)
    n_H, n_W, n_C = flattened
    return np.asarray(tensor.reshape(-1, n_C, n_H, n_W).permute(2, 3, 1, 0)).reshape(shape)


# --- networks ---------------------------------------------------------------------------------------------------------

ROLES = {
    "W": "weight",
    "b": "bias",
    "gamma": "weight",
    "beta": "bias",
    "running_mean": "running_mean",
    "running_variance": "running_var",
}


def model(graph: Graph, arrays: Arrays) -> Any:
    """The network as a module whose `forward` is straight-line code, as one would type it (torch.fx writes it)."""
    modules = {step.output: module for step in graph.steps if (module := _module(step, graph)) is not None}
    lines = torch.fx.Graph()
    values = {INPUT: lines.placeholder("images")}
    for step in graph.steps:
        read = tuple(values[name] for name in step.inputs)
        if step.output in modules:
            values[step.output] = lines.call_module(step.output, read)
        elif step.operation == "add":
            values[step.output] = lines.call_function(torch.add, read)
        else:
            raise NotImplementedError(
                f"peer_torch: operation must have a module or be add; got {step.operation}"
            )
    lines.output(values[graph.steps[-1].output])
    made = torch.fx.GraphModule(nn.ModuleDict(modules), lines)
    with torch.no_grad():
        for name in graph.parameters:
            node, _, role = name.rpartition(".")
            target = getattr(made.get_submodule(node), ROLES[role])
            target.copy_(_parameter(arrays[name], graph.flattened(graph.step(node))).reshape(target.shape))
    return made


def _module(step: Step, graph: Graph) -> Any:
    n_prev, options = graph.shape(step.inputs[0]), step.options
    biased = f"{step.output}.b" in graph.parameters
    if step.operation == "conv":
        (top, bottom), (left, right) = options["pad"]
        assert (top, left) == (bottom, right), "a convolution of torch pads both ends alike"
        return nn.Conv2d(
            n_prev[2], step.shape[2], options["f"], options["stride"], padding=(top, left), bias=biased
        )
    if step.operation in ("max_pool", "average_pool"):
        pool = nn.MaxPool2d if step.operation == "max_pool" else nn.AvgPool2d
        return pool(options["f"], options["stride"])
    makers: dict[str, Callable[[], Any]] = {
        "relu": lambda: nn.ReLU(inplace=True),
        "flatten": nn.Flatten,
        "linear": lambda: nn.Linear(n_prev[0], step.shape[0], bias=biased),
        "batch_norm": lambda: nn.BatchNorm2d(n_prev[2], eps=options["epsilon"]),
        "global_average_pool": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    }
    return makers[step.operation]() if step.operation in makers else None


def _inference(case: NetworkCase, layout: str) -> Job:
    arrays = case.inputs()
    network = model(case.graph, arrays).eval().to(memory_format=FORMATS[layout])
    X = _images(arrays["X"], layout)

    def forward() -> Any:
        with torch.inference_mode():
            return F.softmax(network(X), dim=1)

    return Job(forward, lambda: {"probabilities": np.asarray(forward())})


def _step(case: NetworkCase, layout: str, fused: bool) -> Job:
    arrays = case.inputs()
    network = model(case.graph, arrays).train().to(memory_format=FORMATS[layout])
    X, y = _images(arrays["X"], layout), torch.from_numpy(arrays["y"])
    # The same batch every step; a learning rate of 0 keeps every step the same.
    optimizer = torch.optim.SGD(network.parameters(), lr=0.0, momentum=MOMENTUM, fused=fused)

    def step() -> Any:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(X), y)
        loss.backward()
        optimizer.step()
        return loss

    def results() -> Arrays:
        found: Arrays = {"loss": np.array(step().item())}
        for name in case.graph.trained:
            node, _, role = name.rpartition(".")
            gradient = getattr(network.get_submodule(node), ROLES[role]).grad
            flattened = case.graph.flattened(case.graph.step(node))
            found[f"d{name}"] = _house_parameter(gradient, case.graph.parameters[name], flattened)
        return found

    return Job(step, results)


# --- layers -----------------------------------------------------------------------------------------------------------

MASKS = {"dA": [True, False, False], "dW": [False, True, True]}


def _layer(case: LayerCase, layout: str) -> Job:
    arrays = case.inputs()
    A_prev, dZ = _images(arrays["A_prev"], layout), _images(arrays["dZ"], layout)
    W, b = _filters(arrays["W"], layout), torch.from_numpy(arrays["b"].reshape(-1))
    stride, pad = [case.stride] * 2, [case.pad] * 2
    in_inference_mode = torch.inference_mode()
    if case.direction == "forward":
        forward = in_inference_mode(partial(F.conv2d, A_prev, W, b, stride, pad))
        return Job(forward, lambda: {"Z": _house_images(forward())})
    asked = MASKS[case.direction]
    rest = [case.n_C], stride, pad, [1, 1], False, [0, 0], 1, asked
    backward = in_inference_mode(partial(torch.ops.aten.convolution_backward, dZ, A_prev, W, *rest))

    def results() -> Arrays:
        dA_prev, dW, db = backward()
        found = {"dA_prev": _house_images(dA_prev)} if asked[0] else {}
        if asked[1]:
            found |= {"dW": np.asarray(dW.permute(2, 3, 1, 0)), "db": np.asarray(db)}
        return found

    return Job(backward, results)
