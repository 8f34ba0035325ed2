"""Where a run stands between two steps: with it a run goes on, to the bit, as if it had never stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fullstride.errors import FileFormatError
from fullstride.program import ParameterStore, Program
from fullstride.program.optimizers import Adam, Optimizer, OptimizerState
from fullstride.program.table import Array, ParameterSpec
from fullstride.training.history import History


@dataclass
class State:
    """A place in a run.

    Attributes
    ----------
    epochs : int, that are completed
    step : int, steps done in the epoch that follows them
    loss : float, sum of the losses of the images of these steps
    optimizer : OptimizerState, its numbers
    history : History, of the epochs that are completed
    best_loss : float or None, the lowest validation loss so far
    arrays : {name: ndarray}, `values.<parameter>`, what the optimizer keeps, and `best.<parameter>`; as they are taken
        they are the run's own, which the next step changes
    """

    epochs: int
    step: int
    loss: float
    optimizer: OptimizerState
    history: History
    best_loss: float | None = None
    arrays: Mapping[str, Array] = field(default_factory=dict)

    def misfit(self, program: Program, optimizer: Optimizer) -> str | None:
        """What keeps a run of this program from going on from here, in words; None where nothing does.

        Every array is looked at, so that nothing of a state that does not fit is ever written into a network.
        """
        expected = _expected_arrays(program, optimizer, self.best_loss is not None)
        if extra := sorted(self.arrays.keys() - expected.keys()):
            return f"there is no place for the array {extra[0]}"
        for name, spec in expected.items():
            array, wanted = self.arrays.get(name), f"{program.dtype} of shape {spec.shape}"
            if array is None:
                return f"the array {name} is missing, {wanted}"
            if array.shape != spec.shape or array.dtype != program.dtype:
                return f"the array {name} must be {wanted}; got {array.dtype} of shape {array.shape}"
            if not np.isfinite(array).all():
                return f"the array {name} must hold finite numbers only"
        return None

    def to_dict(self) -> dict[str, Any]:
        """All but the arrays, as JSON can hold it."""
        return {
            "epochs": self.epochs,
            "step": self.step,
            "loss": self.loss,
            "optimizer": self.optimizer.to_dict(),
            "history": self.history.to_jsonl(),
            "best_loss": self.best_loss,
        }

    @classmethod
    def from_dict(cls, description: Mapping[str, Any], arrays: Mapping[str, Array]) -> State:
        """The state that `to_dict` described.

        Raises
        ------
        FileFormatError
            If the description is not what `to_dict` gives.
        """
        try:
            history = History.from_jsonl(description["history"])
            optimizer = OptimizerState.from_dict(description["optimizer"])
            state = cls(**{**description, "history": history, "optimizer": optimizer}, arrays=arrays)
            numbers = (state.epochs, state.step)
            if not all(type(n) is int and n >= 0 for n in numbers):
                raise TypeError(f"epochs and step must be whole numbers >= 0; got {numbers}")
            if len(history.epochs) != state.epochs:
                raise ValueError(
                    f"the history must tell of epochs = {state.epochs}; got {len(history.epochs)}"
                )
            state.loss = float(state.loss)
            state.best_loss = None if state.best_loss is None else float(state.best_loss)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FileFormatError(f"the checkpoint's state is not that of a run: {error}") from error
        return state


def _expected_arrays(program: Program, optimizer: Optimizer, best: bool) -> dict[str, ParameterSpec]:
    kinds = [
        "values",
        "velocity",
        *(["square"] if isinstance(optimizer, Adam) else []),
        *(["best"] if best else []),
    ]
    return {f"{kind}.{name}": spec for kind in kinds for name, spec in program.parameters.items()}


def optimizer_arrays(store: ParameterStore, optimizer: Optimizer) -> dict[str, Array]:
    """What an optimizer keeps between steps: `velocity.<parameter>`, of Adam `square.<parameter>` too."""
    kept = {"velocity": store.velocity}
    if isinstance(optimizer, Adam):
        kept["square"] = store.square
    return {f"{kind}.{name}": value for kind, views in kept.items() for name, value in views.items()}
