"""Architectures: their layers, their sizes worked by hand, and images that are too small."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride import architectures
from fullstride.architectures import lenet5, resnet20, resnet32, resnet56, small, vgg
from fullstride.errors import ArgumentError, DtypeError, ShapeError
from fullstride.layers import Residual
from fullstride.network import Network

EACH = pytest.mark.parametrize("name", architectures.__all__)
LEAST = {"lenet5": 12, "small": 4, "vgg": 8, "resnet20": 1, "resnet32": 1, "resnet56": 1}


def shapes(network: Network) -> list[tuple[int, ...]]:
    """Of the values, without those that repeat the one before."""
    rows = [row.output_shape for row in network.summary().rows]
    return [shape for shape, before in zip(rows, [None, *rows], strict=False) if shape != before]


def test_lenet5() -> None:
    network = lenet5((28, 28, 1), 10)
    expected = [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,), (10,)]
    assert shapes(network) == expected
    # 25*6+6, 150*16+16, 400*120+120, 120*84+84, 84*10+10
    assert network.summary().parameters == 156 + 2_416 + 48_120 + 10_164 + 850 == 61_706


def test_small() -> None:
    network = small((28, 28, 1), 10)
    assert shapes(network) == [(28, 28, 8), (14, 14, 8), (14, 14, 16), (7, 7, 16), (784,), (10,)]
    # 9*8+8, 72*16+16, 784*10+10
    assert network.summary().parameters == 80 + 1_168 + 7_850


def test_vgg() -> None:
    network = vgg((32, 32, 3), 10)
    assert shapes(network) == [
        *((32, 32, 32), (16, 16, 32), (16, 16, 64), (8, 8, 64), (8, 8, 128), (4, 4, 128)),
        *((2048,), (128,), (10,)),
    ]
    convolutions = 27 * 32 + 32, 288 * 32 + 32, 288 * 64 + 64, 576 * 64 + 64, 576 * 128 + 128
    assert network.summary().parameters == sum(convolutions) + 2048 * 128 + 128 + 128 * 10 + 10


@pytest.mark.parametrize(("make", "n"), [(resnet20, 3), (resnet32, 5), (resnet56, 9)])
def test_residual_networks(make: Any, n: int) -> None:
    network = make((32, 32, 3), 10)
    assert shapes(network) == [(32, 32, 16), (16, 16, 32), (8, 8, 64), (64,), (10,)]
    # Filters; then gamma and beta of every convolution's channels; then the dense layer.
    filters = 27 * 16 + 2 * n * 144 * 16
    filters += (144 + 16) * 32 + (2 * n - 1) * 288 * 32
    filters += (288 + 32) * 64 + (2 * n - 1) * 576 * 64
    channels = (1 + 2 * n) * 16 + (2 * n + 1) * 32 + (2 * n + 1) * 64
    summary = network.summary()
    assert summary.parameters == filters + 2 * channels + 64 * 10 + 10
    assert summary.states == 2 * channels
    assert sum(isinstance(layer, Residual) for layer in network.layers) == 3 * n
    assert not [name for name in network.parameters if name.startswith("conv") and name.endswith(".b")]
    # Two of every block, the first, the dense one: the layers that the name counts; and two shortcuts.
    weights = [name for name in network.parameters if name.endswith(".W")]
    assert len(weights) == 6 * n + 2 + 2


def test_the_paper_s_multiply_adds() -> None:
    """40.6 million for ResNet-20 with shortcuts of no cost; both of ours are convolutions."""
    assert resnet20((32, 32, 3), 10).summary().multiply_adds == 40_551_040 + 2 * 131_072


@EACH
def test_seed_and_dtype(name: str) -> None:
    make = getattr(architectures, name)
    network = make([16, 12, 2], 3, seed=5, dtype="float64")
    assert (network.input_shape, network.n_classes) == ((16, 12, 2), 3)
    assert (network.seed, network.dtype) == (5, "float64")
    again = make((16, 12, 2), 3, seed=5, dtype="float64")
    assert all((again.parameters[key] == value).all() for key, value in network.parameters.items())
    with pytest.raises(TypeError):
        make((16, 12, 2), 3, 5)


@EACH
def test_the_smallest_image(name: str) -> None:
    make, least = getattr(architectures, name), LEAST[name]
    network = make((least, least, 1), 2, dtype="float64")
    X = np.random.default_rng(0).standard_normal((2, least, least, 1))
    probabilities = network.predict_proba(X, engine="steps")
    assert probabilities.shape == (2, 2)
    assert np.isfinite(probabilities).all()
    if least > 1:
        for shape in ((least - 1, least, 1), (least, least - 1, 1)):
            with pytest.raises(
                ShapeError,
                match=rf"^{name}: input_shape must be \(n_H, n_W, n_C\) with n_H >= {least} and n_W >= {least}, "
                rf"so that every window fits; got \({shape[0]}, {shape[1]}, 1\)$",
            ):
                make(shape, 2)


@EACH
def test_refusals(name: str) -> None:
    make = getattr(architectures, name)
    with pytest.raises(ArgumentError, match=rf"^{name}: classes must be a whole number >= 1; got 0$"):
        make((16, 16, 1), 0)
    with pytest.raises(
        DtypeError, match=rf"^{name}: classes must be a whole number >= 1; got '3' of type str$"
    ):
        make((16, 16, 1), "3")
    with pytest.raises(ShapeError, match=r"^Network: input_shape must be \(n_H, n_W, n_C\)"):
        make((16, 16), 3)
