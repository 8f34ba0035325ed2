"""What runs a program: the interpreter and the native executor have this in common."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fullstride.program.inputs import AS_STORED, Inputs
from fullstride.program.table import Array
from fullstride.program.update import Update

Images = NDArray[Any]
Indices = NDArray[np.int64]


class Executor(Protocol):
    """Runs a program on the parameters of a store.

    In all methods X holds images, C-contiguous, of shape (m, *program.input_shape): uint8 or of the
    program's dtype; `inputs` says what becomes of them (`forward` never augments). y holds labels, int64 of shape (m,); `rows` are the
    indices of a batch. The arguments are trusted: they have been checked at the public door.
    """

    def train_step(
        self, X: Images, y: Indices, rows: Indices, update: Update, inputs: Inputs = AS_STORED
    ) -> float:
        """Forward, loss, backward and update on X[rows]; returns the mean loss before the update."""
        ...

    def gradients(
        self, X: Images, y: Indices, rows: Indices, inputs: Inputs = AS_STORED
    ) -> tuple[float, dict[str, Array]]:
        """The mean loss of X[rows] and its gradient for every parameter; nothing is updated."""
        ...

    def forward(self, X: Images, inputs: Inputs = AS_STORED) -> Array:
        """The program's output for every image; with a softmax loss, the probabilities of the classes."""
        ...

    def implementation(self) -> tuple[tuple[str, str], ...]:
        """What runs each operation: pairs of node and step or kernel."""
        ...

    def close(self) -> None:
        """Gives back memory and threads; the executor is not used again."""
        ...
