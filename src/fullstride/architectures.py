"""Networks that people know by name: short functions of the shape of an image and the number of classes."""

from __future__ import annotations

from collections.abc import Sequence

from fullstride.errors import ShapeError
from fullstride.geometry import whole_number
from fullstride.layers import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    ReLU,
    Residual,
)
from fullstride.network import Network, arguments

__all__ = ["lenet5", "resnet20", "resnet32", "resnet56", "small", "vgg"]


def lenet5(
    input_shape: Sequence[int], classes: int, *, seed: int = 0, dtype: str = "float32", exact: bool = False
) -> Network:
    """LeNet-5 as it is built today, with ReLU and maxima; 61,706 parameters for (28, 28, 1) and 10 classes.

    Parameters
    ----------
    input_shape : (n_H, n_W, n_C)
        Of one image; n_H and n_W at least 12.
    classes : int
    seed, dtype, exact
        As `Network` takes them.

    Raises
    ------
    ShapeError
        If the image is too small.

    Source
    ------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition" (1998),
    section II.B; there every map of the second convolution sees only some of the first.

    Examples
    --------
    >>> lenet5((28, 28, 1), 10).summary().parameters
    61706
    """
    layers = [
        *(Conv(6, 5, pad=2), ReLU(), MaxPool(2)),
        *(Conv(16, 5), ReLU(), MaxPool(2)),
        *(Flatten(), Dense(120), ReLU(), Dense(84), ReLU()),
    ]
    return _network("lenet5", layers, input_shape, 12, classes, seed, dtype, exact)


def small(
    input_shape: Sequence[int], classes: int, *, seed: int = 0, dtype: str = "float32", exact: bool = False
) -> Network:
    """Two convolutions, each with a pool, and one dense layer; for images of at least 4 x 4.

    See `lenet5` for the parameters. 9,098 numbers are learned for (28, 28, 1) and 10 classes.

    Examples
    --------
    >>> small((28, 28, 1), 10).summary().parameters
    9098
    """
    layers = [
        *(Conv(8, 3, pad=1), ReLU(), MaxPool(2)),
        *(Conv(16, 3, pad=1), ReLU(), MaxPool(2)),
        Flatten(),
    ]
    return _network("small", layers, input_shape, 4, classes, seed, dtype, exact)


def vgg(
    input_shape: Sequence[int], classes: int, *, seed: int = 0, dtype: str = "float32", exact: bool = False
) -> Network:
    """Five convolutions of 3 x 3 in the manner of VGG, and two dense layers; for images of at least 8 x 8.

    See `lenet5` for the parameters. 402,986 numbers are learned for (32, 32, 3) and 10 classes.

    Source
    ------
    K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014).

    Examples
    --------
    >>> vgg((32, 32, 3), 10).summary().parameters
    402986
    """
    layers: list[Layer] = []
    for channels in ((32, 32), (64, 64), (128,)):
        for n_C in channels:
            layers += [Conv(n_C, 3, pad=1), ReLU()]
        layers += [MaxPool(2)]
    layers += [Flatten(), Dense(128), ReLU()]
    return _network("vgg", layers, input_shape, 8, classes, seed, dtype, exact)


def resnet20(
    input_shape: Sequence[int], classes: int, *, seed: int = 0, dtype: str = "float32", exact: bool = False
) -> Network:
    """A residual network of 20 layers for small images, with batch normalization.

    See `lenet5` for the parameters. 272,474 numbers are learned for (32, 32, 3) and 10 classes.

    Source
    ------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition" (2015), section 4.2: 6 n + 2 layers,
    n = 3; with its projection shortcuts (option B) instead of zeros for new channels.

    Examples
    --------
    >>> resnet20((32, 32, 3), 10).summary().parameters
    272474
    """
    return _network("resnet20", _residual_layers(3), input_shape, 1, classes, seed, dtype, exact)


def resnet32(
    input_shape: Sequence[int], classes: int, *, seed: int = 0, dtype: str = "float32", exact: bool = False
) -> Network:
    """As `resnet20`, with five blocks in each group.

    Examples
    --------
    >>> resnet32((32, 32, 3), 10).summary().parameters
    466906
    """
    return _network("resnet32", _residual_layers(5), input_shape, 1, classes, seed, dtype, exact)


def resnet56(
    input_shape: Sequence[int], classes: int, *, seed: int = 0, dtype: str = "float32", exact: bool = False
) -> Network:
    """As `resnet20`, with nine blocks in each group.

    Examples
    --------
    >>> resnet56((32, 32, 3), 10).summary().parameters
    855770
    """
    return _network("resnet56", _residual_layers(9), input_shape, 1, classes, seed, dtype, exact)


def _residual_layers(n: int) -> list[Layer]:
    """Three groups of n blocks, with 16, 32 and 64 channels; the second and the third halve the image."""
    layers: list[Layer] = [Conv(16, 3, pad=1, bias=False), BatchNorm(), ReLU()]
    for group, n_C in enumerate((16, 32, 64)):
        for block in range(n):
            layers += [_block(n_C, halved=group > 0 and block == 0), ReLU()]
    return [*layers, GlobalAveragePool()]


def _block(n_C: int, halved: bool) -> Residual:
    stride = 2 if halved else 1
    return Residual(
        *(Conv(n_C, 3, stride=stride, pad=1, bias=False), BatchNorm(), ReLU()),
        *(Conv(n_C, 3, pad=1, bias=False), BatchNorm()),
        shortcut=(Conv(n_C, 1, stride=2, bias=False), BatchNorm()) if halved else (),
    )


def _network(
    name: str,
    layers: Sequence[Layer],
    input_shape: Sequence[int],
    least: int,
    classes: int,
    seed: int,
    dtype: str,
    exact: bool,
) -> Network:
    """The layers and a dense one that gives a number a class, for images of at least `least` rows and columns."""
    shape = arguments.input_shape(input_shape)
    if min(shape[:2]) < least:
        raise ShapeError(
            f"{name}: input_shape must be (n_H, n_W, n_C) with n_H >= {least} and n_W >= {least}, so that "
            f"every window fits; got {shape}"
        )
    n = whole_number(classes, name, "classes", 1)
    return Network(*layers, Dense(n), input_shape=shape, seed=seed, dtype=dtype, exact=exact)
