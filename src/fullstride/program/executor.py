"""What runs a program: the interpreter and the native executor have this in common."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.losses import PLAIN, Cost
from fullstride.program.table import Array
from fullstride.program.update import AnyUpdate

Images = NDArray[Any]
Indices = NDArray[np.int64]
Truth = NDArray[Any]
"""Labels or targets."""
Weights = NDArray[np.float64]
"""How much each image counts."""


class Executor(Protocol):
    """Runs a program on the parameters of a store.

    In all methods X holds images, C-contiguous, of shape (m, *program.input_shape): uint8 or of the
    program's dtype; `inputs` says what becomes of them (`forward` never augments). y holds labels, int64 of shape (m,),
    or, with the loss "mean_squared_error", targets of shape (m, n) and the program's dtype, C-contiguous; `cost`
    smooths labels and weights classes, `weights` (of shape (m,), each > 0) weighs images, and a batch's losses are
    divided by what it weighs. `rows` are the indices of a batch. The arguments are trusted: they have been checked at
    the public door.

    Attributes
    ----------
    last_norm : float or None
        The norm of all gradients in the last `train_step`, where its update clips them. Where it is not finite that
        step has changed nothing.
    """

    last_norm: float | None

    def train_step(
        self,
        X: Images,
        y: Truth,
        rows: Indices,
        update: AnyUpdate,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> float:
        """Forward, loss, backward and update on X[rows]; returns the mean loss before the update.

        Where the loss is not finite nothing is updated: parameters, velocities and running statistics are what they
        were.
        """
        ...

    def gradients(
        self,
        X: Images,
        y: Truth,
        rows: Indices,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> tuple[float, dict[str, Array]]:
        """The mean loss of X[rows] and its gradient for every parameter; nothing is updated."""
        ...

    def prepare(
        self,
        X: Images,
        update: AnyUpdate,
        inputs: Inputs = AS_STORED,
        cost: Cost = PLAIN,
        weights: Weights | None = None,
    ) -> None:
        """Makes ready now what `train_step` with such arguments needs: the first step then takes as long as others."""
        ...

    def forward(self, X: Images, inputs: Inputs = AS_STORED) -> Array:
        """The program's output for every image; with a cross-entropy, the probabilities of the classes."""
        ...

    def implementation(self) -> tuple[tuple[str, str], ...]:
        """What runs each operation: pairs of node and step or kernel."""
        ...

    def close(self) -> None:
        """Gives back memory and threads; the executor is not used again."""
        ...
