"""The network that a configuration asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fullstride import architectures
from fullstride.errors import FullstrideError, ShapeError
from fullstride.layers import Conv, Dense, Flatten, ReLU, Residual
from fullstride.network import Network
from fullstride.runs import Configuration, build_network, default_network

LAYERS = (Residual(Conv(1, 3, pad=1), ReLU()), Flatten(), Dense(3))


def built(network: dict[str, Any], seed: int | None = None) -> Network:
    document: dict[str, Any] = {"network": network} if seed is None else {"seed": seed, "network": network}
    return build_network(Configuration.from_dict(document), (12, 12, 1), 3)


def same(a: Network, b: Network) -> bool:
    """Alike in layers and options, and in every bit of the parameters."""
    alike = (a.layers, a.input_shape, a.seed, a.exact) == (b.layers, b.input_shape, b.seed, b.exact)
    return alike and all(np.array_equal(a.parameters[name], b.parameters[name]) for name in b.parameters)


def test_the_default_grows_with_the_images() -> None:
    assert same(built({}), default_network((12, 12, 1), 3, 0))
    assert same(
        built({"architecture": "default", "exact": True}, 5), default_network((12, 12, 1), 3, 5, True)
    )


@pytest.mark.parametrize("name", ["lenet5", "resnet20"])
def test_an_architecture_by_its_name(name: str) -> None:
    expected = getattr(architectures, name)((12, 12, 1), 3, seed=7, exact=True)
    assert same(built({"architecture": name, "exact": True}, 7), expected)


def test_layers() -> None:
    described = [layer.to_dict() for layer in LAYERS]
    expected = Network(*LAYERS, input_shape=(12, 12, 1), seed=2, exact=True)
    assert same(built({"layers": described, "exact": True}, 2), expected)


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (
            {"architecture": "lenet5"},
            r'network\.architecture = "lenet5": lenet5: input_shape must be .* n_H >= 12 .*; got \(11, 11, 1\)',
        ),
        ({"layers": [{"kind": "dense", "n": 3}]}, r"network\.layers: .*\(11, 11, 1\).*"),
        (
            {"layers": [{"kind": "conv", "n_C": 2**62, "f": 3}, *({"kind": k} for k in ("flatten", "relu"))]},
            r"network\.layers: the network is too large: .*",
        ),
        (
            {"layers": [{"kind": "flatten"}, {"kind": "dense", "n": 4}]},
            r"network\.layers: the last layer must give one number a class, n = 3; got 4",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_key(network: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ShapeError, match=f"^{sentence}$") as caught:
        build_network(Configuration.from_dict({"network": network}), (11, 11, 1), 3)
    assert isinstance(caught.value, FullstrideError)
