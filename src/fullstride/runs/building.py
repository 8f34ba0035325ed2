"""The objects that a configuration asks for: network, optimizer, schedule, augmentation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from fullstride import architectures
from fullstride.errors import FullstrideError, ShapeError
from fullstride.network import Network
from fullstride.program import optimizers
from fullstride.program.optimizers import Optimizer
from fullstride.runs.choices import DEFAULT_OPTIMIZER
from fullstride.runs.configuration import Configuration
from fullstride.runs.defaults import default_network
from fullstride.runs.tables import DEFAULT_ARCHITECTURE, AugmentationOptions, TrainingOptions
from fullstride.steps import Augmentation
from fullstride.training.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay

_OF_OPTIMIZERS = ("momentum", "nesterov", "beta1", "beta2", "epsilon", "weight_decay")


def build_network(configuration: Configuration, input_shape: tuple[int, int, int], classes: int) -> Network:
    """The network of a configuration, with parameters drawn by its seed.

    Parameters
    ----------
    configuration : Configuration
    input_shape : (n_H, n_W, n_C)
        Of one image.
    classes : int

    Raises
    ------
    ShapeError, ArgumentError
        If the network does not fit the images or the classes; the sentence names the key.

    Examples
    --------
    >>> from fullstride.runs import NetworkOptions
    >>> lenet = Configuration(network=NetworkOptions(architecture="lenet5"))
    >>> build_network(lenet, (28, 28, 1), 10).summary().parameters
    61706
    """
    options = configuration.network
    seed, exact = configuration.seed or 0, options.exact or False
    name = options.architecture or DEFAULT_ARCHITECTURE
    if options.layers is not None:
        with _named("network.layers"):
            network = Network(*options.layers, input_shape=input_shape, seed=seed, exact=exact)
    elif name == DEFAULT_ARCHITECTURE:
        network = default_network(input_shape, classes, seed, exact)
    else:
        with _named(f'network.architecture = "{name}"'):
            network = getattr(architectures, name)(input_shape, classes, seed=seed, exact=exact)
    if network.n_classes != classes:
        raise ShapeError(
            f"network.layers: the last layer must give one number a class, n = {classes}; "
            f"got {network.n_classes}"
        )
    return network


def build_optimizer(training: TrainingOptions) -> Optimizer:
    """The optimizer of a resolved configuration.

    >>> build_optimizer(Configuration().resolved(m=100).training)
    SGD(momentum=0.9, nesterov=False, weight_decay=0.0)
    """
    # What belongs to another optimizer is refused by the configuration, and so is not set.
    values = {name: getattr(training, name) for name in _OF_OPTIMIZERS}
    chosen = {name: value for name, value in values.items() if value is not None}
    return optimizers.from_dict({"kind": training.optimizer or DEFAULT_OPTIMIZER, **chosen})


def build_schedule(training: TrainingOptions) -> Schedule:
    """The schedule of a resolved configuration.

    Raises
    ------
    ArgumentError
        If there is no such schedule, as one-cycle without a warm-up; the sentence names the key.

    Examples
    --------
    >>> build_schedule(Configuration(training=TrainingOptions(schedule="cosine", warmup=1)).resolved(m=100).training)
    Cosine(warmup=1.0, final=0.0)
    """
    warmup, final = training.warmup or 0.0, training.final or 0.0
    with _named(f'training.schedule = "{training.schedule}"'):
        if training.schedule == "step":
            assert training.factor is not None  # nothing is open
            return StepDecay(training.milestones or (), training.factor, warmup=warmup)
        if training.schedule == "cosine":
            return Cosine(final, warmup=warmup)
        if training.schedule == "one-cycle":
            assert training.epochs is not None
            return OneCycle(rise=warmup / training.epochs, final=final)
        return Constant(warmup=warmup)


def build_augmentation(options: AugmentationOptions) -> Augmentation | None:
    """The augmentation that a configuration asks for, or None where images stay as they are.

    >>> build_augmentation(AugmentationOptions(shift=0)) is None
    True
    """
    augmentation = Augmentation.from_dict(options.to_dict())
    return None if augmentation == Augmentation() else augmentation


@contextlib.contextmanager
def _named(key: str) -> Iterator[None]:
    """Errors say which key of the configuration they come from."""
    try:
        yield
    except FullstrideError as error:
        raise type(error)(f"{key}: {error}") from error
    except (ValueError, OverflowError) as error:  # NumPy's, where sizes are past all addresses
        raise ShapeError(f"{key}: the network is too large: {error}") from error
