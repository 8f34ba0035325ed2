"""Cases that take no time: the real ones, made small."""

from __future__ import annotations

from fullstride import Conv, Dense, Flatten, MaxPool, ReLU
from fullstride.bench.cases import LayerCase, NetworkCase
from fullstride.bench.networks import NETWORKS, graph_of
from fullstride.program import lower

LAYERS = (
    LayerCase("forward", 2, 6, 3, 5, 3, 2, 1),
    LayerCase("dA", 2, 6, 3, 5, 3, 2, 1),
    LayerCase("dW", 2, 6, 3, 5, 3, 2, 1),
)
CHAIN = lower(
    [
        Conv(2, 3, pad=1),
        ReLU(),
        MaxPool(2),
        Conv(3, 3, pad=1),
        ReLU(),
        MaxPool(2),
        Flatten(),
        Dense(4),
    ],
    (8, 8, 1),
)


def network_case(task: str, network: str = "small", m: int = 3) -> NetworkCase:
    """A real network with a few images."""
    return NetworkCase(task, network, graph_of(NETWORKS[network]().program), m)
