"""Small networks, images that they can learn, and what is compared of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullstride.layers import Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.network import Network


def small(dtype: str = "float32", seed: int = 0, n_C: int = 1) -> Network:
    return Network(
        Conv(3, 3, pad=1),
        ReLU(),
        MaxPool(2),
        Conv(4, 2),
        ReLU(),
        Flatten(),
        Dense(3),
        input_shape=(6, 6, n_C),
        seed=seed,
        dtype=dtype,
    )


def linear(dtype: str = "float64", shape: tuple[int, int, int] = (2, 2, 1)) -> Network:
    return Network(Flatten(), Dense(3), input_shape=shape, dtype=dtype)


def data(m: int = 20, shape: tuple[int, int, int] = (6, 6, 1), seed: int = 0) -> tuple[Any, Any]:
    """Images of three classes that differ in their mean."""
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 3, m)
    X = (generator.random((m, *shape)) + y[:, None, None, None]).astype(np.float32)
    return X, y


def bits(network: Network) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in network.parameters.items()}
