"""What a run does unless it is told: a network for a size of image, a recipe for a size of set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fullstride.network import Network

_SMALL = 32  # pixels a side
_MANY = 10_000  # training images from which on few epochs are enough


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train with momentum; what each option of `fullstride train` is by default."""

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


def usual_values(
    m: int, *, optimizer: str, schedule: str, epochs: int | None, whole_network: bool
) -> dict[str, Any]:
    """What each key of a configuration is that was not set, for m training images and the choices that were made.

    Parameters
    ----------
    m : int, training images
    optimizer, schedule : as chosen; keys that belong to other choices stay absent
    epochs : as chosen, or None
    whole_network : whether the network has a name, and not a list of layers

    Notes
    -----
    Where nothing says otherwise, that is nothing at all: no decay, no smoothing, images as they are. Adam's numbers
    are those of its paper, the decay of AdamW that of the frameworks. A step schedule divides the rate after half and
    three quarters of the epochs, as residual networks are trained; one-cycle rises for three tenths of them.
    """
    recipe = default_recipe(m)
    epochs = recipe.epochs if epochs is None else epochs
    # Unasked, a handful of images is not divided.
    validation = recipe.validation if round(recipe.validation * m) >= 1 else 0.0
    training: dict[str, Any] = {"epochs": epochs, "batch_size": recipe.batch_size, "loss": "cross_entropy"}
    training |= {"optimizer": optimizer, "weight_decay": 0.01 if optimizer == "adamw" else 0.0}
    if optimizer == "sgd":
        training |= {"lr": recipe.lr, "momentum": recipe.momentum, "nesterov": False}
    else:
        training |= {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    training |= {"schedule": schedule, "warmup": 0.0}
    if schedule == "step":
        places = {epochs // 2, 3 * epochs // 4} - {0}
        training |= {"milestones": sorted(places), "factor": 0.1}
    elif schedule == "cosine":
        training |= {"final": 0.0}
    elif schedule == "one-cycle":
        training |= {"warmup": 0.3 * epochs, "final": 0.0}
    training |= {"label_smoothing": 0.0, "class_weights": "none", "early_stopping": 0}
    still = {"shift": 0, "flip": False, "flip_vertical": False, "crop": 1.0}
    return {
        "seed": 0,
        "engine": "native",
        "data": {"name": "digits", "validation": validation, "normalize": False},
        "network": {**({"architecture": "default"} if whole_network else {}), "exact": False},
        "training": training,
        "augmentation": {**still, "rotation": 0.0, "scale": [1.0, 1.0], "cutout": 0, "border": "zero"},
    }


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
    """Blocks of a convolution, ReLU and a max pool, then a dense layer with one output a class.

    Colours, or more pixels than a small drawing has, make a plain network hard to train at any one rate: there each
    convolution is normalized, before its ReLU.
    """
    from fullstride.layers import BatchNorm, Conv, Dense, Flatten, MaxPool, ReLU
    from fullstride.layers.base import Layer
    from fullstride.network import Network

    normalized = input_shape[2] > 1 or min(input_shape[:2]) > _SMALL
    layers: list[Layer] = []
    for n_C in default_filters(*input_shape[:2]):
        normalization = [BatchNorm()] if normalized else []
        layers += [Conv(n_C, 3, pad=1, bias=not normalized), *normalization, ReLU(), MaxPool(2, 2)]
    return Network(*layers, Flatten(), Dense(classes), input_shape=input_shape, seed=seed, exact=exact)
