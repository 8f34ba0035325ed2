"""A run: its configuration and its folder."""

from fullstride.runs.building import build_network
from fullstride.runs.configuration import STORED_AS, Configuration, differences
from fullstride.runs.defaults import Recipe, default_filters, default_network, default_recipe
from fullstride.runs.tables import AugmentationOptions, DataOptions, NetworkOptions, TrainingOptions

__all__ = [
    "STORED_AS",
    "AugmentationOptions",
    "Configuration",
    "DataOptions",
    "NetworkOptions",
    "Recipe",
    "TrainingOptions",
    "build_network",
    "default_filters",
    "default_network",
    "default_recipe",
    "differences",
]
