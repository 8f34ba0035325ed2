"""How the errors of a batch become its cost, beyond what the program's loss says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride import checks
from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.program.described import rebuilt
from fullstride.program.graph import Program


@dataclass(frozen=True)
class Cost:
    """Smoothed labels and weighted classes of a cross-entropy.

    Attributes
    ----------
    smoothing : float in [0, 1)
        The part of a label that is spread evenly over all classes.
    class_weights : tuple of float > 0, or None
        How much an image of each class counts. The cost is divided by the sum of the weights of the batch's labels.

    Source
    ------
    C. Szegedy et al., "Rethinking the Inception architecture" (2016); as torch.nn.CrossEntropyLoss(weight=...,
    label_smoothing=...) has it: of an image with label y and probabilities p
    loss = -(1 - smoothing) * weight[y] * log p[y] - smoothing / n * Σ_k weight[k] * log p[k].
    """

    smoothing: float = 0.0
    class_weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "smoothing", checks.real_number(self.smoothing, "Cost", "smoothing", below=1)
        )
        if self.class_weights is not None:
            if not isinstance(self.class_weights, (tuple, list)):
                raise DtypeError(
                    f"Cost: class_weights must be a tuple of numbers > 0, one a class, or None; "
                    f"got {self.class_weights!r}"
                )
            weights = tuple(
                checks.positive_number(weight, "Cost", f"class_weights[{k}]")
                for k, weight in enumerate(self.class_weights)
            )
            object.__setattr__(self, "class_weights", weights)

    @property
    def plain(self) -> bool:
        """Whether it is the program's loss as it stands."""
        return self.smoothing == 0 and self.class_weights is None

    def check(self, program: Program, where: str) -> None:
        """Whether it can be the cost of a program.

        Raises
        ------
        ArgumentError
            If the program's loss is no cross-entropy.
        ShapeError
            If there is not one weight for each class.
        """
        if self.plain:
            return
        if program.loss != "softmax_cross_entropy":
            raise ArgumentError(
                f"{where}: smoothing and class_weights belong to a cross-entropy; the loss is {program.loss!r}"
            )
        classes = program.shapes[program.output][0]
        if self.class_weights is not None and len(self.class_weights) != classes:
            raise ShapeError(
                f"{where}: class_weights must hold one number for each of the {classes} classes; "
                f"got {len(self.class_weights)}"
            )

    def divisor(self, truth: NDArray[Any], own: NDArray[np.float64] | None = None) -> float:
        """What the losses of images with these labels or targets are divided by: how many they are, or what they weigh.

        An image weighs what its class does times `own`, where it has a weight of its own. The sum is rounded once, so
        that their order does not matter.
        """
        if self.class_weights is None:
            return float(len(truth)) if own is None else math.fsum(own)
        weights = np.array(self.class_weights)[truth]
        return math.fsum(weights if own is None else weights * own)

    def parts(self, classes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(shares, hits): what each class of an image has of the label, and what the label's own has beside it."""
        weights = np.ones(classes) if self.class_weights is None else np.array(self.class_weights)
        return self.smoothing / classes * weights, (1.0 - self.smoothing) * weights

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; `from_dict` is the way back."""
        weights = None if self.class_weights is None else list(self.class_weights)
        return {"smoothing": self.smoothing, "class_weights": weights}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Cost:
        """The cost that `to_dict` described.

        Raises
        ------
        ArgumentError, DtypeError
            If a key is unknown (the sentence proposes the nearest), or a value out of range.
        """
        return rebuilt(Cost, data, "Cost.from_dict")


PLAIN = Cost()
"""The program's loss as it stands."""
