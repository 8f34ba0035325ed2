"""A run: its configuration and its folder."""

from fullstride.runs.building import build_network
from fullstride.runs.configuration import STORED_AS, Configuration, differences
from fullstride.runs.defaults import Recipe, default_filters, default_network, default_recipe
from fullstride.runs.folder import (
    CHECKPOINT_NAME,
    CONFIGURATION_NAME,
    CURVE_NAME,
    HISTORY_NAME,
    MISTAKES_NAME,
    RUN_FILES,
    run_folder,
)
from fullstride.runs.tables import AugmentationOptions, DataOptions, NetworkOptions, TrainingOptions

__all__ = [
    "CHECKPOINT_NAME",
    "CONFIGURATION_NAME",
    "CURVE_NAME",
    "HISTORY_NAME",
    "MISTAKES_NAME",
    "RUN_FILES",
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
    "run_folder",
]
