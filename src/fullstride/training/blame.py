"""Where the first number that is not finite came from: the layer and the tensor, in the order of a training step."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fullstride.program import Cost, Executor, Inputs, Interpreter, ParameterStore
from fullstride.program.graph import INPUT
from fullstride.program.table import Array
from fullstride.training.part import Part

COUNTS = 1, 8
"""Images that the readable steps walk for this: they are slow, and one bad image is mostly enough."""


def first_non_finite(values: Mapping[str, Array]) -> str | None:
    """The name of the first array that holds NaN or an infinity, or None."""
    return next((name for name, value in values.items() if not np.isfinite(value).all()), None)


def first_bad_tensor(
    executor: Executor,
    store: ParameterStore,
    part: Part,
    rows: NDArray[np.int64],
    inputs: Inputs,
    cost: Cost,
) -> str:
    """What is not finite first when the images `rows` are trained on with the present parameters, in words.

    A parameter; else, walked by the readable steps on one and then on 8 of the images, those first whose prediction is
    not finite, a layer's output forward, the loss, or a gradient backward.
    """
    if (name := first_non_finite(store.values)) is not None:
        return f"{_FIRST} the parameter {name}, before the step"
    suspects = _suspects(executor, part, rows, inputs)
    for count in COUNTS:
        if (found := _walked(store, part, suspects[:count], inputs, cost)) is not None:
            return found
    return f"on {len(suspects[: COUNTS[-1]])} of its images alone every tensor is finite"


_FIRST = "the first tensor that is not finite is"


def _walked(
    store: ParameterStore, part: Part, few: NDArray[np.int64], inputs: Inputs, cost: Cost
) -> str | None:
    interpreter = Interpreter(store.program, store)
    with np.errstate(all="ignore"):
        values, caches, loss, d_output = interpreter.walk_loss(
            part.X, part.y, few, inputs, cost, part.weights
        )
        if (name := first_non_finite(values)) is not None:
            shape = ", ".join(map(str, values[name].shape[1:]))
            if name == INPUT:
                image = few[np.argmin(np.isfinite(values[name]).reshape(len(few), -1).all(axis=1))]
                return f"{_FIRST} image {image} of X as the network sees it, shape ({shape})"
            return f"{_FIRST} the output of {name}, shape (m, {shape})"
        if not math.isfinite(loss):
            return f"every output is finite, but the loss of {store.program.output} is not"
        d_values, d_parameters = interpreter.walk_backward(d_output, caches)
    gradients: dict[str, Array] = {}
    for node in reversed(store.program.nodes):
        gradients[f"the output of {node.output}"] = d_values[node.output]
        names = store.program.roles(node).values()
        gradients |= {name: d_parameters[name] for name in names if name in d_parameters}
    if (name := first_non_finite(gradients)) is not None:
        return f"every output is finite, but the gradient of {name} is not"
    return None


def _suspects(executor: Executor, part: Part, rows: NDArray[np.int64], inputs: Inputs) -> NDArray[np.int64]:
    """The rows, those first whose prediction is not finite."""
    outputs = executor.forward(np.ascontiguousarray(part.X[rows]), inputs)
    bad = ~np.isfinite(outputs.reshape(len(rows), -1)).all(axis=1)
    return np.ascontiguousarray(rows[np.argsort(~bad, kind="stable")])
