"""A run: its configuration, its folder, its checkpoints, and how it goes."""

from fullstride.runs.building import build_augmentation, build_network, build_optimizer, build_schedule
from fullstride.runs.checkpoint import Checkpoint, Checkpoints
from fullstride.runs.configuration import ARRAYS, STORED_AS, Configuration, differences
from fullstride.runs.defaults import Recipe, default_filters, default_network, default_recipe
from fullstride.runs.folder import (
    CHECKPOINT_NAME,
    CONFIGURATION_NAME,
    CURVE_NAME,
    HISTORY_NAME,
    MISTAKES_NAME,
    RUN_FILES,
    latest_run_folder,
    run_folder,
)
from fullstride.runs.job import Job, find_lr, load_data, prepare, read_configuration
from fullstride.runs.keys import NAMES as KEYS
from fullstride.runs.outcome import Outcome, stored_history, train
from fullstride.runs.run import PART, Stand, fit, save, stand, stored_configuration
from fullstride.runs.subject import PARTS, bears_name, data_for, subject, was_changed
from fullstride.runs.tables import (
    ARCHITECTURES,
    AugmentationOptions,
    DataOptions,
    NetworkOptions,
    TrainingOptions,
)

__all__ = [
    "ARCHITECTURES",
    "ARRAYS",
    "CHECKPOINT_NAME",
    "CONFIGURATION_NAME",
    "CURVE_NAME",
    "HISTORY_NAME",
    "KEYS",
    "MISTAKES_NAME",
    "PART",
    "PARTS",
    "RUN_FILES",
    "STORED_AS",
    "AugmentationOptions",
    "Checkpoint",
    "Checkpoints",
    "Configuration",
    "DataOptions",
    "Job",
    "NetworkOptions",
    "Outcome",
    "Recipe",
    "Stand",
    "TrainingOptions",
    "bears_name",
    "build_augmentation",
    "build_network",
    "build_optimizer",
    "build_schedule",
    "data_for",
    "default_filters",
    "default_network",
    "default_recipe",
    "differences",
    "find_lr",
    "fit",
    "latest_run_folder",
    "load_data",
    "prepare",
    "read_configuration",
    "run_folder",
    "save",
    "stand",
    "stored_configuration",
    "stored_history",
    "subject",
    "train",
    "was_changed",
]
