"""The from-scratch baseline: a convolution as one matrix product over copied windows (im2col), all of it in NumPy.

It is what one writes after the course and a good article, not a straw man: no loop over images or positions, one BLAS
call a layer and direction, threads as BLAS takes them. It knows chains of convolutions, ReLU, max-pooling with windows
side by side, and dense layers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fullstride.bench.cases import Arrays, Case, LayerCase, NetworkCase
from fullstride.bench.graph import Step
from fullstride.bench.job import Job

Array = NDArray[np.float32]
Cache = Any
MOMENTUM = np.float32(0.9)
LEARNING_RATE = np.float32(0.0)
"""The same batch every step; a learning rate of 0 keeps every step the same."""


def about(threads: int) -> dict[str, Any]:
    """Version; the threads are those of OMP_NUM_THREADS."""
    assert os.environ.get("OMP_NUM_THREADS") == str(threads)
    return {"NumPy": np.__version__}


def make(case: Case, threads: int) -> dict[str, Job]:
    """The one way to compute a case."""
    return {"im2col": _layer(case) if isinstance(case, LayerCase) else _step(case)}


# --- the operations ---------------------------------------------------------------------------------------------------


def columns(A_prev: Array, f: tuple[int, int], stride: int, pad: int) -> Array:
    """Every window as a row: shape (m * n_H * n_W, f_H * f_W * n_C_prev), in the order of a filter's numbers."""
    A_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0))) if pad else A_prev
    windows = sliding_window_view(A_pad, f, axis=(1, 2))[
        :, ::stride, ::stride
    ]  # (m, n_H, n_W, n_C_prev, f, f)
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, f[0] * f[1] * A_prev.shape[3])


def conv_forward(A_prev: Array, W: Array, b: Array, stride: int, pad: int) -> tuple[Array, Cache]:
    """Z of shape (m, n_H, n_W, n_C)."""
    f = W.shape[0], W.shape[1]
    n_H = (A_prev.shape[1] + 2 * pad - f[0]) // stride + 1
    n_W = (A_prev.shape[2] + 2 * pad - f[1]) // stride + 1
    rows = columns(A_prev, f, stride, pad)
    Z = rows @ W.reshape(-1, W.shape[3])
    Z += b.reshape(-1)
    return Z.reshape(len(A_prev), n_H, n_W, -1), (rows, A_prev.shape, W, stride, pad)


def conv_filter_gradients(dZ: Array, cache: Cache) -> tuple[Array, Array]:
    """dW and db."""
    rows, _, W, _, _ = cache
    flat = dZ.reshape(-1, dZ.shape[3])
    return (rows.T @ flat).reshape(W.shape), flat.sum(axis=0)


def conv_input_gradient(dZ: Array, cache: Cache) -> Array:
    """dA_prev: every window's gradient is added where the window was, one tap of the filter at a time."""
    _, (m, n_H_prev, n_W_prev, n_C_prev), W, stride, pad = cache
    (f_H, f_W), (_, n_H, n_W, n_C) = W.shape[:2], dZ.shape
    windows = (dZ.reshape(-1, n_C) @ W.reshape(-1, n_C).T).reshape(m, n_H, n_W, f_H, f_W, n_C_prev)
    dA_pad = np.zeros((m, n_H_prev + 2 * pad, n_W_prev + 2 * pad, n_C_prev), np.float32)
    for h in range(f_H):
        for w in range(f_W):
            rows = slice(h, h + stride * n_H, stride)
            dA_pad[:, rows, w : w + stride * n_W : stride] += windows[:, :, :, h, w]
    return dA_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev]


def pool_forward(A_prev: Array, f: int) -> tuple[Array, Cache]:
    """The maximum of windows that stand side by side."""
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = n_H_prev // f, n_W_prev // f
    windows = A_prev[:, : n_H * f, : n_W * f].reshape(m, n_H, f, n_W, f, n_C)
    windows = windows.transpose(0, 1, 3, 5, 2, 4).reshape(m, n_H, n_W, n_C, f * f)
    best = windows.argmax(axis=4)[..., None]
    return np.take_along_axis(windows, best, 4)[..., 0], (best, A_prev.shape, f)


def pool_backward(dA: Array, cache: Cache) -> Array:
    best, shape, f = cache
    m, n_H, n_W, n_C = dA.shape
    windows = np.zeros((m, n_H, n_W, n_C, f * f), np.float32)
    np.put_along_axis(windows, best, dA[..., None], 4)
    dA_prev = np.zeros(shape, np.float32)
    inside = windows.reshape(m, n_H, n_W, n_C, f, f).transpose(0, 1, 4, 2, 5, 3)
    dA_prev[:, : n_H * f, : n_W * f] = inside.reshape(m, n_H * f, n_W * f, n_C)
    return dA_prev


def cross_entropy(Z: Array, y: NDArray[Any]) -> tuple[float, Array]:
    """The mean loss of softmax(Z), and its gradient."""
    rows = np.arange(len(y))
    logarithms = Z - Z.max(axis=1, keepdims=True)
    logarithms -= np.log(np.exp(logarithms).sum(axis=1, keepdims=True))
    dZ = np.exp(logarithms)
    dZ[rows, y] -= 1
    return -float(logarithms[rows, y].mean()), dZ / np.float32(len(y))


# --- a training step --------------------------------------------------------------------------------------------------


class Chain:
    """A network of these operations, with its parameters and their velocities."""

    def __init__(self, steps: list[Step], parameters: Arrays) -> None:
        self.steps, self.parameters = steps, parameters
        self.velocity = {name: np.zeros_like(array) for name, array in parameters.items()}

    def gradients(self, X: Array, y: NDArray[Any]) -> tuple[float, Arrays]:
        """The loss, and d<name> of each parameter."""
        A, caches = X, []
        for step in self.steps:
            A, cache = self._forward(step, A)
            caches.append(cache)
        loss, dA = cross_entropy(A, y)
        found: Arrays = {}
        for k in reversed(range(len(self.steps))):
            dA = self._backward(self.steps[k], dA, caches[k], found, wanted=k > 0)
        return loss, found

    def train(self, X: Array, y: NDArray[Any]) -> float:
        """A step of SGD with momentum."""
        loss, gradients = self.gradients(X, y)
        for name, parameter in self.parameters.items():
            velocity = self.velocity[name]
            velocity *= MOMENTUM
            velocity += gradients[f"d{name}"].reshape(velocity.shape)
            parameter -= LEARNING_RATE * velocity
        return loss

    def _forward(self, step: Step, A: Array) -> tuple[Array, Cache]:
        if step.operation == "conv":
            W, b = self.parameters[f"{step.output}.W"], self.parameters[f"{step.output}.b"]
            return conv_forward(A, W, b, step.options["stride"][0], step.options["pad"][0][0])
        if step.operation == "max_pool":
            return pool_forward(A, step.options["f"][0])
        if step.operation == "relu":
            return np.maximum(A, 0), A > 0
        if step.operation == "flatten":
            return A.reshape(len(A), -1), A.shape
        assert step.operation == "linear", step.operation
        W, b = self.parameters[f"{step.output}.W"], self.parameters[f"{step.output}.b"]
        return A @ W + b, (A, W)

    def _backward(self, step: Step, dA: Array, cache: Cache, found: Arrays, wanted: bool) -> Any:
        """The gradient of the input, where it is wanted; those of the parameters go into `found`."""
        W, b = f"d{step.output}.W", f"d{step.output}.b"
        if step.operation == "conv":
            found[W], found[b] = conv_filter_gradients(dA, cache)
            return conv_input_gradient(dA, cache) if wanted else None
        if step.operation == "max_pool":
            return pool_backward(dA, cache)
        if step.operation == "relu":
            return dA * cache
        if step.operation == "flatten":
            return dA.reshape(cache)
        found[W], found[b] = cache[0].T @ dA, dA.sum(axis=0)
        return dA @ cache[1].T if wanted else None


def _step(case: NetworkCase) -> Job:
    arrays = case.inputs()
    X, y = arrays.pop("X"), arrays.pop("y")
    chain = Chain(case.graph.steps, arrays)

    def results() -> Arrays:
        loss, gradients = chain.gradients(X, y)
        return {"loss": np.array(loss), **gradients}

    return Job(partial(chain.train, X, y), results)


def _layer(case: LayerCase) -> Job:
    arrays = case.inputs()
    _, cache = conv_forward(arrays["A_prev"], arrays["W"], arrays["b"], case.stride, case.pad)
    runs: dict[str, Callable[[], tuple[Any, ...]]] = {
        "forward": lambda: conv_forward(arrays["A_prev"], arrays["W"], arrays["b"], case.stride, case.pad)[
            :1
        ],
        "dA": lambda: (conv_input_gradient(arrays["dZ"], cache),),
        "dW": lambda: conv_filter_gradients(arrays["dZ"], cache),
    }
    run = runs[case.direction]
    return Job(run, lambda: dict(zip(case.results, run(), strict=True)))
