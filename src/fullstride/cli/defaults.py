"""What `fullstride train` does unless it is told: a network for a size of image, a run for a size of set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullstride.network import Network

_MANY = 10_000  # training images from which on few epochs are enough


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train; what each option of `fullstride train` is by default."""

    epochs: int
    batch_size: int
    lr: float
    momentum: float
    validation: float


def default_recipe(m: int) -> Recipe:
    """The recipe for m training images.

    >>> default_recipe(1437).epochs, default_recipe(60_000).epochs
    (30, 3)
    """
    # Chosen on validation parts of the digits' and of MNIST's training images; the test images had no say.
    if m < _MANY:
        return Recipe(epochs=30, batch_size=32, lr=0.05, momentum=0.9, validation=0.1)
    return Recipe(epochs=3, batch_size=32, lr=0.02, momentum=0.9, validation=0.05)


def default_filters(n_H: int, n_W: int) -> tuple[int, ...]:
    """How many filters each block (convolution 3x3, ReLU, max pool 2) has, for images of n_H x n_W pixels.

    Two blocks where the images allow it, and more until the shorter side is at most 7.

    >>> default_filters(8, 8), default_filters(28, 28), default_filters(32, 32), default_filters(3, 5)
    ((32, 64), (32, 64), (32, 64, 64), ())
    """
    side, filters = min(n_H, n_W), list[int]()
    while side > 7 or (side >= 4 and len(filters) < 2):
        filters.append(64 if filters else 32)
        side //= 2
    return tuple(filters)


def default_network(
    input_shape: tuple[int, int, int], classes: int, seed: int, exact: bool = False
) -> Network:
    """Blocks of a convolution, ReLU and a max pool, then a dense layer with one output a class."""
    from fullstride.layers import Conv, Dense, Flatten, MaxPool, ReLU
    from fullstride.layers.base import Layer
    from fullstride.network import Network

    layers: list[Layer] = []
    for n_C in default_filters(*input_shape[:2]):
        layers += [Conv(n_C, 3, pad=1), ReLU(), MaxPool(2, 2)]
    return Network(*layers, Flatten(), Dense(classes), input_shape=input_shape, seed=seed, exact=exact)
