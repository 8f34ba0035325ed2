"""What estimates of numbers are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullstride.judging.plain import plain


@dataclass(frozen=True, eq=False)
class NumberJudgment:
    """What `Network.judge` found of a network that estimates numbers. `str` is a small table.

    Attributes
    ----------
    y, predicted : ndarrays of shape (m, n), float64, targets and estimates

    Notes
    -----
    R^2 is 1 - the sum of squared errors / the sum of squared distances of the targets from their mean. Of targets that
    are all the same it is 1 where they are met exactly, else 0; of a single image there is none, and it is NaN.

    Examples
    --------
    >>> found = NumberJudgment(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [4.0]]))
    >>> found.squared_error.tolist(), found.absolute_error.tolist(), found.r_squared.tolist()
    ([0.3333333333333333], [0.3333333333333333], [0.5])
    """

    y: NDArray[np.float64]
    predicted: NDArray[np.float64]

    @property
    def count(self) -> int:
        """m, all images."""
        return len(self.y)

    @property
    def errors(self) -> NDArray[np.float64]:
        """predicted - y, of shape (m, n)."""
        return self.predicted - self.y

    @property
    def squared_error(self) -> NDArray[np.float64]:
        """Of shape (n,): the mean over the images of the squares of the errors."""
        return np.asarray(np.square(self.errors).mean(axis=0))

    @property
    def absolute_error(self) -> NDArray[np.float64]:
        """Of shape (n,): the mean over the images of the errors without their signs."""
        return np.asarray(np.abs(self.errors).mean(axis=0))

    @property
    def r_squared(self) -> NDArray[np.float64]:
        """Of shape (n,): the part of the targets' variance that is explained, at most 1."""
        errors = np.square(self.errors).sum(axis=0)
        spread = np.square(self.y - self.y.mean(axis=0)).sum(axis=0)
        if self.count < 2:
            return np.full(errors.shape, np.nan)
        varies = spread > 0
        of_each = np.where(errors == 0, 1.0, 0.0)
        of_each[varies] = 1 - errors[varies] / spread[varies]
        return of_each

    @property
    def loss(self) -> float:
        """The mean over the outputs of the squared error."""
        return float(self.squared_error.mean())

    def worst(self, most: int) -> NDArray[np.int64]:
        """Images: the largest errors first, by the sum of their squares."""
        return np.argsort(-np.square(self.errors).sum(axis=1), kind="stable")[:most]

    def to_dict(self) -> dict[str, Any]:
        """As plain data that JSON can hold; docs/judging.md names the keys. None where a number is not defined."""
        each = zip(self.squared_error, self.absolute_error, self.r_squared, strict=True)
        document: dict[str, Any] = plain(
            {
                "kind": "numbers",
                "count": self.count,
                "loss": self.loss,
                "mean_squared_error": self.loss,
                "mean_absolute_error": self.absolute_error.mean(),
                "r_squared": self.r_squared.mean(),
                "outputs": [
                    {"mean_squared_error": squared, "mean_absolute_error": absolute, "r_squared": r_squared}
                    for squared, absolute, r_squared in each
                ],
            }
        )
        return document

    def lines(self, width: int = 80) -> list[str]:
        """The text of `str`, for a terminal that is `width` characters wide."""
        from fullstride.judging.text import number_lines

        return number_lines(self)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return f"NumberJudgment(mean squared error {self.loss:.4g}, {self.count:,} images)"
