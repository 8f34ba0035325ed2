"""The layers, the optimizer and the number of epochs that an estimator's parameters ask for."""

from __future__ import annotations

from fullstride import architectures
from fullstride.errors import ArgumentError, DtypeError
from fullstride.layers import Dense, Flatten, Layer, ReLU
from fullstride.program.optimizers import Optimizer, from_dict
from fullstride.runs.defaults import default_filters, default_network, default_recipe

DEFAULT = "default"
_HIDDEN = 64
"""Outputs of the hidden layer of the default network where images are too small for a convolution and a pool."""
_STEPS = 500
"""Steps that a training makes at least, unless it is told how many epochs: few images need many epochs."""


def layers_of(
    architecture: object, shape: tuple[int, int, int], n_outputs: int, where: str
) -> tuple[Layer, ...]:
    """All layers of a network for images of this shape.

    Parameters
    ----------
    architecture : "default", another name of `fullstride.architectures`, or a sequence of the layers before the last
    shape : (n_H, n_W, n_C)
    n_outputs : int

    Raises
    ------
    ArgumentError, DtypeError, ShapeError
        If there is no such architecture, or images are too small for it.

    Examples
    --------
    >>> layers_of("default", (1, 4, 1), 3, "CNNClassifier")
    (Flatten(), Dense(n=64), ReLU(), Dense(n=3))
    """
    known = (DEFAULT, *architectures.__all__)
    rule = f"{where}: architecture must be one of {', '.join(known)}, or a sequence of layers"
    if isinstance(architecture, str):
        if architecture not in known:
            raise ArgumentError(f"{rule}; got {architecture!r}")
        if architecture != DEFAULT:
            return tuple(getattr(architectures, architecture)(shape, n_outputs).layers)
        if default_filters(*shape[:2]):
            return default_network(shape, n_outputs, seed=0).layers
        return Flatten(), Dense(_HIDDEN), ReLU(), Dense(n_outputs)
    if not isinstance(architecture, (tuple, list)) or not all(isinstance(one, Layer) for one in architecture):
        raise DtypeError(f"{rule}; got {architecture!r}")
    return (*architecture, Dense(n_outputs))


def optimizer_of(value: object, weight_decay: object, where: str) -> Optimizer:
    """The optimizer of a name, with this decay of weights (None: its own), or the one that is given.

    >>> optimizer_of("sgd", 0.01, "CNNClassifier")
    SGD(momentum=0.9, nesterov=False, weight_decay=0.01)
    """
    if not isinstance(value, Optimizer):
        return from_dict(
            {"kind": value} if weight_decay is None else {"kind": value, "weight_decay": weight_decay}
        )
    if weight_decay is not None:
        raise ArgumentError(
            f"{where}: weight_decay belongs to the optimizer where one is given, as in SGD(weight_decay=0.001); "
            f"got weight_decay={weight_decay!r} beside {value!r}"
        )
    return value


def usual_epochs(m: int, batch_size: int) -> int:
    """As many as `fullstride train` makes with m images, and at least so many that there are 500 steps.

    >>> usual_epochs(60, 32), usual_epochs(1437, 32), usual_epochs(60_000, 32)
    (250, 30, 3)
    """
    steps_per_epoch = -(-m // batch_size)
    return max(default_recipe(m).epochs, -(-_STEPS // steps_per_epoch))
