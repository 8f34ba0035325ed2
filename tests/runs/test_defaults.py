"""What a run does unless it is told."""

from __future__ import annotations

import pytest

from fullstride.runs.defaults import default_filters, default_network, default_recipe, usual_values


def test_the_default_network_fits_images_of_any_size() -> None:
    for shape in [(1, 1, 1), (3, 5, 1), (4, 4, 3), (8, 8, 1), (28, 28, 1), (32, 32, 3), (7, 200, 1)]:
        network = default_network(shape, 10, seed=0)
        assert network.n_classes == 10
        n_H, n_W = shape[:2]
        for _ in default_filters(n_H, n_W):
            n_H, n_W = n_H // 2, n_W // 2
        assert min(n_H, n_W) <= 7


def test_small_sets_are_seen_more_often() -> None:
    assert default_recipe(9_999).epochs > default_recipe(10_000).epochs


@pytest.mark.parametrize(
    ("epochs", "milestones"), [(1, []), (2, [1]), (3, [1, 2]), (4, [2, 3]), (30, [15, 22])]
)
def test_a_step_schedule_has_its_steps_within_the_training(epochs: int, milestones: list[int]) -> None:
    training = usual_values(100, optimizer="sgd", schedule="step", epochs=epochs, whole_network=True)[
        "training"
    ]
    assert training["milestones"] == milestones
    assert training["factor"] == 0.1


def test_colours_and_many_pixels_are_normalized() -> None:
    def kinds(*shape: int) -> set[str]:
        return {layer.kind for layer in default_network((shape[0], shape[1], shape[2]), 3, seed=0).layers}

    for plain in ((8, 8, 1), (28, 28, 1), (32, 64, 1)):
        assert "batch_norm" not in kinds(*plain)
    for normalized in ((8, 8, 3), (33, 33, 1), (64, 64, 3)):
        assert "batch_norm" in kinds(*normalized)
