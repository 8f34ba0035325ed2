"""Copies of parameters to which a run can go back."""

from __future__ import annotations

from collections.abc import Mapping

from fullstride.program.table import Array


class KeptParameters:
    """A copy of parameters that are known to be whole and finite, and where in the run it was made."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = values
        self.copy = {name: value.copy() for name, value in values.items()}
        self.place = "before training"
        self.restored = False

    def keep(self, place: str) -> None:
        """Replace the copy by the present parameters."""
        for name, value in self._values.items():
            self.copy[name][...] = value
        self.place = place

    def restore(self) -> None:
        """Put the copy back into the network."""
        for name, value in self._values.items():
            value[...] = self.copy[name]
        self.restored = True


class BestParameters(KeptParameters):
    """Those with the lowest validation loss so far; of equals the earliest.

    Attributes
    ----------
    loss : float or None, before the first epoch
    """

    def __init__(self, values: Mapping[str, Array]) -> None:
        super().__init__(values)
        self.loss: float | None = None

    def offer(self, loss: float, place: str) -> bool:
        """Keep the present parameters where `loss` is lower than all before; whether it is."""
        if self.loss is not None and loss >= self.loss:
            return False
        self.keep(place)
        self.loss = loss
        return True
