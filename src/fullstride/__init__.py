"""fullstride: convolutional networks, step by step, at full stride.

Every public name stands here too, loaded when it is first used; `import fullstride` loads NumPy and nothing heavier.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_STEPS = "fullstride.steps"
_FUNCTIONS = "fullstride.native.functions"
_HOMES = {
    # The course's names that run natively at the top level ...
    "conv_forward": _FUNCTIONS,
    "conv_backward": _FUNCTIONS,
    "pool_forward": _FUNCTIONS,
    "pool_backward": _FUNCTIONS,
    # ... and those that are re-exported from the blackboard.
    "zero_pad": _STEPS,
    "conv_single_step": _STEPS,
    "create_mask_from_window": _STEPS,
    "distribute_value": _STEPS,
    "linear_forward": _STEPS,
    "linear_backward": _STEPS,
    "relu_forward": _STEPS,
    "relu_backward": _STEPS,
    "flatten_forward": _STEPS,
    "flatten_backward": _STEPS,
    "softmax": _STEPS,
    "cross_entropy_forward": _STEPS,
    "cross_entropy_backward": _STEPS,
    "add_forward": _STEPS,
    "add_backward": _STEPS,
    "batch_norm_forward": _STEPS,
    "batch_norm_backward": _STEPS,
    "batch_norm_inference": _STEPS,
    "running_statistics": _STEPS,
    "global_average_pool_forward": _STEPS,
    "global_average_pool_backward": _STEPS,
    "weighted_cross_entropy_forward": _STEPS,
    "weighted_cross_entropy_backward": _STEPS,
    "mean_squared_error_forward": _STEPS,
    "mean_squared_error_backward": _STEPS,
    "sgd_update": _STEPS,
    "normalize_pixels": _STEPS,
    "Augmentation": _STEPS,
    "draw_augmentation": _STEPS,
    "augment_image": _STEPS,
    "adam_update": _STEPS,
    "clip_gradients": _STEPS,
    "Conv": "fullstride.layers",
    "MaxPool": "fullstride.layers",
    "AveragePool": "fullstride.layers",
    "GlobalAveragePool": "fullstride.layers",
    "BatchNorm": "fullstride.layers",
    "Add": "fullstride.layers",
    "Residual": "fullstride.layers",
    "ReLU": "fullstride.layers",
    "Flatten": "fullstride.layers",
    "Dense": "fullstride.layers",
    "SGD": "fullstride.program",
    "Adam": "fullstride.program",
    "AdamW": "fullstride.program",
    "Cost": "fullstride.program",
    "Program": "fullstride.program",
    "CustomLayer": "fullstride.program",
    "ParameterSpec": "fullstride.program",
    "GradientCheck": "fullstride.program",
    "check_gradients": "fullstride.program",
    "Node": "fullstride.program",
    "Constant": "fullstride.training",
    "StepDecay": "fullstride.training",
    "Cosine": "fullstride.training",
    "OneCycle": "fullstride.training",
    "Progress": "fullstride.training",
    "TrainingWarning": "fullstride.training",
    "Judgment": "fullstride.judging",
    "NumberJudgment": "fullstride.judging",
    "Network": "fullstride.network",
    "Predictor": "fullstride.network",
    "load": "fullstride.network",
    "Configuration": "fullstride.runs",
    "Outcome": "fullstride.runs",
    "train": "fullstride.runs",
    "write_report": "fullstride.report",
    "FullstrideError": "fullstride.errors",
    "ShapeError": "fullstride.errors",
    "DtypeError": "fullstride.errors",
    "ArgumentError": "fullstride.errors",
    "DataError": "fullstride.errors",
    "FileFormatError": "fullstride.errors",
    "OutputError": "fullstride.errors",
    "EngineError": "fullstride.errors",
    "GradientError": "fullstride.errors",
    "TrainingError": "fullstride.errors",
}

_EXTRAS = {
    "CNNClassifier": "fullstride.sklearn",
    "CNNRegressor": "fullstride.sklearn",
}
"""Names that need an extra; they are not in `__all__`, for a star import must work without it."""

__all__ = ["__version__", *sorted(_HOMES)]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name) or _EXTRAS.get(name)
    if home is None:
        raise AttributeError(f"module 'fullstride' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_EXTRAS})


if TYPE_CHECKING:  # the same names for type checkers, which do not see __getattr__
    from fullstride.errors import *  # noqa: F403
    from fullstride.judging import Judgment, NumberJudgment
    from fullstride.layers import *  # noqa: F403
    from fullstride.native.functions import *  # noqa: F403
    from fullstride.network import *  # noqa: F403
    from fullstride.program import *  # noqa: F403
    from fullstride.report import write_report
    from fullstride.runs import Configuration, Outcome, train
    from fullstride.sklearn import CNNClassifier, CNNRegressor
    from fullstride.steps.adam import adam_update
    from fullstride.steps.addition import add_backward, add_forward
    from fullstride.steps.augmentation import Augmentation, augment_image, draw_augmentation
    from fullstride.steps.clipping import clip_gradients
    from fullstride.steps.convolution import conv_single_step, zero_pad
    from fullstride.steps.flatten import flatten_backward, flatten_forward
    from fullstride.steps.linear import linear_backward, linear_forward
    from fullstride.steps.normalization import (
        batch_norm_backward,
        batch_norm_forward,
        batch_norm_inference,
        running_statistics,
    )
    from fullstride.steps.pixels import normalize_pixels
    from fullstride.steps.pooling import (
        create_mask_from_window,
        distribute_value,
        global_average_pool_backward,
        global_average_pool_forward,
    )
    from fullstride.steps.relu import relu_backward, relu_forward
    from fullstride.steps.sgd import sgd_update
    from fullstride.steps.softmax import (
        cross_entropy_backward,
        cross_entropy_forward,
        softmax,
        weighted_cross_entropy_backward,
        weighted_cross_entropy_forward,
    )
    from fullstride.steps.squared_error import mean_squared_error_backward, mean_squared_error_forward
    from fullstride.training.health import TrainingWarning
    from fullstride.training.progress import Progress
    from fullstride.training.schedules import Constant, Cosine, OneCycle, StepDecay
