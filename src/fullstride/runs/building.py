"""The network that a configuration asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from fullstride import architectures
from fullstride.errors import FullstrideError, ShapeError
from fullstride.network import Network
from fullstride.runs.configuration import Configuration
from fullstride.runs.defaults import default_network
from fullstride.runs.tables import DEFAULT_ARCHITECTURE


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


@contextlib.contextmanager
def _named(key: str) -> Iterator[None]:
    """Errors say which key of the configuration they come from."""
    try:
        yield
    except FullstrideError as error:
        raise type(error)(f"{key}: {error}") from error
    except (ValueError, OverflowError) as error:  # NumPy's, where sizes are past all addresses
        raise ShapeError(f"{key}: the network is too large: {error}") from error
