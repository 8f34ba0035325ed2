"""Inference with onnxruntime: the network as an ONNX model, made by hand, and a session that is set up once.

Batch normalization stands in the model as an operator of its own; folding it into the filters is left to the session's
optimizer, which does it.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from fullstride.bench.cases import Arrays, Case, NetworkCase
from fullstride.bench.graph import INPUT, Graph, Step
from fullstride.bench.job import Job

OPSET = 17
OUTPUT = "probabilities"


def about(threads: int) -> dict[str, Any]:
    """Version."""
    return {"onnxruntime": onnxruntime.__version__}


def make(case: Case, threads: int) -> dict[str, Job]:
    """A plain run, and one with input and output bound to memory that stays; the better one counts."""
    assert isinstance(case, NetworkCase)
    arrays = case.inputs()
    session = _session(case.graph, arrays, threads)
    X = np.ascontiguousarray(arrays["X"].transpose(0, 3, 1, 2))
    binding = session.io_binding()
    binding.bind_ortvalue_input(INPUT, onnxruntime.OrtValue.ortvalue_from_numpy(X))
    out = onnxruntime.OrtValue.ortvalue_from_numpy(np.empty((case.m, case.graph.classes), np.float32))
    binding.bind_ortvalue_output(OUTPUT, out)
    plain, bound = partial(session.run, [OUTPUT], {INPUT: X}), partial(session.run_with_iobinding, binding)

    def bound_results() -> Arrays:
        bound()
        return {OUTPUT: out.numpy()}

    return {"run": Job(plain, lambda: {OUTPUT: plain()[0]}), "bound": Job(bound, bound_results)}


def _session(graph: Graph, arrays: Arrays, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    with tempfile.TemporaryDirectory(prefix="fullstride-bench-") as folder:
        path = Path(folder, "network.onnx")
        onnx.save(onnx_model(graph, arrays), path)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def onnx_model(graph: Graph, arrays: Arrays) -> Any:
    """The network with images (m, n_C, n_H, n_W) and a softmax at its end; m is left open."""
    nodes, tensors = [], []
    for step in graph.steps:
        names = []
        for role, array in _parameters(step, graph, arrays).items():
            names.append(f"{step.output}.{role}")
            tensors.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), names[-1]))
        operator, attributes = _operator(step)
        pooled = step.operation == "global_average_pool"
        output = f"{step.output}.image" if pooled else step.output
        nodes.append(helper.make_node(operator, [*step.inputs, *names], [output], **attributes))
        if pooled:  # ONNX keeps an image of one pixel
            nodes.append(helper.make_node("Flatten", [output], [step.output]))
    nodes.append(helper.make_node("Softmax", [graph.steps[-1].output], [OUTPUT], axis=1))
    n_H, n_W, n_C = graph.input_shape
    images = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["m", n_C, n_H, n_W])
    found = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["m", graph.classes])
    body = helper.make_graph(nodes, "network", [images], [found], tensors)
    made = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)])
    made.ir_version = 8
    onnx.checker.check_model(made, full_check=True)
    return made


def _operator(step: Step) -> tuple[str, dict[str, Any]]:
    options = step.options
    window = {}
    if "f" in options:
        (top, bottom), (left, right) = options["pad"]
        window = {
            "kernel_shape": options["f"],
            "strides": options["stride"],
            "pads": [top, left, bottom, right],
        }
    table: dict[str, tuple[str, dict[str, Any]]] = {
        "conv": ("Conv", window),
        "max_pool": ("MaxPool", window),
        "average_pool": ("AveragePool", window),
        "relu": ("Relu", {}),
        "flatten": ("Flatten", {}),
        "linear": ("Gemm", {}),
        "add": ("Add", {}),
        "batch_norm": ("BatchNormalization", {"epsilon": options.get("epsilon", 1e-5)}),
        "global_average_pool": ("GlobalAveragePool", {}),
    }
    return table[step.operation]


def _parameters(step: Step, graph: Graph, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """In the operator's order and layouts."""
    given = {
        name.rpartition(".")[2]: arrays[name]
        for name in graph.parameters
        if name.rpartition(".")[0] == step.output
    }
    if step.operation == "conv":
        found = {"W": given["W"].transpose(3, 2, 0, 1)}
        return found | ({"b": given["b"].reshape(-1)} if "b" in given else {})
    if step.operation == "linear":
        W, flattened = given["W"], graph.flattened(step)
        if flattened is not None:  # ONNX flattens (channel, row, column)
            W = W.reshape(*flattened, -1).transpose(2, 0, 1, 3).reshape(W.shape)
        return {"W": W, "b": given["b"].reshape(-1)}
    if step.operation == "batch_norm":
        return {
            role: given[role].reshape(-1) for role in ("gamma", "beta", "running_mean", "running_variance")
        }
    return {}
