"""Gradients that are too long together are shortened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fullstride import checks
from fullstride.checks import Array
from fullstride.errors import DtypeError
from fullstride.steps._quiet import quiet


@quiet
def clip_gradients(gradients: Sequence[Array], clip: float) -> tuple[list[Array], float]:
    """Gradients of one cost whose norm, taken over all of them, is at most `clip`.

    Parameters
    ----------
    gradients : sequence of ndarray
        Of any shapes, each with at least one axis.
    clip : float, 0 < clip

    Returns
    -------
    clipped : list of ndarray
        gradient * min(1, clip / norm); where the norm is not finite the gradients mean nothing, and neither do these.
    norm : float
        Before clipping: the root of the sum of all squares, in float64.

    Raises
    ------
    ShapeError, DtypeError
        A gradient is no array with an axis, they do not share one dtype, or clip is not a number.
    ArgumentError
        clip is out of range.

    Source
    ------
    Pascanu et al. 2013, algorithm 1. PyTorch's clip_grad_norm_ divides by norm + 1e-6, which is another direction for
    no gradient, and another length for one that is clipped.

    Examples
    --------
    >>> clip_gradients([np.array([3.0]), np.array([[4.0]])], clip=1.0)
    ([array([0.6]), array([[0.8]])], 5.0)
    """
    where = "clip_gradients"
    if not isinstance(gradients, (tuple, list)):
        raise DtypeError(
            f"{where}: gradients must be a sequence of NumPy arrays; got a {type(gradients).__name__}"
        )
    names = [f"gradients[{k}]" for k in range(len(gradients))]
    arrays = [checks.array(value, where, name) for value, name in zip(gradients, names, strict=True)]
    checks.same_dtype(where, **dict(zip(names, arrays, strict=True)))
    clip = checks.positive_number(clip, where, "clip")

    total = 0.0
    for array in arrays:
        total += np.sum(np.square(array, dtype=np.float64))
    norm = float(np.sqrt(total))
    factor = clip / norm if norm > clip else 1.0
    return [factor * array for array in arrays], norm
