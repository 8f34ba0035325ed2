"""Layers, optimizer and epochs that are asked for by parameters."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from fullstride import SGD, AdamW, Dense, Flatten, architectures
from fullstride.errors import ArgumentError
from fullstride.runs.defaults import default_network
from fullstride.sklearn.building import layers_of, optimizer_of, usual_epochs


def test_the_default_network_is_that_of_the_command() -> None:
    assert layers_of("default", (28, 28, 1), 10, "fit") == default_network((28, 28, 1), 10, seed=3).layers
    assert layers_of("default", (32, 32, 3), 4, "fit") == default_network((32, 32, 3), 4, seed=3).layers


def test_networks_by_name_and_by_layers() -> None:
    assert layers_of("lenet5", (28, 28, 1), 7, "fit") == architectures.lenet5((28, 28, 1), 7).layers
    assert layers_of([Flatten(), Dense(5)], (2, 2, 1), 3, "fit") == (Flatten(), Dense(5), Dense(3))


def test_optimizers() -> None:
    assert optimizer_of("adamw", None, "fit") == AdamW(weight_decay=0.01)
    given = SGD(momentum=0.5)
    assert optimizer_of(given, None, "fit") is given
    with pytest.raises(
        ArgumentError, match=r"^fit: weight_decay belongs to the optimizer where one is given, .*0.1"
    ):
        optimizer_of(given, 0.1, "fit")


@pytest.mark.parametrize(
    ("m", "batch_size", "epochs"),
    [
        (1, 32, 500),
        (32, 32, 500),
        (33, 32, 250),
        (533, 32, 30),
        (9_999, 32, 30),
        (10_000, 32, 3),
        (10_000, 10_000, 500),
    ],
)
def test_few_samples_are_seen_often(m: int, batch_size: int, epochs: int) -> None:
    assert usual_epochs(m, batch_size) == epochs
