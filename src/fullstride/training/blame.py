"""Where the first number that is not finite came from: the layer and the tensor, in the order of a training step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.program import Executor, Interpreter, ParameterStore
from fullstride.program.graph import INPUT
from fullstride.program.table import Array
from fullstride.training.part import Part
from fullstride.training.settings import Settings

MOST = 8
"""Images that the readable steps walk for this: they are slow, and one bad image is enough."""


def first_non_finite(values: Mapping[str, Array]) -> str | None:
    """The name of the first array that holds NaN or an infinity, or None."""
    return next((name for name, value in values.items() if not np.isfinite(value).all()), None)


def first_bad_tensor(
    executor: Executor, store: ParameterStore, part: Part, rows: NDArray[np.int64], settings: Settings
) -> str:
    """What is not finite first when the images `rows` are trained on with the present parameters, in words.

    A parameter; else, walked by the readable steps on up to 8 of the images, those first whose prediction is not
    finite, a layer's output forward; else a gradient backward.
    """
    if (name := first_non_finite(store.values)) is not None:
        return f"the first tensor that is not finite is the parameter {name}, before the step"
    few = _suspects(executor, part, rows, settings)
    interpreter = Interpreter(store.program, store)
    with np.errstate(all="ignore"):
        values, caches, _, d_output = interpreter.walk_loss(
            part.X, part.y, few, settings.inputs, settings.cost
        )
        if (name := first_non_finite(values)) is not None:
            what = "the images themselves" if name == INPUT else f"the output of {name}"
            return f"the first tensor that is not finite is {what}, shape {_shape(values[name])}"
        _, d_parameters = interpreter.walk_backward(d_output, caches)
        if (name := first_non_finite(d_parameters)) is not None:
            return f"every output is finite, but the gradient d{name} is not"
    return f"on {len(few)} of its images walked one by one every tensor is finite"


def _suspects(
    executor: Executor, part: Part, rows: NDArray[np.int64], settings: Settings
) -> NDArray[np.int64]:
    outputs = executor.forward(np.ascontiguousarray(part.X[rows]), settings.inputs)
    bad = ~np.isfinite(outputs.reshape(len(rows), -1)).all(axis=1)
    return np.ascontiguousarray(rows[np.argsort(~bad, kind="stable")][:MOST])


def _shape(value: Any) -> str:
    return f"(m, {', '.join(map(str, value.shape[1:]))})"
