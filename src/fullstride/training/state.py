"""Where a run stands between two steps: with it a run goes on, to the bit, as if it had never stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fullstride.errors import ArgumentError, DtypeError, FileFormatError
from fullstride.program import ParameterStore
from fullstride.program.optimizers import Adam, Optimizer, OptimizerState
from fullstride.program.table import Array
from fullstride.training.blame import first_non_finite
from fullstride.training.history import History
from fullstride.training.settings import Settings


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
            counts = (state.epochs, state.step)
            if not all(type(n) is int and n >= 0 for n in counts):
                raise TypeError(f"epochs and step must be whole numbers >= 0; got {counts}")
            if len(history.epochs) != state.epochs:
                raise ValueError(
                    f"its history must be of its {state.epochs} epochs; got {len(history.epochs)}"
                )
            state.loss = _number(state.loss, "loss")
            state.best_loss = None if state.best_loss is None else _number(state.best_loss, "best_loss")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FileFormatError(f"the checkpoint's state is not that of a run: {error}") from error
        return state


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number; got {value!r}")
    return float(value)


def optimizer_arrays(store: ParameterStore, optimizer: Optimizer) -> dict[str, Array]:
    """What an optimizer keeps between steps: `velocity.<parameter>`, of Adam `square.<parameter>` too."""
    kept = {"velocity": store.velocity}
    if isinstance(optimizer, Adam):
        kept["square"] = store.square
    return {f"{kind}.{name}": value for kind, views in kept.items() for name, value in views.items()}


def checked_state(
    state: object, store: ParameterStore, settings: Settings, steps_per_epoch: int, where: str
) -> State:
    """A state from which a run with these settings can go on.

    Raises
    ------
    DtypeError, ArgumentError
        If it is none, lies behind the end of the run, or an array is missing, has another shape or dtype, or is not
        finite.
    """
    if not isinstance(state, State):
        raise DtypeError(
            f"{where}: state must be a State, as run.state() gives it; got a {type(state).__name__}"
        )
    last = state.epochs == settings.epochs
    if state.epochs > settings.epochs or state.step > (0 if last else steps_per_epoch):
        raise ArgumentError(
            f"{where}: state must lie within the run, epochs={settings.epochs} of {steps_per_epoch} steps; "
            f"got step {state.step} after {state.epochs} epochs"
        )
    needed = {f"values.{name}": value for name, value in store.values.items()}
    needed |= optimizer_arrays(store, settings.optimizer)
    if settings.patience and state.best_loss is not None:
        needed |= {f"best.{name}": value for name, value in store.values.items()}
    for name, value in needed.items():
        found = state.arrays.get(name)
        if found is None or (found.shape, found.dtype) != (value.shape, value.dtype):
            got = "none" if found is None else f"{found.dtype} of shape {found.shape}"
            raise ArgumentError(
                f"{where}: state must hold {name}, {value.dtype} of shape {value.shape}, for this network and "
                f"{type(settings.optimizer).__name__}; got {got}"
            )
    if (bad := first_non_finite({name: state.arrays[name] for name in needed})) is not None:
        raise ArgumentError(f"{where}: the arrays of state must be finite; {bad} is not")
    return state
